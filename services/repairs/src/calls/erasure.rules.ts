import { Refusal } from '@aftercare/domain';

const MOBILE_WITHIN_TEXT = /(?<!\d)1[3-9]\d(?:[ -]?\d{4}){2}(?!\d)/g;

/** What stands where a personal value stood. */
export const ERASED = '***';

/** The personal values of a call. */
export interface Contact {
  contactName: string;
  contactPhone: string;
  addressDetail: string;
}

/** C-5: a free text without the call's contact, phone and address, and without mobile numbers at all. */
export function withoutContact(text: string, contact: Contact): string {
  const values = [contact.contactName, contact.contactPhone, contact.addressDetail].map((value) => value.trim()).filter((value) => value.length > 1);
  const plain = values.sort((a, b) => b.length - a.length).reduce((rest, value) => rest.replaceAll(value, ERASED), text);
  return plain.replace(MOBILE_WITHIN_TEXT, ERASED);
}

/** C-5: what people wrote where nobody knows any more whom it may name. */
export function erasedText(text: string): string {
  return text === '' ? '' : ERASED;
}

/** C-5: a call without its person. What the customer told goes whole, since it may name him in any spelling; region and codes stay. */
export function anonymousCall({ unitDescription }: { unitDescription: string }) {
  return {
    contactName: ERASED, contactPhone: '', addressDetail: '', contactNameMasked: ERASED, contactPhoneMasked: '', addressMasked: '', symptoms: ERASED,
    unitDescription: erasedText(unitDescription), intake: { when: '', where: '', who: '', what: '', howMany: '', why: '', degree: '' },
  };
}

/** Told twice, erased once. */
export function isErased(call: Contact): boolean {
  return call.contactName === ERASED && call.contactPhone === '' && call.addressDetail === '';
}

/** C-5: whatever is new belongs to a file that still has its person. Refuses CUSTOMER_ANONYMISED. */
export function refuseErasedCustomer(anonymisedAt: string | null): void {
  if (anonymisedAt !== null) {
    throw new Refusal('failed_precondition', 'CUSTOMER_ANONYMISED', 'The personal data of this file was erased.', { field: 'customerId' });
  }
}
