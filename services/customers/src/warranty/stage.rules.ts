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
  return warrantyEnds(unit, terms).last;
}

/** W-2, W-10: the last days of the terms that end first and last; an extension lengthens each that ends before it. */
export function warrantyEnds({ purchaseDate, acceptedOn, extendedUntil }: UnitDates, terms: readonly Term[]): { first: string | null; last: string | null } {
  // A sale whose date nobody knows began at the latest with the installation.
  const began = purchaseDate ?? acceptedOn;
  const ends = began === null ? [] : terms.map((term) => lastDayOf(term, { purchaseDate: began, acceptedOn })).sort();
  const lengthened = (end: string | undefined): string | null => [end ?? '', extendedUntil ?? ''].sort().at(-1) || null;
  return { first: lengthened(ends.at(0)), last: lengthened(ends.at(-1)) };
}

/** W-2: the stage of a unit on a day; it is computed whenever it is asked for. */
export function stageOn(date: string, unit: UnitDates, terms: readonly Term[]): Stage {
  if (unit.acceptedOn === null || date < unit.acceptedOn) return 'unboxing';
  const until = warrantyUntil(unit, terms);
  return until !== null && date <= until ? 'in_warranty' : 'out_of_warranty';
}
