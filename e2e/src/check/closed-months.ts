import { createHash } from 'node:crypto';
import { differences, type Figure } from './figures.js';
import type { World } from './world.js';

const MONTH = (instant: string): string => `to_char(${instant} at time zone 'Asia/Shanghai', 'YYYY-MM')`;

/** P-13: what left, by its order and part. */
const ISSUED = `
  select ${MONTH('o.shipped_at')} as month, 'issued ' || case when l.supply_kind = 'charged' then 'charged' when l.return_due then 'due' else 'free' end as what,
    l.dealer_id, l.part_id, o.id as document_id, sum(l.quantity)::int as pieces, '0.00' as amount
  from shipping_line l join shipping_order o on o.id = l.shipping_order_id where o.shipped_at is not null group by 1, 2, 3, 4, 5`;

/** H-8 (2): charged lines shipped + conversions + manual lines − reversals of what had been in it; beside a shipment the slips' own amounts. */
const REVENUE = `
  select ${MONTH('o.shipped_at')} as month, 'revenue' as what, l.dealer_id, l.part_id, o.id as document_id, sum(l.quantity)::int as pieces, sum(l.revenue_net)::numeric(20,2)::text as amount
  from shipping_line l join shipping_order o on o.id = l.shipping_order_id where o.shipped_at is not null and l.supply_kind = 'charged' group by 1, 2, 3, 4, 5
  union all
  select ${MONTH('s.confirmed_at')}, 'revenue', l.dealer_id, l.part_id, s.id, sum(l.quantity)::int, sum(l.net_amount)::numeric(20,2)::text
  from charge_slip s join charge_slip_line l on l.slip_id = s.id
  where s.confirmed_at is not null and s.direction = 'charge' and s.origin not in ('request', 'reversal') group by 1, 2, 3, 4, 5
  union all
  select ${MONTH('s.confirmed_at')}, 'revenue', l.dealer_id, l.part_id, s.id, sum(l.revenue_quantity)::int,
    sum(case when was.origin = 'request' then l.revenue_net else l.net_amount end)::numeric(20,2)::text
  from charge_slip s join charge_slip_line l on l.slip_id = s.id join charge_slip was on was.id = s.reverses_slip_id
  where s.direction = 'charge' and s.origin = 'reversal' and (l.revenue_net <> 0 or l.revenue_quantity <> 0) group by 1, 2, 3, 4, 5`;

/** H-5: what the ledger took from parcels to where it lies now; pieces of a successor pass the adjustment account on their way. */
const RETURNED = `
  select ${MONTH('m.at')} as month, 'returned' as what, m.dealer_id, null::uuid as part_id, m.document_id, sum(m.quantity)::int as pieces, '0.00' as amount
  from stock_movement m where m.kind = 'return' and m.document_kind = 'return_parcel' and m.to_account <> 'adjustment' group by 1, 2, 3, 4, 5
  union all
  select ${MONTH('m.at')}, case m.from_account when 'sold' then 'returned late' else 'returned met' end, m.dealer_id, m.part_id, m.document_id, sum(m.quantity)::int, '0.00'
  from stock_movement m where m.kind = 'return' and m.document_kind = 'return_parcel' and (m.from_account = 'sold' or m.from_account like 'dealer:%') group by 1, 2, 3, 4, 5`;

/** What came late is frozen by the next month, under the name of its own. */
const OF_MONTH = `coalesce(nullif(of_month, ''), month)`;

const FROZEN = `
  select ${OF_MONTH} as month, case list when 'issued' then 'issued ' || replace(term, 'shipped_', '') when 'revenue' then 'revenue' else replace(term, '_', ' ') end as what,
    dealer_id, part_id, document_id, sum(quantity)::int as pieces, sum(net_amount)::text as amount
  from closed_line where term <> 'returned_surplus' group by 1, 2, 3, 4, 5
  union all
  select ${OF_MONTH}, 'returned', dealer_id, null::uuid, document_id, sum(quantity)::int, '0.00' from closed_line where list = 'returned' group by 1, 2, 3, 4, 5`;

const LINES = `
  select month, list, position, term, line_id, dealer_id, part_id, quantity, net_amount::text as net, document_kind, document_id, document_number, reason, of_month
  from closed_line order by month, case list when 'issued' then 1 when 'revenue' then 2 else 3 end, position`;

