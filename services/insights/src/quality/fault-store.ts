import type { Place } from '../facts/fact.js';
import { monthChanges, newerCase, valued, type FaultCase, type PriceOn, type UnitPlace } from './fault-case.rules.js';

/** Cases that are read and written by one statement each: few enough for its time. */
const CHUNK = 500;

/** Cases to be written: what is told of them now, and those of which only the unit or a price changed. */
export interface CaseChanges {
  told: readonly FaultCase[];
  others?: readonly string[];
}

/**
 * Writes cases anew with what is known of their units and of prices, and with them the figures of their months. Whoever calls holds
 * the turn of the units and parts that are concerned, so that what is told of both at once meets.
 */
export async function changeCases(place: Place, { told, others = [] }: CaseChanges): Promise<void> {
  const caseIds = [...new Set([...told.map(({ caseId }) => caseId), ...others])].sort();
  // A case that is not there yet has no row to wait for.
  await takeTurns(place, told.map(({ caseId }) => `case ${caseId}`));
  const standing = await withoutCancelled(place, told);
  for (let from = 0; from < caseIds.length; from += CHUNK) await changeChunk(place, caseIds.slice(from, from + CHUNK), standing);
}

/** cancelled calls are no cases: what was found before goes, and with it what it counts. */
export async function dropCases(place: Place, caseIds: readonly string[]): Promise<void> {
  if (caseIds.length === 0) return;
  await takeTurns(place, caseIds.map((id) => `case ${id}`));
  const known = await load(place, [...new Set(caseIds)].sort());
  if (known.length === 0) return;
  const values = [place.generation, known.map(({ caseId }) => caseId)];
  for (const { name, text } of [...DROP, DROP_CASES]) await place.tx.sql({ name, text, values });
  await count(place, known.map((each) => [each, undefined]));
}

/** Of a call that was cancelled what is told later of its records changes nothing; asked once it is the case's turn. */
async function withoutCancelled({ tx, generation }: Place, told: readonly FaultCase[]): Promise<readonly FaultCase[]> {
  if (told.length === 0) return told;
  const cancelled = await tx.sql<{ id: string }>({ name: 'fault_cases_cancelled', text: CANCELLED, values: [generation, told.map(({ caseId }) => caseId)] });
  return told.filter(({ caseId }) => !cancelled.some(({ id }) => id === caseId));
}

async function changeChunk(place: Place, caseIds: string[], all: readonly FaultCase[]): Promise<void> {
  const told = all.filter(({ caseId }) => caseIds.includes(caseId));
  const known = new Map((await load(place, caseIds)).map((each) => [each.caseId, each]));
  const newest = new Map(known);
  for (const each of told) newest.set(each.caseId, newerCase(newest.get(each.caseId), each) ?? each);
  const [units, priceOn] = [await unitsOf(place, [...newest.values()]), await pricesOf(place, [...newest.values()])];
  const after = [...newest.values()].map((each) => valued(each, units.get(each.unitId ?? ''), priceOn));
  const changed = after.filter((each) => JSON.stringify(each) !== JSON.stringify(known.get(each.caseId)));
  if (changed.length === 0) return;
  await save(place, changed);
  await count(place, changed.map((each) => [known.get(each.caseId), each]));
}

/** One after the other on these names, in order, so that two such changes do not wait for each other. */
export async function takeTurns({ tx }: Place, names: readonly string[]): Promise<void> {
  if (names.length > 0) await tx.sql({ name: 'quality_turns', text: TURNS, values: [[...new Set(names)].sort()] });
}

/** As takeTurns, beside others who only read: cases look at prices, a new price waits for them. */
export async function shareTurns({ tx }: Place, names: readonly string[]): Promise<void> {
  if (names.length > 0) await tx.sql({ name: 'quality_shared_turns', text: SHARED_TURNS, values: [[...new Set(names)].sort()] });
}

/** Once it is its turn: what a case has is read after it is locked, so that it is what the one before left. */
async function load({ tx, generation }: Place, caseIds: string[]): Promise<FaultCase[]> {
  await tx.sql({ name: 'fault_case_lock', text: LOCK, values: [generation, caseIds] });
  return tx.sql<FaultCase>({ name: 'fault_case_load', text: LOAD, values: [generation, caseIds] });
}

