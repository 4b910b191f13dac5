/** Deadline kind: pieces of a part were given back and are about to be offered to who waits; its ref is the part (P-7). */
export const STOCK_FREED = 'stock-freed';
