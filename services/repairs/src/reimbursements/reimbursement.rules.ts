import { Refusal, compareMoney, defineSteps, isAmount, isRealDate, maskName, refusalReason, refuseMasked, requireRole, type CallState, type DealerStatus } from '@aftercare/domain';
import { renewed, type ClaimMoney } from './claim-payment.rules.js';

export type ReimbursementState = 'draft' | 'submitted' | 'approved' | 'rejected' | 'withdrawn';
export type PayeeKind = 'dealer' | 'customer' | 'third_party';

/** R-14: the life of a claim up to its decision; the slip that pays it is parts'. */
export const reimbursementSteps = defineSteps<ReimbursementState, 'update' | 'submit' | 'withdraw' | 'approve' | 'reject'>({
  initial: 'draft',
  steps: {
    update: { from: ['draft'], to: 'draft' },
    submit: { from: ['draft'], to: 'submitted' },
    withdraw: { from: ['draft', 'submitted'], to: 'withdrawn' },
    approve: { from: ['submitted'], to: 'approved' },
    reject: { from: ['submitted'], to: 'rejected' },
  },
  final: ['approved', 'rejected', 'withdrawn'],
});

const FILING = ['dealer_manager', 'service_clerk'] as const;

/** Domain 1: manager or clerk file, the supervisor decides. */
const CLAIM_ROLES = {
  create: FILING,
  update: FILING,
  submit: FILING,
  withdraw: FILING,
  approve: ['service_supervisor'],
  reject: ['service_supervisor'],
  renew: ['service_supervisor'],
  'tell-customer': FILING,
  reveal: ['dealer_manager', 'service_clerk', 'service_supervisor', 'finance_clerk'],
  read: ['dealer_manager', 'service_clerk', 'service_supervisor', 'warehouse_keeper', 'finance_clerk', 'quality_engineer', 'admin', 'auditor'],
} as const satisfies Record<string, readonly string[]>;
export type ClaimAction = keyof typeof CLAIM_ROLES;

/** Refuses permission_denied ROLE_NOT_ALLOWED. */
export function requireClaimRole(action: ClaimAction, role: string): void {
  requireRole(role, CLAIM_ROLES[action], `reimbursement.${action}`);
}

/** the reasons for which a third party may do a repair. */
export const CLAIM_REASONS = ['too_far', 'urgent'] as const;
const PAYEES = ['dealer', 'customer', 'third_party'] as const satisfies readonly PayeeKind[];
/** How the customer was told. */
export const TOLD_WAYS = ['phone', 'message', 'on_site'] as const;

/** What is claimed. */
export interface ClaimDraft {
  reason: string;
  performedOn: string;
  performedBy: string;
  description: string;
  amount: string;
  payeeKind: string;
  payeeName: string;
  payeeAccount: string;
}

/** a claim says why, when, who and what, a positive amount, and whom to pay; the repair lies between the call and today. */
export function refuseWrongClaim(draft: ClaimDraft, dates: { calledOn: string; today: string }): void {
  if (!(CLAIM_REASONS as readonly string[]).includes(draft.reason)) throw invalid('REASON_UNKNOWN', 'reason', `One of: ${CLAIM_REASONS.join(', ')}.`);
  for (const field of ['performedBy', 'description'] as const) if (draft[field].trim() === '') throw invalid('FIELD_MISSING', field, 'Fill this field.');
  if (!isRealDate(draft.performedOn)) throw invalid('DATE_INVALID', 'performedOn', 'Give a date that exists.');
  if (draft.performedOn > dates.today) throw invalid('DATE_IN_FUTURE', 'performedOn', 'The repair lies in the future.');
  if (draft.performedOn < dates.calledOn) throw invalid('DATE_BEFORE_CALL', 'performedOn', 'The repair lies before the call.');
  requirePositive(draft.amount);
  const isKnown = (PAYEES as readonly string[]).includes(draft.payeeKind);
  const isNamed = draft.payeeKind === 'dealer' || (draft.payeeName.trim() !== '' && draft.payeeAccount.trim() !== '');
  if (!isKnown || !isNamed) throw invalid('PAYEE_INVALID', isKnown ? 'payeeName' : 'payeeKind', 'Say who is paid, with name and account unless it is the dealer.');
}

/** a claim is handed in with its proof. */
export function refuseUnproved(proofs: readonly unknown[]): void {
  if (proofs.length === 0) throw invalid('EVIDENCE_MISSING', 'proofs', 'A claim needs the receipt of the third party.');
}

/** What the decision is about. */
export interface ClaimToDecide {
  amount: string;
  createdBy: string;
  submittedBy: string | null;
}

/** Domain 1: who asked may not decide. */
export function refuseOwnDecision(claim: ClaimToDecide, userId: string): void {
  if (userId !== '' && [claim.createdBy, claim.submittedBy].includes(userId)) {
    throw new Refusal('permission_denied', 'APPROVER_IS_REQUESTER', 'Who asked may not decide.');
  }
}

/** what is approved is positive and at most what was claimed; less needs a word of why. */
export function refuseWrongApproval(claimed: string, approved: string, note: string): void {
  requirePositive(approved);
  const order = compareMoney(approved, claimed);
  if (order > 0) throw invalid('APPROVED_TOO_MUCH', 'amount', `At most ${claimed} was claimed.`, { amount: claimed });
  if (order < 0 && note.trim() === '') throw invalid('REASON_MISSING', 'note', 'Say why it is less than claimed.');
}

