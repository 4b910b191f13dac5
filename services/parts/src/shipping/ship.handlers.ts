import { Controller } from '@nestjs/common';
import { PartsShippedSchema, ReceivableService, ShippingService, type DeliverOrderRequest, type ShipOrderRequest } from '@aftercare/contracts';
import { afterShipment, businessDate, monthOf, revenueOfShipment } from '@aftercare/domain';
import { Bus, Rpc, ServiceError, invalidField, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, expectVersion, findRow, knownStanding, seen, unlessRepeated, updateWithCommit, type Tx } from '@aftercare/service';
import { requireRole, requireSite } from '../actions.js';
import { earningsOf, type LineEarnings } from '../charging/earnings.js';
import type { SlipGateRow } from '../charging/open-slip.js';
import { idOr404, lockDocument, lockForChange, refOf } from '../documents.js';
import { warehouseAccount } from '../ledger/accounts.js';
import { moveStock } from '../ledger/move.js';
import { notify } from '../notices.js';
import { openObligations, startDueDates } from '../obligations/open-obligations.js';
import { lockHoldings } from '../obligations/settle.js';
import { linesOf, lockShared, saveRequest } from '../requests/change-request.js';
import { PartsRequest, type PartsRequestLine } from '../requests/parts-request.entity.js';
import { checkNotLeft, stateAfterShipping } from '../requests/parts-request.rules.js';
import { heardStanding } from '../requests/still-needed.js';
import { creditFor, gateOf, shippingLinesOf } from './payment.js';
import { ShippingLine, ShippingOrder } from './shipping-order.entity.js';
import { issueAccount, shippingSteps, stateWhenShipped, type CreditNeeded } from './shipping.rules.js';

/** Goods leave the warehouse and arrive (P-8, P-9). */
@Controller()
export class ShipHandlers implements Pick<Handlers<typeof ShippingService>, 'shipOrder' | 'deliverOrder'> {
  constructor(
    private readonly database: Database,
    private readonly bus: Bus,
  ) {}

  /**
   * P-9, D-1: charged lines leave only when their slip is fully paid or credit is held, and nothing leaves for a dealer that was
   * terminated; then stock moves and obligations open. Errors: DEALER_NOT_ACTIVE, PAYMENT_MISSING, CREDIT_EXHAUSTED, DATE_NOT_AGREED, OTHER_SITE, STEP_NOT_ALLOWED, STALE_VERSION.
   */
  @Rpc(ShippingService.method.shipOrder)
  async shipOrder(request: ShipOrderRequest, ctx: CallContext) {
    requireRole(ctx, 'shipping.ship');
    if (request.parcels < 0) throw invalidField('parcels', 'A number of parcels is zero or more.');
    if (request.weightGrams < 0) throw invalidField('weightGrams', 'A weight is zero or more.');
    const seenBefore = await unlessRepeated(ctx, () => this.database.read(ctx, (tx) => look(tx, request)));
    const { dealerId, credit } = seenBefore ?? { dealerId: '', credit: [] };
    for (const needed of credit) await this.holdCredit(ctx, { dealerId, shippingOrderId: request.id }, needed);
    try {
      return await this.database.command(ctx, (tx) => ship(tx, request, credit), { request });
    } catch (error) {
      if (credit.length > 0) await this.releaseIfCancelled(ctx, request.id);
      throw error;
    }
  }

  /** H-1: delivered; what must come back is due from this day on. Errors: OTHER_SITE, STEP_NOT_ALLOWED, STALE_VERSION. */
  @Rpc(ShippingService.method.deliverOrder)
  async deliverOrder(request: DeliverOrderRequest, ctx: CallContext) {
    requireRole(ctx, 'shipping.deliver');
    return this.database.command(ctx, async (tx) => {
      const order = await lockForChange(tx, ShippingOrder, request, 'shipping order');
      requireSite(ctx, order.warehouseId);
      order.state = shippingSteps.next('deliver', order.state);
      order.deliveredAt = await tx.now();
      order.version += 1;
      const { id, state, deliveredAt, version, dealerId } = order;
      await tx.em.update(ShippingOrder, { id }, { state, deliveredAt, version });
      await startDueDates(tx, id, businessDate(deliveredAt));
      await tx.audit({ action: 'deliver', kind: 'shipping_order', id, dealerId, changed: { state: { after: state } } });
      return refOf(order);
    }, { request });
  }

