import type { Tx } from '@aftercare/service';
import { Refusal } from '@aftercare/domain';

/** Pieces of a part in a warehouse that are promised. */
export interface Reservation {
  warehouseId: string;
  partId: string;
  /** Pieces, at least 1. */
  quantity: number;
}

const RESERVE = `
  update stock_balance set reserved = reserved + $3
   where warehouse_id = $1 and part_id = $2 and reserved + $3 <= on_hand and reserved + $3 >= 0 returning part_id`;

/** P-7: promises pieces; refuses STOCK_SHORT when fewer are available. Rows are changed in part order (P-2). */
export async function reserveStock(tx: Tx, reservations: readonly Reservation[]): Promise<void> {
  await Promise.all(inPartOrder(reservations).map(({ warehouseId, partId, quantity }) => change(tx, [warehouseId, partId, quantity])));
}

/** Gives promised pieces back; they stay on hand. */
export async function releaseReservation(tx: Tx, reservations: readonly Reservation[]): Promise<void> {
  await Promise.all(inPartOrder(reservations).map(({ warehouseId, partId, quantity }) => change(tx, [warehouseId, partId, -quantity])));
}

async function change(tx: Tx, values: [string, string, number]): Promise<void> {
  const done = await tx.sql({ name: 'stock_reserve', text: RESERVE, values });
  if (done.length === 0) {
    throw new Refusal('failed_precondition', 'STOCK_SHORT', 'There are fewer pieces available than are to be promised.', { partId: values[1] });
  }
}

function inPartOrder(reservations: readonly Reservation[]): Reservation[] {
  const key = (each: Reservation): string => `${each.partId} ${each.warehouseId}`;
  return [...reservations].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}
