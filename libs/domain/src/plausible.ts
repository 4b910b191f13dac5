import { addMonths, compareInstant, endOfDay, isInstant, isRealDate, startOfDay } from './calendar.js';
import { Refusal } from './refusal.js';

/** A date or time further away than this is a slip of the keyboard, most often in the year. */
const FAR_MONTHS = 12;

/** A window of time as two fields of a request. */
export interface TimeWindow {
  /** ISO 8601, or empty. */
  from: string;
  to: string;
  /** The fields' common beginning: "wished" of wishedFrom and wishedTo. */
  name: string;
}

/** Each end given is a moment, and it ends after it begins. Refuses TIME_INVALID. */
export function checkWindow({ from, to, name }: TimeWindow): void {
  for (const [field, value] of [[`${name}From`, from], [`${name}To`, to]] as const) {
    if (value !== '' && !isInstant(value)) throw invalid('TIME_INVALID', field, 'Give a moment as ISO 8601 with its offset.');
  }
  if (from !== '' && to !== '' && compareInstant(from, to) !== -1) throw invalid('TIME_INVALID', `${name}To`, 'The window must end after it begins.');
}

/** An appointment has both ends, or is not made. Refuses FIELD_MISSING. */
export function checkWholeWindow({ from, to, name }: TimeWindow): void {
  if ((from === '') === (to === '')) return;
  throw invalid('FIELD_MISSING', from === '' ? `${name}From` : `${name}To`, 'An appointment says when it begins and when it ends.');
}

/**
 * What people wait for lies ahead and within a year; what was over earlier on the same day is let in, since the day's work is
 * often entered in the evening. The window is one that checkWindow let pass. Refuses TIME_IN_PAST, TIME_TOO_FAR.
 */
export function checkComingWindow({ from, to, name }: TimeWindow, today: string): void {
  const last = to === '' ? { field: `${name}From`, value: from } : { field: `${name}To`, value: to };
  if (last.value === '') return;
  if (compareInstant(last.value, startOfDay(today)) === -1) throw invalid('TIME_IN_PAST', last.field, 'This time is over.');
  const tooFar = endOfDay(addMonths(today, FAR_MONTHS));
  for (const [field, value] of [[`${name}From`, from], [`${name}To`, to]] as const) {
    if (value !== '' && compareInstant(value, tooFar) !== -1) throw invalid('TIME_TOO_FAR', field, 'This is more than a year ahead.');
  }
}

/** A wished day is today or later, within a year; empty when nothing is wished. Refuses DATE_INVALID, DATE_IN_PAST, DATE_TOO_FAR. */
export function checkComingDate(field: string, date: string, today: string): void {
  if (date === '') return;
  if (!isRealDate(date)) throw invalid('DATE_INVALID', field, 'This is not a calendar date.');
  if (date < today) throw invalid('DATE_IN_PAST', field, 'Give today or a later day.');
  checkWithinYear(field, date, today);
}

/** The day from which something is to hold lies within a year; the date is a real one. Refuses DATE_TOO_FAR. */
export function checkWithinYear(field: string, date: string, today: string): void {
  if (date > addMonths(today, FAR_MONTHS)) throw invalid('DATE_TOO_FAR', field, 'This is more than a year ahead.');
}

/** The day of something held or planned: at most so many months ago and within a year; the date is a real one. Refuses DATE_LONG_AGO, DATE_TOO_FAR. */
export function checkNearDate(field: string, date: string, { today, monthsBack }: { today: string; monthsBack: number }): void {
  if (date < addMonths(today, -monthsBack)) throw invalid('DATE_LONG_AGO', field, `This is more than ${monthsBack} months ago.`);
  checkWithinYear(field, date, today);
}

/** The date on a paper that is there: not after today. Refuses INVALID_DATE, DATE_IN_FUTURE. */
export function checkPaperDate(field: string, date: string, today: string): void {
  if (!isRealDate(date)) throw invalid('INVALID_DATE', field, 'This is not a calendar date.');
  if (date > today) throw invalid('DATE_IN_FUTURE', field, 'This day has not come yet.');
}

/** The same of a paper that is entered soon: not more than a year old either. Refuses also DATE_TOO_OLD. */
export function checkRecentPaperDate(field: string, date: string, today: string): void {
  checkPaperDate(field, date, today);
  if (date < addMonths(today, -FAR_MONTHS)) throw invalid('DATE_TOO_OLD', field, 'This is more than a year ago.');
}

function invalid(reason: string, field: string, message: string): Refusal {
  return new Refusal('invalid_argument', reason, message, { field });
}
