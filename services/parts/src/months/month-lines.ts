import { digestSql } from '@aftercare/service';
import { standsLine } from '../returns/counted-parcel.js';

/** Terms that the revenue list is made of (F-8). */
export type RevenueTerm = 'shipped_charged' | 'converted' | 'manual' | 'revenue_reversed';

/** Slip lines that obligations were converted into. */
export const CONVERTED = `('obligation', 'stocktake_line')`;

/** What a line answers. */
interface Columns {
  term: string;
  id: string;
  dealer: string;
  part: string;
  pieces: string;
  amount?: string;
  document: [kind: string, id: string, number?: string];
  reason?: string;
}

/** Lines of a month from the records of one chapter. */
export interface Chapter {
  name: string;
  columns: Columns;
  /** Its records; $1 is the month, $2 and $3 its first instant and the next month's. */
  from: string;
  /** Columns of an index, along which its frames follow each other: what it is kept by, and the id that tells equal ones apart. */
  along: { type: 'timestamptz' | 'uuid'; place: string; id: string };
}

const alongTime = (place: string, id: string): Chapter['along'] => ({ type: 'timestamptz', place, id });
const alongId = (place: string, id = place): Chapter['along'] => ({ type: 'uuid', place, id });

const within = (at: string): string => `${at} >= $2::timestamptz and ${at} < $3::timestamptz`;

/** P-13: what left, as charged, with a return due, or free without one. */
const SHIPPED: Chapter = {
  name: 'shipped',
  columns: {
    term: `case when l.supply_kind = 'charged' then 'shipped_charged' when l.return_due then 'shipped_due' else 'shipped_free' end`, id: 'l.id', dealer: 'l.dealer_id', part: 'l.part_id',
    pieces: 'l.quantity', amount: `case when l.supply_kind = 'charged' then l.revenue_net else 0 end`, document: [`'shipping_order'`, 'o.id', 'o.number'], reason: 'coalesce(l.revenue_reason, l.supply_kind)',
  },
  from: `from shipping_line l join shipping_order o on o.id = l.shipping_order_id where ${within('l.shipped_at')}`,
  along: alongTime('l.shipped_at', 'l.id'),
};

/** P-8: what never left, of lines that opened no obligation. */
const SHORT: Chapter = {
  name: 'short',
  columns: {
    term: `case when l.supply_kind = 'charged' then 'shortage_charged' else 'shortage_free' end`, id: 'd.id', dealer: 'm.dealer_id', part: 'm.part_id', pieces: 'm.quantity',
    document: [`'discrepancy'`, 'd.id', 'o.number'], reason: 'l.supply_kind',
  },
  from: `from stock_movement m join discrepancy d on d.id = m.document_id join shipping_line l on l.id = d.shipping_line_id join shipping_order o on o.id = d.shipping_order_id
   where ${within('m.at')} and m.kind = 'shortage' and m.document_kind = 'discrepancy' and not l.return_due`,
  along: alongTime('m.at', 'm.id'),
};

/** H-1, X-9: what had to come back from now on. */
const OPENED: Chapter = {
  name: 'opened',
  columns: {
    term: `case when r.origin = 'shipping' then 'opened' else 'opening' end`, id: 'r.id', dealer: 'r.dealer_id', part: 'r.part_id', pieces: 'r.issued_quantity',
    document: [`case when r.origin = 'shipping' then 'shipping_order' else 'opening_document' end`, 'coalesce(r.shipping_order_id, held.document_id)', `coalesce(o.number, p.number, '')`],
  },
  from: `from obligation r left join shipping_order o on o.id = r.shipping_order_id left join opening_line held on held.id = r.opening_line_id left join opening_document p on p.id = held.document_id
   where r.month = $1`,
  along: alongId('r.id'),
};

/** H-1: how pieces ended, and what took such an end back. */
const SETTLED: Chapter = {
  name: 'settled',
  columns: {
    term: `case s.kind when 'shortage' then case s.document_kind when 'opening_document' then 'opening' else 'shortage_due' end when 'conversion_reversed' then 'undone_charged'
      when 'return_reversed' then 'undone_returned' when 'credit_reversed' then 'undone_credit' when 'excuse_reversed' then 'undone_excused' else 'settled_' || s.kind end`,
    id: 's.id', dealer: 's.dealer_id', part: 'r.part_id', pieces: `case when s.kind = 'shortage' and s.document_kind = 'opening_document' then -s.quantity else s.quantity end`,
    document: ['s.document_kind', 's.document_id'],
  },
  from: 'from obligation_settlement s join obligation r on r.id = s.obligation_id where s.month = $1',
  along: alongId('s.id'),
};

