import { Controller } from '@nestjs/common';
import {
  ChargeSlipDiscardedSchema, ChargeSlipService, DealerService, type ChargeSlipTotals, type ConfirmChargeSlipRequest, type CreateManualSlipRequest, type DiscardChargeSlipRequest,
  type GetChargeSlipRequest, type ListChargeSlipsRequest, type ReverseChargeSlipRequest, type SumChargeSlipsRequest,
} from '@aftercare/contracts';
import { businessDate, Refusal } from '@aftercare/domain';
import { Bus, invalidField, notFound, Rpc, ServiceError, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, expectVersion, jsonPage, pageOf, type JsonRow, type Tx } from '@aftercare/service';
import { dealerPricesOn, partsById } from '../catalogue/part-lookup.js';
import { intendReversal, lockReversed, settleReversed } from '../late-returns/settle-reversed.js';
import { Slip } from './charge-slip.entity.js';
import { slipAnswer } from './charge-slip.reads.js';
import { assertInvoiceWish, assertPaymentMethod, assertPrice, assertSlipRole, discardedState } from './charge-slip.rules.js';
import { confirmSlip } from './confirm-slip.js';
import { reasonOfLine } from './named-line.rules.js';
import { checkArrived, checkNamedLines } from './named-lines.js';
import { insertDraft } from './open-slip.js';
import { planOf, postReversal, release, type IntendedReversal, type ReversalAsked } from './reversal.js';
import { findSlip, linesOf } from './slip-lines.js';
import { lockHoldings } from '../obligations/settle.js';
import { registerOrder, slipRegister, slipTotals } from './slip-register.js';

const QUANTITY_MAX = 100_000;

