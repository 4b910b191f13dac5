import { Conditions, statementName, type Page, type Statement } from '@aftercare/service';
import { CONFIRMED_SLIPS, CONVERTED, UNEARNED_SLIPS, type RevenueTerm } from './month-lines.js';

/** A month of the revenue list. */
export interface RevenueOfMonth {
  month: string;
  from: string;
  until: string;
  dealerId: string | null;
}

/**
 * The lines of the list as their own tables have them, each with its sign: what was taken back is negative. What only a page shows is looked up for the page, and a
 * line's reason, which stands with its slip, only where it is asked for.
 */
const listed = (reasons: boolean): string => {
  const reasonOf = (line: string): string => (reasons ? `coalesce(${line}.reason, 'charged')` : `''`);
  return `(
    select l.id as line_id, 'shipped_charged' as term, l.dealer_id, l.part_id, l.quantity as pieces, l.revenue_net as net, 'shipping_order' as document_kind, l.shipping_order_id as document_id,
           l.charge_slip_line_id as slip_line_id, ${reasonOf('c')} as reason
      from shipping_line l ${reasons ? 'left join charge_slip_line c on c.id = l.charge_slip_line_id' : ''}
     where l.supply_kind = 'charged' and l.shipped_at >= $2::timestamptz and l.shipped_at < $3::timestamptz
    union all
    select l.id, case when l.origin_kind in ${CONVERTED} then 'converted' else 'manual' end, l.dealer_id, l.part_id, l.quantity, l.revenue_net, 'charge_slip', s.id, l.id, ${reasonOf('l')} ${CONFIRMED_SLIPS}
    union all
    select l.id, 'revenue_reversed', l.dealer_id, l.part_id, l.revenue_quantity, l.revenue_net, 'charge_slip', s.id, l.id, ${reasonOf('l')} ${UNEARNED_SLIPS})`;
};

const LINE = `json_build_object('id', r.line_id, 'term', r.term, 'dealerId', r.dealer_id, 'partId', r.part_id, 'partNumber', r.number, 'partName', r.name, 'reason', coalesce(c.reason, 'charged'),
  'quantity', r.pieces, 'netAmount', r.net::numeric(20,2)::text, 'documentKind', r.document_kind, 'documentId', r.document_id, 'documentNumber', coalesce(o.number, s.number, ''))::text as item`;

const KEY = `r.dealer_id || ' ' || part.number || ' ' || r.term`;

const base = ({ month, from, until, dealerId }: RevenueOfMonth): Conditions =>
  new Conditions().add('m', (first, second, third) => `${first}::text = ${first} and ${second}::timestamptz < ${third}::timestamptz`, month, from, until)
    .when(dealerId, 'd', (dealer) => `r.dealer_id = ${dealer}::uuid`);

/** F-8: the list line by line, by dealer and part. */
export function revenueLines(asked: RevenueOfMonth & { partId: string | null; reason: string }, page: Page): Statement {
  const where = base(asked).when(asked.partId, 'p', (part) => `r.part_id = ${part}::uuid`).when(asked.reason, 'r', (reason) => `r.reason = ${reason}`);
  const condition = where.ways()[0];
  const beyond = page.after === null ? 'true' : where.part('after', (key, id) => `(key, line_id) > (${key}::text, ${id}::uuid)`, page.after.key, page.after.id);
  const text = `
    select r.line_id as id, r.key, ${LINE}
      from (select * from (select r.*, part.number, part.name, ${KEY} as key from ${listed(asked.reason !== '')} r join part on part.id = r.part_id where ${condition}) each
             where ${beyond} order by key, line_id limit $${where.values.length + 1}) r
      left join charge_slip_line c on c.id = r.slip_line_id
      left join shipping_order o on r.document_kind = 'shipping_order' and o.id = r.document_id left join charge_slip s on r.document_kind = 'charge_slip' and s.id = r.document_id
     order by r.key, r.line_id`;
  return { name: statementName(['revenue', ...where.names]), text, values: [...where.values, page.limit + 1] };
}

const GROUPS = {
  dealer: { key: 'r.dealer_id::text', label: `''`, id: 'r.dealer_id' },
  part: { key: 'part.number', label: 'part.number', id: 'r.part_id' },
  reason: { key: 'r.reason', label: `''`, id: 'md5(r.reason)::uuid' },
} as const;

export const isRevenueGroup = (by: string): by is keyof typeof GROUPS => Object.hasOwn(GROUPS, by);

const netOf = (term: RevenueTerm): string => `coalesce(sum(r.net) filter (where r.term = '${term}'), 0.00)::numeric(20,2)::text`;

/** F-8: its sums by dealer, part or reason. */
export function revenueSums(asked: RevenueOfMonth & { by: keyof typeof GROUPS }, page: Page): Statement {
  const { key, label, id } = GROUPS[asked.by];
  const where = base(asked);
  const condition = where.ways()[0];
  const beyond = page.after === null ? 'true' : where.part('after', (last, lastId) => `(key, id) > (${last}::text, ${lastId}::uuid)`, page.after.key, page.after.id);
  const text = `
    select * from (
      select ${id} as id, ${key} as key, ${label} as "partNumber", sum(r.pieces)::int as quantity, sum(r.net)::numeric(20,2)::text as "netAmount", ${netOf('shipped_charged')} as "shippedNet",
             ${netOf('converted')} as "convertedNet", ${netOf('manual')} as "manualNet", ${netOf('revenue_reversed')} as "reversedNet"
        from ${listed(asked.by === 'reason')} r join part on part.id = r.part_id where ${condition} group by 1, 2, 3) summed
     where ${beyond} order by key, id limit $${where.values.length + 1}`;
  return { name: statementName([`revenue_by_${asked.by}`, ...where.names]), text, values: [...where.values, page.limit + 1] };
}

/** What the list comes to. */
export function revenueTotal(asked: RevenueOfMonth): Statement {
  const where = base(asked);
  return { name: statementName(['revenue_total', ...where.names]), text: `select coalesce(sum(r.net), 0.00)::numeric(20,2)::text as "netTotal" from ${listed(false)} r where ${where.ways()[0]}`, values: where.values };
}
