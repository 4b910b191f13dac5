/**
 * How pieces of an obligation end (H-1). What is called reversed takes an end of that kind back, so that its pieces can end anew: a charge
 * for a late return (H-7), and a count, a credit or an excuse of pieces that never arrived (P-8).
 */
export const OBLIGATION_ENDS = [
  'returned', 'charged', 'excused', 'credit', 'shortage', 'conversion_reversed', 'return_reversed', 'credit_reversed', 'excuse_reversed',
] as const;
export type ObligationEnd = (typeof OBLIGATION_ENDS)[number];

/** Pieces by which an end lowers what is outstanding: below zero where it takes an end back. */
export function endedPieces(kind: string, quantity: number): number {
  return kind.endsWith('_reversed') ? -quantity : quantity;
}
