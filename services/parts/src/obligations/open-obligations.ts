import { businessDate, endOfDay, monthOf, newId, startOfDay } from '@aftercare/domain';
import { ObligationDueSchema, ObligationOpenedSchema } from '@aftercare/contracts';
import { insertRow, settingAt, type Tx } from '@aftercare/service';
import { holdingsAccount } from '../ledger/accounts.js';
import { moveStock } from '../ledger/move.js';
import { DUE_DEADLINE, OVERDUE_DEADLINE } from './due-dates.js';
import { Obligation } from './obligation.entity.js';
import { creditToUse, dueDate, meetObligations } from './obligation.rules.js';
import { asLocked, bookCredit, creditsOf, endPieces, lockHoldings, lockOpenObligations, type LockedObligation } from './settle.js';

/** A shipped line whose pieces must come back (P-6). */
export interface ReturnDueLine {
  shippingLineId: string;
  partId: string;
  quantity: number;
  /** Serial of the product the part was for; empty for none. */
  unitSerial: string;
}

/** The shipment that opens obligations. */
export interface ShippedOrder {
  shippingOrderId: string;
  shippingOrderNumber: string;
  dealerId: string;
  requestId: string;
  /** Call of the request; null for none. */
  callId: string | null;
  /** ISO 8601. */
  shippedAt: string;
}

/**
 * H-1: opens one obligation per shipped line with a return due. The pieces have already been booked onto the dealer's
 * holdings by the caller, in the same transaction. A surplus credit of the dealer for the same part is set against the
 * new pieces at once (H-7) and taken off the holdings again.
 */
export async function openObligations(tx: Tx, order: ShippedOrder, lines: readonly ReturnDueLine[]): Promise<void> {
  if (lines.length === 0) return;
  const [, credits] = await Promise.all([lockHoldings(tx, order.dealerId), creditsOf(tx, order.dealerId, lines.map((line) => line.partId))]);
  const opened = await Promise.all(lines.map((line) => open(tx, order, line)));
  for (const [at, line] of lines.entries()) {
    const obligation = opened[at];
    const credit = credits.get(line.partId) ?? 0;
    const used = creditToUse(credit, line.quantity);
    if (used === 0) continue;
    credits.set(line.partId, credit - used);
    await useCredit(tx, asLocked(obligation), used, { documentKind: 'shipping_order', documentId: order.shippingOrderId });
  }
}

async function open(tx: Tx, order: ShippedOrder, line: ReturnDueLine): Promise<Obligation> {
  const obligation = tx.em.create(Obligation, {
    id: newId(), dealerId: order.dealerId, partId: line.partId, origin: 'shipping', openingLineId: null, shippingOrderId: order.shippingOrderId,
    shippingLineId: line.shippingLineId, requestId: order.requestId, callId: order.callId, unitSerial: line.unitSerial,
    issuedQuantity: line.quantity, outstandingQuantity: line.quantity, dueOn: null, heldSince: null, openedAt: order.shippedAt, month: monthOf(order.shippedAt),
  });
  await insertRow(tx, Obligation, obligation);
  await tx.audit({ action: 'open', kind: 'obligation', id: obligation.id, dealerId: order.dealerId, changed: { issued: { after: line.quantity } } });
  await tx.announce(ObligationOpenedSchema, {
    obligationId: obligation.id, dealerId: order.dealerId, partId: line.partId, quantity: line.quantity,
    shippingOrderId: order.shippingOrderId, callId: order.callId ?? '', month: obligation.month,
    shippingLineId: line.shippingLineId,
  });
  return obligation;
}

/** H-7: sets surplus against a locked obligation. The caller holds the turn of lockHoldings. */
export async function useCredit(tx: Tx, obligation: LockedObligation, quantity: number, document: { documentKind: string; documentId: string }): Promise<void> {
  const { dealerId, partId } = obligation;
  await bookCredit(tx, { dealerId, partId, quantity: -quantity, ...document });
  await endPieces(tx, { obligation, kind: 'credit', quantity, ...document });
  // The surplus came into the warehouse from the adjustment account when it was counted; here that is evened out.
  await moveStock(tx, [{ partId, quantity, from: holdingsAccount(dealerId), to: 'adjustment', kind: 'return', dealerId, ...document }]);
}

/** H-7, H-1a: keeps surplus that is free again, and sets it at once against what else is outstanding of the part, first due first. The caller holds the turn of lockHoldings. */
export async function freeCredit(tx: Tx, { dealerId, partId }: Pick<LockedObligation, 'dealerId' | 'partId'>, quantity: number, document: { documentKind: string; documentId: string }): Promise<void> {
  if (quantity === 0) return;
  await bookCredit(tx, { dealerId, partId, quantity, ...document });
  const open = await lockOpenObligations(tx, dealerId, [partId]);
  const { meetings } = meetObligations(open, [{ line: 0, partId, quantity, unitSerial: '' }], () => new Set([partId]));
  const byId = new Map(open.map((each) => [each.id, each]));
  for (const { obligationId, quantity: pieces } of meetings) {
    const obligation = byId.get(obligationId);
    if (obligation) await useCredit(tx, obligation, pieces, document);
  }
}

/** H-1: the due date of the shipment's obligations counts from the local day of delivery. */
export async function startDueDates(tx: Tx, shippingOrderId: string, deliveredOn: string): Promise<void> {
  const days = await settingAt(tx, 'obligation.dueDays', businessDate(await tx.now()));
  const dueOn = dueDate(deliveredOn, days);
  const rows = await tx.sql<{ id: string; dealerId: string; open: boolean }>({
    name: 'obligations_due',
    text: `with due as (
             update obligation set due_on = $2::date where shipping_order_id = $1 and due_on is null returning id, dealer_id, outstanding_quantity)
           select id, dealer_id as "dealerId", outstanding_quantity > 0 as open from due order by id`,
    values: [shippingOrderId, dueOn],
  });
  for (const { id, dealerId, open } of rows) {
    await tx.announce(ObligationDueSchema, { obligationId: id, dealerId, dueOn });
    if (!open) continue;
    await tx.deadline({ kind: DUE_DEADLINE, ref: id, dueAt: startOfDay(dueOn) });
    await tx.deadline({ kind: OVERDUE_DEADLINE, ref: id, dueAt: endOfDay(dueOn) });
  }
}