async function unitsOf({ tx, generation }: Place, cases: readonly FaultCase[]): Promise<Map<string, UnitPlace>> {
  const ids = cases.flatMap(({ unitId }) => unitId ?? []);
  if (ids.length === 0) return new Map();
  const units = await tx.sql<UnitPlace & { unitId: string }>({ name: 'unit_fact_of', text: UNITS, values: [generation, ids] });
  return new Map(units.map(({ unitId, ...unit }) => [unitId, unit]));
}

async function pricesOf({ tx, generation }: Place, cases: readonly FaultCase[]): Promise<PriceOn> {
  const ids = cases.flatMap(({ parts }) => parts.map(({ partId }) => partId));
  const prices = ids.length === 0 ? [] : await tx.sql<{ partId: string; from: string; price: string }>({ name: 'price_fact_of', text: PRICES, values: [generation, ids] });
  return (partId, on) => prices.find((each) => each.partId === partId && each.from <= on)?.price ?? null;
}

async function save({ tx, generation }: Place, cases: readonly FaultCase[]): Promise<void> {
  const ids = cases.map(({ caseId }) => caseId);
  for (const { name, text } of DROP) await tx.sql({ name, text, values: [generation, ids] });
  const json = JSON.stringify(cases.map((each) => ({
    ...each, faultCount: each.lines.length, pieces: each.parts.reduce((sum, { pieces }) => sum + pieces, 0),
    lines: each.lines.map((line, position) => ({ ...line, position })),
  })));
  for (const { name, text } of SAVE) await tx.sql({ name, text, values: [generation, json] });
}

async function count({ tx, generation }: Place, changed: Parameters<typeof monthChanges>[0]): Promise<void> {
  const rows = monthChanges(changed).map(({ key, counts }) => ({ ...key, ...counts }));
  if (rows.length > 0) await tx.sql({ name: 'fault_month_count', text: COUNT, values: [generation, JSON.stringify(rows)] });
}

const LOCK = `select case_id from fault_case where generation = $1 and case_id = any($2::uuid[]) order by case_id for update`;
const TURNS = `select pg_advisory_xact_lock(hashtextextended(name, 0)) from unnest($1::text[]) as turns (name)`;
const SHARED_TURNS = `select pg_advisory_xact_lock_shared(hashtextextended(name, 0)) from unnest($1::text[]) as turns (name)`;

const UNITS = `select unit_id as "unitId", model_id as "modelId", lot from unit_fact where generation = $1 and unit_id = any($2::uuid[])`;

/** The one that holds on a day stands first. */
const PRICES = `
  select part_id as "partId", effective_from::text as "from", price::text as price from price_fact where generation = $1 and part_id = any($2::uuid[])
  order by part_id, effective_from desc, published_at desc, price_list_id desc`;

/** In the order of FaultCase, so that two of them compare as text. */
const LOAD = `
  select c.case_id as "caseId", c.kind, c.number, c.dealer_id as "dealerId", c.unit_id as "unitId", c.serial, c.serial_key as "serialKey", c.stage, c.warranty_over as "warrantyOver",
    c.labour_not_covered as "labourNotCovered", c.family, c.model_id as "modelId", c.lot,
    c.happened_on::text as "on", iso(c.recorded_at) as "recordedAt", iso(c.opened_at) as "openedAt", iso(c.resolved_at) as "resolvedAt", c.fees::text as fees, c.cost::text as cost,
    c.version,
    coalesce((select json_agg(json_build_object('faultCode', l.fault_code, 'causeCode', l.cause_code, 'actionCode', l.action_code, 'problem', l.problem,
        'designDefect', l.design_defect, 'cost', l.cost::text) order by l.position)
      from fault_line l where l.generation = $1 and l.case_id = c.case_id), '[]') as lines,
    coalesce((select json_agg(json_build_object('partId', p.part_id, 'pieces', p.pieces, 'cost', p.cost::text, 'againOn', p.again_on) order by p.part_id)
      from fault_part p where p.generation = $1 and p.case_id = c.case_id), '[]') as parts,
    coalesce((select json_agg(f.sha256 order by f.sha256) from fault_photo f where f.generation = $1 and f.case_id = c.case_id), '[]') as photos
  from fault_case c where c.generation = $1 and c.case_id = any($2::uuid[])`;