/** H-5: what was counted and accepted, as the ledger moved it out of the holdings or took it back from what was sold. */
const RETURNED: Chapter = {
  name: 'returned',
  columns: {
    term: `case m.from_account when 'sold' then 'returned_late' else 'returned_met' end`, id: 'm.id', dealer: 'm.dealer_id', part: 'm.part_id', pieces: 'm.quantity', document: [`'return_parcel'`, 'p.id', 'p.number'],
  },
  from: `from stock_movement m join return_parcel p on p.id = m.document_id
   where ${within('m.at')} and m.kind = 'return' and m.document_kind = 'return_parcel' and m.from_account in ('sold', 'dealer:' || m.dealer_id)`,
  along: alongTime('m.at', 'm.id'),
};

const surplusOf = (name: string, at: string, which: string): Chapter => ({
  name,
  columns: { term: `'returned_surplus'`, id: 'l.id', dealer: 'l.dealer_id', part: 'l.part_id', pieces: 'l.surplus_quantity', document: [`'return_parcel'`, 'p.id', 'p.number'] },
  from: `from return_parcel p join return_counted_line l on l.parcel_id = p.id where ${within(at)} and ${which} and l.surplus_quantity > 0 and ${standsLine('l')}`,
  along: alongTime(at, 'l.id'),
});

/** H-7: surplus as it was counted. */
const SURPLUS = [surplusOf('surplus', 'p.counted_at', 'l.counted_at is null'), surplusOf('surplus_corrected', 'l.counted_at', 'l.counted_at is not null')];

/** H-7: late pieces whose charge was taken back; what came in no parcel never arrived (P-8), or surplus met it, and is no return. */
const LATE: Chapter = {
  name: 'late',
  columns: { term: `'late_reversed'`, id: 'r.id', dealer: 'r.dealer_id', part: 'b.part_id', pieces: 'r.quantity', document: [`'charge_slip'`, 'v.id', 'v.number'] },
  from: `from charge_slip v join late_return r on r.reversing_slip_id = v.id join obligation b on b.id = r.obligation_id where v.month = $1 and v.origin = 'reversal' and r.parcel_id is not null`,
  along: alongId('v.id', 'r.id'),
};

const CREDIT: Chapter = {
  name: 'credit',
  columns: {
    term: `case when c.quantity > 0 then 'credit_kept' else 'credit_used' end`, id: 'c.id', dealer: 'c.dealer_id', part: 'c.part_id', pieces: 'abs(c.quantity)', document: ['c.document_kind', 'c.document_id'],
  },
  from: 'from return_credit c where c.month = $1',
  along: alongId('c.id'),
};

/** F-8: what was revenue when its slip was confirmed. */
const CONFIRMED: Chapter = {
  name: 'confirmed',
  columns: {
    term: `case when l.origin_kind in ${CONVERTED} then 'converted' else 'manual' end`, id: 'l.id', dealer: 'l.dealer_id', part: 'l.part_id', pieces: 'l.quantity', amount: 'l.revenue_net',
    document: [`'charge_slip'`, 's.id', 's.number'], reason: 'l.reason',
  },
  from: `from charge_slip s join charge_slip_line l on l.slip_id = s.id
   where s.month = $1 and s.confirmed_at is not null and s.direction = 'charge' and s.origin in ('exclusion', 'stocktake', 'manual')`,
  along: alongId('s.id', 'l.id'),
};

const REVERSED = `from charge_slip s join charge_slip_line l on l.slip_id = s.id join charge_slip_line was on was.id = l.reverses_line_id
   where s.month = $1 and s.origin = 'reversal' and s.direction = 'charge'`;

/** H-7: pieces whose conversion was taken back. */
const UNCONVERTED: Chapter = {
  name: 'unconverted',
  columns: { term: `'conversion_reversed'`, id: 'l.id', dealer: 'l.dealer_id', part: 'l.part_id', pieces: '-l.quantity', document: [`'charge_slip'`, 's.id', 's.number'], reason: 'l.reason' },
  from: `${REVERSED} and was.origin_kind in ${CONVERTED}`,
  along: alongId('s.id', 'l.id'),
};

