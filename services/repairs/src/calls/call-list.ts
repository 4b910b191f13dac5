import type { ListCallsRequest } from '@aftercare/contracts';
import { Refusal } from '@aftercare/domain';
import type { CallContext } from '@aftercare/messaging';
import { LINES, scopeValues, type Page, type Statement } from '@aftercare/service';

interface Order {
  column: string;
  /** The field of a call's line that holds it. */
  field: string;
  direction: 'asc' | 'desc';
  beyond: '<' | '>';
}

const ORDERS: Record<string, Order> = {
  '-openedAt': { column: 'opened_at', field: 'openedAt', direction: 'desc', beyond: '<' },
  dueAt: { column: 'due_at', field: 'dueAt', direction: 'asc', beyond: '>' },
};

/** Collects conditions with their values; the shape of a list, and with it the statement's name, follows from them. */
class Conditions {
  readonly texts: string[] = [];
  readonly values: unknown[] = [];
  readonly names: string[] = [];

  add(name: string, text: (...places: string[]) => string, ...values: unknown[]): void {
    this.names.push(name);
    this.texts.push(text(...values.map((_value, index) => `$${this.values.length + index + 1}`)));
    this.values.push(...values);
  }
}

/**
 * The statement of a call list: only the filters that were asked for, so that each shape keeps its own plan and index.
 * Lists show masked values only (C-5). Errors: as orderOf.
 */
export function listStatement(request: ListCallsRequest, ctx: CallContext, page: Page): Statement {
  const order = orderOf(request);
  const where = new Conditions();
  filters(where, request, ctx);
  if (order.column === 'due_at') where.add('due', () => 'due_at is not null');
  if (page.after) {
    where.add('after', (key, id) => `(${order.column}, id) ${order.beyond} (${key}::timestamptz, ${id}::uuid)`, page.after.key, page.after.id);
  }
  const limit = `$${where.values.length + 1}`;
  return {
    name: `list_calls_${order.field}_${where.names.join('_')}`.slice(0, 63),
    // The call's line was made when the call was written: a page is read along the index and passed on as it stands.
    text: `select ${LINES} from (select line from repair_call where ${where.texts.join(' and ') || 'true'}
      order by ${order.column} ${order.direction}, id ${order.direction} limit ${limit}) page`,
    values: [...where.values, page.limit + 1],
  };
}

/** How the list is sorted. Errors: invalid_argument SORT_UNKNOWN. */
export function orderOf({ page }: ListCallsRequest): Order {
  const sort = page?.sort || '-openedAt';
  if (Object.hasOwn(ORDERS, sort)) return ORDERS[sort];
  throw new Refusal('invalid_argument', 'SORT_UNKNOWN', `Calls sort by: ${Object.keys(ORDERS).join(', ')}.`, { field: 'sort' });
}

function filters(where: Conditions, request: ListCallsRequest, ctx: CallContext): void {
  const [everything, dealers] = scopeValues(ctx);
  // One dealer is the rule, and only an equality lets the index give the order.
  if (!everything && dealers.length === 1) where.add('d', (id) => `dealer_id = ${id}::uuid`, dealers[0]);
  else if (!everything) where.add('ds', (ids) => `dealer_id = any(${ids}::uuid[])`, dealers);
  if (ctx.role === 'dealer_technician') where.add('me', (me) => `(technician_user_id = ${me}::uuid or taken_by = ${me}::uuid)`, ctx.userId);
  if (request.q) where.add('q', (exact, start) => `(number = ${exact} or unit_serial like ${start})`, request.q.trim(), `${likeText(request.q.trim())}%`);
  if (request.state === 'open') where.add('o', () => `state in ('new', 'received', 'assigned', 'on_site')`);
  else if (request.state) where.add('s', (state) => `state = ${state}`, request.state);
  if (request.dealerId) where.add('di', (id) => `dealer_id = ${id}::uuid`, request.dealerId);
  if (request.technicianUserId) where.add('t', (id) => `technician_user_id = ${id}::uuid`, request.technicianUserId);
  if (request.customerId) where.add('c', (id) => `customer_id = ${id}::uuid`, request.customerId);
  if (request.unitId) where.add('u', (id) => `unit_id = ${id}::uuid`, request.unitId);
}

/** A text as the fixed part of a LIKE pattern. */
function likeText(text: string): string {
  return text.replace(/[\\%_]/g, (character) => `\\${character}`);
}
