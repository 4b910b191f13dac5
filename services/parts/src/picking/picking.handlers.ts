import { Controller } from '@nestjs/common';
import {
  PickingService,
  type GetPickingOrderRequest,
  type ListPickingOrdersRequest,
  type PickPickingOrderRequest,
  type PrintPickingOrderRequest,
} from '@aftercare/contracts';
import { allowedActions, refusalReason } from '@aftercare/domain';
import { JsonText, Rpc, invalidField, notFound, type CallContext, type Handlers } from '@aftercare/messaging';
import { Conditions, Database, EVERY_DEALER, dealerScope, jsonPage, knownStanding, pageOf, requireKey, scopeValues, type JsonRow, type Page, type Statement } from '@aftercare/service';
import { actionEntry, requireRole, requireSite, worksAt, type Action } from '../actions.js';
import { filterId, idOr404, lockForChange, refOf } from '../documents.js';
import { checkNotLeft } from '../requests/parts-request.rules.js';
import { PickingOrder } from './picking-order.entity.js';
import { pickingSteps, type PickingState } from './picking.rules.js';

/** A picking order as its message says, without allowedActions. */
const ORDER_JSON = `
  json_build_object('id', o.id, 'number', o.number, 'requestId', o.request_id, 'dealerId', o.dealer_id, 'warehouseId', o.warehouse_id,
    'state', o.state, 'urgency', o.urgency, 'createdAt', iso(o.created_at), 'paidAt', coalesce(iso(o.paid_at), ''), 'version', o.version,
    'lines', (select coalesce(json_agg(json_build_object('id', l.id, 'requestLineId', l.request_line_id, 'partId', l.part_id,
        'partNumber', part.number, 'partName', part.name, 'partNameEn', part.name_en, 'quantity', l.quantity, 'supplyKind', r.supply_kind, 'returnDue', r.return_due,
        'receivedQuantity', 0) order by r.position), '[]')
      from picking_line l join part on part.id = l.part_id join parts_request_line r on r.id = l.request_line_id
     where l.picking_order_id = o.id))::text as item`;

const ONE = `
  select o.state, o.warehouse_id as "warehouseId", (select d.status from known_dealer d where d.id = o.dealer_id) as standing, ${ORDER_JSON}
    from picking_order o where o.id = $1 and ($2::boolean or o.dealer_id = any($3::uuid[]))`;

/** P-11: urgent first; of the same urgency what was paid first, then what waits for money, oldest first. */
const NEED = `case when o.urgency = 'urgent' then case when o.paid_at is null then 1 else 0 end else case when o.paid_at is null then 3 else 2 end end`;
const SINCE = 'case when o.paid_at is null then o.created_at else o.paid_at end';
const ORDER = `${NEED}, ${SINCE}, o.id`;
const AFTER = /^([0-3]) (\S+)$/;

/** The list's statement; its cursor holds need and instant. Errors: CURSOR_INVALID. */
function orders(request: ListPickingOrdersRequest, ctx: CallContext, page: Page): Statement {
  const where = new Conditions()
    .when(filterId(request.warehouseId, 'warehouseId'), 'w', (id) => `o.warehouse_id = ${id}::uuid`)
    .when(request.state, 's', (state) => `o.state = ${state}`)
    .when(filterId(request.requestId, 'requestId'), 'r', (id) => `o.request_id = ${id}::uuid`);
  const dealers = dealerScope(ctx);
  if (dealers !== EVERY_DEALER) where.add('own', (own) => `o.dealer_id = any(${own}::uuid[])`, dealers);
  if (page.after) {
    const [, rank, at = ''] = AFTER.exec(page.after.key) ?? [];
    requireKey({ ...page, after: { ...page.after, key: at } }, 'instant');
    where.add('after', (r, t, i) => `(${ORDER}) > (${r}::int, ${t}::timestamptz, ${i}::uuid)`, rank, at, page.after.id);
  }
  const rows = `select o.* from picking_order o where ${where.texts.join(' and ') || 'true'} order by ${ORDER} limit $${where.values.length + 1}`;
  return {
    name: ['picking', ...where.names].join('_'),
    text: `select o.id, (${NEED}) || ' ' || iso(${SINCE}) as key, ${ORDER_JSON} from (${rows}) o order by ${ORDER}`,
    values: [...where.values, page.limit + 1],
  };
}

