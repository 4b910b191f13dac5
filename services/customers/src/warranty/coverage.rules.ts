import { addDays, EXCLUSIONS, isRealDate, Refusal, type Coverage, type Exclusion, type Stage } from '@aftercare/domain';
import { coverageSentence, type CoverageReason } from './coverage-sentences.rules.js';
import { stageOn } from './stage.rules.js';
import { checkTerms, lastDayOf, termFor, type Term } from './terms.rules.js';

/** Everything a verdict follows from; stored with it, so that it can be decided again years later (W-8). */
export interface CoverageFacts {
  serial: string;
  /** The registry knows the serial. */
  registered: boolean;
  sold: boolean;
  purchaseDate: string | null;
  acceptedOn: string | null;
  extendedUntil: string | null;
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

/** A rule that was tried; exactly one of a verdict's trials decided it. */
export interface CoverageTrial {
  rule: string;
  decided: boolean;
  note: string;
}

/** W-6: who pays for a part, and why. */
export interface CoverageVerdict {
  coverage: Coverage;
  reason: CoverageReason;
  sentenceZh: string;
  sentenceEn: string;
  ruleVersion: number;
  /** Empty where no term has begun. */
  lastCoveredDay: string;
  /** Empty for a serial that the registry does not know. */
  stage: Stage | '';
  trials: CoverageTrial[];
  /** Codes of what would lead to another coverage. */
  wouldChange: string[];
}

type Decision = Pick<CoverageVerdict, 'coverage' | 'reason' | 'lastCoveredDay' | 'trials'>;

/** A piece that the registry does not know is judged by the shortest general term of the trade. Decided here. */
const UNREGISTERED_TERM: Term = {
  partClass: '*', months: 12, coversParts: true, coversLabour: true, startBasis: 'purchase', replacementMonths: 0,
};

/** W-8: every rule that ever held stays here under its number; a change is a new number. */
const RULES: Readonly<Record<number, (facts: CoverageFacts) => Decision>> = { 1: decideFirst };
export const RULE_VERSION = 1;

/** W-6: the verdict of the present rules, or of those of a stored verdict (W-8). Refuses RULE_VERSION_UNKNOWN. */
export function decideCoverage(facts: CoverageFacts, ruleVersion = RULE_VERSION): CoverageVerdict {
  const decide = Object.hasOwn(RULES, ruleVersion) ? RULES[ruleVersion] : undefined;
  if (!decide) throw new Refusal('failed_precondition', 'RULE_VERSION_UNKNOWN', 'There are no coverage rules of this version.', { ruleVersion });
  const decision = decide(facts);
  const { zh, en } = coverageSentence(decision.reason, { event: facts.eventDate, last: decision.lastCoveredDay });
  return {
    ...decision,
    sentenceZh: zh,
    sentenceEn: en,
    ruleVersion,
    stage: facts.registered ? stageOn(facts.eventDate, { ...facts, purchaseDate: facts.purchaseDate ?? facts.proofPurchaseDate }, facts.terms) : '',
    wouldChange: alternatives(facts, decision)
      .filter(([, changed]) => decide(changed).coverage !== decision.coverage)
      .map(([code]) => code),
  };
}

/** W-5, W-4: an exclusion needs a cause and a photo, a proved date a photo. Refuses EXCLUSION_UNKNOWN, EVIDENCE_MISSING, INVALID_DATE. */
export function checkEvidence(given: {
  eventDate: string;
  exclusion: string;
  exclusionCause: string;
  exclusionEvidence: number;
  proofPurchaseDate: string;
  proofEvidence: number;
}): void {
  if (!isRealDate(given.eventDate)) throw wrong('eventDate', 'INVALID_DATE', 'This is not a calendar date.');
  if (given.exclusion !== '') {
    if (!isExclusion(given.exclusion)) throw wrong('exclusion', 'EXCLUSION_UNKNOWN', 'The list of exclusions is closed.');
    if (given.exclusionCause.trim() === '') throw wrong('exclusionCause', 'EVIDENCE_MISSING', 'An exclusion needs its cause.');
    if (given.exclusionEvidence === 0) throw wrong('exclusionEvidence', 'EVIDENCE_MISSING', 'An exclusion needs at least one photo.');
  }
  if (given.proofPurchaseDate !== '') {
    if (!isRealDate(given.proofPurchaseDate)) throw wrong('proofPurchaseDate', 'INVALID_DATE', 'This is not a calendar date.');
    if (given.proofEvidence === 0) throw wrong('proofEvidence', 'EVIDENCE_MISSING', 'A proved purchase date needs a photo of the proof.');
  }
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
      (facts.exclusion === null || isExclusion(facts.exclusion)) && typeof facts.partClass === 'string' && Array.isArray(facts.terms);
    if (complete) {
      if (facts.terms.length > 0) checkTerms(facts.terms);
      return facts;
    }
  } catch {
    // Told below: whatever is wrong with the text, it is not the facts of a verdict.
  }
  throw wrong('facts', 'FACTS_INVALID', 'These are not the facts of a coverage verdict.');
}

