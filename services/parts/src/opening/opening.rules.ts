import { Refusal, defineSteps } from '@aftercare/domain';

export const OPENING_KINDS = ['stock', 'holdings'] as const;
export type OpeningKind = (typeof OPENING_KINDS)[number];
export type OpeningState = 'draft' | 'approved' | 'discarded' | 'reversed';

/** The life of an opening: nothing is booked before a second person approves it, and it is taken back only as a whole. */
export const openingSteps = defineSteps<OpeningState, 'approve' | 'discard' | 'reverse'>({
  initial: 'draft',
  steps: {
    approve: { from: ['draft'], to: 'approved' },
    discard: { from: ['draft'], to: 'discarded' },
    reverse: { from: ['approved'], to: 'reversed' },
  },
  final: ['discarded', 'reversed'],
});

/** who drafted it does not approve it. Refuses APPROVER_IS_REQUESTER. */
export function requireSecondPerson(userId: string, draftedBy: string): void {
  if (userId === draftedBy) throw new Refusal('permission_denied', 'APPROVER_IS_REQUESTER', 'It is approved by somebody other than who drafted it.');
}

/** an opening is reversed, its reversal is not. Refuses REVERSAL_OF_REVERSAL, STEP_NOT_ALLOWED. */
export function requireReversible(document: { state: OpeningState; reversesId: string | null }): void {
  if (document.reversesId !== null) throw new Refusal('failed_precondition', 'REVERSAL_OF_REVERSAL', 'A reversal stays; the opening is drafted anew.');
  openingSteps.next('reverse', document.state);
}

/** X-9, H-1: holdings are taken back only while nothing of them has ended. Refuses OPENING_IN_USE. */
export function requireUntouched(obligations: readonly { issued: number; outstanding: number }[]): void {
  if (obligations.some(({ issued, outstanding }) => issued !== outstanding)) {
    throw new Refusal('failed_precondition', 'OPENING_IN_USE', 'Pieces of this opening have been returned, charged or excused.');
  }
}

/** Pieces by part, for documents that name a part in several lines. */
export function piecesByPart(lines: readonly { partId: string; quantity: number }[]): { partId: string; quantity: number }[] {
  const pieces = new Map<string, number>();
  for (const { partId, quantity } of lines) pieces.set(partId, (pieces.get(partId) ?? 0) + quantity);
  return [...pieces].map(([partId, quantity]) => ({ partId, quantity }));
}
