import { standsLine } from '../returns/counted-parcel.js';

/** Terms that the revenue list is made of (F-8), each with its sign. */
export const REVENUE_TERMS = { shipped_charged: 1, converted: 1, manual: 1, revenue_reversed: -1 } as const;

/** Slip lines that obligations were converted into. */
const CONVERTED = `('obligation', 'stocktake_line')`;

/** What every part of the union answers, $1 being the month and $2, $3 its first instant and the next month's. */
const line = (columns: { term: string; id: string; dealer: string; part: string; pieces: string; amount?: string; document: [kind: string, id: string, number?: string]; reason?: string }): string =>
  `select ${columns.term} as term, ${columns.id} as line_id, ${columns.dealer} as dealer_id, ${columns.part} as part_id, (${columns.pieces})::int as pieces,
          ${columns.amount ?? '0.00'}::numeric(20,2) as amount, ${columns.document[0]} as document_kind, ${columns.document[1]} as document_id,
          ${columns.document[2] ?? `''`} as document_number, ${columns.reason ?? `''`} as reason`;

/** P-13: what left, as charged, with a return due, or free without one. */
const SHIPPED = `${line({
  term: `case when l.supply_kind = 'charged' then 'shipped_charged' when l.return_due then 'shipped_due' else 'shipped_free' end`, id: 'l.id', dealer: 'l.dealer_id', part: 'l.part_id',
  pieces: 'l.quantity', amount: `case when l.supply_kind = 'charged' then l.revenue_net else 0 end`, document: [`'shipping_order'`, 'o.id', 'o.number'], reason: 'coalesce(c.reason, l.supply_kind)',
})} from shipping_line l join shipping_order o on o.id = l.shipping_order_id left join charge_slip_line c on c.id = l.charge_slip_line_id
   where l.shipped_at >= $2::timestamptz and l.shipped_at < $3::timestamptz`;

/** P-8: what never left, of lines that opened no obligation. */
const SHORT = `${line({
  term: `case when l.supply_kind = 'charged' then 'shortage_charged' else 'shortage_free' end`, id: 'd.id', dealer: 'm.dealer_id', part: 'm.part_id', pieces: 'm.quantity',
  document: [`'discrepancy'`, 'd.id', 'o.number'], reason: 'l.supply_kind',
})} from stock_movement m join discrepancy d on d.id = m.document_id join shipping_line l on l.id = d.shipping_line_id join shipping_order o on o.id = d.shipping_order_id
   where m.at >= $2::timestamptz and m.at < $3::timestamptz and m.kind = 'shortage' and m.document_kind = 'discrepancy' and not l.return_due`;

/** H-1, X-9: what had to come back from now on. */
const OPENED = `${line({
  term: `case when r.origin = 'shipping' then 'opened' else 'opening' end`, id: 'r.id', dealer: 'r.dealer_id', part: 'r.part_id', pieces: 'r.issued_quantity',
  document: [`case when r.origin = 'shipping' then 'shipping_order' else 'opening_document' end`, 'coalesce(r.shipping_order_id, held.document_id)', `coalesce(o.number, p.number, '')`],
})} from obligation r left join shipping_order o on o.id = r.shipping_order_id left join opening_line held on held.id = r.opening_line_id left join opening_document p on p.id = held.document_id
   where r.month = $1`;

/** H-1: how pieces ended, and what took such an end back. */
const SETTLED = `${line({
  term: `case s.kind when 'shortage' then case s.document_kind when 'opening_document' then 'opening' else 'shortage_due' end when 'conversion_reversed' then 'undone_charged'
           when 'return_reversed' then 'undone_returned' when 'credit_reversed' then 'undone_credit' when 'excuse_reversed' then 'undone_excused' else 'settled_' || s.kind end`,
  id: 's.id', dealer: 's.dealer_id', part: 'r.part_id', pieces: `case when s.kind = 'shortage' and s.document_kind = 'opening_document' then -s.quantity else s.quantity end`,
  document: ['s.document_kind', 's.document_id'],
})} from obligation_settlement s join obligation r on r.id = s.obligation_id where s.month = $1`;

/** H-5: what was counted and accepted, as the ledger moved it out of the holdings or took it back from what was sold. */
const RETURNED = `${line({
  term: `case m.from_account when 'sold' then 'returned_late' else 'returned_met' end`, id: 'm.id', dealer: 'm.dealer_id', part: 'm.part_id', pieces: 'm.quantity',
  document: [`'return_parcel'`, 'p.id', 'p.number'],
})} from stock_movement m join return_parcel p on p.id = m.document_id
   where m.at >= $2::timestamptz and m.at < $3::timestamptz and m.kind = 'return' and m.document_kind = 'return_parcel' and m.from_account in ('sold', 'dealer:' || m.dealer_id)`;

