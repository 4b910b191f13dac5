import { Injectable } from '@nestjs/common';
import { cellText, neutralised } from './cells.rules.js';
import { SpreadsheetPort, type SheetToWrite } from './spreadsheet.port.js';

/** One more than is taken, so that a sheet with too many rows is seen as such. */
const ROWS_MAX = 20_002;
const ZIP_MAGIC = 'PK';
const WIDTH_DEFAULT = 18;
const NOTE_WIDTHS = [18, 24, 10, 80, 30].map((width) => ({ width }));
const LISTS = 'lists';
const WRONG = { fill: { type: 'pattern', pattern: 'solid', fgColor: { rgb: 'FFC7CE' } } } as const;

/** Sheets by the hucre library, which is loaded with the first sheet; CSV in UTF-8 or GB18030 is read as well. */
@Injectable()
export class HucreSpreadsheets extends SpreadsheetPort {
  async read(content: Buffer): Promise<string[][]> {
    const { readXlsx } = await import('hucre/xlsx');
    if (content.subarray(0, 2).toString('latin1') !== ZIP_MAGIC) return csvRows(content);
    const workbook = await readXlsx(content, { sheets: [0], maxRows: ROWS_MAX });
    return (workbook.sheets[0]?.rows ?? []).map((row) => row.map(cellText));
  }

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
    const { writeXlsx } = await import('hucre/xlsx');
    return Buffer.from(await writeXlsx({ sheets }));
  }
}

/** A drop-down over a column, whose values stand on the hidden sheet: a list inside the cell may have 255 characters only. */
function dropDown(column: number, count: number): { type: 'list'; formula1: string; range: string; allowBlank: boolean } {
  const letter = String.fromCharCode('A'.charCodeAt(0) + column);
  return { type: 'list', formula1: `${LISTS}!$${letter}$1:$${letter}$${count}`, range: `${letter}2:${letter}${ROWS_MAX}`, allowBlank: true };
}

async function csvRows(content: Buffer): Promise<string[][]> {
  const { parseCsv } = await import('hucre/csv');
  if (content.includes(0)) throw new Error('not a text');
  return parseCsv(decoded(content), { maxRows: ROWS_MAX }).map((row) => row.map(cellText));
}

/** UTF-8, or what Chinese Excel saves: GBK, of which GB18030 is the whole. */
function decoded(content: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    return new TextDecoder('gb18030').decode(content);
  }
}
