import type { Tx } from '@aftercare/service';
import { ERASED, erasedText, type Clear } from '../calls/erasure.rules.js';
import { ReimbursementRow } from './reimbursement.entity.js';

/**
 * C-5, R-14: a customer who was to be paid goes out of the claims on his call, and out of what was written; amounts, dates and the
 * third party stay. Answers the proofs, which stay as the evidence of what was paid.
 */
export async function eraseClaims(tx: Tx, callId: string, clear: Clear): Promise<ReimbursementRow['proofs'][]> {
  const claims = await tx.em.findBy(ReimbursementRow, { callId });
  for (const { id, payeeKind, payeeName, payeeAccount, performedBy, description, decisionNote } of claims) {
    const payee = payeeKind === 'customer' ? { payeeName: erasedText(payeeName), payeeAccount: payeeAccount === '' ? '' : ERASED } : {};
    await tx.em.update(ReimbursementRow, { id }, { description: clear(description), decisionNote: clear(decisionNote), performedBy: clear(performedBy), ...payee });
    await tx.sql({ name: 'erase_claim_audit', text: 'select erase_audit_personal($1)', values: [id] });
  }
  return claims.map(({ proofs }) => proofs);
}
