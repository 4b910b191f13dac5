import { confirmedOf, piecesInMonthOf, solutionOf, unconfirmedOf } from './confirmed-records.rules.js';

const record = (id: string, recordedAt: string) => ({ id, recordedAt });

describe('the records that a customer confirmed', () => {
  it('W-9: each is confirmed by the first confirmation after it, however often the call is confirmed again', () => {
    const records = [record('second', '2026-03-05T02:00:00.000Z'), record('first', '2026-03-01T02:00:00.000Z')];
    expect(confirmedOf(records, ['2026-03-05T03:00:00.000Z', '2026-03-01T03:00:00.000Z']).map(({ record: { id }, confirmedAt }) => [id, confirmedAt])).toEqual([
      ['second', '2026-03-05T03:00:00.000Z'], ['first', '2026-03-01T03:00:00.000Z'],
    ]);
  });

  it('R-6: two visits before one confirmation are both confirmed by it; what came after it is not confirmed', () => {
    const records = [record('a', '2026-03-01T02:00:00.000Z'), record('b', '2026-03-02T02:00:00.000Z'), record('c', '2026-03-04T02:00:00.000Z')];
    expect(confirmedOf(records, ['2026-03-03T02:00:00.000Z']).map(({ record: { id } }) => id)).toEqual(['a', 'b']);
    expect(confirmedOf(records, [])).toEqual([]);
    expect(unconfirmedOf(records, ['2026-03-03T02:00:00.000Z']).map(({ id }) => id)).toEqual(['c']);
    expect(unconfirmedOf(records, [])).toEqual(records);
  });

  it('D-7: a record belongs to the repair that the first record at or after it finished, in whatever order they are given', () => {
    const visit = (recordedAt: string, resolved: boolean, ...quantities: number[]) => ({ recordedAt, resolved, partsUsed: quantities.map((quantity) => ({ quantity })) });
    const [tried, solved, again] = [visit('2026-03-30T02:00:00.000Z', false, 1), visit('2026-03-31T02:00:00.000Z', true, 2, 3), visit('2026-03-31T16:00:00.000Z', true)];
    const records = [again, tried, solved];
    expect(records.map((record) => solutionOf(record, records))).toEqual([again.recordedAt, solved.recordedAt, solved.recordedAt]);
    expect(solutionOf(tried, [tried])).toBe('');
    expect([piecesInMonthOf(records, '2026-03-05T00:00:00.000Z'), piecesInMonthOf(records, again.recordedAt)]).toEqual([6, 0]);
  });
});
