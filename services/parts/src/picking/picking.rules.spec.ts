import { pickingSteps } from './picking.rules.js';

describe('picking order', () => {
  it('P-8: goes open, printed, picked, and every state is reached', () => {
    expect(pickingSteps.next('print', 'open')).toBe('printed');
    expect(pickingSteps.next('pick', 'printed')).toBe('picked');
    expect(pickingSteps.unreachable()).toEqual([]);
    expect(pickingSteps.deadEnds()).toEqual([]);
  });

  it('P-10: once printed it is locked: neither cancelled nor printed again', () => {
    expect(pickingSteps.can('cancel', 'open')).toBe(true);
    expect(() => pickingSteps.next('cancel', 'printed')).toThrow(expect.objectContaining({ reason: 'STEP_NOT_ALLOWED' }));
    expect(() => pickingSteps.next('print', 'printed')).toThrow(expect.objectContaining({ reason: 'STEP_NOT_ALLOWED' }));
  });
});
