import type { CoverageFacts } from './coverage-facts.rules.js';
import { decideCoverage } from './coverage.rules.js';
import { decideLabour } from './labour.rules.js';
import type { Term } from './terms.rules.js';

const term = (partClass: string, months: number, coversLabour: boolean, more: Partial<Term> = {}): Term => (
  { partClass, months, coversParts: true, coversLabour, startBasis: 'purchase', replacementMonths: 0, ...more });
const BODY_WITHOUT_LABOUR = [term('*', 12, true), term('ceramic_body', 60, false)];
const on = (eventDate: string, facts: Partial<CoverageFacts> = {}): CoverageFacts => ({
  serial: 'SN-1', registered: true, sold: true, purchaseDate: '2025-03-15', acceptedOn: null, extendedUntil: null, termsVersion: 1, terms: BODY_WITHOUT_LABOUR, replacedOn: null,
  partClass: '*', eventDate, exclusion: null, proofPurchaseDate: null, visit: false, ...facts,
});
const told = (eventDate: string, facts: Partial<CoverageFacts> = {}) => {
  const { coverage, reason, lastCoveredDay } = decideLabour(on(eventDate, facts));
  return [coverage, reason, lastCoveredDay];
};

describe('who pays for labour', () => {
  it('W-9: labour is covered as long as a term that covers labour runs, the last day included', () => {
    expect(told('2026-03-15')).toEqual(['covered', 'within_term', '2026-03-15']);
    expect(told('2026-03-16')).toEqual(['not_covered', 'term_over', '2026-03-15']);
    expect(told('2027-03-15', { terms: [term('*', 12, true), term('cartridge', 24, true)] })).toEqual(['covered', 'within_term', '2027-03-15']);
  });

  it('W-9: of a model whose terms cover no labour it is charged from the first day, also within an extension', () => {
    const terms = [term('*', 24, false)];
    expect(told('2025-03-15', { terms })).toEqual(['not_covered', 'labour_not_covered', '']);
    expect(told('2025-03-15', { terms, extendedUntil: '2030-01-01' })).toEqual(['not_covered', 'labour_not_covered', '']);
    expect(told('2025-03-15', { terms: [] })).toEqual(['not_covered', 'labour_not_covered', '']);
  });

  it('W-9: parts and labour are answered beside each other: a body that is covered may be put in for a fee', () => {
    const verdict = decideCoverage(on('2028-01-01', { partClass: 'ceramic_body' }));
    expect([verdict.coverage, verdict.labour.coverage]).toEqual(['covered', 'not_covered']);
    const parts = decideCoverage(on('2025-06-01', { terms: [term('*', 12, true, { coversParts: false })] }));
    expect([parts.coverage, parts.labour.coverage]).toEqual(['not_covered', 'covered']);
  });

  it('W-1, W-3: a term from commissioning counts from the acceptance, and from the purchase while the unit was never installed', () => {
    const terms = [term('*', 12, true, { startBasis: 'commissioning' })];
    expect(told('2026-06-01', { terms, acceptedOn: '2025-06-01' })).toEqual(['covered', 'within_term', '2026-06-01']);
    expect(told('2026-06-01', { terms })).toEqual(['not_covered', 'term_over', '2026-03-15']);
  });

  it('W-10: an extension lengthens labour that a term covers', () => {
    expect(told('2026-08-01', { extendedUntil: '2026-09-01' })).toEqual(['covered', 'extension', '2026-09-01']);
    expect(told('2026-01-01', { extendedUntil: '2025-12-31' })).toEqual(['covered', 'within_term', '2026-03-15']);
  });

  it('W-7, W-5: a visit never costs a service fee; what the customer did costs one within the warranty too', () => {
    expect(told('2030-01-01', { visit: true })).toEqual(['covered', 'visit', '']);
    expect(told('2025-06-01', { exclusion: 'misuse' })).toEqual(['not_covered', 'exclusion_misuse', '']);
    expect(decideLabour(on('2025-06-01', { exclusion: 'misuse' }))).toMatchObject({ sentenceZh: '因未按说明书使用，工时须收费。', sentenceEn: 'Labour is charged because it was used against the manual.' });
  });

  it('W-3, W-4: of a unit not yet sold labour is covered; of an unknown serial or purchase nobody knows, until the purchase is proved', () => {
    expect(told('2030-01-01', { sold: false, purchaseDate: null })).toEqual(['covered', 'not_sold', '']);
    expect(told('2025-06-01', { registered: false, sold: false, purchaseDate: null, terms: [] })).toEqual(['unknown', 'unknown_serial', '']);
    expect(told('2025-06-01', { registered: false, sold: false, purchaseDate: null, terms: [], proofPurchaseDate: '2025-05-01' })).toEqual(['covered', 'within_term', '2026-05-01']);
    expect(told('2025-06-01', { purchaseDate: null })).toEqual(['unknown', 'purchase_date_unknown', '']);
    expect(told('2025-06-01', { purchaseDate: null, proofPurchaseDate: '2025-05-01' })).toEqual(['covered', 'within_term', '2026-05-01']);
  });

  it('W-6: every answer is a sentence in both languages', () => {
    const cases: Partial<CoverageFacts>[] = [{}, { visit: true }, { sold: false }, { registered: false }, { purchaseDate: null }, { terms: [] }, { exclusion: 'force_majeure' }];
    for (const facts of cases) {
      const { sentenceZh, sentenceEn } = decideLabour(on('2025-06-01', facts));
      expect([/[一-鿿].*。$/.test(sentenceZh), /^[A-Z].*\.$/.test(sentenceEn)]).toEqual([true, true]);
    }
  });
});
