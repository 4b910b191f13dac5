import { addMonths, EXTENSION_BASES, isRealDate, Refusal, type ExtensionBasis } from '@aftercare/domain';

/** Longer than any product is kept in repair after its warranty; a later day is a slip of the keyboard. */
const EXTENSION_YEARS_MAX = 10;
const MONTHS_OF_YEAR = 12;

/** What is asked for: until when, why, and on what basis. */
export interface ExtensionAsked {
  until: string;
  reason: string;
  basis: string;
  reference: string;
}

/** An extension as far as the unit's warranty depends on it. */
export interface Extension {
  until: string;
  basis: ExtensionBasis | null;
  withdrawnAt: string | null;
}

/**
 * W-10: an extension names a day after the end of the term that ends first, so that it lengthens something, and at most ten years after
 * the last one (or after today, when that is over), its basis and a reason; a settlement is found by its number. Refuses INVALID_DATE, REASON_MISSING, EXTENSION_BASIS_UNKNOWN,
 * REFERENCE_MISSING, EXTENSION_SHORTENS, EXTENSION_TOO_LONG.
 */
export function checkExtension(asked: ExtensionAsked, present: { first: string | null; last: string | null }, today: string): ExtensionBasis {
  if (!isRealDate(asked.until)) throw wrong('until', 'INVALID_DATE', 'This is not a calendar date.');
  if (asked.reason.trim() === '') throw wrong('reason', 'REASON_MISSING', 'Say why.');
  const basis = EXTENSION_BASES.find((known) => known === asked.basis);
  if (!basis) throw wrong('basis', 'EXTENSION_BASIS_UNKNOWN', 'A warranty is extended as a settlement or as a campaign.');
  if (basis === 'settlement' && asked.reference.trim() === '') throw wrong('reference', 'REFERENCE_MISSING', 'Name the settlement.');
  if (present.first !== null && asked.until <= present.first) {
    throw new Refusal('failed_precondition', 'EXTENSION_SHORTENS', 'The warranty runs at least as long already.', { field: 'until', presentEnd: present.first });
  }
  const presentEnd = present.last;
  const from = presentEnd !== null && presentEnd > today ? presentEnd : today;
  if (asked.until > addMonths(from, EXTENSION_YEARS_MAX * MONTHS_OF_YEAR)) {
    throw new Refusal('failed_precondition', 'EXTENSION_TOO_LONG', `A warranty is extended by at most ${EXTENSION_YEARS_MAX} years.`, { field: 'until', presentEnd });
  }
  return basis;
}

/** W-10: what was granted by mistake is taken back once, with a reason. Refuses EXTENSION_WITHDRAWN, REASON_MISSING. */
export function checkWithdrawal(extension: Pick<Extension, 'withdrawnAt'>, reason: string): void {
  if (extension.withdrawnAt !== null) throw new Refusal('failed_precondition', 'EXTENSION_WITHDRAWN', 'The extension was withdrawn before.');
  if (reason.trim() === '') throw wrong('reason', 'REASON_MISSING', 'Say why.');
}

/** W-10: of the extensions that hold, the longest applies; of two until the same day, the earlier granted. */
export function longestExtension(granted: readonly Extension[]): Extension | null {
  const holding = granted.filter(({ withdrawnAt }) => withdrawnAt === null);
  return holding.reduce<Extension | null>((best, each) => (best === null || each.until > best.until ? each : best), null);
}

function wrong(field: string, reason: string, message: string): Refusal {
  return new Refusal('invalid_argument', reason, message, { field });
}
