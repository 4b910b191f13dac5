import { dayChanges, unknownCall, withRepeats, type CallFact } from './call-fact.rules.js';
import type { Place } from './fact.js';
import { movePartsUsed } from './part-uses.js';
import { makeCalls } from './unknown-calls.js';

/** What an event changes of a call. */
export interface CallChange {
  callId: string;
  dealerId: string;
  /** The unit, when the event names it. */
  unitId: string | null;
  changed: (call: CallFact) => CallFact;
}

type Calls = ReadonlyMap<string, CallFact>;

/**
 * Changes what is known of calls and, with it, the figures of their days. Calls on one unit are changed one after the other,
 * since each may make another one a repeat call; units and calls are taken in order, so that two such changes do not wait for each other.
 */
export async function changeCalls(place: Place, changes: readonly CallChange[]): Promise<void> {
  if (changes.length === 0) return;
  const callIds = [...new Set(changes.map(({ callId }) => callId))].sort();
  const units = await unitsOf(place, callIds, changes);
  let before = await lockedCalls(place, callIds, units);
  let after = applied(before, changes);
  // Only a solved call makes others repeat calls; where none is concerned, the open ones on the unit are left alone.
  if (callIds.some((id) => isSolved(before.get(id)) || isSolved(after.get(id)))) {
    before = await locked(place, ALL_ON_UNITS, { callIds, units });
    after = applied(before, changes);
  }
  const changed = [...after.values()].filter((call) => !same(before.get(call.callId), call));
  await save(place, changed);
  await count(place, dayChanges(changed.map((call) => [before.get(call.callId) ?? null, call])));
  await movePartsUsed(place, changed.filter(({ callId, regionCode }) => before.get(callId)?.regionCode !== regionCode));
}

const isSolved = (call: CallFact | undefined): boolean => call?.outcome === 'resolved';

function same(a: CallFact | undefined, b: CallFact): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function applied(before: Calls, changes: readonly CallChange[]): Calls {
  const after = new Map(before);
  for (const { callId, dealerId, changed } of changes) after.set(callId, changed(after.get(callId) ?? unknownCall(callId, dealerId)));
  return new Map(withRepeats([...after.values()]).map((call) => [call.callId, call]));
}

/** Makes the calls that are not there, and answers the units of all, as far as they are named by the events or known. */
async function unitsOf(place: Place, callIds: string[], changes: readonly CallChange[]): Promise<Set<string>> {
  const dealers = new Map(changes.map(({ callId, dealerId }) => [callId, dealerId]));
  const made = await makeCalls(place, callIds.map((callId) => ({ callId, dealerId: dealers.get(callId) ?? '' })));
  const units = new Set(changes.flatMap(({ unitId }) => unitId ?? []));
  const named = new Set([...made, ...changes.filter(({ unitId }) => unitId !== null).map(({ callId }) => callId)]);
  const rest = callIds.filter((id) => !named.has(id));
  const stored = rest.length === 0 ? [] : await place.tx.sql<{ unitId: string }>({ name: 'call_fact_units_of', text: UNITS_OF, values: [place.generation, rest] });
  for (const { unitId } of stored) units.add(unitId);
  return units;
}

/** The calls and the solved ones on their units, once it is the units' turn; a unit that was named meanwhile is added. */
async function lockedCalls(place: Place, callIds: string[], units: Set<string>): Promise<Calls> {
  for (;;) {
    if (units.size > 0) await place.tx.sql({ name: 'call_fact_unit_turn', text: UNIT_TURN, values: [[...units].sort()] });
    const calls = await locked(place, SOLVED_ON_UNITS, { callIds, units });
    const more = callIds.flatMap((id) => calls.get(id)?.unitId ?? []).filter((id) => !units.has(id));
    if (more.length === 0) return calls;
    for (const id of more) units.add(id);
  }
}

async function locked({ tx, generation }: Place, { name, text }: { name: string; text: string }, of: { callIds: string[]; units: Set<string> }): Promise<Calls> {
  const calls = await tx.sql<CallFact>({ name, text, values: [generation, of.callIds, [...of.units]] });
  return new Map(calls.map((call) => [call.callId, call]));
}

async function save({ tx, generation }: Place, calls: readonly CallFact[]): Promise<void> {
  if (calls.length > 0) await tx.sql({ name: 'call_fact_save', text: SAVE, values: [generation, JSON.stringify(calls)] });
}

