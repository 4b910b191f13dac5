import { addDays, Refusal, type Coverage, type Stage } from '@aftercare/domain';
import { changeWords, notes, usedFacts, type Explained, type Note } from './coverage-explanation.rules.js';
import type { CoverageFacts } from './coverage-facts.rules.js';
import { coverageSentence, type CoverageReason } from './coverage-sentences.rules.js';
import { decideLabour, type LabourVerdict } from './labour.rules.js';
import { stageOn } from './stage.rules.js';
import { lastDayOf, termFor, UNREGISTERED_TERM, type Term } from './terms.rules.js';

/** A rule that was tried; exactly one of a verdict's trials decided it. */
export interface CoverageTrial extends Note {
  rule: string;
  decided: boolean;
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
  /** Who pays for the labour, which a term may leave out (W-9). */
  labour: LabourVerdict;
  /** Empty for a serial that the registry does not know. */
  stage: Stage | '';
  trials: CoverageTrial[];
  /** Codes of what would lead to another coverage. */
  wouldChange: string[];
  /** The facts used, as people read them. */
  used: Explained[];
  /** What would lead to another coverage, as people read it. */
  changes: Explained[];
}

type Decision = Pick<CoverageVerdict, 'coverage' | 'reason' | 'lastCoveredDay' | 'trials'>;
type WholeDecision = Decision & Pick<CoverageVerdict, 'labour'>;

/** The coverage rules by their version. */
export type Rules = Readonly<Record<number, (facts: CoverageFacts) => WholeDecision>>;
/** W-8: every rule that ever held stays here under its number; a change is a new number. */
export const RULES: Rules = { 1: decideFirst };
export const RULE_VERSION = 1;

/** W-6: the verdict of the present rules, or of those of a stored verdict (W-8). Refuses RULE_VERSION_UNKNOWN. */
export function decideCoverage(facts: CoverageFacts, ruleVersion = RULE_VERSION, rules = RULES): CoverageVerdict {
  const decide = Object.hasOwn(rules, ruleVersion) ? rules[ruleVersion] : undefined;
  if (!decide) throw new Refusal('failed_precondition', 'RULE_VERSION_UNKNOWN', 'There are no coverage rules of this version.', { ruleVersion });
  const decision = decide(facts);
  const wouldChange = alternatives(facts, decision)
    .filter(([, changed]) => decide(changed).coverage !== decision.coverage)
    .map(([code]) => code);
  const { zh, en } = coverageSentence(decision.reason, { event: facts.eventDate, last: decision.lastCoveredDay });
  return {
    ...decision,
    sentenceZh: zh,
    sentenceEn: en,
    ruleVersion,
    stage: facts.registered ? stageOn(facts.eventDate, { ...facts, purchaseDate: facts.purchaseDate ?? facts.proofPurchaseDate }, facts.terms) : '',
    wouldChange,
    used: usedFacts(facts),
    changes: wouldChange.map((code) => changeWords(code, { eventDate: facts.eventDate, lastCoveredDay: decision.lastCoveredDay })),
  };
}

/** The first rules, of the part and of the labour of its job (W-9). */
function decideFirst(facts: CoverageFacts): WholeDecision {
  return { ...decidePart(facts), labour: decideLabour(facts) };
}

/** W-4, W-3, W-9, W-1, W-10, W-5 and W-7 in this order. */
function decidePart(facts: CoverageFacts): Decision {
  const base = decideWithoutExclusion(facts);
  const visit = facts.visit ? [{ rule: 'W-7', decided: false, ...notes.visit() }] : [];
  if (facts.exclusion === null || base.coverage !== 'covered') return { ...base, trials: [...base.trials, ...visit] };
  const trials = base.trials.map((trial) => ({ ...trial, decided: false }));
  return {
    ...base,
    coverage: 'not_covered',
    reason: `exclusion_${facts.exclusion}`,
    trials: [...trials, { rule: 'W-5', decided: true, ...notes.exclusion(facts.exclusion) }, ...visit],
  };
}

function decideWithoutExclusion(facts: CoverageFacts): Decision {
  const purchaseDate = facts.purchaseDate ?? facts.proofPurchaseDate;
  if (!facts.registered && purchaseDate === null) return unknown('unknown_serial', notes.unknownSerial());
  if (facts.registered && !facts.sold) {
    return { coverage: 'covered', reason: 'not_sold', lastCoveredDay: '', trials: [
      { rule: 'W-4', decided: false, ...notes.registered() }, { rule: 'W-3', decided: true, ...notes.notSold() },
    ] };
  }
  if (purchaseDate === null) return unknown('purchase_date_unknown', notes.unknownDate());
  const trials: CoverageTrial[] = [{ rule: 'W-4', decided: false, ...notes.bought(purchaseDate, facts.purchaseDate === null) }];
  const term = facts.registered ? termFor(facts.terms, facts.partClass) : UNREGISTERED_TERM;
  if (!term || !term.coversParts) {
    const note = term ? notes.partsNotCovered(term.partClass) : notes.noTerm(facts.partClass);
    const reason = term ? 'parts_not_covered' : 'no_term';
    return { coverage: 'not_covered', reason, lastCoveredDay: '', trials: [...trials, { rule: 'W-9', decided: true, ...note }] };
  }
  trials.push({ rule: 'W-9', decided: false, ...notes.term(term) });
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
  const trials = limits.map((limit) => ({ rule: limit.rule, decided: limit === (deciding ?? longest), ...notes.limit(limit.reason, limit.day) }));
  return {
    coverage: deciding ? 'covered' : 'not_covered',
    reason: deciding?.reason ?? 'term_over',
    lastCoveredDay: longest.day,
    trials: [...before, ...trials],
  };
}

function unknown(reason: CoverageReason, note: Note): Decision {
  return { coverage: 'unknown', reason, lastCoveredDay: '', trials: [{ rule: 'W-4', decided: true, ...note }] };
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
