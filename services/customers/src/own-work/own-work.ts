import type { CallContext } from '@aftercare/messaging';
import type { Tx } from '@aftercare/service';

/** Who sees and touches his own work only: a technician; null for everybody else. */
export function ownWorker(ctx: Pick<CallContext, 'role' | 'userId'>): string | null {
  return ctx.role === 'dealer_technician' ? ctx.userId : null;
}

/** So many files of his are read one by one; of more, the list is walked in its order and each file is asked for his work. */
const FEW = 500;

/** The files of a technician's own work, as `own_work`: of his installations and calls, and those he registered himself; one that is so twice stands twice. */
export function ownWorkIds(me: string): string {
  return `own_work as materialized (select * from (
    select i.customer_id as id from installation i where i.technician_user_id = ${me}::text
    union all select k.customer_id from known_call k where k.user_ids[1] = ${me}::text and k.customer_id is not null
    union all select k.customer_id from known_call k where k.user_ids[2] = ${me}::text and k.customer_id is not null
    union all select f.id from customer f where f.registered_by = ${me}::text and f.registered_by <> '') own limit ${FEW + 1})`;
}

/**
 * Two conditions for a list's files, by their alias, beside `own_work`; a technician with few files is answered by the one, with many by
 * the other, and whichever is not his costs nothing. Else a page of many would be sorted whole, or one of few looked for among everybody's.
 */
export function fewOrMany(file: string, me: string): [few: string, many: string] {
  const few = `(select count(*) <= ${FEW} from own_work)`;
  return [`${few} and ${file}.id = any (array(select own_work.id from own_work))`, `not ${few} and ${worked(file, file + '.id', me)}`];
}

/**
 * The file, by its alias, is the caller's to see; `me` is the place of ownWorker. A merged file is seen by who sees the surviving one, also
 * where somebody else registered it (C-1). Not with `coalesce`: row-level security keeps an index from what is compared with it.
 */
export function isOwnWork(file: string, me: string): string {
  return `(${me}::text is null or case when ${file}.merged_into is null then ${worked(file, `${file}.id`, me)}
    else exists (select from customer kept where kept.id = ${file}.merged_into and ${worked('kept', 'kept.id', me)}) end)`;
}

/** Somebody worked on the file or registered it. With `offset 0` each one is asked for by itself, along the indexes; without, all work of the technician may be read for a few files. */
export function worked(file: string, id: string, me: string): string {
  return `(${file}.registered_by = ${me}::text
    or exists (select from installation i where i.customer_id = ${id} and i.technician_user_id = ${me}::text offset 0)
    or exists (select from known_call k where k.customer_id = ${id} and k.user_ids @> array[${me}::text] offset 0))`;
}

/**
 * The unit, by its id, is the caller's own work: his call's, or that of an owner who is; `me` is the place of ownWorker. What he did for a
 * former owner makes nothing of the present one his.
 */
export function worksOnUnit(unit: string, owner: string, me: string): string {
  return `(${me}::text is null or exists (select from known_call k where k.unit_id = ${unit} and k.user_ids @> array[${me}::text] offset 0)
    or ${ownFile(owner, me)} is not null)`;
}

/** The id of a file, if it is the caller's to see, else null. */
export function ownFile(id: string, me: string): string {
  return `(case when ${me}::text is null then ${id} else (select own_file.id from customer own_file where own_file.id = ${id} and ${isOwnWork('own_file', me)}) end)`;
}

/** Whether a unit is the caller's own work. */
export async function worksOn(tx: Tx, unit: { id: string; ownerId: string | null }): Promise<boolean> {
  const me = ownWorker(tx.ctx);
  if (me === null) return true;
  const [{ own }] = await tx.sql<{ own: boolean }>({ name: 'unit_own_work', text: UNIT_WORK, values: [me, unit.id, unit.ownerId] });
  return own;
}

const UNIT_WORK = `select ${worksOnUnit('$2::uuid', '$3::uuid', '$1')} as own`;
