import { addMoney, atOnce } from '@aftercare/domain';
import { FROZEN_TERMS } from '@aftercare/service';
import fc from 'fast-check';
import { driftOf, frozenLines, hashedLine, totalsOf, type Drift, type FrozenLine, type KeptLine } from './frozen-lists.rules.js';
import type { ListedLine } from './month-close.rules.js';

const line = (term: string, pieces: number, more: Partial<ListedLine> = {}): ListedLine => ({
  term, lineId: `L-${term}`, dealerId: 'A', partId: 'P', pieces, amount: '0.00', documentKind: 'shipping_order', documentId: 'D1', documentNumber: 'SO-1', reason: '', partNumber: 'P-1', ...more,
});
const freeze = (lines: ListedLine[]): FrozenLine[] => atOnce(frozenLines(lines));
const drift = (month: string, frozen: KeptLine[], lines: ListedLine[]): Drift => atOnce(driftOf(month, frozen, lines));
const totals = (frozen: FrozenLine[]) => atOnce(totalsOf(frozen));

describe('B-6: a closed month against its frozen lists', () => {
  const march = [line('shipped_due', 10), line('manual', 1, { documentId: 'S', amount: '100.00' }), line('returned_surplus', 2, { documentId: 'RP', lineId: 'c1' })];
  const frozen = freeze(march);

  it('B-6: lines that came after the close are late, with the month of their document; the frozen ones are not', () => {
    expect(drift('2026-03', frozen, march)).toEqual({ late: [], differing: [] });
    const slip = line('converted', 1, { documentId: 'S2', amount: '12.35', lineId: 'late' });
    const more = line('manual', 2, { documentId: 'S', amount: '5.00', lineId: 'other' });
    expect(drift('2026-03', frozen, [...march, slip, more, line('settled_charged', 1, { documentId: 'S2' })])).toEqual({ late: [{ ...slip, ofMonth: '2026-03' }, { ...more, ofMonth: '2026-03' }], differing: [] });
    const [taken] = freeze([{ ...slip, ofMonth: '2026-03' }]);
    expect([taken.ofMonth, frozen[0].ofMonth]).toEqual(['2026-03', '']);
    expect(hashedLine(taken)).not.toBe(hashedLine(freeze([slip])[0]));
  });

  it('H-5, B-6: a corrected count replaces a line and keeps its pieces; what is gone or has other pieces or money is named', () => {
    const regraded = [line('returned_surplus', 1, { documentId: 'RP', lineId: 'c2' }), line('returned_surplus', 1, { documentId: 'RP', lineId: 'c3' })];
    expect(drift('2026-03', frozen, [march[0], march[1], ...regraded])).toEqual({ late: [], differing: [] });
    expect(drift('2026-03', frozen, [march[0], { ...march[1], amount: '99.00' }])).toMatchObject({
      late: [], differing: [{ code: 'CLOSED_LIST_DIFFERS', documentId: 'S', listed: '99.00', found: '100.00' }, { code: 'CLOSED_LIST_DIFFERS', documentId: 'RP', listed: '0', found: '2' }],
    });
  });
});

describe('B-6: the three frozen lists', () => {
  it('B-6: issued, revenue and returned, what was taken back negative, each line in its lists', () => {
    const frozen = freeze([
      line('shipped_due', 10), line('shipped_charged', 3, { amount: '37.04' }), line('shipped_free', 2), line('opened', 10), line('returned_met', 4, { documentId: 'RP' }), line('converted', 1, { amount: '12.35', documentId: 'S' }),
      line('revenue_reversed', 1, { amount: '12.35', documentId: 'R' }), line('settled_returned', 4),
    ]);
    expect(frozen.map(({ list, term, quantity, netAmount }) => [list, term, quantity, netAmount])).toEqual([
      ['issued', 'shipped_charged', 3, '0.00'], ['issued', 'shipped_due', 10, '0.00'], ['issued', 'shipped_free', 2, '0.00'],
      ['revenue', 'shipped_charged', 3, '37.04'], ['revenue', 'revenue_reversed', -1, '-12.35'], ['revenue', 'converted', 1, '12.35'], ['returned', 'returned_met', 4, '0.00'],
    ]);
    expect(totals(frozen)).toEqual({ issuedLines: 3, issuedPieces: 15, revenueLines: 3, revenueNet: '37.04', returnedLines: 1, returnedPieces: 4 });
  });

  it('B-6: a month is known again by its lines of these lists and no others', () => {
    const terms = [
      ...FROZEN_TERMS, 'shortage_due', 'shortage_free', 'shortage_charged', 'opened', 'opening', 'settled_returned', 'settled_charged', 'settled_excused', 'settled_credit', 'undone_charged', 'undone_returned',
      'undone_credit', 'undone_excused', 'late_reversed', 'credit_kept', 'credit_used', 'conversion_reversed', 'holdings',
    ];
    expect(terms.filter((term) => freeze([line(term, 1)]).length > 0)).toEqual(FROZEN_TERMS);
    expect(new Set(terms).size).toBe(terms.length);
  });

  it('B-6: they are the same in whatever order the lines came, and their positions have no gap', () => {
    const given = fc.array(fc.record({ term: fc.constantFrom('shipped_due', 'shipped_charged', 'manual', 'revenue_reversed', 'returned_met', 'opened'), pieces: fc.nat(9), fen: fc.nat(9_999), at: fc.nat(999) }), { maxLength: 20 });
    fc.assert(fc.property(given, fc.infiniteStream(fc.nat()), (rows, keys) => {
      const lines = rows.map(({ term, pieces, fen, at }, index) => line(term, pieces, { lineId: `L${index}`, documentId: `D${at}`, amount: (fen / 100).toFixed(2) }));
      const shuffled = lines.map((each) => ({ each, key: keys.next().value as number })).sort((a, b) => a.key - b.key).map(({ each }) => each);
      expect(freeze(shuffled)).toEqual(freeze(lines));
      const revenue = freeze(lines).filter(({ list }) => list === 'revenue');
      expect(revenue.map(({ position }) => position)).toEqual(revenue.map((_each, index) => index + 1));
      expect(totals(freeze(lines)).revenueNet).toBe(revenue.reduce((sum, { netAmount }) => addMoney(sum, netAmount), '0.00'));
    }));
  });
});
