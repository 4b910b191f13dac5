import { NoticeRequestedSchema } from '@aftercare/contracts';
import { notFound, type CallContext } from '@aftercare/messaging';
import { expectVersion, seesDealer, type Change, type Tx } from '@aftercare/service';
import { ReimbursementRow } from './reimbursement.entity.js';
import { reimbursementSteps, requireClaimRole } from './reimbursement.rules.js';

/** The audit trail's and the notices' name of the document. */
export const CLAIM_KIND = 'reimbursement';

/** A claim is money: a parent does not see its children's. Another's looks like a missing one. */
export function seenClaim(ctx: CallContext, claim: ReimbursementRow | null): ReimbursementRow {
  if (!claim || !seesDealer(ctx, claim.dealerId, { money: true })) throw notFound('reimbursement');
  return claim;
}

/** Loads a claim for a change: locked, seen, by a role that may, at the version it is based on. */
export async function claimForChange(
  tx: Tx,
  action: 'update' | 'submit' | 'withdraw' | 'approve' | 'reject' | 'tell-customer' | 'renew',
  request: { id: string; version: number },
): Promise<ReimbursementRow> {
  const claim = seenClaim(tx.ctx, await tx.em.findOne(ReimbursementRow, { where: { id: request.id }, lock: { mode: 'pessimistic_write' } }));
  requireClaimRole(action, tx.ctx.role);
  expectVersion(claim, request.version, { state: claim.state });
  if (action !== 'tell-customer' && action !== 'renew') claim.state = reimbursementSteps.next(action, claim.state);
  return claim;
}

/** Saves a changed claim with its audit row. */
export async function saveClaim(
  tx: Tx,
  action: string,
  claim: ReimbursementRow,
  more: { changed?: Record<string, Change>; personal?: Record<string, Change> } = {},
): Promise<{ id: string; number: string; state: string; version: number }> {
  claim.version += 1;
  await tx.em.save(ReimbursementRow, claim);
  await tx.audit({
    action, kind: CLAIM_KIND, id: claim.id, dealerId: claim.dealerId, personal: more.personal,
    changed: { state: { after: claim.state }, amount: { after: claim.amount }, version: { after: claim.version }, ...more.changed },
  });
  return refOf(claim);
}

export function refOf({ id, number, state, version }: ReimbursementRow): { id: string; number: string; state: string; version: number } {
  return { id, number: number ?? '', state, version };
}

/** Tells somebody about a claim. */
export async function tellOfClaim(tx: Tx, claim: Pick<ReimbursementRow, 'id' | 'number' | 'amount' | 'approvedAmount' | 'callNumber'>, kind: string, to: { recipientRole: string; recipientDealerId?: string }): Promise<void> {
  await tx.announce(NoticeRequestedSchema, {
    ...to, kind, documentKind: CLAIM_KIND, documentId: claim.id, documentNumber: claim.number ?? '', severity: 'info',
    params: JSON.stringify({ amount: claim.approvedAmount ?? claim.amount, callNumber: claim.callNumber }),
  });
}
