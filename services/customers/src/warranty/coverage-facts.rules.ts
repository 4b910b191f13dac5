import { EXCLUSIONS, EXTENSION_BASES, isRealDate, Refusal, type Exclusion, type ExtensionBasis } from '@aftercare/domain';
import { checkTerms, type Term } from './terms.rules.js';

/** Everything a verdict follows from; stored with it, so that it can be decided again years later (W-8). */
export interface CoverageFacts {
  serial: string;
  /** The registry knows the serial. */
  registered: boolean;
  sold: boolean;
  purchaseDate: string | null;
  acceptedOn: string | null;
  extendedUntil: string | null;
  /** As what it was extended (W-10); absent in verdicts stored before this was kept. */
  extensionBasis?: ExtensionBasis | null;
  /** The model's terms in force when the unit was bought. */
  termsVersion: number;
  terms: Term[];
  /** The day on which this part was last put in at a repair, by the event date (W-9). */
  replacedOn: string | null;
  partClass: string;
  eventDate: string;
  exclusion: Exclusion | null;
  /** Purchase date proved by the reviewer where the registry has none (W-4). */
  proofPurchaseDate: string | null;
  /** A follow-up visit (W-7). */
  visit: boolean;
}

/** W-5, W-4: an exclusion needs a cause and a photo, a proved date a photo. Refuses EXCLUSION_UNKNOWN, EVIDENCE_MISSING, INVALID_DATE. */
export function checkEvidence(given: {
  eventDate: string;
  exclusion: string;
  exclusionCause: string;
  exclusionEvidence: number;
  proofPurchaseDate: string;
  proofEvidence: number;
  /** Only asked what would be, so an exclusion need not be evidenced yet. */
  preview?: boolean;
}): void {
  if (!isRealDate(given.eventDate)) throw wrong('eventDate', 'INVALID_DATE', 'This is not a calendar date.');
  if (given.exclusion !== '' && !isExclusion(given.exclusion)) throw wrong('exclusion', 'EXCLUSION_UNKNOWN', 'The list of exclusions is closed.');
  if (given.exclusion !== '' && !given.preview) {
    if (given.exclusionCause.trim() === '') throw wrong('exclusionCause', 'EVIDENCE_MISSING', 'An exclusion needs its cause.');
    if (given.exclusionEvidence === 0) throw wrong('exclusionEvidence', 'EVIDENCE_MISSING', 'An exclusion needs at least one photo.');
  }
  if (given.proofPurchaseDate !== '') {
    if (!isRealDate(given.proofPurchaseDate)) throw wrong('proofPurchaseDate', 'INVALID_DATE', 'This is not a calendar date.');
    if (given.proofEvidence === 0) throw wrong('proofEvidence', 'EVIDENCE_MISSING', 'A proved purchase date needs a photo of the proof.');
  }
}

/**
 * W-4, W-1: a proved purchase lies before or on the day of the event and of the review, and not before the unit left the factory.
 * Refuses DATE_IN_FUTURE, DATE_AFTER_EVENT, DATE_BEFORE_DISPATCH.
 */
export function checkProofDay(given: { proofPurchaseDate: string; eventDate: string; today: string; dispatchedOn: string | null }): void {
  const { proofPurchaseDate: day, eventDate, today, dispatchedOn } = given;
  if (day === '') return;
  if (day > today) throw wrong('proofPurchaseDate', 'DATE_IN_FUTURE', 'The purchase lies in the future.');
  if (day > eventDate) throw wrong('proofPurchaseDate', 'DATE_AFTER_EVENT', 'The event was before that day.');
  if (dispatchedOn !== null && day < dispatchedOn) throw wrong('proofPurchaseDate', 'DATE_BEFORE_DISPATCH', 'The unit had not left the factory on that day.');
}

export function isExclusion(code: string): code is Exclusion {
  return (EXCLUSIONS as readonly string[]).includes(code);
}

/** The facts of a stored verdict, read again. Refuses FACTS_INVALID. */
export function readFacts(text: string): CoverageFacts {
  try {
    const facts = JSON.parse(text) as CoverageFacts;
    const dates = [facts.purchaseDate, facts.acceptedOn, facts.extendedUntil, facts.replacedOn, facts.proofPurchaseDate];
    const flags = [facts.registered, facts.sold, facts.visit];
    const complete =
      isRealDate(facts.eventDate) && dates.every((date) => date === null || isRealDate(date)) && flags.every((flag) => typeof flag === 'boolean') &&
      (facts.exclusion === null || isExclusion(facts.exclusion)) && typeof facts.partClass === 'string' && Array.isArray(facts.terms) &&
      (facts.extensionBasis === undefined || facts.extensionBasis === null || EXTENSION_BASES.includes(facts.extensionBasis));
    if (complete) {
      if (facts.terms.length > 0) checkTerms(facts.terms);
      return facts;
    }
  } catch {
    // Told below: whatever is wrong with the text, it is not the facts of a verdict.
  }
  throw wrong('facts', 'FACTS_INVALID', 'These are not the facts of a coverage verdict.');
}

function wrong(field: string, reason: string, message: string): Refusal {
  return new Refusal('invalid_argument', reason, message, { field });
}
