import { dunningTotals, levelOf, oldEnough, remindersOf, type OpenSlipAge } from './dunning.rules.js';

const DAYS = [30, 60, 90] as const;
const slip = (slipId: string, confirmedOn: string, more: Partial<OpenSlipAge> = {}): OpenSlipAge => ({ slipId, confirmedOn, outstanding: '10.00', reminded: 0, ...more });

describe('B-5: reminders of what is owed too long', () => {
  it('B-5: a slip reaches a level when so many days are over, the day of the confirmation not counted', () => {
    expect(levelOf('2026-03-01', '2026-03-31', DAYS)).toBe(0);
    expect(levelOf('2026-03-01', '2026-04-01', DAYS)).toBe(1);
    expect(levelOf('2026-03-01', '2026-05-01', DAYS)).toBe(2);
    expect(levelOf('2026-03-01', '2026-05-31', DAYS)).toBe(3);
    expect(levelOf('2026-03-01', '2026-05-01', [60, 30, 90])).toBe(2);
  });

  it('B-5: each slip is reminded of once at each level, after a standstill only at the one it has reached', () => {
    const slips = [slip('new', '2026-04-20'), slip('first', '2026-03-20'), slip('told', '2026-03-20', { reminded: 1 }), slip('old', '2026-01-01')];
    expect(remindersOf(slips, '2026-05-01', { days: DAYS, byHand: false })).toEqual([{ slipId: 'first', level: 1, outstanding: '10.00' }, { slipId: 'old', level: 3, outstanding: '10.00' }]);
    expect(remindersOf(slips, '2026-05-01', { days: DAYS, byHand: true }).map(({ slipId, level }) => [slipId, level])).toEqual([['new', 1], ['first', 1], ['old', 3]]);
  });

  it('B-5: a reminder says what is owed together and its highest level', () => {
    expect(dunningTotals([{ slipId: 'a', level: 1, outstanding: '0.10' }, { slipId: 'b', level: 3, outstanding: '0.20' }])).toEqual({ level: 3, outstanding: '0.30' });
    expect(oldEnough('2026-05-01', DAYS)).toBe('2026-03-31');
  });
});
