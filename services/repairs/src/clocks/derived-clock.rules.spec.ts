import { addHours, compareInstant } from '@aftercare/domain';
import fc from 'fast-check';
import { afterTelling, dueAt, momentsToTell, nextMoment, type Clock, type ClockTerms } from '../calls/call-clock.rules.js';
import { clocksOf, differencesOf, type ClockEvent, type KeptCall } from './derived-clock.rules.js';

const START = '2026-03-01T02:00:00.000Z';
const TERMS = { solveHours: 24, specialHours: 48, warnShare: 0.75 };
const at = (minute: number): string => addHours(START, minute / 60);
const local = (text: string): string => new Date(`${text.replace(' ', 'T')}+08:00`).toISOString();

type Doing = 'extend' | 'strike-special' | 'resolve' | 'cancel' | 'refuse' | 'reopen' | 'look' | 'assign';
interface Done { minute: number; doing: Doing }

/** The second implementation: walks minute by minute through whole numbers, and knows nothing of instants, deadlines or the rules' code. */
interface Walked { started: number; special: boolean; stopped: number; breached: number; escalated: number; warned: Set<number> }

function walk(list: readonly Done[], end: number, terms: ClockTerms): Walked[] {
  const fresh = (minute: number): Walked => ({ started: minute, special: false, stopped: -1, breached: -1, escalated: -1, warned: new Set() });
  const walked = [fresh(0)];
  for (let minute = 0; minute <= end; minute += 1) {
    observe(walked[walked.length - 1]!, minute, terms);
    for (const { doing } of list.filter((each) => each.minute === minute)) {
      const last = walked[walked.length - 1]!;
      if (doing === 'reopen') walked.push(fresh(minute));
      if (doing === 'extend') last.special = true;
      if (doing === 'strike-special') last.special = false;
      if (doing === 'resolve' || doing === 'cancel') last.stopped = minute;
      if (doing === 'refuse') last.stopped = -1;
      observe(walked[walked.length - 1]!, minute, terms);
    }
  }
  return walked;
}

/** What R-4 says of one clock at one minute. */
function observe(clock: Walked, minute: number, { solveHours, specialHours, warnShare }: ClockTerms): void {
  if (clock.stopped >= 0) return;
  const passed = minute - clock.started;
  const term = clock.special ? specialHours : solveHours;
  if (clock.breached < 0 && passed * 100 >= term * 60 * Math.round(warnShare * 100)) clock.warned.add(term);
  if (clock.breached < 0 && passed >= term * 60) clock.breached = clock.started + term * 60;
  if (!clock.special && clock.escalated < 0 && passed >= specialHours * 60) clock.escalated = clock.started + specialHours * 60;
}

const seen = (clock: Clock): object => ({
  startedAt: clock.startedAt, special: clock.specialReason !== null, stoppedAt: clock.stoppedAt, breachedAt: clock.breachedAt, escalatedAt: clock.escalatedAt,
  warnedHours: [...clock.warnedHours].sort((a, b) => a - b),
});
const seenWalked = (clock: Walked): object => ({
  startedAt: at(clock.started), special: clock.special, stoppedAt: clock.stopped < 0 ? null : at(clock.stopped), breachedAt: clock.breached < 0 ? null : at(clock.breached),
  escalatedAt: clock.escalated < 0 ? null : at(clock.escalated), warnedHours: [...clock.warned].sort((a, b) => a - b),
});

/** As commands and the deadline keep it: looks only when the deadline fires or a command is done, each at its own time. */
function keep(list: readonly Done[], end: number, terms: ClockTerms): { clocks: Clock[]; told: string[] } {
  const fresh = (startedAt: string): Clock => ({ startedAt, specialReason: null, stoppedAt: null, breachedAt: null, warnedHours: [], escalatedAt: null });
  const clocks = [fresh(START)];
  const told: string[] = [];
  const tell = (now: string): void => {
    const position = clocks.length - 1;
    const moments = momentsToTell(clocks[position]!, now, terms);
    told.push(...moments.map((moment) => `${position} ${moment.kind} ${moment.at}`));
    clocks[position] = afterTelling(clocks[position]!, moments, terms);
  };
  for (const { minute, doing } of [...list, { minute: end, doing: 'look' as const }]) {
    for (let next = nextMoment(clocks.at(-1)!, terms); next !== null && compareInstant(next, at(minute)) < 0; next = nextMoment(clocks.at(-1)!, terms)) tell(next);
    if (doing !== 'assign') tell(at(minute));
    if (doing === 'reopen') clocks.push(fresh(at(minute)));
    const clock = clocks.at(-1)!;
    if (doing === 'extend') clock.specialReason = 'remote_area';
    if (doing === 'strike-special') clock.specialReason = null;
    if (doing === 'resolve' || doing === 'cancel') clock.stoppedAt = at(minute);
    if (doing === 'refuse') clock.stoppedAt = null;
  }
  tell(at(end));
  return { clocks, told };
}

