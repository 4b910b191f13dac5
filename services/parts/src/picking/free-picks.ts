import type { Tx } from '@aftercare/service';
import { In } from 'typeorm';
import { releaseReservation } from '../ledger/reserve.js';
import { offerFreed } from './freed-stock.job.js';
import { keepPaidSince } from './paid-since.js';
import { PickingLine, PickingOrder } from './picking-order.entity.js';
import { isLocked, pickingSteps } from './picking.rules.js';

/** Pieces of a request's line on a picking order, which is locked. */
export interface PickOf {
  line: PickingLine;
  order: PickingOrder;
}

/** Where the pieces of these lines stand; their orders are locked first, so that nothing is planned of them any more. */
export async function lockPicks(tx: Tx, requestLineIds: readonly string[]): Promise<PickOf[]> {
  const where = { requestLineId: In([...requestLineIds]) };
  const orderIds = [...new Set((await tx.em.findBy(PickingLine, where)).map((line) => line.pickingOrderId))].sort();
  if (orderIds.length === 0) return [];
  const orders = await tx.em.find(PickingOrder, { where: { id: In(orderIds) }, order: { id: 'ASC' }, lock: { mode: 'pessimistic_write' } });
  const lines = await tx.em.find(PickingLine, { where, order: { id: 'ASC' } });
  return lines.flatMap((line) => orders.filter((order) => order.id === line.pickingOrderId).map((order) => ({ line, order })));
}

/** Pieces that leave a picking order. */
export type FreedPick = PickOf & { quantity: number };

/** P-7: pieces leave their orders, which end when nothing is left on them, and are free again and offered to who waits. */
export async function freePicks(tx: Tx, freed: readonly FreedPick[]): Promise<void> {
  if (freed.length === 0) return;
  for (const { line, quantity } of freed) {
    if (quantity === line.quantity) await tx.em.delete(PickingLine, { id: line.id });
    else await tx.em.decrement(PickingLine, { id: line.id }, 'quantity', quantity);
  }
  for (const order of new Set(freed.map((pick) => pick.order))) {
    const emptied = !(await tx.em.existsBy(PickingLine, { pickingOrderId: order.id }));
    const state = emptied ? pickingSteps.next(isLocked(order.state) ? 'empty' : 'cancel', order.state) : order.state;
    await tx.em.update(PickingOrder, { id: order.id }, { state, version: order.version + 1 });
    if (emptied) await tx.audit({ action: 'empty', kind: 'picking_order', id: order.id, dealerId: order.dealerId, changed: { state: { before: order.state, after: state } } });
  }
  await keepPaidSince(tx, [...new Set(freed.map(({ order }) => order.requestId))]);
  await releaseReservation(tx, freed.map(({ line, order, quantity }) => ({ warehouseId: order.warehouseId, partId: line.partId, quantity })));
  await offerFreed(tx, freed.map(({ line }) => line.partId));
}
