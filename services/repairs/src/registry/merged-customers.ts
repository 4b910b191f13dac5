import type { CustomerChanged } from '@aftercare/contracts';
import { Refusal } from '@aftercare/domain';
import type { Tx } from '@aftercare/service';
import { CALL_KIND } from '../calls/call-change.js';

/**
 * C-1: the calls of a merged file go to the surviving one. However late, often or out of order merges are told, a call
 * ends at the file in use: a pointer follows the pointers that are known, and those known before follow it.
 */
export async function followMerge(tx: Tx, event: Pick<CustomerChanged, 'customerId' | 'dealerId' | 'mergedInto'>): Promise<void> {
  await tx.sql({ name: 'merges_in_turn', text: IN_TURN, values: [event.dealerId] });
  const surviving = await survivorOf(tx, event.mergedInto);
  await tx.sql({ name: 'customer_merged', text: POINT, values: [event.customerId, surviving] });
  const calls = await tx.sql<{ id: string; dealerId: string | null; customerId: string }>({ name: 'calls_follow', text: MOVE_CALLS, values: [event.customerId, surviving] });
  for (const call of calls) {
    await tx.audit({
      action: 'follow-merge', kind: CALL_KIND, id: call.id, dealerId: call.dealerId,
      changed: { customerId: { before: call.customerId, after: surviving } },
    });
  }
}

/** The file in use behind an id, held to the commit, so that a merge that is told meanwhile sees what is written now. */
export async function survivorOf(tx: Tx, customerId: string): Promise<string> {
  const [known] = await tx.sql<{ mergedInto: string | null }>({
    name: 'customer_survivor', text: 'select merged_into as "mergedInto" from known_customer where id = $1 for share', values: [customerId],
  });
  return known?.mergedInto ?? customerId;
}

/** The file in use for a new call, held likewise, so that an erasure told meanwhile sees the call. Refuses CUSTOMER_ANONYMISED (C-5). */
export async function customerInUse(tx: Tx, customerId: string): Promise<string> {
  const survivor = await survivorOf(tx, customerId);
  const [erased] = await tx.sql<{ id: string }>({
    name: 'customer_erased', text: 'select id from known_customer where id in ($1, $2) and anonymised_at is not null', values: [customerId, survivor],
  });
  if (erased) throw new Refusal('failed_precondition', 'CUSTOMER_ANONYMISED', 'The personal data of this file was erased.', { field: 'customerId' });
  return survivor;
}

/** Two merges of one dealer that are told at the same time come one after the other, so that the second sees the first's pointer. */
const IN_TURN = `select pg_advisory_xact_lock(hashtextextended('customer-merge' || $1, 0))`;

const POINT = 'update known_customer set merged_into = $2 where id = $1 or merged_into = $1';

const MOVE_CALLS = `
  with theirs as (
    select id, customer_id as before from repair_call
    where customer_id = $1 or customer_id in (select id from known_customer where merged_into = $2) for update)
  update repair_call c set customer_id = $2 from theirs where c.id = theirs.id
  returning c.id, c.dealer_id as "dealerId", theirs.before as "customerId"`;
