import { defineSteps, isRealDate, Refusal, refusalReason, requireRole, type ProofState, type Role, type Stage } from '@aftercare/domain';
import { stageOn, warrantyUntil, type UnitDates } from '../warranty/stage.rules.js';
import type { Term } from '../warranty/terms.rules.js';

/** W-4: a dealer's proof waits until the manufacturer's clerk decides. */
export const proofSteps = defineSteps<ProofState, 'accept' | 'refuse'>({
  initial: 'submitted',
  steps: { accept: { from: ['submitted'], to: 'accepted' }, refuse: { from: ['submitted'], to: 'refused' } },
  final: ['accepted', 'refused'],
});

const MAY: Record<'prove' | 'decide', readonly Role[]> = {
  prove: ['dealer_manager', 'dealer_technician', 'service_clerk'],
  decide: ['service_clerk'],
};

/** Refuses ROLE_NOT_ALLOWED. */
export function requireProofRole(what: keyof typeof MAY, role: string): void {
  requireRole(role, MAY[what], what);
}

/** What of a sold unit a day of purchase must agree with. */
export interface ProvedUnit {
  dispatchedOn: string;
  /** Null while nobody knows it. */
  purchaseDate: string | null;
  acceptedOn: string | null;
  /** The day it was first handed over to another customer. */
  firstTransferOn: string | null;
}

/**
 * W-4: a day of purchase lies between dispatch and today, not after the installation or a transfer, and is another than the one
 * known. Refuses INVALID_DATE, DATE_IN_FUTURE, DATE_BEFORE_DISPATCH, DATE_AFTER_INSTALLATION, DATE_AFTER_TRANSFER, DATE_UNCHANGED.
 */
export function checkProvedDate(unit: ProvedUnit, purchaseDate: string, today: string): void {
  if (!isRealDate(purchaseDate)) throw wrong('purchaseDate', 'INVALID_DATE', 'This is not a calendar date.');
  if (purchaseDate > today) throw wrong('purchaseDate', 'DATE_IN_FUTURE', 'The purchase lies in the future.');
  if (purchaseDate < unit.dispatchedOn) throw wrong('purchaseDate', 'DATE_BEFORE_DISPATCH', 'The unit had not left the factory on that day.');
  if (unit.acceptedOn !== null && purchaseDate > unit.acceptedOn) throw wrong('purchaseDate', 'DATE_AFTER_INSTALLATION', 'The unit was installed before that day.');
  if (unit.firstTransferOn !== null && purchaseDate > unit.firstTransferOn) throw wrong('purchaseDate', 'DATE_AFTER_TRANSFER', 'The unit changed hands before that day.');
  if (purchaseDate === unit.purchaseDate) throw wrong('purchaseDate', 'DATE_UNCHANGED', 'This is the day that is known already.');
}

/** W-4: a day is proved by a photo, and a day that was known is corrected with a reason. Refuses EVIDENCE_MISSING, REASON_MISSING. */
export function checkProof(unit: Pick<ProvedUnit, 'purchaseDate'>, proof: { evidenceId: string; reason: string }): void {
  if (proof.evidenceId === '') throw wrong('evidence', 'EVIDENCE_MISSING', 'A day of purchase needs a photo of its proof.');
  if (unit.purchaseDate !== null && proof.reason.trim() === '') throw wrong('reason', 'REASON_MISSING', 'Say why the day is corrected.');
}

/**
 * W-4: the clerk accepts or refuses what somebody else handed in, and says why he refuses. Refuses STEP_NOT_ALLOWED,
 * APPROVER_IS_REQUESTER, REASON_MISSING, EVIDENCE_MISSING.
 */
export function decide(proof: { state: ProofState; submittedBy: string; hasEvidence: boolean }, decision: { accepted: boolean; reason: string; by: string }): ProofState {
  const state = proofSteps.next(decision.accepted ? 'accept' : 'refuse', proof.state);
  if (decision.by === proof.submittedBy) throw new Refusal('permission_denied', 'APPROVER_IS_REQUESTER', 'Somebody other than the requester decides.');
  if (!decision.accepted && decision.reason.trim() === '') throw wrong('reason', 'REASON_MISSING', 'Say why it is refused.');
  if (decision.accepted && !proof.hasEvidence) throw new Refusal('failed_precondition', 'EVIDENCE_MISSING', 'The photo of the proof was erased.');
  return state;
}

/** A unit's warranty on a day. */
export interface PurchaseStanding {
  /** Empty when unknown. */
  purchaseDate: string;
  stage: Stage;
  /** Empty when nothing tells it. */
  warrantyUntil: string;
}

export function standingOf(today: string, unit: UnitDates, terms: readonly Term[]): PurchaseStanding {
  return { purchaseDate: unit.purchaseDate ?? '', stage: stageOn(today, unit, terms), warrantyUntil: warrantyUntil(unit, terms) ?? '' };
}

const STAGE_WORDS: Record<Stage, [zh: string, en: string]> = {
  unboxing: ['开箱期', 'unboxing'], in_warranty: ['保修期内', 'in warranty'], out_of_warranty: ['保修期外', 'out of warranty'],
};

/** W-4, W-8: what a day of purchase changes in the coverage, as people read it. */
export function effectOf(before: PurchaseStanding, after: PurchaseStanding): { zh: string; en: string } {
  const day = before.purchaseDate === ''
    ? { zh: `购买日期由未知定为 ${after.purchaseDate}`, en: `The day of purchase, unknown before, is ${after.purchaseDate}` }
    : { zh: `购买日期由 ${before.purchaseDate} 更正为 ${after.purchaseDate}`, en: `The day of purchase is ${after.purchaseDate} instead of ${before.purchaseDate}` };
  const stage = before.stage === after.stage
    ? { zh: '', en: '' }
    : { zh: `，阶段由${STAGE_WORDS[before.stage][0]}变为${STAGE_WORDS[after.stage][0]}`, en: `, the stage ${STAGE_WORDS[after.stage][1]} instead of ${STAGE_WORDS[before.stage][1]}` };
  const end = endWords(before.warrantyUntil, after.warrantyUntil);
  return {
    zh: `${day.zh}；${end.zh}${stage.zh}。此前保存的判定不变。`,
    en: `${day.en}; ${end.en}${stage.en}. Verdicts stored before stay as they were.`,
  };
}

function endWords(before: string, after: string): { zh: string; en: string } {
  if (after === '') return { zh: '没有保修条款', en: 'no warranty term runs' };
  if (before === after) return { zh: `保修仍至 ${after}（含当日）`, en: `the warranty still runs up to and including ${after}` };
  if (before === '') return { zh: `保修至 ${after}（含当日）`, en: `the warranty runs up to and including ${after}` };
  return { zh: `保修至 ${after}（含当日），原为 ${before}`, en: `the warranty runs up to and including ${after} instead of ${before}` };
}

/** What the caller may do with a proof now, and why not. */
export function proofActions(proof: { state: ProofState; submittedBy: string; hasEvidence: boolean }, ctx: { role: string; userId: string }): { action: string; reason?: string }[] {
  return (['accept', 'refuse'] as const).map((action) => ({
    action,
    reason: refusalReason(() => {
      requireProofRole('decide', ctx.role);
      decide(proof, { accepted: action === 'accept', reason: action, by: ctx.userId });
    }),
  }));
}

function wrong(field: string, reason: string, message: string): Refusal {
  return new Refusal('invalid_argument', reason, message, { field });
}
