import { isComplete, purchaseOrderSteps, receivedOf } from './purchase-order.rules.js';

const ordered = [{ partId: 'p', quantity: 10, receivedQuantity: 4 }, { partId: 'q', quantity: 1, receivedQuantity: 0 }];

describe('purchase order', () => {
  it('P-1: every state of an order is reached, and it ends received or closed', () => {
    expect([purchaseOrderSteps.unreachable(), purchaseOrderSteps.deadEnds()]).toEqual([[], []]);
  });

  it('P-1: what comes counts against the order part by part, also in several lines', () => {
    expect([...receivedOf(ordered, [{ partId: 'p', quantity: 3 }, { partId: 'p', quantity: 3 }])]).toEqual([['p', 10], ['q', 0]]);
    expect(isComplete(ordered, new Map([['p', 10], ['q', 0]]))).toBe(false);
    expect(isComplete(ordered, new Map([['p', 10], ['q', 1]]))).toBe(true);
  });

  it('P-1: what was not ordered, or is more than was ordered, is not received on the order', () => {
    expect(() => receivedOf(ordered, [{ partId: 'p', quantity: 7 }])).toThrow(expect.objectContaining({ reason: 'MORE_THAN_ORDERED' }));
    expect(() => receivedOf(ordered, [{ partId: 'x', quantity: 1 }])).toThrow(expect.objectContaining({ reason: 'NOT_ORDERED' }));
  });
});
