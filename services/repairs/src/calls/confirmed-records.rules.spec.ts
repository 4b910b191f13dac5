import { confirmedOf, unconfirmedOf } from './confirmed-records.rules.js';

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
});
