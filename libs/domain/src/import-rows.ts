import { isRealDate } from './calendar.js';
import { isPrintable } from './printable.js';
import { refusalReason } from './refusal.js';

/** A row of an imported sheet: its number there, the first data row is 2, and its cells by column. */
export interface ImportRow {
  row: number;
  cells: Readonly<Record<string, string>>;
}

/** What is wrong with one cell: the reason code has a sentence in both languages. */
export interface ImportFault {
  row: number;
  column: string;
  code: string;
}

const YES = ['是', 'yes', 'y', 'true', '1'];
const NO = ['否', 'no', 'n', 'false', '0'];
const DATE_PARTS = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T ].*)?$/;
const LIST_SIGNS = /[\s,，;；、|]+/;
const WHOLE_DIGITS = 6;

/** Reads the cells of one row as values and keeps what is wrong with each; it never stops at the first fault. */
export class ImportRowReader<Column extends string> {
  private readonly before: number;

  constructor(
    private readonly row: ImportRow,
    private readonly faults: ImportFault[],
  ) {
    this.before = faults.length;
    for (const [column, text] of Object.entries(row.cells)) {
      if (!isPrintable(text, { lines: true })) faults.push({ row: row.row, column, code: 'TEXT_UNPRINTABLE' });
    }
  }

  /** True while nothing is wrong with this row. */
  get fits(): boolean {
    return this.faults.length === this.before;
  }

  fault(column: Column, code: string): void {
    this.faults.push({ row: this.row.row, column, code });
  }

  /** Keeps the reason with which a rule refuses as the fault of a cell. */
  check(column: Column, rule: () => unknown): void {
    const code = refusalReason(rule);
    if (code !== undefined) this.fault(column, code);
  }

  /** The text of a cell; empty when there is none. */
  text(column: Column): string {
    return (Object.hasOwn(this.row.cells, column) ? this.row.cells[column] : '').trim();
  }

  /** A text that must be there. */
  needed(column: Column): string {
    const text = this.text(column);
    if (text === '') this.fault(column, 'FIELD_MISSING');
    return text;
  }

  /** A text in half-width spelling, for codes, numbers and amounts typed with a Chinese keyboard. */
  plain(column: Column): string {
    return this.text(column).normalize('NFKC').trim();
  }

  /** Several values in one cell, parted by a space, a comma, a semicolon or "、". */
  list(column: Column): string[] {
    return [...new Set(this.plain(column).split(LIST_SIGNS).filter(Boolean))];
  }

  /** Yes or no in either language; the given answer when the cell is empty. */
  yesNo(column: Column, otherwise: boolean): boolean {
    const text = this.plain(column).toLowerCase();
    if (text !== '' && !YES.includes(text) && !NO.includes(text)) this.fault(column, 'YES_OR_NO');
    return text === '' ? otherwise : YES.includes(text);
  }

  /** A whole number that is not negative; the given one when the cell is empty. */
  whole(column: Column, otherwise: number): number {
    const text = this.plain(column);
    const fits = /^\d+$/.test(text) && text.length <= WHOLE_DIGITS;
    if (text !== '' && !fits) this.fault(column, 'VALUE_INVALID');
    return fits ? Number(text) : otherwise;
  }

  /** A date as YYYY-MM-DD, also from 2026/3/5, 2026.3.5 and 2026年3月5日; empty when the cell is. */
  date(column: Column): string {
    const text = this.plain(column);
    const parts = DATE_PARTS.exec(text);
    const date = parts ? `${parts[1]}-${parts[2].padStart(2, '0')}-${parts[3].padStart(2, '0')}` : text;
    if (date !== '' && !isRealDate(date)) this.fault(column, 'INVALID_DATE');
    return isRealDate(date) ? date : '';
  }
}
