import type { DealerChanged } from '@aftercare/contracts';
import type { Tx } from '@aftercare/service';
import { notify } from '../notices.js';

const LEFT_OPEN = `select count(*)::int as requests from parts_request where dealer_id = $1 and state not in ('withdrawn', 'rejected', 'fulfilled')`;

/**
 * D-1, X-5: of what a dealer asked for that was terminated, nothing more leaves: the clerk is told how many requests are to be ended line by line,
 * by rejection or cancellation, and by its receipt where it was on the way.
 */
export async function tellLeftOpen(tx: Tx, { dealerId, code }: Pick<DealerChanged, 'dealerId' | 'code'>): Promise<void> {
  const [{ requests }] = await tx.sql<{ requests: number }>({ name: 'requests_left_open', text: LEFT_OPEN, values: [dealerId] });
  if (requests === 0) return;
  await notify(tx, { kind: 'parts.left_open', role: 'service_clerk', document: { kind: 'dealer', id: dealerId, number: code }, severity: 'warning', params: { requests } });
}
