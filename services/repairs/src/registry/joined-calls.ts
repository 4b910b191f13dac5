import { Injectable } from '@nestjs/common';
import { OnDeadline, type Deadline } from '@aftercare/messaging';
import { txOf, type Tx } from '@aftercare/service';
import type { EntityManager } from 'typeorm';
import { certificateOf } from '../calls/call-certificate.js';
import { CALL_KIND, note } from '../calls/call-change.js';
import { tellAgain } from '../calls/call-routing.js';
import { tellWorkers } from '../calls/call-workers.js';
import { RepairCall } from '../calls/call.entity.js';
import { tellConfirmation } from '../calls/confirmation-told.js';
import { eraseOfErasedOwners } from '../calls/erasure.events.js';
import { ERASED, isErased } from '../calls/erasure.rules.js';
import { newestRecord } from '../calls/newest-record.js';
import { unitStanding } from '../calls/unit-stage.js';
import { followUnit } from '../quality/quality-report.js';
import { unitBySerial } from './known-unit.js';
import { giveToOwner } from './unit-owners.js';

/** Due as soon as the unit of a call is registered that named a serial only; its ref is the call. */
export const JOIN_DEADLINE = 'call-joins-unit';

/** Calls that name one of these serials and no unit, along the index of such calls; an erased person's stay as they are (C-5). */
export const WITHOUT_UNIT = `
  select id from repair_call where unit_id is null and unit_serial <> '' and unit_serial = any($1::text[])
    and not (contact_name = '${ERASED}' and contact_phone = '' and address_detail = '')`;

/** R-1, C-2: each call that waits for one of these serials joins its unit in a transaction of its own. */
export async function awaitJoining(tx: Tx, serials: string[]): Promise<void> {
  const calls = await tx.sql<{ id: string }>({ name: 'calls_without_unit', text: WITHOUT_UNIT, values: [serials] });
  const dueAt = await tx.now();
  for (const { id } of calls) await tx.deadline({ kind: JOIN_DEADLINE, ref: id, dueAt });
}

/** Joins calls to units that were registered after them. */
@Injectable()
export class JoinedCallsJob {
  /** R-1, C-2, C-5: what hangs on a call follows as when its unit is corrected, and its history says so; joined once, it stays. */
  @OnDeadline(JOIN_DEADLINE)
  async join(deadline: Deadline, em: EntityManager): Promise<void> {
    const tx = txOf(em);
    const { unitSerial } = await em.findOneByOrFail(RepairCall, { id: deadline.ref });
    const unitId = await unitBySerial(tx, unitSerial);
    if (unitId === null) return;
    // Whose the unit is may have been told before the unit itself.
    await eraseOfErasedOwners(tx, unitId);
    const call = await em.findOneOrFail(RepairCall, { where: { id: deadline.ref }, lock: { mode: 'pessimistic_write' } });
    if (call.unitId !== null || call.unitSerial !== unitSerial || isErased(call)) return;
    await joinUnit(tx, call, unitId);
  }
}

async function joinUnit(tx: Tx, call: RepairCall, unitId: string): Promise<void> {
  call.unitId = unitId;
  await note(tx, call, { action: 'join-unit' });
  await tx.audit({ action: 'join-unit', kind: CALL_KIND, id: call.id, dealerId: call.dealerId, changed: { unitId: { before: null, after: unitId } } });
  await tx.em.save(RepairCall, call);
  const given = await giveToOwner(tx, unitId);
  call.customerId = given.find(({ id }) => id === call.id)?.customerId ?? call.customerId;
  if (call.technicianUserId !== null && call.state !== 'filed' && call.state !== 'cancelled') call.technicianCertificate = await certificateOf(tx, call);
  // What the unit's stage was is said by the record; of a piece that is only just registered it is not sure yet.
  const { stage } = unitStanding(call, (await newestRecord(tx, call.id)) ?? undefined);
  await followUnit(tx, { dealerId: call.dealerId, originId: call.id, unitId, serial: call.unitSerial, stage });
  await tellAgain(tx, call);
  await tellWorkers(tx, call);
  await tellConfirmation(tx, call);
  await tx.em.save(RepairCall, call);
}
