import { addMonths } from '@aftercare/domain';
import type { Period } from '../files/dealer-file.rules.js';

/** A period in whole months, whose figures are kept, and the days before and behind them. */
export interface SplitPeriod {
  /** First days of months, half-open; equal when there is no whole month. */
  months: Period;
  before: Period;
  behind: Period;
}

const firstOf = (date: string): string => `${date.slice(0, 'yyyy-mm'.length)}-01`;

/** the whole months of a half-open period and the days that are left. Of a month that still goes on nothing is behind today, so that it is whole. */
export function wholeMonths({ from, to }: Period, today: string): SplitPeriod {
  const first = from === firstOf(from) ? from : addMonths(firstOf(from), 1);
  const last = to > today && to !== firstOf(to) ? addMonths(firstOf(to), 1) : firstOf(to);
  if (first >= last) return { months: { from: first, to: first }, before: { from, to }, behind: { from: to, to } };
  return { months: { from: first, to: last }, before: { from, to: first }, behind: last < to ? { from: last, to } : { from: to, to } };
}
