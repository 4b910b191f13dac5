/**
 * A serial number in its one spelling (C-2): upper case, without spaces, full-width characters as plain ones. What people
 * type is compared by it; whether a piece of this number exists is the registry's to know.
 */
export function serialText(typed: string): string {
  return typed.normalize('NFKC').replace(/\s/g, '').toUpperCase();
}
