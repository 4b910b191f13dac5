import type { Tx } from '@aftercare/service';
import { warehouseAccount, type Account, type MovementKind } from '../ledger/accounts.js';
import { lockParts } from '../ledger/allocate.js';
import { moveStock, type Movement } from '../ledger/move.js';
import { offerToWaiting } from '../picking/make-picking.js';

/** Pieces of a warehouse that a document corrects. */
export interface Correction {
  warehouseId: string;
  /** Where missing pieces went, and found ones came from. */
  other: Account;
  kind: MovementKind;
  documentKind: string;
  documentId: string;
  /** Signed pieces by part; parts stand once. */
  changes: readonly { partId: string; quantity: number }[];
}

/**
 * P-2, P-7: books corrections of a warehouse; what was found is an arrival and offered to who waits. Refuses STOCK_SHORT
 * when promised pieces would be missing: the promise is taken back first.
 */
export async function correctStock(tx: Tx, correction: Correction): Promise<void> {
  const { warehouseId, other, kind, documentKind, documentId, changes } = correction;
  if (changes.length === 0) return;
  await lockParts(tx, changes.map(({ partId }) => partId));
  const place = warehouseAccount(warehouseId);
  await moveStock(tx, changes.map(({ partId, quantity }): Movement => (
    { partId, quantity: Math.abs(quantity), from: quantity < 0 ? place : other, to: quantity < 0 ? other : place, kind, documentKind, documentId })));
  await offerToWaiting(tx, changes.filter(({ quantity }) => quantity > 0).map(({ partId }) => partId));
}
