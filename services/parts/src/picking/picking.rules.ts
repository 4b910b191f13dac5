import { defineSteps } from '@aftercare/domain';

export type PickingState = 'open' | 'printed' | 'picked' | 'cancelled';

/** The life of a picking order (P-8); printing locks it, and then only a change that the warehouse accepts may empty it (P-10). */
export const pickingSteps = defineSteps<PickingState, 'print' | 'pick' | 'cancel' | 'empty'>({
  initial: 'open',
  steps: {
    print: { from: ['open'], to: 'printed' },
    pick: { from: ['printed'], to: 'picked' },
    cancel: { from: ['open'], to: 'cancelled' },
    empty: { from: ['printed', 'picked'], to: 'cancelled' },
  },
  final: ['cancelled'],
});

/** P-10: the list is printed, so the order changes no more by itself. */
export const isLocked = (state: PickingState): boolean => state === 'printed' || state === 'picked';
