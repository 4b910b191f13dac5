import { Controller } from '@nestjs/common';
import {
  ObligationEndService, type ChargeObligationRequest, type ExcuseObligationRequest, type ExtendObligationRequest,
} from '@aftercare/contracts';
import { businessDate, newId, Refusal, type Exclusion } from '@aftercare/domain';
import { Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, type Tx } from '@aftercare/service';
import { dealerPricesOn } from '../catalogue/part-lookup.js';
import { assertInvoiceWish, assertPaymentMethod } from '../charging/charge-slip.rules.js';
import type { Slip } from '../charging/charge-slip.entity.js';
import { confirmSlip } from '../charging/confirm-slip.js';
import { insertDraft } from '../charging/open-slip.js';
import { holdingsAccount } from '../ledger/accounts.js';
import { moveStock } from '../ledger/move.js';
import { notify } from '../notices.js';
import { assertOutstanding } from '../obligations/obligation.rules.js';
import { endPieces, type LockedObligation } from '../obligations/settle.js';
import type { Evidence } from '../requests/review.rules.js';
import { excusePieces } from './excuse-pieces.js';
import { lockObligation, obligationRef } from './lock-obligation.js';
import { ObligationExclusion } from './obligation-end.entity.js';
import { assertEndable, assertObligationRole, checkExclusion, checkExcuse, checkExtension, checkPieces } from './obligation-end.rules.js';
import { putOff } from './put-off.js';

/** Obligations end by an excuse or by an exclusion found after the fact, or are put off (H-1, F-1). */
@Controller()
export class ObligationEndHandlers implements Handlers<typeof ObligationEndService> {
  constructor(private readonly db: Database) {}

  @Rpc(ObligationEndService.method.excuseObligation)
  async excuseObligation(request: ExcuseObligationRequest, ctx: CallContext) {
    assertObligationRole('excuse', ctx.role);
    const basis = checkExcuse(request);
    checkPieces(request.quantity);
    return this.db.command(ctx, async (tx) => {
      const obligation = await lockObligation(tx, request);
      assertEndable('excuse', obligation);
      assertOutstanding(obligation.outstanding, request.quantity);
      await excusePieces(tx, obligation, { quantity: request.quantity, basis, reason: request.reason.trim(), evidence: plain(request.evidence) });
      await tellDealer(tx, obligation, { kind: 'obligation.excused', quantity: request.quantity });
      return obligationRef(tx, obligation.id);
    }, { request });
  }

  @Rpc(ObligationEndService.method.extendObligation)
  async extendObligation(request: ExtendObligationRequest, ctx: CallContext) {
    assertObligationRole('extend', ctx.role);
    return this.db.command(ctx, async (tx) => {
      const obligation = await lockObligation(tx, request);
      assertEndable('extend', obligation);
      checkExtension(request, { dueOn: obligation.dueOn ?? '', today: businessDate(await tx.now()) });
      await putOff(tx, [obligation], { dueOn: request.dueOn, reason: request.reason.trim() });
      await tellDealer(tx, obligation, { kind: 'obligation.extended', quantity: obligation.outstanding, dueOn: request.dueOn });
      return obligationRef(tx, obligation.id);
    }, { request });
  }

  @Rpc(ObligationEndService.method.chargeObligation)
  async chargeObligation(request: ChargeObligationRequest, ctx: CallContext) {
    assertObligationRole('charge', ctx.role);
    const exclusion = checkExclusion(request);
    checkPieces(request.quantity);
    const paymentMethod = assertPaymentMethod(request.paymentMethod);
    const invoiceWish = assertInvoiceWish(request.invoiceWish);
    return this.db.command(ctx, async (tx) => {
      const obligation = await lockObligation(tx, request);
      assertEndable('charge', obligation);
      assertOutstanding(obligation.outstanding, request.quantity);
      const line = await chargedLine(tx, obligation, { exclusion, quantity: request.quantity });
      const slip = await insertDraft(tx, {
        dealerId: obligation.dealerId, origin: 'exclusion', requestId: null, reason: '', paymentMethod, invoiceWish, lines: [line],
      });
      await tx.em.insert(ObligationExclusion, {
        id: newId(), dealerId: obligation.dealerId, obligationId: obligation.id, slipId: slip.id, quantity: request.quantity, exclusion,
        cause: request.cause.trim(), evidence: plain(request.evidence), foundBy: ctx.userId, at: await tx.now(),
      });
      await convert(tx, obligation, { slip, quantity: request.quantity });
      return { id: slip.id, number: slip.number ?? '', state: slip.state, version: slip.version };
    }, { request });
  }
}

/** F-1: at the dealer price of the day, as the deficits of a stocktake are (H-7). Refuses PRICE_MISSING. */
async function chargedLine(tx: Tx, { id, partId }: LockedObligation, { exclusion, quantity }: { exclusion: Exclusion; quantity: number }) {
  const unitPrice = (await dealerPricesOn(tx, [partId], businessDate(await tx.now()))).get(partId);
  if (unitPrice === undefined) throw new Refusal('failed_precondition', 'PRICE_MISSING', 'The part has no dealer price today.', { partId });
  return { partId, quantity, unitPrice, reason: exclusion, originKind: 'obligation', originId: id };
}

/** F-1: the pieces become a charge in the month of this transaction. */
async function convert(tx: Tx, obligation: LockedObligation, { slip, quantity }: { slip: Slip; quantity: number }): Promise<void> {
  const document = { documentKind: 'charge_slip', documentId: slip.id };
  await endPieces(tx, { obligation, kind: 'charged', quantity, ...document });
  await moveStock(tx, [{ partId: obligation.partId, quantity, from: holdingsAccount(obligation.dealerId), to: 'sold', kind: 'conversion', dealerId: obligation.dealerId, ...document }]);
  await confirmSlip(tx, slip);
  const { dealerId } = obligation;
  const about = { kind: 'charge-slip', id: slip.id, number: slip.number ?? '' };
  await notify(tx, { kind: 'obligation.charged', role: 'dealer_manager', dealerId, severity: 'warning', document: about, params: { pieces: quantity, grossTotal: slip.grossTotal } });
}

async function tellDealer(tx: Tx, { id, dealerId, partId }: LockedObligation, told: { kind: string; quantity: number; dueOn?: string }): Promise<void> {
  const [{ number }] = await tx.sql<{ number: string }>({ name: 'part_number', text: 'select number from part where id = $1', values: [partId] });
  const params = { partNumber: number, pieces: told.quantity, ...(told.dueOn ? { dueOn: told.dueOn } : {}) };
  await notify(tx, { kind: told.kind, role: 'dealer_manager', dealerId, document: { kind: 'obligation', id, number: '' }, params });
}

/** Attachments as they are kept. */
function plain(evidence: readonly { id: string; sha256: string }[]): Evidence[] {
  return evidence.map(({ id, sha256 }) => ({ id, sha256 }));
}
