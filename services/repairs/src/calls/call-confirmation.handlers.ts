import { createHash, randomBytes } from 'node:crypto';
import { Controller } from '@nestjs/common';
import {
  CallRevivedSchema,
  CallService,
  RecordFiledSchema,
  type AnswerConfirmationLinkRequest,
  type ConfirmCallRequest,
  type CreateConfirmationLinkRequest,
  type FileCallRequest,
  type GetPublicCallRequest,
  type RefuseCallRequest,
} from '@aftercare/contracts';
import { addMoney, newId, Refusal } from '@aftercare/domain';
import { notFound, Rpc, ServiceError, systemContext, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, seen, type Tx } from '@aftercare/service';
import { workFollowsCall } from '../campaigns/campaign-work.js';
import { hasLeft } from '../handover/succession.js';
import { agreedFor } from '../quotes/call-quote.js';
import { withdrawPromise } from '../visits/appointment.js';
import { CALL_KIND, callForChange, refOf, registeredSerial, runningClock, step, technicianSees } from './call-change.js';
import { UNCONFIRMED_DEADLINE } from './call-clock.job.js';
import { keepClock } from './call-clock.js';
import { passOn } from './call-routing.js';
import { callTerms } from './call-terms.js';
import { RepairCall, type StoredAttachment } from './call.entity.js';
import { callSteps, refuseColleaguesCall, requireLinkRole, requireReason } from './call.rules.js';
import { closeLinks } from './confirmation-link.js';
import { tellConfirmation, unconfirmedRecords } from './confirmation-told.js';
import { ConfirmationLinkRow } from './repair-record.entity.js';

type CallConfirmation = Pick<
  Handlers<typeof CallService>,
  'createConfirmationLink' | 'getPublicCall' | 'answerConfirmationLink' | 'confirmCall' | 'refuseCall' | 'fileCall'
>;

const TOKEN_BYTES = 32;
const LINK_DAYS = 7;
const DAY_MS = 86_400_000;

/** The customer confirms or refuses what was done, and the record is filed. */
@Controller()
export class CallConfirmationHandlers implements CallConfirmation {
  constructor(private readonly db: Database) {}

  @Rpc(CallService.method.createConfirmationLink)
  async createConfirmationLink(
    request: CreateConfirmationLinkRequest,
    ctx: CallContext,
  ): ReturnType<CallConfirmation['createConfirmationLink']> {
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    // The token is this answer and nowhere else: the key is dropped, so that no stored answer holds it.
    const { expiresAt } = await this.db.command({ ...ctx, idempotencyKey: undefined }, async (tx) => {
      const found = await tx.em.findOne(RepairCall, { where: { id: request.id }, lock: { mode: 'pessimistic_write' } });
      const call = seen(ctx, found, 'repair call');
      if (!technicianSees(call, ctx)) throw notFound('repair call');
      requireLinkRole(ctx.role, await hasLeft(tx, call.dealerId));
      refuseColleaguesCall('confirmation-link', call.technicianUserId, ctx);
      callSteps.next('confirm', call.state);
      const now = await tx.now();
      await closeLinks(tx, call.id);
      const link = { id: newId(), callId: call.id, tokenHash: hashOf(token), expiresAt: new Date(Date.parse(now) + LINK_DAYS * DAY_MS).toISOString(), closedAt: null };
      await tx.em.insert(ConfirmationLinkRow, link);
      await tx.audit({ action: 'confirmation-link', kind: CALL_KIND, id: call.id, dealerId: call.dealerId });
      return { expiresAt: link.expiresAt };
    });
    return { token, expiresAt };
  }

  @Rpc(CallService.method.getPublicCall)
  async getPublicCall(request: GetPublicCallRequest, ctx: CallContext): ReturnType<CallConfirmation['getPublicCall']> {
    return this.db.read(systemContext('repairs', ctx), async (tx) => {
      const { call } = await byToken(tx, request.token);
      const records = await unconfirmedRecords(tx, call.id);
      const { number, state, symptoms } = call;
      const agreedTotal = await agreedFor(tx, call.id, records);
      return {
        number, state, product: call.unitSerial || call.unitDescription, symptoms, agreedTotal, faults: records.flatMap(({ faults }) => faults),
        labourFee: addMoney(...records.map(({ labourFee }) => labourFee)), travelFee: addMoney(...records.map(({ travelFee }) => travelFee)),
        toldCustomer: records.map(({ toldCustomer }) => toldCustomer).filter((text) => text !== '').join('\n'),
      };
    });
  }

  @Rpc(CallService.method.answerConfirmationLink)
  async answerConfirmationLink(
    request: AnswerConfirmationLinkRequest,
    ctx: CallContext,
  ): ReturnType<CallConfirmation['answerConfirmationLink']> {
    const reason = request.confirmed ? '' : requireReason(request.reason);
    // The link is the right to this one call, so the service acts for itself in the customer's name.
    const acting: CallContext = { ...systemContext('repairs', ctx), role: 'system' };
    return this.db.command(acting, async (tx) => {
      const { call, link } = await byToken(tx, request.token, true);
      link.closedAt = await tx.now();
      await tx.em.save(ConfirmationLinkRow, link);
      if (request.confirmed) await confirm(tx, call, { method: 'code', evidence: null });
      else await refuse(tx, call, reason);
      await tx.em.save(RepairCall, call);
      return refOf(call);
    });
  }

