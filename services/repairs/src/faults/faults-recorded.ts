import { FaultsRecordedSchema } from '@aftercare/contracts';
import { addMoney, serialKey, typedSerialKey } from '@aftercare/domain';
import type { Tx } from '@aftercare/service';
import { catalogueCodes } from './record-codes.js';
import { codesOfFamily, dimensionsOf } from './record-codes.rules.js';
import { registeredSerial } from '../calls/call-change.js';
import { familyOf } from '../calls/call-family.js';
import type { RepairCall } from '../calls/call.entity.js';
import type { RepairRecord } from '../calls/repair-record.entity.js';
import { unitStanding } from '../calls/unit-stage.js';
import { standingsOf } from '../quality/call-reports.js';
import type { QualityReportRow } from '../quality/quality-report.entity.js';
import { markedOnly } from '../quality/quality-report.rules.js';
import { usedAgain } from './used-again.rules.js';

const NO_CODES = { faultCode: '', causeCode: '', actionCode: '', problemDimension: '' };

/** What the customer confirmed: the records, the newest first, when he did, and when it was solved. */
interface ConfirmedWork {
  records: readonly RepairRecord[];
  confirmedAt: string;
  resolvedAt: string;
}

/** what the records of a confirmed call say: codes, parts, fees and photos, no text and no person. */
export async function tellFaultsOfCall(tx: Tx, call: RepairCall, { records, confirmedAt, resolvedAt }: ConfirmedWork): Promise<void> {
  const inOrder = [...records].reverse();
  const marked = markedOnly(await standingsOf(tx, call.id), records);
  const standing = unitStanding(call, records[0]);
  // As with codes: once the unit was corrected, a problem of another stage is one of the unit that was named before.
  const problems = dimensionsOf(call.correctedStage ?? '');
  const family = await familyOf(tx, call);
  const codesOf = codesOfFamily(await catalogueCodes(tx, records.flatMap(({ faults }) => faults)), family);
  const photos = records.flatMap((record) => record.photos.map(({ sha256 }) => sha256));
  await tx.announce(FaultsRecordedSchema, {
    caseId: call.id, kind: 'repair-call', number: call.number, dealerId: call.dealerId ?? '', unitId: call.unitId ?? '', serial: registeredSerial(call),
    ...standing,
    family,
    faults: inOrder.flatMap((record) => record.faults.map((fault) => (
      { ...codesOf(fault), designDefect: fault.designDefect || marked.has(record), problemDimension: problems.includes(fault.problemDimension ?? '') ? (fault.problemDimension ?? '') : '' }))),
    partsUsed: inOrder.flatMap(({ partsUsed }) => partsUsed.map(({ partId, quantity, source }) => ({ partId, quantity, source }))),
    labourFee: addMoney(...records.map(({ labourFee }) => labourFee)), travelFee: addMoney(...records.map(({ travelFee }) => travelFee)),
    photoHashes: [...new Set(photos)].sort(), openedAt: call.openedAt, resolvedAt, recordedAt: confirmedAt, version: call.version,
    serialKey: keyOf(call.unitId, call.unitSerial), usedAgain: usedAgain(records),
  });
}

/** by what a serial is compared, registered or as it was typed. */
const keyOf = (unitId: string | null, serial: string): string => (unitId === null ? typedSerialKey(serial) : serialKey(serial));

/** a failed installation has no record, so that its report is the fault; of a call's report the record speaks. */
export async function tellFaultsOfReport(tx: Tx, report: QualityReportRow): Promise<void> {
  if (report.originKind !== 'installation') return;
  await tx.announce(FaultsRecordedSchema, {
    caseId: report.id, kind: 'quality-report', number: report.number, dealerId: report.dealerId, unitId: report.unitId ?? '',
    serial: report.unitId === null ? '' : report.serial, stage: report.basis === 'design_defect' ? '' : 'unboxing', warrantyOver: false, labourNotCovered: false,
    family: await familyOf(tx, { unitId: report.unitId, unitSerial: report.serial }), faults: [{ ...NO_CODES, designDefect: report.designDefect }],
    partsUsed: [], labourFee: '0.00', travelFee: '0.00', photoHashes: [], openedAt: '', resolvedAt: '', recordedAt: report.createdAt, version: report.version,
    serialKey: keyOf(report.unitId, report.serial), usedAgain: [],
  });
}
