import { Injectable, StreamableFile, UseInterceptors, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { PATH_METADATA } from '@nestjs/common/constants.js';
import { ScalarType, type DescMethod } from '@bufbuild/protobuf';
import { DealerService } from '@aftercare/contracts';
import { isId } from '@aftercare/domain';
import { Bus, callContext, ServiceError } from '@aftercare/messaging';
import { mergeMap, type Observable } from 'rxjs';
import { SpreadsheetPort } from '../imports/spreadsheet.port.js';
import { REGION_CODE, REGION_NAME } from '../regions/named-regions.js';
import { regionNames } from '../regions/region-names.js';
import { columnText, LINE_NUMBER } from '../texts/texts.js';
import { allItems, ifVisible, type PageOf } from './all-items.js';
import { PageQuery } from './paging.js';

const ROWS_MAX = 5_000;
export const SHEET_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

type Row = Record<string, unknown>;
type AskPage = (page: { limit: number; cursor: string }) => Promise<unknown>;
type ListMethod = (...args: unknown[]) => Promise<unknown>;

/** The columns of a list, and under which column's heading each stands. */
export interface SheetColumns {
  keys: readonly string[];
  headings: readonly string[];
  /** The field that names a dealer by its id, where its service knows no more of it: code and name stand beside it. */
  dealerIn?: string;
}

/** What stands beside a dealer's id. */
const OF_DEALER = { dealerCode: 'code', dealerName: 'name' } as const;
const isOfDealer = (key: string): key is keyof typeof OF_DEALER => Object.hasOwn(OF_DEALER, key);
type NamedDealer = Record<(typeof OF_DEALER)[keyof typeof OF_DEALER], string>;

/** A list to be answered as a sheet: its columns stand also when it has no rows. */
class ListSheet {
  constructor(
    readonly fileName: string,
    readonly list: SheetColumns,
    readonly rows: readonly Row[],
  ) {}
}

/** True for a list that is asked for as a sheet. */
export const wantsSheet = (query: unknown): boolean => (query as Row | null)?.format === 'xlsx';

/** makes a list with `?format=xlsx` answer all its pages, filtered and sorted as asked, as one sheet with these columns. */
export function alsoAsSheet(target: object, descriptor: { value?: ListMethod }, list: SheetColumns & { path: string }): void {
  const pages = descriptor.value as ListMethod;
  const listOrSheet = function (this: unknown, ...args: unknown[]): Promise<unknown> {
    const at = args.findIndex((arg) => arg instanceof PageQuery);
    const query = args[at];
    if (!wantsSheet(query)) return pages.apply(this, args);
    const fileName = sheetName(String(Reflect.getMetadata(PATH_METADATA, target.constructor)), list.path);
    return allRows((page) => pages.apply(this, args.with(at, Object.assign(new PageQuery(), query, page)))).then((rows) => new ListSheet(fileName, list, rows));
  };
  // The description of the API finds a method's parameters by its name.
  descriptor.value = Object.defineProperty(listOrSheet, 'name', { value: pages.name });
}

/** The name of a list's file from its address without ids: `stock/movements` is `stock-movements`. */
export function sheetName(...paths: string[]): string {
  return paths.flatMap((path) => path.split('/')).filter((part) => part !== '' && !part.startsWith(':')).join('-');
}

/** The fields of a list's rows that have a place in a cell, in the order of the contract; lists inside a row have none. */
export function columnsOf(answer: DescMethod | Row, dealerIn = ''): string[] {
  return fieldsOf(answer).flatMap((key) => (key === dealerIn ? [key, ...Object.keys(OF_DEALER)] : [key]));
}

function fieldsOf(answer: DescMethod | Row): string[] {
  if (answer.kind === 'rpc') {
    const items = (answer as DescMethod).output.fields.find(({ localName }) => localName === 'items');
    const fields = items?.fieldKind === 'list' && items.listKind === 'message' ? items.message.fields : [];
    return fields.filter(({ fieldKind }) => fieldKind === 'scalar' || fieldKind === 'enum').flatMap(({ jsonName }) => (jsonName === REGION_CODE ? [jsonName, REGION_NAME] : [jsonName]));
  }
  const { items } = (answer as { properties: { items: { items: { properties: Record<string, { type: unknown }> } } } }).properties;
  return Object.entries(items.items.properties).filter(([, { type }]) => type !== 'object' && type !== 'array').map(([name]) => name);
}

/** Under which columns' headings these stand: a position that is a number counts lines. */
export function headingsOf(answer: DescMethod | Row, dealerIn = ''): string[] {
  const items = answer.kind === 'rpc' ? (answer as DescMethod).output.fields.find(({ localName }) => localName === 'items')?.message : undefined;
  const counts = items?.fields.some(({ jsonName, scalar }) => jsonName === 'position' && scalar === ScalarType.INT32) ?? false;
  return columnsOf(answer, dealerIn).map((key) => (key === 'position' && counts ? LINE_NUMBER : key));
}

/** Writes what alsoAsSheet answers. */
@Injectable()
class SheetWriter implements NestInterceptor {
  constructor(
    private readonly spreadsheets: SpreadsheetPort,
    private readonly bus: Bus,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { query } = context.switchToHttp().getRequest<{ query: unknown }>();
    return wantsSheet(query) ? next.handle().pipe(mergeMap((answer) => this.written(answer))) : next.handle();
  }

  private async written(answer: unknown): Promise<unknown> {
    if (!(answer instanceof ListSheet)) return answer;
    const { locale } = callContext();
    const { keys, dealerIn } = answer.list;
    const nameOf = keys.includes(REGION_NAME) ? await regionNames(locale) : undefined;
    const dealers = dealerIn ? await this.dealersOf(answer.rows.map((row) => String(row[dealerIn]))) : undefined;
    const cell = (row: Row, key: string): string | number | boolean => {
      if (dealers && dealerIn && isOfDealer(key)) return dealers.get(String(row[dealerIn]))?.[OF_DEALER[key]] ?? '';
      return cellOf(key === REGION_NAME ? nameOf?.(String(row[REGION_CODE] ?? '')) : row[key]);
    };
    const content = await this.spreadsheets.write({
      name: 'list',
      columns: answer.list.headings.map((key) => ({ heading: columnText(locale, key) })),
      rows: answer.rows.map((row) => keys.map((key) => cell(row, key))),
    });
    return new StreamableFile(content, { type: SHEET_TYPE, disposition: `attachment; filename="${answer.fileName}.xlsx"`, length: content.length });
  }

  /** The dealers of these ids, as far as the reader sees them; what is no id is no dealer. */
  private async dealersOf(ids: readonly string[]): Promise<Map<string, NamedDealer>> {
    const dealers = new Map<string, NamedDealer>();
    for (const id of new Set(ids.filter(isId))) {
      const dealer = await ifVisible(this.bus.call(DealerService.method.getDealerStanding, { id }));
      if (dealer) dealers.set(id, dealer);
    }
    return dealers;
  }
}

/** Puts the writer of sheets behind a list. */
export const writesSheets = (): MethodDecorator => UseInterceptors(SheetWriter);

/** Every row of a list. Errors: EXPORT_TOO_LARGE. */
async function allRows(ask: AskPage): Promise<Row[]> {
  const { items, more } = await allItems(ROWS_MAX, async (page) => pageIn(await ask(page)));
  if (more) throw new ServiceError('invalid_argument', 'EXPORT_TOO_LARGE', 'The export has too many rows.', { rows: ROWS_MAX });
  return items;
}

const pageIn = (answer: unknown): PageOf<Row> => (Buffer.isBuffer(answer) ? JSON.parse(answer.toString('utf8')) : answer) as PageOf<Row>;

function cellOf(value: unknown): string | number | boolean {
  return typeof value === 'number' || typeof value === 'boolean' ? value : typeof value === 'string' ? value : '';
}
