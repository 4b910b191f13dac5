import { usedAgain } from './used-again.rules.js';

const record = (recordedAt: string, ...parts: string[]) => ({ recordedAt, partsUsed: parts.map((partId) => ({ partId })) });

describe('the same part at two records of a call', () => {
  it('Q-7: is told where both are of one local day; several pieces of one record, other parts and other days are not', () => {
    expect(usedAgain([record('2026-03-01T01:00:00.000Z', 'p', 'q'), record('2026-03-01T09:00:00.000Z', 'p')])).toEqual([{ partId: 'p', usedOn: '2026-03-01' }]);
    expect(usedAgain([record('2026-03-01T01:00:00.000Z', 'p', 'p')])).toEqual([]);
    expect(usedAgain([record('2026-03-01T01:00:00.000Z', 'p'), record('2026-03-01T09:00:00.000Z', 'q')])).toEqual([]);
    // Midnight in Shanghai is 16:00 in UTC.
    expect(usedAgain([record('2026-03-01T15:59:00.000Z', 'p'), record('2026-03-01T16:00:00.000Z', 'p')])).toEqual([]);
    expect(usedAgain([])).toEqual([]);
  });

  it('Q-7: once for a part, with the first such day, in whatever order the records come', () => {
    const records = ['2026-03-02T01:00:00.000Z', '2026-03-01T03:00:00.000Z', '2026-03-02T02:00:00.000Z', '2026-03-01T02:00:00.000Z', '2026-03-01T04:00:00.000Z'].map((at) => record(at, 'p'));
    expect(usedAgain(records)).toEqual([{ partId: 'p', usedOn: '2026-03-01' }]);
    expect(usedAgain([...records].reverse())).toEqual([{ partId: 'p', usedOn: '2026-03-01' }]);
  });
});
