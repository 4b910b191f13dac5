import { Temporal } from 'temporal-polyfill';
import type { Locale } from './codes.js';
import { Refusal } from './refusal.js';

/** The manufacturer's time zone: every business date is a date there (W-1). */
export const BUSINESS_ZONE = 'Asia/Shanghai';

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/;
/** The extended spelling only, to the nanosecond; PostgreSQL takes offsets of less than 16 hours. */
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:[0-5]\d(\.\d{1,9})?)?(Z|[+-](0\d|1[0-5]):[0-5]\d)$/;
/** Years that people mean, and that every clock, driver and JSON mapping on the way can write. */
const YEAR_MIN = 1900;
const YEAR_MAX = 9999;
const MONTHS = 12;
const DATE_LENGTH = 10;

/** True for a calendar date 'YYYY-MM-DD' that exists: 2026-02-30 does not. */
export function isRealDate(value: unknown): value is string {
  if (typeof value !== 'string' || !DATE.test(value) || value < '0001') return false;
  const [year, month, day] = partsOf(value);
  return month >= 1 && month <= MONTHS && day >= 1 && day <= daysOf(year, month);
}

/** Lists ask for dates and instants by the hundred: these and months added to dates are counted here, for which Temporal takes some twenty times as long. */
function partsOf(date: string): [year: number, month: number, day: number] {
  return [Number(date.slice(0, 4)), Number(date.slice(5, 7)), Number(date.slice(8, 10))];
}

function daysOf(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** True for a month 'YYYY-MM'. */
export function isRealMonth(value: unknown): value is string {
  return typeof value === 'string' && MONTH.test(value);
}

/** The local date on which an instant falls; Shanghai's summer time of 1986–91 is minded. */
export function businessDate(at: string | Date): string {
  return isWire(at) && at >= WHOLE_HOURS_FROM ? dateOfHour(at) : dateOf(instant(at));
}

const dateOf = (at: Temporal.Instant): string => at.toZonedDateTimeISO(BUSINESS_ZONE).toPlainDate().toString();

/** Before it Shanghai kept the sun's time; from then on its clocks are off by whole hours, so that all instants of an hour have one date. */
const WHOLE_HOURS_FROM = '1902';
const HOUR_LENGTH = 13;
const HOURS_MAX = 5_000;
const dateByHour = new Map<string, string>();

/** One moment is asked for its date many times over. */
function dateOfHour(at: string): string {
  const hour = at.slice(0, HOUR_LENGTH);
  const known = dateByHour.get(hour);
  if (known !== undefined) return known;
  const date = dateOf(instant(at));
  if (dateByHour.size >= HOURS_MAX) dateByHour.clear();
  dateByHour.set(hour, date);
  return date;
}

/** The local month 'YYYY-MM' of a date or an instant; a posting's month is the one of its commit (B-6). */
export function monthOf(dateOrInstant: string | Date): string {
  const date = typeof dateOrInstant === 'string' && DATE.test(dateOrInstant) ? plain(dateOrInstant).toString() : businessDate(dateOrInstant);
  return date.slice(0, 7);
}

/** The date n days later (earlier when negative). The first day is not counted (Civil Code, art. 201). */
export function addDays(date: string, days: number): string {
  return plain(date).add({ days }).toString();
}

/** The corresponding day n months later, or that month's last day where there is none (W-1). */
export function addMonths(date: string, months: number): string {
  if (!isRealDate(date)) throw invalidDate(date);
  const [year, month, day] = partsOf(date);
  const whole = year * MONTHS + month - 1 + months;
  const [inYear, inMonth] = [Math.floor(whole / MONTHS), (whole % MONTHS) + 1];
  if (!Number.isInteger(months) || inYear < 1 || inYear > YEAR_MAX) return plain(date).add({ months }, { overflow: 'constrain' }).toString();
  return [String(inYear).padStart(4, '0'), twoDigits(inMonth), twoDigits(Math.min(day, daysOf(inYear, inMonth)))].join('-');
}

const twoDigits = (value: number): string => String(value).padStart(2, '0');

/** Whole days from a to b: 0 on the same day, negative when b is earlier. */
export function daysBetween(a: string, b: string): number {
  return plain(a).until(plain(b), { largestUnit: 'day' }).days;
}

/** The last date of a month 'YYYY-MM'. */
export function lastDayOfMonth(month: string): string {
  if (!isRealMonth(month)) throw invalidDate(month);
  const yearMonth = Temporal.PlainYearMonth.from(month);
  return yearMonth.toPlainDate({ day: yearMonth.daysInMonth }).toString();
}

/** The instant at which a date begins in the business zone. */
export function startOfDay(date: string): string {
  return wire(plain(date).toZonedDateTime(BUSINESS_ZONE).toInstant());
}

/** The instant before which a date still counts: the next day 00:00 local, half-open (W-1, D-7). */
export function endOfDay(date: string): string {
  return startOfDay(addDays(date, 1));
}

/** The instant n hours later by the wall; service clocks never pause. Fractions are allowed. */
export function addHours(at: string | Date, hours: number): string {
  if (isWire(at)) {
    const later = new Date(Date.parse(at) + Math.round(hours * 3_600_000));
    if (later.getTime() <= LAST_MS) return later.toISOString();
  }
  return wire(instant(at).add({ milliseconds: Math.round(hours * 3_600_000) }));
}

/** How each language writes a local time; English in the order that is read alike everywhere. */
const LOCAL_TIME: Record<Locale, Intl.DateTimeFormat> = {
  'zh-CN': new Intl.DateTimeFormat('zh-CN', { dateStyle: 'medium', timeStyle: 'short', timeZone: BUSINESS_ZONE }),
  en: new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: BUSINESS_ZONE }),
};