const MOVES: Record<string, Doing[]> = {
  open: ['extend', 'resolve', 'cancel', 'look', 'assign', 'resolve', 'look'], special: ['strike-special', 'resolve', 'look', 'assign'], resolved: ['refuse', 'reopen', 'look'], cancelled: ['look'],
};

/** Random lists of what may happen in that order, some of it in the same minute. */
const lists = fc.record({
  steps: fc.array(fc.record({ gap: fc.oneof(fc.integer({ min: 0, max: 90 }), fc.integer({ min: 0, max: 30 * 60 })), pick: fc.nat(20) }), { maxLength: 14 }),
  rest: fc.integer({ min: 0, max: 60 * 60 }),
  terms: fc.constantFrom<ClockTerms>(TERMS, TERMS, { solveHours: 8, specialHours: 12, warnShare: 0.5 }, { solveHours: 48, specialHours: 24, warnShare: 0.9 }),
}).map(({ steps, rest, terms }) => {
  let [minute, state, startedAt] = [0, 'open', 0];
  const list: Done[] = [];
  for (const { gap, pick } of steps) {
    minute += gap;
    const doing = MOVES[state]![pick % MOVES[state]!.length]!;
    if (doing === 'extend' && minute - startedAt >= terms.solveHours * 60) continue;
    list.push({ minute, doing });
    if (doing === 'extend') state = 'special';
    if (doing === 'strike-special' || doing === 'reopen') state = 'open';
    if (doing === 'reopen') startedAt = minute;
    if (doing === 'resolve') state = 'resolved';
    if (doing === 'cancel') state = 'cancelled';
    if (doing === 'refuse') state = isSpecial(list) ? 'special' : 'open';
  }
  return { list, end: minute + rest, terms };
});

function isSpecial(list: readonly Done[]): boolean {
  return list.filter(({ doing }) => ['extend', 'strike-special', 'reopen'].includes(doing)).at(-1)?.doing === 'extend';
}

const TO: Partial<Record<Doing, string>> = { resolve: 'resolved', cancel: 'cancelled', refuse: 'assigned', reopen: 'assigned' };

function eventsOf(list: readonly Done[]): ClockEvent[] {
  const events: ClockEvent[] = [{ at: START, action: 'open', fromState: '', toState: 'received', reason: '' }];
  for (const { minute, doing } of list.filter((each) => each.doing !== 'look')) {
    const fromState = events.at(-1)!.toState;
    events.push({ at: at(minute), action: doing, fromState, toState: TO[doing] ?? fromState, reason: doing === 'extend' ? 'remote_area' : '' });
  }
  return events;
}

const derived = (list: Done[], end: number): object[] => clocksOf(eventsOf(list), () => TERMS, at(end)).map(seen);
const minuteOf = (text: string): number => (Date.parse(local(text)) - Date.parse(START)) / 60_000;

