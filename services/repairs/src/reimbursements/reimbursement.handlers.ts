import { Controller } from '@nestjs/common';
import {
  ReimbursementApprovedSchema, ReimbursementService,
  type ApproveReimbursementRequest, type CreateReimbursementRequest, type RejectReimbursementRequest, type RenewReimbursementRequest, type SubmitReimbursementRequest,
  type TellReimbursementRequest, type UpdateReimbursementRequest, type WithdrawReimbursementRequest,
} from '@aftercare/contracts';
import { addMoney, askerOf, businessDate, newId, Refusal } from '@aftercare/domain';
import { notFound, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, seesDealer, type Tx } from '@aftercare/service';
import { RepairCall } from '../calls/call.entity.js';
import { requireReason } from '../calls/call.rules.js';
import { callOfClaim } from './claims-of-call.js';
import { renewed, UNPAID } from './claim-payment.rules.js';
import { ReimbursementRow } from './reimbursement.entity.js';
import {
  refuseCancelledCall, refuseMaskedPayee, refuseOwnDecision, refuseTelling, refuseUnproved, refuseWrongApproval, refuseWrongClaim, requireClaimRole, type PayeeKind,
} from './reimbursement.rules.js';
import { claimForChange, saveClaim, tellOfClaim } from './reimbursement.js';

type Claims = Omit<Handlers<typeof ReimbursementService>, 'getReimbursement' | 'revealReimbursement' | 'listReimbursements'>;
const PERSONAL = ['performedBy', 'payeeName', 'payeeAccount'] as const;
const UNDECIDED = { number: null, approvedAmount: null, decisionNote: '', submittedAt: null, submittedBy: null, decidedAt: null, decidedBy: null, toldAt: null, toldBy: null, toldWay: '', ...UNPAID };

/** Expense claims for repairs by a third party. */
@Controller()
export class ReimbursementHandlers implements Claims {
  constructor(private readonly db: Database) {}

  @Rpc(ReimbursementService.method.createReimbursement)
  async createReimbursement(request: CreateReimbursementRequest, ctx: CallContext): ReturnType<Claims['createReimbursement']> {
    return this.db.command(ctx, async (tx) => {
      const call = await callOf(tx, request.callId);
      requireClaimRole('create', ctx.role);
      const askedBy = askerOf(ctx.role, request.askedBy);
      const draft = await checked(tx, { calledOn: call.openedOn }, request);
      const claim: ReimbursementRow = {
        ...draft, ...UNDECIDED, id: newId(), dealerId: call.dealerId, callId: call.id, callNumber: call.number, askedBy,
        state: 'draft', createdAt: await tx.now(), createdBy: ctx.userId, version: 0,
      };
      return saveClaim(tx, 'create', claim, { personal: personalOf(null, claim) });
    }, { request });
  }

  @Rpc(ReimbursementService.method.updateReimbursement)
  async updateReimbursement(request: UpdateReimbursementRequest, ctx: CallContext): ReturnType<Claims['updateReimbursement']> {
    return this.db.command(ctx, async (tx) => {
      const claim = await claimForChange(tx, 'update', request);
      const call = await callOfClaim(tx, claim.callId);
      refuseCancelledCall('update', call.state);
      const before = { ...claim };
      refuseMaskedPayee(request, claim);
      Object.assign(claim, await checked(tx, call, request));
      return saveClaim(tx, 'update', claim, { personal: personalOf(before, claim) });
    }, { request });
  }

  @Rpc(ReimbursementService.method.submitReimbursement)
  async submitReimbursement(request: SubmitReimbursementRequest, ctx: CallContext): ReturnType<Claims['submitReimbursement']> {
    return this.db.command(ctx, async (tx) => {
      const claim = await claimForChange(tx, 'submit', request);
      refuseCancelledCall('submit', (await callOfClaim(tx, claim.callId)).state);
      refuseUnproved(claim.proofs);
      const number = await tx.nextNumber('reimbursement', { prefix: 'RB', gapFree: false });
      Object.assign(claim, { number, submittedAt: await tx.now(), submittedBy: ctx.userId });
      await tellOfClaim(tx, claim, 'reimbursement.submitted', { recipientRole: 'service_supervisor' });
      return saveClaim(tx, 'submit', claim);
    }, { request });
  }

  @Rpc(ReimbursementService.method.withdrawReimbursement)
  async withdrawReimbursement(request: WithdrawReimbursementRequest, ctx: CallContext): ReturnType<Claims['withdrawReimbursement']> {
    return this.db.command(ctx, async (tx) => {
      const claim = await claimForChange(tx, 'withdraw', request);
      claim.decisionNote = requireReason(request.reason);
      return saveClaim(tx, 'withdraw', claim);
    }, { request });
  }

  @Rpc(ReimbursementService.method.approveReimbursement)
  async approveReimbursement(request: ApproveReimbursementRequest, ctx: CallContext): ReturnType<Claims['approveReimbursement']> {
    return this.db.command(ctx, async (tx) => {
      const claim = await this.decide(tx, 'approve', request);
      refuseWrongApproval(claim.amount, request.amount, request.note);
      const approvedAmount = addMoney(request.amount);
      Object.assign(claim, { approvedAmount, decisionNote: request.note });
      await tellOfClaim(tx, claim, 'reimbursement.approved', { recipientRole: 'dealer_manager', recipientDealerId: claim.dealerId });
      await tellOfClaim(tx, claim, 'reimbursement.approved', { recipientRole: 'finance_clerk' });
      await announceApproved(tx, claim);
      return saveClaim(tx, 'approve', claim, { changed: { approvedAmount: { after: approvedAmount } } });
    }, { request });
  }

