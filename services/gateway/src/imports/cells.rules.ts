/** What a cell's value is as text, and how text is kept from being run as a formula. */

const FORMULA_START = /^[=+\-@\t\r\n\0|＝＋－＠]/;
const NUMBER = /^-?\d+(\.\d+)?$/;

/** A sheet keeps 15 digits of a number: what is longer and was not typed as text has lost its end. */
const EXACT_MAX = 1e15;
export const INEXACT = '≈';

export type Cell = string | number | boolean | Date | null | undefined;

/** A read cell as trimmed text; a date as 'YYYY-MM-DD', since a sheet's dates have no zone; a number that lost digits is marked. */
export function cellText(value: Cell): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '' : value.toISOString().slice(0, 10);
  if (typeof value === 'number' && Math.abs(value) >= EXACT_MAX) return `${INEXACT}${value}`;
  return String(value).trim();
}

/** A value to be written: text that a spreadsheet would take for a formula gets an apostrophe before it; numbers stay numbers. */
export function neutralised<T extends string | number | boolean>(value: T): T {
  if (typeof value !== 'string' || !FORMULA_START.test(value) || NUMBER.test(value)) return value;
  return `'${value}` as T;
}
