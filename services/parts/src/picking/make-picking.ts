import { findRows, insertRow, updateRow, type Tx } from '@aftercare/service';
import { newId, type Urgency } from '@aftercare/domain';
import { keepExpected, keepServed } from '../back-orders/keep-expected.js';
import { reserveForLines, waitingLines } from '../ledger/allocate.js';
import type { Pick } from '../ledger/allocation.rules.js';
import { groupBy } from '../group-by.js';
import { notify } from '../notices.js';
import { keepPaidSince } from './paid-since.js';
import { PickingLine, PickingOrder } from './picking-order.entity.js';
import { pickingSteps } from './picking.rules.js';

/** The request whose approved lines are to be picked. */
export interface PickingFor {
  requestId: string;
  dealerId: string;
  urgency: Urgency;
}

/** A line that waits, and its request. */
interface WaitingFor extends PickingFor {
  lineId: string;
  number: string;
}

const SET_BACKORDER = `update parts_request_line set backordered_quantity = $2 where id = $1`;

const REQUESTS_OF = `
  select line.id as "lineId", request.id as "requestId", request.dealer_id as "dealerId", request.urgency, request.number
    from parts_request_line line join parts_request request on request.id = line.request_id
   where line.id = any($1::uuid[])`;

const LOCK_REQUESTS = `select id from parts_request where id = any($1::uuid[]) order by id for no key update`;

const TOUCH_REQUESTS = `update parts_request set version = version + 1 where id = any($1::uuid[])`;

/**
 * P-7: approval reserves stock and puts it on one picking order per warehouse; what is short waits as the line's
 * back-order quantity. Answers the back-order quantity by line, 0 where everything is there.
 */
export async function pickApproved(tx: Tx, request: PickingFor, lines: readonly { lineId: string; partId: string; quantity: number }[]): Promise<Map<string, number>> {
  // In this order on the wire: parts first, then orders, as an arrival takes them.
  const [{ picks, short }, open] = await Promise.all([reserveForLines(tx, lines, { newlyApproved: true }), openOrders(tx, request.requestId)]);
  await addToOrders(tx, { ...request, open }, picks);
  await keepExpected(tx, [...short.keys()], { cause: 'waiting', reason: '' });
  return new Map(lines.map((line) => [line.lineId, short.get(line.lineId) ?? 0]));
}

/**
 * P-7, P-11: pieces that became available are offered to the lines that wait for them, urgent first, then oldest, and
 * their dealers are told. Answers how many requests got something.
 */
export async function offerToWaiting(tx: Tx, partIds: readonly string[]): Promise<number> {
  const waiting = await waitingLines(tx, partIds);
  if (waiting.length === 0) return 0;
  const { picks, short } = await reserveForLines(tx, waiting);
  if (picks.length === 0) return 0;
  const served = [...new Set(picks.map((pick) => pick.lineId))];
  const requests = await tx.sql<WaitingFor>({ name: 'requests_of_lines', text: REQUESTS_OF, values: [served] });
  // Parts before requests, and requests before their lines and orders: so does whoever changes one.
  await tx.sql({ name: 'requests_lock', text: LOCK_REQUESTS, values: [[...new Set(requests.map(({ requestId }) => requestId))]] });
  for (const lineId of served) await tx.sql({ name: 'line_backorder', text: SET_BACKORDER, values: [lineId, short.get(lineId) ?? 0] });
  await keepServed(tx, served.filter((lineId) => !short.has(lineId)));
  const byRequest = groupBy(requests, (row) => row.requestId);
  for (const rows of byRequest.values()) {
    const lineIds = new Set(rows.map((row) => row.lineId));
    const own = picks.filter((pick) => lineIds.has(pick.lineId));
    await addToOrders(tx, { ...rows[0], open: await openOrders(tx, rows[0].requestId) }, own);
    await tellArrived(tx, rows[0], { pieces: sumOf(own.map(({ quantity }) => quantity)), waiting: sumOf([...lineIds].map((id) => short.get(id) ?? 0)) });
  }
  await tx.sql({ name: 'requests_touch', text: TOUCH_REQUESTS, values: [[...byRequest.keys()].sort()] });
  await keepPaidSince(tx, [...byRequest.keys()]);
  return byRequest.size;
}

/** P-11: who waits is told of what came for it, and of what the same lines still wait for. */
async function tellArrived(tx: Tx, { requestId, dealerId, number }: WaitingFor, params: { pieces: number; waiting: number }): Promise<void> {
  await notify(tx, { kind: 'parts.back_order_arrived', role: 'dealer_manager', dealerId, document: { kind: 'parts-request', id: requestId, number }, params });
}

const sumOf = (quantities: readonly number[]): number => quantities.reduce((sum, each) => sum + each, 0);

/** An order that is not printed yet, locked, with what stands on it. */
interface OpenOrder {
  order: PickingOrder;
  lines: { id: string; requestLineId: string }[];
}

const LOCK_OPEN_ORDERS = `select id from picking_order where request_id = $1 and state = $2 order by id for update`;
const PRESENT_LINES = `select id, picking_order_id as "orderId", request_line_id as "requestLineId" from picking_line where picking_order_id = any($1::uuid[])`;
const MORE_PIECES = `update picking_line set quantity = quantity + $2 where id = $1`;

/** The request's open orders by warehouse. */
async function openOrders(tx: Tx, requestId: string): Promise<Map<string, OpenOrder>> {
  const locked = await tx.sql<{ id: string }>({ name: 'picking_orders_lock', text: LOCK_OPEN_ORDERS, values: [requestId, pickingSteps.initial] });
  if (locked.length === 0) return new Map();
  const ids = locked.map(({ id }) => id);
  const [orders, lines] = await Promise.all([
    findRows(tx, PickingOrder, { by: 'requestId', is: requestId, order: 'id' }),
    tx.sql<{ id: string; orderId: string; requestLineId: string }>({ name: 'picking_lines_present', text: PRESENT_LINES, values: [ids] }),
  ]);
  const open = orders.filter(({ id }) => ids.includes(id));
  return new Map(open.map((order) => [order.warehouseId, { order, lines: lines.filter(({ orderId }) => orderId === order.id) }]));
}

/** One picking order per warehouse: an open one is extended, a printed one is locked (P-10) and a new one is made. */
async function addToOrders(tx: Tx, request: PickingFor & { open: Map<string, OpenOrder> }, picks: readonly Pick[]): Promise<void> {
  for (const [warehouseId, ofWarehouse] of groupBy(picks, (pick) => pick.warehouseId)) {
    const known = request.open.get(warehouseId);
    const order = known ? { ...known.order, version: known.order.version + 1 } : await newOrder(tx, request, warehouseId);
    await Promise.all([
      known ? updateRow(tx, PickingOrder, order) : insertRow(tx, PickingOrder, order),
      ...ofWarehouse.map((pick) => {
        const line = known?.lines.find((each) => each.requestLineId === pick.lineId);
        return line
          ? tx.sql({ name: 'picking_line_more', text: MORE_PIECES, values: [line.id, pick.quantity] })
          : insertRow(tx, PickingLine, newLine(order, pick));
      }),
    ]);
  }
}

async function newOrder(tx: Tx, { requestId, dealerId, urgency }: PickingFor, warehouseId: string): Promise<PickingOrder> {
  const number = await tx.nextNumber('picking_order', { prefix: 'PK', gapFree: false });
  const createdAt = await tx.now();
  return { id: newId(), number, dealerId, requestId, warehouseId, state: pickingSteps.initial, urgency, createdAt, paidAt: createdAt, version: 1 };
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
