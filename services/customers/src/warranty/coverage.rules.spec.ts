import { addDays, addMonths, businessDate, EXCLUSIONS, Refusal } from '@aftercare/domain';
import fc from 'fast-check';
import { checkEvidence, readFacts, type CoverageFacts } from './coverage-facts.rules.js';
import { decideCoverage, RULES, RULE_VERSION, type Rules } from './coverage.rules.js';
import type { Term } from './terms.rules.js';

const refusal = (reason: string): Error => expect.objectContaining({ reason }) as Error;
const term = (given: Partial<Term> = {}): Term => ({
  partClass: '*', months: 12, coversParts: true, coversLabour: true, startBasis: 'purchase', replacementMonths: 0, ...given,
});
const bought = (purchaseDate: string, given: Partial<CoverageFacts> = {}): CoverageFacts => ({
  serial: 'SN-1', registered: true, sold: true, purchaseDate, acceptedOn: purchaseDate, extendedUntil: null, termsVersion: 1, terms: [term()],
  replacedOn: null, partClass: '', eventDate: purchaseDate, exclusion: null, proofPurchaseDate: null, visit: false, ...given,
});
const stock = (given: Partial<CoverageFacts> = {}): CoverageFacts => ({ ...bought('2024-03-15'), sold: false, purchaseDate: null, acceptedOn: null, ...given });
const stranger = (given: Partial<CoverageFacts> = {}): CoverageFacts => ({ ...stock(), registered: false, termsVersion: 0, terms: [], ...given });

describe('the warranty table of the worked examples', () => {
  it.each([
    ['2024-03-15', 12, '2025-03-15', businessDate('2025-03-15T23:59:59+08:00'), 'covered'],
    ['2024-03-15', 12, '2025-03-15', businessDate('2025-03-16T00:00:00+08:00'), 'not_covered'],
    ['2025-01-31', 1, '2025-02-28', '2025-02-28', 'covered'],
    ['2024-02-29', 12, '2025-02-28', '2025-03-01', 'not_covered'],
  ])('W-1: bought %s for %d months: last covered day %s, on %s %s', (purchase, months, last, eventDate, coverage) => {
    expect(decideCoverage(bought(purchase, { terms: [term({ months })], eventDate }))).toMatchObject({ coverage, lastCoveredDay: last });
  });

  it('W-3: a unit in the dealer’s stock is covered on any day, stage unboxing', () => {
    for (const eventDate of ['2020-01-01', '2026-01-01', '2099-12-31']) {
      expect(decideCoverage(stock({ eventDate }))).toMatchObject({ coverage: 'covered', reason: 'not_sold', stage: 'unboxing', lastCoveredDay: '' });
    }
  });

  it('W-3: never installed, bought 2024-03-15, on 2025-06-01: charged, stage still unboxing', () => {
    expect(decideCoverage(bought('2024-03-15', { acceptedOn: null, eventDate: '2025-06-01' }))).toMatchObject({
      coverage: 'not_covered', reason: 'term_over', lastCoveredDay: '2025-03-15', stage: 'unboxing',
    });
  });

  it('W-4: an unknown serial is unknown on any day: the review must enter proof', () => {
    expect(decideCoverage(stranger())).toMatchObject({ coverage: 'unknown', reason: 'unknown_serial', stage: '', wouldChange: ['purchase_proof'] });
  });

  it('W-10: extended to 2025-09-30, on 2025-08-01: covered, reason extension', () => {
    expect(decideCoverage(bought('2024-03-15', { extendedUntil: '2025-09-30', eventDate: '2025-08-01' }))).toMatchObject({
      coverage: 'covered', reason: 'extension', lastCoveredDay: '2025-09-30',
    });
  });

  it('W-5: on 2024-09-01 with exclusion power_supply and a photo: charged; without a photo: refused', () => {
    const facts = bought('2024-03-15', { eventDate: '2024-09-01', exclusion: 'power_supply' });
    expect(decideCoverage(facts)).toMatchObject({
      coverage: 'not_covered', reason: 'exclusion_power_supply', lastCoveredDay: '2025-03-15', wouldChange: ['exclusion_withdrawn'],
    });
    const given = { eventDate: '2024-09-01', exclusion: 'power_supply', exclusionCause: '电压不稳', proofPurchaseDate: '', proofEvidence: 0 };
    expect(() => checkEvidence({ ...given, exclusionEvidence: 1 })).not.toThrow();
    expect(() => checkEvidence({ ...given, exclusionEvidence: 0 })).toThrow(refusal('EVIDENCE_MISSING'));
  });

  it('W-9: ceramic body 60 months, seals 12: on 2026-01-10 a unit bought 2024-03-15 gets the body free and the seal charged', () => {
    const terms = [term({ partClass: 'ceramic_body', months: 60 }), term({ partClass: 'seal', months: 12 })];
    const on = (partClass: string) => decideCoverage(bought('2024-03-15', { terms, partClass, eventDate: '2026-01-10' }));
    expect(on('ceramic_body')).toMatchObject({ coverage: 'covered', reason: 'within_term', lastCoveredDay: '2029-03-15', stage: 'in_warranty' });
    expect(on('seal')).toMatchObject({ coverage: 'not_covered', reason: 'term_over', lastCoveredDay: '2025-03-15', stage: 'in_warranty' });
  });
});

