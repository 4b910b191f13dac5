import type { Tx } from '@aftercare/service';
import type { Urgency } from '@aftercare/domain';
import { allocate, inOrderOfNeed, type Allocation, type Available, type Wanted } from './allocation.rules.js';
import { STOCK_FREED } from './freed.js';
import { reserveStock } from './reserve.js';

const LOCK_PARTS = `select id from part where id = any($1::uuid[]) order by id for no key update`;

const AVAILABLE = `
  select balance.warehouse_id as "warehouseId", balance.part_id as "partId", balance.on_hand - balance.reserved as available
    from stock_balance balance join warehouse on warehouse.id = balance.warehouse_id
   where balance.part_id = any($1::uuid[]) and warehouse.kind = 'receiving' and balance.on_hand > balance.reserved
   order by balance.part_id, warehouse.code
     for update of balance`;

const FREED = `select ref as "partId" from deadline where kind = $1 and ref = any($2::text[]) and fired_at is null and failed_at is null`;

const WAITING = `
  select line.id as "lineId", line.part_id as "partId", line.backordered_quantity as quantity, request.urgency, iso(line.approved_at) as "approvedAt"
    from parts_request_line line join parts_request request on request.id = line.request_id
   where line.part_id = any($1::uuid[]) and line.backordered_quantity > 0 and line.state = 'approved'
     and not exists (select from known_dealer dealer where dealer.id = line.dealer_id and dealer.status = 'terminated')`;

/**
 * Sharing out a part is one at a time: whoever promises or receives pieces holds the part until the end of its
 * transaction, so that no arrival slips past a line that starts to wait at the same moment (P-7). Parts are locked in
 * their order (P-2); call it before moving stock in.
 */
export async function lockParts(tx: Tx, partIds: readonly string[]): Promise<void> {
  await tx.sql({ name: 'parts_lock', text: LOCK_PARTS, values: [[...new Set(partIds)]] });
}

/**
 * P-7: reserves what the shipping warehouses have for these lines; what is short is answered per line. A newly approved line takes no
 * place before those that wait: pieces that were given back a moment ago are offered to all of them in their order.
 */
export async function reserveForLines(tx: Tx, wanted: readonly Wanted[], { newlyApproved = false } = {}): Promise<Allocation> {
  const partIds = [...new Set(wanted.map((line) => line.partId))];
  // Sent together and carried out one after the other: what is available is read when the parts are held.
  const [, stock, freed] = await Promise.all([
    lockParts(tx, partIds), tx.sql<Available>({ name: 'stock_available', text: AVAILABLE, values: [partIds] }),
    newlyApproved ? tx.sql<{ partId: string }>({ name: 'stock_freed', text: FREED, values: [STOCK_FREED, partIds] }) : [],
  ]);
  const offered = new Set(freed.map(({ partId }) => partId));
  const allocation = allocate(wanted, stock.filter(({ partId }) => !offered.has(partId)));
  await reserveStock(tx, allocation.picks);
  return allocation;
}

/** P-7, D-1: the lines that wait for these parts, urgent first, then oldest; a dealer that left is served no more. */
export async function waitingLines(tx: Tx, partIds: readonly string[]): Promise<Wanted[]> {
  const rows = await tx.sql<Wanted & { urgency: Urgency; approvedAt: string }>({ name: 'lines_waiting', text: WAITING, values: [[...new Set(partIds)]] });
  return inOrderOfNeed(rows).map(({ lineId, partId, quantity }) => ({ lineId, partId, quantity }));
}
