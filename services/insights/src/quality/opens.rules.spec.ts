import { daysOf, queryOf, withQuery } from './opens.rules.js';

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
});
