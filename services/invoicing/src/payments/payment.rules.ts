import { addMoney, checkRecentPaperDate, compareMoney, isZeroMoney, Refusal, subtractMoney } from '@aftercare/domain';

/** How money comes in; deposit and account are no receipts (F-3). */
export const RECEIPT_METHODS = ['bank_transfer', 'cash', 'wechat_pay', 'alipay'] as const;
export type ReceiptMethod = (typeof RECEIPT_METHODS)[number];

/** Refuses PAYMENT_METHOD_UNKNOWN. */
export function assertReceiptMethod(method: string): ReceiptMethod {
  const known = RECEIPT_METHODS.find((each) => each === method);
  if (known) return known;
  throw new Refusal('invalid_argument', 'PAYMENT_METHOD_UNKNOWN', 'Money comes in by transfer, cash, WeChat Pay or Alipay.', { field: 'method' });
}

/** B-6: the bank's date is information, yet of money that is there. Refuses INVALID_DATE, DATE_IN_FUTURE, DATE_TOO_OLD. */
export function assertBankDate(date: string, today: string): void {
  if (date !== '') checkRecentPaperDate('bankDate', date, today);
}

/** An unpaid slip of the payer, oldest first. */
export interface OpenSlip {
  slipId: string;
  slipNumber: string;
  outstanding: string;
}

export interface Suggestion {
  slipId: string;
  slipNumber: string;
  amount: string;
  reason: 'exact_amount' | 'oldest_first';
}

/** B-4: the slip a payment posts to by itself: the reference is its number and the amount what is owed, to the cent. */
export function exactMatch(payment: { amount: string; reference: string }, open: readonly OpenSlip[]): OpenSlip | undefined {
  const reference = payment.reference.trim().toUpperCase();
  return open.find((slip) => slip.slipNumber.toUpperCase() === reference && compareMoney(slip.outstanding, payment.amount) === 0);
}

/** B-4: all else is a suggestion with its reason: slips of exactly this amount, else the oldest first until it is used up. */
export function suggest(unmatched: string, open: readonly OpenSlip[]): Suggestion[] {
  if (isZeroMoney(unmatched)) return [];
  const exact = open.filter((slip) => compareMoney(slip.outstanding, unmatched) === 0);
  if (exact.length > 0) return exact.map(({ slipId, slipNumber }) => ({ slipId, slipNumber, amount: unmatched, reason: 'exact_amount' }));
  const suggestions: Suggestion[] = [];
  let left = unmatched;
  for (const { slipId, slipNumber, outstanding } of open) {
    if (isZeroMoney(left)) break;
    const amount = compareMoney(outstanding, left) < 0 ? outstanding : left;
    suggestions.push({ slipId, slipNumber, amount, reason: 'oldest_first' });
    left = subtractMoney(left, amount);
  }
  return suggestions;
}

/** Money to be set against a slip. */
export interface AllocationAsked {
  slipId: string;
  amount: string;
}

/** Several allocations of one slip are one. */
export function mergeAllocations(asked: readonly AllocationAsked[]): AllocationAsked[] {
  const sums = new Map<string, string>();
  for (const { slipId, amount } of asked) sums.set(slipId, addMoney(sums.get(slipId) ?? '0.00', amount));
  return [...sums].map(([slipId, amount]) => ({ slipId, amount }));
}

/**
 * B-4: what is left of a payment after allocations. Refuses OVER_ALLOCATED when they exceed it, ALLOCATIONS_MISSING when
 * nothing is asked.
 */
export function restAfter(unmatched: string, asked: readonly AllocationAsked[], restToDeposit: boolean): string {
  const sum = addMoney(...asked.map((each) => each.amount));
  if (asked.length === 0 && !restToDeposit) throw new Refusal('invalid_argument', 'ALLOCATIONS_MISSING', 'Name slips, or let the rest go to the deposit.');
  if (compareMoney(sum, unmatched) > 0) throw overAllocated();
  return subtractMoney(unmatched, sum);
}

/** A slip takes at most what it still owes. Refuses SLIP_PAID, OVER_ALLOCATED. */
export function assertFits(amount: string, outstanding: string): void {
  if (isZeroMoney(outstanding)) throw new Refusal('failed_precondition', 'SLIP_PAID', 'Nothing is owed of this slip any more.');
  if (compareMoney(amount, outstanding) > 0) throw overAllocated();
}

/** A matched payment is settled; refuses STEP_NOT_ALLOWED. */
export function assertUnmatched(unmatched: string): void {
  if (!isZeroMoney(unmatched)) return;
  throw new Refusal('failed_precondition', 'STEP_NOT_ALLOWED', 'Nothing is left of this payment.');
}

/** Open, partly matched, or matched when nothing is left. */
export function paymentState(amount: string, unmatched: string): 'open' | 'partly_matched' | 'matched' {
  if (isZeroMoney(unmatched)) return 'matched';
  return compareMoney(amount, unmatched) === 0 ? 'open' : 'partly_matched';
}

function overAllocated(): Refusal {
  return new Refusal('failed_precondition', 'OVER_ALLOCATED', 'More is set against slips than there is, or than they owe.');
}