/** The first rules: W-4, W-3, W-9, W-1, W-10, W-5 and W-7 in this order. */
function decideFirst(facts: CoverageFacts): Decision {
  const base = decideWithoutExclusion(facts);
  const visit = facts.visit ? [{ rule: 'W-7', decided: false, note: 'follow-up visit: parts by the warranty, never a service fee' }] : [];
  if (facts.exclusion === null || base.coverage !== 'covered') return { ...base, trials: [...base.trials, ...visit] };
  const trials = base.trials.map((trial) => ({ ...trial, decided: false }));
  return {
    ...base,
    coverage: 'not_covered',
    reason: `exclusion_${facts.exclusion}`,
    trials: [...trials, { rule: 'W-5', decided: true, note: `exclusion ${facts.exclusion} with cause and photo` }, ...visit],
  };
}

function decideWithoutExclusion(facts: CoverageFacts): Decision {
  const purchaseDate = facts.purchaseDate ?? facts.proofPurchaseDate;
  if (!facts.registered && purchaseDate === null) return unknown('unknown_serial', 'the registry does not know the serial');
  if (facts.registered && !facts.sold) {
    return { coverage: 'covered', reason: 'not_sold', lastCoveredDay: '', trials: [
      { rule: 'W-4', decided: false, note: 'the unit is registered' }, { rule: 'W-3', decided: true, note: 'registered as not yet sold' },
    ] };
  }
  if (purchaseDate === null) return unknown('purchase_date_unknown', 'sold, but the registry has no purchase date');
  const trials = [{ rule: 'W-4', decided: false, note: `bought on ${purchaseDate}${facts.purchaseDate === null ? ', proved by the reviewer' : ''}` }];
  const term = facts.registered ? termFor(facts.terms, facts.partClass) : UNREGISTERED_TERM;
  if (!term || !term.coversParts) {
    const note = term ? `the term of ${term.partClass} does not cover parts` : `no term for ${facts.partClass || 'parts without class'}`;
    const reason = term ? 'parts_not_covered' : 'no_term';
    return { coverage: 'not_covered', reason, lastCoveredDay: '', trials: [...trials, { rule: 'W-9', decided: true, note }] };
  }
  trials.push({ rule: 'W-9', decided: false, note: `${term.months} months for ${term.partClass} from ${term.startBasis}` });
  return byDates(facts, limitsOf(facts, term, purchaseDate), trials);
}

/** A last covered day and the rule it comes from. */
interface Limit {
  rule: string;
  reason: CoverageReason;
  day: string;
}

/** W-1 the term, W-10 the extension, W-9 the own term of a replaced part: the longest applies. */
function limitsOf(facts: CoverageFacts, term: Term, purchaseDate: string): Limit[] {
  const limits: Limit[] = [{ rule: 'W-1', reason: 'within_term', day: lastDayOf(term, { purchaseDate, acceptedOn: facts.acceptedOn }) }];
  if (facts.extendedUntil !== null) limits.push({ rule: 'W-10', reason: 'extension', day: facts.extendedUntil });
  if (facts.replacedOn !== null && term.replacementMonths > 0) {
    const day = lastDayOf({ ...term, months: term.replacementMonths, startBasis: 'purchase' }, { purchaseDate: facts.replacedOn, acceptedOn: null });
    limits.push({ rule: 'W-9', reason: 'replaced_part_term', day });
  }
  return limits;
}

function byDates(facts: CoverageFacts, limits: Limit[], before: CoverageTrial[]): Decision {
  const longest = limits.reduce((best, limit) => (limit.day > best.day ? limit : best));
  const deciding = limits.find(({ day }) => facts.eventDate <= day);
  const trials = limits.map((limit) => ({ rule: limit.rule, decided: limit === (deciding ?? longest), note: `${limit.reason}: last covered day ${limit.day}` }));
  return {
    coverage: deciding ? 'covered' : 'not_covered',
    reason: deciding?.reason ?? 'term_over',
    lastCoveredDay: longest.day,
    trials: [...before, ...trials],
  };
}

function unknown(reason: CoverageReason, note: string): Decision {
  return { coverage: 'unknown', reason, lastCoveredDay: '', trials: [{ rule: 'W-4', decided: true, note }] };
}

/** W-8: the same case with one fact changed; those that get another coverage are named with the verdict. */
function alternatives(facts: CoverageFacts, { coverage, lastCoveredDay }: Decision): [code: string, changed: CoverageFacts][] {
  const list: [string, CoverageFacts][] = [];
  if (coverage === 'unknown') list.push(['purchase_proof', { ...facts, proofPurchaseDate: facts.eventDate }]);
  if (facts.exclusion !== null) list.push(['exclusion_withdrawn', { ...facts, exclusion: null }]);
  else list.push(['exclusion', { ...facts, exclusion: 'misuse' }]);
  if (facts.registered) list.push(['extension', { ...facts, extendedUntil: facts.eventDate }]);
  if (lastCoveredDay !== '') {
    const [code, eventDate] = facts.eventDate > lastCoveredDay ? ['earlier_event', lastCoveredDay] : ['later_event', addDays(lastCoveredDay, 1)];
    list.push([code, { ...facts, eventDate }]);
  }
  return list;
}

function wrong(field: string, reason: string, message: string): Refusal {
  return new Refusal('invalid_argument', reason, message, { field });
}
