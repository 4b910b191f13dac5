import { CallService } from '@aftercare/contracts';
import type { DealerStatus } from '@aftercare/domain';
import { ServiceError, type Bus, type CallContext } from '@aftercare/messaging';
import { expectVersion, findRow, knownStanding, seen, standingNow, unlessRepeated, type Database, type Tx } from '@aftercare/service';
import { idOr404 } from '../documents.js';
import { PartsRequest } from './parts-request.entity.js';
import type { CallNow } from './parts-request.rules.js';

/** What a call is asked with. */
export interface Asks {
  database: Database;
  bus: Bus;
  ctx: CallContext;
}

/** the call of a request as it stands, null where it is for none; asked before the transaction that gives something for it. Errors: NOT_FOUND, STALE_VERSION. */
export async function askCall({ database, bus, ctx }: Asks, wanted: { id: string; version: number }): Promise<CallNow | null> {
  const id = idOr404(wanted.id, 'parts request');
  const request = await unlessRepeated(ctx, () => database.read(ctx, async (tx) => {
    const found = seen(ctx, await findRow(tx, PartsRequest, id), 'parts request');
    expectVersion(found, wanted.version, { state: found.state });
    return found;
  }));
  if (!request?.callId) return null;
  return bus.client(CallService).getCallFacts({ id: request.callId }, { ctx }).catch((error: unknown) => {
    // No call is ever deleted: one that its dealer cannot see any more is another dealer's.
    if (error instanceof ServiceError && error.code === 'not_found') return 'elsewhere' as const;
    throw error;
  });
}

/** D-1: the standing of the dealer who asked: the weaker of what was signed with its user and what was heard since. */
export function standingOf(tx: Tx, dealerId: string): Promise<DealerStatus | null> {
  return tx.ctx.dealerId === null ? knownStanding(tx, dealerId) : standingNow(tx, dealerId, tx.ctx.dealerStatus);
}

const HEARD = 'select status from known_dealer where id = $1';

/** D-1: the standing of a dealer as it was heard so far, null while nothing was; what decides holds it (knownStanding). */
export async function heardStanding(tx: Tx, dealerId: string): Promise<DealerStatus | null> {
  const [heard] = await tx.sql<{ status: DealerStatus }>({ name: 'dealer_heard', text: HEARD, values: [dealerId] });
  return heard?.status ?? null;
}
