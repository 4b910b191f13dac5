import { refusalReason, type QualityReportState } from '@aftercare/domain';
import { afterCorrection, markedOnly, needsQualityReport, qualityReportSteps, refuseIncompleteAnswer, refuseIncompleteReport, refuseSecondMark, reportActions, spelledSerials, takes } from './quality-report.rules.js';

const draft = { description: '釉面裂纹', cause: '运输', action: '更换', visibleDamage: true, photos: ['photo'], affectedSerials: [], lot: '' };

describe('quality reports (R-7, R-8)', () => {
  it('R-7: the unboxing stage needs a report, and so does a design defect marked at any stage', () => {
    expect(needsQualityReport('unboxing', [{ designDefect: false }])).toBe(true);
    expect(needsQualityReport('out_of_warranty', [{ designDefect: false }, { designDefect: true }])).toBe(true);
  });

  it('R-7: in the other stages the repair record is the report', () => {
    expect(needsQualityReport('in_warranty', [{ designDefect: false }])).toBe(false);
    expect(needsQualityReport('', [])).toBe(false);
  });

  it('R-7: description, cause and remedy are filled, and visible damage has a photo', () => {
    const refusal = (changed: object, serial = 'SN-1') => refusalReason(() => refuseIncompleteReport({ ...draft, ...changed }, serial));
    expect(refusal({})).toBeUndefined();
    expect(refusal({ cause: ' ' })).toBe('REPORT_INCOMPLETE');
    expect(refusal({ photos: [] })).toBe('EVIDENCE_MISSING');
    expect(refusal({ visibleDamage: false, photos: [] })).toBeUndefined();
  });

  it('R-7: without the serial of a unit, the affected serials or the lot are named', () => {
    const refusal = (changed: object) => refusalReason(() => refuseIncompleteReport({ ...draft, ...changed }, ''));
    expect(refusal({ affectedSerials: [' '] })).toBe('AFFECTED_MISSING');
    expect([refusal({ affectedSerials: ['SN-2'] }), refusal({ lot: 'L-7' })]).toEqual([undefined, undefined]);
  });

  it('R-7, C-2: the serials it names stand in their one spelling, each once', () => {
    expect(spelledSerials([' sn-2', 'SN-2', 'ｓｎ-3', ' '])).toEqual(['SN-2', 'SN-3']);
  });

  it('R-7: a design defect is marked once', () => {
    expect(refusalReason(() => refuseSecondMark({ designDefect: false, number: 'QR-1' }))).toBeUndefined();
    expect(refusalReason(() => refuseSecondMark({ designDefect: true, number: 'QR-1' }))).toBe('DESIGN_DEFECT_MARKED');
  });

  it('R-8: an answer says what is to be done; a warning says what others should know, and of which serials or lots', () => {
    const answer = { answer: '更换密封圈', actionSerials: [], actionLots: ['L-7'], warnsOthers: true, warning: '检查密封圈' };
    const refusal = (changed: object) => refusalReason(() => refuseIncompleteAnswer({ ...answer, ...changed }));
    expect([refusal({}), refusal({ warnsOthers: false, warning: '', actionLots: [] })]).toEqual([undefined, undefined]);
    expect([refusal({ answer: ' ' }), refusal({ warning: '' }), refusal({ actionLots: [] })]).toEqual(['ANSWER_INCOMPLETE', 'WARNING_MISSING', 'AFFECTED_MISSING']);
  });

  it('R-8: the dealer hands in and reads the answer, the quality engineer reviews, answers and closes', () => {
    const may = (state: QualityReportState, role: string) => reportActions(state, role).filter(({ reason }) => !reason).map(({ action }) => action);
    expect(qualityReportSteps.states.map((state) => may(state, 'dealer_manager'))).toEqual([['submit'], [], [], ['read-answer'], ['read-answer']]);
    expect(qualityReportSteps.states.map((state) => may(state, 'quality_engineer'))).toEqual([[], ['review'], ['define-action'], ['close'], []]);
    expect(may('submitted', 'service_supervisor')).toEqual([]);
  });

  it('R-8: due, submitted, under_review, action_defined, closed: every state is reached, one after the other', () => {
    expect(qualityReportSteps.unreachable()).toEqual([]);
    expect(qualityReportSteps.states).toEqual(['due', 'submitted', 'under_review', 'action_defined', 'closed']);
    expect(() => qualityReportSteps.next('close', 'submitted')).toThrow('not possible');
  });
});

