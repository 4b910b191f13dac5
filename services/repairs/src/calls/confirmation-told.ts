import { RecordConfirmedSchema } from '@aftercare/contracts';
import { businessDate } from '@aftercare/domain';
import type { Tx } from '@aftercare/service';
import { tellFaultsOfCall } from '../faults/faults-recorded.js';
import { note, registeredSerial } from './call-change.js';
import { CallEventRow, type RepairCall } from './call.entity.js';
import { confirmedOf, solutionOf, unconfirmedOf, type Confirmed } from './confirmed-records.rules.js';
import { RepairRecord } from './repair-record.entity.js';
import { codesOf } from './repair-record.rules.js';

/**
 * what the customer confirmed, as it is now said, at the call's present version: told by a confirmation, and once more
 * when what was told is corrected. Of a call that nobody confirmed there is nothing to tell.
 */
export async function tellConfirmation(tx: Tx, call: RepairCall): Promise<void> {
  const confirmed = await confirmedRecords(tx, call.id);
  const [newest] = confirmed;
  if (!newest) return;
  const records = confirmed.map(({ record }) => record);
  const confirmedAt = newest.confirmedAt;
  const resolvedAt = solvedAt(call, records);
  await tx.announce(RecordConfirmedSchema, {
    callId: call.id,
    recordId: newest.record.id,
    dealerId: call.dealerId ?? '',
    unitId: call.unitId ?? '',
    customerId: call.customerId ?? '',
    partsUsed: records.flatMap(partsOf),
    confirmedAt,
    confirmedOn: businessDate(confirmedAt),
    callNumber: call.number,
    unitSerial: registeredSerial(call),
    resolvedAt,
    faultCodes: codesOf(records),
    version: call.version,
    records: [...confirmed].reverse().map(({ record, confirmedAt: at }) => (
      { recordId: record.id, confirmedOn: businessDate(at), partsUsed: partsOf(record), solvedAt: solutionOf(record, records) })),
  });
  await tellFaultsOfCall(tx, call, { records, confirmedAt, resolvedAt });
}

/** a design defect that was marked after the confirmation is told as a change of the call. Save the call afterwards. */
export async function tellDefect(tx: Tx, call: RepairCall): Promise<void> {
  const confirmed = await confirmedRecords(tx, call.id);
  const [newest] = confirmed;
  if (!newest) return;
  await note(tx, call, { action: 'mark-design-defect' });
  const records = confirmed.map(({ record }) => record);
  await tellFaultsOfCall(tx, call, { records, confirmedAt: newest.confirmedAt, resolvedAt: solvedAt(call, records) });
}

/** the records that a confirmation of the call would confirm, the oldest first: the customer is shown all of them. */
export async function unconfirmedRecords(tx: Tx, callId: string): Promise<RepairRecord[]> {
  const { records, confirmations } = await recordsOf(tx, callId);
  return unconfirmedOf(records, confirmations).reverse();
}

/** The newest first. */
async function confirmedRecords(tx: Tx, callId: string): Promise<Confirmed<RepairRecord>[]> {
  const { records, confirmations } = await recordsOf(tx, callId);
  return confirmedOf(records, confirmations);
}

/** A call's records, the newest first, and when the customer confirmed. */
async function recordsOf(tx: Tx, callId: string): Promise<{ records: RepairRecord[]; confirmations: string[] }> {
  const records = await tx.em.find(RepairRecord, { where: { callId }, order: { recordedAt: 'DESC', id: 'DESC' } });
  const confirmations = await tx.em.find(CallEventRow, { where: { callId, action: 'confirm' } });
  return { records, confirmations: confirmations.map(({ at }) => at) };
}

function partsOf({ partsUsed }: RepairRecord): { partId: string; quantity: number; source: string }[] {
  return partsUsed.map(({ partId, quantity, source }) => ({ partId, quantity, source }));
}

/** When the repair that was confirmed was done; a reopened call says it no more, its record does. */
function solvedAt(call: RepairCall, records: readonly RepairRecord[]): string {
  return call.resolvedAt ?? records.find(({ resolved }) => resolved)?.recordedAt ?? '';
}
