import { Controller } from '@nestjs/common';
import {
  PurchaseOrderService, type ChangeExpectedDateRequest, type ClosePurchaseOrderRequest, type CreatePurchaseOrderRequest, type GetPurchaseOrderRequest,
  type ListPurchaseOrdersRequest,
} from '@aftercare/contracts';
import { allowedActions, businessDate, checkWithinYear, isRealDate, newId, refusalReason } from '@aftercare/domain';
import { JsonText, Rpc, ServiceError, invalidField, notFound, type CallContext, type Handlers } from '@aftercare/messaging';
import { Conditions, Database, expectVersion, jsonPage, listStatement, pageOf, type JsonRow, type ListOrder, type Tx } from '@aftercare/service';
import { actionEntry, requireManufacturer, requireRole } from '../actions.js';
import { keepExpectedOf, type WhyExpected } from '../back-orders/keep-expected.js';
import { partsById } from '../catalogue/part-lookup.js';
import { filterId, idOr404, refOf } from '../documents.js';
import { lockParts } from '../ledger/allocate.js';
import { PurchaseOrderLineRow, PurchaseOrderRow } from './purchase-order.entity.js';
import { isComplete, purchaseOrderSteps, receivedOf, type PurchaseOrderState } from './purchase-order.rules.js';
import { checkLines, requireReceiving, type PartLine } from './stock-lines.js';

const NEWEST: ListOrder = { by: 'r.created_at', direction: 'desc', type: 'timestamptz' };

const SUMMARY = `r.id, iso(r.created_at) as key,
  json_build_object('id', r.id, 'number', r.number, 'warehouseId', r.warehouse_id, 'supplier', r.supplier, 'state', r.state, 'expectedOn', r.expected_on::text,
    'missingQuantity', (select coalesce(sum(quantity - received_quantity), 0)::int from purchase_order_line l where l.purchase_order_id = r.id),
    'createdAt', iso(r.created_at), 'version', r.version)::text as item`;

const ONE = `
  select o.state, json_build_object('id', o.id, 'number', o.number, 'warehouseId', o.warehouse_id, 'supplier', o.supplier, 'state', o.state,
      'expectedOn', o.expected_on::text, 'createdAt', iso(o.created_at), 'version', o.version,
      'lines', (select json_agg(json_build_object('position', l.position, 'partId', l.part_id, 'partNumber', p.number, 'partName', p.name, 'quantity', l.quantity,
          'receivedQuantity', l.received_quantity) order by l.position) from purchase_order_line l join part p on p.id = l.part_id where l.purchase_order_id = o.id))::text as item
    from purchase_order o where o.id = $1`;

/** Orders with suppliers (P-1): what a warehouse may expect, and when. */
@Controller()
export class PurchaseOrderHandlers implements Handlers<typeof PurchaseOrderService> {
  constructor(private readonly database: Database) {}

  @Rpc(PurchaseOrderService.method.createPurchaseOrder)
  async createPurchaseOrder(request: CreatePurchaseOrderRequest, ctx: CallContext) {
    requireRole(ctx, 'purchaseOrder.change');
    const { warehouseId, supplier, expectedOn, lines } = request;
    if (supplier.trim() === '') throw invalidField('supplier', 'An order names who is to send the goods.');
    checkLines(lines, (quantity) => quantity > 0);
    return this.database.command(ctx, async (tx) => {
      checkExpected(expectedOn, businessDate(await tx.now()));
      await requireReceiving(tx, warehouseId);
      await partsById(tx, lines.map(({ partId }) => partId));
      const number = await tx.nextNumber('purchase_order', { prefix: 'PO', gapFree: false });
      const order: PurchaseOrderRow = {
        id: newId(), number, warehouseId, supplier, state: purchaseOrderSteps.initial, expectedOn, closeReason: '', createdBy: ctx.userId, createdAt: await tx.now(), version: 1,
      };
      await tx.em.insert(PurchaseOrderRow, order);
      await tx.em.insert(PurchaseOrderLineRow, lines.map(({ partId, quantity }, at) => ({ purchaseOrderId: order.id, position: at + 1, partId, quantity, receivedQuantity: 0 })));
      await tellWaiting(tx, order.id, { cause: 'ordered', reason: '' });
      await tx.audit({ action: 'create', kind: 'purchase_order', id: order.id, changed: { warehouse: { after: warehouseId }, expectedOn: { after: expectedOn }, lines: { after: lines.length } } });
      return refOf(order);
    }, { request });
  }

  @Rpc(PurchaseOrderService.method.changeExpectedDate)
  async changeExpectedDate(request: ChangeExpectedDateRequest, ctx: CallContext) {
    requireRole(ctx, 'purchaseOrder.change');
    if (request.reason.trim() === '') throw invalidField('reason', 'A changed date has its reason.', 'REASON_MISSING');
    return this.database.command(ctx, async (tx) => {
      const order = await lockOrder(tx, request);
      checkExpected(request.expectedOn, businessDate(await tx.now()));
      const changed = { expectedOn: { before: order.expectedOn, after: request.expectedOn }, reason: { after: request.reason } };
      const ref = await take(tx, order, 'expect', { expectedOn: request.expectedOn, changed });
      await tellWaiting(tx, order.id, { cause: 'moved', reason: request.reason });
      return ref;
    }, { request });
  }

  @Rpc(PurchaseOrderService.method.closePurchaseOrder)
  async closePurchaseOrder(request: ClosePurchaseOrderRequest, ctx: CallContext) {
    requireRole(ctx, 'purchaseOrder.change');
    if (request.reason.trim() === '') throw invalidField('reason', 'Why is nothing more expected?', 'REASON_MISSING');
    return this.database.command(ctx, async (tx) => {
      const order = await lockOrder(tx, request);
      const ref = await take(tx, order, 'close', { closeReason: request.reason, changed: { reason: { after: request.reason } } });
      await tellWaiting(tx, order.id, { cause: 'closed', reason: request.reason });
      return ref;
    }, { request });
  }

