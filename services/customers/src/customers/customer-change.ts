import { CustomerChangedSchema } from '@aftercare/contracts';
import { isId, newId } from '@aftercare/domain';
import { notFound } from '@aftercare/messaging';
import { insertRow, scopeCondition, type Change, type Tx } from '@aftercare/service';
import { isOwnWork, ownWorker } from '../own-work/own-work.js';
import { ERASED } from './anonymise.rules.js';
import { CustomerEntity, CustomerEventEntity } from './customer.entity.js';
import { requireInUse, withoutPersonal, type FileEnd } from './customer.rules.js';

/** A customer file with its phones, and what else a change concerned; nothing personal in `also`. */
export interface CustomerFile {
  customer: CustomerEntity;
  phones: string[];
  also?: Record<string, Change>;
  /** Why, in somebody's words: they go with the person. */
  reason?: string;
  /** The file that was merged into this one. */
  mergedFrom?: string;
  /** Who of the dealer asked, where the manufacturer made the change. */
  askedBy?: string;
}

/** A customer the caller may see, locked for a change; a foreign one looks like a missing one. */
export async function customerForChange(tx: Tx, id: string): Promise<CustomerEntity> {
  const scope = scopeCondition(tx.ctx, 'customer.dealer_id');
  const customer = isId(id)
    ? await tx.em.createQueryBuilder(CustomerEntity, 'customer').where('customer.id = :id', { id })
        .andWhere(scope.where, scope.parameters).andWhere(isOwnWork('customer', ':me'), { me: ownWorker(tx.ctx) }).setLock('pessimistic_write').getOne()
    : null;
  if (!customer) throw notFound('customer');
  return customer;
}

/** C-1: whatever is newly written for a customer is written for a file in use; held to the commit, so that neither a merge nor an erasure comes between. */
export async function holdCustomer(tx: Tx, id: string): Promise<void> {
  const [file] = await tx.sql<FileEnd>({
    name: 'customer_hold', text: 'select merged_into as "mergedInto", anonymised_at as "anonymisedAt" from customer where id = $1 for share', values: [id],
  });
  if (!file) throw notFound('customer');
  requireInUse(file);
}

/** Replaces a customer's phones. */
export async function keepPhones(tx: Tx, customer: CustomerEntity, phones: string[]): Promise<void> {
  await tx.sql({ name: 'phone_drop', text: 'delete from customer_phone where customer_id = $1 and dealer_id = $2', values: [customer.id, customer.dealerId] });
  await tx.sql({
    name: 'phone_keep',
    text: `insert into customer_phone (dealer_id, customer_id, position, phone) select $1, $2, p.at, p.phone from unnest($3::text[]) with ordinality p(phone, at)`,
    values: [customer.dealerId, customer.id, phones],
  });
}

/** A customer's phones in their order. */
export async function phonesOf(tx: Tx, customerId: string): Promise<string[]> {
  const rows = await tx.sql<{ phone: string }>({ name: 'phone_of', text: 'select phone from customer_phone where customer_id = $1 order by position', values: [customerId] });
  return rows.map(({ phone }) => phone);
}

/** What of a change the time line shows (C-6); of a merge, the surviving file shows it. */
const SHOWN: Record<string, string> = { create: 'registered', update: 'changed', 'take-over': 'merged', anonymise: 'anonymised' };

/** Audit with personal values apart, the event and the time line with field names only, and the answer. */
export async function finish(tx: Tx, action: string, after: CustomerFile, before: CustomerFile | null) {
  const { customer } = after;
  const plain = { ...diff(['language', 'regionCode', 'consentService', 'consentMarketing', 'mergedInto'], before?.customer, customer), ...after.also };
  const personal = { ...diff(['name', 'addressDetail'], before?.customer, customer), ...diff(['phones'], before ?? undefined, after), ...reasonOf(customer, after.reason) };
  await tx.audit({ action, kind: 'customer', id: customer.id, dealerId: customer.dealerId, changed: plain, personal: { ...personal, ...askedByOf(after.askedBy) } });
  const fields = [...Object.keys(plain), ...Object.keys(personal)];
  if (SHOWN[action]) {
    await insertRow(tx, CustomerEventEntity, {
      id: newId(), dealerId: customer.dealerId, customerId: customer.id, kind: SHOWN[action], at: await tx.now(),
      fields: action === 'update' ? fields : [], documentId: after.mergedFrom ?? null,
    });
  }
  await tx.announce(CustomerChangedSchema, {
    customerId: customer.id, dealerId: customer.dealerId, fields, version: customer.version, mergedInto: customer.mergedInto ?? '',
  });
  return refOf(customer);
}

/** What a change of a file answers, and what stands there when it came too late. */
export function refOf(customer: CustomerEntity) {
  return { id: customer.id, number: customer.number, state: stateOf(customer), version: customer.version };
}

/** C-5: an entry about a file of which only the reason is told. Asked in the transaction, so that no erasure comes between. */
export async function auditReason(tx: Tx, action: 'reveal' | 'export', of: { id: string; reason: string }): Promise<void> {
  const [file] = await tx.sql<{ id: string; dealerId: string; anonymisedAt: string | null }>({
    name: 'customer_reason', text: 'select id, dealer_id as "dealerId", iso(anonymised_at) as "anonymisedAt" from customer where id = $1 for share', values: [of.id],
  });
  if (!file) throw notFound('customer');
  await tx.audit({ action, kind: 'customer', id: file.id, dealerId: file.dealerId, personal: reasonOf(file, of.reason) });
}

/** who asked stands beside the chain, as every name. */
export const askedByOf = (askedBy = ''): Record<string, Change> => (askedBy === '' ? {} : { askedBy: { after: askedBy } });

/** Words may name the person in any spelling: they stand beside the chain; of a file without its person only that there were some. */
function reasonOf(file: { anonymisedAt: string | null }, reason = ''): Record<string, Change> {
  if (reason.trim() === '') return {};
  return { reason: { after: file.anonymisedAt === null ? reason.trim() : ERASED } };
}

function stateOf(customer: FileEnd): string {
  if (customer.mergedInto !== null) return 'merged';
  return customer.anonymisedAt === null ? '' : 'anonymised';
}

function diff<T extends object>(fields: (keyof T & string)[], before: T | undefined, after: T): Record<string, Change> {
  const differs = (field: keyof T): boolean => JSON.stringify(before?.[field] ?? null) !== JSON.stringify(after[field]);
  return Object.fromEntries(fields.filter(differs).map((field) => [field, { before: before?.[field] ?? null, after: after[field] }]));
}

/** C-5: a text without the names, phones and addresses of these customers. */
export async function withoutCustomers(tx: Tx, text: string, customerIds: string[]): Promise<string> {
  let cleared = text;
  for (const id of customerIds) {
    const { name, addressDetail } = await tx.em.findOneByOrFail(CustomerEntity, { id });
    cleared = withoutPersonal(cleared, { name, addressDetail, phones: await phonesOf(tx, id) });
  }
  return cleared;
}
