import { checkWithinYear, isRealDate, Refusal, requireRole, STATED_AMOUNT, type DealerStatus } from '@aftercare/domain';

/** D-3: only the dealer itself sets its fees. Refuses ROLE_NOT_ALLOWED. */
export function requireFeeRole(role: string): void {
  requireRole(role, ['dealer_manager'], 'fees');
}

/**
 * D-3: labour and travel fee per visit from a day on, at most 10 digits and two decimals, zero allowed. A fee begins today or later, within a year: what
 * was agreed with a customer under the old one stays true. Refuses AMOUNT_INVALID, INVALID_DATE, DATE_IN_PAST, DATE_TOO_FAR, DEALER_NOT_ACTIVE.
 */
export function checkFees(fees: { labourFee: string; travelFee: string; effectiveFrom: string }, today: string, status: DealerStatus): void {
  for (const field of ['labourFee', 'travelFee'] as const) {
    if (!STATED_AMOUNT.test(fees[field])) {
      throw new Refusal('invalid_argument', 'AMOUNT_INVALID', 'An amount has at most 10 digits, at most two decimals and is not negative.', { field });
    }
  }
  if (!isRealDate(fees.effectiveFrom)) {
    throw new Refusal('invalid_argument', 'INVALID_DATE', 'This is not a calendar date.', { field: 'effectiveFrom' });
  }
  if (fees.effectiveFrom < today) {
    throw new Refusal('invalid_argument', 'DATE_IN_PAST', 'Fees change from today or a later day on.', { field: 'effectiveFrom' });
  }
  checkWithinYear('effectiveFrom', fees.effectiveFrom, today);
  if (status === 'terminated') {
    throw new Refusal('failed_precondition', 'DEALER_NOT_ACTIVE', 'A terminated dealer sets no fees.', { status });
  }
}
