import { Injectable } from '@nestjs/common';
import { CallAnonymisedSchema, CustomerAnonymisedSchema, UnitOwnedSchema, type CustomerAnonymised, type UnitOwned } from '@aftercare/contracts';
import { OnEvent } from '@aftercare/messaging';
import { txOf, type Tx } from '@aftercare/service';
import { In, LessThanOrEqual, type EntityManager, type FindOptionsWhere } from 'typeorm';
import { QualityReportRow } from '../quality/quality-report.entity.js';
import { REPORT_KIND } from '../quality/quality-report.js';
import { eraseClaims } from '../reimbursements/claim-erasure.js';
import { eraseCampaignNotes } from '../campaigns/campaign-people.js';
import { keepErased, survivorOf } from '../registry/merged-customers.js';
import { callsWithoutFile, erasedOwners, giveToOwner, keepOwners } from '../registry/unit-owners.js';
import { eraseChecked } from '../spot-checks/checked-erasure.js';
import { CALL_KIND, step } from './call-change.js';
import { cancelled } from './call-work.handlers.js';
import { RepairCall } from './call.entity.js';
import { callSteps } from './call.rules.js';
import { contactsOf, dropWords, wordsOfFiles } from './erasure-words.js';
import { anonymousCall, ERASED, erasedText, isErased, partedFiles, withoutWords, type Clear } from './erasure.rules.js';
import { eraseQuestions, questionsOf } from '../support/support-erasure.js';
import { eraseQuotes, signaturesOf } from '../quotes/call-quote.js';
import { RepairRecord } from './repair-record.entity.js';

/** C-5: the copies of a customer's personal values go when customers erased them; clocks, codes, fees and dates stay. */
@Injectable()
export class ErasureEvents {
  @OnEvent(CustomerAnonymisedSchema)
  async customerAnonymised(event: CustomerAnonymised, em: EntityManager): Promise<void> {
    const tx = txOf(em);
    await erasing(tx);
    // First, so that whoever opens a call for the file at this moment has committed it before the calls are looked for.
    const erasedBefore = (await keepErased(tx, event)) ?? (event.writtenUntil || null);
    // Calls of a merged file may have gone over before or after this word; the surviving file is erased with it (C-1).
    const survivor = await survivorOf(tx, event.customerId);
    const files = [event.customerId, survivor];
    const theirs = [{ customerId: In(files) }, { id: In(await callsWithoutFile(tx, files, erasedBefore)) }];
    if (event.writtenUntil !== '' && survivor === event.customerId) await tellAgain(tx, theirs, event.writtenUntil);
    await eraseCalls(tx, theirs, await wordsOfFiles(tx, files));
    await dropWords(tx, event.customerId);
    if (event.writtenUntil === '') await eraseCampaignNotes(tx, files);
    await eraseInstallationReports(tx, event);
  }

  /** Whose a unit is may be told after its owner was erased, or after calls on it were opened without a file. */
  @OnEvent(UnitOwnedSchema)
  async unitOwned(event: UnitOwned, em: EntityManager): Promise<void> {
    const tx = txOf(em);
    await keepOwners(tx, event);
    await giveToOwner(tx, event.unitId);
    await eraseOfErasedOwners(tx, event.unitId);
  }
}

/** C-5: calls on a unit that name no file, opened while somebody owned it who is erased, go with him. */
export async function eraseOfErasedOwners(tx: Tx, unitId: string): Promise<void> {
  for (const { id, anonymisedAt } of await erasedOwners(tx, unitId)) {
    await erasing(tx);
    await eraseCalls(tx, [{ id: In(await callsWithoutFile(tx, [id], anonymisedAt)) }]);
  }
}

/** History and records are only ever added to; erasing a person is the one exception, for this transaction. */
async function erasing(tx: Tx): Promise<void> {
  await tx.sql({ name: 'erasing', text: `select set_config('app.erasing', 'on', true)`, values: [] });
}

/** Told twice, a call is erased once; one that is open is cancelled. Where the person's words are not known any more, what was written about it goes whole. */
async function eraseCalls(tx: Tx, where: FindOptionsWhere<RepairCall>[], words?: readonly string[]): Promise<void> {
  const found = await tx.em.find(RepairCall, { where, order: { id: 'ASC' }, lock: { mode: 'pessimistic_write' } });
  const calls = found.filter((each) => !isErased(each));
  const clear = words ? withoutWords([...words, ...(await contactsOf(tx, calls.map(({ id }) => id)))]) : erasedText;
  for (const call of calls) {
    await eraseCall(tx, call, clear);
    if (callSteps.can('cancel', call.state)) await settle(tx, call.id);
  }
}

/** Who keeps something by calls that were erased before looks for it by the present rules as well. */
async function tellAgain(tx: Tx, where: FindOptionsWhere<RepairCall>[], writtenUntil: string): Promise<void> {
  for (const call of (await tx.em.find(RepairCall, { where, order: { id: 'ASC' } })).filter(isErased)) {
    await tx.announce(CallAnonymisedSchema, { callId: call.id, dealerId: call.dealerId ?? '', writtenUntil });
  }
}

/** Why a call of an erased person was cancelled, in its history. */
export const PERSON_ERASED = 'customer_anonymised';

