import { ADJUSTMENT_KINDS, adjustmentSteps, fitsKind, otherSide } from './adjustment.rules.js';

describe('adjustment', () => {
  it('P-2: every state of an adjustment is reached, and it ends once', () => {
    expect([adjustmentSteps.unreachable(), adjustmentSteps.deadEnds()]).toEqual([[], []]);
    expect(() => adjustmentSteps.next('approve', 'approved')).toThrow(expect.objectContaining({ reason: 'STEP_NOT_ALLOWED' }));
  });

  it('P-2: what is scrapped or written off only leaves; a correction goes both ways and never by nought', () => {
    expect(ADJUSTMENT_KINDS.map((kind) => [fitsKind(kind, 1), fitsKind(kind, -1), fitsKind(kind, 0)])).toEqual([[true, true, false], [false, true, false], [false, true, false]]);
    expect(ADJUSTMENT_KINDS.map(otherSide)).toEqual(['adjustment', 'scrap', 'written_off']);
  });
});
