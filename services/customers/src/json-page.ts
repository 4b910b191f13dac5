import { JsonText } from '@aftercare/messaging';
import { cursorOf } from '@aftercare/service';

/** What a list statement answers: the page as JSON text, and the last row's key and id when another page follows. */
export interface JsonPageRow {
  items: string;
  lastKey: string | null;
  lastId: string | null;
}

/** A page of a list as its message's JSON, passed on unparsed. */
export function jsonPage(row: JsonPageRow): JsonText {
  const nextCursor = row.lastKey !== null && row.lastId !== null ? cursorOf(row.lastKey, row.lastId) : '';
  return new JsonText(`{"items":${row.items},"nextCursor":"${nextCursor}"}`);
}
