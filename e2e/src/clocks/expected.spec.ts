import { expectedOf, type HistoryEvent } from './expected.js';

const START = Date.parse('2026-03-01T02:00:00Z');
const hour = (hours: number): number => START + hours * 3_600_000;
const opened: HistoryEvent = { at: START, action: 'open', toState: 'received' };
const seen = (history: HistoryEvent[], end: number): [string, number][] => expectedOf(history, hour(end)).moments.map(({ kind, at }) => [kind, (at - START) / 3_600_000]);

describe('what must have been told of a call, from its history alone', () => {
  it('R-4: warning at 18, breach at 24, further escalation at 48 hours, each once its moment has come', () => {
    expect(seen([opened], 17)).toEqual([]);
    expect(seen([opened], 18)).toEqual([['warning', 18]]);
    expect(seen([opened], 100)).toEqual([['warning', 18], ['breach', 24], ['escalation', 48]]);
  });

  it('R-3, R-4: a special moves warning and breach, and a second warning may follow', () => {
    const special = (at: number): HistoryEvent => ({ at: hour(at), action: 'extend', toState: 'received' });
    expect(seen([opened, special(10)], 100)).toEqual([['warning', 36], ['breach', 48]]);
    expect(seen([opened, special(20)], 100)).toEqual([['warning', 18], ['warning', 36], ['breach', 48]]);
    expect(seen([opened, special(10), { at: hour(30), action: 'strike-special', toState: 'received' }], 40)).toEqual([['warning', 18], ['breach', 24]]);
  });

  it('R-2, R-13: nothing is told of a call solved in time; a refusal revives its clock, a reopening starts another', () => {
    const solved: HistoryEvent = { at: hour(10), action: 'resolve', toState: 'resolved' };
    expect(seen([opened, solved], 100)).toEqual([]);
    expect(seen([opened, solved, { at: hour(30), action: 'refuse', toState: 'assigned' }], 31)).toEqual([['warning', 18], ['breach', 24]]);
    const reopened = expectedOf([opened, solved, { at: hour(50), action: 'reopen', toState: 'assigned' }], hour(75));
    expect(reopened.breaches).toEqual([null, hour(74)]);
  });
});
