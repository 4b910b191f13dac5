import { cursorOf, type Page } from '@aftercare/service';

/** Rows looked at in one go, and how often for one page: a page may be short, it is never slow. */
const BATCH = 200;
const BATCHES_MAX = 10;

/** A row of the own tables that stands for an item of the list. */
export interface KeyedRow {
  id: string;
  key: string;
}

/**
 * A page of a list whose filter is known only after something else was asked: `read` answers rows behind a key in the list's order, `shown`
 * their items, nothing for a row that is left out.
 */
export async function filteredPage<R extends KeyedRow, I>(
  page: Page,
  read: (after: Page['after'], limit: number) => Promise<R[]>,
  shown: (rows: R[]) => Promise<(I | undefined)[]>,
): Promise<{ items: I[]; nextCursor: string }> {
  const items: I[] = [];
  let { after } = page;
  for (let batch = 0; batch < BATCHES_MAX; batch += 1) {
    const rows = await read(after, BATCH);
    const found = rows.length > 0 ? await shown(rows) : [];
    for (const [at, { id, key }] of rows.entries()) {
      const item = found[at];
      if (item !== undefined) items.push(item);
      after = { id, key };
      const isLast = at === rows.length - 1 && rows.length < BATCH;
      if (items.length === page.limit) return { items, nextCursor: isLast ? '' : cursorOf(page.list, key, id) };
    }
    if (rows.length < BATCH) return { items, nextCursor: '' };
  }
  return { items, nextCursor: after ? cursorOf(page.list, after.key, after.id) : '' };
}