/** An instant as people read it, by the clock of the business zone: '2026年3月1日 18:00', '1 Mar 2026, 18:00'. */
export function localTime(at: string | Date, locale: Locale): string {
  return LOCAL_TIME[locale].format(isInstant(at) ? Date.parse(at) : instant(at).epochMilliseconds);
}

/** −1 when a is before b, 0 at the same moment, 1 after; spellings and offsets do not matter. */
export function compareInstant(a: string | Date, b: string | Date): -1 | 0 | 1 {
  if (isWire(a) && isWire(b)) return a < b ? -1 : a > b ? 1 : 0;
  return Math.sign(Temporal.Instant.compare(instant(a), instant(b))) as -1 | 0 | 1;
}

/**
 * True for an instant with an offset or Z, as every instant travels: ISO 8601 in its extended spelling, of a year from 1900
 * to 9999 in UTC, also when rounded to the microsecond, as columns keep it.
 */
export function isInstant(value: unknown): value is string {
  if (typeof value !== 'string' || !INSTANT.test(value)) return false;
  if (!isRealDate(value.slice(0, DATE_LENGTH)) || value.slice(11, 13) > '23' || value.slice(14, 16) > '59') return false;
  const year = Number(value.slice(0, 4));
  // Neither an offset nor rounding leads out of the years between.
  if (year > YEAR_MIN && year < YEAR_MAX) return true;
  return isOfYears(value);
}

function isOfYears(value: string): boolean {
  try {
    const { year } = Temporal.Instant.from(value).round('microsecond').toZonedDateTimeISO('UTC');
    return year >= YEAR_MIN && year <= YEAR_MAX;
  } catch {
    return false;
  }
}

/** The last moment whose year has four digits. */
const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z');
const WIRE_LENGTH = '2026-01-01T00:00:00.000Z'.length;

/** True for an instant in its one spelling, which is ordered as text is; Temporal takes some twenty times as long for it. */
const isWire = (at: string | Date): at is string => typeof at === 'string' && at.length === WIRE_LENGTH && at.endsWith('Z') && isInstant(at);

/** The one spelling of an instant: UTC, milliseconds, Z. */
function wire(value: Temporal.Instant): string {
  return value.toString({ smallestUnit: 'millisecond' });
}

function instant(value: string | Date): Temporal.Instant {
  try {
    return typeof value === 'string'
      ? Temporal.Instant.from(value)
      : Temporal.Instant.fromEpochMilliseconds(value.getTime());
  } catch {
    throw new Refusal('invalid_argument', 'INVALID_INSTANT', 'Not an instant with an offset.', { value: String(value).slice(0, 40) });
  }
}

function plain(date: string): Temporal.PlainDate {
  if (!isRealDate(date)) throw invalidDate(date);
  return Temporal.PlainDate.from(date);
}

function invalidDate(value: unknown): Refusal {
  return new Refusal('invalid_argument', 'INVALID_DATE', 'Not a calendar date.', { value: String(value).slice(0, 40) });
}