  @Rpc(PurchaseOrderService.method.getPurchaseOrder)
  async getPurchaseOrder(request: GetPurchaseOrderRequest, ctx: CallContext) {
    requireManufacturer(ctx);
    const row = await this.database.one<{ state: PurchaseOrderState; item: string }>(ctx, { name: 'purchase_order_one', text: ONE, values: [idOr404(request.id, 'purchase order')] });
    if (!row) throw notFound('purchase order');
    const refusal = refusalReason(() => purchaseOrderSteps.next('close', row.state));
    const actions = ['change-expected-date', 'close'].map((action) => actionEntry(ctx, { action, key: 'purchaseOrder.change', refusal }));
    const receive = actionEntry(ctx, { action: 'receive', key: 'purchase.receive', refusal });
    return new JsonText(`${row.item.slice(0, -1)},"allowedActions":${JSON.stringify(allowedActions(ctx, [...actions, receive]))}}`);
  }

  @Rpc(PurchaseOrderService.method.listPurchaseOrders)
  async listPurchaseOrders(request: ListPurchaseOrdersRequest, ctx: CallContext) {
    requireManufacturer(ctx);
    if (request.state !== '' && !(purchaseOrderSteps.states as readonly string[]).includes(request.state)) throw invalidField('state', 'This is no state of an order.');
    const page = pageOf(request.page, { list: 'purchase-orders' });
    const where = new Conditions()
      .when(request.state, 's', (state) => `r.state = ${state}`)
      .when(filterId(request.warehouseId, 'warehouseId'), 'w', (id) => `r.warehouse_id = ${id}::uuid`)
      .when(filterId(request.partId, 'partId'), 'p', (id) => `exists (select from purchase_order_line l where l.purchase_order_id = r.id and l.part_id = ${id}::uuid)`);
    const statement = listStatement({ name: 'purchase_orders', table: 'purchase_order', order: NEWEST, where, page, columns: SUMMARY });
    return jsonPage(await this.database.many<JsonRow>(ctx, statement), page);
  }
}

/** P-1: goods of a receipt come off the order, whose warehouse they came to. Call it before parts are locked. Errors: STEP_NOT_ALLOWED, NOT_ORDERED, MORE_THAN_ORDERED, OTHER_SITE. */
export async function receiveOnOrder(tx: Tx, orderId: string, receipt: { warehouseId: string; lines: readonly PartLine[] }): Promise<void> {
  const order = await tx.em.findOne(PurchaseOrderRow, { where: { id: idOr404(orderId, 'purchase order') }, lock: { mode: 'pessimistic_write' } });
  if (!order) throw notFound('purchase order');
  if (order.warehouseId !== receipt.warehouseId) throw new ServiceError('failed_precondition', 'OTHER_SITE', 'The goods were ordered for another warehouse.', { field: 'purchaseOrderId' });
  purchaseOrderSteps.next('receive', order.state);
  const lines = await tx.em.find(PurchaseOrderLineRow, { where: { purchaseOrderId: order.id }, order: { position: 'ASC' } });
  const received = receivedOf(lines, receipt.lines);
  for (const { position, partId, receivedQuantity } of lines) {
    const now = received.get(partId) ?? receivedQuantity;
    if (now !== receivedQuantity) await tx.em.update(PurchaseOrderLineRow, { purchaseOrderId: order.id, position }, { receivedQuantity: now });
  }
  await take(tx, order, isComplete(lines, received) ? 'complete' : 'receive', { changed: { pieces: { after: receipt.lines.reduce((sum, { quantity }) => sum + quantity, 0) } } });
}

/** P-10: who waits for parts of the order may expect them on another day now. */
async function tellWaiting(tx: Tx, purchaseOrderId: string, why: WhyExpected): Promise<void> {
  const partIds = (await tx.em.findBy(PurchaseOrderLineRow, { purchaseOrderId })).map(({ partId }) => partId);
  await lockParts(tx, partIds);
  await keepExpectedOf(tx, partIds, why);
}

async function lockOrder(tx: Tx, { id, version }: { id: string; version: number }): Promise<PurchaseOrderRow> {
  const order = await tx.em.findOne(PurchaseOrderRow, { where: { id: idOr404(id, 'purchase order') }, lock: { mode: 'pessimistic_write' } });
  if (!order) throw notFound('purchase order');
  expectVersion(order, version, { state: order.state });
  return order;
}

interface Change {
  expectedOn?: string;
  closeReason?: string;
  changed: Record<string, { before?: unknown; after: unknown }>;
}

async function take(tx: Tx, order: PurchaseOrderRow, step: 'expect' | 'receive' | 'complete' | 'close', { changed, ...values }: Change) {
  Object.assign(order, values, { state: purchaseOrderSteps.next(step, order.state), version: order.version + 1 });
  await tx.em.update(PurchaseOrderRow, { id: order.id }, { ...values, state: order.state, version: order.version });
  await tx.audit({ action: step, kind: 'purchase_order', id: order.id, changed: { ...changed, state: { after: order.state } } });
  return refOf(order);
}

/** A day from today on, within a year. Errors: DATE_IN_PAST, DATE_TOO_FAR. */
function checkExpected(expectedOn: string, today: string): void {
  if (!isRealDate(expectedOn) || expectedOn < today) throw invalidField('expectedOn', 'Goods are expected today or later.', 'DATE_IN_PAST');
  checkWithinYear('expectedOn', expectedOn, today);
}
