import { differencesOf, isBlind, requireOther, requireUncorrected, stockCountSteps } from './stock-count.rules.js';

describe('count of a warehouse', () => {
  it('P-2: every state of a count is reached, and it ends approved or cancelled', () => {
    expect([stockCountSteps.unreachable(), stockCountSteps.deadEnds()]).toEqual([[], []]);
    expect(stockCountSteps.next('reject', 'counted')).toBe('open');
    expect(() => stockCountSteps.next('approve', 'open')).toThrow(expect.objectContaining({ reason: 'STEP_NOT_ALLOWED' }));
  });

  it('P-2: a difference is what was counted less what was on the books at that moment', () => {
    const line = (partId: string, bookQuantity: number, countedQuantity: number) => ({ partId, bookQuantity, countedQuantity });
    expect(differencesOf([line('a', 10, 8), line('b', 3, 3), line('c', 0, 2)])).toEqual([{ partId: 'a', quantity: -2 }, { partId: 'c', quantity: 2 }]);
  });

  it('P-2: who opened, counted or handed in a count does not approve it', () => {
    expect(() => requireOther('s', ['w', 'v', null])).not.toThrow();
    expect(() => requireOther('v', ['w', 'v', null])).toThrow(expect.objectContaining({ reason: 'APPROVER_IS_REQUESTER' }));
  });

  it('P-2: what was corrected after it was counted is counted again', () => {
    expect(() => requireUncorrected([])).not.toThrow();
    expect(() => requireUncorrected(['P-1', 'P-2'])).toThrow(expect.objectContaining({ reason: 'COUNT_OUTDATED', details: { numbers: 'P-1, P-2' } }));
  });

  it('P-2: the warehouse does not see what should be there before it is decided', () => {
    expect([isBlind('warehouse_keeper', 'open'), isBlind('warehouse_keeper', 'counted'), isBlind('warehouse_keeper', 'approved'), isBlind('service_supervisor', 'open')]).toEqual([true, true, false, false]);
  });
});