/** the customer is told of a decision, and again once the claim is paid; of one whose slip was dropped there is nothing to tell. */
export function refuseTelling({ state, droppedAt }: { state: ReimbursementState; droppedAt: string | null }, way: string): void {
  if (state !== 'approved' && state !== 'rejected') {
    throw new Refusal('failed_precondition', 'STEP_NOT_ALLOWED', 'Nothing is decided yet.', { action: 'tell-customer', state });
  }
  if (state === 'approved' && droppedAt !== null) throw new Refusal('failed_precondition', 'NOTHING_TO_TELL', 'The slip of the claim was dropped.');
  if (!(TOLD_WAYS as readonly string[]).includes(way)) throw invalid('WAY_UNKNOWN', 'way', `One of: ${TOLD_WAYS.join(', ')}.`);
}

/** what becomes of a claim only while its call is not cancelled; withdrawn or rejected it can be all the same. */
const NEEDS_CALL: readonly string[] = ['update', 'submit', 'approve', 'renew'] satisfies ClaimAction[];

/** a call that was cancelled was no repair: its claims are neither changed, handed in, approved nor paid anew. Refuses CALL_CANCELLED. */
export function refuseCancelledCall(action: ClaimAction, callState: CallState): void {
  if (callState === 'cancelled' && NEEDS_CALL.includes(action)) {
    throw new Refusal('failed_precondition', 'CALL_CANCELLED', 'The call of this claim was cancelled. Withdraw or reject the claim.', { action, state: callState });
  }
}

/** The buttons of a claim for one reader. */
export function claimActions(claim: ClaimToDecide & ClaimMoney & { state: ReimbursementState; callState: CallState }, reader: { role: string; userId: string }): { action: string; reason?: string }[] {
  const step = (action: 'update' | 'submit' | 'withdraw' | 'approve' | 'reject') => ({
    action,
    reason: refusalReason(() => {
      requireClaimRole(action, reader.role);
      reimbursementSteps.next(action, claim.state);
      if (action === 'approve' || action === 'reject') refuseOwnDecision(claim, reader.userId);
      refuseCancelledCall(action, claim.callState);
    }),
  });
  const tell = refusalReason(() => {
    requireClaimRole('tell-customer', reader.role);
    refuseTelling(claim, TOLD_WAYS[0]);
  });
  const renew = refusalReason(() => {
    requireClaimRole('renew', reader.role);
    renewed(claim.state, claim);
    refuseCancelledCall('renew', claim.callState);
  });
  return [...reimbursementSteps.actions.map(step), { action: 'renew', reason: renew }, { action: 'tell-customer', reason: tell }];
}

/** what the customer is told, in Chinese and in English; empty before the decision, and while its slip is dropped. Nothing personal stands in it. */
export function customerTexts(claim: { state: ReimbursementState; callNumber: string; approvedAmount: string | null; payeeKind: PayeeKind; paidAt: string | null; droppedAt: string | null }): [zh: string, en: string] {
  const { callNumber, approvedAmount, paidAt } = claim;
  if (claim.state === 'rejected') {
    return [`您好，叫修 ${callNumber} 的第三方维修费用未获报销，如有疑问请与我们联系。`, `The cost of the local repair on call ${callNumber} is not reimbursed; please ask us if you have questions.`];
  }
  if (claim.state !== 'approved' || approvedAmount === null || claim.droppedAt !== null) return ['', ''];
  const [zh, en] = PAID_TO[claim.payeeKind];
  if (paidAt !== null) {
    return [
      `您好，叫修 ${callNumber} 的第三方维修费用 ${approvedAmount} 元已支付给${zh}。`,
      `${approvedAmount} yuan for the local repair on call ${callNumber} were paid to ${en}.`,
    ];
  }
  return [
    `您好，叫修 ${callNumber} 的第三方维修费用已批准报销 ${approvedAmount} 元，将支付给${zh}。`,
    `${approvedAmount} yuan for the local repair on call ${callNumber} are approved and will be paid to ${en}.`,
  ];
}

const PAID_TO: Record<PayeeKind, readonly [string, string]> = {
  customer: ['您', 'you'], third_party: ['维修方', 'the repairer'], dealer: ['经销商', 'your dealer'],
};

const ACCOUNT_TAIL = 4;

/** C-5: the dealer's manager reads who is paid, as long as its agreement lasts (D-1). */
export function seesPayee(asker: { role: string; dealerStatus: DealerStatus | null }, dealerLeft: boolean): boolean {
  return asker.role === 'dealer_manager' && !dealerLeft && asker.dealerStatus !== 'terminated';
}

/** C-5: who is paid, as those see it who need not know; a dealer's name is no person's. */
export function maskedPayee(claim: Payee): Payee {
  return { performedBy: maskName(claim.performedBy), payeeName: maskName(claim.payeeName), payeeAccount: maskAccount(claim.payeeAccount) };
}

/** C-5: who corrects a claim that he read masked does not write the masks into it. Refuses VALUE_MASKED. */
export function refuseMaskedPayee(given: Payee, kept: Payee): void {
  const masks = { performedBy: maskName, payeeName: maskName, payeeAccount: maskAccount };
  for (const field of ['performedBy', 'payeeName', 'payeeAccount'] as const) refuseMasked({ given: given[field], stored: kept[field], mask: masks[field], field });
}

interface Payee {
  performedBy: string;
  payeeName: string;
  payeeAccount: string;
}

const maskAccount = (account: string): string => (account === '' ? '' : `****${account.slice(-ACCOUNT_TAIL)}`);

function requirePositive(amount: string): void {
  if (!isAmount(amount) || compareMoney(amount, '0') <= 0) throw invalid('AMOUNT_INVALID', 'amount', 'An amount above 0 with at most 10 digits and 2 decimals.');
}

function invalid(reason: string, field: string, message: string, more: Record<string, unknown> = {}): Refusal {
  return new Refusal('invalid_argument', reason, message, { field, ...more });
}
