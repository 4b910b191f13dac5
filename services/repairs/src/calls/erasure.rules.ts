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

/** Clears one text of a person. */
export type Clear = (text: string) => string;

const PHONE_WORD = /^\+?[\d\s()./-]{7,}$/;
/** A name of one character; a single letter or digit names nobody. */
const SHORT_NAME = /^\p{Script=Han}$/u;
const AREA_CODE = /^0(10|2\d|[3-9]\d\d)(?=\d{7,8}$)/;
const BETWEEN_DIGITS = '[\\s()./-]*';

/** C-5: a free text without the names, phones and addresses of a person, phones in any spelling, and without mobile numbers at all. */
export function withoutWords(words: readonly string[]): Clear {
  const telling = [...new Set(words.map((word) => word.trim()))].filter((word) => (word.length > 1 || SHORT_NAME.test(word)) && word !== ERASED).sort((a, b) => b.length - a.length);
  const [phones, names] = [telling.filter((word) => PHONE_WORD.test(word)).map(phonePattern), telling.filter((word) => !PHONE_WORD.test(word))];
  return (text) => {
    const unnamed = names.reduce((rest, word) => rest.replaceAll(word, ERASED), text);
    return phones.reduce((rest, phone) => rest.replace(phone, ERASED), unnamed).replace(MOBILE_WITHIN_TEXT, ERASED);
  };
}

/** A phone however its digits are parted; a landline also without the code of its area. */
function phonePattern(phone: string): RegExp {
  const digits = phone.replace(/\D/g, '');
  const area = AREA_CODE.exec(digits)?.[0] ?? '';
  const spelled = (part: string): string => [...part].join(BETWEEN_DIGITS);
  const whole = `\\(?${spelled(digits)}`;
  return new RegExp(area === '' ? whole : `${whole}|(?<!\\d)${spelled(digits.slice(area.length))}(?!\\d)`, 'g');
}

/** C-5: a reason goes with the person whom its words may name; of a call without its person only that there was one is kept. */
export function reasonKept(call: Contact, reason: string): { reason: { after: string } } {
  return { reason: { after: isErased(call) ? ERASED : reason } };
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

/** What is known of an erasure that words were said for. */
export interface SaidErasure {
  /** The file's service erased it. */
  committed: boolean;
  /** That was told here. */
  told: boolean;
}

/** C-5: words wait for an erasure that is committed and not told yet, however late that is; one that was given up, or told before they came, needs them no more. */
export function stillNeeded({ committed, told }: SaidErasure): boolean {
  return committed && !told;
}

/** C-5: whatever is new belongs to a file that still has its person. Refuses CUSTOMER_ANONYMISED. */
export function refuseErasedCustomer(anonymisedAt: string | null): void {
  if (anonymisedAt !== null) {
    throw new Refusal('failed_precondition', 'CUSTOMER_ANONYMISED', 'The personal data of this file was erased.', { field: 'customerId' });
  }
}

/** The files of a call, parted into those that go with the person and those that stay. */
export interface PartedFiles {
  theirs: string[];
  evidence: string[];
  /** A list of photos without those that go. */
  without: <F extends { id: string }>(files: readonly F[]) => F[];
}

/** C-5, R-7: photos of a person's home and his signature go with him; what a quality report shows as evidence stays. */
export function partedFiles(ofCall: unknown, ofReports: unknown): PartedFiles {
  const evidence = namedFiles(ofReports).map(({ id }) => id);
  const theirs = namedFiles(ofCall).map(({ id }) => id).filter((id) => !evidence.includes(id));
  return { theirs, evidence, without: (files) => files.filter(({ id }) => !theirs.includes(id)) };
}

/** A photo or paper at the gateway. */
export interface NamedFile {
  id: string;
  sha256: string;
}

/** The files that a content names, wherever in it, each once. */
export function namedFiles(content: unknown): NamedFile[] {
  const found = new Map<string, NamedFile>();
  const look = (part: unknown): void => {
    if (typeof part !== 'object' || part === null) return;
    const { id, sha256 } = part as Partial<NamedFile>;
    if (typeof id === 'string' && typeof sha256 === 'string') found.set(id, { id, sha256 });
    else Object.values(part).forEach(look);
  };
  look(content);
  return [...found.values()];
}
