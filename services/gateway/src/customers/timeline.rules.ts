/** An entry of a time line, as far as its order goes. */
export interface Dated {
  id: string;
  /** ISO 8601 to the millisecond. */
  at: string;
}

/** A page as one service answers it. */
export interface Part<E extends Dated> {
  items: E[];
  nextCursor: string;
}

/**
 * C-6: the newest of several services' pages as one page, and the entry after which the next one goes on in each of them; null at the
 * end. Each part was asked for as many as the page holds, so that nothing newer is missing.
 */
export function mergedPage<E extends Dated>(parts: readonly Part<E>[], limit: number): { items: E[]; last: E | null } {
  const all = parts.flatMap(({ items }) => items).sort((a, b) => compare(b.at, a.at) || compare(b.id, a.id));
  const items = all.slice(0, limit);
  const more = all.length > limit || parts.some(({ nextCursor }) => nextCursor !== '');
  return { items, last: more ? (items.at(-1) ?? null) : null };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
