import { Refusal } from './refusal.js';

/**
 * Personal data shown to those who need not know it (C-5). What is left is enough to recognise a customer one
 * already speaks with, and too little to find one.
 */

const PHONE_HEAD = 3;
const PHONE_TAIL = 4;
const ADDRESS_HEAD = 3;
const MASKED_ADDRESS = new RegExp(String.raw`^[^*]{0,${ADDRESS_HEAD}}\*{4}$`, 'u');

/** 张三 → 张**, Smith → S**; always the same length, so that it tells nothing of the name's. A name of one character does not stand whole: 王 → *. */
export function maskName(name: string): string {
  const characters = [...name.trim()];
  if (characters.length <= 1) return characters.length === 0 ? '' : '*';
  return `${characters[0]}**`;
}

/** 13812341234 → 138****1234; a short number shows its last two digits only. */
export function maskPhone(phone: string): string {
  const text = phone.trim();
  if (text === '') return '';
  if (text.length <= PHONE_HEAD + PHONE_TAIL) return `****${text.slice(-2)}`;
  return `${text.slice(0, PHONE_HEAD)}****${text.slice(-PHONE_TAIL)}`;
}

/** The first characters of the street, of a short one no more than half; the district stands beside it by its code anyway. What is masked already stays as it is. */
export function maskAddress(detail: string): string {
  const characters = [...detail.trim()];
  if (characters.length === 0 || MASKED_ADDRESS.test(detail.trim())) return detail.trim();
  return `${characters.slice(0, Math.min(ADDRESS_HEAD, Math.floor(characters.length / 2))).join('')}****`;
}

/** wang@example.cn → w***@example.cn; of a box of one character nothing is shown. */
export function maskMail(mail: string): string {
  const text = mail.trim();
  if (text === '') return '';
  const at = text.includes('@') ? text.lastIndexOf('@') : text.length;
  const box = [...text.slice(0, at)];
  return `${box.length > 1 ? box[0] : '*'}***${text.slice(at)}`;
}

/** C-5: who changes what he read masked would overwrite the value with its mask. Refuses VALUE_MASKED. */
export function refuseMasked(of: { given: string; stored: string; mask: (value: string) => string; field: string }): void {
  const given = of.given.trim();
  if (given === '' || given === of.stored || given !== of.mask(of.stored)) return;
  throw new Refusal('invalid_argument', 'VALUE_MASKED', 'The value came back as it was shown, masked.', { field: of.field });
}
