import { isAddressRegion, isPersonName, LOCALES, maskAddress, maskName, maskPhone, Refusal, refuseMasked, requireRole, type DealerStatus, type Role } from '@aftercare/domain';

const WRITERS: readonly Role[] = ['dealer_manager', 'dealer_technician', 'service_clerk'];
const ADDRESS_LENGTH_MAX = 300;
/** Phones a customer may have (C-1). */
export const PHONES_MAX = 5;
const PHONE = /^\+?\d{7,15}$/;
const MOBILE_WITHIN_TEXT = /(?<!\d)1[3-9]\d(?:[ -]?\d{4}){2}(?!\d)/g;
/** A name of one character; a single letter or digit names nobody. */
const SHORT_NAME = /^\p{Script=Han}$/u;

/** What a customer file is made of. */
export interface CustomerData {
  name: string;
  phones: string[];
  regionCode: string;
  addressDetail: string;
  language: string;
}

/** Refuses ROLE_NOT_ALLOWED. */
export function requireCustomerRole(role: string): void {
  requireRole(role, WRITERS, 'customers');
}

/** D-1: new customers are for active dealers; a suspended one keeps serving those it has. Refuses DEALER_NOT_ACTIVE. */
export function requireActiveDealer(status: DealerStatus): void {
  if (status !== 'active') throw notActive(status);
}

/** D-1: work for present customers goes on while a dealer is suspended, and ends with its termination. Refuses DEALER_NOT_ACTIVE. */
export function requireServingDealer(status: DealerStatus): void {
  if (status !== 'active' && status !== 'suspended') throw notActive(status);
}

/** D-1, C-5: the customers of a dealer that left are its successor's. Refuses DEALER_TERMINATED. */
export function refuseLeft(status: DealerStatus | null): void {
  if (status === 'terminated') throw new Refusal('permission_denied', 'DEALER_TERMINATED', 'The agreement with this dealer has ended.');
}

/** A phone, or its end, in the one spelling it is kept in: within China without the country's code, a landline with the 0 of its area. */
export function spelledPhone(phone: string): string {
  const digits = phone.normalize('NFKC').replace(/[\s()./-]/g, '');
  return digits.replace(/^(\+|00)86(?=0|1[3-9])/, '').replace(/^(\+|00)86(?=\d)/, '0');
}

/**
 * C-1: phones in one spelling, so that the same phone is found again: digits only, without the country code of China.
 * Each once, in the given order. Refuses PHONE_INVALID.
 */
export function normalisePhones(phones: readonly string[]): string[] {
  const list = phones.map((phone, at) => {
    const digits = spelledPhone(phone);
    if (!PHONE.test(digits)) throw refused(`phones[${at}]`, 'PHONE_INVALID', 'A phone has 7 to 15 digits.');
    return digits;
  });
  if (list.length === 0 || list.length > PHONES_MAX) throw refused('phones', 'PHONE_INVALID', `A customer has 1 to ${PHONES_MAX} phones.`);
  return [...new Set(list)];
}

/** C-1: a customer has a name, an address with its region, and a language. Refuses NAME_INVALID, REGION_UNKNOWN, ADDRESS_INVALID, LANGUAGE_UNKNOWN. */
export function checkCustomer(customer: CustomerData): void {
  if (!isPersonName(customer.name)) throw refused('name', 'NAME_INVALID', 'The name is missing or too long.');
  if (!isAddressRegion(customer.regionCode)) throw refused('address.regionCode', 'REGION_UNKNOWN', 'This is no district of GB/T 2260.');
  if (customer.addressDetail.length > ADDRESS_LENGTH_MAX) throw refused('address.detail', 'ADDRESS_INVALID', 'The address is too long.');
  if (!(LOCALES as readonly string[]).includes(customer.language)) throw refused('language', 'LANGUAGE_UNKNOWN', 'The language is zh-CN or en.');
}

/** C-1: the same phone at one dealer offers the file that has it, unless a family shares the phone. Refuses CUSTOMER_PHONE_EXISTS. */
export function offerExisting(existing: { id: string; phoneAt: number } | null, acceptShared: boolean): void {
  if (existing === null || acceptShared) return;
  throw new Refusal('already_exists', 'CUSTOMER_PHONE_EXISTS', 'A customer of this dealer has this phone already.', {
    field: `phones[${existing.phoneAt}]`, existingId: existing.id,
  });
}

/** C-5: what those see who need not know more. */
export function masked(customer: { name: string; phones: string[]; addressDetail: string }): { name: string; phones: string[]; addressDetail: string } {
  return { name: maskName(customer.name), phones: customer.phones.map(maskPhone), addressDetail: maskAddress(customer.addressDetail) };
}

/** The personal values of a file, given or kept. */
export interface PersonalValues {
  name: string;
  phones: readonly string[];
  addressDetail: string;
}

/** C-1, C-5: a change leaves alone what it does not say, and takes no value in the form in which it was read masked. Refuses VALUE_MASKED. */
export function refuseMaskedValues(given: PersonalValues, kept: PersonalValues): void {
  refuseMasked({ given: given.name, stored: kept.name, mask: maskName, field: 'name' });
  given.phones.forEach((phone, at) => kept.phones.forEach((stored) => refuseMasked({ given: phone, stored, mask: maskPhone, field: `phones[${at}]` })));
  refuseMasked({ given: given.addressDetail, stored: kept.addressDetail, mask: maskAddress, field: 'address.detail' });
}

/** C-5: a free text that leaves this service, without the customer's name, phones, address and without mobile numbers at all. */
export function withoutPersonal(text: string, customer: { name: string; phones: string[]; addressDetail: string }): string {
  const telling = [customer.name, ...customer.phones, customer.addressDetail].filter((value) => value.trim().length > 1 || SHORT_NAME.test(value.trim())).sort((a, b) => b.length - a.length);
  return telling.reduce((rest, value) => rest.replaceAll(value, '***'), text).replace(MOBILE_WITHIN_TEXT, '***');
}

/** C-5: a reveal says why. Refuses REASON_MISSING. */
export function requireReason(reason: string): void {
  if (reason.trim() === '') throw refused('reason', 'REASON_MISSING', 'Say why.');
}

/** What ended the use of a file; both null while it is in use. */
export interface FileEnd {
  mergedInto: string | null;
  anonymisedAt: string | null;
}

/** C-1, C-5: whatever is new belongs to a file in use: not to a pointer, not to one whose person was erased. Refuses CUSTOMER_MERGED, CUSTOMER_ANONYMISED. */
export function requireInUse(customer: FileEnd): void {
  if (customer.mergedInto !== null) {
    throw new Refusal('failed_precondition', 'CUSTOMER_MERGED', 'The file was merged into another one.', { mergedInto: customer.mergedInto });
  }
  if (customer.anonymisedAt !== null) throw new Refusal('failed_precondition', 'CUSTOMER_ANONYMISED', 'The personal data of this file was erased.');
}


function notActive(status: DealerStatus): Refusal {
  return new Refusal('failed_precondition', 'DEALER_NOT_ACTIVE', `The dealer is ${status}.`, { status });
}

function refused(field: string, reason: string, message: string): Refusal {
  return new Refusal('invalid_argument', reason, message, { field });
}