/** F-8: what had become revenue and is none any more. */
const UNEARNED: Chapter = {
  name: 'unearned',
  columns: {
    term: `'revenue_reversed'`, id: 'l.id', dealer: 'l.dealer_id', part: 'l.part_id', pieces: '-l.revenue_quantity', amount: '-l.revenue_net', document: [`'charge_slip'`, 's.id', 's.number'], reason: 'l.reason',
  },
  from: `${REVERSED} and (l.revenue_net <> 0 or l.revenue_quantity <> 0)`,
  along: alongId('s.id', 'l.id'),
};

/** H-1a: what the stock ledger moved into a dealer's holdings, and out of them as negative pieces; no event tells it, it is held against the obligations. */
const heldOf = (name: string, account: string, sign: string): Chapter => ({
  name,
  columns: { term: `'holdings'`, id: 'm.id', dealer: `split_part(m.${account}, ':', 2)::uuid`, part: 'm.part_id', pieces: `${sign}m.quantity`, document: ['m.document_kind', 'm.document_id'] },
  from: `from stock_movement m where ${within('m.at')} and m.${account} like 'dealer:%'`,
  along: alongTime('m.at', 'm.id'),
});
const HOLDINGS = [heldOf('held', 'to_account', ''), heldOf('given_up', 'from_account', '-')];

/** H-8: the chapters that the lines of a month are of, in the order in which they are read. */
export const CHAPTERS: readonly Chapter[] = [SHIPPED, SHORT, OPENED, SETTLED, RETURNED, ...SURPLUS, LATE, CREDIT, CONFIRMED, UNCONVERTED, UNEARNED, ...HOLDINGS];

function columnsOf({ term, id, dealer, part, pieces, amount = '0.00', document: [kind, document, number = `''`], reason = `''` }: Columns): string {
  return `${term} as term, ${id} as line_id, ${dealer} as dealer_id, ${part} as part_id, (${pieces})::int as pieces, ${amount}::numeric(20,2) as amount, ${kind} as document_kind,
    ${document} as document_id, ${number} as document_number, ${reason} as reason`;
}

/**
 * A frame of a chapter: at most $8 lines behind the place $4 and id $5, of the dealer $6 and the part $7 or of all, read along an index, so that a long month costs
 * each of its frames the same. The lines come as one JSON text that nobody reads before it is answered, with how many they are and where the last one stands.
 */
export function frameOf({ columns, from, along: { type, place, id } }: Chapter): string {
  return `
  with frame as materialized (
    select ${columnsOf(columns)}, ${place} as place, ${id} as place_id ${from}
       and ${place} >= $4::${type} and (${place}, ${id}) > ($4::${type}, $5::uuid) and ($6::uuid is null or ${columns.dealer} = $6) and ($7::uuid is null or ${columns.part} = $7)
       and $1::text <> '' and $2::timestamptz < $3::timestamptz
     order by ${place}, ${id} limit $8),
  line as (
    select r.term, r.line_id as "lineId", r.dealer_id as "dealerId", r.part_id as "partId", r.pieces, r.amount::text as amount, r.document_kind as "documentKind",
           r.document_id as "documentId", coalesce(r.document_number, '') as "documentNumber", coalesce(r.reason, '') as reason, part.number as "partNumber"
      from frame r join part on part.id = r.part_id order by r.place, r.place_id)
  select (select count(*)::int from frame) as found, (select coalesce(string_agg(row_to_json(line)::text, ','), '') from line) as lines,
         (select place from frame order by place desc limit 1) as place, (select place_id from frame order by place desc, place_id desc limit 1) as "placeId"`;
}

/** What the lines of the lists that a close freezes come to; $1 to $3 as in the chapters. */
export const DIGEST = digestSql([SHIPPED, RETURNED, ...SURPLUS, CONFIRMED, UNEARNED].map(({ columns, from }) => `
  select term, line_id, dealer_id, part_id, pieces, amount, document_id from (select ${columnsOf(columns)} ${from} and $1::text <> '' and $2::timestamptz < $3::timestamptz) of_chapter`).join(' union all '));

/** The first month of which there is any line; each the least of an index. */
export const FIRST_MONTH = `
  select coalesce(least(
    to_char(least((select min(shipped_at) from shipping_line where shipped_at is not null), (select min(counted_at) from return_parcel)) at time zone 'Asia/Shanghai', 'YYYY-MM'),
    (select min(month) from obligation), (select min(month) from charge_slip where direction = 'charge' and confirmed_at is not null), (select min(month) from return_credit)), '') as month`;
