import { pinyin } from 'pinyin-pro';
import type { CreateCustomerRequest, DocumentRef } from '@aftercare/contracts';
import { maskName, maskPhone, newId } from '@aftercare/domain';
import { insertRow, type Tx } from '@aftercare/service';
import { finish, keepPhones } from './customer-change.js';
import { CustomerEntity } from './customer.entity.js';

/** What a form or a sheet says of a customer. */
export type CustomerForm = Pick<CreateCustomerRequest, 'name' | 'language' | 'consentService' | 'consentMarketing'> & {
  address?: { regionCode: string; detail: string };
};

/** The values of a file that a form says, with those that follow from them. */
export function customerData(form: CustomerForm, phones: string[]) {
  const name = form.name.trim();
  return {
    name,
    maskedName: maskName(name),
    maskedPhone: maskPhone(phones[0]),
    initials: pinyin(name, { pattern: 'first', toneType: 'none', type: 'array', nonZh: 'consecutive' }).join('').toLowerCase().replace(/[^a-z0-9]/g, ''),
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
  given: { dealerId: string; phones: string[]; data: ReturnType<typeof customerData> },
): Promise<{ customer: CustomerEntity; ref: Omit<DocumentRef, '$typeName' | '$unknown'> }> {
  const { dealerId, phones, data } = given;
  const number = await tx.nextNumber('customer', { prefix: 'CU', gapFree: false });
  const customer = tx.em.create(CustomerEntity, { id: newId(), dealerId, number, ...data, mergedInto: null, anonymisedAt: null, version: 1, createdAt: await tx.now() });
  await insertRow(tx, CustomerEntity, customer);
  await keepPhones(tx, customer, phones);
  return { customer, ref: await finish(tx, 'create', { customer, phones }, null) };
}
