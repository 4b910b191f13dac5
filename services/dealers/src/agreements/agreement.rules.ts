import { addDays, compareInstant, defineSteps, Refusal, refusalReason, startOfDay, type DealerStatus } from '@aftercare/domain';
import { requireChangeable, requireDealerRole, type Actor } from '../dealers/dealer.rules.js';

export type AgreementState = 'draft' | 'approved';

/** D-1: an agreement is filed as a draft and approved; what is approved stays as it was signed. */
export const agreementSteps = defineSteps<AgreementState, 'approve'>({
  initial: 'draft',
  steps: { approve: { from: ['draft'], to: 'approved' } },
  final: ['approved'],
});

/** A period and what stands of it. */
export interface AgreementFacts {
  number: string;
  validFrom: string;
  validTo: string;
  state: AgreementState;
  signedFile: { id: string; sha256: string } | null;
}

/** D-1: the state after the approval, by somebody other than who filed it. Refuses STEP_NOT_ALLOWED, APPROVER_IS_REQUESTER. */
export function approveAgreement(agreement: { state: AgreementState; filedBy: string }, actor: { userId: string }): AgreementState {
  const next = agreementSteps.next('approve', agreement.state);
  if (agreement.filedBy === actor.userId) {
    throw new Refusal('permission_denied', 'APPROVER_IS_REQUESTER', 'An agreement is approved by somebody other than who filed it.');
  }
  return next;
}

/** D-1: a draft is corrected or withdrawn; what is approved stays as it was signed. Refuses STEP_NOT_ALLOWED. */
export function requireDraft({ state }: { state: AgreementState }): void {
  if (state === 'draft') return;
  throw new Refusal('failed_precondition', 'STEP_NOT_ALLOWED', 'An approved agreement stays as it was signed.', { state });
}

/** D-1: a draft is withdrawn with a reason. Refuses STEP_NOT_ALLOWED, REASON_MISSING. */
export function checkAgreementWithdrawal(agreement: { state: AgreementState }, reason: string): void {
  requireDraft(agreement);
  if (reason.trim() === '') throw new Refusal('invalid_argument', 'REASON_MISSING', 'Say why.', { field: 'reason' });
}

/** D-1: what the caller may do with an agreement now, and why not. */
export function agreementActions(
  agreement: { state: AgreementState; filedBy: string },
  dealerStatus: DealerStatus,
  actor: Actor,
): { action: 'approve' | 'correct' | 'withdraw'; reason?: string }[] {
  const approve = (): void => {
    requireDealerRole('activate', actor);
    requireChangeable(dealerStatus);
    approveAgreement(agreement, actor);
  };
  const change = (): void => {
    requireDealerRole('update', actor);
    requireChangeable(dealerStatus);
    requireDraft(agreement);
  };
  const changes = refusalReason(change);
  return [{ action: 'approve', reason: refusalReason(approve) }, { action: 'correct', reason: changes }, { action: 'withdraw', reason: changes }];
}

/**
 * D-1: what filing a number again does: a draft is written over, an approved one takes the signed paper it lacks or stays
 * when nothing differs; a renewal takes a number of its own. Refuses AGREEMENT_NUMBER_TAKEN.
 */
export function filedAgain(before: AgreementFacts, given: Omit<AgreementFacts, 'state'>): 'written_over' | 'paper_added' | 'unchanged' {
  const sameTerms = before.validFrom === given.validFrom && before.validTo === given.validTo;
  const samePaper = before.signedFile?.id === given.signedFile?.id;
  if (sameTerms && samePaper) return 'unchanged';
  if (before.state === 'draft') return 'written_over';
  if (sameTerms && before.signedFile === null) return 'paper_added';
  throw new Refusal('already_exists', 'AGREEMENT_NUMBER_TAKEN', 'An approved agreement of this dealer has this number.', { field: 'number' });
}

/**
 * D-1: the agreement a dealer stands on: of those in force today the longest, else the next to begin, else the last that
 * ended. An applicant stands on what was filed, every other dealer on what was approved.
 */
export function presentAgreement<A extends Pick<AgreementFacts, 'validFrom' | 'validTo' | 'state'>>(
  agreements: readonly A[],
  status: DealerStatus,
  today: string,
): A | null {
  const counted = agreements.filter(({ state }) => state === 'approved' || status === 'applicant').sort((a, b) => (a.validTo < b.validTo ? 1 : -1));
  const inForce = counted.find(({ validFrom, validTo }) => validFrom <= today && today <= validTo);
  const next = counted.filter(({ validFrom }) => validFrom > today).sort((a, b) => (a.validFrom < b.validFrom ? -1 : 1))[0];
  return inForce ?? next ?? counted[0] ?? null;
}

/** When an agreement's end is told: days before its last day, and on it. */
export const REMINDERS = { 'agreement-60-days': 60, 'agreement-30-days': 30, 'agreement-last-day': 0 } as const;
export type AgreementReminder = keyof typeof REMINDERS;

/** D-1: reminders 60 and 30 days before the last day and on it; what lies in the past at the approval is not told. */
export function agreementReminders(validTo: string, now: string): { kind: AgreementReminder; at: string }[] {
  return (Object.keys(REMINDERS) as AgreementReminder[])
    .map((kind) => ({ kind, at: startOfDay(addDays(validTo, -REMINDERS[kind])) }))
    .filter(({ at }) => compareInstant(at, now) > 0);
}

/** D-1: nobody is reminded of an agreement that a longer one follows, nor of one of a dealer that has left. */
export function isStillReminded(facts: { validTo: string; longestTo: string; dealerStatus: DealerStatus }): boolean {
  return facts.dealerStatus !== 'terminated' && facts.longestTo <= facts.validTo;
}