/** Charge slips: drafted, confirmed with a number or dropped without one, reversed by reversing slips (F-1 to F-6). */
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
      const evidence = request.evidence.map(({ id, sha256 }) => ({ id, sha256 }));
      const slip = await insertDraft(tx, { dealerId: request.dealerId, origin: 'manual', requestId: null, reason: request.reason.trim(), paymentMethod, invoiceWish, lines, evidence });
      return refOf(slip);
    }, { request });
  }

  @Rpc(ChargeSlipService.method.confirmChargeSlip)
  async confirmChargeSlip(request: ConfirmChargeSlipRequest, ctx: CallContext) {
    assertSlipRole('confirm', ctx.role);
    return this.db.command(ctx, async (tx) => {
      const seen = await findSlip(tx, request.id);
      if (seen?.origin === 'manual') await lockHoldings(tx, seen.dealerId);
      const slip = await lockSlip(tx, request.id, request.version);
      assertSlipRole('confirm', ctx.role, slip.direction);
      if (slip.origin === 'manual') await checkArrived(tx, slip.id, await linesOf(tx, slip.id));
      await confirmSlip(tx, slip);
      return refOf(slip);
    }, { request });
  }

  @Rpc(ChargeSlipService.method.discardChargeSlip)
  async discardChargeSlip(request: DiscardChargeSlipRequest, ctx: CallContext) {
    assertSlipRole('discard', ctx.role);
    const discardReason = request.reason.trim();
    if (discardReason === '') throw invalidField('reason', 'Who drops a draft says why.', 'REASON_MISSING');
    return this.db.command(ctx, async (tx) => {
      const slip = await lockSlip(tx, request.id, request.version);
      assertSlipRole('discard', ctx.role, slip.direction);
      const { id, dealerId, state: before } = slip;
      Object.assign(slip, { state: discardedState(slip), discardReason, version: slip.version + 1 });
      await tx.em.update(Slip, { id }, { state: slip.state, discardReason, version: slip.version });
      await tx.announce(ChargeSlipDiscardedSchema, { slipId: id, dealerId, direction: slip.direction, claimId: slip.claimId ?? '', discardedAt: await tx.now() });
      await tx.audit({ action: 'discard', kind: 'charge_slip', id, dealerId, changed: { state: { before, after: slip.state }, discardReason: { after: discardReason } } });
      return refOf(slip);
    }, { request });
  }

  @Rpc(ChargeSlipService.method.reverseChargeSlip)
  async reverseChargeSlip(request: ReverseChargeSlipRequest, ctx: CallContext) {
    assertSlipRole('reverse', ctx.role);
    if (request.reason.trim() === '') throw invalidField('reason', 'A reversal says why.', 'REASON_MISSING');
    const asked = { lines: request.lines, reason: request.reason.trim() };
    const intended = await this.db.command(withoutKey(ctx), (tx) => intendedReversal(tx, request, asked));
    if (intended.reversal) await release({ db: this.db, bus: this.bus }, ctx, intended.reversal);
    return this.db.command(ctx, async (tx) => {
      if (intended.reversal) await lockReversed(tx, intended.reversal.slip);
      const slip = await lockSlip(tx, request.id, request.version);
      if (!intended.reversal) throw new ServiceError('aborted', 'STALE_VERSION', 'The slip changed in between; read it again.');
      const { plan } = await planOf(tx, slip, asked);
      const reversing = await postReversal(tx, slip, { ...asked, id: intended.reversal.id });
      await settleReversed(tx, slip, reversing, plan);
      return refOf(reversing);
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
    const { name, type } = registerOrder(request);
    const page = pageOf(request.page, { list: `charge-slips ${name}`, key: type === 'timestamptz' ? 'instant' : 'text' });
    return jsonPage(await this.db.many<JsonRow>(ctx, slipRegister(request, ctx, page)), page);
  }

  @Rpc(ChargeSlipService.method.sumChargeSlips)
  async sumChargeSlips(request: SumChargeSlipsRequest, ctx: CallContext) {
    const [totals] = await this.db.many<Omit<ChargeSlipTotals, '$typeName' | '$unknown'>>(ctx, slipTotals(request, ctx));
    return totals;
  }
}

/** The key belongs to the command that posts; what comes before its release may be done again. */
const withoutKey = (ctx: CallContext): CallContext => ({ ...ctx, idempotencyKey: undefined });

/** The reversal that invoicing is asked for, all checks made; null at another version: a repeated command gets its stored answer, anything else STALE_VERSION. */
async function intendedReversal(tx: Tx, { id, version }: ReverseChargeSlipRequest, asked: ReversalAsked): Promise<{ reversal: IntendedReversal | null }> {
  const seen = await findSlip(tx, id);
  if (!seen) throw notFound('charge slip');
  await lockReversed(tx, seen);
  const slip = await findSlip(tx, id, { lock: true });
  return { reversal: slip?.version === version ? await intendReversal(tx, slip, asked) : null };
}

async function lockSlip(tx: Tx, id: string, version: number): Promise<Slip> {
  const slip = await findSlip(tx, id, { lock: true });
  if (!slip) throw notFound('charge slip');
  expectVersion(slip, version, { state: slip.state });
  return slip;
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
  await checkNamedLines(tx, request.dealerId, request.lines);
  const prices = await dealerPricesOn(tx, partIds, businessDate(await tx.now()));
  return request.lines.map(({ partId, quantity, unitPrice, shippingLineId, exclusion }, index) => {
    const reason = reasonOfLine({ shippingLineId, exclusion }, request.evidence, `lines[${index}]`);
    const price = unitPrice === '' ? prices.get(partId) : assertPrice(unitPrice, `lines[${index}].unitPrice`);
    if (price === undefined) throw new Refusal('failed_precondition', 'PRICE_MISSING', 'The part has no dealer price today.', { field: `lines[${index}].partId`, partId });
    const origin = shippingLineId === '' ? { originKind: 'manual', originId: null } : { originKind: 'shipping_line', originId: shippingLineId };
    return { partId, quantity, unitPrice: price, reason, ...origin };
  });
}

function refOf(slip: Slip) {
  return { id: slip.id, number: slip.number ?? '', state: slip.state, version: slip.version };
}
