import type { FaultCodePublishedSchema, FaultsRecorded, FaultsRecordedSchema, ModelPublishedSchema, PartPricedSchema, UnitDispatchedSchema } from '@aftercare/contracts';
import { addMoney, isId, serialKey } from '@aftercare/domain';
import type { Keep, KeepTogether, Place } from '../facts/fact.js';
import { lotOf, type FaultCase } from './fault-case.rules.js';
import { changeCases, shareTurns, takeTurns } from './fault-store.js';

/** what was found, in the fault table; of one document the highest version counts. */
export const faultsRecorded: KeepTogether<typeof FaultsRecordedSchema> = async (place, events) => {
  const told = events.filter(({ event }) => isId(event.dealerId)).map(({ event }) => caseOf(event));
  await takeTurns(place, told.flatMap(({ unitId }) => (unitId === null ? [] : [`unit ${unitId}`])));
  await shareTurns(place, told.flatMap(({ parts }) => parts.map(({ partId }) => `part ${partId}`)));
  await changeCases(place, { told });
};

/** the model and the lot of units, for what is found on them and for those that are sold; one that says the day counts before one that does not. */
export const unitsDispatched: KeepTogether<typeof UnitDispatchedSchema> = async (place, events) => {
  const units = events.map(({ event }) => event).filter(({ unitId, modelId }) => isId(unitId) && isId(modelId));
  const ids = [...new Set(units.map(({ unitId }) => unitId))];
  await takeTurns(place, ids.map((id) => `unit ${id}`));
  const rows = [...new Map(units.map((unit) => [`${unit.unitId} ${unit.manufacturedOn === ''}`, unit])).values()].sort((a, b) => (a.manufacturedOn > b.manufacturedOn ? -1 : 1));
  const values = [
    place.generation, rows.map(({ unitId }) => unitId), rows.map(({ modelId }) => modelId), rows.map(({ modelId, manufacturedOn }) => lotOf(modelId, manufacturedOn)),
  ];
  await place.tx.sql({ name: 'unit_fact_keep', text: KEEP_UNITS, values });
  await placeSales(place, ids);
  const cases = await place.tx.sql<{ id: string }>({
    name: 'fault_cases_of_units', text: 'select case_id as id from fault_case where generation = $1 and unit_id = any($2::uuid[])', values: [place.generation, ids],
  });
  await changeCases(place, { told: [], others: cases.map(({ id }) => id) });
};

/** Q-2: sales say the model and lot of what was sold, whichever was told first; whoever calls has the units' turn. */
export async function placeSales({ tx, generation }: Place, unitIds: readonly string[]): Promise<void> {
  await tx.sql({ name: 'sale_fact_place', text: PLACE_SALES, values: [generation, unitIds] });
}

/** A model's name and family; the newest version counts. */
export const modelPublished: Keep<typeof ModelPublishedSchema> = async ({ tx, generation }, { modelId, code, name, family, version }) => {
  await tx.sql({ name: 'model_fact_keep', text: KEEP_MODEL, values: [generation, modelId, code, name, family, version] });
};

/** what a code of the catalogue is called; the newest version counts. */
export const faultCodePublished: Keep<typeof FaultCodePublishedSchema> = async ({ tx, generation }, { kind, family, code, name, nameEn, version }) => {
  await tx.sql({ name: 'code_fact_keep', text: KEEP_CODE, values: [generation, kind, family, code, name, nameEn, version] });
};

/** what a part is worth from a day on; what was used since then is valued anew. */
export const partPriced: Keep<typeof PartPricedSchema> = async (place, { partId, priceListId, effectiveFrom, dealerPrice, publishedAt }) => {
  await takeTurns(place, [`part ${partId}`]);
  const kept = await place.tx.sql({
    name: 'price_fact_keep', text: KEEP_PRICE, values: [place.generation, partId, priceListId, effectiveFrom, dealerPrice, publishedAt],
  });
  if (kept.length === 0) return;
  const cases = await place.tx.sql<{ id: string }>({ name: 'fault_cases_since', text: CASES_SINCE, values: [place.generation, partId, effectiveFrom] });
  await changeCases(place, { told: [], others: cases.map(({ id }) => id) });
};

function caseOf(event: FaultsRecorded): FaultCase {
  const { caseId, kind, number, dealerId, serial, stage, warrantyOver, labourNotCovered, family, recordedAt, version } = event;
  return {
    caseId, kind, number, dealerId, unitId: event.unitId || null, serial, serialKey: event.serialKey || serialKey(serial), stage, warrantyOver, labourNotCovered, family, modelId: null, lot: '', on: '', recordedAt,
    openedAt: event.openedAt || null, resolvedAt: event.resolvedAt || null, fees: addMoney(event.labourFee || '0', event.travelFee || '0'), cost: '0.00', version,
    lines: event.faults.map(({ faultCode, causeCode, actionCode, problemDimension, designDefect }) => (
      { faultCode, causeCode, actionCode, problem: problemDimension, designDefect, cost: '0.00' })),
    parts: partsOf(event), photos: [...new Set(event.photoHashes)].sort(),
  };
}

function partsOf({ partsUsed, usedAgain }: FaultsRecorded): FaultCase['parts'] {
  const pieces = new Map<string, number>();
  for (const { partId, quantity } of partsUsed) if (isId(partId) && quantity > 0) pieces.set(partId, (pieces.get(partId) ?? 0) + quantity);
  const days = new Map(usedAgain.map(({ partId, usedOn }) => [partId, usedOn]));
  return [...pieces].sort(([a], [b]) => (a < b ? -1 : 1)).map(([partId, count]) => ({ partId, pieces: count, cost: '0.00', againOn: days.get(partId) ?? null }));
}

const KEEP_UNITS = `
  insert into unit_fact as u (generation, unit_id, model_id, lot)
  select distinct on (unit_id) $1::int, unit_id, model_id, lot from unnest($2::uuid[], $3::uuid[], $4::text[]) as told (unit_id, model_id, lot)
  order by unit_id, lot desc
  on conflict (generation, unit_id) do update set model_id = excluded.model_id, lot = excluded.lot where u.lot = ''`;

const PLACE_SALES = `
  update sale_fact s set model_id = u.model_id, lot = u.lot from unit_fact u
  where s.generation = $1 and s.unit_id = any($2::uuid[]) and u.generation = $1 and u.unit_id = s.unit_id and (s.model_id, s.lot) is distinct from (u.model_id, u.lot)`;

const KEEP_MODEL = `
  insert into model_fact as m (generation, model_id, code, name, family, version) values ($1, $2, $3, $4, $5, $6)
  on conflict (generation, model_id) do update set code = excluded.code, name = excluded.name, family = excluded.family, version = excluded.version
    where m.version < excluded.version`;

const KEEP_CODE = `
  insert into code_fact as c (generation, kind, family, code, name, name_en, version) values ($1, $2, $3, $4, $5, $6, $7)
  on conflict (generation, kind, family, code) do update set name = excluded.name, name_en = excluded.name_en, version = excluded.version
    where c.version < excluded.version`;

const KEEP_PRICE = `
  insert into price_fact (generation, part_id, price_list_id, effective_from, price, published_at) values ($1, $2, $3, $4, $5, $6)
  on conflict do nothing returning part_id`;

const CASES_SINCE = `
  select p.case_id as id from fault_part p join fault_case c on c.generation = p.generation and c.case_id = p.case_id
  where p.generation = $1 and p.part_id = $2 and c.happened_on >= $3::date`;
