import { faultCodeSteps, parentKindOf, refuseIncompleteCode } from './fault-code.rules.js';

const draft = { kind: 'cause', family: 'faucet', code: 'C01', name: '阀芯磨损', parentCode: 'F01' };

describe('the fault catalogue (R-16)', () => {
  it('R-16: family → fault code → cause code → action code', () => {
    expect([parentKindOf('fault'), parentKindOf('cause'), parentKindOf('action')]).toEqual([null, 'fault', 'cause']);
  });

  it('R-16: a code needs its kind, family, code and text, and a fault has no parent', () => {
    expect(() => refuseIncompleteCode(draft)).not.toThrow();
    expect(() => refuseIncompleteCode({ ...draft, kind: 'mood' })).toThrow(expect.objectContaining({ reason: 'KIND_UNKNOWN' }));
    expect(() => refuseIncompleteCode({ ...draft, name: ' ' })).toThrow(expect.objectContaining({ reason: 'FIELD_MISSING' }));
    expect(() => refuseIncompleteCode({ ...draft, kind: 'fault' })).toThrow(expect.objectContaining({ reason: 'PARENT_UNKNOWN' }));
  });

  it('R-16: a draft is published once', () => {
    expect(faultCodeSteps.next('publish', 'draft')).toBe('published');
    expect(() => faultCodeSteps.next('publish', 'published')).toThrow('not possible');
  });
});
