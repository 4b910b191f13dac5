import { defineSteps } from '@aftercare/domain';

/** A correction finds or misses pieces; scrap and write_off only take. */
export const ADJUSTMENT_KINDS = ['correction', 'scrap', 'write_off'] as const;
export type AdjustmentKind = (typeof ADJUSTMENT_KINDS)[number];
export type AdjustmentState = 'requested' | 'approved' | 'rejected' | 'cancelled';

/** The life of an adjustment (P-2): nothing moves before a second person approves it. */
export const adjustmentSteps = defineSteps<AdjustmentState, 'approve' | 'reject' | 'cancel'>({
  initial: 'requested',
  steps: {
    approve: { from: ['requested'], to: 'approved' },
    reject: { from: ['requested'], to: 'rejected' },
    cancel: { from: ['requested'], to: 'cancelled' },
  },
  final: ['approved', 'rejected', 'cancelled'],
});

/** P-2: the account on the other side of an adjustment. */
export function otherSide(kind: AdjustmentKind): 'adjustment' | 'scrap' | 'written_off' {
  const accounts = { correction: 'adjustment', scrap: 'scrap', write_off: 'written_off' } as const;
  return accounts[kind];
}

/** P-2: pieces that a kind of adjustment may have: what is scrapped or written off only leaves. */
export function fitsKind(kind: AdjustmentKind, quantity: number): boolean {
  return kind === 'correction' ? quantity !== 0 : quantity < 0;
}
