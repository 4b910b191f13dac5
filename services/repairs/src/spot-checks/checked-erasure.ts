import type { Tx } from '@aftercare/service';
import { withoutContact, type Contact } from '../calls/erasure.rules.js';
import { SpotCheckItemRow } from './spot-check.entity.js';

/** C-5, D-6: what was found by calling the customer loses his name; answers and score stay. */
export async function eraseChecked(tx: Tx, callId: string, contact: Contact): Promise<void> {
  for (const { id, finding, guidance } of await tx.em.findBy(SpotCheckItemRow, { callId })) {
    await tx.em.update(SpotCheckItemRow, { id }, { finding: withoutContact(finding, contact), guidance: withoutContact(guidance, contact) });
  }
}
