import { Controller } from '@nestjs/common';
import { CallService, type OpenCallRequest, type RouteCallRequest } from '@aftercare/contracts';
import { businessDate, isDealerRole, maskAddress, maskName, maskPhone, newId, serialText } from '@aftercare/domain';
import { Bus, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, insertRow, insertWithCommit, type AuditEntryInit, type Tx } from '@aftercare/service';
import { holdDealer } from '../handover/succession.js';
import { KnownIds } from '../registry/known-ids.js';
import { unitOfCall } from '../registry/known-unit.js';
import { fileInUse } from '../registry/merged-customers.js';
import { fileOfCall, ownerFile, ownerFileBySerial } from '../registry/unit-owners.js';
import { duplicates } from '../intake/repeat-cases.js';
import { CALL_KIND, callForChange, namedAsker, refOf, step } from './call-change.js';
import { newClock } from './call-clock.js';
import { familyOf } from './call-family.js';
import { refuseForeignFile, refuseIncompleteIntake, refuseSameDealer, refuseUnlikelyWish } from './call-intake.rules.js';
import { followOwner, reroute, tellClerks, tellDealer } from './call-routing.js';
import { tellWorkers } from './call-workers.js';
import { callSettings, callTerms, termsOf, type CallTerms } from './call-terms.js';
import { CallClockRow, CallEventRow, RepairCall } from './call.entity.js';
import { requireReason } from './call.rules.js';
import { refuseErasedCustomer } from './erasure.rules.js';

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
    const [named, dealerId] = await Promise.all([
      this.known.factsOf(ctx, request),
      toldAtOnce ? this.known.dealerFor(ctx, request.dealerId) : null,
    ]);
    const serial = named.serial || serialText(request.unitSerial);
    const alongside = (tx: Tx) => factsOfNew(tx, request, { serial, dealerId });
    return this.db.command(ctx, async (tx, { number, settings, customer, unitId, owner, family, alike }) => {
      const now = await tx.now();
      refuseUnlikelyWish(request, businessDate(now));
      refuseForeignFile(named.fileDealerId, dealerId);
      refuseErasedCustomer(customer?.anonymisedAt ?? null);
      const call = newCall(request, { ...ctx, number, unit: { id: unitId, serial }, dealerId, customerId: customer?.id ?? null, now });
      call.customerId = await fileOfCall(tx, call, owner);
      const clock = dealerId === null ? null : await received(tx, call, termsOf(settings, now));
      insertWithCommit(tx, RepairCall, call);
      if (clock) insertWithCommit(tx, CallClockRow, clock);
      const askedBy = namedAsker(tx, call, request.askedBy);
      insertWithCommit(tx, CallEventRow, openedEvent(call, ctx, askedBy));
      await tx.audit(openedAudit(call, askedBy));
      await (dealerId === null ? tellClerks(tx, call) : tellDealer(tx, call, { previous: null, family }));
      // Whoever else takes it needs no work of his own to see the customer.
      if (ctx.role === 'dealer_technician') await tellWorkers(tx, call);
      return { ...refOf(call), receivedAt: call.receivedAt ?? '', dueAt: call.dueAt ?? '', duplicates: alike };
    }, { request, alongside });
  }

  @Rpc(CallService.method.routeCall)
  async routeCall(request: RouteCallRequest, ctx: CallContext): ReturnType<CallIntake['routeCall']> {
    const dealerId = await this.known.dealerFor(ctx, request.dealerId);
    return this.db.command(ctx, async (tx) => {
      const call = await callForChange(tx, 'route', request);
      await holdDealer(tx, dealerId);
      if (call.dealerId === null) {
        call.dealerId = dealerId;
        await followOwner(tx, call);
        await step(tx, call, 'route', request.reason);
        await insertRow(tx, CallClockRow, await received(tx, call, await callTerms(tx, await tx.now())));
        await tellDealer(tx, call, { previous: null, family: await familyOf(tx, call) });
      } else {
        refuseSameDealer(call.dealerId, dealerId);
        await reroute(tx, call, dealerId, requireReason(request.reason));
      }
      await tx.em.save(RepairCall, call);
      return refOf(call);
    }, { request });
  }
}

