import { negateMoney, newId } from '@aftercare/domain';
import type { Tx } from '@aftercare/service';
import { post } from '../books/post.js';
import { PaymentRow } from './payment.entity.js';
import { exactMatches, suggest, type ReceiptMethod, type Suggestion } from './payment.rules.js';
import { allocate, openSlips, tellPosted } from './payment.store.js';

/** Money that came in. */
export interface Receipt {
  dealerId: string;
  amount: string;
  method: ReceiptMethod;
  reference: string;
  /** Empty where nobody told it. */
  bankDate: string;
}

/**
 * B-4: books a payment; an exact reference and amount posts by itself and is told to finance, else slips are suggested. The caller holds the
 * turn for the dealer's money.
 */
export async function receive(tx: Tx, receipt: Receipt): Promise<{ payment: PaymentRow; suggestions: Suggestion[] }> {
  const payment = await insertPayment(tx, receipt);
  const open = await openSlips(tx.em, payment.dealerId);
  const exact = exactMatches(payment, open);
  if (exact.length === 0) return { payment, suggestions: suggest(payment, open) };
  await allocate(tx, payment, exact.map(({ slipId, outstanding }) => ({ slipId, amount: outstanding })));
  payment.postedByItself = true;
  await tx.em.update(PaymentRow, { id: payment.id }, { unmatched: payment.unmatched, state: payment.state, postedByItself: true });
  await tellPosted(tx, payment);
  return { payment, suggestions: [] };
}

async function insertPayment(tx: Tx, { bankDate, reference, ...receipt }: Receipt): Promise<PaymentRow> {
  const number = await tx.nextNumber('payment', { prefix: 'PY', gapFree: false });
  const payment = tx.em.create(PaymentRow, {
    id: newId(), number, ...receipt, unmatched: receipt.amount, toDeposit: '0.00', refunded: '0.00', reference: reference.trim(), bankDate: bankDate || null, state: 'open',
    postedByItself: false, receivedAt: await tx.now(), receivedBy: tx.ctx.userId, version: 1,
  });
  await tx.em.insert(PaymentRow, payment);
  await post(tx, {
    dealerId: payment.dealerId, kind: 'payment_received', documentKind: 'payment', documentId: payment.id, documentNumber: payment.number,
    amounts: [[payment.method, payment.amount], ['unmatched', negateMoney(payment.amount)]],
  });
  await tx.audit({ action: 'record', kind: 'payment', id: payment.id, dealerId: payment.dealerId, changed: { amount: { after: payment.amount }, method: { after: payment.method } } });
  return payment;
}
