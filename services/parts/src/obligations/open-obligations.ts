import { businessDate, endOfDay, monthOf, newId, startOfDay } from '@aftercare/domain';
import { ObligationDueSchema, ObligationOpenedSchema } from '@aftercare/contracts';
import { insertRow, settingAt, type Tx } from '@aftercare/service';
import { holdingsAccount } from '../ledger/accounts.js';
import { moveStock } from '../ledger/move.js';
import { DUE_DEADLINE, OVERDUE_DEADLINE } from './due-dates.js';
import { Obligation } from './obligation.entity.js';
import { creditToUse, dueDate } from './obligation.rules.js';
import { creditsOf, type PartCredit } from './part-credit.js';
import { asLocked, bookCredit, endPieces, lockHoldings, type LockedObligation } from './settle.js';

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
  await meetByCredit(tx, opened, { credits, documentKind: 'shipping_order', documentId: order.shippingOrderId });
}

/** H-7: surplus credit of the same part meets obligations that were just opened. The caller holds the turn of lockHoldings. */
export async function meetByCredit(tx: Tx, opened: readonly Obligation[], { credits, ...document }: { credits: Map<string, PartCredit>; documentKind: string; documentId: string }): Promise<void> {
  for (const obligation of opened) {
    const credit = credits.get(obligation.partId);
    const used = credit ? creditToUse(Math.min(credit.own, credit.chain.free), obligation.issuedQuantity) : 0;
    if (!credit || used === 0) continue;
    credit.own -= used;
    credit.chain.free -= used;
    await useCredit(tx, asLocked(obligation), used, document);
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
