import type { Tx } from '@aftercare/service';
import type { Clear } from '../calls/erasure.rules.js';
import { SpotCheckItemRow } from './spot-check.entity.js';

/** C-5, D-6: what was found by calling the customer loses his name; answers and score stay. */
export async function eraseChecked(tx: Tx, callId: string, clear: Clear): Promise<void> {
  for (const { id, finding, guidance } of await tx.em.findBy(SpotCheckItemRow, { callId })) {
    await tx.em.update(SpotCheckItemRow, { id }, { finding: clear(finding), guidance: clear(guidance) });
  }
}
