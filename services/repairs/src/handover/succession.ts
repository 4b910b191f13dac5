import { successorOf, type KnownStanding } from '@aftercare/domain';
import { knownStanding, type Tx } from '@aftercare/service';
import { notServing } from './serving.rules.js';

/** D-1: who takes over from a dealer that left; null while it serves or nobody is named. Held to the commit, so that a further end comes after it. */
export async function heirOf(tx: Tx, dealerId: string): Promise<string | null> {
  const left = await tx.sql<KnownStanding>({ name: 'dealers_left', text: LEFT, values: [] });
  return successorOf(dealerId, left);
}

/** True once the dealer's agreement has ended. */
export async function hasLeft(tx: Tx, dealerId: string | null): Promise<boolean> {
  return dealerId !== null && (await knownStanding(tx, dealerId)) === 'terminated';
}

/**
 * D-1: a call is given to a dealer before its end is heard here, or not at all, so that none is left behind when its calls go over.
 * Errors: DEALER_NOT_ACTIVE.
 */
export async function holdDealer(tx: Tx, dealerId: string): Promise<void> {
  if (await hasLeft(tx, dealerId)) throw notServing();
}

const LEFT = `select id, status, successor_id as "successorId" from known_dealer where status = 'terminated' order by id for share`;
