import { isLocked, pickingSteps } from './picking.rules.js';

describe('picking order', () => {
  it('P-8: goes open, printed, picked, and every state is reached', () => {
    expect(pickingSteps.next('print', 'open')).toBe('printed');
    expect(pickingSteps.next('pick', 'printed')).toBe('picked');
    expect(pickingSteps.unreachable()).toEqual([]);
    expect(pickingSteps.deadEnds()).toEqual([]);
  });

  it('P-10: once printed it is locked: neither cancelled nor printed again, and empty only by a change that the warehouse accepted', () => {
    expect(pickingSteps.can('cancel', 'open')).toBe(true);
    expect([isLocked('open'), isLocked('printed'), isLocked('picked')]).toEqual([false, true, true]);
    expect(pickingSteps.next('empty', 'picked')).toBe('cancelled');
    expect(pickingSteps.can('empty', 'open')).toBe(false);
    expect(() => pickingSteps.next('cancel', 'printed')).toThrow(expect.objectContaining({ reason: 'STEP_NOT_ALLOWED' }));
    expect(() => pickingSteps.next('print', 'printed')).toThrow(expect.objectContaining({ reason: 'STEP_NOT_ALLOWED' }));
  });
});
