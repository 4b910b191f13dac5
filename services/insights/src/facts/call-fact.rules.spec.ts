import { property, assert, array, constantFrom, record, integer, boolean, shuffledSubarray, tuple } from 'fast-check';
import { change, contribution, dayChanges, repeatCalls, unknownCall, withOutcome, withRepeats, withRouting, type CallFact, type DayCounts, type Outcome, type Routing } from './call-fact.rules.js';

const routing: Routing = {
  number: 'RC-1', dealerId: 'a', unitId: 'u', regionCode: '310104', family: 'faucet', receivedAt: '2026-01-05T01:00:00.000Z', receivedOn: '2026-01-05', version: 1,
};
const solved: Outcome = { dealerId: 'a', outcome: 'resolved', version: 4, resolvedAt: '2026-01-05T05:00:00.000Z', clockSeconds: 14_400, firstVisit: true };
const call = (...told: (Routing | Outcome)[]): CallFact =>
  told.reduce((fact, each) => ('outcome' in each ? withOutcome(fact, each) : withRouting(fact, each)), unknownCall('c', 'a'));
const countsOf = (fact: CallFact): Partial<DayCounts> => Object.fromEntries(Object.entries(contribution(fact)?.counts ?? {}).filter(([, value]) => value !== 0));

describe('what a call counts', () => {
  it('D-4: on the day its dealer was told, in its region and family', () => {
    expect(contribution(call(routing, solved))).toMatchObject({ key: { dealerId: 'a', day: '2026-01-05', regionCode: '310104', family: 'faucet' } });
    expect(countsOf(call(routing, solved))).toEqual({ calls: 1, resolved: 1, within24: 1, within48: 1, firstVisit: 1 });
  });

  it('D-4: nothing before the routing is here', () => {
    expect(contribution(call(solved))).toBeNull();
  });

  it('D-4, R-3: within 24 and 48 hours by its longest clock; the end itself is too late', () => {
    const within = (clockSeconds: number) => countsOf(call(routing, { ...solved, clockSeconds }));
    expect(within(86_399)).toMatchObject({ within24: 1, within48: 1 });
    expect(within(86_400).within24).toBeUndefined();
    expect(within(172_800).within48).toBeUndefined();
  });

  it('D-4: one told before clocks were counts its whole time', () => {
    expect(countsOf(call(routing, { ...solved, clockSeconds: undefined }))).toMatchObject({ within24: 1 });
    expect(countsOf(call(routing, { ...solved, clockSeconds: undefined, resolvedAt: '2026-01-07T00:00:00.000Z' })).within24).toBeUndefined();
  });

  it('D-4, R-2: a reopened call is a repeat call and was not fixed the first time', () => {
    const reopened = { ...call(routing, { ...solved, reopened: true }), repeated: true };
    expect(countsOf(reopened)).toEqual({ calls: 1, resolved: 1, within24: 1, within48: 1, repeated: 1 });
  });

  it('D-4, R-13: a refused call is to be solved until it is solved again', () => {
    expect(countsOf(call(routing, solved, { dealerId: 'a', outcome: 'open', version: 5 }))).toEqual({ calls: 1 });
  });

  it('D-4, R-2: a re-routed call is a figure of the dealer who has it', () => {
    expect(contribution(call(routing, { ...routing, dealerId: 'b', version: 3 }))?.key.dealerId).toBe('b');
    expect(contribution(call({ ...routing, dealerId: 'b', version: 3 }, routing))?.key.dealerId).toBe('b');
  });

  it('D-4: a cancelled call counts as called and cancelled, and as nothing else', () => {
    expect(countsOf({ ...call(routing, { dealerId: 'a', outcome: 'cancelled', version: 2 }), repeated: true })).toEqual({ calls: 1, cancelled: 1 });
  });
});

