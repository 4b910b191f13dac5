import { Controller } from '@nestjs/common';
import { CallIntakeService, type CorrectCallRequest, type FindRepeatCasesRequest, type ReadBackCallRequest } from '@aftercare/contracts';
import { businessDate, isId, maskAddress, maskName, maskPhone, Refusal, serialText, type UnitStanding } from '@aftercare/domain';
import { Bus, JsonText, notFound, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, type Tx } from '@aftercare/service';
import { certificateOf } from '../calls/call-certificate.js';
import { CALL_KIND, callForChange, namedAsker, note, refOf } from '../calls/call-change.js';
import { familyOf } from '../calls/call-family.js';
import { hidesFile } from '../calls/call-file.js';
import { refuseForeignFile, refuseIncompleteIntake, refuseUnlikelyWish } from '../calls/call-intake.rules.js';
import { requireReason } from '../calls/call.rules.js';
import { tellAgain } from '../calls/call-routing.js';
import { tellWorkers } from '../calls/call-workers.js';
import { RepairCall } from '../calls/call.entity.js';
import { tellConfirmation } from '../calls/confirmation-told.js';
import { isErased, refuseErasedCustomer } from '../calls/erasure.rules.js';
import { newestRecord } from '../calls/newest-record.js';
import type { RepairRecord } from '../calls/repair-record.entity.js';
import { correctStanding, standingOf } from '../calls/unit-stage.js';
import { workFollowsCall } from '../campaigns/campaign-work.js';
import { catalogueCodes } from '../faults/record-codes.js';
import { refuseForeignRecord } from '../faults/record-codes.rules.js';
import { followUnit } from '../quality/quality-report.js';
import { KnownIds } from '../registry/known-ids.js';
import { unitOfCall } from '../registry/known-unit.js';
import { fileInUse } from '../registry/merged-customers.js';
import { fileOfCall, ownerFile } from '../registry/unit-owners.js';
import { entriesGiven, entriesOf } from './call-entries.js';
import { corrected, refuseCorrecting, tracesOf, type CallEntries, type Traces } from './correction.rules.js';
import { readBack } from './read-back.rules.js';
import { repeatCases } from './repeat-cases.js';

type Intake = Handlers<typeof CallIntakeService>;

/** What helps whoever takes a call: who calls again, what to read back, and what was noted wrongly. */
@Controller()
export class CallHelpHandlers implements Intake {
  private readonly known: KnownIds;

  constructor(
    readonly db: Database,
    readonly bus: Bus,
  ) {
    this.known = new KnownIds(db, bus);
  }

  @Rpc(CallIntakeService.method.findRepeatCases)
  async findRepeatCases(request: FindRepeatCasesRequest, ctx: CallContext): ReturnType<Intake['findRepeatCases']> {
    const [phone, unitSerial] = [request.phone.trim(), serialText(request.unitSerial)];
    if (phone === '' && unitSerial === '' && request.customerId === '') throw new Refusal('invalid_argument', 'FIELD_MISSING', 'Give a phone, a customer or a serial.', { field: 'phone' });
    if (request.customerId !== '' && !isId(request.customerId)) throw notFound('customer');
    const lines = await this.db.one<{ open: string | null; past: string | null }>(ctx, repeatCases({ phone, unitSerial, customerId: request.customerId || null, unitId: null }, ctx));
    return new JsonText(`{"open":[${lines?.open ?? ''}],"past":[${lines?.past ?? ''}]}`);
  }

  @Rpc(CallIntakeService.method.readBackCall)
  async readBackCall(request: ReadBackCallRequest): ReturnType<Intake['readBackCall']> {
    refuseIncompleteIntake({ ...request, unitId: '' });
    return readBack(request);
  }

