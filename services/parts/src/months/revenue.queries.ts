import { isId } from '@aftercare/domain';
import { ServiceError } from '@aftercare/messaging';
import { Conditions, idOfText, PAGE_LIMIT_MAX, statementName, type Page, type Statement } from '@aftercare/service';
import { CONVERTED, type RevenueTerm } from './month-lines.js';

/** A month of the revenue list. */
export interface RevenueOfMonth {
  month: string;
  dealerId: string | null;
}

/**
 * What the list is made of, each of these from one index alone; what was taken back is negative in its table. They have no conditions of their own: so an order is
 * read along both indexes at once.
 */
const SHIPPED = `
  select l.revenue_month as month, l.id as line_id, 'shipped_charged'::text as term, l.dealer_id, l.part_id, l.quantity as pieces, l.revenue_net as net, l.revenue_reason as reason from shipping_line l`;
const ON_SLIPS = `
  select l.revenue_month as month, l.id as line_id,
         (case when l.reverses_line_id is not null then 'revenue_reversed' when l.origin_kind in ${CONVERTED} then 'converted' else 'manual' end)::text as term,
         l.dealer_id, l.part_id, l.revenue_quantity as pieces, l.revenue_net as net, l.reason from charge_slip_line l`;

const base = ({ month, dealerId }: RevenueOfMonth): Conditions =>
  new Conditions().add('m', (place) => `r.month = ${place}::text`, month).when(dealerId, 'd', (dealer) => `r.dealer_id = ${dealer}::uuid`);

const LINE = `json_build_object('id', r.line_id, 'term', r.term, 'dealerId', r.dealer_id, 'partId', r.part_id, 'partNumber', r.number, 'partName', r.name, 'reason', r.reason,
  'quantity', r.pieces, 'netAmount', r.net::numeric(20,2)::text, 'documentKind', case when r.term = 'shipped_charged' then 'shipping_order' else 'charge_slip' end,
  'documentId', coalesce(o.id, s.id), 'documentNumber', coalesce(o.number, s.number, ''))::text as item`;

/** Within a dealer the list goes by this. */
const WITHIN = `part.number || ' ' || r.term`;

/** F-8: the list line by line, by dealer and part: dealer after dealer is read and sorted until the page is full, and what only a page shows is looked up for it. */
export function revenueLines(asked: RevenueOfMonth & { partId: string | null; reason: string }, page: Page): Statement {
  const where = base(asked).when(asked.partId, 'p', (part) => `r.part_id = ${part}::uuid`).when(asked.reason, 'r', (reason) => `r.reason = ${reason}`);
  if (page.after) goOn(where, page.after);
  const text = `
    select r.line_id as id, r.dealer_id || ' ' || r.within as key, ${LINE}
      from (select * from (
              select r.*, part.number, part.name, ${WITHIN} as within from (${SHIPPED} union all ${ON_SLIPS}) r join part on part.id = r.part_id
               where ${where.ways()[0]} order by r.dealer_id, ${WITHIN}, r.line_id limit ${PAGE_LIMIT_MAX + 1}) longest
             order by dealer_id, within, line_id limit $${where.values.length + 1}) r
      left join shipping_line shipped on shipped.id = case when r.term = 'shipped_charged' then r.line_id end left join shipping_order o on o.id = shipped.shipping_order_id
      left join charge_slip_line charged on charged.id = case when r.term <> 'shipped_charged' then r.line_id end left join charge_slip s on s.id = charged.slip_id
     order by r.dealer_id, r.within, r.line_id`;
  return { name: statementName(['revenue', ...where.names]), text, values: [...where.values, page.limit + 1], onePlan: true };
}

const ID_LENGTH = 36;

/** Behind a cursor's line; dealers before its own are not read. Errors: CURSOR_INVALID. */
function goOn(where: Conditions, { key, id }: { key: string; id: string }): void {
  const [dealer, within] = [key.slice(0, ID_LENGTH), key.slice(ID_LENGTH + 1)];
  if (!isId(dealer)) throw new ServiceError('invalid_argument', 'CURSOR_INVALID', 'The cursor was not made by this list.', { field: 'cursor' });
  where.add('after', (of, after, line) => `r.dealer_id >= ${of}::uuid and (r.dealer_id, ${WITHIN}, r.line_id) > (${of}::uuid, ${after}::text, ${line}::uuid)`, dealer, within, id);
}

