import type { Tx } from '@aftercare/service';
import { In } from 'typeorm';
import { dropFromDraftSlip } from '../charging/open-slip.js';
import { lockParts } from '../ledger/allocate.js';
import { releaseReservation } from '../ledger/reserve.js';
import { offerFreed } from '../picking/freed-stock.job.js';
import { PickingLine, PickingOrder } from '../picking/picking-order.entity.js';
import { pickingSteps } from '../picking/picking.rules.js';
import { linesOf, saveRequest, type LockedRequest } from './change-request.js';
import { cancelLine } from './parts-request.rules.js';

/**
 * P-4, P-10: cancels lines whose picking list is not printed: their pieces are free again and offered to who waits,
 * a charged line leaves its draft slip. Refuses STEP_NOT_ALLOWED, PICKING_PRINTED, SLIP_CONFIRMED.
 */
export async function cancelLines(tx: Tx, locked: LockedRequest, lineIds: readonly string[]): Promise<void> {
  const approved = locked.lines.filter((line) => lineIds.includes(line.id) && line.state === 'approved');
  if (approved.length > 0) {
    await lockParts(tx, approved.map((line) => line.partId));
    // An arrival may have served a waiting line before the parts were ours: what counts is what stands there now.
    locked.lines = await linesOf(tx, locked.request.id);
  }
  const cancelled = locked.lines.filter((line) => lineIds.includes(line.id));
  const picks = await picksOf(tx, cancelled.map((line) => line.id));
  const printed = new Set(picks.filter(({ order }) => order.state !== 'open').map(({ line }) => line.requestLineId));
  const charged = cancelled.filter((line) => line.state === 'approved' && line.supplyKind === 'charged');
  for (const line of cancelled) {
    line.state = cancelLine(line, printed.has(line.id));
    line.backorderedQuantity = 0;
  }
  if (charged.length > 0) await dropFromDraftSlip(tx, charged.map((line) => line.id));
  await saveRequest(tx, locked, cancelled);
  await freePicks(tx, picks);
}

interface PickOf {
  line: PickingLine;
  order: PickingOrder;
}

async function picksOf(tx: Tx, requestLineIds: readonly string[]): Promise<PickOf[]> {
  const lines = await tx.em.findBy(PickingLine, { requestLineId: In([...requestLineIds]) });
  const orderIds = [...new Set(lines.map((line) => line.pickingOrderId))].sort();
  const orders = await tx.em.find(PickingOrder, { where: { id: In(orderIds) }, order: { id: 'ASC' }, lock: { mode: 'pessimistic_write' } });
  return lines.flatMap((line) => orders.filter((order) => order.id === line.pickingOrderId).map((order) => ({ line, order })));
}

async function freePicks(tx: Tx, picks: readonly PickOf[]): Promise<void> {
  if (picks.length === 0) return;
  await tx.em.delete(PickingLine, { id: In(picks.map(({ line }) => line.id)) });
  for (const order of new Set(picks.map((pick) => pick.order))) {
    const emptied = !(await tx.em.existsBy(PickingLine, { pickingOrderId: order.id }));
    const state = emptied ? pickingSteps.next('cancel', order.state) : order.state;
    await tx.em.update(PickingOrder, { id: order.id }, { state, version: order.version + 1 });
  }
  await releaseReservation(tx, picks.map(({ line, order }) => ({ warehouseId: order.warehouseId, partId: line.partId, quantity: line.quantity })));
  await offerFreed(tx, picks.map(({ line }) => line.partId));
}
