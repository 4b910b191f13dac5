import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { ServiceError } from '@aftercare/messaging';
import { ChildWork } from '../process/child-work.js';
import { programFile } from '../program-file.js';
import { cellText, neutralised, type Cell } from './cells.rules.js';
import { SpreadsheetPort, type SheetToWrite } from './spreadsheet.port.js';

/** One more than is taken, so that a sheet with too many rows is seen as such. */
const ROWS_MAX = 20_002;
const RETRY_AFTER_S = 5;
/** What is written here in some ten milliseconds; more is another process's. */
const CELLS_HERE_MAX = 5_000;
const WIDTH_DEFAULT = 18;
const NOTE_WIDTHS = [18, 24, 10, 80, 30].map((width) => ({ width }));
const LISTS = 'lists';
const WRONG = { fill: { type: 'pattern', pattern: 'solid', fgColor: { rgb: 'FFC7CE' } } } as const;

/** What sheet-process.cjs is given to read. */
interface ToRead {
  content: Buffer;
  maxRows: number;
}

/**
 * Sheets by the hucre library, which is loaded with the first one; CSV in UTF-8 or GB18030 is read as well. What people send is
 * unpacked and read by a process of its own (sheet-process.cjs): a file made to be large takes nobody's time and memory here. Large
 * sheets are written by another one (sheet-writing-process.cjs), so that what people send keeps no export waiting.
 */
@Injectable()
export class HucreSpreadsheets extends SpreadsheetPort implements OnApplicationShutdown {
  readonly reading = new ChildWork<ToRead, Cell[][]>(
    { file: programFile('imports/sheet-process.cjs'), heapMb: 768, busy, failed: (why) => new Error(why), lost },
    { waiting: 4, workMs: 30_000, idleMs: 30_000 },
  );

  readonly writing = new ChildWork<object[], Uint8Array>(
    { file: programFile('imports/sheet-writing-process.cjs'), heapMb: 768, busy, failed: (why) => new Error(`writing a sheet failed: ${why}`) },
    { waiting: 8, workMs: 60_000, idleMs: 30_000 },
  );

  /** Errors: TOO_MANY_REQUESTS (details.retryAfterSeconds) when too many sheets wait, SHEET_READING_LOST. */
  async read(content: Buffer): Promise<string[][]> {
    const rows = await this.reading.run({ content, maxRows: ROWS_MAX });
    return rows.map((row) => row.map(cellText));
  }

  onApplicationShutdown(): void {
    this.reading.stop();
    this.writing.stop();
  }

  /** Errors: TOO_MANY_REQUESTS (details.retryAfterSeconds) when too many large sheets wait. */
  async write(sheet: SheetToWrite): Promise<Buffer> {
    const lists = sheet.columns.map(({ choices = [] }) => choices.map(neutralised));
    const marked = (sheet.marked ?? []).map(({ row, column }) => [`${row + 1},${column}`, { style: WRONG }] as const);
    const main = {
      name: sheet.name,
      columns: sheet.columns.map(({ width = WIDTH_DEFAULT }) => ({ width })),
      rows: [sheet.columns.map(({ heading }) => heading), ...sheet.rows.map((row) => row.map(neutralised))],
      freezePane: { rows: 1 },
      cells: new Map(marked),
      dataValidations: lists.flatMap((values, column) => (values.length > 0 ? [dropDown(column, values.length)] : [])),
    };
    const height = Math.max(0, ...lists.map((values) => values.length));
    const listRows = Array.from({ length: height }, (_row, index) => lists.map((values) => values[index] ?? null));
    const notes = sheet.notes ? [{ name: sheet.notes.name, columns: NOTE_WIDTHS, rows: sheet.notes.rows.map((row) => row.map(neutralised)) }] : [];
    const sheets = [main, ...notes, ...(height > 0 ? [{ name: LISTS, rows: listRows, hidden: true }] : [])];
    if (sheet.rows.length * sheet.columns.length > CELLS_HERE_MAX) {
      const written = await this.writing.run(sheets);
      return Buffer.from(written.buffer, written.byteOffset, written.byteLength);
    }
    const { writeXlsx } = await import('hucre/xlsx');
    return Buffer.from(await writeXlsx({ sheets }));
  }
}

/** A drop-down over a column, whose values stand on the hidden sheet: a list inside the cell may have 255 characters only. */
function dropDown(column: number, count: number): { type: 'list'; formula1: string; range: string; allowBlank: boolean } {
  const letter = String.fromCharCode('A'.charCodeAt(0) + column);
  return { type: 'list', formula1: `${LISTS}!$${letter}$1:$${letter}$${count}`, range: `${letter}2:${letter}${ROWS_MAX}`, allowBlank: true };
}

/** The process was killed, ran out of memory or of time: that may lie in the machine and be otherwise in a while. */
function lost(why: string): ServiceError {
  return new ServiceError('unavailable', 'SHEET_READING_LOST', `The sheet was not read to its end: ${why}.`, { retryAfterSeconds: RETRY_AFTER_S });
}

function busy(): ServiceError {
  return new ServiceError('unavailable', 'TOO_MANY_REQUESTS', 'No more sheets are read or written now.', { retryAfterSeconds: RETRY_AFTER_S });
}
