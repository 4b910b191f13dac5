import { Decimal as SharedDecimal } from 'decimal.js';
import { Refusal } from './refusal.js';

/** An own constructor, so that nobody's global setting changes the rounding of money; a total times a weight is exact. */
const Decimal = SharedDecimal.clone({ precision: 80, rounding: SharedDecimal.ROUND_HALF_UP });
type Decimal = SharedDecimal;

const DECIMAL = /^-?\d{1,30}(\.\d{1,10})?$/;
/** What anybody may state; a column holds a hundred of the greatest, so that no sum of a document outgrows it. */
const AMOUNT = /^-?\d{1,10}(\.\d{1,2})?$/;
/** A single amount that is not negative, as forms and sheets take it: fees, prices of sales, payments. */
export const STATED_AMOUNT = /^(0|[1-9]\d{0,9})(\.\d{1,2})?$/;
/** Totals have no limit of their own: more than any number of columns can add up to. */
const TOTAL = /^-?\d{1,30}(\.\d{1,2})?$/;
const UNIT_PRICE = /^\d{1,10}(\.\d{1,4})?$/;

/** True for a single amount as people state it: at most 10 digits before the point, plain digits, no exponent. Totals may be longer. */
export function isAmount(value: unknown): value is string {
  return typeof value === 'string' && AMOUNT.test(value);
}

/** True for a unit price as columns hold it: numeric(14,4), never negative. */
export function isUnitPrice(value: unknown): value is string {
  return typeof value === 'string' && UNIT_PRICE.test(value);
}

/** The greatest amount that a column of money holds: numeric(14,2). */
const COLUMN_MAX = new Decimal('999999999999.99');

/** F-2: a line or sum that is to be kept, as it is. Refuses AMOUNT_TOO_LARGE with the field that it comes from. */
export function keptAmount(value: string, field: string): string {
  if (amount(value).abs().lessThanOrEqualTo(COLUMN_MAX)) return value;
  throw new Refusal('invalid_argument', 'AMOUNT_TOO_LARGE', 'The amount has more than 12 digits before the point.', { field });
}

/**
 * Amount of a line: unit price × quantity, rounded half up to the fen, away from zero for reversing lines (F-2).
 * Refuses INVALID_AMOUNT for a price that is no unit price and INVALID_QUANTITY for a fractional quantity.
 */
export function lineAmount(unitPrice: string, quantity: number): string {
  if (!isUnitPrice(unitPrice)) throw invalidAmount(unitPrice);
  if (!Number.isSafeInteger(quantity)) {
    throw new Refusal('invalid_argument', 'INVALID_QUANTITY', 'A quantity is a whole number.', { quantity });
  }
  return fen(new Decimal(unitPrice).times(quantity));
}

/** Tax of one line: net × rate in percent, rounded half up to the fen. Totals are sums of rounded lines (F-2). */
export function taxOf(net: string, taxRatePercent: string): string {
  return fen(amount(net).times(decimal(taxRatePercent)).dividedBy(100));
}

/** Sum of amounts, '0.00' of none. */
export function addMoney(first = '0', ...rest: string[]): string {
  return fen(rest.reduce((sum, each) => sum.plus(amount(each)), amount(first)));
}

/** a − b. */
export function subtractMoney(a: string, b: string): string {
  return fen(amount(a).minus(amount(b)));
}

/** −a; zero stays '0.00'. */
export function negateMoney(a: string): string {
  return fen(amount(a).negated());
}

/** value × numerator / denominator, rounded half up to the fen, away from zero when negative. */
export function scaleMoney(value: string, numerator: number, denominator: number): string {
  return fen(amount(value).times(numerator).dividedBy(denominator));
}

/** A unit price raised or lowered by a percentage, rounded half up to 4 decimals. Refuses INVALID_AMOUNT for no unit price. */
export function adjustUnitPrice(unitPrice: string, percent: string): string {
  if (!isUnitPrice(unitPrice)) throw invalidAmount(unitPrice);
  return new Decimal(unitPrice).times(decimal(percent).plus(100)).dividedBy(100).toDecimalPlaces(4, Decimal.ROUND_HALF_UP).toFixed(4);
}

