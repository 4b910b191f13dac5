import { Logger } from '@nestjs/common';
import { OperationsService, type EventRoute } from '@aftercare/contracts';
import { systemContext } from '../caller/call-context.js';
import { prepared } from '../prepared.js';
import { Repeater } from '../repeater.js';
import type { Bus } from '../rpc/bus.js';
import type { Tuning } from '../tuning.js';
import type { Sql } from './announce.js';
import type { EventStream } from './event-stream.js';
import { keysOf, OUTBOX_ROW, publishRow, type OutboxRow } from './outbox-relay.js';

export interface ReconcilerOptions {
  service: string;
  sql: Sql;
  bus: Bus;
  stream: EventStream;
  /** Who listens to which event, as in `eventMap`. */
  routes: Readonly<Record<string, EventRoute | undefined>>;
  tuning: Tuning;
}

const MISSING_EVENTS = OperationsService.method.missingEvents;
const BACKLOG_TRUSTED_MS = 300_000;

// The next look is put off in the same statement, doubling each time, so that several reconcilers share the rows and a
// listener that is down is not asked all the time.
const CLAIM = prepared('outbox_check', `with due as (
    select id, created_at from outbox
    where published_at is not null and confirmed_at is null and check_after < now()
    order by check_after limit $1 for update skip locked
  ), claimed as (
    update outbox o set checks = o.checks + 1,
      check_after = now() + least($2::double precision * power(2, least(o.checks, 20)), $3::double precision) * interval '1 millisecond'
    from due where o.id = due.id and o.created_at = due.created_at
    returning o.*
  ) select ${OUTBOX_ROW}, (extract(epoch from now() - o.published_at) * 1000)::float8 as age_ms
    from claimed o order by o.created_at, o.id`);

const CONFIRM = prepared('outbox_confirm', `update outbox o set confirmed_at = now()
  from unnest($1::uuid[], $2::timestamptz[]) as had (id, created_at)
  where o.id = had.id and o.created_at = had.created_at`);

// Piece by piece, since after a long absence of a listener there may be more than one statement can do in its time.
const CHECK_SOONER = `with later as (
    select id, created_at from outbox
    where published_at is not null and confirmed_at is null and check_after > $1::timestamptz
    order by check_after limit $2 for update skip locked
  ), sooner as (
    update outbox o set check_after = $1::timestamptz, checks = 0
    from later where o.id = later.id and o.created_at = later.created_at
    returning o.id
  ) select count(*)::int as moved from sooner`;

type CheckedRow = OutboxRow & { age_ms: number };

/**
 * Compares what was sent with what arrived: asks the listeners of each event that is not confirmed yet, sends again what
 * they lack, and confirms the rest. So a broker that lost its store heals without a person. A listener that is down, or
 * still works off its backlog, leaves its events unconfirmed until later.
 */
export class Reconciler {
  private readonly logger = new Logger('Reconciler');
  private readonly repeater: Repeater;
  /** Set while rows that were put off until after this moment are still to be looked at sooner. */
  private checkAllFrom: string | undefined;
  private recreated = false;
  /** Events this process sent again and the broker did not have any more. */
  republishedCount = 0;

  constructor(private readonly options: ReconcilerOptions) {
    this.repeater = new Repeater('Reconciler', options.tuning.reconcileMs, () => this.runOnce());
    options.stream.onRecreated(() => {
      this.recreated = true;
      this.repeater.wake();
    });
  }

  start(): void {
    this.repeater.start();
  }

  async stop(): Promise<void> {
    await this.repeater.stop();
  }

  /** Looks at one batch; true when there may be more. */
  async runOnce(): Promise<boolean> {
    const { sql, stream, tuning } = this.options;
    if (!stream.isReady) return false;
    if (await this.putForward()) return true;
    const values = [tuning.reconcileBatchMax, tuning.confirmAfterMs, tuning.confirmPauseMaxMs];
    const rows = await sql.query<CheckedRow[]>(CLAIM, values);
    for (const [eventType, ofType] of groupByType(rows)) await this.check(eventType, ofType);
    return rows.length === tuning.reconcileBatchMax;
  }

  /** After the stream was made anew nothing is put off any more; true while there are more rows to put forward. */
  private async putForward(): Promise<boolean> {
    const { sql, tuning } = this.options;
    if (this.recreated) {
      const [{ now }] = await sql.query<{ now: string }[]>('select now()::text as now');
      this.checkAllFrom = now;
      this.recreated = false;
    }
    if (this.checkAllFrom === undefined) return false;
    const [{ moved }] = await sql.query<{ moved: number }[]>(CHECK_SOONER, [this.checkAllFrom, tuning.reconcileBatchMax]);
    if (moved === tuning.reconcileBatchMax) return true;
    this.checkAllFrom = undefined;
    return false;
  }

  private async check(eventType: string, rows: CheckedRow[]): Promise<void> {
    const listeners = this.options.routes[eventType]?.listeners ?? [];
    const unconfirmed = new Set<string>();
    const lost = new Set<string>();
    for (const listener of listeners) {
      const missing = await this.askListener(listener, eventType, rows);
      for (const row of missing ?? rows) unconfirmed.add(row.id);
      if (!missing || missing.length === 0) continue;
      const backlog = await this.options.stream.backlogOf(listener, eventType);
      for (const row of missing) {
        // What still waits at the broker will be handled; only what waits suspiciously long is sent again.
        if (backlog === 0 || row.age_ms > BACKLOG_TRUSTED_MS) lost.add(row.id);
      }
    }
    const confirmed = rows.filter((row) => !unconfirmed.has(row.id));
    if (confirmed.length > 0) await this.options.sql.query(CONFIRM, keysOf(confirmed));
    await this.republish(eventType, rows.filter((row) => lost.has(row.id)));
  }

  /** The rows a listener lacks, or undefined when it does not answer. */
  private async askListener(listener: string, eventType: string, rows: CheckedRow[]): Promise<CheckedRow[] | undefined> {
    try {
      const request = { eventType, eventIds: rows.map((row) => row.id) };
      const { missingIds } = await this.options.bus.call(MISSING_EVENTS, request, {
        ctx: systemContext(this.options.service),
        instance: listener,
      });
      const missing = new Set(missingIds);
      return rows.filter((row) => missing.has(row.id));
    } catch {
      return undefined;
    }
  }

  private async republish(eventType: string, rows: CheckedRow[]): Promise<void> {
    if (rows.length === 0) return;
    const { stream, tuning } = this.options;
    let stored = 0;
    for (let from = 0; from < rows.length; from += tuning.relayBatchMax) {
      const sent = await Promise.all(rows.slice(from, from + tuning.relayBatchMax).map((row) => publishRow(stream, row)));
      stored += sent.filter(Boolean).length;
    }
    if (stored === 0) return;
    this.republishedCount += stored;
    this.logger.warn(`${stored} × ${eventType} had not arrived and were sent again`);
  }
}

function groupByType<R extends { event_type: string }>(rows: readonly R[]): Map<string, R[]> {
  const groups = new Map<string, R[]>();
  for (const row of rows) {
    const group = groups.get(row.event_type);
    if (group) group.push(row);
    else groups.set(row.event_type, [row]);
  }
  return groups;
}
