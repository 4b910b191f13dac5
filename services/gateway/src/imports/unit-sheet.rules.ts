/** The sheet of dispatched units: which headings it has and how its rows become the rows of a job. */

/** Columns in the order of the template; Chinese headings are accepted beside the keys. */
export const UNIT_COLUMNS = {
  serial: ['序列号', 'Serial'],
  modelCode: ['型号', 'Model'],
  dealerCode: ['经销商代码', 'Dealer code'],
  manufacturedOn: ['生产日期', 'Manufactured on'],
  dispatchedOn: ['发货日期', 'Dispatched on'],
} as const;
export type UnitColumn = keyof typeof UNIT_COLUMNS;
export const UNIT_KEYS = Object.keys(UNIT_COLUMNS) as UnitColumn[];

export const UNIT_ROWS_MAX = 20_000;
const MARK_HEADINGS = ['错误', 'Errors'];
const DATE_PARTS = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/;

/** A row of a job: its number in the sheet, and its cells by column key. */
export interface SheetRow {
  row: number;
  cells: Record<string, string>;
}

export interface SheetProblem {
  reason: 'SHEET_EMPTY' | 'COLUMN_MISSING' | 'COLUMN_UNKNOWN' | 'TOO_MANY_ROWS';
  column?: string;
}

/** The key of each heading, or null for one that is not known; the column of an earlier marked-up file is passed over. */
export function headingKeys(headings: string[]): (UnitColumn | 'ignored' | null)[] {
  return headings.map((heading) => {
    const text = heading.replace(/^\uFEFF/, '').trim().toLowerCase();
    if (text === '' || MARK_HEADINGS.some((mark) => mark.toLowerCase() === text)) return 'ignored';
    return UNIT_KEYS.find((key) => key.toLowerCase() === text || UNIT_COLUMNS[key].some((name) => name.toLowerCase() === text)) ?? null;
  });
}

/** 2026/1/5 and 2026年1月5日 as 2026-01-05; anything else is left for the owning service to judge. */
export function normalDate(text: string): string {
  const parts = DATE_PARTS.exec(text);
  return parts ? `${parts[1]}-${parts[2].padStart(2, '0')}-${parts[3].padStart(2, '0')}` : text;
}

/** The rows of a sheet, or why it cannot be taken. Empty rows are passed over and keep their number. */
export function unitRows(sheet: string[][]): SheetRow[] | SheetProblem {
  const [headings, ...body] = sheet;
  if (!headings) return { reason: 'SHEET_EMPTY' };
  const keys = headingKeys(headings);
  const unknown = keys.indexOf(null);
  if (unknown >= 0) return { reason: 'COLUMN_UNKNOWN', column: headings[unknown].slice(0, 40) };
  const missing = UNIT_KEYS.find((key) => !keys.includes(key));
  if (missing) return { reason: 'COLUMN_MISSING', column: UNIT_COLUMNS[missing][0] };
  const rows = body.flatMap((cells, index) => (cells.some((cell) => cell !== '') ? [rowOf(cells, keys, index + 2)] : []));
  if (rows.length === 0) return { reason: 'SHEET_EMPTY' };
  return rows.length > UNIT_ROWS_MAX ? { reason: 'TOO_MANY_ROWS' } : rows;
}

function rowOf(cells: string[], keys: (UnitColumn | 'ignored' | null)[], row: number): SheetRow {
  const pairs = keys.flatMap((key, column) => {
    if (key === null || key === 'ignored') return [];
    const cell = cells[column] ?? '';
    return [[key, key.endsWith('On') ? normalDate(cell) : cell] as const];
  });
  return { row, cells: Object.fromEntries(pairs) };
}

/** Rows in frames of at most `bytes` of JSON. */
export function framesOf(rows: SheetRow[], bytes: number): SheetRow[][] {
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
