import { Controller } from '@nestjs/common';
import { ReimbursementService, type GetReimbursementRequest, type ListReimbursementsRequest, type RevealReimbursementRequest } from '@aftercare/contracts';
import { allowedActions } from '@aftercare/domain';
import { Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Conditions, Database, dealerScope, jsonPage, listStatement, pageOf, refuseTerminated, type JsonRow, type ListOrder } from '@aftercare/service';
import { requireReason } from '../calls/call.rules.js';
import { KnownDealer } from '../handover/known-dealer.entity.js';
import { callOfClaim } from './claims-of-call.js';
import { payoutStateOf } from './claim-payment.rules.js';
import { ReimbursementRow } from './reimbursement.entity.js';
import { claimActions, customerTexts, maskedPayee, requireClaimRole, seesPayee } from './reimbursement.rules.js';
import { CLAIM_KIND, seenClaim } from './reimbursement.js';

type Reads = Pick<Handlers<typeof ReimbursementService>, 'getReimbursement' | 'revealReimbursement' | 'listReimbursements'>;

/** What is read of claims (R-14, C-5). */
@Controller()
export class ReimbursementReadHandlers implements Reads {
  constructor(private readonly db: Database) {}

  @Rpc(ReimbursementService.method.getReimbursement)
  async getReimbursement({ id }: GetReimbursementRequest, ctx: CallContext): ReturnType<Reads['getReimbursement']> {
    return this.db.read(ctx, async (tx) => {
      const claim = seenClaim(ctx, await tx.em.findOneBy(ReimbursementRow, { id }));
      requireClaimRole('read', ctx.role);
      const [others] = await tx.sql<{ count: number }>({ name: 'claims_on_call', text: OTHERS, values: [claim.callId, id] });
      const sameProofOn = await tx.sql<{ id: string; number: string; callNumber: string }>({ name: 'same_proof_on', text: SAME_PROOF, values: [id] });
      const { state: callState } = await callOfClaim(tx, claim.callId);
      const dealerLeft = await tx.em.existsBy(KnownDealer, { id: claim.dealerId, status: 'terminated' });
      const [customerTextZh, customerTextEn] = customerTexts(claim);
      return {
        ...claim,
        ...(seesPayee(ctx, dealerLeft) ? {} : maskedPayee(claim)),
        number: claim.number ?? '',
        approvedAmount: claim.approvedAmount ?? '',
        submittedAt: claim.submittedAt ?? '',
        submittedBy: claim.submittedBy ?? '',
        decidedAt: claim.decidedAt ?? '',
        decidedBy: claim.decidedBy ?? '',
        toldAt: claim.toldAt ?? '',
        toldBy: claim.toldBy ?? '',
        slipId: claim.slipId ?? '',
        payoutState: payoutStateOf(claim.state, claim),
        paidAt: claim.paidAt ?? '',
        droppedAt: claim.droppedAt ?? '',
        customerTextZh,
        customerTextEn,
        othersOnCall: others?.count ?? 0,
        sameProofOn,
        allowedActions: allowedActions(ctx, claimActions({ ...claim, callState }, ctx)),
      };
    });
  }

  @Rpc(ReimbursementService.method.revealReimbursement)
  async revealReimbursement(request: RevealReimbursementRequest, ctx: CallContext): ReturnType<Reads['revealReimbursement']> {
    const reason = requireReason(request.reason);
    // The plain values must not become a stored answer, so a repeated key reveals, and logs, again.
    return this.db.command({ ...ctx, idempotencyKey: undefined }, async (tx) => {
      const claim = seenClaim(ctx, await tx.em.findOneBy(ReimbursementRow, { id: request.id }));
      requireClaimRole('reveal', ctx.role);
      await refuseTerminated(tx);
      const { id, dealerId, performedBy, payeeName, payeeAccount } = claim;
      await tx.audit({
        action: 'reveal', kind: CLAIM_KIND, id, dealerId, changed: { fields: { after: ['performedBy', 'payeeName', 'payeeAccount'] } }, personal: { reason: { after: reason } },
      });
      return { id, performedBy, payeeName, payeeAccount };
    });
  }

  @Rpc(ReimbursementService.method.listReimbursements)
  async listReimbursements(request: ListReimbursementsRequest, ctx: CallContext): ReturnType<Reads['listReimbursements']> {
    requireClaimRole('read', ctx.role);
    const page = pageOf(request.page, { list: 'reimbursements', key: 'instant' });
    const where = new Conditions()
      .when(request.dealerId, 'd', (id) => `r.dealer_id = ${id}::uuid`)
      .when(request.callId, 'c', (id) => `r.call_id = ${id}::uuid`)
      .when(request.state, 's', (state) => `r.state = ${state}`)
      .when(request.untold, 'u', () => UNTOLD)
      .when(request.payoutState, 'ps', (state) => `${PAYOUT_STATE} = ${state}`);
    const scope = { dealers: dealerScope(ctx, { money: true }) };
    const statement = listStatement({ name: 'reimbursements', table: 'reimbursement', order: NEWEST, scope, where, page, columns: LINE });
    return jsonPage(await this.db.many<JsonRow>(ctx, statement), page);
  }
}

const OTHERS = `select count(*)::int as count from reimbursement where call_id = $1::uuid and id <> $2::uuid and state not in ('rejected', 'withdrawn')`;
/** claims that the caller sees and that show a file with the same content, the first one first. */
const SAME_PROOF = `select o.id, coalesce(o.number, '') as number, o.call_number as "callNumber" from reimbursement r
  join reimbursement o on o.id <> r.id and o.state not in ('rejected', 'withdrawn')
  where r.id = $1::uuid and exists (
    select from jsonb_array_elements(r.proofs) p where o.proofs @> jsonb_build_array(jsonb_build_object('sha256', p -> 'sha256')))
  order by o.created_at, o.id`;
/** decided or paid since the customer was told last. */
const UNTOLD = '(r.decided_at is not null and (r.told_at is null or r.told_at < r.paid_at))';
/** As payoutStateOf. */
const PAYOUT_STATE = `(case when r.state <> 'approved' then '' when r.paid_at is not null then 'paid' when r.dropped_at is not null then 'dropped'
  when r.paid_amount > 0 then 'part_paid' when r.slip_id is null then 'awaited' else 'confirmed' end)`;
const NEWEST: ListOrder = { by: 'r.created_at', direction: 'desc', type: 'timestamptz' };
const LINE = `r.id, r.created_at::text as key, json_build_object('id', r.id, 'number', coalesce(r.number, ''), 'dealerId', r.dealer_id, 'callId', r.call_id,
  'callNumber', r.call_number, 'performedOn', r.performed_on, 'amount', r.amount::text, 'approvedAmount', coalesce(r.approved_amount::text, ''),
  'payeeKind', r.payee_kind, 'state', r.state, 'createdAt', iso(r.created_at), 'toldAt', coalesce(iso(r.told_at), ''), 'payoutState', ${PAYOUT_STATE}, 'slipNumber', r.slip_number, 'paidAmount', r.paid_amount::text,
  'paidAt', coalesce(iso(r.paid_at), ''), 'version', r.version)::text as item`;
