import { Refusal, defineSteps } from '@aftercare/domain';

export type PurchaseOrderState = 'open' | 'received' | 'closed';

/** The life of a purchase order (P-1): it is open until everything has come or nothing more is expected. */
export const purchaseOrderSteps = defineSteps<PurchaseOrderState, 'expect' | 'receive' | 'complete' | 'close'>({
  initial: 'open',
  steps: {
    expect: { from: ['open'], to: 'open' },
    receive: { from: ['open'], to: 'open' },
    complete: { from: ['open'], to: 'received' },
    close: { from: ['open'], to: 'closed' },
  },
  final: ['received', 'closed'],
});

/** Pieces of a part that were ordered, and how many of them have come. */
export interface OrderedPieces {
  partId: string;
  quantity: number;
  receivedQuantity: number;
}

/** P-1: what has come of each part after a receipt. Refuses NOT_ORDERED, MORE_THAN_ORDERED: what is too much is received without an order. */
export function receivedOf(ordered: readonly OrderedPieces[], arrived: readonly { partId: string; quantity: number }[]): Map<string, number> {
  const received = new Map(ordered.map(({ partId, receivedQuantity }) => [partId, receivedQuantity]));
  for (const { partId, quantity } of arrived) {
    const line = ordered.find((each) => each.partId === partId);
    if (!line) throw new Refusal('failed_precondition', 'NOT_ORDERED', 'This part is not on the order.', { partId });
    const total = (received.get(partId) ?? 0) + quantity;
    if (total > line.quantity) throw new Refusal('failed_precondition', 'MORE_THAN_ORDERED', 'More came than was ordered.', { partId, ordered: line.quantity });
    received.set(partId, total);
  }
  return received;
}

/** True when nothing is missing any more. */
export function isComplete(ordered: readonly OrderedPieces[], received: ReadonlyMap<string, number>): boolean {
  return ordered.every(({ partId, quantity }) => received.get(partId) === quantity);
}
