import { atOnce, Refusal } from '@aftercare/domain';
import {
  agreedBy, assertOrder, differingHoldings, differingLines, differingRevenue, differingSums, isHint, namedDifferences, orderObstacles, revenueByDocument, sumsOf, waitingObstacles, type BookedRevenue,
  type ListedLine, type ListedSum,
} from './month-close.rules.js';
import { wordedObstacle } from './obstacle.texts.js';

const line = (term: string, pieces: number, more: Partial<ListedLine> = {}): ListedLine => ({
  term, lineId: `L-${term}`, dealerId: 'A', partId: 'P', pieces, amount: '0.00', documentKind: 'shipping_order', documentId: 'D1', documentNumber: 'SO-1', reason: '', partNumber: 'P-1', ...more,
});
const sums = (lines: ListedLine[]): ListedSum[] => atOnce(sumsOf(lines));
const sumsDiffer = (listed: ListedSum[], figures: ListedSum[]) => atOnce(differingSums(listed, figures));
const holdingsDiffer = (lines: ListedLine[]) => atOnce(differingHoldings(lines));
const revenueDiffers = (lines: ListedLine[], booked: BookedRevenue[]) => atOnce(differingRevenue(atOnce(revenueByDocument(lines)), booked));

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

  it('B-6: none before the first month of which there is anything, and none before one that is closed', () => {
    expect(orderObstacles({ ...may, month: '2026-01', closed: [] })).toMatchObject([{ code: 'BEFORE_FIRST_MONTH', found: '2026-02' }]);
    expect(orderObstacles({ ...may, month: '2026-01', first: '' })).toMatchObject([{ code: 'BEFORE_FIRST_MONTH', found: '2026-02' }]);
  });

  it('B-6: a month before the first revenue may be asked for: others may have something of it; one before a closed month may not', () => {
    expect(() => assertOrder({ ...may, month: '2026-01', closed: [] })).not.toThrow();
    expect(() => assertOrder({ ...may, month: '2026-01' })).toThrow(expect.objectContaining({ reason: 'BEFORE_FIRST_MONTH' }) as Refusal);
    expect(() => assertOrder({ ...may, closed: [] })).toThrow(expect.objectContaining({ reason: 'EARLIER_MONTH_OPEN' }) as Refusal);
  });
});

describe('B-6: what is under way when a month is closed', () => {
  const at = { until: '2026-03-31T16:00:00.000Z', now: '2026-03-31T16:00:05.000Z' };
  const quiet = { runningSince: '', unsentEvents: 0, deadLetters: 0, otherDeadLetters: 0 };
  const codesOf = (more: Partial<typeof quiet>, when = at) => waitingObstacles('parts', { ...quiet, ...more }, when).map(({ code }) => code);

  it('B-6: a transaction that began before the month’s end belongs to the month and stands against closing while it runs', () => {
    expect(codesOf({ runningSince: '2026-03-31T15:59:50.000Z' })).toEqual(['TRANSACTION_RUNNING']);
    expect(codesOf({ runningSince: '2026-03-31T16:00:00.000Z' })).toEqual([]);
    expect(codesOf({ runningSince: '2026-03-31T15:59:50.000Z' }, { ...at, now: '2026-03-31T15:59:55.000Z' })).toEqual([]);
    expect(codesOf({})).toEqual([]);
  });

  it('B-6: events and letters of the lists stand against it, letters of anything else are only said', () => {
    expect(codesOf({ unsentEvents: 1, deadLetters: 2, otherDeadLetters: 3 })).toEqual(['EVENTS_WAITING', 'DEAD_LETTERS_OPEN', 'DEAD_LETTERS_ELSEWHERE']);
    expect(waitingObstacles('parts', { ...quiet, otherDeadLetters: 3 }, at).map(isHint)).toEqual([true]);
    expect(agreedBy(waitingObstacles('parts', { ...quiet, otherDeadLetters: 3 }, at))).toBe(true);
    expect(agreedBy(orderObstacles({ month: '2026-03', today: '2026-04-02', closed: [], first: '2026-02' }))).toBe(true);
    expect(agreedBy(orderObstacles({ month: '2026-03', today: '2026-03-30', closed: [], first: '2026-03' }))).toBe(false);
  });
});

