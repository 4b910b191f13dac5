import type { Tx } from '@aftercare/service';
import { IsNull } from 'typeorm';
import { ConfirmationLinkRow } from './repair-record.entity.js';

/** a link asks about one solution of a call: once that is answered, taken back or asked about anew, no older link opens anything. */
export async function closeLinks(tx: Tx, callId: string): Promise<void> {
  await tx.em.update(ConfirmationLinkRow, { callId, closedAt: IsNull() }, { closedAt: await tx.now() });
}
