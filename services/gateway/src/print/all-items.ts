const PAGE_ROWS = 100;

interface PageOf<T> {
  items: T[];
  nextCursor: string;
}

/** The first `max` rows of a list, page by page, and whether there are more. */
export async function allItems<T>(max: number, ask: (page: { limit: number; cursor: string }) => Promise<PageOf<T>>): Promise<{ items: T[]; more: boolean }> {
  const items: T[] = [];
  for (let cursor = ''; ; ) {
    const page = await ask({ limit: PAGE_ROWS, cursor });
    items.push(...page.items);
    if (items.length > max) return { items: items.slice(0, max), more: true };
    if (page.nextCursor === '') return { items, more: false };
    cursor = page.nextCursor;
  }
}

/** What is answered, or undefined where there is nothing that the caller may read. */
export async function ifVisible<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Error && (error as { code?: string }).code === 'not_found') return undefined;
    throw error;
  }
}
