import { INEXACT } from './cells.rules.js';

/** Sheets that are imported: which headings they have and how their rows become the rows of a job. */

/** A column of a sheet; its cells travel by the key. */
export interface SheetColumn {
  key: string;
  /** Headings that are taken beside the key, Chinese and English. */
  names: readonly string[];
  /** The sheet is not taken without this column. */
  required: boolean;
  /** A date, which people spell in several ways. */
  isDate?: boolean;
  /** The cell of the template's example row. */
  example?: string;
}

export interface SheetForm {
  columns: readonly SheetColumn[];
  rowsMax: number;
  /** Its rows hold data of persons. */
  isPersonal?: boolean;
  /** Whoever takes its rows knows where the headings are: every row travels, its cells by the letters of their columns. */
  isFree?: boolean;
}

/** A row of a job: its number in the sheet, and its cells by column key. */
export interface SheetRow {
  row: number;
  cells: Record<string, string>;
}

export interface SheetProblem {
  reason: 'SHEET_EMPTY' | 'COLUMN_MISSING' | 'COLUMN_UNKNOWN' | 'COLUMN_DOUBLE' | 'TOO_MANY_ROWS' | 'NUMBER_INEXACT';
  column?: string;
}

const MARK_HEADINGS = ['错误', 'errors'];
const DATE_PARTS = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/;
const HEADING_SHOWN_MAX = 40;
const LETTERS = 26;

/** The key of each heading, or null for one that is not known; the column of an earlier marked-up file is passed over. */
export function headingKeys(form: SheetForm, headings: readonly string[]): (string | null)[] {
  if (form.isFree) return headings.map((_heading, column) => columnLetters(column));
  return headings.map((heading) => {
    const text = heading.replace(/^\uFEFF/, '').trim().toLowerCase();
    if (text === '' || MARK_HEADINGS.includes(text)) return '';
    return form.columns.find(({ key, names }) => [key, ...names].some((name) => name.toLowerCase() === text))?.key ?? null;
  });
}

/** 2026/1/5 and 2026年1月5日 as 2026-01-05; anything else is left for the owning service to judge. */
export function normalDate(text: string): string {
  const parts = DATE_PARTS.exec(text);
  return parts ? `${parts[1]}-${parts[2].padStart(2, '0')}-${parts[3].padStart(2, '0')}` : text;
}

/** The rows of a sheet, or why it cannot be taken. Empty rows, and the template's example as it was, are passed over; the others keep their numbers. */
export function sheetRows(form: SheetForm, sheet: readonly string[][]): SheetRow[] | SheetProblem {
  if (form.isFree) return freeRows(form, sheet);
  const [headings, ...body] = sheet;
  if (!headings) return { reason: 'SHEET_EMPTY' };
  const keys = headingKeys(form, headings);
  const unknown = keys.indexOf(null);
  if (unknown >= 0) return { reason: 'COLUMN_UNKNOWN', column: unknownHeading(form, headings, unknown) };
  const double = keys.findIndex((key, at) => key !== '' && keys.indexOf(key) !== at);
  if (double >= 0) return { reason: 'COLUMN_DOUBLE', column: headings[double].slice(0, HEADING_SHOWN_MAX) };
  const missing = form.columns.find(({ key, required }) => required && !keys.includes(key));
  if (missing) return { reason: 'COLUMN_MISSING', column: missing.names[0] };
  const rows = body
    .map((cells, index) => ({ row: index + 2, cells: cellsOf(form, keys, cells) }))
    .filter(({ cells }, index) => body[index].some((cell) => cell !== '') && !isExample(form, cells));
  if (rows.length === 0) return { reason: 'SHEET_EMPTY' };
  const inexact = keys.findIndex((key) => key && rows.some(({ cells }) => cells[key].startsWith(INEXACT)));
  if (inexact >= 0) return { reason: 'NUMBER_INEXACT', column: headings[inexact].slice(0, HEADING_SHOWN_MAX) };
  return rows.length > form.rowsMax ? { reason: 'TOO_MANY_ROWS' } : rows;
}

function freeRows(form: SheetForm, sheet: readonly string[][]): SheetRow[] | SheetProblem {
  const rows = sheet.map((cells, index) => ({ row: index + 1, cells: Object.fromEntries(cells.map((cell, column) => [columnLetters(column), cell])) }))
    .filter((_row, index) => sheet[index].some((cell) => cell !== ''));
  if (rows.length === 0) return { reason: 'SHEET_EMPTY' };
  const inexact = rows.flatMap(({ cells }) => Object.entries(cells)).find(([, cell]) => cell.startsWith(INEXACT));
  if (inexact) return { reason: 'NUMBER_INEXACT', column: inexact[0] };
  return rows.length > form.rowsMax ? { reason: 'TOO_MANY_ROWS' } : rows;
}

/** C-5: without its headings the first row of a sheet of persons is a person, so its columns are named by their letters. */
function unknownHeading({ isPersonal }: SheetForm, headings: readonly string[], at: number): string {
  return isPersonal ? columnLetters(at) : headings[at].slice(0, HEADING_SHOWN_MAX);
}

/** A, B, … Z, AA, … as a spreadsheet shows it. */
function columnLetters(at: number): string {
  const letter = String.fromCharCode('A'.charCodeAt(0) + (at % LETTERS));
  return at < LETTERS ? letter : columnLetters(Math.floor(at / LETTERS) - 1) + letter;
}

function cellsOf(form: SheetForm, keys: readonly (string | null)[], cells: readonly string[]): Record<string, string> {
  const dates = new Set(form.columns.filter(({ isDate }) => isDate).map(({ key }) => key));
  const pairs = keys.flatMap((key, column) => {
    const cell = cells[column] ?? '';
    return key ? [[key, dates.has(key) ? normalDate(cell) : cell] as const] : [];
  });
  return Object.fromEntries(pairs);
}

function isExample(form: SheetForm, cells: Record<string, string>): boolean {
  return form.columns.some(({ example }) => example) && form.columns.every(({ key, example = '' }) => (cells[key] ?? '') === example);
}

/** Rows in frames of at most `bytes` of JSON. */
export function framesOf(rows: readonly SheetRow[], bytes: number): SheetRow[][] {
  const frames: SheetRow[][] = [];
  let size = Infinity;
  for (const row of rows) {
    const length = Buffer.byteLength(JSON.stringify(row)) + 1;
    if (size + length > bytes) {
      frames.push([]);
      size = 0;
    }
    frames[frames.length - 1].push(row);
    size += length;
  }
  return frames;
}
