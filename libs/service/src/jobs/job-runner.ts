import { randomUUID } from 'node:crypto';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { Refusal } from '@aftercare/domain';
import { runInContext, ServiceError, type CallContext } from '@aftercare/messaging';
import { SERVICE_CONFIG, type ServiceConfig } from '../config.js';
import { Database } from '../database.js';
import type { Tx } from '../tx.js';
import { jobContext, type JobCaller } from './job-caller.js';
import { jobErrors } from './job-errors.js';
import { JobKinds, JobRefusal, type JobError, type JobHandler, type JobRow } from './job-kind.js';

const POLL_MS = 1_000;
/** A job of a process that died is taken up again after this. */
const LEASE_S = 12;
const HEARTBEAT_MS = 3_000;
const PROGRESS_MS = 250;
const ATTEMPTS_MAX = 5;
const JOB_LIMIT_MS = 10 * 60_000;
/** Errors kept of one job. */
export const JOB_ERRORS_MAX = 1_000;

interface ClaimedJob {
  id: string;
  kind: string;
  options: Record<string, unknown>;
  dry_run: boolean;
  caller: JobCaller;
  attempts: number;
  token: string;
}

type Outcome = { state: 'done' | 'failed'; result: object | null; errors: JobError[] };

/**
 * Works off the queued jobs of this service, one at a time in each process. A job belongs to whoever holds its lease;
 * a process that dies leaves it to the next one, and a process that lost its lease cannot commit.
 */
@Injectable()
export class JobRunner {
  private readonly logger = new Logger('JobRunner');
  private timer: NodeJS.Timeout | undefined;
  private busy: Promise<void> | undefined;
  private stopped = true;

  constructor(
    private readonly database: Database,
    private readonly kinds: JobKinds,
    @Inject(SERVICE_CONFIG) private readonly config: ServiceConfig,
  ) {}

  start(): void {
    this.stopped = false;
    this.wake();
  }

  /** Looks for queued jobs now. */
  wake(): void {
    if (this.stopped || this.busy) return;
    clearTimeout(this.timer);
    this.busy = this.workOff().finally(() => {
      this.busy = undefined;
      if (this.stopped) return;
      this.timer = setTimeout(() => this.wake(), POLL_MS);
      this.timer.unref();
    });
  }

  /** Ends after the job in work; the next start takes up what is left. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.busy;
  }

  private async workOff(): Promise<void> {
    try {
      while (!this.stopped) {
        const job = await this.claim();
        if (!job) return;
        await this.run(job);
      }
    } catch (error) {
      this.logger.warn('looking for jobs failed, it is tried again', error);
    }
  }

  private async claim(): Promise<ClaimedJob | undefined> {
    const token = randomUUID();
    const [rows] = await this.database.dataSource.query<[Omit<ClaimedJob, 'token'>[], number]>(CLAIM, [token, LEASE_S]);
    return rows[0] && { ...rows[0], token };
  }

  private async run(job: ClaimedJob): Promise<void> {
    const heartbeat = setInterval(() => void this.extendLease(job), HEARTBEAT_MS);
    const ctx = jobContext(this.config.service, job.caller, JOB_LIMIT_MS);
    try {
      await runInContext(ctx, () => this.attempt(job, ctx));
    } catch (error) {
      await this.fail(job, ctx, error);
    } finally {
      clearInterval(heartbeat);
    }
  }

  /** One attempt more than there are says that all ended with their process: nobody was left to say what was wrong. */
  private async attempt(job: ClaimedJob, ctx: CallContext): Promise<void> {
    if (job.attempts > ATTEMPTS_MAX) {
      this.logger.error(`job ${job.kind} ${job.id} ended with its process ${ATTEMPTS_MAX} times and is given up`);
      return this.finish(job, ctx, { state: 'failed', result: null, errors: jobErrors(job.caller, [{ row: 0, column: '', code: 'JOB_GIVEN_UP' }]) });
    }
    const handler = this.kinds.find(job.kind)?.handler;
    if (!handler) throw new ServiceError('failed_precondition', 'UNKNOWN_JOB_KIND', `Nothing here does ${job.kind}.`);
    const options = handler.prepare ? { ...job.options, prepared: await handler.prepare(job.options, ctx) } : job.options;
    if (job.dry_run) {
      const errors = await this.database.read(ctx, async (tx) => handler.validate(await stagedRows(tx, job), options, tx));
      const result = { valid: errors.length === 0 };
      return this.finish(job, ctx, { state: errors.length > 0 ? 'failed' : 'done', result, errors });
    }
    await this.database.command(ctx, async (tx) => {
      const outcome = await this.work({ ...job, options }, handler, tx);
      await close(tx, job, outcome);
      return {};
    });
  }

