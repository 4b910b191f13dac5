import { Controller } from '@nestjs/common';
import {
  ReceivableService,
  ShippingService,
  type AgreeShippingDateRequest,
  type CancelShippingOrderRequest,
  type PlanShipmentRequest,
} from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { Bus, Rpc, ServiceError, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, findRow, findRows, insertWithCommit, knownStanding, seen, updateRow, type Tx } from '@aftercare/service';
import { requireRole } from '../actions.js';
import { assertUnasked, openChanges } from '../changes/open-changes.js';
import { idOr404, lockDocument, lockForChange, refOf } from '../documents.js';
import { notify } from '../notices.js';
import { PickingLine, PickingOrder } from '../picking/picking-order.entity.js';
import { linesOf } from '../requests/change-request.js';
import { PartsRequest, type PartsRequestLine } from '../requests/parts-request.entity.js';
import { checkNotLeft } from '../requests/parts-request.rules.js';
import { earliestDay } from './earliest-day.js';
import { keepPromise } from './keep-promise.js';
import { ShippingLine, ShippingOrder } from './shipping-order.entity.js';
import { checkShippingDate, promisedWhenPlanned, shippingSteps, stateWhenPlanned } from './shipping.rules.js';

type Served = Pick<Handlers<typeof ShippingService>, 'planShipment' | 'agreeShippingDate' | 'cancelShippingOrder'>;

/** Shipping orders until the goods leave (P-8). */
@Controller()
export class ShipmentPlanHandlers implements Served {
  constructor(
    private readonly database: Database,
    private readonly bus: Bus,
  ) {}

  /** P-8, D-1: plans a shipment of picked lines, some or all. Errors: DEALER_NOT_ACTIVE, NOTHING_TO_SHIP, LINE_NOT_PICKED, CHANGE_OPEN, DATE_INVALID, DATE_TOO_EARLY. */
  @Rpc(ShippingService.method.planShipment)
  async planShipment(request: PlanShipmentRequest, ctx: CallContext) {
    requireRole(ctx, 'shipping.plan');
    return this.database.command(ctx, async (tx) => {
      const { picking, parts } = await lockPicking(tx, request.pickingOrderId);
      if (picking.state !== 'picked') throw new ServiceError('failed_precondition', 'LINE_NOT_PICKED', 'The picking order is not picked yet.', { state: picking.state });
      checkNotLeft(await knownStanding(tx, picking.dealerId));
      const earliest = await earliestDay(tx);
      if (request.plannedDate !== '') checkShippingDate(request.plannedDate, earliest, 'plannedDate');
      return plan(tx, { picking, parts, earliest }, request);
    }, { request });
  }

  /** P-8: the clerk has agreed the date with the dealer, who is told; the order is ready. Errors: DEALER_NOT_ACTIVE, DATE_INVALID, DATE_TOO_EARLY, STEP_NOT_ALLOWED, STALE_VERSION. */
  @Rpc(ShippingService.method.agreeShippingDate)
  async agreeShippingDate(request: AgreeShippingDateRequest, ctx: CallContext) {
    requireRole(ctx, 'shipping.agreeDate');
    return this.database.command(ctx, async (tx) => {
      const order = await lockForChange(tx, ShippingOrder, request, 'shipping order');
      const before = order.state;
      order.state = shippingSteps.next('agree', before);
      checkNotLeft(await knownStanding(tx, order.dealerId));
      checkShippingDate(request.agreedDate, await earliestDay(tx), 'agreedDate');
      await keepPromise(tx, order, { promisedOn: request.agreedDate, cause: 'agreed', reason: '' });
      order.agreedDate = request.agreedDate;
      order.version += 1;
      const { id, state, agreedDate, version } = order;
      await tx.em.update(ShippingOrder, { id }, { state, agreedDate, version });
      await tx.audit({ action: 'agree-date', kind: 'shipping_order', id, dealerId: order.dealerId, changed: { state: { before, after: state }, agreedDate: { after: agreedDate } } });
      await notify(tx, { kind: 'parts.shipping_date_agreed', role: 'dealer_manager', dealerId: order.dealerId, document: { kind: 'shipping-order', id, number: order.number }, params: { agreedDate: request.agreedDate } });
      return refOf(order);
    }, { request });
  }

  /**
   * P-9: cancels before shipment; held credit is given back and the lines can be planned anew. Errors:
   * STEP_NOT_ALLOWED, STALE_VERSION.
   */
  @Rpc(ShippingService.method.cancelShippingOrder)
  async cancelShippingOrder(request: CancelShippingOrderRequest, ctx: CallContext) {
    requireRole(ctx, 'shipping.cancel');
    idOr404(request.id, 'shipping order');
    try {
      return await this.database.command(ctx, (tx) => cancel(tx, request), { request });
    } finally {
      // Only after the commit, so that no shipment slips in between; asking to cancel again heals a release that failed.
      await this.releaseIfCancelled(ctx, request.id);
    }
  }

