import type { ListCallsRequest } from '@aftercare/contracts';
import { Refusal, serialText } from '@aftercare/domain';
import type { CallContext } from '@aftercare/messaging';
import { Conditions, dealerScope, EVERY_DEALER, LINES, listRows, type ListOrder, type Page, type Statement } from '@aftercare/service';

/** An order of the list, and the field of a call's line that holds it. */
type Order = ListOrder & { field: string };

const ORDERS: Record<string, Order> = {
  '-openedAt': { by: 'r.opened_at', direction: 'desc', type: 'timestamptz', field: 'openedAt' },
  dueAt: { by: 'r.due_at', direction: 'asc', type: 'timestamptz', field: 'dueAt' },
  resolvedAt: { by: 'r.resolved_at', direction: 'asc', type: 'timestamptz', field: 'resolvedAt' },
};

/** All dealers' newest calls are read along a column that serves nothing else, so that no dealer's page is looked for in its index. */
const NEWEST_OF_ALL: Order = { ...ORDERS['-openedAt'], by: 'r.listed_at' };

/** The condition that walks past closed calls. */
const OPEN = 'o';
/** solved, and not confirmed within the days after which it is reminded of. */
const UNCONFIRMED = `r.state = 'resolved' and r.unconfirmed_from <= business_now()`;
const BY_SERIAL = 'qs';
/** A front this short most often says no more than a family, whose calls are among the newest everywhere; a longer one may be a lot of years ago. */
const FAMILY_LENGTH_MAX = 3;
/** So many of the newest are looked at for a family; one that has no page among them is read by serial, since it may have no call at all. */
const NEWEST_LOOKED_AT = 2_000;
/** As numbers of calls are made; whatever else is typed can only be a serial. */
const CALL_NUMBER = /^RC-\d{4}-/;

/** The statement of a call list. Lists show masked values only (C-5). Errors: as orderOf. */
export function listStatement(request: ListCallsRequest, ctx: CallContext, page: Page): Statement {
  const order = orderOf(request);
  const where = filters(request, ctx);
  if (order.field === 'dueAt') where.add('due', () => 'r.due_at is not null');
  if (order.field === 'resolvedAt') where.add('rs', () => 'r.resolved_at is not null');
  const dealers = dealerScope(ctx);
  const onePlan = where.names.length === 0;
  const newestOfAll = dealers === EVERY_DEALER && order.field === 'openedAt';
  const listed = { name: 'calls', table: 'repair_call', scope: { dealers }, where, page };
  // The call's line was made when the call was written: a page is read along the index and passed on as it stands.
  if (!where.names.includes(BY_SERIAL)) {
    const rows = listRows({ ...listed, order: newestOfAll && where.names.every((name) => name === OPEN) ? NEWEST_OF_ALL : order });
    return { ...rows, onePlan, text: `select ${LINES} from (${rows.text}) page` };
  }
  // A serial's beginning finds many calls in no order: they are sorted from the index alone, and only the page's rows are read.
  const { by, direction } = order;
  const rows = listRows({ ...listed, order, pick: `r.id, ${by}` });
  const bySerial = (unless: string): string => `select c.line from (${rows.text}) r join repair_call c on c.id = r.id ${unless} order by ${by} ${direction}, r.id ${direction}`;
  const isFamily = newestOfAll && request.q.trim().length <= FAMILY_LENGTH_MAX && where.names.every((name) => [OPEN, BY_SERIAL, 'after'].includes(name));
  if (!isFamily) return { ...rows, text: `select ${LINES} from (${bySerial('')}) page` };
  const newest = `(select * from repair_call r order by ${NEWEST_OF_ALL.by} desc, r.id desc limit ${NEWEST_LOOKED_AT})`;
  // The same conditions, so that both share their values.
  const near = listRows({ ...listed, table: newest, order: NEWEST_OF_ALL, where: filters(request, ctx) });
  return {
    ...rows, name: `${rows.name}_f`,
    text: `with near as materialized (${near.text}), found as (select count(*) >= $${rows.values.length} as enough from near)
      select ${LINES} from (select line from near where (select enough from found) union all (${bySerial('where not (select enough from found)')})) page`,
  };
}

/** How the list is sorted. Errors: invalid_argument SORT_UNKNOWN. */
export function orderOf({ page }: ListCallsRequest): Order {
  const sort = page?.sort || '-openedAt';
  if (Object.hasOwn(ORDERS, sort)) return ORDERS[sort];
  throw new Refusal('invalid_argument', 'SORT_UNKNOWN', `Calls sort by: ${Object.keys(ORDERS).join(', ')}.`, { field: 'sort' });
}

function filters(request: ListCallsRequest, ctx: CallContext): Conditions {
  const where = new Conditions();
  if (ctx.role === 'dealer_technician' && request.technicianUserId !== ctx.userId) {
    where.either('me', (me) => [`r.technician_user_id = ${me}::uuid`, `(r.taken_by = ${me}::uuid and r.technician_user_id is distinct from ${me}::uuid)`], ctx.userId);
  }
  // Numbers and serials have one spelling, however somebody types them.
  const q = serialText(request.q);
  if (CALL_NUMBER.test(q)) where.add('q', (number) => `r.number = ${number}`, q);
  else if (q !== '') where.startsWith(BY_SERIAL, 'r.unit_serial', q);
  if (request.state === 'open') where.add(OPEN, () => `r.state in ('new', 'received', 'assigned', 'on_site')`);
  else if (request.state === 'unfinished') where.add('uf', () => `r.state not in ('filed', 'cancelled')`);
  else if (request.state) where.add('s', (state) => `r.state = ${state}`, request.state);
  return where
    .when(request.unconfirmed, 'uc', () => UNCONFIRMED)
    .when(request.dealerId, 'di', (id) => `r.dealer_id = ${id}::uuid`)
    .when(request.technicianUserId, 't', (id) => `r.technician_user_id = ${id}::uuid`)
    .when(request.customerId, 'c', (id) => `r.customer_id = (select coalesce((select k.merged_into from known_customer k where k.id = ${id}::uuid), ${id}::uuid))`)
    .when(request.unitId, 'u', (id) => `r.unit_id = ${id}::uuid`);
}
