import { Controller } from '@nestjs/common';
import { PartsReceivedSchema, ShippingService, type AgreeDiscrepancyRequest, type ConfirmReceiptRequest } from '@aftercare/contracts';
import { askerOf, newId } from '@aftercare/domain';
import { Rpc, invalidField, notFound, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, knownStanding, refuseTerminated, seen, type Tx } from '@aftercare/service';
import { requireRole, requireSite } from '../actions.js';
import { tellNeverAtHand } from '../charging/named-lines.js';
import { openCarrierClaim, type CarrierLoss } from '../claims/open-carrier-claim.js';
import { idOr404, lockDocument, lockForChange, refOf } from '../documents.js';
import { endMissing } from '../endings/end-missing.js';
import { LateReturnReversals } from '../late-returns/reverse-late.js';
import { warehouseAccount } from '../ledger/accounts.js';
import { lockParts } from '../ledger/allocate.js';
import { moveStock } from '../ledger/move.js';
import { notify } from '../notices.js';
import { offerToWaiting } from '../picking/make-picking.js';
import { lockHoldings } from '../obligations/settle.js';
import { linesOf, saveRequest } from '../requests/change-request.js';
import { PartsRequest, type PartsRequestLine } from '../requests/parts-request.entity.js';
import { stateAfterReceipt } from '../requests/parts-request.rules.js';
import { Discrepancy, ShippingLine, ShippingOrder } from './shipping-order.entity.js';
import { checkDecision, checkReceiver, discrepancySteps, isCarriersFault, issueAccount, missingPieces, shippingSteps } from './shipping.rules.js';
import { tellShortage } from './tell-shortage.js';

/** What the dealer received, and what is agreed about the rest (P-8). */
@Controller()
export class ReceiptHandlers implements Pick<Handlers<typeof ShippingService>, 'confirmReceipt' | 'agreeDiscrepancy'> {
  constructor(
    private readonly database: Database,
    private readonly reversals: LateReturnReversals,
  ) {}

  /**
   * P-8: the dealer confirms line by line, the clerk for one that left (D-1) with who asked; a difference opens a discrepancy. Errors: ASKED_BY_MISSING,
   * ROLE_NOT_ALLOWED, QUANTITY_INVALID, DEALER_TERMINATED, STEP_NOT_ALLOWED, STALE_VERSION.
   */
  @Rpc(ShippingService.method.confirmReceipt)
  async confirmReceipt(request: ConfirmReceiptRequest, ctx: CallContext) {
    requireRole(ctx, 'shipping.confirmReceipt');
    if (new Set(request.lines.map((line) => line.lineId)).size < request.lines.length) throw invalidField('lines', 'A line is confirmed once.', 'LINE_DOUBLE');
    return this.database.command(ctx, (tx) => receive(tx, request), { request });
  }

