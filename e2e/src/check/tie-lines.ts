import { differences, type Figure } from './figures.js';
import type { World } from './world.js';

const MONTH = (instant: string): string => `to_char(${instant} at time zone 'Asia/Shanghai', 'YYYY-MM')`;

const CONVERTED = `('obligation', 'stocktake_line')`;

/** Every line of the tie-out as the rows of parts make it: term, line where both sides know it, month, dealer, part, document, pieces, revenue, and what its document says. */
const SOURCES = [
  `select case when l.supply_kind = 'charged' then 'shipped_charged' when l.return_due then 'shipped_due' else 'shipped_free' end, l.id::text, o.shipped_at, l.dealer_id, l.part_id, o.id,
     l.quantity, case when l.supply_kind = 'charged' then l.revenue_net else 0 end, 0
   from shipping_line l join shipping_order o on o.id = l.shipping_order_id where o.shipped_at is not null`,
  `select 'missing', l.id::text, d.created_at, l.dealer_id, l.part_id, l.shipping_order_id, d.missing_quantity, 0, 0 from discrepancy d join shipping_line l on l.id = d.shipping_line_id`,
  `select case l.supply_kind when 'charged' then 'shortage_charged' else 'shortage_free' end, d.id::text, m.at, m.dealer_id, m.part_id, d.id, m.quantity, 0, 0
   from stock_movement m join discrepancy d on d.id = m.document_id join shipping_line l on l.id = d.shipping_line_id
   where m.kind = 'shortage' and m.document_kind = 'discrepancy' and not l.return_due`,
  `select case b.origin when 'opening' then 'opening' else 'opened' end, b.id::text, b.opened_at, b.dealer_id, b.part_id, coalesce(b.shipping_order_id, held.document_id), b.issued_quantity, 0, 0
   from obligation b left join opening_line held on held.id = b.opening_line_id`,
  `select case when s.document_kind = 'opening_document' then 'opening'
       else case s.kind when 'shortage' then 'shortage_due' when 'conversion_reversed' then 'undone_charged' when 'return_reversed' then 'undone_returned'
         when 'credit_reversed' then 'undone_credit' when 'excuse_reversed' then 'undone_excused' else 'settled_' || s.kind end end,
     s.id::text, s.at, s.dealer_id, b.part_id, s.document_id, case when s.document_kind = 'opening_document' then -s.quantity else s.quantity end, 0, 0
   from obligation_settlement s join obligation b on b.id = s.obligation_id`,
  `select case m.from_account when 'sold' then 'returned_late' else 'returned_met' end, '', m.at, m.dealer_id, m.part_id, m.document_id, m.quantity, 0, 0
   from stock_movement m where m.kind = 'return' and m.document_kind = 'return_parcel' and (m.from_account = 'sold' or m.from_account like 'dealer:%')`,
  `select 'returned_surplus', '', coalesce(l.counted_at, p.counted_at), l.dealer_id, l.part_id, p.id, l.surplus_quantity, 0, 0
   from return_counted_line l join return_parcel p on p.id = l.parcel_id
   where l.surplus_quantity > 0 and l.id not in (select replaces_line_id from return_counted_line where replaces_line_id is not null)`,
  `select 'late_reversed', r.id::text, v.confirmed_at, r.dealer_id, b.part_id, v.id, r.quantity, 0, 0
   from late_return r join charge_slip v on v.id = r.reversing_slip_id join obligation b on b.id = r.obligation_id where r.parcel_id is not null`,
  `select case when c.quantity > 0 then 'credit_kept' else 'credit_used' end, c.id::text, c.at, c.dealer_id, c.part_id, c.document_id, abs(c.quantity), 0, 0 from return_credit c`,
  `select case when s.origin = 'request' then 'slip_line' when l.origin_kind in ${CONVERTED} then 'converted' else 'manual' end, l.id::text, s.confirmed_at, s.dealer_id, l.part_id, s.id,
     l.quantity, l.revenue_net, l.net_amount
   from charge_slip s join charge_slip_line l on l.slip_id = s.id where s.confirmed_at is not null and s.direction = 'charge' and s.origin <> 'reversal'`,
  ...[
    ['revenue_reversed', 'r.revenue_quantity', 'r.revenue_net', `case when h.origin = 'request' then r.revenue_net else r.net_amount end`, 'r.revenue_quantity <> 0 or r.revenue_net <> 0'],
    ['slip_reversed', 'r.quantity - r.revenue_quantity', '0', 'r.net_amount', `h.origin = 'request'`],
    ['conversion_reversed', 'r.quantity', '0', '0', `h.origin <> 'request' and was.origin_kind in ${CONVERTED}`],
  ].map(([term, pieces, amount, net, where]) => `
    select '${term}', was.id::text, v.confirmed_at, v.dealer_id, was.part_id, v.id, -(${pieces}), -(${amount}), -(${net})
    from charge_slip v join charge_slip_line r on r.slip_id = v.id join charge_slip_line was on was.id = r.reverses_line_id join charge_slip h on h.id = was.slip_id
    where v.origin = 'reversal' and v.direction = 'charge' and (${where})`),
];

const SUMMED = `select month, 'tie line ' || trim(term || ' ' || line) as what, dealer_id, part_id, document_id, sum(pieces)::int as pieces,
  sum(amount)::numeric(20,2) || ' of ' || sum(net)::numeric(20,2) as amount`;

const RECOMPUTED = `
  with source (term, line, at, dealer_id, part_id, document_id, pieces, amount, net) as (${SOURCES.join('\n union all ')}),
  lines as (select *, ${MONTH('at')} as month from source)
  ${SUMMED} from lines group by month, term, line, dealer_id, part_id, document_id`;

/** Of accepted pieces the ids of the lines are the event's own, so they are held by their parcel. */
const KEPT = `
  with lines as (
    select month, term, case when term like 'returned%' then '' else line_id::text end as line, dealer_id, part_id, document_id, pieces, amount, net
    from tie_line where generation = (select current from read_model))
  ${SUMMED} from lines group by month, term, line, dealer_id, part_id, document_id`;

/** H-8: the lines of the tie-out and the closed months are what the rows that were told of say. */
export async function brokenTieLines(world: World): Promise<string[]> {
  if (!world.has('parts') || !world.has('insights')) return [];
  const [rows, kept] = [await world.rows<Figure>('parts', RECOMPUTED), await world.rows<Figure>('insights', KEPT)];
  const found = differences(rows, kept).map(({ of, says, has }) => `insights: ${of}: ${has}, the rows of parts say ${says}`);
  if (!world.has('invoicing')) return found;
  const closed = await world.rows<{ month: string; hash: string }>('invoicing', 'select month, hash from closed_month');
  const known = await world.rows<{ month: string; hash: string }>('insights', 'select month, hash from month_fact where generation = (select current from read_model)');
  const hashes = new Map(known.map(({ month, hash }) => [month, hash]));
  found.push(...closed.filter(({ month, hash }) => hashes.get(month) !== hash).map(({ month }) => `insights: month ${month} is closed, and not known as it was closed`));
  const open = known.filter(({ month }) => !closed.some((each) => each.month === month));
  return [...found, ...open.map(({ month }) => `insights: month ${month} is known as closed, and it is open`)];
}
