import type { Sql } from '../events/announce.js';
import { prepared } from '../prepared.js';

/** Something that must happen at a business time. */
export interface DeadlineInput {
  /** Which handler fires it, as in @OnDeadline. */
  kind: string;
  /** Whose deadline it is, usually a document's id. */
  ref: string;
  /** Business instant, ISO 8601. */
  dueAt: string;
  /** Ids and codes the handler needs; no personal data. */
  payload?: Record<string, unknown>;
}

/** A deadline that has come. */
export type Deadline = Required<DeadlineInput>;

const SCHEDULE = prepared('deadline_schedule', `insert into deadline (kind, ref, due_at, payload) values ($1, $2, $3, $4)
  on conflict (kind, ref) do update set due_at = excluded.due_at, payload = excluded.payload,
    attempts = 0, retry_at = null, fired_at = null, failed_at = null, last_error = null`);

const CANCEL = prepared('deadline_cancel', `delete from deadline where kind = $1 and ref = $2`);

/**
 * Sets a deadline in the caller's transaction; a second call for the same kind and ref moves it and arms it again,
 * also when it has fired before.
 */
export async function scheduleDeadline(em: Sql, deadline: DeadlineInput): Promise<void> {
  await em.query(SCHEDULE, [deadline.kind, deadline.ref, deadline.dueAt, JSON.stringify(deadline.payload ?? {})]);
}

/** Removes a deadline in the caller's transaction; nothing happens when there is none. */
export async function cancelDeadline(em: Sql, kind: string, ref: string): Promise<void> {
  await em.query(CANCEL, [kind, ref]);
}
