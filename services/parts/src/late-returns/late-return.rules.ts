import { businessDate, daysBetween, defineSteps, Refusal, refusalReason, type LateReturnState } from '@aftercare/domain';
import type { CountedPieces } from '../obligations/obligation.rules.js';

/** H-7: the reversal waits until invoicing releases the line; what came too late goes back. */
export const lateReturnSteps = defineSteps<LateReturnState, 'reverse' | 'refuse' | 'send-back'>({
  initial: 'waiting',
  steps: {
    reverse: { from: ['waiting'], to: 'reversed' },
    refuse: { from: ['waiting'], to: 'refused' },
    'send-back': { from: ['refused'], to: 'sent_back' },
  },
  final: ['reversed', 'sent_back'],
});

export const LATE_RETURN_ACTIONS = ['reverse', 'send-back'] as const;
export type LateReturnAction = (typeof LATE_RETURN_ACTIONS)[number];

const ROLES_OF: Record<LateReturnAction, readonly string[]> = {
  reverse: ['service_supervisor', 'finance_clerk'],
  'send-back': ['warehouse_keeper'],
};

/** Section 1: who reverses slips tries the reversal again, the warehouse sends back. Refuses ROLE_NOT_ALLOWED. */
export function assertLateReturnRole(action: LateReturnAction, role: string): void {
  if (role === 'system' || ROLES_OF[action].includes(role)) return;
  throw new Refusal('permission_denied', 'ROLE_NOT_ALLOWED', 'This role may not do that with a late return.');
}

/** Why the caller may not do this with the late return now; undefined when he may. */
export function lateReturnRefusal(action: LateReturnAction, state: LateReturnState, role: string): string | undefined {
  return refusalReason(() => {
    assertLateReturnRole(action, role);
    lateReturnSteps.next(action, state);
  });
}

/** Why a charge is taken back. */
export type TakenBackFor = 'late_return' | 'never_arrived' | 'surplus';

/** H-7, P-8: pieces that never arrived are no return, whatever had been counted or set against them. */
export function takenBackFor({ discrepancyId, creditDiscrepancyId }: { discrepancyId: string | null; creditDiscrepancyId: string | null }): TakenBackFor {
  if (discrepancyId !== null) return 'never_arrived';
  return creditDiscrepancyId === null ? 'late_return' : 'surplus';
}

/** F-5: what a slip says that takes charges back for one of these, or for several together. */
export const reversalReason = (causes: readonly TakenBackFor[]): TakenBackFor | 'taken_back' => (new Set(causes).size === 1 ? causes[0] : 'taken_back');

/** Pieces of an obligation that a slip charges and that have not come back since. */
export interface ChargedPieces {
  obligationId: string;
  slipId: string;
  partId: string;
  unitSerial: string;
  quantity: number;
  /** ISO 8601. */
  chargedAt: string;
}

/** Pieces of a counted line that had been charged. */
export interface LateMatch {
  line: number;
  charged: ChargedPieces;
  quantity: number;
  /** False: it came too late, goes back at the dealer's cost, and moves nothing. */
  inTime: boolean;
}

/** H-7: within so many days after the charge, whose day is not counted (W-1). */
export function isInTime(chargedAt: string, arrivedOn: string, days: number): boolean {
  return daysBetween(businessDate(chargedAt), arrivedOn) <= days;
}

/**
 * H-7: what exceeds all outstanding meets charged pieces of the same part, or of its supersession chain, before it is a
 * surplus: those still in time first, of them the same serial, then the oldest charge. What is left of each line is
 * surplus.
 */
export function matchLate(
  charged: readonly ChargedPieces[],
  exceeding: readonly CountedPieces[],
  given: { arrivedOn: string; days: number; chainOf: (partId: string) => ReadonlySet<string> },
): { matches: LateMatch[]; surplus: Map<number, number> } {
  const left = new Map(exceeding.map((piece) => [piece.line, piece.quantity]));
  const open = charged.map((each) => ({ each, quantity: each.quantity, inTime: isInTime(each.chargedAt, given.arrivedOn, given.days) }));
  const matches: LateMatch[] = [];
  for (const piece of exceeding) {
    const mine = open.filter(({ each }) => given.chainOf(piece.partId).has(each.partId));
    const rank = (candidate: (typeof open)[number]): string =>
      `${candidate.inTime ? 0 : 1} ${piece.unitSerial !== '' && candidate.each.unitSerial === piece.unitSerial ? 0 : 1} ${candidate.each.chargedAt} ${candidate.each.obligationId}`;
    for (const candidate of [...mine].sort((a, b) => (rank(a) < rank(b) ? -1 : 1))) {
      const quantity = Math.min(left.get(piece.line) ?? 0, candidate.quantity);
      if (quantity === 0) continue;
      candidate.quantity -= quantity;
      left.set(piece.line, (left.get(piece.line) ?? 0) - quantity);
      matches.push({ line: piece.line, charged: candidate.each, quantity, inTime: candidate.inTime });
    }
  }
  return { matches, surplus: new Map([...left].filter(([, quantity]) => quantity > 0)) };
}

/**
 * F-5, H-7: which late returns a reversal of so many pieces of a slip line settles, in the order they came; the rest takes
 * charges back that nobody returned. A late return is settled whole. Refuses LATE_RETURN_WAITS.
 */
export function settledBy<T extends { quantity: number }>(quantity: number, waiting: readonly T[]): { settled: T[]; reopened: number } {
  const settled: T[] = [];
  let left = quantity;
  for (const late of waiting) {
    if (left === 0) break;
    if (late.quantity > left) {
      throw new Refusal('failed_precondition', 'LATE_RETURN_WAITS', 'Late returns of this line wait for their reversal.', { waiting: late.quantity, reversed: left });
    }
    settled.push(late);
    left -= late.quantity;
  }
  return { settled, reopened: left };
}
