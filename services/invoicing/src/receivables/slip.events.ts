import { Injectable } from '@nestjs/common';
import {
  ChargeSlipConfirmedSchema, ChargeSlipReversedSchema, PartsShippedSchema, type ChargeSlipConfirmed, type ChargeSlipReversed, type PartsShipped,
} from '@aftercare/contracts';
import { addMoney, INVOICE_WISHES, negateMoney, PAYMENT_METHODS, SLIP_ORIGINS, subtractMoney } from '@aftercare/domain';
import { notFound, OnEvent } from '@aftercare/messaging';
import { txOf } from '@aftercare/service';
import type { EntityManager } from 'typeorm';
import { confirmedSlip, revenueOfShipment, reversalSplit, type Signed } from '../books/ledger.rules.js';
import { creditBalance, post } from '../books/post.js';
import { lockMoney, type Work } from '../books/work.js';
import { useHolds } from '../credit/hold.js';
import { openPayable, takeBackPayable } from '../payables/payable.store.js';
import { ReceivableLineRow, ReceivableRow } from './receivable.entity.js';
import { afterReversal, outstandingOf, payable } from './receivable.rules.js';
import { payReceivable, saveSums } from './receivable.store.js';

/** What parts tells of slips and shipments becomes money here. */
@Injectable()
export class SlipEvents {
  /** F-2, F-5: a confirmed slip is owed with tax, a reimbursement to the dealer; the deposit pays at confirmation where that was agreed (P-9). */
  @OnEvent(ChargeSlipConfirmedSchema)
  async confirmed(event: ChargeSlipConfirmed, em: EntityManager): Promise<void> {
    const work = txOf(em);
    await lockMoney(work, event.dealerId);
    if (event.direction === 'reimbursement') return openPayable(work, event);
    const receivable = await openReceivable(work, event);
    await post(work, {
      dealerId: event.dealerId, kind: 'slip_confirmed', documentKind: 'charge_slip', documentId: event.slipId, documentNumber: event.number,
      amounts: confirmedSlip({ ...event, origin: receivable.origin }),
    });
    const fromDeposit = receivable.paymentMethod === 'deposit' ? payable(await creditBalance(work, event.dealerId, 'deposit'), receivable.grossTotal) : '0.00';
    if (fromDeposit !== '0.00') await payReceivable(work, receivable, fromDeposit, { account: 'deposit', paymentId: null });
    else if (outstandingOf(receivable) === '0.00') await saveSums(work, receivable);
  }

  /** F-5: the owed amount goes down; what was paid beyond it goes to the deposit. */
  @OnEvent(ChargeSlipReversedSchema)
  async reversed(event: ChargeSlipReversed, em: EntityManager): Promise<void> {
    const work = txOf(em);
    await lockMoney(work, event.dealerId);
    if (await takeBackPayable(work, event)) return;
    const receivable = await em.findOneBy(ReceivableRow, { slipId: event.slipId });
    if (!receivable) throw notFound('receivable');
    const amounts = await takeBack(work, event);
    await post(work, {
      dealerId: event.dealerId, kind: 'slip_reversed', documentKind: 'charge_slip', documentId: event.reversingSlipId, documentNumber: event.reversingNumber, amounts,
    });
    const { toDeposit, ...sums } = afterReversal(receivable, event.grossTotal);
    await post(work, {
      dealerId: event.dealerId, kind: 'overpaid_to_deposit', documentKind: 'charge_slip', documentId: event.reversingSlipId, documentNumber: event.reversingNumber,
      amounts: [['receivable', toDeposit], ['deposit', negateMoney(toDeposit)]],
    });
    await saveSums(work, Object.assign(receivable, sums));
  }

  /** P-9: shipment turns held credit into used; F-8: what shipped of a request's slip becomes revenue. */
  @OnEvent(PartsShippedSchema)
  async shipped(event: PartsShipped, em: EntityManager): Promise<void> {
    const charged = event.lines.filter((line) => line.chargeSlipLineId !== '');
    if (charged.length === 0) return;
    const work = txOf(em);
    await lockMoney(work, event.dealerId);
    await useHolds(em, event.shippingOrderId);
    let revenue = '0.00';
    for (const line of charged) revenue = addMoney(revenue, await earn(em, line));
    await post(work, {
      dealerId: event.dealerId, kind: 'shipped', documentKind: 'shipping_order', documentId: event.shippingOrderId, documentNumber: event.number,
      amounts: [['unearned_revenue', revenue], ['revenue', negateMoney(revenue)]],
    });
  }
}

