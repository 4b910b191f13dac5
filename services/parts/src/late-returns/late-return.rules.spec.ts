import fc from 'fast-check';
import { isInTime, lateReturnRefusal, lateReturnSteps, matchLate, reversalReason, settledBy, takenBackFor, type ChargedPieces } from './late-return.rules.js';

const alone = (partId: string): Set<string> => new Set([partId]);
const charged = (obligationId: string, quantity: number, given: Partial<ChargedPieces> = {}): ChargedPieces => ({
  obligationId, slipId: 's', partId: 'P', unitSerial: '', quantity, chargedAt: '2026-05-09T02:00:00.000Z', ...given,
});
const came = (quantity: number, given: object = {}) => ({ line: 0, partId: 'P', unitSerial: '', quantity, ...given });
const on = { arrivedOn: '2026-05-20', days: 90, chainOf: alone };

describe('H-7: a part that arrives after it was charged', () => {
  it('H-7: charged on 05-09, the piece of 05-20 takes the charge back', () => {
    expect(matchLate([charged('o', 1)], [came(1)], on)).toEqual({ matches: [{ line: 0, charged: charged('o', 1), quantity: 1, inTime: true }], surplus: new Map() });
  });

  it('H-7: within 90 days after the day of the charge; later it is refused, and still no surplus', () => {
    expect([isInTime('2026-05-09T02:00:00.000Z', '2026-08-07', 90), isInTime('2026-05-09T02:00:00.000Z', '2026-08-08', 90)]).toEqual([true, false]);
    const { matches, surplus } = matchLate([charged('o', 1)], [came(2)], { ...on, arrivedOn: '2026-08-08' });
    expect(matches).toMatchObject([{ quantity: 1, inTime: false }]);
    expect([...surplus]).toEqual([[0, 1]]);
  });

  it('H-7: it is the right part, or one of its supersession chain', () => {
    expect(matchLate([charged('o', 1)], [came(1, { partId: 'X' })], on).matches).toEqual([]);
    expect(matchLate([charged('o', 1)], [came(1, { partId: 'P2' })], { ...on, chainOf: () => new Set(['P', 'P2']) }).matches).toMatchObject([{ quantity: 1 }]);
  });

  it('H-7: what is in time goes before what is not, then the same serial, then the oldest charge', () => {
    const list = [charged('old', 1, { chargedAt: '2026-01-01T02:00:00.000Z' }), charged('later', 1, { chargedAt: '2026-05-10T02:00:00.000Z' }), charged('serial', 1, { unitSerial: 'S1', chargedAt: '2026-05-11T02:00:00.000Z' })];
    expect(matchLate(list, [came(3, { unitSerial: 'S1' })], on).matches.map(({ charged: { obligationId } }) => obligationId)).toEqual(['serial', 'later', 'old']);
  });

  it('H-7: whatever comes, no more comes late than was charged, and each piece is late or surplus', () => {
    const amounts = fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 5 });
    fc.assert(fc.property(amounts, amounts, (left, right) => {
      const list = left.map((quantity, index) => charged(`o${index}`, quantity));
      const { matches, surplus } = matchLate(list, right.map((quantity, line) => came(quantity, { line })), on);
      const sum = (values: Iterable<number>): number => [...values].reduce((a, b) => a + b, 0);
      const late = sum(matches.map(({ quantity }) => quantity));
      expect(late).toBe(Math.min(sum(left), sum(right)));
      expect(late + sum(surplus.values())).toBe(sum(right));
    }));
  });
});

describe('F-5, H-7: what a reversal does with obligations', () => {
  it('H-7: late returns are settled first, whole and in their order; the rest is owed again', () => {
    const waiting = [{ id: 'a', quantity: 1 }, { id: 'b', quantity: 2 }];
    expect(settledBy(4, waiting)).toEqual({ settled: waiting, reopened: 1 });
    expect(settledBy(1, waiting)).toEqual({ settled: [waiting[0]], reopened: 0 });
    expect(settledBy(2, [])).toEqual({ settled: [], reopened: 2 });
    expect(() => settledBy(2, waiting)).toThrow(expect.objectContaining({ reason: 'LATE_RETURN_WAITS' }));
  });

  it('H-7, P-8: a charge is taken back for what came late, for what never arrived, though something was counted or set against it, or for surplus', () => {
    expect(takenBackFor({ discrepancyId: null, creditDiscrepancyId: null })).toBe('late_return');
    expect([null, 'c'].map((creditDiscrepancyId) => takenBackFor({ discrepancyId: 'd', creditDiscrepancyId }))).toEqual(['never_arrived', 'never_arrived']);
    expect(takenBackFor({ discrepancyId: null, creditDiscrepancyId: 'c' })).toBe('surplus');
    expect([reversalReason(['surplus', 'surplus']), reversalReason(['surplus', 'late_return'])]).toEqual(['surplus', 'taken_back']);
  });

  it('H-7: a late return waits, is reversed, or is refused and sent back', () => {
    expect([lateReturnSteps.unreachable(), lateReturnSteps.deadEnds()]).toEqual([[], []]);
    expect(lateReturnRefusal('reverse', 'waiting', 'finance_clerk')).toBeUndefined();
    expect(lateReturnRefusal('reverse', 'waiting', 'warehouse_keeper')).toBe('ROLE_NOT_ALLOWED');
    expect(lateReturnRefusal('send-back', 'waiting', 'warehouse_keeper')).toBe('STEP_NOT_ALLOWED');
    expect(lateReturnRefusal('send-back', 'refused', 'warehouse_keeper')).toBeUndefined();
  });
});
