import { Controller } from '@nestjs/common';
import {
  ChargeSlipConfirmedSchema, ChargeSlipService, DealerService, type ConfirmChargeSlipRequest, type CreateManualSlipRequest,
  type GetChargeSlipRequest, type ListChargeSlipsRequest, type ReverseChargeSlipRequest,
} from '@aftercare/contracts';
import { businessDate, monthOf, Refusal } from '@aftercare/domain';
import { Bus, invalidField, notFound, Rpc, ServiceError, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, expectVersion, pageAnswer, pageOf, settingAt, type Tx } from '@aftercare/service';
import { dealerPricesOn, partsById } from '../catalogue/part-lookup.js';
import { Slip, SlipLineRow } from './charge-slip.entity.js';
import { listSlips, slipAnswer, type SlipListRow } from './charge-slip.reads.js';
import { assertInvoiceWish, assertPaymentMethod, assertPrice, assertSlipRole, lineAmounts, slipSteps, totalsOf } from './charge-slip.rules.js';
import { insertDraft } from './open-slip.js';
import { planOf, postReversal, release } from './reversal.js';
import { findSlip, linesOf } from './slip-lines.js';

const QUANTITY_MAX = 100_000;

/** Charge slips: drafted, confirmed with a number, reversed by reversing slips (F-1 to F-5). */
@Controller()
export class ChargeSlipHandlers implements Handlers<typeof ChargeSlipService> {
  constructor(
    private readonly db: Database,
    private readonly bus: Bus,
  ) {}

  @Rpc(ChargeSlipService.method.createManualSlip)
  async createManualSlip(request: CreateManualSlipRequest, ctx: CallContext) {
    assertSlipRole('create', ctx.role);
    checkManual(request);
    const paymentMethod = assertPaymentMethod(request.paymentMethod);
    const invoiceWish = assertInvoiceWish(request.invoiceWish);
    await this.bus.client(DealerService).getDealerStanding({ id: request.dealerId }, { ctx });
    return this.db.command(ctx, async (tx) => {
      const lines = await manualLines(tx, request);
      const slip = await insertDraft(tx, { dealerId: request.dealerId, origin: 'manual', requestId: null, reason: request.reason.trim(), paymentMethod, invoiceWish, lines });
      return refOf(slip);
    }, { request });
  }

  @Rpc(ChargeSlipService.method.confirmChargeSlip)
  async confirmChargeSlip(request: ConfirmChargeSlipRequest, ctx: CallContext) {
    assertSlipRole('confirm', ctx.role);
    return this.db.command(ctx, async (tx) => {
      const slip = await lockSlip(tx, request.id, request.version);
      const before = slip.state;
      const state = slipSteps.next('confirm', slip.state);
      const lines = await taxOfToday(tx, slip);
      const now = await tx.now();
      Object.assign(slip, totalsOf(lines), { state, confirmedAt: now, month: monthOf(now), version: slip.version + 1 });
      slip.number = await tx.nextNumber('charge_slip', { prefix: 'CS', gapFree: true });
      await tx.em.update(Slip, { id: slip.id }, slip);
      await tx.audit({
        action: 'confirm', kind: 'charge_slip', id: slip.id, dealerId: slip.dealerId,
        changed: { state: { before, after: slip.state }, number: { after: slip.number }, grossTotal: { after: slip.grossTotal } },
      });
      await tellConfirmed(tx, slip, lines);
      return refOf(slip);
    }, { request });
  }

  @Rpc(ChargeSlipService.method.reverseChargeSlip)
  async reverseChargeSlip(request: ReverseChargeSlipRequest, ctx: CallContext) {
    assertSlipRole('reverse', ctx.role);
    if (request.reason.trim() === '') throw invalidField('reason', 'A reversal says why.', 'REASON_MISSING');
    const asked = { lines: request.lines, reason: request.reason.trim() };
    const seenNow = await this.db.read(ctx, async (tx) => {
      const slip = await findSlip(tx, request.id);
      if (!slip) throw notFound('charge slip');
      // Another version: a repeated command gets its stored answer below, anything else STALE_VERSION.
      return slip.version === request.version ? { slip, plan: (await planOf(tx, slip, asked)).plan } : null;
    });
    if (seenNow) await release(this.bus, ctx, seenNow.slip, seenNow.plan);
    return this.db.command(ctx, async (tx) => {
      const slip = await lockSlip(tx, request.id, request.version);
      if (!seenNow) throw new ServiceError('aborted', 'STALE_VERSION', 'The slip changed in between; read it again.');
      return refOf(await postReversal(tx, slip, asked));
    }, { request });
  }

