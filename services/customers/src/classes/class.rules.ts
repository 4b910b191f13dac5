import { addDays, addMonths, CUSTOMER_CLASSES, Refusal, requireRole, type CustomerClass, type Role } from '@aftercare/domain';

const PINNERS: readonly Role[] = ['dealer_manager', 'service_clerk'];

/** What a customer brought one dealer in the period. */
export interface Contribution {
  customerId: string;
  /** Sale prices, 2 decimals. */
  contribution: string;
  /** Days with a purchase. */
  frequency: number;
  /** Local date of the last of them. */
  lastOn: string;
}

/** Percentages of the share before a customer. */
export interface ClassLimits {
  aPercent: number;
  bPercent: number;
}

export interface Classified extends Contribution {
  class: CustomerClass;
  /** Percent of the sum that customers before this one made, 2 decimals, cut. */
  shareBefore: string;
}

/**
 * C-7: within one dealer, by contribution, then frequency, then recency: A while the share before a customer is under the
 * first limit, B under the second, else C. Who contributed nothing is not in the answer: he is C.
 */
export function classify(contributions: readonly Contribution[], { aPercent, bPercent }: ClassLimits): Classified[] {
  const ranked = contributions.filter(({ contribution }) => fen(contribution) > 0n).sort(inRank);
  const total = ranked.reduce((sum, { contribution }) => sum + fen(contribution), 0n);
  let before = 0n;
  return ranked.map((each) => {
    const isUnder = (percent: number): boolean => before * 100n < total * BigInt(percent);
    const classified: Classified = { ...each, class: isUnder(aPercent) ? 'A' : isUnder(bPercent) ? 'B' : 'C', shareBefore: percentText(before, total) };
    before += fen(each.contribution);
    return classified;
  });
}

/** C-7: the whole months before the first day of a month. */
export function periodBefore(month: string, months: number): { from: string; to: string } {
  const first = `${month}-01`;
  return { from: addMonths(first, -months), to: addDays(first, -1) };
}

/** The month whose beginning comes next. */
export function monthAfter(month: string): string {
  return addMonths(`${month}-01`, 1).slice(0, 7);
}

/** C-7: the customer's dealer pins, or the clerk on its behalf. Refuses ROLE_NOT_ALLOWED. */
export function requirePinRole(role: string): void {
  requireRole(role, PINNERS, 'pin a class');
}

/** C-7: a class can be pinned by hand. Refuses CLASS_UNKNOWN. */
export function classOf(given: string): CustomerClass {
  if ((CUSTOMER_CLASSES as readonly string[]).includes(given)) return given as CustomerClass;
  throw new Refusal('invalid_argument', 'CLASS_UNKNOWN', 'A class is A, B or C.', { field: 'class' });
}

/** C-1, C-7: the better class of two files that become one, until the next computation. */
export function betterClass(one: CustomerClass, other: CustomerClass): CustomerClass {
  return one < other ? one : other;
}

function inRank(a: Contribution, b: Contribution): number {
  const byMoney = fen(b.contribution) - fen(a.contribution);
  if (byMoney !== 0n) return byMoney > 0n ? 1 : -1;
  if (a.frequency !== b.frequency) return b.frequency - a.frequency;
  if (a.lastOn !== b.lastOn) return a.lastOn < b.lastOn ? 1 : -1;
  return a.customerId < b.customerId ? -1 : 1;
}

/** Whole fen of an amount with at most 2 decimals, so that shares are compared exactly. */
function fen(amount: string): bigint {
  const [whole = '0', part = ''] = amount.split('.');
  return BigInt(whole) * 100n + BigInt(part.padEnd(2, '0'));
}

function percentText(part: bigint, total: bigint): string {
  const hundredths = (part * 10_000n) / total;
  return `${hundredths / 100n}.${String(hundredths % 100n).padStart(2, '0')}`;
}