describe('H-8: the lists of parts against the figures', () => {
  it('H-8: what has the same pieces and amounts by dealer, part and term does not differ, whatever the lines are called', () => {
    const listed = [line('returned_met', 2), line('returned_met', 3, { lineId: 'x' }), line('opening', 4), line('opening', -4)];
    expect(sumsDiffer(sums(listed), [{ dealerId: 'A', partId: 'P', term: 'returned_met', pieces: 5, amount: '0.00' }])).toEqual([]);
    expect(differingLines(listed, [line('returned_met', 5, { lineId: 'other' })])).toEqual([]);
  });

  it('H-8: a line that one of them lacks, or has otherwise, is named with what both say', () => {
    const listed = [line('shipped_due', 10), line('opened', 10), line('shipped_charged', 3, { amount: '37.04', documentId: 'D2', documentNumber: 'SO-2' })];
    const figures = [line('shipped_due', 10), line('shipped_charged', 3, { amount: '37.05', documentId: 'D2', documentNumber: 'SO-2' }), line('manual', 1, { documentId: 'D3', documentNumber: 'CS-3' })];
    expect(sumsDiffer(sums(listed), sums(figures))).toEqual([{ dealerId: 'A', partId: 'P' }]);
    expect(differingLines(listed, figures)).toMatchObject([
      { code: 'LISTS_DIFFER', term: 'opened', documentNumber: 'SO-1', partNumber: 'P-1', listed: '10', found: '' },
      { code: 'LISTS_DIFFER', term: 'shipped_charged', documentNumber: 'SO-2', listed: '37.04', found: '37.05' },
      { code: 'LISTS_DIFFER', term: 'manual', documentNumber: 'CS-3', listed: '', found: '1' },
    ]);
    for (const locale of ['zh-CN', 'en'] as const) expect(wordedObstacle(differingLines(listed, figures)[1], locale)).toContain('37.04 ≠ 37.05');
  });
});

describe('H-8: only a look whose sums were equal finds nothing', () => {
  const pair = { dealerId: 'A', partId: 'P', partNumber: 'P-1' };

  it('H-8: a dealer and part whose lines have met when they are fetched stays different in this look, and so do those that were not fetched', () => {
    const named = differingLines([line('opened', 10)], []);
    expect(namedDifferences([{ ...pair, lines: named }], 0)).toEqual(named);
    expect(namedDifferences([{ ...pair, lines: [] }], 0)).toMatchObject([{ code: 'LISTS_DIFFER', ...pair, count: 1 }]);
    expect(namedDifferences([], 10)).toMatchObject([{ code: 'LISTS_DIFFER', count: 10 }]);
    expect(namedDifferences([], 0)).toEqual([]);
    for (const locale of ['zh-CN', 'en'] as const) expect(namedDifferences([{ ...pair, lines: [] }], 3).map((each) => wordedObstacle(each, locale))).toEqual([expect.stringContaining('P-1'), expect.stringContaining('3')]);
  });
});

describe('H-8 (3): the holdings of the stock ledger against the obligations', () => {
  const held = (pieces: number, documentId = 'M'): ListedLine => line('holdings', pieces, { lineId: documentId, documentId });
  const month = [line('opened', 10), line('settled_returned', 4), line('settled_excused', 1), line('opening', 3), line('undone_charged', 1), line('shortage_due', 1)];

  it('H-1a: what the ledger moved into and out of the holdings is what was opened less what ended', () => {
    expect(holdingsDiffer([...month, held(10), held(-4), held(-1), held(3), held(1), held(-1)])).toEqual([]);
    expect(holdingsDiffer([line('shipped_free', 2), line('credit_kept', 1)])).toEqual([]);
  });

  it('H-8: an excuse whose movement is lost, and a movement without an obligation, are named by dealer and part', () => {
    expect(holdingsDiffer([...month, held(10), held(-4), held(3), held(1), held(-1)])).toMatchObject([{ code: 'HOLDINGS_DIFFER', dealerId: 'A', partId: 'P', partNumber: 'P-1', listed: '8', found: '9' }]);
    expect(holdingsDiffer([held(2)])).toMatchObject([{ code: 'HOLDINGS_DIFFER', listed: '0', found: '2' }]);
  });

  it('H-8: no event tells the ledger’s lines, so the figures lack them without differing', () => {
    expect(sums([held(2)])).toEqual([]);
    expect(differingLines([held(2)], [])).toEqual([]);
  });
});

describe('F-8: the revenue list against the ledger', () => {
  const booked = (documentId: string, net: string, more: Partial<BookedRevenue> = {}): BookedRevenue => ({ documentId, documentKind: 'charge_slip', documentNumber: 'CS', dealerId: 'A', net, frozenNet: '0.00', ...more });

  it('F-8, B-6: document by document, so that what was booked after midnight belongs to the month of its document', () => {
    const lines = [line('shipped_charged', 3, { amount: '37.04' }), line('converted', 1, { amount: '12.35', documentId: 'S' }), line('revenue_reversed', 1, { amount: '12.35', documentId: 'R' }), line('shipped_due', 10)];
    expect(revenueDiffers(lines, [booked('D1', '37.04'), booked('S', '12.35'), booked('R', '-12.35'), booked('earlier', '5.00', { frozenNet: '5.00' })])).toEqual([]);
    expect(revenueDiffers(lines, [booked('D1', '37.03'), booked('S', '12.35'), booked('strange', '9.00')])).toMatchObject([
      { code: 'REVENUE_DIFFERS', documentId: 'D1', listed: '37.04', found: '37.03' }, { documentId: 'R', listed: '-12.35', found: '' }, { documentId: 'strange', listed: '', found: '9.00' },
    ]);
  });
});
