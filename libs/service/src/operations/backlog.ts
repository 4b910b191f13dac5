import type { CallContext } from '@aftercare/messaging';
import type { Database } from '../database.js';

/** What a service has still to do with events (B-6). */
export interface Backlog {
  /** Business instant at which the oldest transaction began that still runs; empty for none. */
  runningSince: string;
  unsentEvents: number;
  deadLetters: number;
  otherDeadLetters: number;
}

/** What is asked for: events of these types told before an instant, and their letters; empty for all. */
export interface BacklogAsked {
  until: string;
  eventTypes: readonly string[];
}

/** Sessions of the same user are seen whole, those of others have no start here. What a transaction writes bears the instant of its beginning. */
const RUNNING = `
  select coalesce(iso((select min(a.xact_start) from pg_stat_activity a where a.datname = current_database() and a.backend_type = 'client backend' and a.pid <> pg_backend_pid())
    + (select shift from business_clock)), '') as "runningSince"`;

/** What happened when a letter was written is in its headers, also where they are of before and lack it: then it counts. */
const WAITING = `
  with letters as (
    select cardinality($2::text[]) = 0 or split_part(l.subject, 'evt.', 2) = any($2) as listed from dead_letter l
     where l.state = 'open' and ($1 = '' or coalesce(l.headers ->> 'ac-occurred-at', '') = '' or (l.headers ->> 'ac-occurred-at')::timestamptz < $1::timestamptz))
  select (select count(*)::int from outbox where published_at is null and ($1 = '' or occurred_at < nullif($1, '')::timestamptz)
             and (cardinality($2::text[]) = 0 or event_type = any($2))) as "unsentEvents",
         (select count(*)::int from letters where listed) as "deadLetters", (select count(*)::int from letters where not listed) as "otherDeadLetters"`;

/** Transactions are looked at first: one that ends in between is seen by its events. */
export async function backlogOf(db: Database, ctx: CallContext, { until, eventTypes }: BacklogAsked): Promise<Backlog> {
  const [running] = await db.many<Pick<Backlog, 'runningSince'>>(ctx, { name: 'backlog_running', text: RUNNING, values: [] });
  const [waiting] = await db.many<Omit<Backlog, 'runningSince'>>(ctx, { name: 'backlog_waiting', text: WAITING, values: [until, eventTypes] });
  return { ...running, ...waiting };
}
