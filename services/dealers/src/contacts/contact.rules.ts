import { CONTACT_PURPOSES, maskMail, maskPhone, Refusal, requireRole, type ContactPurpose, type Role } from '@aftercare/domain';

/** A contact as it is written. */
export interface Contact {
  name: string;
  /** What he is at the dealer. */
  position: string;
  phone: string;
  mail: string;
  purpose: ContactPurpose;
  main: boolean;
}

/** Who is asking. */
export interface Reader {
  role: string;
  dealerId: string | null;
}

/** The dealer's own manager, and the manufacturer's service that draws up its file. */
const MAY_CHANGE: readonly Role[] = ['dealer_manager', 'service_clerk', 'service_supervisor'];
const MAY_CALL: readonly string[] = ['service_clerk', 'service_supervisor'];
const NAME_LENGTH_MAX = 60;
const MAIL_LENGTH_MAX = 120;
const PHONE = /^\+?[0-9][0-9 ()-]{1,22}[0-9]$/;
const MAIL = /^[^\s@]+@[^\s@]+\.[^\s@.]+$/;

/** D-1: a dealer's contacts are changed by its own manager and the manufacturer's service, not by its parent. Refuses ROLE_NOT_ALLOWED. */
export function requireContactChange(dealerId: string, reader: Reader): void {
  requireRole(reader.role, MAY_CHANGE, 'change-contact');
  if (reader.role !== 'dealer_manager' || reader.dealerId === dealerId) return;
  throw new Refusal('permission_denied', 'ROLE_NOT_ALLOWED', 'A dealer’s contacts are its own manager’s to change.');
}

/** D-1: a contact has a name, a phone and a purpose; mail and position may follow; `of` begins the fields where it stands in a larger request. Refuses CONTACT_INVALID. */
export function checkContact({ name, position, phone, mail, purpose }: Contact, of = ''): void {
  const invalid = (field: string, message: string): Refusal => new Refusal('invalid_argument', 'CONTACT_INVALID', message, { field: fieldOf(of, field) });
  if (name === '' || name.length > NAME_LENGTH_MAX) throw invalid('name', 'The name is missing or too long.');
  if (position.length > NAME_LENGTH_MAX) throw invalid('position', 'The position is too long.');
  if (!PHONE.test(phone)) throw invalid('phone', 'This is no phone number.');
  if (mail !== '' && (mail.length > MAIL_LENGTH_MAX || !MAIL.test(mail))) throw invalid('mail', 'This is no mail address.');
  if (!CONTACT_PURPOSES.includes(purpose)) throw invalid('purpose', `A purpose is one of: ${CONTACT_PURPOSES.join(', ')}.`);
}

/** D-1: a dealer's first contact is its main one, whatever was asked. */
export function isMain(asked: boolean, others: number): boolean {
  return asked || others === 0;
}

/** D-1: the main contact is neither taken out nor put back; another one takes its place. Refuses CONTACT_IS_MAIN. */
export function requireMainStays(before: { main: boolean }, after: { main: boolean } | null): void {
  if (!before.main || after?.main) return;
  throw new Refusal('failed_precondition', 'CONTACT_IS_MAIN', 'A dealer has a main contact: make another one the main one first.', { field: 'main' });
}

/**
 * C-5: contacts are business contacts: their names are there for whoever sees the dealer; phone and mail are plain for the dealer's
 * own manager and the manufacturer's service, who call them, and masked for everybody else, its parent and the auditor as well.
 */
export function shownContact<C extends { phone: string; mail: string }>(contact: C, dealerId: string, reader: Reader): C {
  const isOwn = reader.role === 'dealer_manager' && reader.dealerId === dealerId;
  if (isOwn || MAY_CALL.includes(reader.role)) return contact;
  return { ...contact, phone: maskPhone(contact.phone), mail: maskMail(contact.mail) };
}

/** 'name' of 'financeContact' is its field financeContactName. */
function fieldOf(of: string, field: string): string {
  return of === '' ? field : `${of}${field[0].toUpperCase()}${field.slice(1)}`;
}
