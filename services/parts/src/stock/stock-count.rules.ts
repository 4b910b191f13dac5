import { Refusal, defineSteps } from '@aftercare/domain';

export type StockCountState = 'open' | 'counted' | 'approved' | 'cancelled';

/** The life of a count (P-2): counted without seeing the books, and booked only when a second person agrees. */
export const stockCountSteps = defineSteps<StockCountState, 'enter' | 'submit' | 'approve' | 'reject' | 'cancel'>({
  initial: 'open',
  steps: {
    enter: { from: ['open'], to: 'open' },
    submit: { from: ['open'], to: 'counted' },
    approve: { from: ['counted'], to: 'approved' },
    reject: { from: ['counted'], to: 'open' },
    cancel: { from: ['open', 'counted'], to: 'cancelled' },
  },
  final: ['approved', 'cancelled'],
});

/** A counted part. */
export interface CountedPart {
  partId: string;
  bookQuantity: number | null;
  countedQuantity: number | null;
}

/** What is on the books and not there, or there and not on the books. */
export interface Difference {
  partId: string;
  /** Negative for missing pieces. */
  quantity: number;
}

/** P-2: the differences of a count, against the books of the moment in which each part was counted. */
export function differencesOf(lines: readonly CountedPart[]): Difference[] {
  return lines
    .map(({ partId, bookQuantity, countedQuantity }) => ({ partId, quantity: (countedQuantity ?? 0) - (bookQuantity ?? 0) }))
    .filter(({ quantity }) => quantity !== 0);
}

/** P-2: who opened, counted or handed in does not approve. Refuses APPROVER_IS_REQUESTER. */
export function requireOther(userId: string, people: readonly (string | null)[]): void {
  if (people.includes(userId)) throw new Refusal('permission_denied', 'APPROVER_IS_REQUESTER', 'It is approved by somebody who had no part in it.');
}

/** P-2: stock that was corrected after it was counted is counted again, since the correction may have been the same gap. Refuses COUNT_OUTDATED. */
export function requireUncorrected(partNumbers: readonly string[]): void {
  if (partNumbers.length === 0) return;
  throw new Refusal('failed_precondition', 'COUNT_OUTDATED', 'Stock was corrected after it was counted: send the count back and count these parts again.', { numbers: partNumbers.join(', ') });
}

/** P-2: who counts does not see what should be there, until it is decided. */
export function isBlind(role: string, state: StockCountState): boolean {
  return role === 'warehouse_keeper' && (state === 'open' || state === 'counted');
}
