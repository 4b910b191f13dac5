import { daysOf, queryOf, recordsBehind, unsaidOf, withQuery, type CaseFilter } from './opens.rules.js';

describe('what opens the records of a figure', () => {
  it('Q-2: is a query of what was given, each value whole', () => {
    expect(queryOf({ from: '2026-01-01', to: '', family: '龙头 & 花洒', lot: 'a/2026-01' })).toBe('from=2026-01-01&family=%E9%BE%99%E5%A4%B4+%26+%E8%8A%B1%E6%B4%92&lot=a%2F2026-01');
    expect(queryOf({ stage: '' })).toBe('');
  });

  it('Q-2: stands in the figure', () => {
    expect(JSON.parse(withQuery({ id: '1', item: '{"key" : "a"}' }, 'a="b"').item)).toEqual({ key: 'a', opens: 'a="b"' });
  });

  it('Q-2: a month opens its days of the period', () => {
    const period = { from: '2026-01-10', to: '2026-03-05' };
    expect(daysOf(period)).toEqual({ from: '2026-01-10', to: '2026-03-04' });
    expect(['2026-01', '2026-02', '2026-03'].map((month) => daysOf(period, month))).toEqual([
      { from: '2026-01-10', to: '2026-01-31' }, { from: '2026-02-01', to: '2026-02-28' }, { from: '2026-03-01', to: '2026-03-04' },
    ]);
  });

  const NOTHING: CaseFilter = { stage: '', family: '', modelId: '', lot: '', dealerId: '', partId: '', faultCode: '', causeCode: '', actionCode: '', problem: '', without: '' };
  const period = { from: '2026-01-01', to: '2026-04-01' };
  it.each([
    ['fault', 'faucet/F01', {}, 'family=faucet&faultCode=F01'],
    ['cause', '/C01', { faultCode: 'F01' }, 'faultCode=F01&causeCode=C01&without=family'],
    ['action', '', { family: 'faucet' }, 'family=faucet&without=action'],
    ['stage', '', { without: 'lot' }, 'without=stage%2Clot'],
    ['dealer', 'd', { stage: 'unboxing' }, 'stage=unboxing&dealerId=d'],
    ['part', 'p', {}, 'partId=p'],
    ['lot', 'm/2025-01', {}, 'lot=m%2F2025-01'],
  ] as const)('Q-2: a bar by %s of key "%s" is found by its key and by what narrowed it', (by, key, filter, expected) => {
    expect(recordsBehind({ by, key }, { period, filter: { ...NOTHING, ...filter } })).toBe(`from=2026-01-01&to=2026-03-31&${expected}`);
  });

  it('Q-2: what is not said is named once, and only where it can be missing', () => {
    expect(unsaidOf(' lot,stage,lot', ['stage', 'lot'])).toEqual(['stage', 'lot']);
    expect(unsaidOf('', ['stage'])).toEqual([]);
    expect(() => unsaidOf('dealer', ['stage'])).toThrow(expect.objectContaining({ reason: 'INVALID_FIELD', details: expect.objectContaining({ field: 'without' }) as object }));
  });
});
