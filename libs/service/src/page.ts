import { isId, isRealDate } from '@aftercare/domain';
import { JsonText, ServiceError } from '@aftercare/messaging';

export const PAGE_LIMIT_DEFAULT = 50;
export const PAGE_LIMIT_MAX = 200;
const CURSOR_MAX_LENGTH = 500;
const INSTANT_TIME = /^[ T]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?(Z|\+00)$/;
const DATE_LENGTH = 10;
const WHOLE = /^\d{1,10}$/;
const INT_MAX = 2_147_483_647;

/** What a list sorts by: a cursor of another making is known by its key. */
export type CursorKey = 'text' | 'instant' | 'date' | 'int';

/** The list that a page is of. */
export interface ListKind {
  /** Its name within the service, with the sort where it has several: a cursor made for another one is refused. */
  list: string;
  /** What it sorts by, a text unless told. */
  key?: CursorKey;
}

/** What a list was asked for, checked. */
export interface Page {
  /** The list's name, as ListKind says it. */
  list: string;
  /** Rows wanted, 1 to 200. */
  limit: number;
  /** Sort key and id of the last row of the previous page. */
  after: { key: string; id: string } | null;
}

/** The cursor behind a row of this list: opaque to callers. */
export function cursorOf(list: string, key: string, id: string): string {
  return Buffer.from(JSON.stringify([list, key, id])).toString('base64url');
}

/** In SQL, an id that follows from a text, as ids are written: a row that is made of its key has none of its own for a cursor. */
export const idOfText = (text: string): string => `overlay(overlay(md5(${text}) placing '5' from 13 for 1) placing '8' from 17 for 1)::uuid`;

/** Checks limit and cursor of a list request. Errors: invalid_argument LIMIT_OUT_OF_RANGE, CURSOR_INVALID. */
export function pageOf(request: { limit?: number; cursor?: string } | undefined, { list, key = 'text' }: ListKind): Page {
  const limit = request?.limit === undefined || request.limit === 0 ? PAGE_LIMIT_DEFAULT : request.limit;
  if (!Number.isInteger(limit) || limit < 1 || limit > PAGE_LIMIT_MAX) {
    throw new ServiceError('invalid_argument', 'LIMIT_OUT_OF_RANGE', `A page has 1 to ${PAGE_LIMIT_MAX} rows.`, { field: 'limit' });
  }
  return { list, limit, after: request?.cursor ? decodeCursor(request.cursor, list, key) : null };
}

/**
 * Cuts rows fetched with `limit + 1` to a page and names the next cursor (empty at the end).
 * `key` answers the row's sort key as text, exactly as the statement compares it.
 */
export function pageAnswer<R extends { id: string }>(rows: R[], page: Page, key: (row: R) => string): { items: R[]; nextCursor: string } {
  const items = rows.slice(0, page.limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > page.limit && last ? cursorOf(page.list, key(last), last.id) : '' };
}

function decodeCursor(cursor: string, list: string, kind: CursorKey): { key: string; id: string } {
  try {
    if (cursor.length > CURSOR_MAX_LENGTH) throw new RangeError('cursor too long');
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(parts) && parts.length === 3 && parts.every((part) => typeof part === 'string')) {
      const [madeFor, key, id] = parts as [string, string, string];
      if (madeFor === list && IS_KEY[kind](key) && isId(id)) return { key, id };
    }
  } catch {
    // Answered below: a cursor that was not made by this list.
  }
  throw cursorInvalid();
}

/** Refuses CURSOR_INVALID where the page's key is none that a list with this order made. */
export function requireKey({ after }: Page, kind: CursorKey): void {
  if (after && !IS_KEY[kind](after.key)) throw cursorInvalid();
}

function cursorInvalid(): ServiceError {
  return new ServiceError('invalid_argument', 'CURSOR_INVALID', 'The cursor was not made by this list.', { field: 'cursor' });
}

const IS_KEY: Record<CursorKey, (key: string) => boolean> = {
  // PostgreSQL holds no NUL in a text.
  text: (key) => !key.includes('\0'),
  instant: (key) => isRealDate(key.slice(0, DATE_LENGTH)) && INSTANT_TIME.test(key.slice(DATE_LENGTH)),
  // Rows without a date come last, at infinity.
  date: (key) => key === 'infinity' || isRealDate(key),
  int: (key) => WHOLE.test(key) && Number(key) <= INT_MAX,
};

/** A list's row as its statement answers it: the JSON is built by the database and never parsed here. */
export interface JsonRow {
  id: string;
  /** Sort key as text, exactly as the statement compares it. */
  key: string;
  /** The item as JSON text. */
  item: string;
}

/** The answer `{ items, nextCursor }` of a list from rows fetched with `limit + 1`. */
export function jsonPage(rows: JsonRow[], page: Page): JsonText {
  const { items, nextCursor } = pageAnswer(rows, page, ({ key }) => key);
  return new JsonText(`{"items":[${items.map(({ item }) => item).join(',')}],"nextCursor":${JSON.stringify(nextCursor)}}`);
}

/** What a list's statement answers that gathers its page: the items as one JSON text, the last row's key and id when another page follows. */
export interface GatheredRow {
  items: string;
  lastKey: string | null;
  lastId: string | null;
}

/** The answer `{ items, nextCursor }` of a list whose statement gathered it. */
export function gatheredPage(row: GatheredRow | null, { list }: Page): JsonText {
  const { items, lastKey, lastId } = row ?? { items: '[]', lastKey: null, lastId: null };
  const nextCursor = lastKey !== null && lastId !== null ? cursorOf(list, lastKey, lastId) : '';
  return new JsonText(`{"items":${items},"nextCursor":"${nextCursor}"}`);
}

/** The columns of a page whose rows keep their line as JSON text in `line`: all lines as one text, and how many. */
export const LINES = `string_agg(line, E',\\n') as lines, count(*)::int as found`;

/** What LINES answers for `limit + 1` rows. */
export interface JsonLines {
  lines: string | null;
  found: number;
}

export const NO_LINES: JsonLines = { lines: null, found: 0 };

/** JSON text holds no line break, so lines are told apart by theirs. */
const LINE_END = ',\n';

/**
 * The answer `{ items, nextCursor }` of a list whose lines came as one text: nothing but the last line shown is parsed.
 * `key` names the line's field the list is sorted by, an instant in whole milliseconds.
 */
export function linesPage({ lines, found }: JsonLines, page: Page, key: string): JsonText {
  const all = lines ?? '';
  if (found <= page.limit) return new JsonText(`{"items":[${all}],"nextCursor":""}`);
  const items = all.slice(0, all.lastIndexOf(LINE_END));
  const before = items.lastIndexOf(LINE_END);
  const last = JSON.parse(before < 0 ? items : items.slice(before + LINE_END.length)) as Record<string, string>;
  return new JsonText(`{"items":[${items}],"nextCursor":${JSON.stringify(cursorOf(page.list, last[key], last.id))}}`);
}
