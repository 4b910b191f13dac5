import type { CallContext } from '@aftercare/messaging';
import type { Tx } from '@aftercare/service';

/** Who sees and touches his own work only: a technician; null for everybody else. */
export function ownWorker(ctx: Pick<CallContext, 'role' | 'userId'>): string | null {
  return ctx.role === 'dealer_technician' ? ctx.userId : null;
}

/** The ids of the files that are a technician's own work: of his installations and calls, and those he registered himself. */
export function ownCustomers(me: string): string {
  return `(select i.customer_id from installation i where i.technician_user_id = ${me}::text
    union select k.customer_id from known_call k where k.user_ids @> array[${me}::text] and k.customer_id is not null
    union select f.id from customer f where f.registered_by = ${me}::text)`;
}

/** The file, by its alias, is the caller's to see; `me` is the place of ownWorker. A merged file is seen by who sees the surviving one. */
export function isOwnWork(file: string, me: string): string {
  const work = (of: string): string => `exists (select from installation i where i.customer_id = ${of} and i.technician_user_id = ${me}::text)
    or exists (select from known_call k where k.customer_id = ${of} and k.user_ids @> array[${me}::text])`;
  return `(${me}::text is null or ${file}.registered_by = ${me}::text or ${work(`coalesce(${file}.merged_into, ${file}.id)`)})`;
}

/** Whether a unit is the caller's own work: his installation or call, or its owner's. */
export async function worksOn(tx: Tx, unit: { id: string; ownerId: string | null }): Promise<boolean> {
  const me = ownWorker(tx.ctx);
  if (me === null) return true;
  const [{ own }] = await tx.sql<{ own: boolean }>({ name: 'unit_own_work', text: UNIT_WORK, values: [me, unit.id, unit.ownerId] });
  return own;
}

const UNIT_WORK = `
  select exists (select from installation i where i.unit_id = $2::uuid and i.technician_user_id = $1::text)
    or exists (select from known_call k where k.unit_id = $2::uuid and k.user_ids @> array[$1::text])
    or exists (select from customer c where c.id = $3::uuid and ${isOwnWork('c', '$1')}) as own`;
