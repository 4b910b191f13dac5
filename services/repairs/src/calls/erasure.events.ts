import { Injectable } from '@nestjs/common';
import { CallAnonymisedSchema, CustomerAnonymisedSchema, type CustomerAnonymised } from '@aftercare/contracts';
import { OnDeadline, OnEvent, type Deadline } from '@aftercare/messaging';
import { txOf, type Tx } from '@aftercare/service';
import { In, type EntityManager } from 'typeorm';
import { QualityReportRow } from '../quality/quality-report.entity.js';
import { survivorOf } from '../registry/merged-customers.js';
import { CALL_KIND, ERASE_DEADLINE } from './call-change.js';
import { RepairCall } from './call.entity.js';
import { isOver } from './call.rules.js';
import { ANONYMOUS_CALL, ERASED, isErased, partedFiles, withoutContact, type Contact } from './erasure.rules.js';
import { RepairRecord } from './repair-record.entity.js';

/** A customer nobody told of yet is known from now on, so that the order of the events does not matter. */
const MARK = `insert into known_customer (id, dealer_id, anonymised_at) values ($1, $2, business_now())
  on conflict (id) do update set anonymised_at = coalesce(known_customer.anonymised_at, excluded.anonymised_at)`;

/** C-5: the copies of a customer's personal values go when customers erased them; clocks, codes, fees and dates stay. */
@Injectable()
export class ErasureEvents {
  /** A call that was opened between the check and this word is still worked on: it is erased once it is over. */
  @OnEvent(CustomerAnonymisedSchema)
  async customerAnonymised(event: CustomerAnonymised, em: EntityManager): Promise<void> {
    const tx = txOf(em);
    await tx.sql({ name: 'customer_anonymised', text: MARK, values: [event.customerId, event.dealerId] });
    await beginErasing(tx);
    // Calls of a merged file may have gone over before or after this word; the surviving file is erased with it (C-1).
    const files = [event.customerId, await survivorOf(tx, event.customerId)];
    const calls = await em.find(RepairCall, { where: { customerId: In(files) }, order: { id: 'ASC' }, lock: { mode: 'pessimistic_write' } });
    const alive = calls.filter((each) => !isErased(each));
    for (const originId of event.installationIds) await eraseReports(tx, { originKind: 'installation', originId }, alive);
    for (const call of alive) {
      if (isOver(call.state)) await eraseCall(tx, call);
      else await em.update(RepairCall, { id: call.id }, { eraseWhenOver: true });
    }
  }

  /** Set when such a call is filed or cancelled; one that was reopened meanwhile waits for its next end. */
  @OnDeadline(ERASE_DEADLINE)
  async callOver(deadline: Deadline, em: EntityManager): Promise<void> {
    const call = await em.findOneOrFail(RepairCall, { where: { id: deadline.ref }, lock: { mode: 'pessimistic_write' } });
    if (!isOver(call.state) || isErased(call)) return;
    const tx = txOf(em);
    await beginErasing(tx);
    await eraseCall(tx, call);
  }
}

/** History and records are only ever added to; erasing a person is the one exception, for this transaction. */
async function beginErasing(tx: Tx): Promise<void> {
  await tx.sql({ name: 'erasing', text: `select set_config('app.erasing', 'on', true)`, values: [] });
}

async function eraseCall(tx: Tx, call: RepairCall): Promise<void> {
  const { contactName, contactPhone, addressDetail } = call;
  const contact: Contact = { contactName, contactPhone, addressDetail };
  const records = await tx.em.findBy(RepairRecord, { callId: call.id });
  const reports = await eraseReports(tx, { originKind: 'repair-call', originId: call.id }, [contact]);
  const { evidence, theirs, without } = partedFiles([call.photos, call.confirmationEvidence, records.map(({ photos }) => photos)], reports.map(({ photos }) => photos));
  await eraseRecords(tx, records, { contact, without });
  await tx.sql({ name: 'erase_reasons', text: ERASE_REASONS, values: [call.id, ERASED] });
  await tx.em.update(RepairCall, { id: call.id }, {
    ...ANONYMOUS_CALL, photos: without(call.photos), confirmationEvidence: null, eraseWhenOver: false, version: call.version + 1,
  });
  await tx.sql({ name: 'erase_audit', text: 'select erase_audit_personal($1)', values: [call.id] });
  await tx.audit({ action: 'anonymise', kind: CALL_KIND, id: call.id, dealerId: call.dealerId, changed: { version: { after: call.version + 1 } } });
  await tx.announce(CallAnonymisedSchema, { callId: call.id, dealerId: call.dealerId ?? '', attachmentIds: theirs, evidenceIds: evidence });
}

/** The reason of a special case is a code of the list. */
const ERASE_REASONS = `update call_event set reason = $2 where call_id = $1 and reason <> '' and action <> 'extend'`;

interface Erasing {
  contact: Contact;
  without: (photos: RepairRecord['photos']) => RepairRecord['photos'];
}

/** Fault, cause and action are what quality learns from: only the person is taken out of them. */
async function eraseRecords(tx: Tx, records: RepairRecord[], { contact, without }: Erasing): Promise<void> {
  for (const record of records) {
    const faults = record.faults.map((fault) => ({
      ...fault,
      faultDescription: withoutContact(fault.faultDescription, contact),
      cause: withoutContact(fault.cause, contact),
      action: withoutContact(fault.action, contact),
    }));
    await tx.em.update(RepairRecord, { id: record.id }, { faults, toldCustomer: ERASED, photos: without(record.photos) });
  }
}

async function eraseReports(tx: Tx, origin: Pick<QualityReportRow, 'originKind' | 'originId'>, contacts: Contact[]): Promise<QualityReportRow[]> {
  const reports = await tx.em.findBy(QualityReportRow, origin);
  const clear = (text: string): string => contacts.reduce((rest, contact) => withoutContact(rest, contact), withoutContact(text));
  for (const { id, description, cause, action } of reports) {
    await tx.em.update(QualityReportRow, { id }, { description: clear(description), cause: clear(cause), action: clear(action) });
  }
  return reports;
}
