import { StreamableFile } from '@nestjs/common';
import { PATH_METADATA } from '@nestjs/common/constants.js';
import { callContext, ServiceError } from '@aftercare/messaging';
import { HucreSpreadsheets } from '../imports/hucre-spreadsheets.js';
import type { SpreadsheetPort } from '../imports/spreadsheet.port.js';
import { columnText } from '../texts/texts.js';
import { PageQuery } from './paging.js';

const PAGE_ROWS = 200;
const ROWS_MAX = 5_000;
const SHEET_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

type Row = Record<string, unknown>;
type AskPage = (page: { limit: number; cursor: string }) => Promise<unknown>;
type ListMethod = (...args: unknown[]) => Promise<unknown>;

const spreadsheets: SpreadsheetPort = new HucreSpreadsheets();

/** True for a list that is asked for as a sheet. */
export const wantsSheet = (query: unknown): boolean => (query as Row | null)?.format === 'xlsx';

/** makes a list with `?format=xlsx` answer all its pages, filtered and sorted as asked, as one sheet. */
export function alsoAsSheet(target: object, descriptor: { value?: ListMethod }): void {
  const list = descriptor.value as ListMethod;
  const listOrSheet = function (this: unknown, ...args: unknown[]): Promise<unknown> {
    const at = args.findIndex((arg) => arg instanceof PageQuery);
    const query = args[at];
    if (!wantsSheet(query)) return list.apply(this, args);
    const resource = String(Reflect.getMetadata(PATH_METADATA, target.constructor));
    return sheetOf(resource, (page) => list.apply(this, args.with(at, Object.assign(new PageQuery(), query, page))));
  };
  // The description of the API finds a method's parameters by its name.
  descriptor.value = Object.defineProperty(listOrSheet, 'name', { value: list.name });
}

async function sheetOf(resource: string, ask: AskPage): Promise<StreamableFile> {
  const rows = await allRows(ask);
  const { locale } = callContext();
  const keys = [...new Set(rows.flatMap((row) => Object.keys(row).filter((key) => isCell(row[key]))))];
  const content = await spreadsheets.write({
    name: 'list',
    columns: keys.map((key) => ({ heading: columnText(locale, key) })),
    rows: rows.map((row) => keys.map((key) => cellOf(row[key]))),
  });
  return new StreamableFile(content, { type: SHEET_TYPE, disposition: `attachment; filename="${resource}.xlsx"`, length: content.length });
}

/** Every page of a list; pages that do not fit in a message are asked for in halves from there on. */
async function allRows(ask: AskPage): Promise<Row[]> {
  const rows: Row[] = [];
  for (let cursor = '', limit = PAGE_ROWS; ; ) {
    const page = await pageOf(ask, { limit, cursor });
    if (page) {
      rows.push(...page.items);
      if (rows.length > ROWS_MAX) throw new ServiceError('invalid_argument', 'EXPORT_TOO_LARGE', 'The export has too many rows.', { rows: ROWS_MAX });
      if (page.nextCursor === '') return rows;
      cursor = page.nextCursor;
    } else {
      limit = Math.floor(limit / 2);
    }
  }
}

/** One page; undefined when it is too large for a message and a smaller one may be asked for. */
async function pageOf(ask: AskPage, page: { limit: number; cursor: string }): Promise<{ items: Row[]; nextCursor: string } | undefined> {
  try {
    const answer = await ask(page);
    return (Buffer.isBuffer(answer) ? JSON.parse(answer.toString('utf8')) : answer) as { items: Row[]; nextCursor: string };
  } catch (error) {
    if (page.limit > 1 && error instanceof ServiceError && error.reason === 'REPLY_TOO_LARGE') return undefined;
    throw error;
  }
}

/** Lists inside a row have no place in a cell. */
const isCell = (value: unknown): boolean => value === null || typeof value !== 'object';

function cellOf(value: unknown): string | number | boolean {
  return typeof value === 'number' || typeof value === 'boolean' ? value : typeof value === 'string' ? value : '';
}
