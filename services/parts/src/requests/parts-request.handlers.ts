import { Controller } from '@nestjs/common';
import {
  CallService,
  DealerService,
  InstallationService,
  PartsRequestService,
  PartsRequestSubmittedSchema,
  type CancelRequestLineRequest,
  type CreatePartsRequestRequest,
  type SubmitPartsRequestRequest,
  type WithdrawPartsRequestRequest,
} from '@aftercare/contracts';
import { askerOf, businessDate, newId, weakerStanding, type DealerStatus, type RequestPurpose, type Urgency } from '@aftercare/domain';
import { Bus, Rpc, ServiceError, notFound, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, findRow, insertWithCommit, refuseTerminated, seen, seesDealer, standingNow, type Tx } from '@aftercare/service';
import { requireRole } from '../actions.js';
import { partsById } from '../catalogue/part-lookup.js';
import { idOr404, refOf } from '../documents.js';
import { notify } from '../notices.js';
import { cancelLines } from './cancel-lines.js';
import { lineOf, lockRequest, saveRequest } from './change-request.js';
import { PartsRequest, PartsRequestLine } from './parts-request.entity.js';
import { checkCallOpen, checkNewRequest, checkStanding, checkVisitDay, checkWishedDate, lineSteps, lineUnits, type NamedUnit } from './parts-request.rules.js';

type Served = Pick<
  Handlers<typeof PartsRequestService>,
  'createPartsRequest' | 'submitPartsRequest' | 'withdrawPartsRequest' | 'cancelRequestLine'
>;

/** Parts requests 《售后服务材料需求表》 as the dealer files them (P-3, P-4). */
@Controller()
export class PartsRequestHandlers implements Served {
  constructor(
    private readonly database: Database,
    private readonly bus: Bus,
  ) {}

  /** P-3: files a draft. Errors: LINES_MISSING, PART_UNKNOWN, CALL_UNKNOWN, CALL_CLOSED, UNIT_NOT_OF_CALL, UNIT_NOT_OF_INSTALLATION, VISIT_DAY_NEEDED, DATE_LONG_AGO, DATE_TOO_FAR, DEALER_NOT_ACTIVE, DEALER_SUSPENDED. */
  @Rpc(PartsRequestService.method.createPartsRequest)
  async createPartsRequest(request: CreatePartsRequestRequest, ctx: CallContext) {
    requireRole(ctx, 'request.create');
    checkNewRequest(request);
    request.lines.forEach((line) => idOr404(line.partId, 'part'));
    const askedBy = askerOf(ctx.role, request.askedBy);
    const dealerId = idOr404(request.dealerId || (ctx.dealerId ?? ''), 'dealer');
    if (!seesDealer(ctx, dealerId)) throw notFound('dealer');
    const [standing, call, installation] = await Promise.all([
      this.standing(ctx, dealerId),
      this.namedCall(ctx, request.callId, dealerId),
      this.namedInstallation(ctx, request.installationId, dealerId),
    ]);
    return this.database.command(ctx, async (tx) => {
      checkStanding(await standingNow(tx, dealerId, standing), request.purpose as RequestPurpose);
      if (call !== null) checkCallOpen(call.state);
      const serials = lineUnits(request.lines, call?.unit ?? installation);
      return fileDraft(tx, { ...request, askedBy, lines: request.lines.map((line, at) => ({ ...line, unitSerial: serials[at] })) }, dealerId);
    }, { request });
  }

