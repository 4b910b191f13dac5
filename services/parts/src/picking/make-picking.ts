import type { Tx } from '@aftercare/service';
import { newId, type Urgency } from '@aftercare/domain';
import { reserveForLines, waitingLines } from '../ledger/allocate.js';
import type { Pick } from '../ledger/allocation.rules.js';
import { groupBy } from '../group-by.js';
import { PickingLine, PickingOrder } from './picking-order.entity.js';
import { pickingSteps } from './picking.rules.js';

/** The request whose approved lines are to be picked. */
export interface PickingFor {
  requestId: string;
  dealerId: string;
  urgency: Urgency;
}

const SET_BACKORDER = `update parts_request_line set backordered_quantity = $2 where id = $1`;

const REQUESTS_OF = `
  select line.id as "lineId", request.id as "requestId", request.dealer_id as "dealerId", request.urgency
    from parts_request_line line join parts_request request on request.id = line.request_id
   where line.id = any($1::uuid[])`;

const TOUCH_REQUESTS = `update parts_request set version = version + 1 where id = any($1::uuid[])`;

/**
 * P-7: approval reserves stock and puts it on one picking order per warehouse; what is short waits as the line's
 * back-order quantity. Answers the back-order quantity by line, 0 where everything is there.
 */
export async function pickApproved(tx: Tx, request: PickingFor, lines: readonly { lineId: string; partId: string; quantity: number }[]): Promise<Map<string, number>> {
  const { picks, short } = await reserveForLines(tx, lines);
  await addToOrders(tx, request, picks);
  return new Map(lines.map((line) => [line.lineId, short.get(line.lineId) ?? 0]));
}

/**
 * P-7: pieces that became available are offered to the lines that wait for them, urgent first, then oldest. Answers
 * how many requests got something.
 */
export async function offerToWaiting(tx: Tx, partIds: readonly string[]): Promise<number> {
  const waiting = await waitingLines(tx, partIds);
  if (waiting.length === 0) return 0;
  const { picks, short } = await reserveForLines(tx, waiting);
  if (picks.length === 0) return 0;
  const served = [...new Set(picks.map((pick) => pick.lineId))];
  const requests = await tx.sql<PickingFor & { lineId: string }>({ name: 'requests_of_lines', text: REQUESTS_OF, values: [served] });
  for (const lineId of served) await tx.sql({ name: 'line_backorder', text: SET_BACKORDER, values: [lineId, short.get(lineId) ?? 0] });
  const byRequest = groupBy(requests, (row) => row.requestId);
  for (const rows of byRequest.values()) {
    const lineIds = new Set(rows.map((row) => row.lineId));
    await addToOrders(tx, rows[0], picks.filter((pick) => lineIds.has(pick.lineId)));
  }
  await tx.sql({ name: 'requests_touch', text: TOUCH_REQUESTS, values: [[...byRequest.keys()].sort()] });
  return byRequest.size;
}

/** One picking order per warehouse: an open one is extended, a printed one is locked (P-10) and a new one is made. */
async function addToOrders(tx: Tx, request: PickingFor, picks: readonly Pick[]): Promise<void> {
  for (const [warehouseId, ofWarehouse] of groupBy(picks, (pick) => pick.warehouseId)) {
    const order = await openOrder(tx, request, warehouseId);
    const present = await tx.em.findBy(PickingLine, { pickingOrderId: order.id });
    for (const pick of ofWarehouse) {
      const line = present.find((each) => each.requestLineId === pick.lineId);
      if (line) await tx.em.increment(PickingLine, { id: line.id }, 'quantity', pick.quantity);
      else await tx.em.insert(PickingLine, newLine(order, pick));
    }
  }
}

async function openOrder(tx: Tx, request: PickingFor, warehouseId: string): Promise<PickingOrder> {
  const { requestId, dealerId, urgency } = request;
  const known = await tx.em.findOne(PickingOrder, {
    where: { requestId, warehouseId, state: pickingSteps.initial },
    lock: { mode: 'pessimistic_write' },
  });
  if (known) {
    known.version += 1;
    await tx.em.update(PickingOrder, { id: known.id }, { version: known.version });
    return known;
  }
  const number = await tx.nextNumber('picking_order', { prefix: 'PK', gapFree: false });
  const order: PickingOrder = { id: newId(), number, dealerId, requestId, warehouseId, state: pickingSteps.initial, urgency, createdAt: await tx.now(), version: 1 };
  await tx.em.insert(PickingOrder, order);
  return order;
}

function newLine(order: PickingOrder, pick: Pick): PickingLine {
  return {
    id: newId(),
    dealerId: order.dealerId,
    pickingOrderId: order.id,
    requestLineId: pick.lineId,
    partId: pick.partId,
    quantity: pick.quantity,
    plannedQuantity: 0,
  };
}
