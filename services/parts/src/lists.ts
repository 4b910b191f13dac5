import { JsonText } from '@aftercare/messaging';
import { pageAnswer, type Page } from '@aftercare/service';

/** A row of a list: what it is sorted by, and its JSON as the output message says. */
export interface JsonRow {
  id: string;
  key: string;
  json: string;
}

/** Rows fetched with `limit + 1` as the reply's JSON, passed on unparsed: lists are read often. */
export function jsonPage(rows: JsonRow[], page: Page): JsonText {
  const { items, nextCursor } = pageAnswer(rows, page, (row) => row.key);
  return new JsonText(`{"items":[${items.map((row) => row.json).join(',')}],"nextCursor":"${nextCursor}"}`);
}