  @Rpc(CallService.method.confirmCall)
  async confirmCall(request: ConfirmCallRequest, ctx: CallContext): ReturnType<CallConfirmation['confirmCall']> {
    const evidence = request.evidence?.id ? { id: request.evidence.id, sha256: request.evidence.sha256 } : null;
    return this.db.command(ctx, async (tx) => {
      const call = await callForChange(tx, 'confirm', request);
      if (!['signature', 'signed_paper'].includes(request.method)) {
        throw new Refusal('invalid_argument', 'METHOD_UNKNOWN', 'Confirm by signature or signed_paper.', { field: 'method' });
      }
      if (!evidence) {
        throw new Refusal('invalid_argument', 'EVIDENCE_MISSING', 'Attach the signature or the photo of the signed paper.', { field: 'evidence' });
      }
      await confirm(tx, call, { method: request.method, evidence });
      await tx.em.save(RepairCall, call);
      return refOf(call);
    }, { request });
  }

  @Rpc(CallService.method.refuseCall)
  async refuseCall(request: RefuseCallRequest, ctx: CallContext): ReturnType<CallConfirmation['refuseCall']> {
    const reason = requireReason(request.reason);
    return this.db.command(ctx, async (tx) => {
      const call = await callForChange(tx, 'refuse', request);
      await refuse(tx, call, reason);
      await tx.em.save(RepairCall, call);
      return refOf(call);
    }, { request });
  }

  @Rpc(CallService.method.fileCall)
  async fileCall(request: FileCallRequest, ctx: CallContext): ReturnType<CallConfirmation['fileCall']> {
    return this.db.command(ctx, async (tx) => {
      const call = await callForChange(tx, 'file', request);
      await file(tx, call);
      await tx.em.save(RepairCall, call);
      return refOf(call);
    }, { request });
  }
}

/** once confirmed a record is complete, and filed at once unless the settings ask for the clerk's check. */
async function confirm(tx: Tx, call: RepairCall, way: { method: string; evidence: StoredAttachment | null }): Promise<void> {
  await step(tx, call, 'confirm');
  await closeLinks(tx, call.id);
  const now = await tx.now();
  Object.assign(call, { confirmedAt: now, confirmationMethod: way.method, confirmationEvidence: way.evidence });
  await tx.cancelDeadline(UNCONFIRMED_DEADLINE, call.id);
  await tellConfirmation(tx, call);
  if ((await callTerms(tx, now)).filing === 'automatic') await file(tx, call);
}

/** back to assigned; the clock runs again and shows the whole time. */
async function refuse(tx: Tx, call: RepairCall, reason: string): Promise<void> {
  await step(tx, call, 'refuse', reason);
  await closeLinks(tx, call.id);
  await withdrawPromise(tx, call);
  await workFollowsCall(tx, call);
  call.resolvedAt = null;
  await tx.cancelDeadline(UNCONFIRMED_DEADLINE, call.id);
  const clock = await runningClock(tx, call);
  if (!clock) return;
  clock.stoppedAt = null;
  await keepClock(tx, call, clock, await callTerms(tx, clock.startedAt));
  await tx.announce(CallRevivedSchema, {
    callId: call.id, dealerId: call.dealerId ?? '', reason: 'refused', clockStartedAt: clock.startedAt, reopened: call.reopenCount > 0, version: call.version,
  });
  await passOn(tx, call, reason);
}

async function file(tx: Tx, call: RepairCall): Promise<void> {
  await step(tx, call, 'file');
  await tx.announce(RecordFiledSchema, {
    callId: call.id, dealerId: call.dealerId ?? '', filedAt: await tx.now(), callNumber: call.number, unitSerial: registeredSerial(call), resolvedAt: call.resolvedAt ?? '',
  });
}

/** The call behind a link that still holds. One answer for wrong, used and expired links: LINK_INVALID. */
async function byToken(tx: Tx, token: string, lock = false): Promise<{ call: RepairCall; link: ConfirmationLinkRow }> {
  const link = await tx.em.findOneBy(ConfirmationLinkRow, { tokenHash: hashOf(token) });
  if (!link) throw linkInvalid();
  // The call first and the link again under its lock: two answers at once find one open link.
  const call = await tx.em.findOneOrFail(RepairCall, { where: { id: link.callId }, ...(lock ? { lock: { mode: 'pessimistic_write' } } : {}) });
  const present = await tx.em.findOneByOrFail(ConfirmationLinkRow, { id: link.id });
  if (present.closedAt !== null || Date.parse(present.expiresAt) <= Date.parse(await tx.now()) || !callSteps.can('confirm', call.state)) throw linkInvalid();
  return { call, link: present };
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

function linkInvalid(): ServiceError {
  return new ServiceError('not_found', 'LINK_INVALID', 'This link does not hold any more. Ask the technician for a new one.');
}