/** What the rows of a new call need: asked for together with the transaction's beginning, and the rows then travel with the commit, since each wait is a round trip. */
async function factsOfNew(tx: Tx, request: OpenCallRequest, { serial, dealerId }: { serial: string; dealerId: string | null }) {
  const known = { phone: request.contactPhone, customerId: null, unitId: request.unitId || null, unitSerial: serial };
  const [number, settings, customer, unitId, owner, family, alike] = await Promise.all([
    tx.nextNumber('repair_call', { prefix: 'RC', gapFree: false }), callSettings(tx), request.customerId ? fileInUse(tx, request.customerId) : null,
    known.unitId ?? unitOfCall(tx, serial), request.customerId ? null : known.unitId ? ownerFile(tx, known.unitId) : ownerFileBySerial(tx, serial),
    dealerId === null ? '' : familyOf(tx, known), duplicates(tx, known), dealerId === null ? undefined : holdDealer(tx, dealerId),
  ]);
  return { number, settings, customer, unitId, owner, family, alike };
}

/** What a new call is made of besides the request. */
interface NewCallFacts {
  number: string;
  /** The piece, as far as it is known, and its serial in its one spelling; empty where only a description was at hand. */
  unit: { id: string | null; serial: string };
  dealerId: string | null;
  /** The file in use, also when a merged one was named (C-1). */
  customerId: string | null;
  userId: string;
  role: string;
  now: string;
}

/** The row of a new call; contact and address are kept plain and masked side by side (C-5). */
export function newCall(request: OpenCallRequest, facts: NewCallFacts): RepairCall {
  const { contactName, contactPhone, address, intake } = request;
  const addressDetail = address?.detail ?? '';
  return {
    id: newId(),
    number: facts.number,
    dealerId: facts.dealerId,
    channel: request.channel,
    customerId: facts.customerId,
    unitId: facts.unit.id,
    unitSerial: facts.unit.serial,
    unitByTechnician: facts.role === 'dealer_technician' && facts.unit.serial !== '',
    unitDescription: request.unitDescription.trim(),
    contactName,
    contactPhone,
    regionCode: address?.regionCode ?? '',
    addressDetail,
    contactNameMasked: maskName(contactName),
    contactPhoneMasked: maskPhone(contactPhone),
    addressMasked: maskAddress(addressDetail),
    symptoms: request.symptoms,
    intake: {
      when: intake?.when ?? '', where: intake?.where ?? '', who: intake?.who ?? '', what: intake?.what ?? '',
      howMany: intake?.howMany ?? '', why: intake?.why ?? '', degree: intake?.degree ?? '',
    },
    wishedFrom: request.wishedFrom || null,
    wishedTo: request.wishedTo || null,
    photos: request.photos.map(({ id, sha256 }) => ({ id, sha256 })),
    state: facts.dealerId === null ? 'new' : 'received',
    openedAt: facts.now,
    openedOn: businessDate(facts.now),
    takenBy: facts.userId || null,
    reopenCount: 0,
    confirmationMethod: '',
    version: 1,
    ...NOTHING_YET,
  };
}

/** What comes later in the life of a call. */
const NOTHING_YET = {
  technicianUserId: null, technicianCertificate: '', appointmentFrom: null, appointmentTo: null, receivedAt: null, dueAt: null,
  breachedAt: null, resolvedAt: null, unconfirmedFrom: null, confirmationEvidence: null, confirmedAt: null, correctedStage: null, correctedWarrantyOver: false, correctedLabourNotCovered: false, solvedBefore: null,
} as const;

export function openedEvent(call: RepairCall, ctx: CallContext, askedBy = ''): CallEventRow {
  const { userId, role } = ctx;
  return { id: newId(), callId: call.id, at: call.openedAt, action: 'open', fromState: '', toState: call.state, userId: userId || null, role, reason: '', askedBy };
}

export function openedAudit(call: RepairCall, askedBy = ''): AuditEntryInit {
  const { contactName, contactPhone, addressDetail } = call;
  return {
    action: 'open',
    kind: CALL_KIND,
    id: call.id,
    dealerId: call.dealerId,
    changed: { state: { after: call.state }, unitId: { after: call.unitId }, customerId: { after: call.customerId } },
    personal: { contactName: { after: contactName }, contactPhone: { after: contactPhone }, addressDetail: { after: addressDetail }, ...(askedBy === '' ? {} : { askedBy: { after: askedBy } }) },
  };
}

/** the first dealer that is told starts the clock; after a re-routing it runs on. */
async function received(tx: Tx, call: RepairCall, terms: CallTerms): Promise<CallClockRow> {
  call.receivedAt = await tx.now();
  return newClock(tx, call, 1, terms);
}
