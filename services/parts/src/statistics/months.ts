import { addMonths, isRealMonth, startOfDay } from '@aftercare/domain';
import { invalidField } from '@aftercare/messaging';

/** A month as days and as instants; both ends are exclusive at the top. */
export interface MonthRange {
  firstDay: string;
  nextFirstDay: string;
  from: string;
  until: string;
}

/** A local month of the calendar. Errors: MONTH_INVALID. */
export function monthRange(month: string): MonthRange {
  requireMonth(month);
  const firstDay = `${month}-01`;
  const nextFirstDay = addMonths(firstDay, 1);
  return { firstDay, nextFirstDay, from: startOfDay(firstDay), until: startOfDay(nextFirstDay) };
}

/** Errors: MONTH_INVALID. */
export function requireMonth(month: string): void {
  if (!isRealMonth(month)) throw invalidField('month', 'A month is written as 2026-03.', 'MONTH_INVALID');
}
