import { Controller } from '@nestjs/common';
import { CallRoutedSchema, CallService, NoticeRequestedSchema, type OpenCallRequest, type RouteCallRequest } from '@aftercare/contracts';
import { businessDate, isDealerRole, maskAddress, maskName, maskPhone, newId } from '@aftercare/domain';
import { Bus, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, type Tx } from '@aftercare/service';
import { KnownIds } from '../registry/known-ids.js';
import { CALL_KIND, callForChange, refOf, step } from './call-change.js';
import { startClock } from './call-clock.js';
import { refuseIncompleteIntake } from './call-intake.rules.js';
import { callTerms } from './call-terms.js';
import { CallEventRow, RepairCall } from './call.entity.js';
import { requireReason } from './call.rules.js';

type CallIntake = Pick<Handlers<typeof CallService>, 'openCall' | 'routeCall'>;

/** A call arrives and finds its dealer. */
@Controller()
export class CallIntakeHandlers implements CallIntake {
  private readonly known: KnownIds;

  constructor(
    private readonly db: Database,
    bus: Bus,
  ) {
    this.known = new KnownIds(db, bus);
  }

  @Rpc(CallService.method.openCall)
  async openCall(request: OpenCallRequest, ctx: CallContext): ReturnType<CallIntake['openCall']> {
    refuseIncompleteIntake(request);
    const toldAtOnce = isDealerRole(ctx.role) || request.dealerId !== '';
    const [serial, dealerId] = await Promise.all([
      this.known.serialOf(ctx, request),
      toldAtOnce ? this.known.dealerFor(ctx, request.dealerId) : null,
    ]);
    return this.db.command(ctx, async (tx) => {
      const call = await newCall(tx, request, { serial, dealerId });
      await tx.em.insert(RepairCall, call);
      await opened(tx, call);
      if (dealerId === null) await tellClerks(tx, call);
      else await tellDealer(tx, call, null);
      return { ...refOf(call), receivedAt: call.receivedAt ?? '', dueAt: call.dueAt ?? '' };
    }, { request });
  }

  @Rpc(CallService.method.routeCall)
  async routeCall(request: RouteCallRequest, ctx: CallContext): ReturnType<CallIntake['routeCall']> {
    const dealerId = await this.known.dealerFor(ctx, request.dealerId);
    return this.db.command(ctx, async (tx) => {
      const call = await callForChange(tx, 'route', request);
      const previous = call.dealerId;
      call.dealerId = dealerId;
      if (previous === null) {
        await step(tx, call, 'route', request.reason);
      } else {
        call.technicianUserId = null;
        await step(tx, call, 're-route', requireReason(request.reason));
      }
      await tellDealer(tx, call, previous);
      await tx.em.save(RepairCall, call);
      return refOf(call);
    }, { request });
  }
}

/** The row of a new call; contact and address are kept plain and masked side by side (C-5). */
async function newCall(tx: Tx, request: OpenCallRequest, facts: { serial: string; dealerId: string | null }): Promise<RepairCall> {
  const now = await tx.now();
  const { contactName, contactPhone, address, intake } = request;
  return {
    id: newId(),
    number: await tx.nextNumber('repair_call', { prefix: 'RC', gapFree: false }),
    dealerId: facts.dealerId,
    channel: request.channel,
    customerId: request.customerId || null,
    unitId: request.unitId || null,
    unitSerial: facts.serial || request.unitSerial.trim(),
    unitDescription: request.unitDescription.trim(),
    contactName,
    contactPhone,
    regionCode: address?.regionCode ?? '',
    addressDetail: address?.detail ?? '',
    contactNameMasked: maskName(contactName),
    contactPhoneMasked: maskPhone(contactPhone),
    addressMasked: maskAddress(address?.detail ?? ''),
    symptoms: request.symptoms,
    intake: {
      when: intake?.when ?? '', where: intake?.where ?? '', who: intake?.who ?? '', what: intake?.what ?? '',
      howMany: intake?.howMany ?? '', why: intake?.why ?? '', degree: intake?.degree ?? '',
    },
    wishedFrom: request.wishedFrom || null,
    wishedTo: request.wishedTo || null,
    photos: request.photos.map(({ id, sha256 }) => ({ id, sha256 })),
    state: facts.dealerId === null ? 'new' : 'received',
    technicianUserId: null,
    appointmentFrom: null,
    appointmentTo: null,
    openedAt: now,
    openedOn: businessDate(now),
    receivedAt: null,
    dueAt: null,
    breachedAt: null,
    resolvedAt: null,
    takenBy: tx.ctx.userId || null,
    reopenCount: 0,
    confirmationMethod: '',
    confirmationEvidence: null,
    confirmedAt: null,
    version: 1,
  };
}

async function opened(tx: Tx, call: RepairCall): Promise<void> {
  const { userId, role } = tx.ctx;
  await tx.em.insert(CallEventRow, {
    id: newId(), callId: call.id, at: call.openedAt, action: 'open', fromState: '', toState: call.state, userId: userId || null, role, reason: '',
  });
  await tx.audit({
    action: 'open',
    kind: CALL_KIND,
    id: call.id,
    dealerId: call.dealerId,
    changed: { state: { after: call.state }, unitId: { after: call.unitId }, customerId: { after: call.customerId } },
    personal: { contactName: { after: call.contactName }, contactPhone: { after: call.contactPhone }, addressDetail: { after: call.addressDetail } },
  });
}

/** the first dealer that is told starts the clock; after a re-routing it runs on. */
async function tellDealer(tx: Tx, call: RepairCall, previous: string | null): Promise<void> {
  if (call.receivedAt === null) {
    call.receivedAt = await tx.now();
    await startClock(tx, call, 1, await callTerms(tx, call.receivedAt));
    await tx.em.update(RepairCall, call.id, { receivedAt: call.receivedAt, dueAt: call.dueAt });
  }
  await tx.announce(CallRoutedSchema, {
    callId: call.id,
    number: call.number,
    dealerId: call.dealerId ?? '',
    previousDealerId: previous ?? '',
    unitId: call.unitId ?? '',
    customerId: call.customerId ?? '',
    receivedAt: call.receivedAt,
    dueAt: call.dueAt ?? '',
  });
  if (isDealerRole(tx.ctx.role)) return;
  await tx.announce(NoticeRequestedSchema, { ...noticeOf(call), kind: 'call.routed', recipientRole: 'dealer_manager', recipientDealerId: call.dealerId ?? '' });
}

/** A call that no dealer was told of waits for the clerk. */
async function tellClerks(tx: Tx, call: RepairCall): Promise<void> {
  await tx.announce(NoticeRequestedSchema, { ...noticeOf(call), kind: 'call.to_route', recipientRole: 'service_clerk' });
}

function noticeOf(call: RepairCall): { documentKind: string; documentId: string; documentNumber: string; severity: string; params: string } {
  return { documentKind: CALL_KIND, documentId: call.id, documentNumber: call.number, severity: 'info', params: JSON.stringify({ dueAt: call.dueAt }) };
}