/** Picking orders 《售后服务领料单》 (P-8). */
@Controller()
export class PickingHandlers implements Handlers<typeof PickingService> {
  constructor(private readonly database: Database) {}

  /** P-10, D-1: prints the list and locks the order. Errors: DEALER_NOT_ACTIVE, STEP_NOT_ALLOWED, OTHER_SITE, STALE_VERSION. */
  @Rpc(PickingService.method.printPickingOrder)
  printPickingOrder(request: PrintPickingOrderRequest, ctx: CallContext) {
    return this.step(request, ctx, { action: 'print', key: 'picking.print' });
  }

  /** P-8, D-1: everything on it lies ready. Errors: DEALER_NOT_ACTIVE, STEP_NOT_ALLOWED, OTHER_SITE, STALE_VERSION. */
  @Rpc(PickingService.method.pickPickingOrder)
  pickPickingOrder(request: PickPickingOrderRequest, ctx: CallContext) {
    return this.step(request, ctx, { action: 'pick', key: 'picking.pick' });
  }

  @Rpc(PickingService.method.getPickingOrder)
  async getPickingOrder(request: GetPickingOrderRequest, ctx: CallContext) {
    const values = [idOr404(request.id, 'picking order'), ...scopeValues(ctx)];
    const row = await this.database.one<{ state: PickingState; warehouseId: string; standing: string | null; item: string }>(ctx, { name: 'picking_one', text: ONE, values });
    if (!row) throw notFound('picking order');
    const refusal = (action: 'print' | 'pick'): string | undefined => {
      if (!pickingSteps.can(action, row.state)) return 'STEP_NOT_ALLOWED';
      if (!worksAt(ctx, row.warehouseId)) return 'OTHER_SITE';
      return refusalReason(() => checkNotLeft(row.standing));
    };
    const actions = allowedActions(ctx, [
      actionEntry(ctx, { action: 'print', key: 'picking.print', refusal: refusal('print') }),
      actionEntry(ctx, { action: 'pick', key: 'picking.pick', refusal: refusal('pick') }),
    ]);
    return new JsonText(`${row.item.slice(0, -1)},"allowedActions":${JSON.stringify(actions)}}`);
  }

  @Rpc(PickingService.method.listPickingOrders)
  async listPickingOrders(request: ListPickingOrdersRequest, ctx: CallContext) {
    if (request.state !== '' && !(pickingSteps.states as readonly string[]).includes(request.state)) throw invalidField('state', 'This is no state of a picking order.');
    const page = pageOf(request.page, { list: 'picking-orders' });
    return jsonPage(await this.database.many<JsonRow>(ctx, orders(request, ctx, page)), page);
  }

  private step(request: { id: string; version: number }, ctx: CallContext, { action, key }: { action: 'print' | 'pick'; key: Action }) {
    requireRole(ctx, key);
    return this.database.command(ctx, async (tx) => {
      const order = await lockForChange(tx, PickingOrder, request, 'picking order');
      requireSite(ctx, order.warehouseId);
      const before = order.state;
      order.state = pickingSteps.next(action, before);
      checkNotLeft(await knownStanding(tx, order.dealerId));
      order.version += 1;
      await tx.em.update(PickingOrder, { id: order.id }, { state: order.state, version: order.version });
      await tx.audit({ action, kind: 'picking_order', id: order.id, dealerId: order.dealerId, changed: { state: { before, after: order.state } } });
      return refOf(order);
    }, { request });
  }
}
