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
}

const CHARGED = `
  select l.id, o.number, o.id as order_id, l.charge_slip_id as slip_id from shipping_line l join shipping_order o on o.id = l.shipping_order_id
  where l.supply_kind = 'charged' and o.shipped_at is not null and l.charge_slip_id is not null`;

/** Money that came for the slip before its shipment, or room that was held for that shipment. */
const COVERED = `
  select r.slip_id, r.paid_total + r.reversed_total >= r.gross_total as is_paid,
    coalesce((select array_agg(h.shipping_order_id) from credit_hold h where h.slip_id = r.slip_id and h.state <> 'released'), '{}') as held_for
  from receivable r`;

/** The gate stands between two services: what parts shipped is looked up in what invoicing was paid. */
async function unpaid(world: World): Promise<string[]> {
  if (!world.has('parts') || !world.has('invoicing')) return [];
  const charged = await world.rows<ChargedLine>('parts', CHARGED);
  const covered = new Map((await world.rows<{ slip_id: string; is_paid: boolean; held_for: string[] }>('invoicing', COVERED)).map((row) => [row.slip_id, row]));
  return charged
    .filter(({ slip_id, order_id }) => {
      const slip = covered.get(slip_id);
      return !slip?.is_paid && !slip?.held_for.includes(order_id);
    })
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
