import { allowedActions, negateMoney, refusalReason, subtractMoney } from '@aftercare/domain';
import { NoticeRequestedSchema } from '@aftercare/contracts';
import { notFound, type CallContext } from '@aftercare/messaging';
import { scopeCondition, type Tx } from '@aftercare/service';
import type { EntityManager } from 'typeorm';
import { post } from '../books/post.js';
import { assertMoneyRole } from '../books/roles.rules.js';
import { ReceivableRow } from '../receivables/receivable.entity.js';
import { outstandingOf } from '../receivables/receivable.rules.js';
import { payReceivable } from '../receivables/receivable.store.js';
import { AllocationRow, PaymentRow } from './payment.entity.js';
import { assertFits, assertUnmatched, paymentState, suggest, type AllocationAsked, type OpenSlip } from './payment.rules.js';

const OPEN_SLIPS = `
  select slip_id as "slipId", slip_number as "slipNumber", (gross_total - reversed_total - paid_total)::text as outstanding
    from receivable where dealer_id = $1 and gross_total - reversed_total > paid_total order by confirmed_at, slip_id`;

/** A dealer's unpaid slips, oldest first. */
export function openSlips(em: EntityManager, dealerId: string): Promise<OpenSlip[]> {
  return em.query<OpenSlip[]>(OPEN_SLIPS, [dealerId]);
}

/** One payment the caller may see. */
export async function paymentOf(tx: Pick<Tx, 'em' | 'ctx'>, id: string): Promise<PaymentRow> {
  const scope = scopeCondition(tx.ctx, 'payment.dealer_id', { money: true });
  const found = await tx.em.createQueryBuilder(PaymentRow, 'payment').where('payment.id = :id', { id }).andWhere(scope.where, scope.parameters).getOne();
  if (!found) throw notFound('payment');
  return found;
}

/** B-4: sets parts of a payment against slips of the same dealer. The caller holds the turn and saves the payment. */
export async function allocate(tx: Tx, payment: PaymentRow, asked: readonly AllocationAsked[]): Promise<void> {
  for (const { slipId, amount } of asked) {
    const receivable = await tx.em.findOneBy(ReceivableRow, { slipId, dealerId: payment.dealerId });
    if (!receivable) throw notFound('receivable');
    assertFits(amount, outstandingOf(receivable));
    await payReceivable(tx, receivable, amount, { account: 'unmatched', paymentId: payment.id });
    payment.unmatched = subtractMoney(payment.unmatched, amount);
  }
  payment.state = paymentState(payment.amount, payment.unmatched);
}

/** B-4: an over-payment goes to the dealer's deposit. */
export async function restToDeposit(tx: Tx, payment: PaymentRow): Promise<void> {
  const rest = payment.unmatched;
  payment.toDeposit = subtractMoney(payment.toDeposit, negateMoney(rest));
  payment.unmatched = '0.00';
  payment.state = 'matched';
  await post(tx, {
    dealerId: payment.dealerId, kind: 'to_deposit', documentKind: 'payment', documentId: payment.id,
    amounts: [['unmatched', rest], ['deposit', negateMoney(rest)]],
  });
}

/** B-4: what was posted without a person is shown to finance. */
export async function tellPosted(tx: Tx, payment: PaymentRow): Promise<void> {
  await tx.announce(NoticeRequestedSchema, {
    kind: 'payment.posted_by_itself', recipientRole: 'finance_clerk', documentKind: 'payment', documentId: payment.id, documentNumber: payment.number,
    severity: 'info', params: JSON.stringify({ amount: payment.amount, dealerId: payment.dealerId }),
  });
}

/** The payment as it is read, with suggestions for what is not posted yet. */
export async function paymentAnswer(tx: Tx, payment: PaymentRow) {
  const allocations = await tx.em.find(AllocationRow, { where: { paymentId: payment.id }, order: { at: 'ASC', id: 'ASC' } });
  const { id, number, dealerId, method, amount, unmatched, reference, state, toDeposit, receivedAt, version } = payment;
  return {
    id, number, dealerId, method, amount, unmatched, reference, bankDate: payment.bankDate ?? '', state, toDeposit, receivedAt, version,
    allocations: allocations.map((each) => ({ slipId: each.slipId, amount: each.amount })),
    suggestions: suggest(unmatched, await openSlips(tx.em, dealerId)),
    allowedActions: allowedActions(tx.ctx, [{ action: 'match', reason: matchRefusal(payment, tx.ctx) }]),
  };
}

function matchRefusal(payment: PaymentRow, ctx: CallContext): string | undefined {
  return refusalReason(() => {
    assertMoneyRole('match', ctx.role);
    assertUnmatched(payment.unmatched);
  });
}