  /**
   * P-8: the warehouse agrees that pieces never left, which takes them off the dealer's obligation by a reversing
   * movement; or that the carrier lost or damaged them, which excuses them and opens a claim; or refuses. What had ended the pieces
   * meanwhile is taken back. Errors: REASON_MISSING, OUTCOME_UNKNOWN, EVIDENCE_MISSING, OTHER_SITE, STEP_NOT_ALLOWED, STALE_VERSION.
   */
  @Rpc(ShippingService.method.agreeDiscrepancy)
  async agreeDiscrepancy(request: AgreeDiscrepancyRequest, ctx: CallContext) {
    requireRole(ctx, 'discrepancy.agree');
    const outcome = checkDecision(request);
    const answer = await this.database.command(ctx, async (tx) => {
      const discrepancy = await lockForChange(tx, Discrepancy, request, 'discrepancy');
      const order = await tx.em.findOneByOrFail(ShippingOrder, { id: discrepancy.shippingOrderId });
      requireSite(ctx, order.warehouseId);
      discrepancy.state = discrepancySteps.next(outcome, discrepancy.state);
      discrepancy.reason = request.reason;
      discrepancy.version += 1;
      const { id, state, reason, version, dealerId } = discrepancy;
      await tx.em.update(Discrepancy, { id }, { state, reason, version });
      if (outcome !== 'refused') {
        const line = await tx.em.findOneByOrFail(ShippingLine, { id: discrepancy.shippingLineId });
        const evidence = request.evidence.map((file) => ({ id: file.id, sha256: file.sha256 }));
        if (isCarriersFault(outcome)) await bookLoss(tx, { discrepancy, order, line, cause: outcome, evidence });
        else await bookShortage(tx, { discrepancy, order, line });
        if (line.supplyKind === 'charged') await tellCharged(tx, { discrepancy, order });
      }
      const document = { kind: 'shipping-order', id: order.id, number: order.number };
      await notify(tx, { kind: 'parts.discrepancy_decided', role: 'dealer_manager', dealerId, document, params: { outcome, pieces: discrepancy.missingQuantity } });
      await tx.audit({ action: outcome, kind: 'discrepancy', id, dealerId, changed: { state: { after: state } } });
      return refOf({ ...discrepancy, number: order.number });
    }, { request });
    // H-7: what was decided stands whatever becomes of a reversal, which is tried again by itself.
    if (outcome !== 'refused') await this.reversals.tryDue(request.id).catch(() => undefined);
    return answer;
  }
}

async function receive(tx: Tx, wanted: ConfirmReceiptRequest) {
  await refuseTerminated(tx);
  const found = seen(tx.ctx, await tx.em.findOneBy(ShippingOrder, { id: idOr404(wanted.id, 'shipping order') }), 'shipping order');
  checkReceiver(tx.ctx.role, await knownStanding(tx, found.dealerId));
  const askedBy = askerOf(tx.ctx.role, wanted.askedBy);
  const request = await lockDocument(tx, PartsRequest, found.requestId, 'parts request');
  const order = await lockForChange(tx, ShippingOrder, wanted, 'shipping order');
  order.state = shippingSteps.next('receive', order.state);
  order.version += 1;
  await tx.em.update(ShippingOrder, { id: order.id }, { state: order.state, version: order.version });
  const lines = await tx.em.find(ShippingLine, { where: { shippingOrderId: order.id }, order: { id: 'ASC' } });
  if (wanted.lines.some((each) => !lines.some((line) => line.id === each.lineId))) throw notFound('shipping line');
  const requestLines = await linesOf(tx, request.id);
  const changed = new Set<PartsRequestLine>();
  let missing = 0;
  for (const line of lines) {
    const index = wanted.lines.findIndex((each) => each.lineId === line.id);
    const said = wanted.lines[index];
    const missingNow = missingPieces(line.quantity, said?.receivedQuantity ?? line.quantity, `lines[${index}].receivedQuantity`);
    missing += missingNow;
    line.receivedQuantity = line.quantity - missingNow;
    await tx.em.update(ShippingLine, { id: line.id }, { receivedQuantity: line.receivedQuantity });
    if (missingNow > 0) await openDiscrepancy(tx, line, { missing: missingNow, note: said?.note ?? '' });
    const requestLine = countReceived(requestLines, line, missingNow);
    if (requestLine) changed.add(requestLine);
  }
  await saveRequest(tx, { request, lines: requestLines }, [...changed]);
  await tellReceived(tx, { order, request, lines, missing, askedBy });
  return refOf(order);
}

function countReceived(requestLines: readonly PartsRequestLine[], line: ShippingLine, missing: number): PartsRequestLine | undefined {
  const requestLine = requestLines.find((each) => each.id === line.requestLineId);
  if (!requestLine) return undefined;
  requestLine.receivedQuantity += line.receivedQuantity;
  requestLine.missingQuantity += missing;
  requestLine.state = stateAfterReceipt(requestLine.state, requestLine);
  return requestLine;
}

async function openDiscrepancy(tx: Tx, line: ShippingLine, { missing, note }: { missing: number; note: string }): Promise<void> {
  await tx.em.insert(Discrepancy, {
    id: newId(), dealerId: line.dealerId, shippingOrderId: line.shippingOrderId, shippingLineId: line.id,
    missingQuantity: missing, note, state: discrepancySteps.initial, reason: '', createdAt: await tx.now(), version: 1,
  });
}