  private async releaseIfCancelled(ctx: CallContext, id: string): Promise<void> {
    const order = await this.database.read(ctx, (tx) => tx.em.findOneBy(ShippingOrder, { id }));
    if (order?.state === 'cancelled') await this.bus.client(ReceivableService).releaseCredit({ shippingOrderId: id }, { ctx });
  }
}

interface Picked {
  picking: PickingOrder;
  parts: PartsRequest;
}

/** The request is locked before its picking order, as by whoever changes what is on it. */
async function lockPicking(tx: Tx, id: string): Promise<Picked> {
  const found = seen(tx.ctx, await findRow(tx, PickingOrder, idOr404(id, 'picking order')), 'picking order');
  const [parts, picking] = await Promise.all([
    lockDocument(tx, PartsRequest, found.requestId, 'parts request'),
    lockDocument(tx, PickingOrder, id, 'picking order'),
  ]);
  return { picking, parts };
}

async function plan(tx: Tx, { picking, parts, earliest }: Picked & { earliest: string }, wanted: PlanShipmentRequest) {
  const [picked, requestLines, changes] = await Promise.all([
    findRows(tx, PickingLine, { by: 'pickingOrderId', is: picking.id, order: 'id' }),
    linesOf(tx, picking.requestId),
    openChanges(tx, picking.requestId),
  ]);
  const left = picked.filter((line) => line.plannedQuantity < line.quantity);
  const named = new Set(wanted.requestLineIds);
  const chosen = named.size === 0 ? left : left.filter((line) => named.has(line.requestLineId));
  if (chosen.length === 0 || chosen.length < named.size) {
    throw new ServiceError('failed_precondition', 'NOTHING_TO_SHIP', 'These lines are not picked, or already planned.');
  }
  assertUnasked(changes, chosen);
  const lines = requestLines.filter((line) => chosen.some(({ requestLineId }) => requestLineId === line.id));
  const complete = lines.every((line) => line.backorderedQuantity === 0);
  const state = stateWhenPlanned(parts.urgency, complete);
  const order: ShippingOrder = {
    id: newId(), number: '', dealerId: picking.dealerId, requestId: picking.requestId, pickingOrderId: picking.id, warehouseId: picking.warehouseId,
    state, plannedDate: promisedWhenPlanned(wanted.plannedDate, state, earliest), agreedDate: null, carrier: '', waybillNumber: '', parcels: 0, weightGrams: 0,
    deliveryAddress: parts.deliveryAddress, createdAt: await tx.now(), shippedAt: null, deliveredAt: null, version: 1,
  };
  const shipped = chosen.map((line) => newLine(order, line, lines));
  await Promise.all(chosen.map((line) => updateRow(tx, PickingLine, { ...line, plannedQuantity: line.quantity })));
  order.number = await tx.nextNumber('shipping_order', { prefix: 'SO', gapFree: true });
  insertWithCommit(tx, ShippingOrder, order);
  for (const line of shipped) insertWithCommit(tx, ShippingLine, line);
  if (order.state === 'planned') {
    await notify(tx, {
      kind: 'parts.shipping_date_proposed', role: 'dealer_manager', dealerId: order.dealerId,
      document: { kind: 'shipping-order', id: order.id, number: order.number }, params: { plannedDate: order.plannedDate ?? '' },
    });
  }
  await tx.audit({ action: 'plan', kind: 'shipping_order', id: order.id, dealerId: order.dealerId, changed: { state: { after: order.state }, lines: { after: chosen.length } } });
  return refOf(order);
}

function newLine(order: ShippingOrder, picked: PickingLine, lines: readonly PartsRequestLine[]): ShippingLine {
  const line = lines.find((each) => each.id === picked.requestLineId);
  if (!line || line.supplyKind === '') throw new Error(`picked line ${picked.requestLineId} was never approved`);
  return {
    id: newId(), dealerId: order.dealerId, shippingOrderId: order.id, requestLineId: line.id, pickingLineId: picked.id, partId: picked.partId,
    quantity: picked.quantity - picked.plannedQuantity, supplyKind: line.supplyKind, returnDue: line.returnDue,
    chargeSlipId: null, chargeSlipLineId: null, revenueNet: '0.00', receivedQuantity: 0,
  };
}

async function cancel(tx: Tx, request: CancelShippingOrderRequest) {
  const order = await lockForChange(tx, ShippingOrder, request, 'shipping order');
  const before = order.state;
  order.state = shippingSteps.next('cancel', before);
  order.version += 1;
  await tx.em.update(ShippingOrder, { id: order.id }, { state: order.state, version: order.version });
  for (const { pickingLineId, quantity } of await tx.em.findBy(ShippingLine, { shippingOrderId: order.id })) {
    if (pickingLineId !== null) await tx.em.decrement(PickingLine, { id: pickingLineId }, 'plannedQuantity', quantity);
  }
  await tx.audit({ action: 'cancel', kind: 'shipping_order', id: order.id, dealerId: order.dealerId, changed: { state: { before, after: order.state } } });
  return refOf(order);
}
