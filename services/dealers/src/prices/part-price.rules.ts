import { adjustUnitPrice, checkWithinYear, isRealDate, isUnitPrice, percentAbove, Refusal, requireRole, type DealerStatus } from '@aftercare/domain';

/** Parts of one change by hand, and of a copy that names none. */
export const PARTS_MAX = 200;
export const COPIED_MAX = 2_000;

const PERCENT = /^-?(0|[1-9]\d{0,2})(\.\d{1,2})?$/;
const PERCENT_MIN = -90;
const PERCENT_MAX = 500;

/** D-3: only the dealer itself sets its prices. Refuses ROLE_NOT_ALLOWED. */
export function requirePriceRole(role: string): void {
  requireRole(role, ['dealer_manager'], 'part-prices');
}

/**
 * D-3: a price begins today or later, within a year: what was agreed with a customer under the old one stays true.
 * Refuses INVALID_DATE, DATE_IN_PAST, DATE_TOO_FAR, DEALER_NOT_ACTIVE.
 */
export function checkFirstDay(effectiveFrom: string, today: string, status: DealerStatus): void {
  if (!isRealDate(effectiveFrom)) throw refused('INVALID_DATE', 'effectiveFrom', 'This is not a calendar date.');
  if (effectiveFrom < today) throw refused('DATE_IN_PAST', 'effectiveFrom', 'Prices change from today or a later day on.');
  checkWithinYear('effectiveFrom', effectiveFrom, today);
  if (status === 'terminated') throw new Refusal('failed_precondition', 'DEALER_NOT_ACTIVE', 'A terminated dealer sets no prices.', { status });
}

/** D-3: a change names 1 to 200 parts, each once. Refuses PRICES_MISSING, PART_DOUBLE. */
export function checkParts(partIds: readonly string[], field: string): void {
  if (partIds.length === 0 || partIds.length > PARTS_MAX) throw refused('PRICES_MISSING', field, `Name 1 to ${PARTS_MAX} parts.`);
  const double = partIds.findIndex((id, at) => partIds.indexOf(id) !== at);
  if (double >= 0) throw refused('PART_DOUBLE', `${field}[${double}]`, 'A part stands once.');
}

/** D-3: an own price has at most ten digits and four decimals and is not negative. Refuses PRICE_INVALID. */
export function checkPrice(unitPrice: string, field = 'unitPrice'): void {
  if (!isUnitPrice(unitPrice)) throw refused('PRICE_INVALID', field, 'A price has up to 4 decimals.');
}

/** D-3: a suggestion as own price, raised or lowered by -90 to 500 percent. Refuses PERCENT_INVALID. */
export function copied(suggested: string, percent: string): string {
  checkPercent(percent);
  return adjustUnitPrice(suggested, percent || '0');
}

/** Refuses PERCENT_INVALID. */
export function checkPercent(percent: string): void {
  if (percent === '') return;
  if (!PERCENT.test(percent) || Number(percent) < PERCENT_MIN || Number(percent) > PERCENT_MAX) {
    throw refused('PERCENT_INVALID', 'adjustPercent', `A percentage lies between ${PERCENT_MIN} and ${PERCENT_MAX}.`);
  }
}

/** An own price as it is set; without one the suggestion holds again. */
export interface GivenPrice {
  partId: string;
  partNumber: string;
  unitPrice: string | null;
}

/** What an end customer pays, and whose price it is. */
export interface EndUserPrice {
  unitPrice: string;
  source: 'own' | 'suggested' | '';
  deviationPercent: string;
}

/** D-3: the dealer's own price counts, else the suggested one; each is empty where there is none. */
export function endUserPrice(own: string, suggested: string): EndUserPrice {
  const source = own !== '' ? 'own' : suggested !== '' ? 'suggested' : '';
  return { unitPrice: own || suggested, source, deviationPercent: own !== '' && suggested !== '' ? percentAbove(own, suggested) : '' };
}

function refused(reason: string, field: string, message: string): Refusal {
  return new Refusal('invalid_argument', reason, message, { field });
}