const TOTALS = `
  select 'month ' || c.month || ': closed with ' || c.issued_lines || ' lines of ' || c.issued_pieces || ' pieces issued, revenue ' || c.revenue_net || ' of ' || c.revenue_lines
    || ' lines and ' || c.returned_lines || ' lines of ' || c.returned_pieces || ' pieces returned, its lines say ' || l.issued_lines || ' of ' || l.issued || ', ' || l.revenue || ' of '
    || l.revenue_lines || ' and ' || l.returned_lines || ' of ' || l.returned as violation
  from closed_month c
  cross join lateral (
    select count(*) filter (where list = 'issued') as issued_lines, coalesce(sum(quantity) filter (where list = 'issued'), 0) as issued,
      count(*) filter (where list = 'revenue') as revenue_lines, coalesce(sum(net_amount) filter (where list = 'revenue'), 0.00) as revenue,
      count(*) filter (where list = 'returned') as returned_lines, coalesce(sum(quantity) filter (where list = 'returned'), 0) as returned
    from closed_line where month = c.month) l
  where (c.issued_lines, c.issued_pieces, c.revenue_lines, c.revenue_net, c.returned_lines, c.returned_pieces)
    is distinct from (l.issued_lines, l.issued, l.revenue_lines, l.revenue, l.returned_lines, l.returned)
  union all
  select 'month ' || l.month || ' has frozen lines and is not closed' from (select distinct month from closed_line) l where not exists (select from closed_month c where c.month = l.month)
  union all
  select 'month ' || c.month || ': its close was told ' || count(o.id) || ' times' from closed_month c
  left join outbox o on o.event_type = 'aftercare.invoicing.v1.MonthClosed' and o.payload::jsonb ->> 'month' = c.month and o.payload::jsonb ->> 'hash' = c.hash
  group by c.month having count(o.id) <> 1
  union all
  select 'month ' || c.month || ' is closed and the earlier month ' || b.month || ' with revenue is not'
  from closed_month c join (select distinct month from posting where account = 'revenue') b on b.month < c.month and not exists (select from closed_month d where d.month = b.month)`;

interface FrozenLine {
  month: string;
  list: string;
  position: number;
  term: string;
  line_id: string;
  dealer_id: string;
  part_id: string;
  quantity: number;
  net: string;
  document_kind: string;
  document_id: string;
  document_number: string;
  reason: string;
  of_month: string;
}

/** B-6: what a close froze is what the rows of parts say of that month to this day, under the hash and the totals that it was closed with. */
export async function brokenMonths(world: World): Promise<string[]> {
  if (!world.has('invoicing') || !world.has('parts')) return [];
  const closed = await world.rows<{ month: string; hash: string }>('invoicing', 'select month, hash from closed_month order by month');
  const totals = await world.rows<{ violation: string }>('invoicing', TOTALS);
  const found = totals.map(({ violation }) => `invoicing: ${violation}`);
  if (closed.length === 0) return found;
  const months = closed.map(({ month }) => month);
  const rows = await world.rows<Figure>('parts', `select * from (${[ISSUED, REVENUE, RETURNED].join(' union all ')}) r where month = any($1) and (pieces <> 0 or amount::numeric <> 0)`, [months]);
  const frozen = await world.rows<Figure>('invoicing', `select * from (${FROZEN}) r where pieces <> 0 or amount::numeric <> 0`);
  found.push(...differences(rows, frozen).map(({ of, says, has }) => `invoicing: ${of}: frozen ${has}, the rows of parts say ${says}`));
  const lines = await world.rows<FrozenLine>('invoicing', LINES);
  const hashes = new Map(months.map((month) => [month, createHash('sha256')]));
  for (const line of lines) hashes.get(line.month)?.update(`${hashed(line)}\n`);
  return [...found, ...closed.filter(({ month, hash }) => hashes.get(month)?.digest('hex') !== hash).map(({ month }) => `invoicing: month ${month}: its frozen lines do not have the hash it was closed with`)];
}

const hashed = ({ list, position, term, line_id, dealer_id, part_id, quantity, net, document_kind, document_id, document_number, reason, of_month }: FrozenLine): string =>
  JSON.stringify([list, position, term, line_id, dealer_id, part_id, quantity, net, document_kind, document_id, document_number, reason, ...(of_month === '' ? [] : [of_month])]);