describe('the verdict', () => {
  it('W-4: sold with an unknown date is unknown until the reviewer proves the date with a photo', () => {
    const facts = bought('2024-03-15', { purchaseDate: null, acceptedOn: null, eventDate: '2025-03-16' });
    expect(decideCoverage(facts)).toMatchObject({ coverage: 'unknown', reason: 'purchase_date_unknown' });
    expect(decideCoverage({ ...facts, proofPurchaseDate: '2024-03-16' })).toMatchObject({ coverage: 'covered', lastCoveredDay: '2025-03-16' });
    expect(decideCoverage({ ...facts, proofPurchaseDate: '2024-03-15' })).toMatchObject({ coverage: 'not_covered' });
  });

  it('W-4: an unknown serial with proof of purchase is judged by the general term of twelve months', () => {
    expect(decideCoverage(stranger({ proofPurchaseDate: '2024-03-15', eventDate: '2025-03-15' }))).toMatchObject({ coverage: 'covered' });
    expect(decideCoverage(stranger({ proofPurchaseDate: '2024-03-15', eventDate: '2025-03-16' }))).toMatchObject({ coverage: 'not_covered' });
  });

  it('W-5: an exclusion charges what is covered, a unit in stock as well, and decides nothing where coverage is unknown', () => {
    expect(decideCoverage(stranger({ exclusion: 'misuse' })).coverage).toBe('unknown');
    expect(decideCoverage(stock({ exclusion: 'misuse' })).reason).toBe('exclusion_misuse');
  });

  it('W-7: on a follow-up visit parts go by the warranty, and the verdict says that no service fee is due', () => {
    const visit = decideCoverage(bought('2024-03-15', { eventDate: '2024-09-01', visit: true }));
    expect(visit.coverage).toBe('covered');
    expect(visit.trials.at(-1)).toMatchObject({ rule: 'W-7', decided: false });
    expect(decideCoverage(bought('2024-03-15', { eventDate: '2026-09-01', visit: true })).coverage).toBe('not_covered');
  });

  it('W-9: a replaced part carries the remaining term, or its own if that is longer', () => {
    const own = (replacementMonths: number, eventDate: string) =>
      decideCoverage(bought('2024-03-15', { terms: [term({ replacementMonths })], replacedOn: '2024-12-01', eventDate }));
    expect(own(0, '2025-03-15').reason).toBe('within_term');
    expect(own(0, '2025-03-16').coverage).toBe('not_covered');
    expect(own(2, '2025-03-15')).toMatchObject({ reason: 'within_term', lastCoveredDay: '2025-03-15' });
    expect(own(6, '2025-06-01')).toMatchObject({ coverage: 'covered', reason: 'replaced_part_term', lastCoveredDay: '2025-06-01' });
    expect(own(6, '2025-06-02').coverage).toBe('not_covered');
  });

  it('W-9: a class without a term, or one that does not cover parts, is charged', () => {
    const facts = bought('2024-03-15', { terms: [term({ partClass: 'seal', coversParts: false })] });
    expect(decideCoverage({ ...facts, partClass: 'seal' })).toMatchObject({ coverage: 'not_covered', reason: 'parts_not_covered' });
    expect(decideCoverage({ ...facts, partClass: 'body' })).toMatchObject({ coverage: 'not_covered', reason: 'no_term' });
  });

  it('W-6: tries the rules in order, exactly one decides, and the reason has a sentence in both languages', () => {
    const verdict = decideCoverage(bought('2024-03-15', { extendedUntil: '2025-09-30', eventDate: '2025-08-01' }));
    expect(verdict.trials.map(({ rule, decided }) => `${rule}${decided ? '!' : ''}`)).toEqual(['W-4', 'W-9', 'W-1', 'W-10!']);
    expect(verdict.sentenceEn).toContain('2025-09-30');
    expect(verdict.sentenceZh).toContain('2025-09-30');
  });

  it('W-8: says what would have changed it', () => {
    expect(decideCoverage(bought('2024-03-15')).wouldChange).toEqual(['exclusion', 'later_event']);
    expect(decideCoverage(bought('2024-03-15', { eventDate: '2025-03-16' })).wouldChange).toEqual(['extension', 'earlier_event']);
  });

  it('W-6, W-8: is explained by the facts used, the rules tried, the one that decided and what would change it, in both languages', () => {
    const verdict = decideCoverage(bought('2024-03-15', { eventDate: '2025-03-16' }));
    expect(verdict.used.map(({ code }) => code)).toEqual(['event_date', 'registered', 'purchase_date', 'accepted', 'part_class', 'terms']);
    expect(verdict.trials.map(({ rule, decided, noteZh }) => [rule, decided, noteZh])).toEqual([
      ['W-4', false, '购买日期 2024-03-15'], ['W-9', false, '* 保修 12 个月，自购买日起'], ['W-1', true, '保修期：保至 2025-03-15（含当日）'],
    ]);
    expect(verdict.changes).toEqual([
      { code: 'extension', zh: '延保至 2025-03-16 或更晚', en: 'an extension until 2025-03-16 or later' },
      { code: 'earlier_event', zh: '判定日期不晚于 2025-03-15', en: 'an event on 2025-03-15 or earlier' },
    ]);
    expect(verdict.changes.map(({ code }) => code)).toEqual(verdict.wouldChange);
  });

  it('W-8: refuses a rule version that never was', () => {
    expect(() => decideCoverage(stock(), 99)).toThrow(refusal('RULE_VERSION_UNKNOWN'));
  });
});