describe('the clocks of a call from its list of events', () => {
  it('R-3, R-4: as kept, as derived and as walked minute by minute they are the same, whatever happens to a call', () => {
    fc.assert(fc.property(lists, ({ list, end, terms }) => {
      const walked = walk(list, end, terms).map(seenWalked);
      expect(keep(list, end, terms).clocks.map(seen)).toEqual(walked);
      expect(clocksOf(eventsOf(list), () => terms, at(end)).map(seen)).toEqual(walked);
    }), { numRuns: 400 });
  });

  it('R-4: each warning of a term, breach and escalation is told once per clock', () => {
    fc.assert(fc.property(lists, ({ list, end, terms }) => {
      const { told } = keep(list, end, terms);
      expect(new Set(told).size).toBe(told.length);
      const breaches = told.filter((each) => each.includes('breach')).map((each) => each.split(' ')[0]);
      expect(new Set(breaches).size).toBe(breaches.length);
    }), { numRuns: 200 });
  });

  it('R-3: special entered 09:59:59 moves the due moment; resolved 09:59, refused 12:00, resolved 20:00 is one breach of 10:00', () => {
    const special = [{ minute: minuteOf('2026-03-02 09:59'), doing: 'extend' as const }];
    expect(derived(special, minuteOf('2026-03-03 10:00'))).toMatchObject([{ breachedAt: local('2026-03-03 10:00'), warnedHours: [24, 48] }]);
    const refused = [['2026-03-02 09:59', 'resolve'], ['2026-03-02 12:00', 'refuse'], ['2026-03-02 20:00', 'resolve']] as const;
    const list = refused.map(([when, doing]) => ({ minute: minuteOf(when), doing }));
    expect(derived(list, minuteOf('2026-03-09 10:00'))).toMatchObject([{ breachedAt: local('2026-03-02 10:00'), stoppedAt: local('2026-03-02 20:00'), escalatedAt: null }]);
  });

  it('R-2, R-4: resolved in time and reopened on 2026-03-20 09:00: the first clock stays met, a second one is due 2026-03-21 09:00', () => {
    const list = [{ minute: 60, doing: 'resolve' as const }, { minute: minuteOf('2026-03-20 09:00'), doing: 'reopen' as const }];
    const [first, second] = clocksOf(eventsOf(list), () => TERMS, local('2026-03-20 10:00'));
    expect(first).toMatchObject({ breachedAt: null, warnedHours: [] });
    expect(dueAt(second!, TERMS)).toBe(local('2026-03-21 09:00'));
  });

  it('R-4: a special that is struck after its warning became known was warned of all the same', () => {
    const list = [{ minute: 600, doing: 'extend' as const }, { minute: 36 * 60, doing: 'strike-special' as const }];
    expect(derived(list, 37 * 60)).toMatchObject([{ warnedHours: [24, 48], breachedAt: at(24 * 60) }]);
  });
});

describe('comparing what is kept', () => {
  const keptOf = (list: Done[], end: number): KeptCall => {
    const { clocks } = keep(list, end, TERMS);
    const last = clocks.at(-1)!;
    return { dueAt: dueAt(last, TERMS), breachedAt: last.breachedAt, clocks: clocks.map((clock) => ({ ...clock, deadlineAt: nextMoment(clock, TERMS) })) };
  };
  const compare = (kept: KeptCall, list: Done[], end: number) => differencesOf(kept, eventsOf(list), { termsAt: () => TERMS, now: at(end) });

  it('R-4: what commands and deadlines keep has no difference, told in the same minute or a minute late', () => {
    fc.assert(fc.property(lists, ({ list, end }) => {
      expect(compare(keptOf(list, end), list, end)).toEqual([]);
    }), { numRuns: 100 });
    expect(compare(keptOf([], 24 * 60 - 1), [], 24 * 60)).toEqual([]);
    expect(compare(keptOf([], 24 * 60 - 1), [], 24 * 60 + 2).map(({ field }) => field)).toEqual(['breachedAt', 'deadline', 'breachedAt']);
  });

  it('R-4: a refusal of this minute makes the old breach known, which may be told or not yet', () => {
    const list: Done[] = [{ minute: 1_000, doing: 'resolve' }, { minute: 3_000, doing: 'refuse' }];
    const before = keptOf(list.slice(0, 1), 2_999);
    const revived = { ...before, clocks: [{ ...before.clocks[0]!, stoppedAt: null, deadlineAt: at(18 * 60) }] };
    expect(compare(revived, list, 3_000)).toEqual([]);
    expect(compare(keptOf(list, 3_000), list, 3_000)).toEqual([]);
    expect(compare(revived, list, 3_002)).not.toEqual([]);
  });

  it('R-4: every field that was changed past the rules is named with what is kept and what the events say', () => {
    const kept = keptOf([], 30 * 60);
    const wrong: KeptCall = { ...kept, dueAt: at(7), clocks: [{ ...kept.clocks[0]!, breachedAt: null, warnedHours: [], stoppedAt: at(5), deadlineAt: null, specialReason: 'x' }] };
    expect(compare(wrong, [], 30 * 60).map(({ position, field }) => `${position} ${field}`)).toEqual([
      '1 specialReason', '1 stoppedAt', '1 breachedAt', '1 warnedHours', '1 deadline', '0 dueAt',
    ]);
    expect(compare(wrong, [], 30 * 60).find(({ field }) => field === 'breachedAt')).toMatchObject({ kept: '', derived: at(24 * 60) });
    expect(compare({ ...kept, clocks: [] }, [], 60)).toEqual([{ position: 0, field: 'clocks', kept: '0', derived: '1' }]);
  });
});