const DROP = ['fault_line', 'fault_part', 'fault_photo'].map((table) => ({
  name: `${table}_drop`, text: `delete from ${table} where generation = $1 and case_id = any($2::uuid[])`,
}));

const DROP_CASES = { name: 'fault_case_drop', text: 'delete from fault_case where generation = $1 and case_id = any($2::uuid[])' };
const CANCELLED = `select call_id as id from call_fact where generation = $1 and call_id = any($2::uuid[]) and outcome = 'cancelled'`;

const CASES = `jsonb_to_recordset($2::jsonb) as c ("caseId" uuid, kind text, number text, "dealerId" uuid, "unitId" uuid, serial text, "serialKey" text, stage text, "warrantyOver" boolean, "labourNotCovered" boolean, family text, "modelId" uuid,
    lot text, "on" date, "recordedAt" timestamptz, "openedAt" timestamptz, "resolvedAt" timestamptz, fees numeric, cost numeric, version int, "faultCount" int, pieces int,
    lines jsonb, parts jsonb, photos jsonb)`;

const SAVE = [
  {
    name: 'fault_case_save',
    text: `insert into fault_case (generation, case_id, kind, number, dealer_id, unit_id, serial, serial_key, stage, warranty_over, labour_not_covered, family, model_id, lot, happened_on, recorded_at, opened_at, resolved_at,
        fees, cost, version, fault_count, pieces)
      select $1, "caseId", kind, number, "dealerId", "unitId", serial, "serialKey", stage, "warrantyOver", "labourNotCovered", family, "modelId", lot, "on", "recordedAt", "openedAt", "resolvedAt", fees, cost, version,
        "faultCount", pieces from ${CASES}
      on conflict (generation, case_id) do update set kind = excluded.kind, number = excluded.number, dealer_id = excluded.dealer_id, unit_id = excluded.unit_id,
        serial = excluded.serial, serial_key = excluded.serial_key, stage = excluded.stage, warranty_over = excluded.warranty_over,
        labour_not_covered = excluded.labour_not_covered, family = excluded.family, model_id = excluded.model_id, lot = excluded.lot, happened_on = excluded.happened_on,
        recorded_at = excluded.recorded_at, opened_at = excluded.opened_at, resolved_at = excluded.resolved_at, fees = excluded.fees, cost = excluded.cost,
        version = excluded.version, fault_count = excluded.fault_count, pieces = excluded.pieces`,
  },
  {
    name: 'fault_line_save',
    text: `insert into fault_line (generation, case_id, position, dealer_id, fault_code, cause_code, action_code, problem, design_defect, cost)
      select $1, c."caseId", l.position, c."dealerId", l."faultCode", l."causeCode", l."actionCode", l.problem, l."designDefect", l.cost
      from ${CASES} cross join lateral jsonb_to_recordset(c.lines) as l (position int, "faultCode" text, "causeCode" text, "actionCode" text, problem text, "designDefect" boolean,
        cost numeric)`,
  },
  {
    name: 'fault_part_save',
    text: `insert into fault_part (generation, case_id, part_id, dealer_id, pieces, cost, again_on)
      select $1, c."caseId", p."partId", c."dealerId", p.pieces, p.cost, p."againOn"
      from ${CASES} cross join lateral jsonb_to_recordset(c.parts) as p ("partId" uuid, pieces int, cost numeric, "againOn" date)`,
  },
  {
    name: 'fault_photo_save',
    text: `insert into fault_photo (generation, case_id, sha256, dealer_id)
      select $1, c."caseId", p.sha256, c."dealerId" from ${CASES} cross join lateral jsonb_array_elements_text(c.photos) as p (sha256)`,
  },
];

const COUNT = `
  insert into fault_month as m (generation, dimension, month, key, cases, faults, pieces, cost)
  select $1, dimension, month, key, cases, faults, pieces, cost
  from jsonb_to_recordset($2::jsonb) as n (dimension text, key text, month date, cases int, faults int, pieces int, cost numeric)
  on conflict (generation, dimension, month, key) do update set
    cases = m.cases + excluded.cases, faults = m.faults + excluded.faults, pieces = m.pieces + excluded.pieces, cost = m.cost + excluded.cost`;