describe('properties of the verdict', () => {
  const day = fc.integer({ min: 0, max: 4_000 }).map((days) => addDays('2020-01-01', days));
  const maybe = fc.option(day, { nil: null });
  const anyTerm = fc.record({
    partClass: fc.constantFrom('*', 'seal', 'body'), months: fc.integer({ min: 0, max: 120 }), coversParts: fc.boolean(), coversLabour: fc.boolean(),
    startBasis: fc.constantFrom('purchase' as const, 'commissioning' as const), replacementMonths: fc.integer({ min: 0, max: 60 }),
  });
  const anyFacts: fc.Arbitrary<CoverageFacts> = fc.record({
    serial: fc.constant('SN'), registered: fc.boolean(), sold: fc.boolean(), purchaseDate: maybe, acceptedOn: maybe, extendedUntil: maybe,
    termsVersion: fc.constant(1), terms: fc.uniqueArray(anyTerm, { selector: ({ partClass }) => partClass, minLength: 1, maxLength: 3 }), replacedOn: maybe,
    partClass: fc.constantFrom('', 'seal', 'body'), eventDate: day, exclusion: fc.constantFrom(null, ...EXCLUSIONS), proofPurchaseDate: maybe, visit: fc.boolean(),
  });

  it('W-1: coverage is monotone in the date: once over, it stays over', () => {
    fc.assert(fc.property(anyFacts, fc.integer({ min: 1, max: 3_000 }), (facts, later) => {
      const then = decideCoverage({ ...facts, eventDate: addDays(facts.eventDate, later) }).coverage;
      if (decideCoverage(facts).coverage === 'not_covered') expect(then).toBe('not_covered');
    }));
  });

  it('W-10: an extension never shortens', () => {
    fc.assert(fc.property(anyFacts, fc.integer({ min: 0, max: 60 }), (facts, months) => {
      const before = decideCoverage({ ...facts, extendedUntil: null });
      const extended = decideCoverage({ ...facts, extendedUntil: addMonths('2020-01-01', months) });
      if (before.coverage === 'covered') expect(extended.coverage).toBe('covered');
      expect(extended.lastCoveredDay >= before.lastCoveredDay).toBe(true);
    }));
  });

  it('W-8: a stored verdict decided again from its own facts is the same, and exactly one rule decided', () => {
    fc.assert(fc.property(anyFacts, (facts) => {
      const verdict = decideCoverage(facts);
      expect(decideCoverage(readFacts(JSON.stringify(facts)), verdict.ruleVersion)).toEqual(verdict);
      expect(verdict.trials.filter(({ decided }) => decided)).toHaveLength(1);
    }));
  });

  it('W-8: under later rule versions a stored verdict decided again is the stored one, that of labour too, whatever the new rules say', () => {
    const answers = fc.constantFrom('covered' as const, 'not_covered' as const, 'unknown' as const);
    fc.assert(fc.property(anyFacts, answers, (facts, coverage) => {
      const stored = decideCoverage(facts);
      const later: Rules = { ...RULES, [RULE_VERSION + 1]: () => ({ coverage, reason: 'no_term', lastCoveredDay: '', trials: [], labour: { ...stored.labour, coverage } }) };
      expect(decideCoverage(facts, RULE_VERSION + 1, later)).toMatchObject({ coverage, labour: { coverage }, ruleVersion: RULE_VERSION + 1 });
      expect(decideCoverage(readFacts(JSON.stringify(facts)), stored.ruleVersion, later)).toEqual(stored);
    }));
  });

  it('W-6: any text at all as facts is either read or refused with a reason', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      try {
        decideCoverage(readFacts(text));
      } catch (error) {
        expect(error).toBeInstanceOf(Refusal);
      }
    }));
  });
});