const GROUPS = {
  dealer: { of: 'r.dealer_id', type: 'uuid', key: 'summed.of::text', label: `''`, id: 'summed.of', joins: '' },
  part: { of: 'r.part_id', type: 'uuid', key: 'part.number', label: 'part.number', id: 'summed.of', joins: 'join part on part.id = summed.of' },
  reason: { of: 'r.reason', type: 'text', key: 'summed.of', label: `''`, id: idOfText('summed.of'), joins: '' },
} as const;

type RevenueGroup = keyof typeof GROUPS;

export const isRevenueGroup = (by: string): by is RevenueGroup => Object.hasOwn(GROUPS, by);

const netOf = (term: RevenueTerm): string => `coalesce(sum(net) filter (where term = '${term}'), 0.00)::numeric(20,2)::text`;

/** A sum of a page beside what the whole list comes to; where the page has none, one row without an id. */
export interface RevenueSumRow {
  netTotal: string;
  id: string | null;
  key: string;
}

/** What is kept of all dealers, and what was written since. */
function keptSums(by: RevenueGroup, condition: string): string[] {
  const { of, type } = GROUPS[by];
  return [
    `select r.of::${type} as of, r.term, r.lines, r.pieces, r.net from revenue_sum r where ${condition} and r.by = '${by}'`,
    `select ${of} as of, r.term, sum(r.lines) as lines, sum(r.pieces) as pieces, sum(r.net) as net from revenue_change r where ${condition} group by 1, 2`,
  ];
}

const lineSums = (by: RevenueGroup, condition: string): string[] => [SHIPPED, ON_SLIPS].map((lines) =>
  `select ${GROUPS[by].of} as of, r.term, count(*) as lines, sum(r.pieces) as pieces, sum(r.net) as net from (${lines}) r where ${condition} group by 1, 2`);

/** F-8: its sums by dealer, part or reason, and what the list comes to: of all dealers as they are kept, which only who sees all is shown, of one from its lines. */
export function revenueSums(asked: RevenueOfMonth & { by: RevenueGroup }, page: Page): Statement {
  const { key, label, id, joins } = GROUPS[asked.by];
  const where = base(asked);
  const earned = (asked.dealerId === null ? keptSums : lineSums)(asked.by, where.ways()[0]);
  const beyond = page.after === null ? 'true' : where.part('after', (last, lastId) => `(key, id) > (${last}::text, ${lastId}::uuid)`, page.after.key, page.after.id);
  const text = `
    with summed as (
      select of, sum(pieces)::int as quantity, sum(net) as net, ${netOf('shipped_charged')} as "shippedNet", ${netOf('converted')} as "convertedNet", ${netOf('manual')} as "manualNet",
             ${netOf('revenue_reversed')} as "reversedNet"
        from (${earned.join(' union all ')}) earned group by of having sum(lines) > 0),
    sums as (
      select ${id} as id, ${key} as key, ${label} as "partNumber", quantity, net::numeric(20,2)::text as "netAmount", "shippedNet", "convertedNet", "manualNet", "reversedNet" from summed ${joins})
    select total."netTotal", page.*
      from (select coalesce(sum(net), 0.00)::numeric(20,2)::text as "netTotal" from summed) total
      left join (select * from sums where ${beyond} order by key, id limit $${where.values.length + 1}) page on true
     order by page.key, page.id`;
  return { name: statementName([`revenue_by_${asked.by}`, ...where.names]), text, values: [...where.values, page.limit + 1], onePlan: true };
}

/** Adds some of what was written to the sums; answers how many changes these were. Read in one statement, the sums are the same before and after. */
export const foldChanges = (limit: number): Statement => ({
  name: 'revenue_fold',
  text: `
    with folded as (
      delete from revenue_change where ctid = any(array(select ctid from revenue_change limit $1)) returning *),
    kept as (
      insert into revenue_sum as s (month, by, of, term, lines, pieces, net)
      select month, case when grouping(dealer_id) = 0 then 'dealer' when grouping(part_id) = 0 then 'part' else 'reason' end, coalesce(dealer_id::text, part_id::text, reason), term,
             sum(lines), sum(pieces), sum(net)
        from folded group by grouping sets ((month, term, dealer_id), (month, term, part_id), (month, term, reason))
      on conflict (month, by, of, term) do update set (lines, pieces, net) = row (s.lines + excluded.lines, s.pieces + excluded.pieces, s.net + excluded.net))
    select count(*)::int as folded from folded`,
  values: [limit],
});

/** One process folds at a time; false where another one is at it. */
export const FOLDING_TURN: Statement = { name: 'revenue_fold_turn', text: `select pg_try_advisory_xact_lock(hashtextextended('revenue sums', 0)) as mine`, values: [] };
