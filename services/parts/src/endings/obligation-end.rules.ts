import { checkWithinYear, EXCLUSIONS, isRealDate, Refusal, refusalReason, type Exclusion } from '@aftercare/domain';

/** H-1: why pieces are written off: by the rule that excuses a loss in transit (P-8), or by a supervisor's approval. */
export const EXCUSE_BASES = ['lost_in_transit', 'approval'] as const;
export type ExcuseBasis = (typeof EXCUSE_BASES)[number];

export const OBLIGATION_ACTIONS = ['excuse', 'extend', 'charge'] as const;
export type ObligationAction = (typeof OBLIGATION_ACTIONS)[number];

const ROLES_OF: Record<ObligationAction, readonly string[]> = {
  excuse: ['service_supervisor'],
  extend: ['service_supervisor'],
  charge: ['service_clerk'],
};

/** Section 1: the supervisor excuses and extends; the clerk, who decides exclusions, charges one found later. Refuses ROLE_NOT_ALLOWED. */
export function assertObligationRole(action: ObligationAction, role: string): void {
  if (role === 'system' || ROLES_OF[action].includes(role)) return;
  throw new Refusal('permission_denied', 'ROLE_NOT_ALLOWED', 'This role may not do that with an obligation.');
}

/** An obligation as far as a step looks at it. */
export interface EndableObligation {
  outstanding: number;
  /** Local date, null until delivered. */
  dueOn: string | null;
}

/** H-1: only outstanding pieces end or are put off, and only a due date that runs is put off. Refuses NOTHING_OUTSTANDING, NOT_DELIVERED. */
export function assertEndable(action: ObligationAction, { outstanding, dueOn }: EndableObligation): void {
  if (outstanding === 0) throw new Refusal('failed_precondition', 'NOTHING_OUTSTANDING', 'All pieces of the obligation have ended.');
  if (action === 'extend' && dueOn === null) throw new Refusal('failed_precondition', 'NOT_DELIVERED', 'No due date runs before the delivery.');
}

/** Why the caller may not do this with the obligation now; undefined when he may. */
export function obligationRefusal(action: ObligationAction, obligation: EndableObligation, role: string): string | undefined {
  return refusalReason(() => {
    assertObligationRole(action, role);
    assertEndable(action, obligation);
  });
}

interface Written {
  reason: string;
  evidence: readonly unknown[];
}

/** H-1: an excuse names its rule or approval, why, and evidence. Refuses EXCUSE_BASIS_UNKNOWN, REASON_MISSING, EVIDENCE_MISSING. */
export function checkExcuse({ basis, reason, evidence }: Written & { basis: string }, field = ''): ExcuseBasis {
  const known = EXCUSE_BASES.find((each) => each === basis);
  if (!known) throw invalid('EXCUSE_BASIS_UNKNOWN', `${field}basis`);
  requireText(reason, 'REASON_MISSING', `${field}reason`);
  if (evidence.length === 0) throw invalid('EVIDENCE_MISSING', `${field}evidence`);
  return known;
}

/** W-5, F-1: an exclusion of the closed list, with its cause and a photo. Refuses EXCLUSION_UNKNOWN, EVIDENCE_MISSING. */
export function checkExclusion({ exclusion, cause, evidence }: { exclusion: string; cause: string; evidence: readonly unknown[] }): Exclusion {
  const known = EXCLUSIONS.find((each) => each === exclusion);
  if (!known) throw invalid('EXCLUSION_UNKNOWN', 'exclusion');
  requireText(cause, 'EVIDENCE_MISSING', 'cause');
  if (evidence.length === 0) throw invalid('EVIDENCE_MISSING', 'evidence');
  return known;
}

/** H-1: a due date is put off to a later day from today on, within a year, with a reason. Refuses DATE_INVALID, DATE_TOO_FAR, REASON_MISSING. */
export function checkExtension(wanted: { dueOn: string; reason: string }, present: { dueOn: string; today: string }, field = ''): void {
  requireText(wanted.reason, 'REASON_MISSING', `${field}reason`);
  if (!isRealDate(wanted.dueOn) || wanted.dueOn <= present.dueOn || wanted.dueOn < present.today) throw invalid('DATE_INVALID', `${field}dueOn`);
  checkWithinYear(`${field}dueOn`, wanted.dueOn, present.today);
}

/** Pieces of an end: at least one. Refuses QUANTITY_INVALID. */
export function checkPieces(quantity: number): void {
  if (!Number.isInteger(quantity) || quantity < 1) throw invalid('QUANTITY_INVALID', 'quantity');
}

function requireText(text: string, reason: string, field: string): void {
  if (text.trim() === '') throw invalid(reason, field);
}

function invalid(reason: string, field: string): Refusal {
  return new Refusal('invalid_argument', reason, 'An entry is missing or wrong.', { field });
}