  @Rpc(CallIntakeService.method.correctCall)
  async correctCall(request: CorrectCallRequest, ctx: CallContext): ReturnType<Intake['correctCall']> {
    const reason = requireReason(request.reason);
    const named = { customerId: request.fields.includes('customer') ? request.customerId : '', unitId: request.fields.includes('unit') ? request.unitId : '' };
    const { serial, fileDealerId } = await this.known.factsOf(ctx, named);
    const keepsFile = named.customerId === '' && (await hidesFile(this.db, request.id, ctx));
    const unit = request.fields.includes('unit') ? await standingOf(this, ctx, { callId: request.id, serial: serial || serialText(request.unitSerial) }) : null;
    return this.db.command(ctx, async (tx) => {
      const given = entriesGiven(request, serial);
      // Before the call is locked: who registers the unit meanwhile wants the call next.
      given.unitId = given.unitId || ((await unitOfCall(tx, given.unitSerial)) ?? '');
      const call = await callForChange(tx, 'correct', request);
      refuseCorrecting(call.state, isErased(call));
      const present = entriesOf(call);
      if (keepsFile) given.customerId = present.customerId;
      if (named.customerId !== '') {
        refuseForeignFile(fileDealerId, call.dealerId);
        const file = await fileInUse(tx, named.customerId);
        refuseErasedCustomer(file.anonymisedAt);
        given.customerId = file.id;
      }
      const next = await withOwner(tx, call, corrected(present, given, request.fields), named.customerId);
      const traces = tracesOf(present, next);
      if (isUnitChanged(traces)) call.unitByTechnician = ctx.role === 'dealer_technician' && next.unitSerial !== '';
      refuseIncompleteIntake({ ...next, address: next });
      if (request.fields.includes('wishedTime')) refuseUnlikelyWish(next, businessDate(await tx.now()));
      const record = isUnitChanged(traces) ? await newestRecord(tx, call.id) : null;
      await enter(tx, call, next);
      if (record && unit) await followRecord(tx, call, record, unit);
      await note(tx, call, { action: 'correct', reason, askedBy: namedAsker(tx, call, request.askedBy) });
      await tx.audit({ action: 'correct', kind: CALL_KIND, id: call.id, dealerId: call.dealerId, ...traces });
      if (traces.changed.unitId ?? traces.personal.unitSerial ?? traces.changed.regionCode ?? traces.changed.customerId) await tellAgain(tx, call);
      if (traces.changed.unitId ?? traces.changed.customerId) await tellWorkers(tx, call);
      if (isUnitChanged(traces)) await workFollowsCall(tx, call);
      if (isUnitChanged(traces) || traces.changed.customerId) await tellConfirmation(tx, call);
      await tx.em.save(RepairCall, call);
      return refOf(call);
    }, { request });
  }
}

/** C-5: a call whose file is its unit's owner's, or that has none, follows the right unit; a file that somebody names stays, and a technician's word moves none. */
async function withOwner(tx: Tx, call: RepairCall, next: CallEntries, named: string): Promise<CallEntries> {
  if (named !== '' || next.unitId === (call.unitId ?? '') || tx.ctx.role === 'dealer_technician') return next;
  const before = call.unitId === null ? null : await ownerFile(tx, call.unitId);
  if (call.customerId !== null && call.customerId !== before?.id) return next;
  const customerId = await fileOfCall(tx, { customerId: null, unitId: next.unitId || null, dealerId: call.dealerId, unitByTechnician: false });
  return { ...next, customerId: customerId ?? '' };
}

const isUnitChanged = ({ changed, personal }: Traces): boolean => Boolean(changed.unitId ?? personal.unitSerial);

/** what was recorded is checked against the right unit, and its report follows. */
async function followRecord(tx: Tx, call: RepairCall, { faults }: RepairRecord, unit: UnitStanding): Promise<void> {
  const { stage } = unit;
  refuseForeignRecord(faults, { codes: await catalogueCodes(tx, faults), family: await familyOf(tx, call), stage });
  correctStanding(call, unit);
  await followUnit(tx, { dealerId: call.dealerId, originId: call.id, unitId: call.unitId, serial: call.unitSerial, stage });
}

/** The call as it is now said; what is derived of its entries follows them. */
async function enter(tx: Tx, call: RepairCall, next: CallEntries): Promise<void> {
  const { customerId, unitId, wishedFrom, wishedTo, ...texts } = next;
  Object.assign(call, texts, {
    customerId: customerId || null, unitId: unitId || null, wishedFrom: wishedFrom || null, wishedTo: wishedTo || null,
    contactNameMasked: maskName(next.contactName), contactPhoneMasked: maskPhone(next.contactPhone), addressMasked: maskAddress(next.addressDetail),
  });
  if (call.technicianUserId !== null) call.technicianCertificate = await certificateOf(tx, call);
}