async function count({ tx, generation }: Place, days: ReturnType<typeof dayChanges>): Promise<void> {
  const rows = days.map(({ key, counts }) => ({ ...key, ...counts }));
  if (rows.length > 0) await tx.sql({ name: 'call_day_count', text: COUNT, values: [generation, JSON.stringify(rows)] });
}

const UNITS_OF = `
  select unit_id as "unitId" from call_fact where generation = $1 and call_id = any($2::uuid[]) and unit_id is not null`;

const UNIT_TURN = `select pg_advisory_xact_lock(hashtextextended('unit ' || id, 0)) from unnest($1::text[]) as units (id)`;

/** In the order of CallFact, so that two of them compare as text. */
const LOCK = (onUnits: string): string => `
  select call_id as "callId", dealer_id as "dealerId", unit_id as "unitId", region_code as "regionCode", family,
    received_at as "receivedAt", received_on as "receivedOn", routed_version as "routedVersion", outcome, outcome_version as "outcomeVersion",
    open_since as "openSince", resolved_at as "resolvedAt", clock_seconds as "clockSeconds", first_visit as "firstVisit", special, reopened,
    technician_user_id as "technicianUserId", repeated, number
  from call_fact where generation = $1 and (call_id = any($2::uuid[]) or (${onUnits})) order by call_id for update`;

const ALL_ON_UNITS = { name: 'call_fact_lock_all', text: LOCK('unit_id = any($3::uuid[])') };

/** Held by an index of its own: on a unit with many open calls only the solved ones are read. */
const SOLVED_ON_UNITS = { name: 'call_fact_lock_solved', text: LOCK(`unit_id = any($3::uuid[]) and outcome = 'resolved'`) };

const SAVE = `
  update call_fact c set dealer_id = n."dealerId", unit_id = n."unitId", region_code = n."regionCode", family = n.family, received_at = n."receivedAt",
    received_on = n."receivedOn", routed_version = n."routedVersion", outcome = n.outcome, outcome_version = n."outcomeVersion", open_since = n."openSince",
    resolved_at = n."resolvedAt", clock_seconds = n."clockSeconds", first_visit = n."firstVisit", special = n.special, reopened = n.reopened,
    technician_user_id = n."technicianUserId", repeated = n.repeated, number = n.number
  from jsonb_to_recordset($2::jsonb) as n ("callId" uuid, "dealerId" uuid, "unitId" uuid, "regionCode" text, family text, "receivedAt" timestamptz,
    "receivedOn" date, "routedVersion" int, outcome text, "outcomeVersion" int, "openSince" timestamptz, "resolvedAt" timestamptz, "clockSeconds" int,
    "firstVisit" boolean, special boolean, reopened boolean, "technicianUserId" uuid, repeated boolean, number text)
  where c.generation = $1 and c.call_id = n."callId"`;

const SUMS = ['calls', 'cancelled', 'resolved', 'within_24', 'within_48', 'special', 'first_visit', 'repeated'];

/** The days, and the months that a period of the files is summed up of. */
const COUNT = `
  with told as (
    select n."dealerId" as dealer_id, n.day, n."regionCode" as region_code, n.family, n.calls, n.cancelled, n.resolved, n.within24 as within_24,
      n.within48 as within_48, n.special, n."firstVisit" as first_visit, n.repeated
    from jsonb_to_recordset($2::jsonb) as n ("dealerId" uuid, day date, "regionCode" text, family text, calls int, cancelled int, resolved int,
      within24 int, within48 int, special int, "firstVisit" int, repeated int)),
  days as (
    insert into call_day as d (generation, dealer_id, day, region_code, family, ${SUMS.join(', ')})
    select $1::int, dealer_id, day, region_code, family, ${SUMS.join(', ')} from told
    on conflict (generation, dealer_id, day, region_code, family) do update set ${SUMS.map((sum) => `${sum} = d.${sum} + excluded.${sum}`).join(', ')})
  insert into call_month as m (generation, dealer_id, month, region_code, ${SUMS.join(', ')})
  select $1::int, dealer_id, date_trunc('month', day)::date, region_code, ${SUMS.map((sum) => `sum(${sum})`).join(', ')} from told group by 2, 3, 4 order by 2, 3, 4
  on conflict (generation, dealer_id, month, region_code) do update set ${SUMS.map((sum) => `${sum} = m.${sum} + excluded.${sum}`).join(', ')}`;
