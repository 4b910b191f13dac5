import type { Stage } from '@aftercare/domain';
import { lastDayOf, type Term } from './terms.rules.js';

/** What of a unit its stage follows from. */
export interface UnitDates {
  /** Null while unsold, or sold with an unknown date. */
  purchaseDate: string | null;
  /** The day the first installation was accepted. */
  acceptedOn: string | null;
  /** The furthest extension (W-10). */
  extendedUntil: string | null;
}

/** W-2: the last day of the unit's longest term, extensions included; null while no term has begun. */
export function warrantyUntil(unit: UnitDates, terms: readonly Term[]): string | null {
  // A sale whose date nobody knows began at the latest with the installation.
  const purchaseDate = unit.purchaseDate ?? unit.acceptedOn;
  const ends = purchaseDate === null ? [] : terms.map((term) => lastDayOf(term, { purchaseDate, acceptedOn: unit.acceptedOn }));
  if (unit.extendedUntil !== null) ends.push(unit.extendedUntil);
  return ends.sort().at(-1) ?? null;
}

/** W-2: the stage of a unit on a day; it is computed whenever it is asked for. */
export function stageOn(date: string, unit: UnitDates, terms: readonly Term[]): Stage {
  if (unit.acceptedOn === null || date < unit.acceptedOn) return 'unboxing';
  const until = warrantyUntil(unit, terms);
  return until !== null && date <= until ? 'in_warranty' : 'out_of_warranty';
}