  /** P-4: hands a draft in for review; its number is taken now. Errors: STEP_NOT_ALLOWED, STALE_VERSION, CALL_CLOSED, UNIT_NOT_OF_CALL, DEALER_SUSPENDED. */
  @Rpc(PartsRequestService.method.submitPartsRequest)
  async submitPartsRequest(request: SubmitPartsRequestRequest, ctx: CallContext) {
    requireRole(ctx, 'request.submit');
    const draft = await this.database.read(ctx, async (tx) =>
      seen(ctx, await findRow(tx, PartsRequest, idOr404(request.id, 'parts request')), 'parts request'));
    const [standing, call] = await Promise.all([this.standing(ctx, draft.dealerId), this.namedCall(ctx, draft.callId ?? '', draft.dealerId)]);
    return this.database.command(ctx, async (tx) => {
      const locked = await lockRequest(tx, request);
      if (locked.request.state !== 'draft') throw new ServiceError('failed_precondition', 'STEP_NOT_ALLOWED', 'Only a draft is handed in.', { state: locked.request.state });
      checkStanding(await standingNow(tx, draft.dealerId, standing), locked.request.purpose);
      if (call !== null) {
        checkCallOpen(call.state);
        lineUnits(locked.lines, call.unit);
      }
      return submit(tx, locked);
    }, { request });
  }

  /** P-4: the dealer withdraws while nothing is printed. Errors: STEP_NOT_ALLOWED, PICKING_PRINTED, STALE_VERSION. */
  @Rpc(PartsRequestService.method.withdrawPartsRequest)
  async withdrawPartsRequest(request: WithdrawPartsRequestRequest, ctx: CallContext) {
    requireRole(ctx, 'request.withdraw');
    return this.database.command(ctx, async (tx) => {
      await refuseTerminated(tx);
      const locked = await lockRequest(tx, request, { lineIds: null });
      const open = locked.lines.filter((line) => !lineSteps.final.includes(line.state));
      if (open.length === 0) throw new ServiceError('failed_precondition', 'STEP_NOT_ALLOWED', 'Nothing of it is open.', { state: locked.request.state });
      await cancelLines(tx, locked, open.map((line) => line.id));
      await tx.audit({ action: 'withdraw', kind: 'parts_request', id: request.id, dealerId: locked.request.dealerId, changed: { state: { after: locked.request.state } } });
      return refOf(locked.request);
    }, { request });
  }

  /** P-4, P-10: cancels a line before it is printed. Errors: STEP_NOT_ALLOWED, PICKING_PRINTED, SLIP_CONFIRMED, STALE_VERSION. */
  @Rpc(PartsRequestService.method.cancelRequestLine)
  async cancelRequestLine(request: CancelRequestLineRequest, ctx: CallContext) {
    requireRole(ctx, 'request.cancelLine');
    return this.database.command(ctx, async (tx) => {
      await refuseTerminated(tx);
      const locked = await lockRequest(tx, request, { lineIds: [request.lineId] });
      const line = lineOf(locked.lines, request.lineId);
      await cancelLines(tx, locked, [line.id]);
      await tx.audit({
        action: 'cancel', kind: 'parts_request_line', id: line.id, dealerId: line.dealerId, changed: { state: { before: line.state, after: 'cancelled' } },
      });
      return refOf(locked.request);
    }, { request });
  }

  /** D-1: a dealer's own standing is signed with its user; anybody else's is asked of dealers, and for a child the weaker of the two counts. */
  private async standing(ctx: CallContext, dealerId: string): Promise<DealerStatus | null> {
    if (ctx.dealerId === dealerId) return ctx.dealerStatus;
    const standing = await this.bus.client(DealerService).getDealerStanding({ id: dealerId }, { ctx });
    return weakerStanding(standing.status as DealerStatus, ctx.dealerStatus);
  }

  /** State and unit of the named call, null where none is named. A call of another dealer is as unknown as one that does not exist. */
  private async namedCall(ctx: CallContext, callId: string, dealerId: string): Promise<{ state: string; unit: NamedUnit } | null> {
    if (callId === '') return null;
    const call = await this.bus.client(CallService).getCallFacts({ id: idOr404(callId, 'repair call') }, { ctx }).catch(unknownWhenMissing('CALL_UNKNOWN', 'callId'));
    if (call.dealerId !== dealerId) throw unknown('CALL_UNKNOWN', 'callId');
    return { state: call.state, unit: { serial: call.unitSerial, of: 'call' } };
  }

