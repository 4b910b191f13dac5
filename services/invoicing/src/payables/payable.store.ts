import { ReimbursementPaidSchema, type ChargeSlipConfirmed, type ChargeSlipReversed } from '@aftercare/contracts';
import { isZeroMoney, monthOf, negateMoney, newId, subtractMoney } from '@aftercare/domain';
import type { Tx } from '@aftercare/service';
import type { EntityManager } from 'typeorm';
import { post } from '../books/post.js';
import type { Work } from '../books/work.js';
import { PayableEntryRow, PayableRow } from './payable.entity.js';
import { afterSettling, payableSteps, releasePayable } from './payable.rules.js';

const RELEASE = `
  insert into payable_release (reversal_id, dealer_id, slip_id, released_at) values ($1, $2, $3, $4) on conflict do nothing`;
const REVERSED = 'update payable_release set reversed_at = $2 where reversal_id = $1';
const AWAITED = `
  select reversal_id from payable_release r
   where slip_id = $1 and reversed_at is null and not exists (select from slip_release_undo u where u.reversal_id = r.reversal_id) limit 1`;

/** R-14, F-6: a confirmed reimbursement slip is owed by the manufacturer. The caller holds the turn for the dealer's money. */
export async function openPayable(work: Work, event: ChargeSlipConfirmed): Promise<void> {
  const { slipId, dealerId, grossTotal, confirmedAt } = event;
  const state = isZeroMoney(grossTotal) ? 'settled' : payableSteps.initial;
  await work.em.insert(PayableRow, {
    slipId, slipNumber: event.number, dealerId, state, grossTotal, settledTotal: '0.00',
    payeeKind: event.payeeKind, claimId: event.claimId || null, confirmedAt, version: 1,
  });
  await post(work, {
    dealerId, kind: 'reimbursement_confirmed', documentKind: 'charge_slip', documentId: slipId, documentNumber: event.number,
    amounts: [['reimbursement_expense', grossTotal], ['reimbursement_payable', negateMoney(grossTotal)]],
  });
  await work.audit({ action: 'open', kind: 'payable', id: slipId, dealerId, changed: { grossTotal: { after: grossTotal } } });
}

/** a reversing slip takes it back, wholly or in part; it was released for that only while nothing of it was paid. Answers whether the slip is one. */
export async function takeBackPayable(work: Work, event: ChargeSlipReversed): Promise<boolean> {
  const payable = await work.em.findOneBy(PayableRow, { slipId: event.slipId });
  if (!payable) return false;
  const { dealerId, slipId } = payable;
  const grossTotal = subtractMoney(payable.grossTotal, event.grossTotal);
  await work.em.query(REVERSED, [event.reversingSlipId, await work.now()]);
  const state = isZeroMoney(grossTotal) ? payableSteps.next('reverse', payable.state) : await stateLeft(work.em, slipId);
  // What was taken back wholly keeps the amount that it was of.
  await work.em.update(PayableRow, { slipId }, { state, grossTotal: isZeroMoney(grossTotal) ? payable.grossTotal : grossTotal, version: payable.version + 1 });
  await post(work, {
    dealerId, kind: 'reimbursement_reversed', documentKind: 'charge_slip', documentId: event.reversingSlipId, documentNumber: event.reversingNumber,
    amounts: [['reimbursement_payable', event.grossTotal], ['reimbursement_expense', negateMoney(event.grossTotal)]],
  });
  await work.audit({ action: 'reverse', kind: 'payable', id: slipId, dealerId, changed: { state: { before: payable.state, after: state } } });
  return true;
}

/** R-14, F-5: the arbitration between reversing a reimbursement and paying it. The caller holds the turn for the dealer's money. */
export async function releaseOfPayable(tx: Tx, of: { dealerId: string; slipId: string; reversalId: string }): Promise<{ released: boolean; reason: string }> {
  const { dealerId, slipId, reversalId } = of;
  const payable = await tx.em.findOneByOrFail(PayableRow, { slipId });
  const answer = releasePayable(payable);
  if (!answer.released) return answer;
  await tx.sql({ name: 'payable_release', text: RELEASE, values: [reversalId, dealerId, slipId, await tx.now()] });
  if (payable.state !== 'open') return answer;
  await tx.em.update(PayableRow, { slipId }, { state: payableSteps.next('release', payable.state), version: payable.version + 1 });
  await tx.audit({ action: 'release', kind: 'payable', id: slipId, dealerId, changed: { state: { before: 'open', after: 'released' } } });
  return answer;
}

/** R-14, F-5: a reversal was given up: it is owed again unless another one was released and is still on its way. The caller has kept the undoing and holds the turn. */
export async function giveBackPayable(tx: Tx, slipId: string): Promise<void> {
  const payable = await tx.em.findOneByOrFail(PayableRow, { slipId });
  if (payable.state !== 'released' || (await stateLeft(tx.em, slipId)) === 'released') return;
  await tx.em.update(PayableRow, { slipId }, { state: 'open', version: payable.version + 1 });
  await tx.audit({ action: 'give-back', kind: 'payable', id: slipId, dealerId: payable.dealerId, changed: { state: { before: payable.state, after: 'open' } } });
}

/** State of what is still owed: released while a reversal was released, was not given up, and has not been told yet. */
async function stateLeft(em: EntityManager, slipId: string): Promise<'open' | 'released'> {
  return (await em.query<object[]>(AWAITED, [slipId])).length > 0 ? 'released' : 'open';
}

/** a part of it was paid or set off: kept, added up and told. The caller books it and saves the payable under its next version. */
export async function settle(work: Work, payable: PayableRow, entry: Pick<PayableEntryRow, 'way' | 'amount' | 'chargeSlipId' | 'reference'>): Promise<void> {
  const { slipId, dealerId } = payable;
  const at = await work.now();
  Object.assign(payable, afterSettling(payable, entry.amount));
  await work.em.insert(PayableEntryRow, { id: newId(), dealerId, slipId, ...entry, at });
  await work.announce(ReimbursementPaidSchema, {
    slipId, number: payable.slipNumber, dealerId, amount: entry.amount, way: entry.way, settled: payable.state === 'settled', month: monthOf(at), claimId: payable.claimId ?? '',
  });
}
