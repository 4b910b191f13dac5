import type { Tx } from '@aftercare/service';
import { Links, requireChain, type Replaces } from './supersession.rules.js';

/** Chains are changed one at a time: two changes that are each no circle might be one together. */
export async function lockSupersession(tx: Tx): Promise<void> {
  await tx.sql({ name: 'supersession_lock', text: `select pg_advisory_xact_lock(hashtextextended('supersession', 0))`, values: [] });
}

/** Which part each part replaces. */
export async function replacesOf(tx: Tx): Promise<Replaces> {
  const rows = await tx.sql<{ id: string; replaced: string }>({
    name: 'supersession_links', text: 'select id, supersedes_part_id as replaced from part where supersedes_part_id is not null', values: [],
  });
  return new Map(rows.map(({ id, replaced }) => [id, replaced]));
}

/** P-1: the part may replace the other one; until the commit nobody else changes a chain. Errors: SUPERSEDED_ALREADY, SUPERSESSION_CYCLE. */
export async function requireSupersession(tx: Tx, partId: string, replacedId: string): Promise<void> {
  await lockSupersession(tx);
  requireChain(partId, replacedId, new Links(await replacesOf(tx)));
}
