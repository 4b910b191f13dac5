import { addDays, addMonths, compareInstant, endOfDay, isRealMonth, lastDayOfMonth, businessDate, monthOf, Refusal, startOfDay, type DealerStatus } from '@aftercare/domain';

/** A status of a dealer and the instants between which it held; `until` is null for the present one. Half-open. */
export interface StatusSpan {
  status: DealerStatus;
  since: string;
  until: string | null;
}

/** Local days, both count. */
export interface DayPeriod {
  firstDay: string;
  lastDay: string;
}

/** D-7: a dealer in one of these owes both reports of the month. */
export function isOwing(status: DealerStatus): boolean {
  return status === 'active' || status === 'suspended';
}

/** D-7: a dealer that was active or suspended on any day of a month owes both of its reports. */
export function owesMonth(spans: readonly StatusSpan[], month: string): boolean {
  return spans.some((span) => isOwing(span.status) && within(span, month) !== null);
}

/**
 * D-7, D-1: the days of a month on which the dealer was active, when it may have sold and installed. In the month of its first activation
 * the days before it count as well: it worked before it went live, and its first reports are of the whole month.
 */
export function activeDays(spans: readonly StatusSpan[], month: string): DayPeriod[] {
  return daysIn(spans, month, (status) => status === 'active');
}

/** D-7, D-1: the same with the days on which it was suspended, when it may have installed what was sold before. */
export function servingDays(spans: readonly StatusSpan[], month: string): DayPeriod[] {
  return daysIn(spans, month, isOwing);
}

/** The days that touch are one period. */
function daysIn(spans: readonly StatusSpan[], month: string, counts: (status: DealerStatus) => boolean): DayPeriod[] {
  const periods: DayPeriod[] = [];
  for (const span of spans) {
    const days = counts(span.status) ? within(span, month) : null;
    if (days === null) continue;
    const last = periods.at(-1);
    if (last && days.firstDay <= addDays(last.lastDay, 1)) last.lastDay = days.lastDay > last.lastDay ? days.lastDay : last.lastDay;
    else periods.push(days);
  }
  const wentLive = spans.find(({ status }) => status === 'active')?.since;
  const [first] = periods;
  if (first && wentLive !== undefined && monthOf(wentLive) === month) first.firstDay = firstDayOf(month);
  return periods;
}

/** The days of a month that a span touches; null when it touches none. */
function within({ since, until }: StatusSpan, month: string): DayPeriod | null {
  const [first, last] = [firstDayOf(month), lastDayOfMonth(month)];
  if (until !== null && (compareInstant(until, startOfDay(first)) <= 0 || compareInstant(until, since) <= 0)) return null;
  if (compareInstant(since, endOfDay(last)) >= 0) return null;
  const firstDay = businessDate(since) > first ? businessDate(since) : first;
  const lastDay = until === null || compareInstant(until, endOfDay(last)) >= 0 ? last : lastDayBefore(until);
  return { firstDay, lastDay };
}

/** The local day of the last moment before an instant: what ends at 00:00 does not touch the new day. */
function lastDayBefore(until: string): string {
  const day = businessDate(until);
  return compareInstant(until, startOfDay(day)) === 0 ? addDays(day, -1) : day;
}

/** The first date of a month 'YYYY-MM'. Refuses MONTH_INVALID. */
export function firstDayOf(month: string): string {
  if (!isRealMonth(month)) throw new Refusal('invalid_argument', 'MONTH_INVALID', 'A month is written YYYY-MM.', { field: 'month' });
  return `${month}-01`;
}

export function nextMonth(month: string): string {
  return addMonths(firstDayOf(month), 1).slice(0, 7);
}

export function previousMonth(month: string): string {
  return addMonths(firstDayOf(month), -1).slice(0, 7);
}

/** The instant at which a month is over and its reports can be handed in. */
export function monthEnd(month: string): string {
  return startOfDay(firstDayOf(nextMonth(month)));
}

/**
 * D-7: the last day on which the reports of a month are in time: this day of the next month, which itself still counts; its last
 * day where it has no such day.
 */
export function dueOn(month: string, dueDay: number): string {
  const due = nextMonth(month);
  const last = lastDayOfMonth(due);
  const day = `${due}-${String(dueDay).padStart(2, '0')}`;
  return day < last ? day : last;
}

/** D-7: late from the day after the due day 00:00 on: what was handed in by then is in time, for good. */
export function isLate(report: { dueOn: string; submittedAt: string | null }, now: string): boolean {
  return compareInstant(report.submittedAt ?? now, endOfDay(report.dueOn)) >= 0;
}
