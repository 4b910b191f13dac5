import type { ListHoldingsByAgeRequest } from '@aftercare/contracts';
import type { CallContext } from '@aftercare/messaging';
import { Conditions, dealerScope, EVERY_DEALER, statementName, type Page, type Statement } from '@aftercare/service';
import { filterId } from '../documents.js';
import { TODAY } from '../today.js';

/** The instants at which days of 30, 60 and 90 days ago began. */
const AGES = `
  with day as materialized (select ${TODAY} as today),
  age as materialized (
    select today, (today - 30)::timestamp at time zone 'Asia/Shanghai' as a30, (today - 60)::timestamp at time zone 'Asia/Shanghai' as a60,
           (today - 90)::timestamp at time zone 'Asia/Shanghai' as a90 from day)`;

/** What is outstanding of one dealer's part, by age. */
const AGED = `
  cross join lateral (
    select coalesce(sum(pieces), 0)::int as pieces, (min(opened_at) at time zone 'Asia/Shanghai')::date::text as oldest,
           coalesce(sum(pieces) filter (where opened_at >= a30), 0)::int as d30,
           coalesce(sum(pieces) filter (where opened_at >= a60 and opened_at < a30), 0)::int as d60,
           coalesce(sum(pieces) filter (where opened_at >= a90 and opened_at < a60), 0)::int as d90,
           coalesce(sum(pieces) filter (where opened_at < a90), 0)::int as more,
           coalesce(sum(pieces) filter (where due_on < today), 0)::int as overdue
      from (select o.outstanding_quantity as pieces, o.due_on, coalesce(o.held_since - interval '1 second', o.opened_at) as opened_at from obligation o
             where o.dealer_id = r.dealer_id and o.part_id = r.part_id and o.outstanding_quantity > 0) owed, age) aged`;

/**
 * What dealers hold, by part number: the page is made of the balances, which are what is outstanding (H-1a), and only its own
 * obligations are looked at, however many there are.
 */
export function holdingsByAge(request: ListHoldingsByAgeRequest, ctx: CallContext, page: Page): Statement {
  const where = new Conditions().add('h', () => 'h.quantity > 0');
  const dealers = dealerScope(ctx);
  if (dealers !== EVERY_DEALER) where.add('own', (own) => `h.dealer_id = any(${own}::uuid[])`, dealers);
  where.when(filterId(request.dealerId, 'dealerId'), 'd', (id) => `h.dealer_id = ${id}::uuid`).when(filterId(request.partId, 'partId'), 'p', (id) => `h.part_id = ${id}::uuid`);
  if (page.after) {
    where.add('after', (number, dealer) => `part.number >= ${number}::text and (part.number > ${number}::text or h.dealer_id > ${dealer}::uuid)`, page.after.key, page.after.id);
  }
  const text = `${AGES}
    select r.dealer_id as id, r.number as key,
           json_build_object('dealerId', r.dealer_id, 'partId', r.part_id, 'partNumber', r.number, 'partName', r.name, 'outstandingQuantity', aged.pieces,
             'days30', d30, 'days60', d60, 'days90', d90, 'daysMore', more, 'overdueQuantity', overdue, 'oldestOn', coalesce(oldest, ''))::text as item
      from (select h.dealer_id, h.part_id, part.number, part.name from part join dealer_holding h on h.part_id = part.id
             where ${where.ways()[0]} order by part.number, h.dealer_id limit $${where.values.length + 1}) r ${AGED}
     order by r.number, r.dealer_id`;
  return { name: statementName(['holdings', ...where.names]), text, values: [...where.values, page.limit + 1], onePlan: true };
}
