import { newId } from '@aftercare/domain';
import type { Tx } from '@aftercare/service';
import { ContactEntity } from './contact.entity.js';
import { isMain, type Contact } from './contact.rules.js';

const PERSONAL = ['name', 'phone', 'mail'] as const;
const PLAIN = ['position', 'purpose', 'main'] as const;

/** The contact a dealer is asked for first; an imported dealer may have none. */
export function mainContact(tx: Tx, dealerId: string): Promise<ContactEntity | null> {
  return tx.em.findOneBy(ContactEntity, { dealerId, main: true });
}

/** D-1: adds a checked contact, with the dealer's row locked. */
export async function addContact(tx: Tx, dealerId: string, given: Contact): Promise<ContactEntity> {
  const others = await tx.em.countBy(ContactEntity, { dealerId });
  const contact = tx.em.create(ContactEntity, { id: newId(), dealerId, ...given, main: isMain(given.main, others), version: 1, createdAt: await tx.now() });
  if (contact.main) await putBackMain(tx, dealerId);
  await tx.em.insert(ContactEntity, contact);
  await auditContact(tx, 'add', null, contact);
  return contact;
}

/** D-1: writes over a contact, with the dealer's row locked; the same values again change nothing. */
export async function changeContact(tx: Tx, before: ContactEntity, given: Contact): Promise<ContactEntity> {
  if ([...PERSONAL, ...PLAIN].every((field) => before[field] === given[field])) return before;
  if (given.main && !before.main) await putBackMain(tx, before.dealerId);
  const after = { ...before, ...given, version: before.version + 1 };
  await tx.em.save(ContactEntity, after);
  await auditContact(tx, 'change', before, after);
  return after;
}

export async function removeContact(tx: Tx, contact: ContactEntity): Promise<void> {
  await tx.em.delete(ContactEntity, { id: contact.id });
  await auditContact(tx, 'remove', contact, null);
}

/** Whoever was the main one is one of the others now. */
async function putBackMain(tx: Tx, dealerId: string): Promise<void> {
  const before = await mainContact(tx, dealerId);
  if (before === null) return;
  const after = { ...before, main: false, version: before.version + 1 };
  await tx.em.save(ContactEntity, after);
  await auditContact(tx, 'change', before, after);
}

/** A contact is a person: who he is stands beside the audit entry, not in it. */
async function auditContact(tx: Tx, action: string, before: ContactEntity | null, after: ContactEntity | null): Promise<void> {
  const known = (after ?? before)!;
  const differing = <K extends keyof ContactEntity>(fields: readonly K[]) => Object.fromEntries(
    fields.filter((field) => before?.[field] !== after?.[field]).map((field) => [field, { before: before?.[field] ?? null, after: after?.[field] ?? null }]));
  await tx.audit({ action, kind: 'dealer_contact', id: known.id, dealerId: known.dealerId, changed: differing(PLAIN), personal: differing(PERSONAL) });
}