interface Received {
  order: ShippingOrder;
  request: PartsRequest;
  lines: ShippingLine[];
  missing: number;
  /** Who asked for it; empty where the dealer's own user confirms. */
  askedBy: string;
}

async function tellReceived(tx: Tx, { order, request, lines, missing, askedBy }: Received): Promise<void> {
  const { id, number, dealerId } = order;
  await tx.announce(PartsReceivedSchema, {
    shippingOrderId: id, dealerId, callId: request.callId ?? '',
    lines: lines.map((line) => ({
      shippingLineId: line.id, partId: line.partId, receivedQuantity: line.receivedQuantity, missingQuantity: line.quantity - line.receivedQuantity,
    })),
  });
  if (missing > 0) {
    await notify(tx, { kind: 'parts.discrepancy_opened', role: 'warehouse_keeper', severity: 'warning', document: { kind: 'shipping-order', id, number }, params: { pieces: missing } });
  }
  await tx.audit({
    action: 'confirm-receipt', kind: 'shipping_order', id, dealerId, personal: askedBy === '' ? {} : { askedBy: { after: askedBy } },
    changed: { state: { after: order.state }, missing: { after: missing } },
  });
}

/** What is missing of a shipped line. */
type Missing = Pick<CarrierLoss, 'discrepancy' | 'order' | 'line'>;

/** P-8: the missing pieces go back to where they never left from, against the account they were issued to. */
async function bookShortage(tx: Tx, { discrepancy, order, line }: Missing): Promise<void> {
  const quantity = discrepancy.missingQuantity;
  await lockParts(tx, [line.partId]);
  const to = warehouseAccount(order.warehouseId);
  if (line.returnDue) await endMissing(tx, { shippingLineId: line.id, quantity, discrepancyId: discrepancy.id, neverLeft: to, reason: discrepancy.reason, evidence: [] });
  else {
    const from = issueAccount(line, order.dealerId);
    // The dealer's turn before any stock, as whoever ships takes it.
    if (line.supplyKind !== 'charged') await lockHoldings(tx, order.dealerId);
    await moveStock(tx, [{ partId: line.partId, quantity, from, to, kind: 'shortage', documentKind: 'discrepancy', documentId: discrepancy.id, dealerId: order.dealerId }]);
    await tellShortage(tx, { discrepancy, order, line });
    await tellNamed({ tx, discrepancy, order, line });
  }
  await offerToWaiting(tx, [line.partId]);
}

/** P-8: what had to come back is excused; all of it is claimed from the carrier. What was sold or given left for good, so its movement stands. */
async function bookLoss(tx: Tx, loss: CarrierLoss): Promise<void> {
  const { discrepancy: { id: discrepancyId, missingQuantity: quantity, reason }, line, evidence } = loss;
  if (line.returnDue) await endMissing(tx, { shippingLineId: line.id, quantity, discrepancyId, neverLeft: null, reason, evidence });
  else await tellNamed({ tx, ...loss });
  await openCarrierClaim(tx, loss);
}

/** F-1: a slip by hand may have named a free line before its pieces were missed. */
async function tellNamed({ tx, discrepancy, order, line }: Missing & { tx: Tx }): Promise<void> {
  if (line.supplyKind === 'charged') return;
  await tellNeverAtHand(tx, line, { missing: discrepancy.missingQuantity, orderNumber: order.number });
}

/** What was paid for pieces that never came is given back by a reversing slip, which finance makes (F-5). */
async function tellCharged(tx: Tx, { discrepancy, order }: Pick<Missing, 'discrepancy' | 'order'>): Promise<void> {
  const document = { kind: 'shipping-order', id: order.id, number: order.number };
  await notify(tx, { kind: 'parts.charged_shortage', role: 'finance_clerk', severity: 'warning', document, params: { pieces: discrepancy.missingQuantity } });
}
