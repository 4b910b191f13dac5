import { prepared } from '../prepared.js';
import { Repeater } from '../repeater.js';
import { traced } from '../tracing.js';
import type { Tuning } from '../tuning.js';
import type { Sql } from './announce.js';
import type { EventStream } from './event-stream.js';

/** A claimed row of the outbox. */
export interface OutboxRow {
  id: string;
  event_type: string;
  payload: string;
  request_id: string;
  traceparent: string;
  occurred_at: string;
  created_at: string;
}

const UTC_ISO = `'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'`;
const PARTITION_MONTHS_AHEAD = 3;
const PARTITION_CHECK_MS = 6 * 3_600_000;

/** The columns of an OutboxRow; instants as text, since a Date would lose the microseconds of the key. */
export const OUTBOX_ROW = `o.id, o.event_type, o.payload, o.request_id, o.traceparent,
  to_char(o.occurred_at at time zone 'UTC', ${UTC_ISO}) as occurred_at,
  to_char(o.created_at at time zone 'UTC', ${UTC_ISO}) as created_at`;

// Rows are claimed by their state and never by "later than the last one": a transaction that was open for long commits
// rows that are older than some that were sent already.
const CLAIM = prepared('outbox_claim', `with due as (
    select id, created_at from outbox
    where published_at is null and (lease_until is null or lease_until < now())
    order by created_at limit $1 for update skip locked
  ), claimed as (
    update outbox o set lease_until = now() + $2::double precision * interval '1 millisecond', attempts = o.attempts + 1
    from due where o.id = due.id and o.created_at = due.created_at
    returning o.*
  ) select ${OUTBOX_ROW} from claimed o order by o.created_at, o.id`);

const MARK_PUBLISHED = prepared('outbox_published', `update outbox o
  set published_at = now(), lease_until = null, check_after = now() + $3::double precision * interval '1 millisecond'
  from unnest($1::uuid[], $2::timestamptz[]) as sent (id, created_at)
  where o.id = sent.id and o.created_at = sent.created_at and o.published_at is null`);

const RELEASE = `update outbox o set lease_until = null
  from unnest($1::uuid[], $2::timestamptz[]) as kept (id, created_at)
  where o.id = kept.id and o.created_at = kept.created_at and o.published_at is null`;

/**
 * Sends committed events to the broker: claims rows, publishes each under its id, and marks it only when the broker has
 * stored it. Any number of relays may run; one that dies leaves its rows to the others when the lease ends. While the
 * broker is away the rows stay.
 */
export class OutboxRelay {
  private readonly repeater: Repeater;
  private partitionsCheckedAtMs = 0;
  /** Events sent by this process. */
  publishedCount = 0;

  constructor(
    private readonly sql: Sql,
    private readonly stream: EventStream,
    private readonly tuning: Tuning,
  ) {
    this.repeater = new Repeater('OutboxRelay', tuning.pollMs, () => this.runOnce());
  }

  start(): void {
    this.repeater.start();
  }

  async stop(): Promise<void> {
    await this.repeater.stop();
  }

  /** Called after a commit that told something. */
  wake(): void {
    this.repeater.wake();
  }

  /** Sends one batch; true when there may be more. */
  async runOnce(): Promise<boolean> {
    await this.ensurePartitions();
    if (!this.stream.isReady) return false;
    const rows = await this.claim();
    if (rows.length === 0) return false;
    const sent = await Promise.allSettled(rows.map((row) => publishRow(this.stream, row)));
    const published = rows.filter((_, index) => sent[index].status === 'fulfilled');
    const kept = rows.filter((_, index) => sent[index].status === 'rejected');
    if (published.length > 0) await this.sql.query(MARK_PUBLISHED, [...keysOf(published), this.tuning.confirmAfterMs]);
    this.publishedCount += published.length;
    if (kept.length > 0) {
      this.stream.suspectLoss();
      await this.sql.query(RELEASE, keysOf(kept));
      throw (sent.find((result) => result.status === 'rejected') as PromiseRejectedResult).reason;
    }
    return rows.length === this.tuning.relayBatchMax;
  }

  /** Takes unsent rows for the time of the lease. */
  claim(): Promise<OutboxRow[]> {
    return this.sql.query<OutboxRow[]>(CLAIM, [this.tuning.relayBatchMax, this.tuning.leaseMs]);
  }

  private async ensurePartitions(): Promise<void> {
    if (Date.now() - this.partitionsCheckedAtMs < PARTITION_CHECK_MS) return;
    this.partitionsCheckedAtMs = Date.now();
    await this.sql.query(`select ensure_outbox_partitions($1)`, [PARTITION_MONTHS_AHEAD]);
  }
}

/** Publishes a row of the outbox, within a span of the request that told it; false when the broker held it already. */
export function publishRow(stream: EventStream, row: OutboxRow): Promise<boolean> {
  return traced({ name: `tell ${row.event_type}`, kind: 'producer', traceparent: row.traceparent }, (traceparent) =>
    stream.publish({
      id: row.id,
      eventType: row.event_type,
      payload: row.payload,
      occurredAt: row.occurred_at,
      requestId: row.request_id,
      traceparent: traceparent ?? '',
    }),
  );
}

/** The keys of rows as two parallel arrays for unnest. */
export function keysOf(rows: readonly OutboxRow[]): [ids: string[], createdAt: string[]] {
  return [rows.map((row) => row.id), rows.map((row) => row.created_at)];
}