describe('repeat calls', () => {
  const on = (callId: string, day: string, resolved = true): CallFact => ({
    ...call({ ...routing, receivedAt: `${day}T01:00:00.000Z`, receivedOn: day }, ...(resolved ? [{ ...solved, resolvedAt: `${day}T05:00:00.000Z` }] : [])), callId,
  });

  it('D-4, W-1: a call on a unit that was repaired within 30 days before, the last day counted', () => {
    expect([...repeatCalls([on('1', '2026-01-05'), on('2', '2026-02-04')])]).toEqual(['2']);
    expect([...repeatCalls([on('1', '2026-01-05'), on('2', '2026-02-05')])]).toEqual([]);
  });

  it('D-4: a call beside one that is not solved is none', () => {
    expect([...repeatCalls([on('1', '2026-01-05', false), on('2', '2026-01-06')])]).toEqual([]);
  });

  it('R-2: a reopened call is one', () => {
    expect([...repeatCalls([{ ...on('1', '2026-01-05'), reopened: true }])]).toEqual(['1']);
  });
});

describe('calls that changed together', () => {
  it('D-4: come to one row per day, dealer, region and family, in order; what cancels out is none', () => {
    const [a, b, late] = ['a', 'b', 'late'].map((callId) => ({ ...call(routing, solved), callId }));
    const otherDay = { ...late, receivedOn: '2026-01-04' };
    const days = dayChanges([[null, a], [null, b], [late, otherDay]]);
    expect(days.map(({ key, counts }) => [key.day, counts.calls, counts.resolved])).toEqual([['2026-01-04', 1, 1], ['2026-01-05', 1, 1]]);
    expect(dayChanges([[null, a], [b, { ...b, receivedOn: null }]])).toEqual([]);
  });

  it('D-4, R-2: are repeat calls of calls on their own unit only', () => {
    const later = { ...call({ ...routing, receivedAt: '2026-01-06T01:00:00.000Z', receivedOn: '2026-01-06' }), callId: 'later' };
    const calls = [call(routing, solved), later, { ...later, callId: 'elsewhere', unitId: 'v' }, { ...later, callId: 'nowhere', unitId: null }];
    expect(withRepeats(calls).filter(({ repeated }) => repeated).map(({ callId }) => callId)).toEqual(['later']);
  });
});

describe('the day figures', () => {
  const told = array(record({
    version: integer({ min: 1, max: 6 }), dealerId: constantFrom('a', 'b'), outcome: constantFrom<CallFact['outcome']>('open', 'resolved', 'cancelled'),
    routes: boolean(), clockSeconds: integer({ min: 0, max: 200_000 }), firstVisit: boolean(), special: boolean(), reopened: boolean(),
  }), { minLength: 1, maxLength: 8 }).map((steps) => [...new Map(steps.map((step) => [step.version, step])).values()].map((step): Routing | Outcome => (step.routes
    ? { ...routing, dealerId: step.dealerId, version: step.version }
    : { ...step, resolvedAt: solved.resolvedAt })));

  it('D-4: repeated and reordered events come to the same figures', () => {
    assert(property(told.chain((steps) => tuple(array(constantFrom(...steps), { maxLength: 6 }), shuffledSubarray(steps, { minLength: steps.length })).map(
      ([again, shuffled]) => ({ steps, heard: [...again, ...shuffled, ...again] }))), ({ steps, heard }) => {
      expect(call(...heard)).toEqual(call(...steps));
    }));
  });

  it('D-4: what was added while events came is what the call counts in the end', () => {
    assert(property(told, (steps) => {
      const sums = new Map<string, DayCounts>();
      let before: CallFact | null = null;
      for (const step of steps) {
        const after: CallFact = 'outcome' in step ? withOutcome(before ?? unknownCall('c', 'a'), step) : withRouting(before ?? unknownCall('c', 'a'), step);
        for (const { key, counts } of change(before, after)) sums.set(JSON.stringify(key), added(sums.get(JSON.stringify(key)), counts));
        before = after;
      }
      const last = before && contribution(before);
      const left = [...sums].filter(([, counts]) => Object.values(counts).some((value) => value !== 0));
      expect(left).toEqual(last ? [[JSON.stringify(last.key), last.counts]] : []);
    }));
  });
});

function added(to: DayCounts | undefined, counts: DayCounts): DayCounts {
  return Object.fromEntries(Object.entries(counts).map(([name, value]) => [name, value + (to?.[name as keyof DayCounts] ?? 0)])) as unknown as DayCounts;
}
