import { CallRoutedSchema, NoticeRequestedSchema } from '@aftercare/contracts';
import { isDealerRole } from '@aftercare/domain';
import { KnownAccount, type Tx } from '@aftercare/service';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { notServing } from '../handover/serving.rules.js';
import { heirOf, hasLeft } from '../handover/succession.js';
import { reportsFollow } from '../quality/quality-report.js';
import { withdrawQuotes } from '../quotes/call-quote.js';
import { fileOfCall } from '../registry/unit-owners.js';
import { withdrawPromise } from '../visits/appointment.js';
import { CALL_KIND, step } from './call-change.js';
import { familyOf } from './call-family.js';
import { tellWorkers } from './call-workers.js';
import type { RepairCall } from './call.entity.js';
import { solvedBefore } from './solved-before.js';

/** C-5: a call that names no file becomes its unit's owner's, as soon as it is that dealer's and its unit no technician's word. Save the call afterwards. */
export async function followOwner(tx: Tx, call: RepairCall): Promise<void> {
  const customerId = await fileOfCall(tx, call);
  if (customerId === call.customerId) return;
  call.customerId = customerId;
  await tx.audit({ action: 'follow-owner', kind: CALL_KIND, id: call.id, dealerId: call.dealerId, changed: { customerId: { after: customerId } } });
}

/** an open call goes to another dealer with the report that is due of it, its technician, appointment and quotes go, its clock runs on. Save the call afterwards. */
export async function reroute(tx: Tx, call: RepairCall, dealerId: string, reason: string): Promise<void> {
  const previous = call.dealerId;
  Object.assign(call, { dealerId, technicianUserId: null, technicianCertificate: '' });
  await followOwner(tx, call);
  await withdrawPromise(tx, call);
  await withdrawQuotes(tx, call.id);
  await reportsFollow(tx, call, dealerId);
  await step(tx, call, 're-route', reason);
  await tellDealer(tx, call, { previous, family: await familyOf(tx, call) });
  await tellWorkers(tx, call);
}

/**
 * D-1: a call that must be solved again after its dealer left goes on to the successor; while nobody is named it waits. Where only its
 * technician left, the manager is told. Save the call afterwards. Errors: DEALER_NOT_ACTIVE for a user of the dealer that left.
 */
export async function passOn(tx: Tx, call: RepairCall, reason: string): Promise<void> {
  if (!(await hasLeft(tx, call.dealerId))) return tellWhereTechnicianLeft(tx, call);
  if (isDealerRole(tx.ctx.role)) throw notServing();
  const heir = await heirOf(tx, call.dealerId as string);
  if (heir !== null) await reroute(tx, call, heir, reason);
}

/** The dealer's manager is told of a call that somebody else took for him. */
export async function tellDealer(tx: Tx, call: RepairCall, { previous, family }: { previous: string | null; family: string }): Promise<void> {
  await tx.announce(CallRoutedSchema, routedAs(call, previous ?? '', family));
  if (isDealerRole(tx.ctx.role)) return;
  await tx.announce(NoticeRequestedSchema, { ...noticeOf(call), kind: 'call.routed', recipientRole: 'dealer_manager', recipientDealerId: call.dealerId ?? '' });
}

/**
 * D-4: the figures follow a call to its right region, unit and customer: what its dealer was told is told once more, at its new version. Where
 * only a reopening was cancelled, it is in the figures of the dealer that solved it before, wherever it went since.
 */
export async function tellAgain(tx: Tx, call: RepairCall): Promise<void> {
  if (call.dealerId === null) return;
  const { dealerId = call.dealerId } = call.solvedBefore === null ? {} : await solvedBefore(tx, call);
  await tx.announce(CallRoutedSchema, { ...routedAs(call, '', await familyOf(tx, call)), dealerId });
}

function routedAs(call: RepairCall, previousDealerId: string, family: string): MessageInitShape<typeof CallRoutedSchema> {
  return {
    callId: call.id,
    number: call.number,
    dealerId: call.dealerId ?? '',
    previousDealerId,
    unitId: call.unitId ?? '',
    customerId: call.customerId ?? '',
    receivedAt: call.receivedAt ?? '',
    dueAt: call.dueAt ?? '',
    regionCode: call.regionCode,
    family,
    version: call.version,
  };
}

/** A call that no dealer was told of waits for the clerk. */
export async function tellClerks(tx: Tx, call: RepairCall): Promise<void> {
  await tx.announce(NoticeRequestedSchema, { ...noticeOf(call), kind: 'call.to_route', recipientRole: 'service_clerk' });
}

/** a call whose technician's account is disabled waits for the manager, or the clerk where the dealer left, to hand it over. */
export async function tellTechnicianLeft(tx: Tx, call: RepairCall): Promise<void> {
  const recipient = (await hasLeft(tx, call.dealerId)) ? { recipientRole: 'service_clerk' } : { recipientRole: 'dealer_manager', recipientDealerId: call.dealerId ?? '' };
  await tx.announce(NoticeRequestedSchema, { ...noticeOf(call), kind: 'call.technician_left', severity: 'warning', ...recipient });
}

async function tellWhereTechnicianLeft(tx: Tx, call: RepairCall): Promise<void> {
  if (call.technicianUserId === null) return;
  if (await tx.em.existsBy(KnownAccount, { id: call.technicianUserId, disabled: true })) await tellTechnicianLeft(tx, call);
}

function noticeOf(call: RepairCall): { documentKind: string; documentId: string; documentNumber: string; severity: string; params: string } {
  return { documentKind: CALL_KIND, documentId: call.id, documentNumber: call.number, severity: 'info', params: JSON.stringify({ dueAt: call.dueAt }) };
}