  @Rpc(ReimbursementService.method.rejectReimbursement)
  async rejectReimbursement(request: RejectReimbursementRequest, ctx: CallContext): ReturnType<Claims['rejectReimbursement']> {
    return this.db.command(ctx, async (tx) => {
      const claim = await this.decide(tx, 'reject', request);
      claim.decisionNote = requireReason(request.reason);
      await tellOfClaim(tx, claim, 'reimbursement.rejected', { recipientRole: 'dealer_manager', recipientDealerId: claim.dealerId });
      return saveClaim(tx, 'reject', claim);
    }, { request });
  }

  @Rpc(ReimbursementService.method.tellReimbursement)
  async tellReimbursement(request: TellReimbursementRequest, ctx: CallContext): ReturnType<Claims['tellReimbursement']> {
    return this.db.command(ctx, async (tx) => {
      const claim = await claimForChange(tx, 'tell-customer', request);
      refuseTelling(claim, request.way);
      Object.assign(claim, { toldAt: await tx.now(), toldBy: ctx.userId, toldWay: request.way });
      return saveClaim(tx, 'tell-customer', claim, { changed: { toldWay: { after: request.way } } });
    }, { request });
  }

  @Rpc(ReimbursementService.method.renewReimbursement)
  async renewReimbursement(request: RenewReimbursementRequest, ctx: CallContext): ReturnType<Claims['renewReimbursement']> {
    return this.db.command(ctx, async (tx) => {
      const claim = await claimForChange(tx, 'renew', request);
      const reason = requireReason(request.reason);
      refuseCancelledCall('renew', (await callOfClaim(tx, claim.callId)).state);
      Object.assign(claim, renewed(claim.state, claim));
      await announceApproved(tx, claim);
      return saveClaim(tx, 'renew', claim, { personal: { reason: { after: reason } } });
    }, { request });
  }

  private async decide(tx: Tx, action: 'approve' | 'reject', request: { id: string; version: number }): Promise<ReimbursementRow> {
    const claim = await claimForChange(tx, action, request);
    refuseOwnDecision(claim, tx.ctx.userId);
    refuseCancelledCall(action, (await callOfClaim(tx, claim.callId)).state);
    return Object.assign(claim, { decidedAt: await tx.now(), decidedBy: tx.ctx.userId });
  }
}

/** parts opens the slip; told again, another one when the first was dropped. */
async function announceApproved(tx: Tx, claim: ReimbursementRow): Promise<void> {
  await tx.announce(ReimbursementApprovedSchema, {
    claimId: claim.id, dealerId: claim.dealerId, callId: claim.callId, amount: claim.approvedAmount ?? '', number: claim.number ?? '', callNumber: claim.callNumber,
    payeeKind: claim.payeeKind, approvedAt: claim.decidedAt ?? '',
  });
}

/** The call of a claim: with a dealer whose money the caller sees, and not cancelled before it was solved. */
async function callOf(tx: Tx, id: string): Promise<RepairCall & { dealerId: string }> {
  const call = await tx.em.findOneBy(RepairCall, { id });
  if (!call || !(call.dealerId === null ? seesDealer(tx.ctx, null) : seesDealer(tx.ctx, call.dealerId, { money: true }))) throw notFound('repair call');
  if (call.dealerId === null) throw new Refusal('failed_precondition', 'CALL_NOT_ROUTED', 'No dealer has this call yet.');
  if (call.state === 'cancelled' && call.solvedBefore === null) throw new Refusal('failed_precondition', 'STEP_NOT_ALLOWED', 'The call was cancelled.', { state: call.state });
  return call as RepairCall & { dealerId: string };
}

type Claimed = Pick<ReimbursementRow, 'reason' | 'performedOn' | 'performedBy' | 'description' | 'amount' | 'payeeKind' | 'payeeName' | 'payeeAccount' | 'proofs'>;

async function checked(tx: Tx, { calledOn }: { calledOn: string }, request: Omit<CreateReimbursementRequest, '$typeName' | '$unknown' | 'callId' | 'askedBy'>): Promise<Claimed> {
  refuseWrongClaim(request, { calledOn, today: businessDate(await tx.now()) });
  const { reason, performedOn, performedBy, description, payeeName, payeeAccount } = request;
  const amount = addMoney(request.amount);
  const proofs = request.proofs.map(({ id, sha256 }) => ({ id, sha256 }));
  return { reason, performedOn, performedBy, description, amount, payeeKind: request.payeeKind as PayeeKind, payeeName, payeeAccount, proofs };
}

/** The personal values that changed: the audit trail keeps them apart (C-5). */
function personalOf(before: ReimbursementRow | null, after: ReimbursementRow) {
  const fields = PERSONAL.filter((field) => (before?.[field] ?? '') !== after[field]);
  return Object.fromEntries(fields.map((field) => [field, { before: before?.[field] ?? '', after: after[field] }]));
}
