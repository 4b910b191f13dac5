import { Logger } from '@nestjs/common';
import { runInContext, systemContext, type CallContext } from '../caller/call-context.js';
import { isTemporary } from '../errors/service-error.js';
import type { Sql } from '../events/announce.js';
import type { RunInTransaction } from '../events/inbox.js';
import { prepared } from '../prepared.js';
import { Repeater } from '../repeater.js';
import { traced } from '../tracing.js';
import type { Tuning } from '../tuning.js';
import type { Deadline } from './deadline.js';
import type { DeadlineListener } from './on-deadline.js';

export interface DeadlineRunnerOptions {
  service: string;
  sql: Sql;
  runInTransaction: RunInTransaction;
  listeners: readonly DeadlineListener[];
  tuning: Tuning;
  /** Told after each deadline, for metrics. */
  onHandled?: (result: { kind: string; fired: boolean }) => void;
}

/** A deadline that was tried so often that it is left for a person. */
export interface FailedDeadline {
  kind: string;
  ref: string;
  dueAt: string;
  attempts: number;
  lastError: string;
}

interface DueRow {
  kind: string;
  ref: string;
  due_at: string;
  payload: Record<string, unknown>;
}

const RETRY_MAX_S = 300;
const PATIENCE_MIN_MS = 100;
const PATIENCE_MAX_MS = 1_000;
const PATIENCES_KEPT_MAX = 10_000;
const ERROR_LENGTH_MAX = 2_000;
const ISO = `'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'`;

// The row is marked before its handler runs, in the same transaction, so that a handler which schedules the same
// deadline anew finds its own arming kept. A command has its document locked and may then want to move the deadline that
// waits for that document: the deadline gives way first, and comes again.
const CLAIM = prepared('deadline_claim', `with due as (
    select kind, ref from deadline
    where fired_at is null and failed_at is null and due_at <= business_now()
      and (retry_at is null or retry_at <= now()) and kind = any($1::text[])
    order by due_at limit 1 for update skip locked
  ), fired as (
    update deadline d set fired_at = now() from due where d.kind = due.kind and d.ref = due.ref
    returning d.*
  ) select kind, ref, payload, to_char(due_at at time zone 'UTC', ${ISO}) as due_at,
    set_config('lock_timeout', coalesce($2::jsonb ->> (kind || ' ' || ref), '${PATIENCE_MIN_MS}'), true) from fired`);

const RECORD_FAILURE = `update deadline set
    attempts = attempts + $3,
    retry_at = now() + least(power(2, attempts), ${RETRY_MAX_S}) * interval '1 second',
    failed_at = case when attempts + $3 >= $4 then now() end,
    last_error = $5
  where kind = $1 and ref = $2 and fired_at is null`;

/** Fires the deadlines that have come on the business clock, each once, also those that came while nobody ran. */
export class DeadlineRunner {
  private readonly logger = new Logger('DeadlineRunner');
  private readonly repeater: Repeater;
  private readonly listenerOf = new Map<string, DeadlineListener>();
  /** How long a deadline that gave way waits for a lock the next time. */
  private readonly patienceMs = new Map<string, number>();

  constructor(private readonly options: DeadlineRunnerOptions) {
    for (const listener of options.listeners) {
      const other = this.listenerOf.get(listener.kind);
      if (other) throw new Error(`the deadline ${listener.kind} has two handlers: ${other.name} and ${listener.name}`);
      this.listenerOf.set(listener.kind, listener);
    }
    this.repeater = new Repeater('DeadlineRunner', options.tuning.pollMs, () => this.runOnce());
  }

  start(): void {
    if (this.listenerOf.size > 0) this.repeater.start();
  }

  async stop(): Promise<void> {
    await this.repeater.stop();
  }

  /** Called when deadlines may have come: after a commit that set one, or after the business clock was moved. */
  wake(): void {
    this.repeater.wake();
  }

  /** Fires one deadline; true when one was due. */
  async runOnce(): Promise<boolean> {
    let due: DueRow | undefined;
    const ctx = systemContext(this.options.service);
    try {
      await this.options.runInTransaction(ctx, async (em) => {
        [due] = await em.query<DueRow[]>(CLAIM, [[...this.listenerOf.keys()], JSON.stringify(Object.fromEntries(this.patienceMs))]);
        if (due) await this.fire(due, em, ctx);
      });
      if (!due) return false;
      this.patienceMs.delete(keyOf(due));
      this.options.onHandled?.({ kind: due.kind, fired: true });
    } catch (error) {
      if (!due) throw error;
      await this.recordFailure(due, error);
      this.options.onHandled?.({ kind: due.kind, fired: false });
    }
    return due !== undefined;
  }

  /** Deadlines that are left for a person, newest first; at most 200. */
  failed(): Promise<FailedDeadline[]> {
    return this.options.sql.query<FailedDeadline[]>(
      `select kind, ref, attempts, last_error as "lastError", to_char(due_at at time zone 'UTC', ${ISO}) as "dueAt"
       from deadline where failed_at is not null order by failed_at desc limit 200`,
    );
  }

  private async fire(due: DueRow, em: Parameters<DeadlineListener['handle']>[1], ctx: CallContext): Promise<void> {
    const deadline: Deadline = { kind: due.kind, ref: due.ref, dueAt: due.due_at, payload: due.payload };
    const listener = this.listenerOf.get(due.kind) as DeadlineListener;
    await traced({ name: `deadline ${due.kind}`, kind: 'internal', traceparent: ctx.traceparent }, () =>
      runInContext(ctx, () => listener.handle(deadline, em, ctx)),
    );
  }

  private async recordFailure(due: DueRow, error: unknown): Promise<void> {
    const text = (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).replaceAll('\u0000', '');
    const temporary = isTemporary(error);
    if (temporary) this.waitLonger(keyOf(due));
    this.logger[temporary ? 'warn' : 'error'](`deadline ${due.kind} of ${due.ref} failed: ${text}`);
    const counted = temporary ? 0 : 1;
    await this.options.sql.query(RECORD_FAILURE, [
      due.kind, due.ref, counted, this.options.tuning.deadlineAttemptsMax, text.slice(0, ERROR_LENGTH_MAX),
    ]);
  }

  private waitLonger(key: string): void {
    const waitedMs = this.patienceMs.get(key) ?? PATIENCE_MIN_MS;
    if (this.patienceMs.size >= PATIENCES_KEPT_MAX) this.patienceMs.clear();
    this.patienceMs.set(key, Math.min(2 * waitedMs, PATIENCE_MAX_MS));
  }
}

const keyOf = ({ kind, ref }: DueRow): string => `${kind} ${ref}`;
