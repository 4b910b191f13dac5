import { addDays, addMonths, daysBetween, isRealDate, isRegionCode, Refusal } from '@aftercare/domain';

/** A half-open period of local dates. */
export interface Period {
  from: string;
  /** The day behind the last one. */
  to: string;
}

const MONTHS_DEFAULT = 12;
const YEARS_MAX = 5;
/** Later days have no day or no month behind them that a calendar date could name. */
export const LAST_DAY = '9998-12-31';
/** Fewer dealers than this would tell a dealer what another one's figures are. */
const DEALERS_MIN = 5;

/** D-4: the period asked for, first and last day with it; without dates the twelve months up to and with today. Refuses PERIOD_INVALID. */
export function periodOf(asked: { from: string; to: string }, today: string): Period {
  const last = asked.to || today;
  if (!isRealDate(last) || last > LAST_DAY) throw invalidPeriod('to');
  const to = addDays(last, 1);
  const from = asked.from || addMonths(to, -MONTHS_DEFAULT);
  if (!isRealDate(from)) throw invalidPeriod('from');
  if (from >= to || from < addMonths(to, -12 * YEARS_MAX)) throw invalidPeriod('from');
  return { from, to };
}

/** D-4: a period as it is told: with its last day. */
export function toldPeriod({ from, to }: Period): { from: string; to: string } {
  return { from, to: addDays(to, -1) };
}

/** D-4: what the region codes of a province, city or district begin with. Refuses REGION_UNKNOWN. */
export function regionPrefix(region: string): string {
  if (region === '') return '';
  if (!isRegionCode(region)) throw new Refusal('invalid_argument', 'REGION_UNKNOWN', 'This is no region code of GB/T 2260.', { field: 'region' });
  return region.replace(/(00){1,2}$/, '');
}

/** The day at whose beginning something is overdue: the end of the period, or today while the period goes on. */
export function lookedAtOn({ to }: Period, today: string): string {
  return to > today ? today : to;
}

/** D-4: one dealer is no network, and a dealer reads its figures only where enough dealers are behind them. */
export function showsNetwork(dealers: number, reader: { isManufacturer: boolean }): boolean {
  return dealers >= (reader.isManufacturer ? 2 : DEALERS_MIN);
}

/** Whole tenths of a quotient of whole numbers, rounded half up. */
function decimal(tenths: number, whole: number): string {
  const rounded = Math.floor((2 * tenths + whole) / (2 * whole));
  return `${Math.floor(rounded / 10)}.${rounded % 10}`;
}

/** D-4: solved calls a technician and 30 days, with one decimal; empty without technicians. */
export function callsPerTechnician(resolved: number, technicians: number, { from, to }: Period): string {
  const days = daysBetween(from, to);
  return technicians === 0 ? '' : decimal(resolved * 300, technicians * days);
}

function invalidPeriod(field: string): Refusal {
  return new Refusal('invalid_argument', 'PERIOD_INVALID', `A period is from a first to a last day, at most ${YEARS_MAX} years.`, { field, years: YEARS_MAX });
}
