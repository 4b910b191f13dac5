import { writeXlsx } from 'hucre';
import { Random } from '../demo/random.js';

/** A row of the dispatch sheet, in the order of its columns. */
export type DispatchCells = [serial: string, modelCode: string, dealerCode: string, manufacturedOn: string, dispatchedOn: string];

export const COLUMNS = ['serial', 'modelCode', 'dealerCode', 'manufacturedOn', 'dispatchedOn'] as const;
const HEADINGS = ['序列号', '型号', '经销商代码', '生产日期', '发货日期'];

/** A fault as the job names it. */
export interface Fault {
  row: number;
  column: string;
  code: string;
}

/** `count` clean rows with serials of one beginning. */
export function cleanRows(prefix: string, count: number, of: { modelCode: string; dealerCode: string }): DispatchCells[] {
  return Array.from({ length: count }, (_, at) => [`${prefix}-${String(at).padStart(6, '0')}`, of.modelCode, of.dealerCode, '2026/1/5', '2026-02-01']);
}

type Wrong = (cells: DispatchCells, first: DispatchCells) => [column: number, value: string, code: string];
const WRONG: Wrong[] = [
  () => [0, '', 'FIELD_MISSING'],
  () => [0, '<b>', 'SERIAL_INVALID'],
  (_cells, first) => [0, first[0].toLowerCase(), 'SERIAL_DOUBLE'],
  () => [1, 'NO-SUCH-MODEL', 'MODEL_UNKNOWN'],
  () => [1, '', 'FIELD_MISSING'],
  () => [2, 'NOBODY', 'DEALER_UNKNOWN'],
  () => [3, '2026-02-30', 'INVALID_DATE'],
  () => [3, '5.1.2026', 'INVALID_DATE'],
  () => [4, '2099-01-01', 'DATE_IN_FUTURE'],
  () => [4, '2026-01-04', 'DISPATCHED_BEFORE_MADE'],
];

/** Plants `count` faults of all kinds in rows that the seed picks, at most one in a row; answers what must be named. */
export function plantFaults(rows: DispatchCells[], count: number, seed: number): { rows: DispatchCells[]; faults: Fault[] } {
  const random = new Random(seed);
  const planted = rows.map((cells): DispatchCells => [...cells]);
  const faults = new Map<number, Fault>();
  while (faults.size < count) {
    const at = random.whole(1, rows.length - 1);
    if (faults.has(at)) continue;
    const [column, value, code] = WRONG[faults.size % WRONG.length]!(rows[at]!, rows[0]!);
    planted[at]![column] = value;
    faults.set(at, { row: at + 2, column: COLUMNS[column]!, code });
  }
  return { rows: planted, faults: [...faults.values()].sort((a, b) => a.row - b.row) };
}

export async function asWorkbook(rows: DispatchCells[]): Promise<Buffer> {
  return Buffer.from(await writeXlsx({ sheets: [{ name: 'units', rows: [HEADINGS, ...rows] }] }));
}

export function asCsv(rows: DispatchCells[]): Buffer {
  return Buffer.from([HEADINGS, ...rows].map((cells) => cells.join(',')).join('\r\n'));
}