describe('a report whose unit is corrected', () => {
  it('R-7: is owed at the unboxing stage of the right unit, and with a design defect at any', () => {
    expect(afterCorrection({ state: 'due', designDefect: false, submittedAt: null }, 'unboxing')).toBe('follows');
    expect(afterCorrection({ state: 'due', designDefect: true, submittedAt: null }, 'in_warranty')).toBe('follows');
  });

  it('R-7: one that nobody handed in ends when it is not owed any more, and is due again when it is', () => {
    expect(afterCorrection({ state: 'due', designDefect: false, submittedAt: null }, 'in_warranty')).toBe('ends');
    expect(afterCorrection({ state: 'due', designDefect: false, submittedAt: null }, '')).toBe('ends');
    expect(afterCorrection({ state: 'closed', designDefect: false, submittedAt: null }, 'unboxing')).toBe('due-again');
    expect(afterCorrection({ state: 'closed', designDefect: false, submittedAt: null }, 'in_warranty')).toBe('follows');
  });

  it('R-8: one that was handed in takes its way, about the right unit', () => {
    for (const state of ['submitted', 'under_review', 'action_defined', 'closed'] as const) {
      expect(afterCorrection({ state, designDefect: false, submittedAt: '2026-03-01T02:00:00.000Z' }, 'in_warranty')).toBe('follows');
    }
  });
});

describe('several reports of one call', () => {
  const at = (hour: number): string => `2026-03-01T${String(hour).padStart(2, '0')}:00:00.000Z`;
  const report = (id: string, changed: object = {}) => ({ id, state: 'due' as QualityReportState, submittedAt: null, closedAt: null, dealerId: 'A', designDefect: false, ...changed });
  const closed = (id: string, hour: number, changed: object = {}) => report(id, { state: 'closed', submittedAt: at(1), closedAt: at(hour), ...changed });
  const record = (hour: number, designDefect = false, dealerId = 'A') => ({ dealerId, recordedAt: at(hour), faults: [{ designDefect }] });

  it('R-7: an open report takes everything, a closed one only what was found before, one that nobody handed in nothing', () => {
    for (const state of ['due', 'submitted', 'under_review', 'action_defined'] as const) expect(takes(report('a', { state }), at(9))).toBe(true);
    expect([takes(closed('a', 5), at(5)), takes(closed('a', 5), at(6))]).toEqual([true, false]);
    expect(takes(closed('a', 5, { submittedAt: null }), at(4))).toBe(false);
  });

  it('Q-1: a marked report, none of whose records names a defect, marks the faults of its own records alone', () => {
    const [early, late] = [record(2), record(6)];
    expect(markedOnly([closed('a', 5, { designDefect: true }), report('b')], [late, early])).toEqual(new Set([early]));
    expect(markedOnly([closed('a', 5), report('b', { designDefect: true })], [late, early])).toEqual(new Set([late]));
    expect(markedOnly([report('a', { designDefect: true })], [late, early])).toEqual(new Set([late, early]));
    expect(markedOnly([report('a', { designDefect: true })], [late, record(2, true)])).toEqual(new Set());
    expect(markedOnly([closed('a', 5, { designDefect: true })], [late])).toEqual(new Set([late]));
    expect(markedOnly([], [late])).toEqual(new Set());
  });

  it('R-2, Q-1: of a call that two dealers had, a record is its own dealer’s report’s, or the one’s that went along', () => {
    const [former, latter] = [record(2), record(6, false, 'B')];
    const marked = { designDefect: true };
    expect(markedOnly([report('a', marked), report('b', { dealerId: 'B' })], [latter, former])).toEqual(new Set([former]));
    expect(markedOnly([report('a'), report('b', { dealerId: 'B', ...marked })], [latter, former])).toEqual(new Set([latter]));
    expect(markedOnly([report('a', { dealerId: 'B', ...marked })], [latter, former])).toEqual(new Set([latter, former]));
  });
});
