import { Controller } from '@nestjs/common';
import { PartsRequestService, type AcceptQuoteRequest, type DecideEscalationRequest, type DeclineQuoteRequest } from '@aftercare/contracts';
import { INVOICE_WISHES, PAYMENT_METHODS, businessDate, type InvoiceWish, type PaymentMethod } from '@aftercare/domain';
import { Bus, Rpc, invalidField, isManufacturer, permissionDenied, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, refuseTerminated, settingAt, type Tx } from '@aftercare/service';
import { requireRole } from '../actions.js';
import { openSlipForRequest } from '../charging/open-slip.js';
import { refOf } from '../documents.js';
import { notify } from '../notices.js';
import { keepPaidSince } from '../picking/paid-since.js';
import { keepDecision } from './line-decision.js';
import { awaitAnswer } from './quote.job.js';
import { approveLines, lineOf, linesNamed, lockRequest, saveRequest, type LockedRequest } from './change-request.js';
import type { PartsRequest, PartsRequestLine } from './parts-request.entity.js';
import { acceptLine, checkApprover, checkStillNeeded, lineSteps, type CallNow } from './parts-request.rules.js';
import { checkLowered, quoteOf } from './review.rules.js';
import { askCall, standingOf } from './still-needed.js';

type Served = Pick<Handlers<typeof PartsRequestService>, 'acceptQuote' | 'declineQuote' | 'decideEscalation'>;

/** The dealer's answer to a quote, and the supervisor's to a declined one (P-5). */
@Controller()
export class QuoteHandlers implements Served {
  constructor(
    private readonly database: Database,
    private readonly bus: Bus,
  ) {}

  /**
   * P-5, F-1, R-2, D-1: the lines are approved at the quoted price and a slip opens, while what they are for is still needed. Errors: QUOTE_EXPIRED,
   * CALL_CLOSED, CALL_MOVED, DEALER_SUSPENDED, STEP_NOT_ALLOWED, PAYMENT_METHOD_UNKNOWN, DEALER_TERMINATED, STALE_VERSION.
   */
  @Rpc(PartsRequestService.method.acceptQuote)
  async acceptQuote(request: AcceptQuoteRequest, ctx: CallContext) {
    requireRole(ctx, 'request.acceptQuote');
    if (request.lineIds.length === 0) throw invalidField('lineIds', 'Name the lines.', 'LINES_MISSING');
    if (!isOneOf(PAYMENT_METHODS, request.paymentMethod)) throw invalidField('paymentMethod', 'The payment method is none of the list.', 'PAYMENT_METHOD_UNKNOWN');
    if (!isOneOf(INVOICE_WISHES, request.invoiceWish)) throw invalidField('invoiceWish', 'Now, later or never.', 'INVOICE_WISH_UNKNOWN');
    const how = { paymentMethod: request.paymentMethod, invoiceWish: request.invoiceWish };
    const call = await askCall({ database: this.database, bus: this.bus, ctx }, request);
    return this.database.command(ctx, async (tx) => {
      await refuseTerminated(tx);
      const locked = await lockRequest(tx, request, { lineIds: request.lineIds });
      return accept(tx, locked, linesNamed(locked.lines, request.lineIds), { ...how, call });
    }, { request });
  }

  /** P-5: the lines escalate to the supervisor. Errors: REASON_MISSING, DEALER_TERMINATED, STEP_NOT_ALLOWED, STALE_VERSION. */
  @Rpc(PartsRequestService.method.declineQuote)
  async declineQuote(request: DeclineQuoteRequest, ctx: CallContext) {
    requireRole(ctx, 'request.declineQuote');
    if (request.lineIds.length === 0) throw invalidField('lineIds', 'Name the lines.', 'LINES_MISSING');
    if (request.reason.trim() === '') throw invalidField('reason', 'Say why.', 'REASON_MISSING');
    return this.database.command(ctx, async (tx) => {
      await refuseTerminated(tx);
      const locked = await lockRequest(tx, request);
      checkOwnMoney(ctx, locked.request);
      const lines = linesNamed(locked.lines, request.lineIds);
      for (const line of lines) {
        line.state = lineSteps.next('decline', line.state);
        await keepDecision(tx, line, 'decline', request.reason);
      }
      await saveRequest(tx, locked, lines);
      await notify(tx, { kind: 'parts.quote_declined', role: 'service_supervisor', document: documentOf(locked.request), params: { lines: lines.length } });
      await auditLines(tx, 'decline', lines);
      return refOf(locked.request);
    }, { request });
  }

