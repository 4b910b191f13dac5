import { createHash } from 'node:crypto';

/**
 * A serial number in its one spelling (C-2): upper case, without spaces, full-width characters as plain ones. What people
 * type is compared by it; whether a piece of this number exists is the registry's to know.
 */
export function serialText(typed: string): string {
  return typed.normalize('NFKC').replace(/\s/g, '').toUpperCase();
}

/** by what two serials are found to be the same: the SHA-256 of their one spelling in lower-case hex; empty without a serial. */
export function serialKey(typed: string): string {
  const serial = serialText(typed);
  return serial === '' ? '' : createHash('sha256').update(serial).digest('hex');
}

/** A letter and a digit at least: what has them is no phone number, which is found by trying all of them. */
const SERIAL_FORM = /^(?=.*[A-Z])(?=.*\d)/;

/**
 * Q-7, C-5: the key of what was typed as a serial that is not registered. It may be anything and is told to nobody; a key is told only of
 * what has the form of a serial, empty otherwise.
 */
export function typedSerialKey(typed: string): string {
  return SERIAL_FORM.test(serialText(typed)) ? serialKey(typed) : '';
}
