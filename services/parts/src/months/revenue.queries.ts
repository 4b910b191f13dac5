import { Conditions, statementName, type Page, type Statement } from '@aftercare/service';
import { REVENUE_LINES, REVENUE_TERMS } from './month-lines.js';

/** A month of the revenue list. */
export interface RevenueOfMonth {
  month: string;
  from: string;
  until: string;
  dealerId: string | null;
}

const SIGN = `case r.term ${Object.entries(REVENUE_TERMS).map(([term, sign]) => `when '${term}' then ${sign}`).join(' ')} end`;

/** Of every line what it adds; what was taken back is negative. */
const SIGNED = `(select r.*, (${SIGN} * r.pieces)::int as signed_pieces, ${SIGN} * r.amount as net from (${REVENUE_LINES}) r)`;

const LINE = `json_build_object('id', r.line_id, 'term', r.term, 'dealerId', r.dealer_id, 'partId', r.part_id, 'partNumber', part.number, 'partName', part.name, 'reason', r.reason,
  'quantity', r.signed_pieces, 'netAmount', r.net::text, 'documentKind', r.document_kind, 'documentId', r.document_id, 'documentNumber', coalesce(r.document_number, ''))::text as item`;

const KEY = `r.dealer_id || ' ' || part.number || ' ' || r.term`;

const base = ({ month, from, until, dealerId }: RevenueOfMonth): Conditions =>
  new Conditions().add('m', (first, second, third) => `${first}::text = ${first} and ${second}::timestamptz < ${third}::timestamptz`, month, from, until)
    .when(dealerId, 'd', (dealer) => `r.dealer_id = ${dealer}::uuid`);

/** F-8: the list line by line, by dealer and part. */
export function revenueLines(asked: RevenueOfMonth & { partId: string | null; reason: string }, page: Page): Statement {
  const where = base(asked).when(asked.partId, 'p', (part) => `r.part_id = ${part}::uuid`).when(asked.reason, 'r', (reason) => `r.reason = ${reason}`);
  const condition = where.ways()[0];
  const beyond = page.after === null ? 'true' : where.part('after', (key, id) => `(key, id) > (${key}::text, ${id}::uuid)`, page.after.key, page.after.id);
  const text = `
    select id, key, item from (select r.line_id as id, ${KEY} as key, ${LINE} from ${SIGNED} r join part on part.id = r.part_id where ${condition}) listed
     where ${beyond} order by key, id limit $${where.values.length + 1}`;
  return { name: statementName(['revenue', ...where.names]), text, values: [...where.values, page.limit + 1] };
}

const GROUPS = {
  dealer: { key: 'r.dealer_id::text', label: `''`, id: 'r.dealer_id' },
  part: { key: 'part.number', label: 'part.number', id: 'r.part_id' },
  reason: { key: 'r.reason', label: `''`, id: 'md5(r.reason)::uuid' },
} as const;

export const isRevenueGroup = (by: string): by is keyof typeof GROUPS => Object.hasOwn(GROUPS, by);

const netOf = (term: keyof typeof REVENUE_TERMS): string => `coalesce(sum(r.net) filter (where r.term = '${term}'), 0.00)::text`;

/** F-8: its sums by dealer, part or reason. */
export function revenueSums(asked: RevenueOfMonth & { by: keyof typeof GROUPS }, page: Page): Statement {
  const { key, label, id } = GROUPS[asked.by];
  const where = base(asked);
  const condition = where.ways()[0];
  const beyond = page.after === null ? 'true' : where.part('after', (last, lastId) => `(key, id) > (${last}::text, ${lastId}::uuid)`, page.after.key, page.after.id);
  const text = `
    select * from (
      select ${id} as id, ${key} as key, ${label} as "partNumber", sum(r.signed_pieces)::int as quantity, sum(r.net)::text as "netAmount", ${netOf('shipped_charged')} as "shippedNet",
             ${netOf('converted')} as "convertedNet", ${netOf('manual')} as "manualNet", ${netOf('revenue_reversed')} as "reversedNet"
        from ${SIGNED} r join part on part.id = r.part_id where ${condition} group by 1, 2, 3) summed
     where ${beyond} order by key, id limit $${where.values.length + 1}`;
  return { name: statementName([`revenue_by_${asked.by}`, ...where.names]), text, values: [...where.values, page.limit + 1] };
}

/** What the list comes to. */
export function revenueTotal(asked: RevenueOfMonth): Statement {
  const where = base(asked);
  return { name: statementName(['revenue_total', ...where.names]), text: `select coalesce(sum(r.net), 0.00)::text as "netTotal" from ${SIGNED} r where ${where.ways()[0]}`, values: where.values };
}