const surplusOf = (at: string, which: string): string => `${line({
  term: `'returned_surplus'`, id: 'l.id', dealer: 'l.dealer_id', part: 'l.part_id', pieces: 'l.surplus_quantity', document: [`'return_parcel'`, 'p.id', 'p.number'],
})} from return_parcel p join return_counted_line l on l.parcel_id = p.id
   where ${at} >= $2::timestamptz and ${at} < $3::timestamptz and ${which} and l.surplus_quantity > 0 and ${standsLine('l')}`;

/** H-7: surplus as it was counted. */
const SURPLUS = [surplusOf('p.counted_at', 'l.counted_at is null'), surplusOf('l.counted_at', 'l.counted_at is not null')].join(' union all ');

/** H-7: late pieces whose charge was taken back; what came in no parcel never arrived (P-8), or surplus met it, and is no return. */
const LATE = `${line({
  term: `'late_reversed'`, id: 'r.id', dealer: 'r.dealer_id', part: 'b.part_id', pieces: 'r.quantity', document: [`'charge_slip'`, 'v.id', 'v.number'],
})} from charge_slip v join late_return r on r.reversing_slip_id = v.id join obligation b on b.id = r.obligation_id where v.month = $1 and v.origin = 'reversal' and r.parcel_id is not null`;

const CREDIT = `${line({
  term: `case when c.quantity > 0 then 'credit_kept' else 'credit_used' end`, id: 'c.id', dealer: 'c.dealer_id', part: 'c.part_id', pieces: 'abs(c.quantity)', document: ['c.document_kind', 'c.document_id'],
})} from return_credit c where c.month = $1`;

/** F-8: what was revenue when its slip was confirmed. */
const CONFIRMED = `${line({
  term: `case when l.origin_kind in ${CONVERTED} then 'converted' else 'manual' end`, id: 'l.id', dealer: 'l.dealer_id', part: 'l.part_id', pieces: 'l.quantity', amount: 'l.revenue_net',
  document: [`'charge_slip'`, 's.id', 's.number'], reason: 'l.reason',
})} from charge_slip s join charge_slip_line l on l.slip_id = s.id
   where s.month = $1 and s.confirmed_at is not null and s.direction = 'charge' and s.origin in ('exclusion', 'stocktake', 'manual')`;

const REVERSED = `from charge_slip s join charge_slip_line l on l.slip_id = s.id join charge_slip_line was on was.id = l.reverses_line_id
   where s.month = $1 and s.origin = 'reversal' and s.direction = 'charge'`;

/** H-7: pieces whose conversion was taken back. */
const UNCONVERTED = `${line({
  term: `'conversion_reversed'`, id: 'l.id', dealer: 'l.dealer_id', part: 'l.part_id', pieces: '-l.quantity', document: [`'charge_slip'`, 's.id', 's.number'], reason: 'l.reason',
})} ${REVERSED} and was.origin_kind in ${CONVERTED}`;

/** F-8: what had become revenue and is none any more. */
const UNEARNED = `${line({
  term: `'revenue_reversed'`, id: 'l.id', dealer: 'l.dealer_id', part: 'l.part_id', pieces: '-l.revenue_quantity', amount: '-l.revenue_net', document: [`'charge_slip'`, 's.id', 's.number'], reason: 'l.reason',
})} ${REVERSED} and (l.revenue_net <> 0 or l.revenue_quantity <> 0)`;

/** H-1a: what the stock ledger moved into a dealer's holdings, and out of them as negative pieces; no event tells it, it is held against the obligations. */
const heldOf = (account: string, sign: string): string => `${line({
  term: `'holdings'`, id: 'm.id', dealer: `split_part(m.${account}, ':', 2)::uuid`, part: 'm.part_id', pieces: `${sign}m.quantity`, document: ['m.document_kind', 'm.document_id'],
})} from stock_movement m where m.at >= $2::timestamptz and m.at < $3::timestamptz and m.${account} like 'dealer:%'`;
const HOLDINGS = [heldOf('to_account', ''), heldOf('from_account', '-')].join(' union all ');

/** H-8: every line of the month $1, from $2 until $3, by its term; each from the records of its own chapter. */
export const MONTH_LINES = [SHIPPED, SHORT, OPENED, SETTLED, RETURNED, SURPLUS, LATE, CREDIT, CONFIRMED, UNCONVERTED, UNEARNED, HOLDINGS].join('\n union all ');

/** F-8: the lines of the revenue list of the month $1, from $2 until $3. */
export const REVENUE_LINES = [`select * from (${SHIPPED}) shipped where term = 'shipped_charged'`, CONFIRMED, UNEARNED].join('\n union all ');

/** The first month of which there is any line. */
export const FIRST_MONTH = `
  select coalesce(to_char(least(
    (select min(shipped_at) from shipping_line where shipped_at is not null), (select min(opened_at) from obligation), (select min(confirmed_at) from charge_slip where direction = 'charge'),
    (select min(at) from return_credit), (select min(counted_at) from return_parcel))
    at time zone 'Asia/Shanghai', 'YYYY-MM'), '') as month`;
