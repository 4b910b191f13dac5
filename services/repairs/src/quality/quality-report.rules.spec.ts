import { needsQualityReport, qualityReportSteps, refuseIncompleteReport } from './quality-report.rules.js';

const draft = { description: '釉面裂纹', cause: '运输', action: '更换', visibleDamage: true, photos: ['photo'] };

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
    expect(() => refuseIncompleteReport(draft)).not.toThrow();
    expect(() => refuseIncompleteReport({ ...draft, cause: ' ' })).toThrow(expect.objectContaining({ reason: 'REPORT_INCOMPLETE' }));
    expect(() => refuseIncompleteReport({ ...draft, photos: [] })).toThrow(expect.objectContaining({ reason: 'EVIDENCE_MISSING' }));
    expect(() => refuseIncompleteReport({ ...draft, visibleDamage: false, photos: [] })).not.toThrow();
  });

  it('R-8: due, submitted, under_review, action_defined, closed: every state is reached, one after the other', () => {
    expect(qualityReportSteps.unreachable()).toEqual([]);
    expect(qualityReportSteps.states).toEqual(['due', 'submitted', 'under_review', 'action_defined', 'closed']);
    expect(() => qualityReportSteps.next('close', 'submitted')).toThrow('not possible');
  });
});
