import { addMoney, checkRecentPaperDate, compareMoney, isZeroMoney, Refusal, refusalReason, subtractMoney } from '@aftercare/domain';
import { slipNumbersIn } from '../bank/payer.rules.js';

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
  reason: 'named' | 'exact_amount' | 'oldest_first';
}

/** The open slips that a text names, and whether it names a slip that is none of them. */
function namedIn(reference: string, open: readonly OpenSlip[]): { named: OpenSlip[]; others: boolean } {
  const text = reference.trim().toUpperCase();
  const numbers = slipNumbersIn(reference);
  const named = open.filter(({ slipNumber }) => slipNumber.toUpperCase() === text || numbers.includes(slipNumber.toUpperCase()));
  return { named, others: numbers.some((number) => named.every(({ slipNumber }) => slipNumber.toUpperCase() !== number)) };
}

/** B-4: the slips a payment posts to by itself: the reference names them and no other, and the amount is what is owed of them, to the cent. */
export function exactMatches(payment: { amount: string; reference: string }, open: readonly OpenSlip[]): OpenSlip[] {
  const { named, others } = namedIn(payment.reference, open);
  const isExact = named.length > 0 && !others && compareMoney(addMoney(...named.map(({ outstanding }) => outstanding)), payment.amount) === 0;
  return isExact ? named : [];
}

/** B-4: all else is a suggestion with its reason: slips that the reference names, else of exactly this amount, else the oldest first until it is used up. */
export function suggest({ unmatched, reference }: { unmatched: string; reference: string }, open: readonly OpenSlip[]): Suggestion[] {
  if (isZeroMoney(unmatched)) return [];
  const { named } = namedIn(reference, open);
  if (named.length > 0) return inOrder(unmatched, named, 'named');
  const exact = open.filter((slip) => compareMoney(slip.outstanding, unmatched) === 0);
  if (exact.length > 0) return exact.map(({ slipId, slipNumber }) => ({ slipId, slipNumber, amount: unmatched, reason: 'exact_amount' }));
  return inOrder(unmatched, open, 'oldest_first');
}

function inOrder(unmatched: string, slips: readonly OpenSlip[], reason: Suggestion['reason']): Suggestion[] {
  const suggestions: Suggestion[] = [];
  let left = unmatched;
  for (const { slipId, slipNumber, outstanding } of slips) {
    if (isZeroMoney(left)) break;
    const amount = compareMoney(outstanding, left) < 0 ? outstanding : left;
    suggestions.push({ slipId, slipNumber, amount, reason });
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

/** An allocation as it stands. */
export interface Posted {
  id: string;
  slipId: string;
  amount: string;
  /** It was taken back. */
  undone: boolean;
}

/** B-4: the allocations of a payment that are to be taken back, each once. Refuses NOTHING_TO_UNDO, ALLOCATION_UNKNOWN, ALREADY_UNDONE. */
export function allocationsToUndo<P extends Posted>(posted: readonly P[], ids: readonly string[], fromDeposit: boolean): P[] {
  if (ids.length === 0 && !fromDeposit) throw new Refusal('invalid_argument', 'NOTHING_TO_UNDO', 'Name what is to be taken back.', { field: 'allocationIds' });
  return [...new Set(ids)].map((id) => {
    const found = posted.find((each) => each.id === id);
    if (!found) throw new Refusal('not_found', 'ALLOCATION_UNKNOWN', 'The payment has no such allocation.', { field: 'allocationIds' });
    if (found.undone) throw new Refusal('failed_precondition', 'ALREADY_UNDONE', 'It was taken back already.');
    return found;
  });
}

/** B-4, F-5: what a reversal has put to the deposit is on the slip no more. Refuses PAID_MOVED. */
export function assertStillPaid(paidTotal: string, amount: string): void {
  if (compareMoney(paidTotal, amount) >= 0) return;
  throw new Refusal('failed_precondition', 'PAID_MOVED', 'A reversal of the slip has put this money to the deposit.');
}

/** B-4: what the deposit gives is in it. Refuses DEPOSIT_SHORT. */
export function assertInDeposit(balance: string, amount: string): void {
  if (compareMoney(balance, amount) >= 0) return;
  throw new Refusal('failed_precondition', 'DEPOSIT_SHORT', 'The deposit does not hold so much.');
}

/** An allocation with what its slip has as paid now. */
export interface PostedOnSlip extends Posted {
  paidTotal: string;
}

/** What a payment was set against. */
export interface Undoable {
  posted: readonly PostedOnSlip[];
  /** What of it went to the deposit. */
  toDeposit: string;
  /** What the dealer's deposit holds. */
  deposit: string;
}

/**
 * B-4: something of the payment can be taken back: an allocation that is on its slip still, or what went to the deposit and is in it still. Where
 * nothing can, it refuses as the step does: NOTHING_TO_UNDO, PAID_MOVED, DEPOSIT_SHORT.
 */
export function assertUndoable({ posted, toDeposit, deposit }: Undoable): void {
  const ways = posted.filter(({ undone }) => !undone).map(({ paidTotal, amount }) => () => assertStillPaid(paidTotal, amount));
  if (!isZeroMoney(toDeposit)) ways.push(() => assertInDeposit(deposit, toDeposit));
  if (ways.length === 0) allocationsToUndo(posted, [], false);
  else if (ways.every((way) => refusalReason(way) !== undefined)) ways[0]();
}

/** B-4: what a payment gives back is set against nothing. Refuses OVER_ALLOCATED. */
export function assertInPayment(unmatched: string, amount: string): void {
  if (compareMoney(unmatched, amount) < 0) throw overAllocated();
}

function overAllocated(): Refusal {
  return new Refusal('failed_precondition', 'OVER_ALLOCATED', 'More is set against slips than there is, or than they owe.');
}
