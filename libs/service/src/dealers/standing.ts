import { weakerStanding, type DealerStatus } from '@aftercare/domain';
import { permissionDenied } from '@aftercare/messaging';
import type { QueryRunner } from 'typeorm';
import type { QueryPart } from '../settings/settings.js';
import type { Tx } from '../tx.js';

/** A dealer as DealerChanged tells it. */
export interface ToldDealer {
  dealerId: string;
  status: string;
  version: number;
}

/** The table of a service that keeps nothing else of dealers; a step of its migration. */
export async function createKnownDealers(runner: QueryRunner): Promise<void> {
  await runner.query('create table known_dealer (id uuid primary key, status text not null, version int not null)');
}

/** Keeps a told dealer with the service's own columns of it (`more`); an older version that arrives late changes nothing. */
export async function keepDealer(em: QueryPart, told: ToldDealer, more: Record<string, unknown> = {}): Promise<void> {
  const row: Record<string, unknown> = { id: told.dealerId, status: told.status, version: told.version, ...more };
  const columns = Object.keys(row);
  const changed = columns.filter((column) => column !== 'id');
  await em.query(
    `insert into known_dealer (${columns.join(', ')}) values (${columns.map((_, at) => `$${at + 1}`).join(', ')})
     on conflict (id) do update set ${changed.map((column) => `${column} = excluded.${column}`).join(', ')}
     where known_dealer.version <= excluded.version`,
    Object.values(row),
  );
}

/**
 * The standing of a dealer as this service heard it, null while it heard nothing. Held to the commit: a change that is told meanwhile
 * comes after it, and what is told before is seen.
 */
export async function knownStanding(tx: Tx, dealerId: string): Promise<DealerStatus | null> {
  const [known] = await tx.sql<{ status: DealerStatus }>({ name: 'dealer_hold', text: HOLD, values: [dealerId, dealerId] });
  return known?.status ?? null;
}

/**
 * D-1: what a dealer may do now. `asked` was signed with the request or asked before the transaction, and may be overtaken by what was
 * told since: the weaker counts, of the dealer and of the caller's own, as of a parent that acts for its child. An applicant was never
 * anything else, so whoever answers otherwise heard later.
 */
export async function standingNow(tx: Tx, dealerId: string, asked: DealerStatus | null): Promise<DealerStatus | null> {
  if (asked === null) return null;
  const own = tx.ctx.dealerId;
  const known = await tx.sql<{ status: DealerStatus }>({ name: 'dealer_hold', text: HOLD, values: [dealerId, own ?? dealerId] });
  return known.filter(({ status }) => status !== 'applicant').reduce<DealerStatus>((weakest, { status }) => weakerStanding(weakest, status), asked);
}

/**
 * D-1: the users of a terminated dealer read and return only, also while the gateway has not heard of its end, and so does a parent that
 * acts for such a dealer (`of`). Errors: DEALER_TERMINATED.
 */
export async function refuseTerminated(tx: Tx, of: string | null = null): Promise<void> {
  const { dealerId, dealerStatus } = tx.ctx;
  if (dealerId === null) return;
  const known = await tx.sql<{ status: DealerStatus }>({ name: 'dealer_hold', text: HOLD, values: [dealerId, of ?? dealerId] });
  if (dealerStatus !== 'terminated' && known.every(({ status }) => status !== 'terminated')) return;
  throw permissionDenied('DEALER_TERMINATED', 'The agreement with this dealer has ended.');
}

/** Several in the order of their ids, so that two who hold the same never wait for each other. */
const HOLD = 'select status from known_dealer where id in ($1::uuid, $2::uuid) order by id for share';
