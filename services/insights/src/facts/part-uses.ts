import type { Place } from './fact.js';
import { makeCalls } from './unknown-calls.js';

/** What a confirmed record names of parts. */
export interface PartsUsed {
  callId: string;
  dealerId: string;
  confirmedOn: string;
  used: readonly { partId: string; source: string; quantity: number }[];
}

/** D-4: parts replaced at a call, in the place of those named before. They count in the call's region, which may be told later. */
export async function keepPartsUsed(place: Place, { callId, dealerId, confirmedOn, used }: PartsUsed): Promise<void> {
  const { tx, generation } = place;
  await makeCalls(place, [{ callId, dealerId }]);
  const [call] = await tx.sql<{ regionCode: string }>({ name: 'part_use_region', text: REGION, values: [generation, callId] });
  await tx.sql({ name: 'part_use_drop', text: DROP, values: [generation, callId] });
  await tx.sql({
    name: 'part_use_keep', text: KEEP,
    values: [generation, callId, dealerId, confirmedOn, used.map(({ partId }) => partId), used.map(({ source }) => source), used.map(({ quantity }) => quantity), call.regionCode],
  });
}

/** D-4: parts follow their call into another region. */
export async function movePartsUsed({ tx, generation }: Place, calls: readonly { callId: string; regionCode: string }[]): Promise<void> {
  if (calls.length === 0) return;
  await tx.sql({ name: 'part_use_move', text: MOVE, values: [generation, calls.map(({ callId }) => callId), calls.map(({ regionCode }) => regionCode)] });
}

/** Held, so that no other region is told meanwhile. */
const REGION = 'select region_code as "regionCode" from call_fact where generation = $1 and call_id = $2 for share';

/** The month's pieces of dealer and region go and come with the rows. */
const ofMonth = (rows: string, pieces: string): string => `
  insert into part_use_month as m (generation, dealer_id, month, region_code, pieces)
  select $1::int, dealer_id, date_trunc('month', confirmed_on)::date, region_code, ${pieces} from ${rows} group by 2, 3, 4 order by 2, 3, 4
  on conflict (generation, dealer_id, month, region_code) do update set pieces = m.pieces + excluded.pieces`;

const DROP = `
  with gone as (delete from part_use_fact where generation = $1::int and call_id = $2 returning dealer_id, confirmed_on, region_code, quantity)
  ${ofMonth('gone', '-sum(quantity)')}`;

const KEEP = `
  with kept as (
    insert into part_use_fact (generation, call_id, part_id, source, dealer_id, quantity, confirmed_on, region_code)
    select $1::int, $2::uuid, part_id, source, $3::uuid, sum(quantity), $4::date, $8
    from unnest($5::uuid[], $6::text[], $7::int[]) as used (part_id, source, quantity) group by part_id, source
    returning dealer_id, confirmed_on, region_code, quantity)
  ${ofMonth('kept', 'sum(quantity)')}`;

const MOVE = `
  with told as (select call_id, region_code from unnest($2::uuid[], $3::text[]) as told (call_id, region_code)),
  uses as (
    select u.dealer_id, u.confirmed_on, u.region_code as was, told.region_code, u.quantity
    from part_use_fact u join told using (call_id) where u.generation = $1::int and u.region_code <> told.region_code),
  moved as (update part_use_fact u set region_code = told.region_code from told where u.generation = $1::int and u.call_id = told.call_id),
  changes as (
    select dealer_id, confirmed_on, was as region_code, -quantity as quantity from uses union all select dealer_id, confirmed_on, region_code, quantity from uses)
  ${ofMonth('changes', 'sum(quantity)')}`;
