import { Controller } from '@nestjs/common';
import { CallResolvedSchema, CallService, type RecordRepairRequest, type RepairFault } from '@aftercare/contracts';
import { addDays, businessDate, endOfDay, newId, type UnitStanding } from '@aftercare/domain';
import { Bus, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, type Tx } from '@aftercare/service';
import { publishedCodes } from '../faults/record-codes.js';
import { refuseUnknownCodes, refuseWrongDimension } from '../faults/record-codes.rules.js';
import { openQualityReport } from '../quality/quality-report.js';
import { needsQualityReport } from '../quality/quality-report.rules.js';
import { ownsFees, requireConsent } from '../quotes/call-quote.js';
import { billsNothing, refuseFeesOfOthers } from '../quotes/call-quote.rules.js';
import { arrived, promisesKept } from '../visits/appointment.js';
import { callForChange, refOf, registeredSerial, runningClock, step } from './call-change.js';
import { UNCONFIRMED_DEADLINE } from './call-clock.job.js';
import { clocksTogether, isOnTime } from './call-clock.rules.js';
import { familyOf } from './call-family.js';
import { callTerms } from './call-terms.js';
import { stopClock } from './call-work.handlers.js';
import { CallClockRow, RepairCall } from './call.entity.js';
import { piecesInMonthOf } from './confirmed-records.rules.js';
import { knownParts } from './named-parts.js';
import { refuseUnknownParts } from './named-parts.rules.js';
import { RepairRecord, type StoredFault } from './repair-record.entity.js';
import { codesOf, isFirstVisit, refuseIncompleteRecord } from './repair-record.rules.js';
import { correctStanding, standingOf } from './unit-stage.js';

type CallRecording = Pick<Handlers<typeof CallService>, 'recordRepair'>;

/** What the technician found and did. */
@Controller()
export class CallRecordHandlers implements CallRecording {
  constructor(
    readonly db: Database,
    readonly bus: Bus,
  ) {}

  @Rpc(CallService.method.recordRepair)
  async recordRepair(asked: RecordRepairRequest, ctx: CallContext): ReturnType<CallRecording['recordRepair']> {
    // A repair without fees may leave them empty.
    const request = { ...asked, labourFee: asked.labourFee || '0.00', travelFee: asked.travelFee || '0.00' };
    refuseIncompleteRecord(request);
    const [unit, parts] = await Promise.all([standingOf(this, ctx, { callId: request.id }), knownParts(this.bus, request.partsUsed, ctx)]);
    return this.db.command(ctx, async (tx) => {
      const call = await callForChange(tx, 'record', request);
      refuseUnknownParts(request.partsUsed, parts, { list: 'partsUsed' });
      refuseUnknownCodes(request.faults, await publishedCodes(tx, request.faults), await familyOf(tx, call));
      refuseWrongDimension(request.faults, unit.stage);
      if (!billsNothing(request)) refuseFeesOfOthers(ownsFees(ctx, call.dealerId), 'labourFee');
      await requireConsent(tx, call, { ...request, ...unit });
      const record = await saveRecord(tx, call, request, unit);
      await step(tx, call, request.resolved ? 'resolve' : 'record');
      if (call.correctedStage !== null) correctStanding(call, unit);
      await arrived(tx, call);
      if (request.resolved) await resolve(tx, call, record);
      if (call.dealerId && needsQualityReport(unit.stage, request.faults)) {
        const isMarked = request.faults.some(({ designDefect }) => designDefect);
        await openQualityReport(tx, {
          dealerId: call.dealerId, originKind: 'repair-call', originId: call.id, unitId: call.unitId, serial: call.unitSerial, technicianUserId: null, foundAt: record.recordedAt,
          basis: unit.stage === 'unboxing' ? 'unboxing_stage' : 'design_defect', mark: isMarked ? { by: ctx.userId, reason: '' } : undefined,
        });
      }
      await tx.em.save(RepairCall, call);
      return refOf(call);
    }, { request });
  }
}

async function saveRecord(tx: Tx, call: RepairCall, request: RecordRepairRequest, unit: UnitStanding): Promise<RepairRecord> {
  const earlier = await tx.em.countBy(RepairRecord, { callId: call.id });
  const record: RepairRecord = {
    id: newId(),
    callId: call.id,
    dealerId: call.dealerId as string,
    stage: unit.stage,
    warrantyOver: unit.warrantyOver,
    labourNotCovered: unit.labourNotCovered,
    faults: request.faults.map(storedFault),
    partsUsed: request.partsUsed.map(({ partId, quantity, source, oldPartSerial, oldPartKept }) => ({ partId, quantity, source, oldPartSerial, oldPartKept })),
    labourFee: request.labourFee,
    travelFee: request.travelFee,
    resolved: request.resolved,
    firstVisit: isFirstVisit(earlier, call.reopenCount, request.resolved),
    toldCustomer: request.toldCustomer,
    photos: request.photos.map(({ id, sha256 }) => ({ id, sha256 })),
    recordedAt: await tx.now(),
    recordedBy: tx.ctx.userId,
  };
  await tx.em.insert(RepairRecord, record);
  return record;
}

function storedFault(fault: RepairFault): StoredFault {
  const { faultCode, faultDescription, causeCode, cause, actionCode, action, designDefect, problemDimension } = fault;
  return { faultCode, faultDescription, causeCode, cause, actionCode, action, designDefect, problemDimension };
}

/** The clock stops, and the customer has seven days, the last to its end (W-1), before somebody is reminded. */
async function resolve(tx: Tx, call: RepairCall, record: RepairRecord): Promise<void> {
  const now = await tx.now();
  call.resolvedAt = now;
  await stopClock(tx, call);
  const clock = await runningClock(tx, call);
  const terms = await callTerms(tx, now);
  call.unconfirmedFrom = endOfDay(addDays(businessDate(now), terms.reminderDays));
  await tx.deadline({ kind: UNCONFIRMED_DEADLINE, ref: call.id, dueAt: call.unconfirmedFrom });
  const { seconds, special } = clocksTogether(await tx.em.findBy(CallClockRow, { callId: call.id }), now);
  await tx.announce(CallResolvedSchema, {
    callId: call.id,
    dealerId: call.dealerId ?? '',
    resolvedAt: now,
    onTime: clock !== null && isOnTime(clock, await callTerms(tx, clock.startedAt)),
    firstVisit: record.firstVisit,
    version: call.version,
    clockSeconds: seconds,
    special,
    reopened: call.reopenCount > 0,
    technicianUserId: call.technicianUserId ?? '',
    callNumber: call.number,
    unitSerial: registeredSerial(call),
    faultCodes: codesOf([record]),
    pieces: piecesInMonthOf(await tx.em.findBy(RepairRecord, { callId: call.id }), now),
    ...(await promisesKept(tx, call.id)),
  });
}
