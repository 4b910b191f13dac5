import { negateMoney } from '@aftercare/domain';
import type { Tx } from '@aftercare/service';
import { post } from '../books/post.js';
import { lockMoney } from '../books/work.js';
import { receive } from '../payments/receive.js';
import { BankLineRow } from './bank.entity.js';

/** B-4: money whose dealer is not known stands in the ledger from its import on, and leaves that account when it is known or nobody's. */
export async function bookUnidentified(tx: Tx, line: BankLineRow, way: 'in' | 'out'): Promise<void> {
  const amount = way === 'in' ? line.amount : negateMoney(line.amount);
  await post(tx, {
    dealerId: null, kind: way === 'in' ? 'unidentified' : 'identified', documentKind: 'bank_line', documentId: line.id, documentNumber: line.transactionNumber,
    amounts: [['bank_transfer', amount], ['unidentified', negateMoney(amount)]],
  });
}

/** B-4: a line whose dealer is known becomes a payment, which posts by itself where reference and amount are exact. */
export async function becomePayment(tx: Tx, line: BankLineRow, dealerId: string): Promise<{ postedByItself: boolean }> {
  await lockMoney(tx, dealerId);
  const { payment } = await receive(tx, { dealerId, amount: line.amount, method: 'bank_transfer', reference: line.reference, bankDate: line.bankDate });
  Object.assign(line, { state: 'received', dealerId, paymentId: payment.id });
  return { postedByItself: payment.postedByItself };
}