  /** Checks and changes in one transaction, so that nothing moves in between. */
  private async work(job: ClaimedJob, handler: JobHandler, tx: Tx): Promise<Outcome> {
    const rows = await stagedRows(tx, job);
    const errors = await handler.validate(rows, job.options, tx);
    if (errors.length > 0) return { state: 'failed', result: null, errors };
    const result = await handler.apply(rows, { ...job.options, jobId: job.id }, tx, this.progressOf(job));
    return { state: 'done', result, errors: [] };
  }

  private async fail(job: ClaimedJob, ctx: CallContext, error: unknown): Promise<void> {
    const known = faultsOf(error, job.caller);
    if (!known) this.logger.error(`job ${job.kind} ${job.id} failed in attempt ${job.attempts}`, error);
    if (error instanceof LeaseLost || (!known && job.attempts < ATTEMPTS_MAX)) return;
    const errors = known ?? jobErrors(job.caller, [{ row: 0, column: '', code: 'INTERNAL' }]);
    try {
      await this.finish(job, ctx, { state: 'failed', result: null, errors });
    } catch (failure) {
      this.logger.warn(`job ${job.id} could not be closed, it is tried again`, failure);
    }
  }

  private async finish(job: ClaimedJob, ctx: CallContext, outcome: Outcome): Promise<void> {
    await this.database.command(ctx, async (tx) => {
      await close(tx, job, outcome);
      return {};
    });
  }

  private async extendLease(job: ClaimedJob): Promise<void> {
    try {
      await this.database.dataSource.query(EXTEND, [job.id, job.token, LEASE_S]);
    } catch (error) {
      this.logger.warn(`the lease of job ${job.id} could not be extended`, error);
    }
  }

  /** Shows how far a job is, outside of its transaction and not with every row. */
  private progressOf(job: ClaimedJob): (done: number) => void {
    let shownAtMs = 0;
    return (done) => {
      if (Date.now() - shownAtMs < PROGRESS_MS) return;
      shownAtMs = Date.now();
      this.database.dataSource.query(PROGRESS, [job.id, job.token, done]).catch(() => undefined);
    };
  }
}

/** Another process took the job over: what was done here must not be committed. */
class LeaseLost extends Error {}

async function stagedRows(tx: Tx, job: ClaimedJob): Promise<JobRow[]> {
  await tx.sql({ name: 'job_limits', text: LIMITS, values: [`${JOB_LIMIT_MS}`] });
  return tx.sql<JobRow>({ name: 'job_rows', text: ROWS, values: [job.id] });
}

async function close(tx: Tx, job: ClaimedJob, outcome: Outcome): Promise<void> {
  const errors = [...outcome.errors].sort((a, b) => a.row - b.row || (a.column < b.column ? -1 : 1)).slice(0, JOB_ERRORS_MAX);
  const values = [job.id, job.token, outcome.state, outcome.result === null ? null : JSON.stringify(outcome.result), JSON.stringify(errors)];
  const closed = await tx.sql({ name: 'job_close', text: CLOSE, values });
  if (closed.length === 0) throw new LeaseLost();
  await tx.sql({ name: 'job_rows_drop', text: 'delete from job_row where job_id = $1', values: [job.id] });
}

/** Errors that a later attempt may not meet. */
const TEMPORARY: readonly string[] = ['unavailable', 'deadline_exceeded', 'internal', 'resource_exhausted', 'aborted'];

/** a job is based on the version that its author saw, and keeps it in every attempt. */
const STALE = 'STALE_VERSION';

/** The faults that a job ends with, told in the language of who started it; null for a failure that a later attempt may not meet. */
function faultsOf(error: unknown, caller: JobCaller): JobError[] | null {
  if (error instanceof JobRefusal) return error.errors;
  if (!(error instanceof Refusal || error instanceof ServiceError)) return null;
  if (TEMPORARY.includes(error.code) && error.reason !== STALE) return null;
  return jobErrors(caller, [{ row: 0, column: String(error.details.field ?? ''), code: error.reason }]);
}

const CLAIM = `
  update job set state = 'running', lease_token = $1, lease_until = now() + $2 * interval '1 second', attempts = attempts + 1
  where id = (select id from job where state = 'queued' or (state = 'running' and lease_until < now())
              order by created_at limit 1 for update skip locked)
  returning id, kind, options, dry_run, caller, attempts`;

const EXTEND = `update job set lease_until = now() + $3 * interval '1 second' where id = $1 and lease_token = $2`;

const PROGRESS = `update job set progress = $3 where id = $1 and lease_token = $2 and state = 'running'`;

const LIMITS = `select set_config('statement_timeout', $1, true), set_config('idle_in_transaction_session_timeout', $1, true)`;

const ROWS = `select row_number as row, cells from job_row where job_id = $1 order by row_number`;

const CLOSE = `
  update job set state = $3, result = $4::jsonb, errors = $5::jsonb, progress = case when $3 = 'done' then total else progress end,
    finished_at = now(), lease_token = null, lease_until = null
  where id = $1 and lease_token = $2 and state = 'running' returning id`;
