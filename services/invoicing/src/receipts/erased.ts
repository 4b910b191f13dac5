import { isId } from '@aftercare/domain';
import { ServiceError } from '@aftercare/messaging';
import type { Tx } from '@aftercare/service';

const TURN = `select pg_advisory_xact_lock(hashtextextended('erased ' || id::text, 0)) from unnest($1::uuid[]) as of (id) order by id`;
const KEEP = `insert into erased_subject (id, erased_at) values ($1, $2) on conflict (id) do nothing`;
const ERASED = `select exists (select from erased_subject where id = any($1::uuid[])) as erased`;

/**
 * C-5: a customer or a call whose personal data were erased gets no receipt with a name any more. Whoever gives one and the erasure take
 * turns, so that nothing is written behind its back. Refuses CUSTOMER_ANONYMISED.
 */
export async function refuseErased(tx: Tx, subjectIds: readonly string[]): Promise<void> {
  if (await isErased(tx, subjectIds)) throw new ServiceError('failed_precondition', 'CUSTOMER_ANONYMISED', 'The personal data of this file was erased.', { field: 'customerId' });
}

/** C-5: whether one of them was erased; nobody erases them before this transaction ends. */
export async function isErased(tx: Tx, subjectIds: readonly string[]): Promise<boolean> {
  const ids = subjectIds.filter(isId);
  if (ids.length === 0) return false;
  await tx.sql({ name: 'erased_turn', text: TURN, values: [ids] });
  const [{ erased }] = await tx.sql<{ erased: boolean }>({ name: 'erased_subjects', text: ERASED, values: [ids] });
  return erased;
}

/** C-5: keeps that the personal data of a customer or a call were erased; before their receipts are. */
export async function keepErased(tx: Tx, subjectId: string): Promise<void> {
  await tx.sql({ name: 'erased_turn', text: TURN, values: [[subjectId]] });
  await tx.sql({ name: 'keep_erased', text: KEEP, values: [subjectId, await tx.now()] });
}