  /**
   * P-5, R-2, D-1: the supervisor lowers, waives or rejects; what is no longer needed, and a terminated dealer's line, is only rejected. Errors:
   * REASON_MISSING, PRICE_INVALID, APPROVER_IS_REQUESTER, CALL_CLOSED, CALL_MOVED, DEALER_NOT_ACTIVE, DEALER_SUSPENDED, STEP_NOT_ALLOWED, STALE_VERSION.
   */
  @Rpc(PartsRequestService.method.decideEscalation)
  async decideEscalation(request: DecideEscalationRequest, ctx: CallContext) {
    requireRole(ctx, 'request.decide');
    if (request.reason.trim() === '') throw invalidField('reason', 'Say why.', 'REASON_MISSING');
    if (!isOneOf(DECISIONS, request.decision)) throw invalidField('decision', 'Lower, waive or reject.', 'DECISION_UNKNOWN');
    const gives = request.decision !== 'reject';
    const call = gives ? await askCall({ database: this.database, bus: this.bus, ctx }, request) : null;
    return this.database.command(ctx, async (tx) => {
      const locked = await lockRequest(tx, request, { lineIds: [request.lineId] });
      const line = lineOf(locked.lines, request.lineId);
      checkApprover(ctx.userId, [locked.request.requestedBy]);
      if (gives) checkStillNeeded(locked.request, { call, standing: await standingOf(tx, locked.request.dealerId) });
      await DECIDE[request.decision as Decision](tx, { request: locked.request, line, wanted: request });
      await keepDecision(tx, line, request.decision as Decision, request.reason);
      await saveRequest(tx, locked, [line]);
      const { dealerId } = locked.request;
      await notify(tx, { kind: 'parts.escalation_decided', role: 'dealer_manager', dealerId, document: documentOf(locked.request), params: { decision: request.decision } });
      await auditLines(tx, request.decision, [line]);
      return refOf(locked.request);
    }, { request });
  }
}

const DECISIONS = ['lower', 'waive', 'reject'] as const;
type Decision = (typeof DECISIONS)[number];

interface Escalated {
  request: PartsRequest;
  line: PartsRequestLine;
  wanted: DecideEscalationRequest;
}

/** What each decision of P-5 does to the line. */
const DECIDE: Record<Decision, (tx: Tx, escalated: Escalated) => Promise<void>> = {
  async lower(tx, { request, line, wanted }) {
    const state = lineSteps.next('lower', line.state);
    checkLowered(wanted.specialPrice, line.unitPrice ?? '0');
    const today = businessDate(await tx.now());
    const taxRate = await settingAt(tx, 'tax.ratePercent', today);
    const quoteValidDays = await settingAt(tx, 'quote.validDays', today);
    Object.assign(line, quoteOf(wanted.specialPrice, { quantity: line.quantity, taxRate, today, quoteValidDays }), { state });
    await awaitAnswer(tx, request.id, [line]);
  },
  async waive(tx, { request, line, wanted }) {
    line.state = lineSteps.next('waive', line.state);
    Object.assign(line, { unitPrice: null, netAmount: null, taxAmount: null, quoteValidUntil: null });
    await approveLines(tx, request, [{ line, supplyKind: 'special', returnDue: wanted.returnDue }]);
  },
  reject(_tx, { line }) {
    line.state = lineSteps.next('refuse', line.state);
    return Promise.resolve();
  },
};

/** How the dealer pays for what it accepts, and the call that it is for. */
interface Acceptance {
  paymentMethod: PaymentMethod;
  invoiceWish: InvoiceWish;
  call: CallNow | null;
}

async function accept(tx: Tx, locked: LockedRequest, lines: PartsRequestLine[], { call, ...how }: Acceptance) {
  const { request } = locked;
  checkOwnMoney(tx.ctx, request);
  checkStillNeeded(request, { call, standing: await standingOf(tx, request.dealerId) });
  const today = businessDate(await tx.now());
  for (const line of lines) {
    line.state = acceptLine(line, today);
    await keepDecision(tx, line, 'accept', '');
  }
  await approveLines(tx, request, lines.map((line) => ({ line, supplyKind: 'charged' as const, returnDue: false })));
  await saveRequest(tx, locked, lines);
  const { slipId } = await openSlipForRequest(tx, {
    requestId: request.id,
    dealerId: request.dealerId,
    lines: lines.map((line) => ({
      requestLineId: line.id,
      partId: line.partId,
      quantity: line.quantity,
      unitPrice: line.unitPrice ?? '0',
      reason: line.verdict?.reason ?? request.purpose,
    })),
    ...how,
  });
  await keepPaidSince(tx, [request.id]);
  await notify(tx, { kind: 'parts.quote_accepted', role: 'service_clerk', document: documentOf(request), params: { lines: lines.length } });
  await auditLines(tx, 'accept', lines);
  await tx.audit({ action: 'open-slip', kind: 'parts_request', id: request.id, dealerId: request.dealerId, changed: { slipId: { after: slipId } } });
  return refOf(request);
}

/** A parent acts on its children's service documents, never on their prices (domain 1). */
function checkOwnMoney(ctx: CallContext, request: PartsRequest): void {
  if (isManufacturer(ctx) || ctx.dealerId === request.dealerId) return;
  throw permissionDenied('OTHER_DEALERS_MONEY', 'Only the dealer itself answers a quote.');
}

function isOneOf<T extends string>(list: readonly T[], value: string): value is T {
  return (list as readonly string[]).includes(value);
}

function documentOf(request: PartsRequest): { kind: string; id: string; number: string } {
  return { kind: 'parts-request', id: request.id, number: request.number ?? '' };
}

async function auditLines(tx: Tx, action: string, lines: readonly PartsRequestLine[]): Promise<void> {
  for (const line of lines) {
    await tx.audit({
      action, kind: 'parts_request_line', id: line.id, dealerId: line.dealerId,
      changed: { state: { after: line.state }, unitPrice: { after: line.unitPrice }, supplyKind: { after: line.supplyKind } },
    });
  }
}
