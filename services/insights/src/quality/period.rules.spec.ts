import { wholeMonths } from './period.rules.js';

const split = (from: string, to: string, today = '2027-01-01') => {
  const { months, before, behind } = wholeMonths({ from, to }, today);
  return [months, before, behind].map((each) => (each.from === each.to ? '' : `${each.from} ${each.to}`));
};

describe('a period of the figures', () => {
  it('Q-2: is made of whole months and of the days before and behind them', () => {
    expect(split('2026-01-01', '2026-03-01')).toEqual(['2026-01-01 2026-03-01', '', '']);
    expect(split('2026-01-15', '2026-03-10')).toEqual(['2026-02-01 2026-03-01', '2026-01-15 2026-02-01', '2026-03-01 2026-03-10']);
    expect(split('2026-01-01', '2026-02-02')).toEqual(['2026-01-01 2026-02-01', '', '2026-02-01 2026-02-02']);
  });

  it('Q-2: the month that goes on is whole, since nothing is behind today', () => {
    expect(split('2026-01-15', '2026-03-11', '2026-03-10')).toEqual(['2026-02-01 2026-04-01', '2026-01-15 2026-02-01', '']);
    expect(split('2026-01-15', '2026-03-10', '2026-03-10')).toEqual(['2026-02-01 2026-03-01', '2026-01-15 2026-02-01', '2026-03-01 2026-03-10']);
    expect(split('2026-03-01', '2026-03-11', '2026-03-10')).toEqual(['2026-03-01 2026-04-01', '', '']);
    expect(split('2026-01-01', '2026-05-01', '2026-03-10')).toEqual(['2026-01-01 2026-05-01', '', '']);
  });

  it('Q-2: without a whole month it is days alone', () => {
    expect(split('2026-01-15', '2026-02-10')).toEqual(['', '2026-01-15 2026-02-10', '']);
    expect(split('2026-01-15', '2026-01-16')).toEqual(['', '2026-01-15 2026-01-16', '']);
    expect(split('2026-01-15', '2026-02-01')).toEqual(['', '2026-01-15 2026-02-01', '']);
  });
});
