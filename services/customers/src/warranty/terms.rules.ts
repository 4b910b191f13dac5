import { addDays, addMonths, checkWithinYear, Refusal, TERM_BASES, type TermBasis } from '@aftercare/domain';

/** W-9: how long one class of parts of a model is covered. "*" is the class of all parts that have no term of their own. */
export interface Term {
  partClass: string;
  months: number;
  coversParts: boolean;
  coversLabour: boolean;
  startBasis: TermBasis;
  /** Own term of a part put in at a repair, in months from the repair's confirmation; 0 means none. */
  replacementMonths: number;
}

/** The terms of a model from a day on; units bought earlier keep those of their day (W-8). */
export interface TermsVersion {
  version: number;
  effectiveFrom: string;
  terms: Term[];
}

/** The class that stands for all others. */
export const ANY_CLASS = '*';
/** The first terms of a model hold for every unit of it, however old. */
export const FROM_THE_FIRST_DAY = '1900-01-01';

/** A piece that the registry does not know is judged by the shortest general term of the trade. Decided here. */
export const UNREGISTERED_TERM: Term = {
  partClass: ANY_CLASS, months: 12, coversParts: true, coversLabour: true, startBasis: 'purchase', replacementMonths: 0,
};

const MONTHS_MAX = 600;
const TERMS_MAX = 50;
const CLASS = /^(\*|[a-z][a-z0-9_]{0,39})$/;

/** W-9: a model has at least one term, one per class. Refuses TERMS_MISSING, TERM_DOUBLE, TERM_INVALID. */
export function checkTerms(terms: readonly Term[]): void {
  if (terms.length === 0) throw refused('terms', 'TERMS_MISSING', 'A model has at least one warranty term.');
  if (terms.length > TERMS_MAX) throw refused('terms', 'TERM_INVALID', `A model has at most ${TERMS_MAX} terms.`);
  terms.forEach((term, at) => {
    if (!CLASS.test(term.partClass)) throw refused(`terms[${at}].partClass`, 'TERM_INVALID', 'A part class is lower snake case, or "*".');
    if (!(TERM_BASES as readonly string[]).includes(term.startBasis)) throw refused(`terms[${at}].startBasis`, 'TERM_INVALID', 'A term starts with the purchase or the commissioning.');
    for (const field of ['months', 'replacementMonths'] as const) {
      const months = term[field];
      if (!Number.isInteger(months) || months < 0 || months > MONTHS_MAX) throw refused(`terms[${at}].${field}`, 'TERM_INVALID', `Months are whole, 0 to ${MONTHS_MAX}.`);
    }
    if (terms.findIndex(({ partClass }) => partClass === term.partClass) !== at) throw refused(`terms[${at}].partClass`, 'TERM_DOUBLE', 'This class has a term already.');
  });
}

/** W-8: what was sold today has its terms; changed ones begin tomorrow at the earliest. */
export const earliestTermsStart = (today: string): string => addDays(today, 1);

/** W-9: changed terms begin tomorrow or later, within a year, so that no case gets another answer (W-8). Refuses TERMS_START_TOO_EARLY, DATE_TOO_FAR. */
export function checkTermsStart(effectiveFrom: string, today: string): void {
  const earliest = earliestTermsStart(today);
  if (effectiveFrom < earliest) {
    throw new Refusal('invalid_argument', 'TERMS_START_TOO_EARLY', 'Changed terms begin tomorrow or later.', { field: 'termsEffectiveFrom', earliest });
  }
  checkWithinYear('termsEffectiveFrom', effectiveFrom, today);
}

/** W-8: the terms in force on a day, usually the day of purchase; the first ones before any began. */
export function termsOn(versions: readonly TermsVersion[], date: string): TermsVersion | null {
  const sorted = [...versions].sort((a, b) => (a.effectiveFrom === b.effectiveFrom ? a.version - b.version : a.effectiveFrom < b.effectiveFrom ? -1 : 1));
  return sorted.filter(({ effectiveFrom }) => effectiveFrom <= date).at(-1) ?? sorted[0] ?? null;
}

/** W-9: the term of a part's class, else the one for all others, else none. */
export function termFor(terms: readonly Term[], partClass: string): Term | null {
  return terms.find((term) => term.partClass === partClass) ?? terms.find((term) => term.partClass === ANY_CLASS) ?? null;
}

/**
 * W-1: the last covered day of a term: the corresponding day after its months, clamped to the month's end. A term that
 * starts with commissioning is counted from the purchase as long as the unit was never installed (W-3).
 */
export function lastDayOf(term: Term, unit: { purchaseDate: string; acceptedOn: string | null }): string {
  const start = term.startBasis === 'commissioning' ? (unit.acceptedOn ?? unit.purchaseDate) : unit.purchaseDate;
  return addMonths(start, term.months);
}

function refused(field: string, reason: string, message: string): Refusal {
  return new Refusal('invalid_argument', reason, message, { field });
}
