import type { Tx } from '@aftercare/service';
import { Refusal, newId } from '@aftercare/domain';
import { balanceOwner, type Account, type MovementKind } from './accounts.js';

/** One movement: takes from one account and gives to another (P-2). */
export interface Movement {
  partId: string;
  /** Pieces, at least 1. */
  quantity: number;
  from: Account;
  to: Account;
  kind: MovementKind;
  /** Document behind it, e.g. 'shipping_order'. */
  documentKind: string;
  documentId: string;
  /** The dealer it concerns; absent for movements within the manufacturer. */
  dealerId?: string;
  /** True when the pieces leaving a warehouse had been reserved, so that the promise ends with them. */
  reserved?: boolean;
}

interface BalanceChange {
  partId: string;
  kind: 'warehouse' | 'dealer';
  ownerId: string;
  onHand: number;
  reserved: number;
}

const TAKE_FROM_WAREHOUSE = `
  update stock_balance set on_hand = on_hand + $3, reserved = reserved + $4
   where warehouse_id = $1 and part_id = $2 and on_hand + $3 >= reserved + $4 and reserved + $4 >= 0
  returning part_id`;

const GIVE_TO_WAREHOUSE = `
  insert into stock_balance as b (warehouse_id, part_id, on_hand, reserved) values ($1, $2, $3, 0)
  on conflict (warehouse_id, part_id) do update set on_hand = b.on_hand + $3 returning part_id`;

const TAKE_FROM_DEALER = `
  update dealer_holding set quantity = quantity + $3
   where dealer_id = $1 and part_id = $2 and quantity + $3 >= 0 returning part_id`;

const GIVE_TO_DEALER = `
  insert into dealer_holding as h (dealer_id, part_id, quantity) values ($1, $2, $3)
  on conflict (dealer_id, part_id) do update set quantity = h.quantity + $3 returning part_id`;

const RECORD = `
  insert into stock_movement (id, at, part_id, quantity, from_account, to_account, kind, document_kind, document_id, dealer_id)
  select m.id, business_now(), m."partId", m.quantity, m."from", m."to", m.kind, m."documentKind", m."documentId", m."dealerId"
    from jsonb_to_recordset($1::jsonb) as m (id uuid, "partId" uuid, quantity int, "from" text, "to" text, kind text,
         "documentKind" text, "documentId" uuid, "dealerId" uuid)`;

/**
 * P-2: books movements and changes the balances they touch, in part order so that two bookings wait for each other
 * instead of deadlocking. Refuses STOCK_SHORT when a warehouse has fewer pieces free than are taken (reserved ones
 * leave only with `reserved`), HOLDINGS_SHORT when a dealer holds fewer, QUANTITY_INVALID for less than one piece.
 */
export async function moveStock(tx: Tx, movements: readonly Movement[]): Promise<void> {
  if (movements.length === 0) return;
  const changes = balanceChanges(movements);
  const rows = movements.map((movement) => ({ ...movement, id: newId() }));
  // One packet, carried out in this order.
  await Promise.all([
    ...changes.map((change) => apply(tx, change)),
    tx.sql({ name: 'stock_record', text: RECORD, values: [JSON.stringify(rows)] }),
  ]);
}

/** Net change per balance, sorted by part, then by owner. */
export function balanceChanges(movements: readonly Movement[]): BalanceChange[] {
  const changes = new Map<string, BalanceChange>();
  const add = (account: Account, movement: Movement, sign: 1 | -1): void => {
    const owner = balanceOwner(account);
    if (!owner) return;
    const key = `${movement.partId} ${account}`;
    const change = changes.get(key) ?? { partId: movement.partId, kind: owner.kind, ownerId: owner.id, onHand: 0, reserved: 0 };
    change.onHand += sign * movement.quantity;
    if (sign < 0 && movement.reserved && owner.kind === 'warehouse') change.reserved -= movement.quantity;
    changes.set(key, change);
  };
  for (const movement of movements) {
    if (!Number.isSafeInteger(movement.quantity) || movement.quantity < 1) {
      throw new Refusal('invalid_argument', 'QUANTITY_INVALID', 'A movement moves at least one whole piece.', { quantity: movement.quantity });
    }
    add(movement.from, movement, -1);
    add(movement.to, movement, 1);
  }
  return [...changes.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, change]) => change);
}

async function apply(tx: Tx, change: BalanceChange): Promise<void> {
  const values = [change.ownerId, change.partId, change.onHand];
  if (change.kind === 'dealer') {
    const [name, text] = change.onHand < 0 ? ['holding_take', TAKE_FROM_DEALER] : ['holding_give', GIVE_TO_DEALER];
    const done = await tx.sql({ name, text, values });
    if (done.length === 0) throw short('HOLDINGS_SHORT', change);
    return;
  }
  const gives = change.onHand > 0 && change.reserved === 0;
  const done = gives
    ? await tx.sql({ name: 'stock_give', text: GIVE_TO_WAREHOUSE, values })
    : await tx.sql({ name: 'stock_take', text: TAKE_FROM_WAREHOUSE, values: [...values, change.reserved] });
  if (done.length === 0) throw short('STOCK_SHORT', change);
}

function short(reason: string, change: BalanceChange): Refusal {
  return new Refusal('failed_precondition', reason, 'There are fewer pieces than are to be moved.', {
    partId: change.partId,
    quantity: -change.onHand,
  });
}