/** Nobody can be visited any more: a call that was opened beside the erasure does not wait on, nor does its clock run. */
async function settle(tx: Tx, callId: string): Promise<void> {
  const call = await tx.em.findOneByOrFail(RepairCall, { id: callId });
  await step(tx, call, 'cancel', PERSON_ERASED);
  await cancelled(tx, call);
  await tx.em.save(RepairCall, call);
}

async function eraseCall(tx: Tx, call: RepairCall, clear: Clear): Promise<void> {
  const records = await tx.em.findBy(RepairRecord, { callId: call.id });
  const questions = await questionsOf(tx, call.id);
  const reports = await eraseReports(tx, call.id, clear);
  const claims = await eraseClaims(tx, call.id, clear);
  await eraseChecked(tx, call.id, clear);
  const files = partedFiles([call.photos, call.confirmationEvidence, records.map(({ photos }) => photos), questions.map(({ photos }) => photos), await signaturesOf(tx, call.id)], [...reports.map(({ photos }) => photos), ...claims]);
  await eraseRecords(tx, records, { clear, without: files.without });
  await eraseQuotes(tx, call.id, clear);
  await eraseQuestions(tx, questions, { clear, without: files.without });
  await tx.sql({ name: 'erase_reasons', text: ERASE_REASONS, values: [call.id, ERASED] });
  await tx.sql({ name: 'close_state_links', text: CLOSE_STATE_LINKS, values: [call.id] });
  await tx.sql({ name: 'erase_appointments', text: ERASE_APPOINTMENTS, values: [call.id, ERASED] });
  await tx.em.update(RepairCall, { id: call.id }, {
    ...anonymousCall(call), photos: files.without(call.photos), confirmationEvidence: null, version: call.version + 1,
  });
  await tx.sql({ name: 'erase_audit', text: 'select erase_audit_personal($1)', values: [call.id] });
  await tx.audit({ action: 'anonymise', kind: CALL_KIND, id: call.id, dealerId: call.dealerId, changed: { version: { after: call.version + 1 } } });
  await tx.announce(CallAnonymisedSchema, { callId: call.id, dealerId: call.dealerId ?? '', attachmentIds: files.theirs, evidenceIds: files.evidence });
}

/** The reason of a special case is a code of the list. */
const ERASE_REASONS = `
  update call_event set asked_by = '', reason = case when reason = '' or action = 'extend' then reason else $2 end
  where call_id = $1 and (asked_by <> '' or (reason <> '' and action <> 'extend'))`;

const CLOSE_STATE_LINKS = 'update call_state_link set expires_at = business_now() where call_id = $1 and expires_at > business_now()';
const ERASE_APPOINTMENTS = `update call_appointment set reason = $2 where call_id = $1 and reason <> ''`;

interface Erasing {
  clear: Clear;
  without: (photos: RepairRecord['photos']) => RepairRecord['photos'];
}

/** Fault, cause and action are what quality learns from: only the person is taken out of them. */
async function eraseRecords(tx: Tx, records: RepairRecord[], { clear, without }: Erasing): Promise<void> {
  for (const record of records) {
    const faults = record.faults.map((fault) => ({
      ...fault,
      faultDescription: clear(fault.faultDescription),
      cause: clear(fault.cause),
      action: clear(fault.action),
    }));
    await tx.em.update(RepairRecord, { id: record.id }, { faults, toldCustomer: ERASED, photos: without(record.photos) });
  }
}

/** What people wrote in a report at the dealer's. */
const REPORT_TEXTS = ['description', 'cause', 'action', 'markReason'] as const;
/** What the quality engineer wrote, who does not know the customer: only a name he was told may stand in it. */
const ANSWER_TEXTS = ['answer', 'closingNote'] as const;

async function eraseReports(tx: Tx, callId: string, clear: Clear): Promise<QualityReportRow[]> {
  const reports = await tx.em.findBy(QualityReportRow, { originKind: 'repair-call', originId: callId });
  for (const report of reports) {
    const cleared = Object.fromEntries([...REPORT_TEXTS, ...ANSWER_TEXTS].map((field) => [field, clear(report[field])]));
    await tx.em.update(QualityReportRow, { id: report.id }, cleared);
  }
  return reports;
}

/**
 * The contact of an appointment is not known here, so what was written about it goes whole; serials, lot and photos stay (C-4). A report that
 * was opened after the appointment went on to the unit's next owner is of what happened at his home (C-2); of an erasure that is told again
 * only what was opened then is meant.
 */
async function eraseInstallationReports(tx: Tx, { installationIds, passedOn, writtenUntil }: Pick<CustomerAnonymised, 'installationIds' | 'passedOn' | 'writtenUntil'>): Promise<void> {
  const passed = new Map(passedOn.map(({ ref, writtenUntil: until }) => [ref, until]));
  const theirs = installationIds.map((originId) => ({ originKind: 'installation', originId, createdAt: LessThanOrEqual(passed.get(originId) ?? (writtenUntil || 'infinity')) }));
  for (const report of theirs.length === 0 ? [] : await tx.em.findBy(QualityReportRow, theirs)) {
    const { id, dealerId } = report;
    const erased = Object.fromEntries(REPORT_TEXTS.map((field) => [field, erasedText(report[field])]));
    if (REPORT_TEXTS.every((field) => report[field] === erased[field])) continue;
    await tx.em.update(QualityReportRow, { id }, erased);
    await tx.audit({ action: 'anonymise', kind: REPORT_KIND, id, dealerId, changed: { fields: { after: Object.keys(erased) } } });
  }
}
