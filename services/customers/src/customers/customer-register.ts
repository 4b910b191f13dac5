import type { CreateCustomerRequest, DocumentRef } from '@aftercare/contracts';
import { maskName, maskPhone, newId } from '@aftercare/domain';
import { insertRow, type Tx } from '@aftercare/service';
import { holdDealer } from '../dealers/standing.js';
import { ownWorker } from '../own-work/own-work.js';
import { finish, keepPhones } from './customer-change.js';
import { CustomerEntity } from './customer.entity.js';
import { offerExisting } from './customer.rules.js';
import { keepNameKeys } from './name-keys.js';

/** What a form or a sheet says of a customer. */
export type CustomerForm = Pick<CreateCustomerRequest, 'name' | 'language' | 'consentService' | 'consentMarketing'> & {
  address?: { regionCode: string; detail: string };
};

type ChangedForm = Omit<CustomerForm, 'consentService' | 'consentMarketing'> & { consentService?: boolean; consentMarketing?: boolean };

/** C-1: what a change says of a file, the rest as it was; a consent is given and taken back in so many words. */
export function changedForm(form: ChangedForm, kept: CustomerEntity): CustomerForm {
  return {
    name: form.name || kept.name,
    language: form.language || kept.language,
    consentService: form.consentService ?? kept.consentService,
    consentMarketing: form.consentMarketing ?? kept.consentMarketing,
    address: { regionCode: form.address?.regionCode || kept.regionCode, detail: form.address?.detail || kept.addressDetail },
  };
}

/** The values of a file that a form says, with those that follow from them. */
export function customerData(form: CustomerForm, phones: string[]) {
  const name = form.name.trim();
  return {
    name,
    maskedName: maskName(name),
    maskedPhone: maskPhone(phones[0]),
    regionCode: form.address?.regionCode ?? '',
    addressDetail: form.address?.detail.trim() ?? '',
    language: form.language || 'zh-CN',
    consentService: form.consentService,
    consentMarketing: form.consentMarketing,
  };
}

/** C-1: opens a checked file with its number; audited and told. */
export async function registerCustomer(
  tx: Tx,
  given: { dealerId: string; phones: string[]; data: ReturnType<typeof customerData>; askedBy?: string },
): Promise<{ customer: CustomerEntity; ref: Omit<DocumentRef, '$typeName' | '$unknown'> }> {
  const { dealerId, phones, data, askedBy = '' } = given;
  await holdDealer(tx, dealerId);
  const number = await tx.nextNumber('customer', { prefix: 'CU', gapFree: false });
  const customer = tx.em.create(CustomerEntity, { id: newId(), dealerId, number, ...data, askedBy, mergedInto: null, anonymisedAt: null, registeredBy: ownWorker(tx.ctx) ?? '', class: 'C', version: 1, createdAt: await tx.now() });
  await insertRow(tx, CustomerEntity, customer);
  await keepPhones(tx, customer, phones);
  await keepNameKeys(tx, customer);
  return { customer, ref: await finish(tx, 'create', { customer, phones, askedBy }, null) };
}

/** C-1: a sheet enters so many phones that it holds all of its dealers at once: whoever enters one of them meanwhile comes before or after. */
export async function holdAllPhones(tx: Tx, dealerIds: readonly string[]): Promise<void> {
  await tx.sql({
    name: 'phone_lock_all',
    text: `select pg_advisory_xact_lock(key) from (select distinct hashtextextended('customer phones ' || d, 0) as key from unnest($1::text[]) d order by 1) k`,
    values: [dealerIds],
  });
}

/** C-1: two people who enter the same phone at once come one after the other, so that the second is offered the first's file. */
export async function refuseKnownPhone(tx: Tx, given: { dealerId: string; phones: string[]; accept: boolean; except?: string }): Promise<void> {
  const { dealerId, phones, accept, except } = given;
  if (phones.length === 0) return;
  await tx.sql({
    name: 'phone_lock',
    text: `select pg_advisory_xact_lock_shared(hashtextextended('customer phones ' || $1, 0))
      union all select pg_advisory_xact_lock(key) from (select distinct hashtextextended($1 || p, 0) as key from unnest($2::text[]) p order by 1) k`,
    values: [dealerId, phones],
  });
  const [known] = await tx.sql<{ id: string; phone: string }>({
    name: 'phone_known',
    text: `select customer_id as id, phone from customer_phone where dealer_id = $1 and phone = any($2::text[]) and customer_id is distinct from $3::uuid limit 1`,
    values: [dealerId, phones, except ?? null],
  });
  offerExisting(known ? { id: known.id, phoneAt: phones.indexOf(known.phone) } : null, accept);
}
