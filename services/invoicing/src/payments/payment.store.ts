import { addMoney, allowedActions, isZeroMoney, negateMoney, newId, refusalReason, subtractMoney } from '@aftercare/domain';
import { NoticeRequestedSchema } from '@aftercare/contracts';
import { notFound, type CallContext } from '@aftercare/messaging';
import { scopeCondition, type Tx } from '@aftercare/service';
import type { EntityManager } from 'typeorm';
import { creditBalance, post } from '../books/post.js';
import { assertMoneyRole } from '../books/roles.rules.js';
import { ReceivableRow } from '../receivables/receivable.entity.js';
import { outstandingOf } from '../receivables/receivable.rules.js';
import { payReceivable, saveSums } from '../receivables/receivable.store.js';
import { AllocationRow, PaymentRow } from './payment.entity.js';
import {
  assertFits, assertInDeposit, assertStillPaid, assertUndoable, assertUnmatched, paymentState, suggest, type AllocationAsked, type OpenSlip, type Posted, type PostedOnSlip, type Undoable,
} from './payment.rules.js';

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
    dealerId: payment.dealerId, kind: 'to_deposit', documentKind: 'payment', documentId: payment.id, documentNumber: payment.number,
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

const POSTED = `
  select a.id, a.slip_id as "slipId", r.slip_number as "slipNumber", a.amount::text as amount, iso(a.at) as at, r.paid_total::text as "paidTotal",
         exists (select from allocation u where u.undoes = a.id) as undone
    from allocation a join receivable r on r.slip_id = a.slip_id where a.payment_id = $1 and a.undoes is null order by a.at, a.id`;

/** What of a payment was set against slips, with what these have as paid; those that were taken back since among them. */
export function postedOf(tx: Pick<Tx, 'em'>, paymentId: string): Promise<(PostedOnSlip & { slipNumber: string; at: string })[]> {
  return tx.em.query(POSTED, [paymentId]);
}

/** B-4: takes an allocation back by new rows: the slip owes it again, the payment has it again. The caller holds the turn and saves the payment. */
export async function undoAllocation(tx: Tx, payment: PaymentRow, { id, slipId, amount }: Posted): Promise<void> {
  const receivable = await tx.em.findOneByOrFail(ReceivableRow, { slipId });
  assertStillPaid(receivable.paidTotal, amount);
  const { dealerId } = payment;
  await tx.em.insert(AllocationRow, { id: newId(), dealerId, slipId, paymentId: payment.id, amount: negateMoney(amount), at: await tx.now(), undoes: id });
  await post(tx, {
    dealerId, kind: 'match_undone', documentKind: 'charge_slip', documentId: slipId, documentNumber: receivable.slipNumber,
    amounts: [['receivable', amount], ['unmatched', negateMoney(amount)]],
  });
  receivable.paidTotal = subtractMoney(receivable.paidTotal, amount);
  await saveSums(tx, receivable);
  payment.unmatched = addMoney(payment.unmatched, amount);
}

/** B-4: what of a payment went to the deposit is unmatched again, as far as the deposit still holds it. */
export async function takeFromDeposit(tx: Tx, payment: PaymentRow): Promise<void> {
  const amount = payment.toDeposit;
  assertInDeposit(await creditBalance(tx, payment.dealerId, 'deposit'), amount);
  await post(tx, {
    dealerId: payment.dealerId, kind: 'deposit_undone', documentKind: 'payment', documentId: payment.id, documentNumber: payment.number, amounts: [['deposit', amount], ['unmatched', negateMoney(amount)]],
  });
  payment.unmatched = addMoney(payment.unmatched, amount);
  payment.toDeposit = '0.00';
}

/** The payment as it is read, with suggestions for what is not posted yet. */
export async function paymentAnswer(tx: Tx, payment: PaymentRow) {
  const posted = await postedOf(tx, payment.id);
  const deposit = isZeroMoney(payment.toDeposit) ? '0.00' : await creditBalance(tx, payment.dealerId, 'deposit');
  const { id, number, dealerId, method, amount, unmatched, reference, state, toDeposit, refunded, receivedAt, version } = payment;
  return {
    id, number, dealerId, method, amount, unmatched, reference, bankDate: payment.bankDate ?? '', state, toDeposit, refunded, receivedAt, version,
    allocations: posted.map(({ paidTotal: _paid, ...allocation }) => allocation),
    suggestions: suggest(payment, await openSlips(tx.em, dealerId)), postedByItself: payment.postedByItself,
    allowedActions: allowedActions(tx.ctx, [
      { action: 'match', reason: matchRefusal(payment, tx.ctx) }, { action: 'unmatch', reason: unmatchRefusal({ posted, toDeposit, deposit }, tx.ctx) },
    ]),
  };
}

function matchRefusal(payment: PaymentRow, ctx: CallContext): string | undefined {
  return refusalReason(() => {
    assertMoneyRole('match', ctx.role);
    assertUnmatched(payment.unmatched);
  });
}

function unmatchRefusal(undoable: Undoable, ctx: CallContext): string | undefined {
  return refusalReason(() => {
    assertMoneyRole('match', ctx.role);
    assertUndoable(undoable);
  });
}
