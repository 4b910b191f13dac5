import { change, repeatCalls, unknownCall, type CallFact, type DayCounts, type DayKey } from './call-fact.rules.js';
import type { Place } from './fact.js';

/** Which call an event is about. */
export interface CallKey {
  callId: string;
  dealerId: string;
  /** The unit, when the event names it. */
  unitId: string | null;
}

/**
 * Changes what is known of a call and, with it, the figures of its day. Calls on one unit are changed one after the other, since
 * each may make another one a repeat call.
 */
export async function changeCall(place: Place, key: CallKey, changed: (call: CallFact) => CallFact): Promise<void> {
  const { tx, generation } = place;
  const [made] = await tx.sql<{ call_id: string }>({
    name: 'call_fact_make', text: MAKE, values: [generation, key.callId, key.dealerId],
  });
  const unitId = key.unitId ?? (made ? null : await unitOf(place, key.callId));
  if (unitId) await tx.sql({ name: 'call_fact_unit_turn', text: UNIT_TURN, values: [unitId] });
  const stored = await tx.sql<CallFact>({ name: 'call_fact_lock', text: LOCK, values: [generation, key.callId, unitId] });
  const before = new Map(stored.map((call) => [call.callId, call]));
  const namedMeanwhile = before.get(key.callId)?.unitId ?? null;
  if (namedMeanwhile !== null && namedMeanwhile !== unitId) return changeCall(place, { ...key, unitId: namedMeanwhile }, changed);
  const after = new Map(before);
  after.set(key.callId, changed(before.get(key.callId) ?? unknownCall(key.callId, key.dealerId)));
  const repeated = repeatCalls([...after.values()]);
  for (const [callId, call] of after) after.set(callId, { ...call, repeated: repeated.has(callId) });
  for (const [callId, call] of after) if (!same(before.get(callId), call)) await save(place, before.get(callId) ?? null, call);
}

function same(a: CallFact | undefined, b: CallFact): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

async function unitOf({ tx, generation }: Place, callId: string): Promise<string | null> {
  const [row] = await tx.sql<{ unitId: string | null }>({
    name: 'call_fact_unit_of', text: 'select unit_id as "unitId" from call_fact where generation = $1 and call_id = $2', values: [generation, callId],
  });
  return row?.unitId ?? null;
}

async function save({ tx, generation }: Place, before: CallFact | null, call: CallFact): Promise<void> {
  await tx.sql({
    name: 'call_fact_save', text: SAVE,
    values: [
      generation, call.callId, call.dealerId, call.unitId, call.regionCode, call.family, call.receivedAt, call.receivedOn, call.routedVersion,
      call.outcome, call.outcomeVersion, call.openSince, call.resolvedAt, call.clockSeconds, call.firstVisit, call.special, call.reopened,
      call.technicianUserId, call.repeated,
    ],
  });
  for (const { key, counts } of change(before, call)) await count({ tx, generation }, key, counts);
}

async function count({ tx, generation }: Place, key: DayKey, counts: DayCounts): Promise<void> {
  const { calls, cancelled, resolved, within24, within48, special, firstVisit, repeated } = counts;
  await tx.sql({
    name: 'call_day_count', text: COUNT,
    values: [
      generation, key.dealerId, key.day, key.regionCode, key.family, calls, cancelled, resolved, within24, within48, special, firstVisit, repeated,
    ],
  });
}

const MAKE = `
  insert into call_fact (generation, call_id, dealer_id, region_code, family, routed_version, outcome, outcome_version,
    first_visit, special, reopened, repeated)
  values ($1, $2, $3, '', '', -1, 'open', -1, false, false, false, false) on conflict do nothing returning call_id`;

const UNIT_TURN = `select pg_advisory_xact_lock(hashtextextended('unit ' || $1, 0))`;

/** In the order of CallFact, so that two of them compare as text. */
const LOCK = `
  select call_id as "callId", dealer_id as "dealerId", unit_id as "unitId", region_code as "regionCode", family,
    received_at as "receivedAt", received_on as "receivedOn", routed_version as "routedVersion", outcome, outcome_version as "outcomeVersion",
    open_since as "openSince", resolved_at as "resolvedAt", clock_seconds as "clockSeconds", first_visit as "firstVisit", special, reopened,
    technician_user_id as "technicianUserId", repeated
  from call_fact where generation = $1 and (call_id = $2 or unit_id = $3::uuid) order by call_id for update`;

const SAVE = `
  update call_fact set dealer_id = $3, unit_id = $4, region_code = $5, family = $6, received_at = $7, received_on = $8, routed_version = $9,
    outcome = $10, outcome_version = $11, open_since = $12, resolved_at = $13, clock_seconds = $14, first_visit = $15, special = $16,
    reopened = $17, technician_user_id = $18, repeated = $19
  where generation = $1 and call_id = $2`;

const COUNT = `
  insert into call_day as d (generation, dealer_id, day, region_code, family, calls, cancelled, resolved, within_24, within_48, special, first_visit, repeated)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
  on conflict (generation, dealer_id, day, region_code, family) do update set
    calls = d.calls + excluded.calls, cancelled = d.cancelled + excluded.cancelled, resolved = d.resolved + excluded.resolved,
    within_24 = d.within_24 + excluded.within_24, within_48 = d.within_48 + excluded.within_48, special = d.special + excluded.special,
    first_visit = d.first_visit + excluded.first_visit, repeated = d.repeated + excluded.repeated`;