async function openReceivable(work: Work, event: ChargeSlipConfirmed): Promise<ReceivableRow> {
  const known = <T extends string>(list: readonly T[], value: string, fallback: T): T => list.find((each) => each === value) ?? fallback;
  const receivable = work.em.create(ReceivableRow, {
    slipId: event.slipId, dealerId: event.dealerId, slipNumber: event.number, origin: known(SLIP_ORIGINS, event.origin, 'manual'),
    requestId: event.requestId || null, paymentMethod: known(PAYMENT_METHODS, event.paymentMethod, 'bank_transfer'),
    invoiceWish: known(INVOICE_WISHES, event.invoiceWish, 'later'), netTotal: event.netTotal, taxTotal: event.taxTotal, grossTotal: event.grossTotal,
    reversedTotal: '0.00', paidTotal: '0.00', confirmedAt: event.confirmedAt, month: event.month, version: 1,
  });
  await work.em.insert(ReceivableRow, receivable);
  await work.em.insert(ReceivableLineRow, event.lines.map(({ lineId, partId, quantity, unitPrice, netAmount, taxAmount, taxRate, reason }, index) => ({
    lineId, partId, quantity, unitPrice, netAmount, taxAmount, taxRate, reason, dealerId: event.dealerId, slipId: event.slipId, position: index + 1,
    releasedQuantity: 0, releasedNet: '0.00', releasedTax: '0.00', reversedQuantity: 0, reversedNet: '0.00', shippedQuantity: 0,
    // What does not come of a request is revenue at confirmation.
    revenueNet: receivable.origin === 'request' ? '0.00' : netAmount,
  })));
  const { slipId, dealerId, grossTotal } = receivable;
  await work.audit({ action: 'open', kind: 'receivable', id: slipId, dealerId, changed: { grossTotal: { after: grossTotal } } });
  return receivable;
}

/** F-8: takes reversed amounts back, line by line, from what was not earned yet and from revenue, as parts tells it or by the same rule. */
async function takeBack(work: Work, event: ChargeSlipReversed): Promise<Signed[]> {
  const amounts: Signed[] = [];
  for (const { lineId, quantity, netAmount, taxAmount, revenueNet } of event.lines) {
    const line = await work.em.findOneByOrFail(ReceivableLineRow, { lineId });
    const { unearned, revenue } = revenueNet === '' ? reversalSplit(line, netAmount) : { unearned: subtractMoney(netAmount, revenueNet), revenue: revenueNet };
    await work.em.update(ReceivableLineRow, { lineId }, {
      reversedQuantity: line.reversedQuantity + quantity, reversedNet: addMoney(line.reversedNet, netAmount),
      revenueNet: addMoney(line.revenueNet, negateMoney(revenue)),
    });
    amounts.push(['unearned_revenue', unearned], ['revenue', revenue], ['tax_payable', taxAmount], ['receivable', negateMoney(addMoney(netAmount, taxAmount))]);
  }
  return amounts;
}

/** F-8: what of a line became revenue by a shipment: as parts tells it, so that the ledger is the revenue list to the fen; told before parts did, by the same rule. */
async function earn(em: EntityManager, { chargeSlipLineId: lineId, quantity: pieces, revenueNet }: PartsShipped['lines'][number]): Promise<string> {
  const line = await em.findOneByOrFail(ReceivableLineRow, { lineId });
  const revenue = revenueNet === '' ? revenueOfShipment(line, pieces) : revenueNet;
  await em.update(ReceivableLineRow, { lineId }, {
    shippedQuantity: Math.min(line.shippedQuantity + pieces, line.quantity), revenueNet: addMoney(line.revenueNet, revenue),
  });
  return revenue;
}