/** −1 when a < b, 0 when equal, 1 when a > b, of unit prices with up to 4 decimals. Refuses INVALID_AMOUNT for no unit price. */
export function compareUnitPrices(a: string, b: string): -1 | 0 | 1 {
  const wrong = [a, b].find((price) => !isUnitPrice(price));
  if (wrong !== undefined) throw invalidAmount(wrong);
  return Math.sign(new Decimal(a).comparedTo(b)) as -1 | 0 | 1;
}

/** How much a price or fee lies above a reference in percent with one decimal, negative below it; empty for a reference of nothing. */
export function percentAbove(value: string, reference: string): string {
  const base = decimal(reference);
  if (base.isZero()) return '';
  const percent = decimal(value).minus(base).times(100).dividedBy(base).toDecimalPlaces(1, Decimal.ROUND_HALF_UP);
  return (percent.isZero() ? percent.abs() : percent).toFixed(1);
}

/** True when a value lies above a reference by more than a percentage; above nothing is anything. */
export function exceeds(value: string, reference: string, percent: number): boolean {
  return decimal(value).times(100).greaterThan(decimal(reference).times(100 + percent));
}

/** −1 when a < b, 0 when equal, 1 when a > b; '1.0' and '1.00' are equal. */
export function compareMoney(a: string, b: string): -1 | 0 | 1 {
  return Math.sign(amount(a).comparedTo(amount(b))) as -1 | 0 | 1;
}

/** True for zero in any notation. */
export function isZeroMoney(a: string): boolean {
  return amount(a).isZero();
}

/**
 * Splits a total over weights so that the parts add up to it exactly: each part is cut to the fen, what is left
 * goes fen by fen to the largest remainders, earlier weights first when equal. 100.00 over three equal weights is
 * 33.34, 33.33, 33.33. A negative total is the mirror image. Refuses INVALID_WEIGHTS when no weight is positive.
 */
export function splitByLargestRemainder(total: string, weights: (string | number)[]): string[] {
  const shares = weights.map((weight) => decimal(String(weight)));
  const sum = shares.reduce((a, b) => a.plus(b), new Decimal(0));
  if (shares.some((share) => share.isNegative() && !share.isZero()) || sum.lessThanOrEqualTo(0)) {
    throw new Refusal('invalid_argument', 'INVALID_WEIGHTS', 'Weights are zero or more, and one is more than zero.');
  }
  const fens = amount(total).times(100);
  const whole = fens.abs();
  // Compared as numerators over the same denominator, so that no division rounds a tie apart.
  const parts = shares.map((share, index) => {
    const cut = whole.times(share).dividedToIntegerBy(sum);
    return { index, cut, rest: whole.times(share).minus(cut.times(sum)) };
  });
  const left = whole.minus(parts.reduce((a, part) => a.plus(part.cut), new Decimal(0))).toNumber();
  const byRest = [...parts].sort((a, b) => b.rest.comparedTo(a.rest) || a.index - b.index);
  for (const part of byRest.slice(0, left)) part.cut = part.cut.plus(1);
  return parts.map((part) => fen((fens.isNegative() ? part.cut.negated() : part.cut).dividedBy(100)));
}

function fen(value: Decimal): string {
  return value.toDecimalPlaces(2, Decimal.ROUND_HALF_UP).toFixed(2);
}

function amount(value: string): Decimal {
  if (!TOTAL.test(value)) throw invalidAmount(value);
  return new Decimal(value);
}

function decimal(value: string): Decimal {
  if (!DECIMAL.test(value)) throw invalidAmount(value);
  return new Decimal(value);
}

function invalidAmount(value: unknown): Refusal {
  return new Refusal('invalid_argument', 'INVALID_AMOUNT', 'Not a decimal amount.', { value: String(value).slice(0, 40) });
}
