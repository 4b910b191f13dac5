import { addMoney, Refusal } from '@aftercare/domain';
import fc from 'fast-check';
import { assertOrder, differingLines, differingRevenue, differingSums, frozenLines, orderObstacles, sumsOf, totalsOf, type BookedRevenue, type ListedLine } from './month-close.rules.js';
import { wordedObstacle } from './obstacle.texts.js';

const line = (term: string, pieces: number, more: Partial<ListedLine> = {}): ListedLine => ({
  term, lineId: `L-${term}`, dealerId: 'A', partId: 'P', pieces, amount: '0.00', documentKind: 'shipping_order', documentId: 'D1', documentNumber: 'SO-1', reason: '', partNumber: 'P-1', ...more,
});

describe('B-6: which month may be closed', () => {
  const may = { month: '2026-03', today: '2026-04-01', closed: ['2026-02'], first: '2026-02' };

  it('B-6: one that has ended, whose earlier months are closed, once', () => {
    expect(orderObstacles(may)).toEqual([]);
    expect(orderObstacles({ ...may, today: '2026-03-31' }).map(({ code }) => code)).toEqual(['MONTH_NOT_OVER']);
    expect(orderObstacles({ ...may, closed: ['2026-02', '2026-03'] }).map(({ code }) => code)).toEqual(['MONTH_CLOSED']);
    expect(orderObstacles({ ...may, closed: [], first: '2025-12' })).toMatchObject([{ code: 'EARLIER_MONTH_OPEN', found: '2025-12' }]);
    expect(orderObstacles({ ...may, closed: ['2025-12'], first: '2025-12' })).toMatchObject([{ code: 'EARLIER_MONTH_OPEN', found: '2026-01' }]);
    expect(orderObstacles({ ...may, closed: [], first: '' })).toEqual([]);
    expect(() => assertOrder({ ...may, today: '2026-03-31' })).toThrow(Refusal);
  });
});

describe('H-8: the lists of parts against the figures', () => {
  it('H-8: what has the same pieces and amounts by dealer, part and term does not differ, whatever the lines are called', () => {
    const listed = [line('returned_met', 2), line('returned_met', 3, { lineId: 'x' }), line('opening', 4), line('opening', -4)];
    expect(differingSums(sumsOf(listed), [{ dealerId: 'A', partId: 'P', term: 'returned_met', pieces: 5, amount: '0.00' }])).toEqual([]);
    expect(differingLines(listed, [line('returned_met', 5, { lineId: 'other' })])).toEqual([]);
  });

  it('H-8: a line that one of them lacks, or has otherwise, is named with what both say', () => {
    const listed = [line('shipped_due', 10), line('opened', 10), line('shipped_charged', 3, { amount: '37.04', documentId: 'D2', documentNumber: 'SO-2' })];
    const figures = [line('shipped_due', 10), line('shipped_charged', 3, { amount: '37.05', documentId: 'D2', documentNumber: 'SO-2' }), line('manual', 1, { documentId: 'D3', documentNumber: 'CS-3' })];
    expect(differingSums(sumsOf(listed), sumsOf(figures))).toEqual([{ dealerId: 'A', partId: 'P' }]);
    expect(differingLines(listed, figures)).toMatchObject([
      { code: 'LISTS_DIFFER', term: 'opened', documentNumber: 'SO-1', partNumber: 'P-1', listed: '10', found: '' },
      { code: 'LISTS_DIFFER', term: 'shipped_charged', documentNumber: 'SO-2', listed: '37.04', found: '37.05' },
      { code: 'LISTS_DIFFER', term: 'manual', documentNumber: 'CS-3', listed: '', found: '1' },
    ]);
    for (const locale of ['zh-CN', 'en'] as const) expect(wordedObstacle(differingLines(listed, figures)[1], locale)).toContain('37.04 ≠ 37.05');
  });
});

describe('F-8: the revenue list against the ledger', () => {
  const booked = (documentId: string, net: string, more: Partial<BookedRevenue> = {}): BookedRevenue => ({ documentId, documentKind: 'charge_slip', documentNumber: 'CS', dealerId: 'A', net, frozen: false, ...more });

  it('F-8, B-6: document by document, so that what was booked after midnight belongs to the month of its document', () => {
    const lines = [line('shipped_charged', 3, { amount: '37.04' }), line('converted', 1, { amount: '12.35', documentId: 'S' }), line('revenue_reversed', 1, { amount: '12.35', documentId: 'R' }), line('shipped_due', 10)];
    expect(differingRevenue(lines, [booked('D1', '37.04'), booked('S', '12.35'), booked('R', '-12.35'), booked('earlier', '5.00', { frozen: true })])).toEqual([]);
    expect(differingRevenue(lines, [booked('D1', '37.03'), booked('S', '12.35'), booked('strange', '9.00')])).toMatchObject([
      { code: 'REVENUE_DIFFERS', documentId: 'D1', listed: '37.04', found: '37.03' }, { documentId: 'R', listed: '-12.35', found: '' }, { documentId: 'strange', listed: '', found: '9.00' },
    ]);
  });
});

describe('B-6: the three frozen lists', () => {
  it('B-6: issued, revenue and returned, what was taken back negative, each line in its lists', () => {
    const frozen = frozenLines([
      line('shipped_due', 10), line('shipped_charged', 3, { amount: '37.04' }), line('shipped_free', 2), line('opened', 10), line('returned_met', 4, { documentId: 'RP' }), line('converted', 1, { amount: '12.35', documentId: 'S' }),
      line('revenue_reversed', 1, { amount: '12.35', documentId: 'R' }), line('settled_returned', 4),
    ]);
    expect(frozen.map(({ list, term, quantity, netAmount }) => [list, term, quantity, netAmount])).toEqual([
      ['issued', 'shipped_charged', 3, '0.00'], ['issued', 'shipped_due', 10, '0.00'], ['issued', 'shipped_free', 2, '0.00'],
      ['revenue', 'shipped_charged', 3, '37.04'], ['revenue', 'revenue_reversed', -1, '-12.35'], ['revenue', 'converted', 1, '12.35'], ['returned', 'returned_met', 4, '0.00'],
    ]);
    expect(totalsOf(frozen)).toEqual({ issuedLines: 3, issuedPieces: 15, revenueLines: 3, revenueNet: '37.04', returnedLines: 1, returnedPieces: 4 });
  });

  it('B-6: they are the same in whatever order the lines came, and their positions have no gap', () => {
    const given = fc.array(fc.record({ term: fc.constantFrom('shipped_due', 'shipped_charged', 'manual', 'revenue_reversed', 'returned_met', 'opened'), pieces: fc.nat(9), fen: fc.nat(9_999), at: fc.nat(999) }), { maxLength: 20 });
    fc.assert(fc.property(given, fc.infiniteStream(fc.nat()), (rows, keys) => {
      const lines = rows.map(({ term, pieces, fen, at }, index) => line(term, pieces, { lineId: `L${index}`, documentId: `D${at}`, amount: (fen / 100).toFixed(2) }));
      const shuffled = lines.map((each) => ({ each, key: keys.next().value as number })).sort((a, b) => a.key - b.key).map(({ each }) => each);
      expect(frozenLines(shuffled)).toEqual(frozenLines(lines));
      const revenue = frozenLines(lines).filter(({ list }) => list === 'revenue');
      expect(revenue.map(({ position }) => position)).toEqual(revenue.map((_each, index) => index + 1));
      expect(totalsOf(frozenLines(lines)).revenueNet).toBe(revenue.reduce((sum, { netAmount }) => addMoney(sum, netAmount), '0.00'));
    }));
  });
});
