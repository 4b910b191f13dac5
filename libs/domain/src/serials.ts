import { createHash } from 'node:crypto';

/**
 * A serial number in its one spelling (C-2): upper case, without spaces, full-width characters as plain ones. What people
 * type is compared by it; whether a piece of this number exists is the registry's to know.
 */
export function serialText(typed: string): string {
  return typed.normalize('NFKC').replace(/\s/g, '').toUpperCase();
}

/**
 * by what two serials are found to be the same where what was typed may be told to nobody, since it may be anything: the SHA-256 of its
 * one spelling in lower-case hex; empty without a serial.
 */
export function serialKey(typed: string): string {
  const serial = serialText(typed);
  return serial === '' ? '' : createHash('sha256').update(serial).digest('hex');
}
