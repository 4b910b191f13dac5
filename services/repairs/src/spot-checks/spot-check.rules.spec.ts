import { refusalReason } from '@aftercare/domain';
import { CHECK_POINTS, checkActions, figuresOf, refuseClosed, refuseIncompleteResult, refuseOpenItems, scoreOf } from './spot-check.rules.js';

const answers = (...said: string[]) => CHECK_POINTS.map((point, at) => ({ point: point as string, answer: said[at] ?? 'yes' }));
const good = { outcome: 'checked', answers: answers(), falseRecord: false, finding: '', guidance: '' };
const refusal = (changed: object) => refusalReason(() => refuseIncompleteResult({ ...good, ...changed }));

describe('spot checks (D-6)', () => {
  it('D-6: every point is asked once, and something is known for certain', () => {
    expect([refusal({}), refusal({ outcome: 'unreachable', answers: [] })]).toEqual([undefined, undefined]);
    const wrong = [{ outcome: 'maybe' }, { answers: [] }, { answers: [...answers(), { point: 'visit', answer: 'yes' }] }, { answers: answers('perhaps') }, { answers: answers(...Array<string>(6).fill('unknown')) }];
    expect(wrong.map(refusal)).toEqual(Array(5).fill('POINTS_INCOMPLETE'));
  });

  it('D-6: a difference carries a finding, a finding carries guidance', () => {
    expect([refusal({ answers: answers('no') }), refusal({ answers: answers('no'), finding: ' ' })]).toEqual(['FINDING_MISSING', 'FINDING_MISSING']);
    expect(refusal({ answers: answers('no'), finding: '未上门' })).toBe('GUIDANCE_MISSING');
    expect(refusal({ answers: answers('no'), finding: '未上门', guidance: '须上门' })).toBeUndefined();
  });

  it('D-6: a record is false by what the customer disputes, and says why; with all confirmed or nobody reached it is not', () => {
    const verdict = { falseRecord: true, finding: '无人上门', guidance: '须如实记录' };
    const undisputed = [verdict, { falseRecord: true }, { ...verdict, answers: answers('unknown') }, { ...verdict, outcome: 'unreachable', answers: [] }];
    expect(undisputed.map(refusal)).toEqual(Array(4).fill('FALSE_RECORD_UNDISPUTED'));
    expect(() => refuseIncompleteResult({ ...good, ...verdict })).toThrow(expect.objectContaining({ details: expect.objectContaining({ field: 'falseRecord' }) }));
    expect([refusal({ ...verdict, answers: answers('no'), finding: '' }), refusal({ ...verdict, answers: answers('no') })]).toEqual(['FINDING_MISSING', undefined]);
  });

  it('D-6: scored by the points the customer could tell; a false record is worth nothing', () => {
    expect(scoreOf({ answers: answers(), falseRecord: false })).toBe(100);
    expect(scoreOf({ answers: answers('no', 'unknown', 'yes'), falseRecord: false })).toBe(80);
    expect(scoreOf({ answers: answers('no', 'yes', 'yes'), falseRecord: false })).toBe(83);
    expect([scoreOf({ answers: answers(), falseRecord: true }), scoreOf({ answers: [], falseRecord: false })]).toEqual([0, 0]);
  });

  it('D-6: who was not reached counts in no mean', () => {
    const item = (state: 'checked' | 'unreachable' | 'open', score: number | null, falseRecord = false) => ({ state, score, falseRecord });
    expect(figuresOf([item('checked', 100), item('checked', 83), item('checked', 0, true), item('unreachable', null), item('open', null)])).toEqual(
      { drawn: 5, checked: 3, unreachable: 1, falseRecords: 1, scoreSum: 183, score: '61.0' });
    expect(figuresOf([item('unreachable', null)]).score).toBe('');
  });

  it('D-6: closed when every customer was called; then nothing is scored, and the dealer takes note', () => {
    expect([refusalReason(() => refuseOpenItems([{ state: 'open' }])), refusalReason(() => refuseOpenItems([{ state: 'unreachable' }]))]).toEqual(['ITEMS_OPEN', undefined]);
    expect([refusalReason(() => refuseClosed('closed', 'score')), refusalReason(() => refuseClosed('open', 'score'))]).toEqual(['STEP_NOT_ALLOWED', undefined]);
    const may = (state: 'open' | 'closed', role: string) => checkActions({ state }, [{ state: 'checked' }], role).filter(({ reason }) => !reason).map(({ action }) => action);
    expect([may('open', 'service_clerk'), may('closed', 'service_clerk'), may('closed', 'dealer_manager'), may('open', 'dealer_manager')]).toEqual([['score', 'close'], [], ['acknowledge'], []]);
  });
});