  @Rpc(ChargeSlipService.method.getChargeSlip)
  async getChargeSlip(request: GetChargeSlipRequest, ctx: CallContext) {
    return this.db.read(ctx, async (tx) => {
      const slip = await findSlip(tx, request.id);
      if (!slip) throw notFound('charge slip');
      return slipAnswer(tx, slip);
    });
  }

  @Rpc(ChargeSlipService.method.listChargeSlips)
  async listChargeSlips(request: ListChargeSlipsRequest, ctx: CallContext) {
    const page = pageOf(request.page, { list: 'charge-slips' });
    const rows = await this.db.many<SlipListRow>(ctx, listSlips(request, ctx, page));
    const { items, nextCursor } = pageAnswer(rows, page, (row) => row.sortAt);
    return { items: items.map(({ sortAt: _sort, ...row }) => row), nextCursor };
  }
}

async function lockSlip(tx: Tx, id: string, version: number): Promise<Slip> {
  const slip = await findSlip(tx, id, { lock: true });
  if (!slip) throw notFound('charge slip');
  expectVersion(slip, version, { state: slip.state });
  return slip;
}

/** F-2: the tax rate of the day of confirmation, set on the lines of the draft. */
async function taxOfToday(tx: Tx, slip: Slip): Promise<SlipLineRow[]> {
  slip.taxRate = await settingAt(tx, 'tax.ratePercent', businessDate(await tx.now()));
  const lines = await linesOf(tx, slip.id);
  for (const line of lines) {
    const { taxAmount } = lineAmounts(line, slip.taxRate);
    if (taxAmount === line.taxAmount) continue;
    line.taxAmount = taxAmount;
    await tx.em.update(SlipLineRow, { id: line.id }, { taxAmount });
  }
  return lines;
}

async function tellConfirmed(tx: Tx, slip: Slip, lines: readonly SlipLineRow[]): Promise<void> {
  await tx.announce(ChargeSlipConfirmedSchema, {
    slipId: slip.id, number: slip.number ?? '', dealerId: slip.dealerId, direction: slip.direction, netTotal: slip.netTotal, taxTotal: slip.taxTotal,
    grossTotal: slip.grossTotal, paymentMethod: slip.paymentMethod, invoiceWish: slip.invoiceWish, confirmedAt: slip.confirmedAt ?? '',
    month: slip.month ?? '', origin: slip.origin, requestId: slip.requestId ?? '',
    lines: lines.map((line) => ({
      lineId: line.id, partId: line.partId, quantity: line.quantity, unitPrice: line.unitPrice, netAmount: line.netAmount,
      taxAmount: line.taxAmount, reason: line.reason, taxRate: slip.taxRate,
    })),
  });
}

function checkManual(request: CreateManualSlipRequest): void {
  if (request.reason.trim() === '') throw invalidField('reason', 'A manual slip says why.', 'REASON_MISSING');
  if (request.lines.length === 0) throw invalidField('lines', 'A slip has at least one line.', 'LINES_MISSING');
  for (const [index, { quantity }] of request.lines.entries()) {
    if (!Number.isInteger(quantity) || quantity < 1 || quantity > QUANTITY_MAX) {
      throw invalidField(`lines[${index}].quantity`, `Pieces are 1 to ${QUANTITY_MAX}.`, 'QUANTITY_INVALID');
    }
  }
}

/** Lines of a manual slip at the price given, else at the dealer price of today (F-1, F-2). */
async function manualLines(tx: Tx, request: CreateManualSlipRequest) {
  const partIds = request.lines.map((line) => line.partId);
  await partsById(tx, partIds);
  const prices = await dealerPricesOn(tx, partIds, businessDate(await tx.now()));
  return request.lines.map(({ partId, quantity, unitPrice }) => {
    const price = unitPrice === '' ? prices.get(partId) : assertPrice(unitPrice);
    if (price === undefined) throw new Refusal('failed_precondition', 'PRICE_MISSING', 'The part has no dealer price today.', { partId });
    return { partId, quantity, unitPrice: price, reason: 'manual', originKind: 'manual', originId: null };
  });
}

function refOf(slip: Slip) {
  return { id: slip.id, number: slip.number ?? '', state: slip.state, version: slip.version };
}
