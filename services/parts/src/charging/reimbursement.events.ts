import { Injectable } from '@nestjs/common';
import { ReimbursementApprovedSchema, type ReimbursementApproved } from '@aftercare/contracts';
import { OnEvent } from '@aftercare/messaging';
import { txOf } from '@aftercare/service';
import { Not, type EntityManager } from 'typeorm';
import { notify } from '../notices.js';
import { Slip } from './charge-slip.entity.js';
import { REPAIR_BY_THIRD_PARTY } from './charge-slip.rules.js';
import { insertDraft } from './open-slip.js';

/** R-14, F-6: an approved claim is reimbursed by a slip of its own, which finance confirms; told again, by another one when that was dropped or reversed. */
@Injectable()
export class ReimbursementEvents {
  @OnEvent(ReimbursementApprovedSchema)
  async approved(event: ReimbursementApproved, em: EntityManager): Promise<void> {
    const { claimId, dealerId, amount, number: claimNumber, callNumber, payeeKind } = event;
    if (await em.existsBy(Slip, { claimId, origin: 'reimbursement', state: Not('void') })) return;
    const tx = txOf(em);
    const slip = await insertDraft(tx, {
      dealerId, origin: 'reimbursement', requestId: null, reason: '', paymentMethod: 'bank_transfer', invoiceWish: 'never', claim: { claimId, claimNumber, callNumber, payeeKind },
      lines: [{ partId: null, quantity: 1, unitPrice: amount, reason: REPAIR_BY_THIRD_PARTY, originKind: 'reimbursement', originId: claimId }],
    });
    await notify(tx, { kind: 'slip.reimbursement_drafted', role: 'finance_clerk', document: { kind: 'charge-slip', id: slip.id, number: claimNumber }, params: { callNumber, amount } });
  }
}