  /** The unit of the named installation, null where none is named. */
  private async namedInstallation(ctx: CallContext, installationId: string, dealerId: string): Promise<NamedUnit | null> {
    if (installationId === '') return null;
    const id = idOr404(installationId, 'installation');
    const found = await this.bus.client(InstallationService).getInstallation({ id }, { ctx }).catch(unknownWhenMissing('INSTALLATION_UNKNOWN', 'installationId'));
    if (found.dealerId !== dealerId) throw unknown('INSTALLATION_UNKNOWN', 'installationId');
    return { serial: found.serial, of: 'installation' };
  }
}

function unknown(reason: string, field: string): ServiceError {
  return new ServiceError('not_found', reason, 'What the request refers to does not exist.', { field });
}

function unknownWhenMissing(reason: string, field: string): (error: unknown) => never {
  return (error) => {
    throw error instanceof ServiceError && error.code === 'not_found' ? unknown(reason, field) : error;
  };
}

async function fileDraft(tx: Tx, request: CreatePartsRequestRequest, dealerId: string) {
  const today = businessDate(await tx.now());
  checkWishedDate(request.wishedDate, today);
  checkVisitDay(request.visitOn, today);
  await partsById(tx, request.lines.map((line) => line.partId));
  const { askedBy, deliveryAddress, lines } = request;
  const draft: PartsRequest = {
    id: newId(),
    number: null,
    dealerId,
    requestedBy: tx.ctx.userId,
    askedBy,
    purpose: request.purpose as RequestPurpose,
    callId: request.callId || null,
    installationId: request.installationId || null,
    deliveryAddress,
    urgency: request.urgency as Urgency,
    wishedDate: request.wishedDate || null,
    visitOn: request.visitOn || null,
    state: 'draft',
    submittedOn: null,
    lineCount: lines.length,
    createdAt: await tx.now(),
    version: 1,
  };
  insertWithCommit(tx, PartsRequest, draft);
  lines.forEach((line, index) => insertWithCommit(tx, PartsRequestLine, newLine(draft, { ...line, position: index + 1 })));
  await tx.audit({
    action: 'create', kind: 'parts_request', id: draft.id, dealerId, personal: askedBy === '' ? {} : { askedBy: { after: askedBy } },
    changed: { purpose: { after: draft.purpose }, lines: { after: lines.length } },
  });
  return refOf(draft);
}

function newLine(draft: PartsRequest, line: { position: number; partId: string; quantity: number; unitSerial: string; fault: string }): PartsRequestLine {
  const { position, partId, quantity, unitSerial, fault } = line;
  return {
    id: newId(), dealerId: draft.dealerId, requestId: draft.id, position, partId, quantity, unitSerial, fault,
    state: lineSteps.initial, supplyKind: '', returnDue: false, review: null, verdict: null,
    unitPrice: null, netAmount: null, taxAmount: null, quoteValidUntil: null, decisionReason: '', decisions: [], approvedAt: null,
    shippedQuantity: 0, receivedQuantity: 0, missingQuantity: 0, backorderedQuantity: 0,
  };
}

async function submit(tx: Tx, locked: Awaited<ReturnType<typeof lockRequest>>) {
  const { request } = locked;
  request.submittedOn = businessDate(await tx.now());
  request.number = await tx.nextNumber('parts_request', { prefix: 'PR', gapFree: false });
  await saveRequest(tx, locked, []);
  const { id, number, dealerId, purpose, callId } = request;
  await tx.announce(PartsRequestSubmittedSchema, { requestId: id, number, dealerId, purpose, callId: callId ?? '' });
  await notify(tx, { kind: 'parts.request_submitted', role: 'service_clerk', document: { kind: 'parts-request', id, number } });
  await tx.audit({ action: 'submit', kind: 'parts_request', id, dealerId, changed: { state: { before: 'draft', after: request.state } } });
  return refOf(request);
}
