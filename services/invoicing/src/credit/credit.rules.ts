import { addMoney, compareMoney, isAmount, Refusal, subtractMoney } from '@aftercare/domain';

/** An open slip as far as it weighs on the credit line. */
export interface OnAccount {
  /** Still owed of the slip. */
  outstanding: string;
  /** Held for shipments that have not left yet. */
  held: string;
  /** Held amounts whose shipment has left. */
  shipped: string;
  /** True for a slip on account that waits for no shipment: all that is owed of it weighs. */
  whole: boolean;
}

const least = (a: string, b: string): string => (compareMoney(a, b) < 0 ? a : b);

/** P-9: what is owed on account and what is held for shipments; paying a slip frees its room again. */
export function creditUse(slips: readonly OnAccount[]): { used: string; held: string } {
  let used = '0.00';
  let held = '0.00';
  for (const slip of slips) {
    const mine = slip.whole ? slip.outstanding : least(slip.shipped, slip.outstanding);
    used = addMoney(used, mine);
    held = addMoney(held, least(slip.held, subtractMoney(slip.outstanding, mine)));
  }
  return { used, held };
}

/** P-9: limit less used less held. */
export function roomOf(limit: string, use: { used: string; held: string }): string {
  return subtractMoney(subtractMoney(limit, use.used), use.held);
}

/** P-9: whether a shipment may go on credit; room exactly equal is enough. */
export function decideHold(limit: string | null, use: { used: string; held: string }, amount: string): { held: boolean; reason: string; room: string } {
  if (limit === null) return { held: false, reason: 'NO_CREDIT_LINE', room: '0.00' };
  const room = roomOf(limit, use);
  if (compareMoney(amount, room) > 0) return { held: false, reason: 'CREDIT_EXHAUSTED', room };
  return { held: true, reason: '', room: subtractMoney(room, amount) };
}

/** Approver ≠ requester in every approval. Refuses STEP_NOT_ALLOWED, APPROVER_IS_REQUESTER. */
export function assertApprovable(line: { proposedLimit: string | null; draftedBy: string }, userId: string): void {
  if (line.proposedLimit === null) throw new Refusal('failed_precondition', 'STEP_NOT_ALLOWED', 'There is no limit to approve.');
  if (line.draftedBy === userId) throw new Refusal('permission_denied', 'APPROVER_IS_REQUESTER', 'Who drafted a credit line does not approve it.');
}

const COMPUTED = /^\d{1,12}(\.\d{1,2})?$/;

/**
 * An amount of money above zero with at most 10 digits and 2 decimals, or from zero on; one that a service computed may be
 * as long as columns hold it. Refuses AMOUNT_INVALID.
 */
export function assertAmount(value: string, field: string, options: { zero?: boolean; computed?: boolean } = {}): string {
  const fits = COMPUTED.test(value) && (options.computed === true || isAmount(value)) && (options.zero === true || compareMoney(value, '0.00') > 0);
  if (fits) return addMoney(value);
  throw new Refusal('invalid_argument', 'AMOUNT_INVALID', 'An amount is positive and has at most 10 digits and 2 decimals.', { field });
}
