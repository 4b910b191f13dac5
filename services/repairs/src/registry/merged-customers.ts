import type { CustomerAnonymised, CustomerChanged } from '@aftercare/contracts';
import type { Tx } from '@aftercare/service';
import { CALL_KIND } from '../calls/call-change.js';
import { moveCampaignOwner } from '../campaigns/campaign-people.js';

/**
 * C-1: the calls of a merged file go to the surviving one. However late, often or out of order merges are told, a call
 * ends at the file in use: a pointer follows the pointers that are known, and those known before follow it.
 */
export async function followMerge(tx: Tx, event: Pick<CustomerChanged, 'customerId' | 'dealerId' | 'mergedInto'>): Promise<void> {
  await tx.sql({ name: 'merges_in_turn', text: IN_TURN, values: [event.dealerId] });
  const surviving = await survivorOf(tx, event.mergedInto);
  await tx.sql({ name: 'customer_merged', text: POINT, values: [event.customerId, surviving] });
  await moveCampaignOwner(tx, event.customerId, surviving);
  const calls = await tx.sql<{ id: string; dealerId: string | null; customerId: string }>({ name: 'calls_follow', text: MOVE_CALLS, values: [event.customerId, surviving] });
  for (const call of calls) {
    await tx.audit({
      action: 'follow-merge', kind: CALL_KIND, id: call.id, dealerId: call.dealerId,
      changed: { customerId: { before: call.customerId, after: surviving } },
    });
  }
}

/** The file in use behind an id, and whether its person was erased (C-5). */
export interface FileInUse {
  id: string;
  anonymisedAt: string | null;
}

/** The file in use behind an id, held to the commit, so that a merge or an erasure that is told meanwhile sees what is written now. */
export async function fileInUse(tx: Tx, customerId: string): Promise<FileInUse> {
  const [known] = await tx.sql<FileInUse>({ name: 'customer_in_use', text: IN_USE, values: [customerId] });
  return known ?? { id: customerId, anonymisedAt: null };
}

export async function survivorOf(tx: Tx, customerId: string): Promise<string> {
  return (await fileInUse(tx, customerId)).id;
}

/** C-5: from now on no call is opened for this file. Answers since when that was known already; null when it is news. */
export async function keepErased(tx: Tx, file: Pick<CustomerAnonymised, 'customerId' | 'dealerId'>): Promise<string | null> {
  const [known] = await tx.sql<{ anonymisedAt: string | null }>({
    name: 'customer_erased_before', text: 'select anonymised_at as "anonymisedAt" from known_customer where id = $1 for update', values: [file.customerId],
  });
  await tx.sql({ name: 'customer_erased', text: ERASE, values: [file.customerId, file.dealerId] });
  return known?.anonymisedAt ?? null;
}

const IN_USE = `
  select coalesce(k.merged_into, k.id) as id, coalesce(k.anonymised_at, s.anonymised_at) as "anonymisedAt"
  from known_customer k left join known_customer s on s.id = k.merged_into where k.id = $1 for share of k`;

const ERASE = `
  insert into known_customer (id, dealer_id, anonymised_at) values ($1, $2, business_now())
  on conflict (id) do update set anonymised_at = coalesce(known_customer.anonymised_at, excluded.anonymised_at)`;

/** Two merges of one dealer that are told at the same time come one after the other, so that the second sees the first's pointer. */
const IN_TURN = `select pg_advisory_xact_lock(hashtextextended('customer-merge' || $1, 0))`;

const POINT = 'update known_customer set merged_into = $2 where id = $1 or merged_into = $1';

const MOVE_CALLS = `
  with theirs as (
    select id, customer_id as before from repair_call
    where customer_id = $1 or customer_id in (select id from known_customer where merged_into = $2) for update)
  update repair_call c set customer_id = $2 from theirs where c.id = theirs.id
  returning c.id, c.dealer_id as "dealerId", theirs.before as "customerId"`;
