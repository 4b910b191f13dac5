import type { ListCallsRequest } from '@aftercare/contracts';
import { Refusal } from '@aftercare/domain';
import type { CallContext } from '@aftercare/messaging';
import { Conditions, dealerScope, LINES, listRows, prefixRange, startsWith, type ListOrder, type Page, type Statement } from '@aftercare/service';

/** An order of the list, and the field of a call's line that holds it. */
type Order = ListOrder & { field: string };

const ORDERS: Record<string, Order> = {
  '-openedAt': { by: 'r.opened_at', direction: 'desc', type: 'timestamptz', field: 'openedAt' },
  dueAt: { by: 'r.due_at', direction: 'asc', type: 'timestamptz', field: 'dueAt' },
};

/** The statement of a call list. Lists show masked values only (C-5). Errors: as orderOf. */
export function listStatement(request: ListCallsRequest, ctx: CallContext, page: Page): Statement {
  const order = orderOf(request);
  const where = filters(request, ctx);
  if (order.field === 'dueAt') where.add('due', () => 'r.due_at is not null');
  const rows = listRows({ name: 'calls', table: 'repair_call', order, scope: { dealers: dealerScope(ctx) }, where, page });
  // The call's line was made when the call was written: a page is read along the index and passed on as it stands.
  return { ...rows, text: `select ${LINES} from (${rows.text}) page` };
}

/** How the list is sorted. Errors: invalid_argument SORT_UNKNOWN. */
export function orderOf({ page }: ListCallsRequest): Order {
  const sort = page?.sort || '-openedAt';
  if (Object.hasOwn(ORDERS, sort)) return ORDERS[sort];
  throw new Refusal('invalid_argument', 'SORT_UNKNOWN', `Calls sort by: ${Object.keys(ORDERS).join(', ')}.`, { field: 'sort' });
}

function filters(request: ListCallsRequest, ctx: CallContext): Conditions {
  const where = new Conditions();
  if (ctx.role === 'dealer_technician') where.add('me', (me) => `(r.technician_user_id = ${me}::uuid or r.taken_by = ${me}::uuid)`, ctx.userId);
  const q = request.q.trim();
  if (q !== '') where.add('q', (exact, from, to) => `(r.number = ${exact} or ${startsWith('r.unit_serial', from, to)})`, q, ...prefixRange(q));
  if (request.state === 'open') where.add('o', () => `r.state in ('new', 'received', 'assigned', 'on_site')`);
  else if (request.state) where.add('s', (state) => `r.state = ${state}`, request.state);
  return where
    .when(request.dealerId, 'di', (id) => `r.dealer_id = ${id}::uuid`)
    .when(request.technicianUserId, 't', (id) => `r.technician_user_id = ${id}::uuid`)
    .when(request.customerId, 'c', (id) => `r.customer_id = ${id}::uuid`)
    .when(request.unitId, 'u', (id) => `r.unit_id = ${id}::uuid`);
}
