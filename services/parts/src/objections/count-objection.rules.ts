import {
  COUNT_OBJECTION_KINDS, defineSteps, Refusal, refusalReason, RETURN_CONDITIONS, type CountObjectionKind, type CountObjectionState, type ParcelState, type ReturnCondition,
} from '@aftercare/domain';

/** H-5: the clerk upholds an objection or refuses it; until then the dealer may take it back. */
export const countObjectionSteps = defineSteps<CountObjectionState, CountObjectionStep>({
  initial: 'open',
  steps: {
    uphold: { from: ['open'], to: 'upheld' },
    refuse: { from: ['open'], to: 'refused' },
    withdraw: { from: ['open'], to: 'withdrawn' },
  },
  final: ['upheld', 'refused', 'withdrawn'],
});

export const COUNT_OBJECTION_DECISIONS = ['uphold', 'refuse'] as const;
export type CountObjectionDecision = (typeof COUNT_OBJECTION_DECISIONS)[number];

export const COUNT_OBJECTION_STEPS = [...COUNT_OBJECTION_DECISIONS, 'withdraw'] as const;
export type CountObjectionStep = (typeof COUNT_OBJECTION_STEPS)[number];

const ROLES_OF = { object: ['dealer_manager'], withdraw: ['dealer_manager'], uphold: ['service_clerk'], refuse: ['service_clerk'] } as const;

/** Section 1: the dealer's manager objects and takes back, the clerk decides. Refuses ROLE_NOT_ALLOWED. */
export function assertObjectionRole(action: 'object' | CountObjectionStep, role: string): void {
  if (role === 'system' || (ROLES_OF[action] as readonly string[]).includes(role)) return;
  throw new Refusal('permission_denied', 'ROLE_NOT_ALLOWED', 'This role may not do that with an objection to a count.');
}

/** A parcel as far as an objection looks at it; local dates. */
export interface CountedParcel {
  state: ParcelState;
  /** Null before the count. */
  objectUntil: string | null;
  today: string;
}

/** H-5: a count is objected to up to the end of the window's last day; then it is final. Refuses STEP_NOT_ALLOWED, OBJECTION_WINDOW_OVER. */
export function assertObjectable({ state, objectUntil, today }: CountedParcel): void {
  if (state !== 'counted' || objectUntil === null) throw new Refusal('failed_precondition', 'STEP_NOT_ALLOWED', 'The parcel is not counted yet.', { state });
  if (today > objectUntil) throw new Refusal('failed_precondition', 'OBJECTION_WINDOW_OVER', 'The time to object is over.', { objectUntil });
}

/** Why the caller may not object to this count now; undefined when he may. */
export function objectRefusal(parcel: CountedParcel, role: string): string | undefined {
  return refusalReason(() => {
    assertObjectionRole('object', role);
    assertObjectable(parcel);
  });
}

/** Why the caller may not do this with the objection now; undefined when he may. */
export function objectionRefusal(step: CountObjectionStep, state: CountObjectionState, role: string): string | undefined {
  return refusalReason(() => {
    assertObjectionRole(step, role);
    countObjectionSteps.next(step, state);
  });
}

/** What of a line should be otherwise. */
export interface Claim {
  kind: CountObjectionKind;
  /** Pieces that were sent. */
  quantity: number;
  condition: ReturnCondition | '';
}

/** A line as it was counted; null where nothing was. */
export type LineCounted = { quantity: number; condition: ReturnCondition } | null;

const GRADES = RETURN_CONDITIONS.filter((condition) => condition !== 'wrong_part');

/**
 * H-5: an objection says what should be otherwise: more pieces, another condition, or that a wrong part is the right one.
 * Refuses CLAIM_AS_COUNTED, and KIND_UNKNOWN for a kind that is none of these.
 */
export function checkClaim(asked: { kind: string; quantity: number; condition: string }, counted: LineCounted): Claim {
  const kind = COUNT_OBJECTION_KINDS.find((each) => each === asked.kind);
  if (!kind) throw invalid('KIND_UNKNOWN', 'kind');
  const pieces = counted?.quantity ?? 0;
  if (kind === 'quantity') {
    if (!Number.isInteger(asked.quantity) || asked.quantity <= pieces) throw invalid('CLAIM_AS_COUNTED', 'quantity');
    return { kind, quantity: asked.quantity, condition: '' };
  }
  const wrong = counted?.condition === 'wrong_part';
  if (counted === null || wrong !== (kind === 'wrong_part')) throw invalid('CLAIM_AS_COUNTED', 'kind');
  if (kind === 'wrong_part') return { kind, quantity: pieces, condition: '' };
  const condition = GRADES.find((each) => each === asked.condition);
  if (!condition || condition === counted.condition) throw invalid('CLAIM_AS_COUNTED', 'condition');
  return { kind, quantity: pieces, condition };
}

function invalid(reason: string, field: string): Refusal {
  return new Refusal('invalid_argument', reason, 'An objection says what should be otherwise.', { field });
}
