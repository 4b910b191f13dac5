/**
 * An account of the stock ledger (P-2). Warehouses and dealers' holdings have a stored balance that can never be
 * negative; the others are the sums of their movements. What is shipped with a return due stands on the dealer's
 * holdings from the moment it leaves; in transit is only what goes from one warehouse to another.
 */
export type Account =
  | `warehouse:${string}`
  | `dealer:${string}`
  | 'supplier'
  | 'sold'
  | 'given'
  | 'scrap'
  | 'written_off'
  | 'adjustment'
  | 'in_transit';

/** What a movement is: the step of the business behind it. */
export type MovementKind = 'purchase' | 'issue' | 'shortage' | 'return' | 'conversion' | 'excuse' | 'adjustment' | 'transfer' | 'opening';

/** Stock of one warehouse. */
export const warehouseAccount = (warehouseId: string): Account => `warehouse:${warehouseId}`;

/** 用户借料: pieces issued free that the dealer still has to return; equals its outstanding obligations (H-1a). */
export const holdingsAccount = (dealerId: string): Account => `dealer:${dealerId}`;

/** Whose stored balance an account is, or null where the balance is only the sum of its movements. */
export function balanceOwner(account: Account): { kind: 'warehouse' | 'dealer'; id: string } | null {
  const [kind, id] = account.split(':');
  return (kind === 'warehouse' || kind === 'dealer') && id ? { kind, id } : null;
}
