import fc from 'fast-check';
import { addMoney, COVERAGES, REQUEST_PURPOSES } from '@aftercare/domain';
import { checkEntries, checkLowered, checkProofDay, needsVerdict, quoteOf, reviewLine, type LineEntries, type LineFacts } from './review.rules.js';

const refuses = (reason: string): Error => expect.objectContaining({ reason });
const photo = { id: 'photo', sha256: 'a' };
const entries = (change: Partial<LineEntries> = {}): LineEntries => ({
  exclusion: '', exclusionCause: '', exclusionEvidence: [], proofPurchaseDate: '', proofEvidence: [], supplyKind: '', reject: false, reason: '',
  ...change,
});
const facts = (change: Partial<LineFacts> = {}): LineFacts => ({
  purpose: 'repair', quantity: 3, returnRequired: true, coverage: 'covered', dealerPrice: '12.345', taxRate: '13', today: '2026-03-01', quoteValidDays: 15,
  ...change,
});

describe('review of a line', () => {
  it('P-5: a covered line is approved free under warranty', () => {
    expect(reviewLine(entries(), facts())).toEqual({ outcome: 'approved', supplyKind: 'warranty', returnDue: true });
  });

  it('P-6: its return is due only when the part requires one', () => {
    expect(reviewLine(entries(), facts({ returnRequired: false }))).toMatchObject({ supplyKind: 'warranty', returnDue: false });
  });

  it('P-5, F-2: a line that is not covered is quoted at the dealer price of the day, 12.345 × 3 = 37.04 and tax 4.82', () => {
    expect(reviewLine(entries(), facts({ coverage: 'not_covered' }))).toEqual({
      outcome: 'quoted',
      supplyKind: 'charged',
      quote: { unitPrice: '12.345', netAmount: '37.04', taxAmount: '4.82', quoteValidUntil: '2026-03-16' },
    });
    expect(() => reviewLine(entries(), facts({ coverage: 'not_covered', dealerPrice: undefined }))).toThrow(refuses('PRICE_MISSING'));
  });

  it('W-6: purpose stock is charged without asking for coverage', () => {
    expect(needsVerdict(entries(), 'stock')).toBe(false);
    expect(reviewLine(entries(), facts({ purpose: 'stock', coverage: null }))).toMatchObject({ outcome: 'quoted', supplyKind: 'charged' });
  });

  it('W-4: unknown coverage is not decided before proof is entered', () => {
    expect(() => reviewLine(entries(), facts({ coverage: 'unknown' }))).toThrow(refuses('COVERAGE_UNKNOWN'));
    expect(() => checkEntries(entries({ proofPurchaseDate: '2025-01-31' }), 'lines[0]')).toThrow(refuses('EVIDENCE_MISSING'));
    expect(() => checkEntries(entries({ proofPurchaseDate: '2025-02-30', proofEvidence: [photo] }), 'lines[0]')).toThrow(refuses('DATE_INVALID'));
    expect(() => checkEntries(entries({ proofPurchaseDate: '2025-01-31', proofEvidence: [photo] }), 'lines[0]')).not.toThrow();
  });

  it('W-4, W-1: a proved purchase is not after the event or today', () => {
    const days = { eventDate: '2026-02-01', today: '2026-02-03' };
    for (const day of ['', '2026-02-01']) expect(() => checkProofDay(entries({ proofPurchaseDate: day }), days, 'lines[0]')).not.toThrow();
    const refused = (reason: string) => expect.objectContaining({ reason, details: { field: 'lines[1].proofPurchaseDate' } });
    expect(() => checkProofDay(entries({ proofPurchaseDate: '2026-02-02' }), days, 'lines[1]')).toThrow(refused('DATE_AFTER_EVENT'));
    expect(() => checkProofDay(entries({ proofPurchaseDate: '2026-02-04' }), days, 'lines[1]')).toThrow(refused('DATE_IN_FUTURE'));
  });

  it('W-5: an exclusion of the closed list needs a cause and a photo', () => {
    const whole = entries({ exclusion: 'power_supply', exclusionCause: 'unstable mains', exclusionEvidence: [photo] });
    expect(() => checkEntries(whole, 'lines[0]')).not.toThrow();
    expect(() => checkEntries({ ...whole, exclusionEvidence: [] }, 'lines[0]')).toThrow(refuses('EVIDENCE_MISSING'));
    expect(() => checkEntries({ ...whole, exclusionCause: ' ' }, 'lines[0]')).toThrow(refuses('EVIDENCE_MISSING'));
    expect(() => checkEntries({ ...whole, exclusion: 'age' }, 'lines[0]')).toThrow(refuses('EXCLUSION_UNKNOWN'));
  });

  it('W-6: parts for stock are no gift of the clerk: they are charged unless the supervisor makes them special', () => {
    expect(() => reviewLine(entries({ supplyKind: 'gift', reason: 'fair' }), facts({ purpose: 'stock', coverage: null }))).toThrow(refuses('STOCK_IS_CHARGED'));
    expect(reviewLine(entries({ supplyKind: 'literature', reason: 'fair' }), facts({ purpose: 'stock', coverage: null }))).toMatchObject({ outcome: 'approved' });
  });

  it('P-6: gift, office and literature are free without return, with a reason; special is the supervisor\'s alone', () => {
    for (const supplyKind of ['gift', 'office', 'literature']) {
      expect(reviewLine(entries({ supplyKind, reason: 'fair' }), facts({ coverage: null }))).toEqual({ outcome: 'approved', supplyKind, returnDue: false });
      expect(() => checkEntries(entries({ supplyKind }), 'lines[0]')).toThrow(refuses('REASON_MISSING'));
    }
    for (const supplyKind of ['special', 'warranty', 'charged']) {
      expect(() => checkEntries(entries({ supplyKind, reason: 'x' }), 'lines[0]')).toThrow(refuses('SUPPLY_KIND_INVALID'));
    }
  });

  it('P-5: a rejection gives its reason', () => {
    expect(() => checkEntries(entries({ reject: true }), 'lines[0]')).toThrow(refuses('REASON_MISSING'));
    expect(reviewLine(entries({ reject: true, reason: 'not ours' }), facts())).toEqual({ outcome: 'rejected' });
  });

  it('P-6: whatever is reviewed, only a free warranty line of a part that returns has its return due, and only a charged one a price', () => {
    const any = fc.record({
      coverage: fc.constantFrom(...COVERAGES), purpose: fc.constantFrom(...REQUEST_PURPOSES), returnRequired: fc.boolean(),
      supplyKind: fc.constantFrom('', 'gift', 'office', 'literature'), quantity: fc.integer({ min: 1, max: 1000 }),
    });
    fc.assert(fc.property(any, ({ supplyKind, ...change }) => {
      if (supplyKind === '' && change.purpose !== 'stock' && change.coverage === 'unknown') return;
      if (supplyKind === 'gift' && change.purpose === 'stock') return;
      const decision = reviewLine(entries({ supplyKind, reason: 'r' }), facts(change));
      if (decision.outcome === 'approved') {
        expect(decision.returnDue).toBe(decision.supplyKind === 'warranty' && change.returnRequired);
        expect(decision.supplyKind).not.toBe('charged');
      }
      if (decision.outcome === 'quoted') expect(change.purpose === 'stock' || change.coverage === 'not_covered').toBe(true);
    }));
  });

  it('P-5: a special price is lower than the quoted one', () => {
    expect(() => checkLowered('9.5', '12.3450')).not.toThrow();
    for (const price of ['12.345', '13', '-1', '', '1.23456']) expect(() => checkLowered(price, '12.3450')).toThrow(refuses('PRICE_INVALID'));
  });

  it('F-2: net and tax are rounded once each, so that a line adds up', () => {
    const quote = quoteOf('12.345', facts());
    expect(addMoney(quote.netAmount, quote.taxAmount)).toBe('41.86');
  });
});
