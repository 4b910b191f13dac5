import { searchAll, type Invariant } from './invariant.js';
import { MORE_LEFT_THAN_CHARGED } from './reversed.js';
import type { World } from './world.js';

const FREE_IN_SPITE = `
  select 'line ' || id || ' is ' || state || ' free under warranty with the exclusion ' || (review->>'exclusion') as violation
  from parts_request_line where supply_kind = 'warranty' and state in ('approved', 'shipped', 'received') and coalesce(review->>'exclusion', '') <> ''`;

const WITHOUT_SLIP = `
  select 'charged line ' || l.id || ' of ' || o.number || ' was shipped without a confirmed slip' as violation
  from shipping_line l join shipping_order o on o.id = l.shipping_order_id left join charge_slip s on s.id = l.charge_slip_id
  where l.supply_kind = 'charged' and o.shipped_at is not null and (s.id is null or s.state = 'draft')`;

interface ChargedLine {
  id: string;
  number: string;
  order_id: string;
  slip_id: string;
  shipped_at: string;
}

const CHARGED = `
  select l.id, o.number, o.id as order_id, l.charge_slip_id as slip_id, o.shipped_at::text as shipped_at from shipping_line l join shipping_order o on o.id = l.shipping_order_id
  where l.supply_kind = 'charged' and o.shipped_at is not null and l.charge_slip_id is not null`;

/** Of shipments (order, slip, moment) those that were covered: money had come for the slip, also where its match was undone later (B-4), or room was held for the shipment. */
const COVERED = `
  select s.order_id as id, s.slip_id from unnest($1::text[], $2::uuid[], $3::timestamptz[]) s (order_id, slip_id, shipped_at) join receivable r on r.slip_id = s.slip_id
  where r.paid_total + r.reversed_total - coalesce((select sum(a.amount) from allocation a where a.slip_id = s.slip_id and a.undoes is not null and a.at > s.shipped_at), 0) >= r.gross_total
    or exists (select from credit_hold h where h.slip_id = s.slip_id and h.shipping_order_id::text = s.order_id and h.state <> 'released')`;

/** The gate stands between two services: what parts shipped is looked up in what invoicing was paid. */
async function unpaid(world: World): Promise<string[]> {
  if (!world.has('parts') || !world.has('invoicing')) return [];
  const charged = await world.rows<ChargedLine>('parts', CHARGED);
  const asked = [charged.map(({ order_id }) => order_id), charged.map(({ slip_id }) => slip_id), charged.map(({ shipped_at }) => shipped_at)];
  const covered = new Set((await world.rows<{ id: string; slip_id: string }>('invoicing', COVERED, asked)).map(({ id, slip_id }) => `${id} ${slip_id}`));
  return charged
    .filter(({ slip_id, order_id }) => !covered.has(`${order_id} ${slip_id}`))
    .map(({ id, number }) => `parts: charged line ${id} of ${number} was shipped, neither paid nor held on credit`);
}

export const gateHolds: Invariant = {
  id: 'I7',
  sentence: 'no charged line was shipped without full payment or a credit hold; no warranty line was approved with an exclusion',
  async find(world) {
    const local = await searchAll(world, [FREE_IN_SPITE, WITHOUT_SLIP, MORE_LEFT_THAN_CHARGED].map((sql) => ({ service: 'parts', sql })));
    return [...local, ...(await unpaid(world))];
  },
};
