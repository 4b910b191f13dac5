import { ServiceError } from '@aftercare/messaging';

const PAGE_ROWS = 200;

export interface PageOf<T> {
  items: T[];
  nextCursor: string;
}

type AskPage<T> = (page: { limit: number; cursor: string }) => Promise<PageOf<T>>;

/** The first `max` rows of a list, page by page, and whether there are more. Pages that do not fit in a message are asked for in halves from there on. */
export async function allItems<T>(max: number, ask: AskPage<T>): Promise<{ items: T[]; more: boolean }> {
  const items: T[] = [];
  for (let cursor = '', limit = PAGE_ROWS; ; ) {
    const page = await pageOf(ask, { limit, cursor });
    if (!page) {
      limit = Math.floor(limit / 2);
      continue;
    }
    items.push(...page.items);
    if (items.length > max) return { items: items.slice(0, max), more: true };
    if (page.nextCursor === '') return { items, more: false };
    cursor = page.nextCursor;
  }
}

/** One page; undefined when it is too large for a message and a smaller one may be asked for. */
async function pageOf<T>(ask: AskPage<T>, page: { limit: number; cursor: string }): Promise<PageOf<T> | undefined> {
  try {
    return await ask(page);
  } catch (error) {
    if (page.limit > 1 && error instanceof ServiceError && error.reason === 'REPLY_TOO_LARGE') return undefined;
    throw error;
  }
}

/** What is answered, or undefined where there is nothing that the caller may read. */
export async function ifVisible<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'not_found') return undefined;
    throw error;
  }
}
