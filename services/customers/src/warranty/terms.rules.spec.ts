import { checkTerms, checkTermsStart, lastDayOf, termFor, termsOn, type Term } from './terms.rules.js';

const refusal = (reason: string): Error => expect.objectContaining({ reason }) as Error;
const term = (given: Partial<Term> = {}): Term => ({
  partClass: '*', months: 12, coversParts: true, coversLabour: true, startBasis: 'purchase', replacementMonths: 0, ...given,
});
const unit = { purchaseDate: '2024-03-15', acceptedOn: '2024-06-01' };

describe('warranty terms', () => {
  it('W-1: a term ends on the corresponding day, or on the month’s last day where there is none', () => {
    expect(lastDayOf(term(), unit)).toBe('2025-03-15');
    expect(lastDayOf(term({ months: 1 }), { purchaseDate: '2025-01-31', acceptedOn: null })).toBe('2025-02-28');
    expect(lastDayOf(term(), { purchaseDate: '2024-02-29', acceptedOn: null })).toBe('2025-02-28');
  });

  it('W-9: a term starts with the purchase, or with the commissioning where it says so', () => {
    expect(lastDayOf(term({ startBasis: 'commissioning' }), unit)).toBe('2025-06-01');
    expect(lastDayOf(term({ startBasis: 'commissioning' }), { ...unit, acceptedOn: null })).toBe('2025-03-15');
  });

  it('W-9: each class has its own term, and "*" stands for all others', () => {
    const terms = [term({ partClass: 'seal', months: 12 }), term({ partClass: '*', months: 60 })];
    expect(termFor(terms, 'seal')?.months).toBe(12);
    expect(termFor(terms, 'cartridge')?.months).toBe(60);
    expect(termFor([term({ partClass: 'seal' })], 'cartridge')).toBeNull();
  });

  it('W-9: a model has at least one term and one per class', () => {
    expect(() => checkTerms([term(), term({ partClass: 'seal' })])).not.toThrow();
    expect(() => checkTerms([])).toThrow(refusal('TERMS_MISSING'));
    expect(() => checkTerms([term(), term()])).toThrow(refusal('TERM_DOUBLE'));
    for (const wrong of [{ months: -1 }, { months: 601 }, { months: 1.5 }, { months: 1e308 }, { partClass: 'Seal' }, { partClass: '__proto__' }, { startBasis: 'birth' as never }]) {
      expect(() => checkTerms([term(wrong)])).toThrow(refusal('TERM_INVALID'));
    }
  });

  it('W-8: changed terms are a new version from a day on, today or later; an older unit keeps its own', () => {
    const versions = [
      { version: 2, effectiveFrom: '2025-01-01', terms: [term({ months: 24 })] },
      { version: 1, effectiveFrom: '1900-01-01', terms: [term({ months: 12 })] },
    ];
    expect(termsOn(versions, '2024-12-31')?.version).toBe(1);
    expect(termsOn(versions, '2025-01-01')?.version).toBe(2);
    expect(termsOn(versions, '1800-01-01')?.version).toBe(1);
    expect(termsOn([], '2025-01-01')).toBeNull();
  });

  it('W-8, W-9: changed terms begin tomorrow or later, so that what was sold today keeps its own', () => {
    expect(() => checkTermsStart('2025-01-02', '2025-01-01')).not.toThrow();
    for (const early of ['2025-01-01', '2024-12-31']) expect(() => checkTermsStart(early, '2025-01-01')).toThrow(refusal('TERMS_START_TOO_EARLY'));
    expect(() => checkTermsStart('2026-01-02', '2025-01-01')).toThrow(refusal('DATE_TOO_FAR'));
  });
});