  /** P-9: room is reserved before the transaction; asking twice for one shipping order holds it once. */
  private async holdCredit(ctx: CallContext, order: { dealerId: string; shippingOrderId: string }, credit: CreditNeeded): Promise<void> {
    const answer = await this.bus.client(ReceivableService).holdCredit({ ...order, ...credit }, { ctx });
    if (answer.held) return;
    throw new ServiceError('failed_precondition', 'CREDIT_EXHAUSTED', 'The dealer has no room on its credit line for this shipment.', {
      why: answer.reason, room: answer.room, amount: credit.amount,
    });
  }

  /** The order was cancelled while the credit was asked for: nothing will ever ship on it. */
  private async releaseIfCancelled(ctx: CallContext, id: string): Promise<void> {
    const order = await this.database.read(ctx, (tx) => tx.em.findOneBy(ShippingOrder, { id }));
    if (order?.state === 'cancelled') await this.bus.client(ReceivableService).releaseCredit({ shippingOrderId: id }, { ctx });
  }
}

/** Refuses early what would be refused later, so that credit is held only for a shipment that can leave. */
async function look(tx: Tx, request: ShipOrderRequest): Promise<{ dealerId: string; credit: CreditNeeded[] }> {
  const order = seen(tx.ctx, await findRow(tx, ShippingOrder, idOr404(request.id, 'shipping order')), 'shipping order');
  requireSite(tx.ctx, order.warehouseId);
  expectVersion(order, request.version, { state: order.state });
  stateWhenShipped(order.state);
  checkNotLeft(await heardStanding(tx, order.dealerId));
  const [lines, requestLines] = await Promise.all([shippingLinesOf(tx, order.id), linesOf(tx, order.requestId)]);
  return { dealerId: order.dealerId, credit: creditFor(lines, requestLines, await gateOf(tx, lines)) };
}

async function ship(tx: Tx, wanted: ShipOrderRequest, held: readonly CreditNeeded[]) {
  const [row, lines] = await Promise.all([findRow(tx, ShippingOrder, wanted.id), shippingLinesOf(tx, wanted.id)]);
  const found = seen(tx.ctx, row, 'shipping order');
  // Parts, the dealer's turn, its request: an arrival and a count, which serve who waits, take them in that order.
  const [, , request, order, requestLines] = await Promise.all([
    lockShared(tx, found.requestId, { lineIds: lines.map((line) => line.requestLineId) }),
    lines.some((line) => line.returnDue) ? lockHoldings(tx, found.dealerId) : null,
    lockDocument(tx, PartsRequest, found.requestId, 'parts request'),
    lockForChange(tx, ShippingOrder, wanted, 'shipping order'),
    linesOf(tx, found.requestId),
  ]);
  const gate = await gateOf(tx, lines);
  const uncovered = creditFor(lines, requestLines, gate).filter((need) => !held.some((each) => each.slipId === need.slipId && each.amount === need.amount));
  if (uncovered.length > 0) {
    throw new ServiceError('aborted', 'PAYMENT_CHANGED', 'What is paid of the slip changed meanwhile; try again.');
  }
  order.state = stateWhenShipped(order.state);
  checkNotLeft(await knownStanding(tx, order.dealerId));
  order.shippedAt = await tx.now();
  order.version += 1;
  const { carrier, waybillNumber, parcels, weightGrams } = wanted;
  Object.assign(order, { carrier, waybillNumber, parcels, weightGrams });
  updateWithCommit(tx, ShippingOrder, order);
  const earnings = await earningsOf(tx, [...gate.values()].map(({ slipLineId }) => slipLineId));
  for (const line of lines) keepSlip(tx, line, { slip: gate.get(line.requestLineId), earnings });
  const changed = countShipped(requestLines, lines);
  await Promise.all([
    moveStock(tx, lines.map((line) => ({
      partId: line.partId, quantity: line.quantity, from: warehouseAccount(order.warehouseId), to: issueAccount(line, order.dealerId),
      kind: 'issue', documentKind: 'shipping_order', documentId: order.id, dealerId: order.dealerId, reserved: true,
    }))),
    saveRequest(tx, { request, lines: requestLines }, changed),
  ]);
  await openForReturn(tx, { order, request, lines, requestLines });
  await tellShipped(tx, { order, request, lines }, earnings);
  return refOf(order);
}

