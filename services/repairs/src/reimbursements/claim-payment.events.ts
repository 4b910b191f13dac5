import { Injectable } from '@nestjs/common';
import {
  ChargeSlipConfirmedSchema, ChargeSlipDiscardedSchema, ChargeSlipReversedSchema, ReimbursementPaidSchema,
  type ChargeSlipConfirmed, type ChargeSlipDiscarded, type ChargeSlipReversed, type ReimbursementPaid,
} from '@aftercare/contracts';
import { isId } from '@aftercare/domain';
import { OnEvent, type EventMeta } from '@aftercare/messaging';
import { txOf, type Tx } from '@aftercare/service';
import type { EntityManager } from 'typeorm';
import { confirmedBy, droppedWith, paidBy, payoutStateOf, type ClaimMoney } from './claim-payment.rules.js';
import { ReimbursementRow } from './reimbursement.entity.js';
import { saveClaim, tellOfClaim } from './reimbursement.js';

/** what parts and invoicing tell of the slip by which a claim is paid. */
@Injectable()
export class ClaimPaymentEvents {
  @OnEvent(ChargeSlipConfirmedSchema)
  async confirmed({ claimId, slipId, number }: ChargeSlipConfirmed, em: EntityManager): Promise<void> {
    await change(txOf(em), 'slip-confirmed', claimId, (money) => confirmedBy(money, { id: slipId, number }));
  }

  @OnEvent(ChargeSlipDiscardedSchema)
  async discarded({ claimId, slipId, discardedAt }: ChargeSlipDiscarded, em: EntityManager): Promise<void> {
    await change(txOf(em), 'slip-dropped', claimId, (money) => droppedWith(money, slipId, discardedAt));
  }

  @OnEvent(ChargeSlipReversedSchema)
  async reversed({ claimId, slipId, reversedAt }: ChargeSlipReversed, em: EntityManager): Promise<void> {
    await change(txOf(em), 'slip-dropped', claimId, (money) => droppedWith(money, slipId, reversedAt));
  }

  @OnEvent(ReimbursementPaidSchema)
  async paid({ claimId, slipId, number, amount, way, settled }: ReimbursementPaid, em: EntityManager, meta: EventMeta): Promise<void> {
    const payment = { amount, way, at: meta.occurredAt, settled };
    await change(txOf(em), 'slip-paid', claimId, (money) => paidBy(money, { id: slipId, number }, payment));
  }
}

/** Changes the claim, and tells who has to act: the dealer's manager once it is paid, the supervisor, who may ask for another one, and the manager once its slip was dropped. */
async function change(tx: Tx, action: string, claimId: string, decide: (money: ClaimMoney) => ClaimMoney): Promise<void> {
  if (!isId(claimId)) return;
  const claim = await tx.em.findOne(ReimbursementRow, { where: { id: claimId }, lock: { mode: 'pessimistic_write' } });
  if (claim?.state !== 'approved') return;
  const before = payoutStateOf(claim.state, claim);
  const money = decide(claim);
  if (money === (claim as ClaimMoney)) return;
  Object.assign(claim, money);
  const after = payoutStateOf(claim.state, claim);
  if (after === 'paid' && before !== 'paid') await tellOfClaim(tx, claim, 'reimbursement.paid', { recipientRole: 'dealer_manager', recipientDealerId: claim.dealerId });
  if (after === 'dropped' && before !== 'dropped') {
    await tellOfClaim(tx, claim, 'reimbursement.dropped', { recipientRole: 'service_supervisor' });
    await tellOfClaim(tx, claim, 'reimbursement.on_hold', { recipientRole: 'dealer_manager', recipientDealerId: claim.dealerId });
  }
  await saveClaim(tx, action, claim, { changed: { payoutState: { before, after }, slipNumber: { after: claim.slipNumber }, paidAmount: { after: claim.paidAmount } } });
}
