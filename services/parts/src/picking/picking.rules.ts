import { defineSteps } from '@aftercare/domain';

export type PickingState = 'open' | 'printed' | 'picked' | 'cancelled';

/** The life of a picking order (P-8); printing locks it (P-10). */
export const pickingSteps = defineSteps<PickingState, 'print' | 'pick' | 'cancel'>({
  initial: 'open',
  steps: {
    print: { from: ['open'], to: 'printed' },
    pick: { from: ['printed'], to: 'picked' },
    cancel: { from: ['open'], to: 'cancelled' },
  },
  final: ['picked', 'cancelled'],
});