/** F-8: what leaves becomes revenue by its share of the slip's line. */
function keepSlip(tx: Tx, line: ShippingLine, of: { slip: SlipGateRow | undefined; earnings: Map<string, LineEarnings> }): void {
  if (!of.slip) return;
  const earned = of.earnings.get(of.slip.slipLineId) as LineEarnings;
  line.chargeSlipId = of.slip.slipId;
  line.chargeSlipLineId = of.slip.slipLineId;
  line.revenueNet = revenueOfShipment(earned, line.quantity);
  of.earnings.set(earned.id, afterShipment(earned, line.quantity));
  updateWithCommit(tx, ShippingLine, line);
}

function countShipped(requestLines: readonly PartsRequestLine[], lines: readonly ShippingLine[]): PartsRequestLine[] {
  return lines.flatMap((line) => requestLines.filter((each) => each.id === line.requestLineId).map((each) => {
    each.shippedQuantity += line.quantity;
    each.state = stateAfterShipping(each.state, each);
    return each;
  }));
}

interface Shipment {
  order: ShippingOrder;
  request: PartsRequest;
  lines: ShippingLine[];
}

async function openForReturn(tx: Tx, { order, request, lines, requestLines }: Shipment & { requestLines: PartsRequestLine[] }): Promise<void> {
  const due = lines.filter((line) => line.returnDue);
  if (due.length === 0) return;
  await openObligations(
    tx,
    {
      shippingOrderId: order.id, shippingOrderNumber: order.number, dealerId: order.dealerId, requestId: request.id,
      callId: request.callId, shippedAt: order.shippedAt ?? '',
    },
    due.map((line) => ({
      shippingLineId: line.id, partId: line.partId, quantity: line.quantity,
      unitSerial: requestLines.find((each) => each.id === line.requestLineId)?.unitSerial ?? '',
    })),
  );
}

async function tellShipped(tx: Tx, { order, request, lines }: Shipment, earnings: Map<string, LineEarnings>): Promise<void> {
  const { id, number, dealerId } = order;
  const shippedAt = order.shippedAt ?? '';
  await tx.announce(PartsShippedSchema, {
    shippingOrderId: id, number, requestId: request.id, dealerId, callId: request.callId ?? '', shippedAt, month: monthOf(shippedAt),
    lines: lines.map((line) => ({
      shippingLineId: line.id, requestLineId: line.requestLineId, partId: line.partId, quantity: line.quantity,
      supplyKind: line.supplyKind, returnDue: line.returnDue,
      chargeSlipId: line.chargeSlipId ?? '', chargeSlipLineId: line.chargeSlipLineId ?? '',
      reason: earnings.get(line.chargeSlipLineId ?? '')?.reason ?? '', revenueNet: line.chargeSlipLineId === null ? '' : line.revenueNet,
    })),
  });
  const document = { kind: 'shipping-order', id, number };
  await notify(tx, { kind: 'parts.shipped', role: 'dealer_manager', dealerId, document, params: { lines: lines.length } });
  await tx.audit({ action: 'ship', kind: 'shipping_order', id, dealerId, changed: { state: { after: order.state }, lines: { after: lines.length } } });
}
