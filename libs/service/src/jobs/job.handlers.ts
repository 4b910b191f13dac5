import { Controller } from '@nestjs/common';
import {
  JobService,
  type AppendRowsRequest,
  type BeginJobRequest,
  type GetJobRequest,
  type RefuseJobRequest,
  type StartJobRequest,
} from '@aftercare/contracts';
import { isId, newId } from '@aftercare/domain';
import { invalidField, notFound, permissionDenied, Rpc, ServiceError, type CallContext, type CallerRole, type Handlers } from '@aftercare/messaging';
import { Database } from '../database.js';
import type { Tx } from '../tx.js';
import { jobCaller } from './job-caller.js';
import { JobKinds, type JobError } from './job-kind.js';
import { JOB_ERRORS_MAX, JobRunner } from './job-runner.js';
import { readingEnds, STAGING_DEADLINE, stagingEnds } from './job-staging.js';

/** Rows of one job. */
export const JOB_ROWS_MAX = 50_000;
const FILE_NAME_MAX = 200;
/** Who looks into jobs of others beside who made them. */
const SEES_ALL: readonly CallerRole[] = ['service_supervisor', 'admin'];

interface JobRecord {
  id: string;
  kind: string;
  state: string;
  user_id: string;
  dry_run: boolean;
  file_name: string;
  total: number;
  staged: number;
  progress: number;
  result: object | null;
  errors: JobError[];
  created_at: string;
  finished_at: string | null;
}

/** JobService of this process: long work from staged rows, seen by who started it, by supervisors and administrators. */
@Controller()
export class JobHandlers implements Handlers<typeof JobService> {
  constructor(
    private readonly database: Database,
    private readonly kinds: JobKinds,
    private readonly runner: JobRunner,
  ) {}

  @Rpc(JobService.method.beginJob)
  async beginJob(request: BeginJobRequest, ctx: CallContext) {
    const kind = this.kinds.find(request.kind);
    if (!kind) throw new ServiceError('invalid_argument', 'UNKNOWN_JOB_KIND', `There is no job ${request.kind.slice(0, 60)}.`, { field: 'kind' });
    if (!kind.roles.includes(ctx.role)) throw permissionDenied('ROLE_NOT_ALLOWED', `${ctx.role} may not start ${kind.kind}.`);
    const options = parseOptions(request.options);
    if (request.id !== '' && !isId(request.id)) throw invalidField('id', 'This is not an id.');
    return this.database.command(ctx, async (tx) => {
      const id = request.id || newId();
      const begun = await tx.sql({
        name: 'job_begin',
        text: `insert into job (id, kind, state, options, dry_run, file_name, user_id, caller) values ($1, $2, $8, $3::jsonb, $4, $5, $6, $7::jsonb)
               on conflict (id) do nothing returning id`,
        values: [id, kind.kind, options, request.dryRun, request.fileName.slice(0, FILE_NAME_MAX), ctx.userId, JSON.stringify(jobCaller(ctx)), request.reading ? 'reading' : 'staging'],
      });
      if (begun.length === 0) throw new ServiceError('failed_precondition', 'JOB_STARTED', 'There is such a job already.', { state: '' });
      await (request.reading ? readingEnds : stagingEnds)(tx, id);
      await tx.audit({ action: 'begin', kind: 'job', id, dealerId: ctx.dealerId, changed: { kind: { after: kind.kind }, dryRun: { after: request.dryRun } } });
      return { id };
    }, { request });
  }

  @Rpc(JobService.method.appendRows)
  async appendRows(request: AppendRowsRequest, ctx: CallContext) {
    if (request.rows.some((row) => row.row < 1)) throw invalidField('rows', 'Rows are numbered from 1.');
    if (new Set(request.rows.map((row) => row.row)).size < request.rows.length) throw invalidField('rows', 'A row number comes twice.');
    return this.database.command(ctx, async (tx) => {
      await ownStaging(tx, request.id);
      await tx.sql({
        name: 'job_append',
        text: `insert into job_row (job_id, row_number, frame, cells) select $1, r.row_number, $2, r.cells
               from unnest($3::int[], $4::jsonb[]) as r (row_number, cells) on conflict do nothing`,
        values: [request.id, request.frame, request.rows.map((row) => row.row), request.rows.map((row) => JSON.stringify(row.cells))],
      });
      const [{ staged }] = await tx.sql<{ staged: number }>({
        name: 'job_staged',
        text: `update job set state = 'staging', staged = (select count(*) from job_row where job_id = $1) where id = $1 returning staged`,
        values: [request.id],
      });
      await stagingEnds(tx, request.id);
      if (staged > JOB_ROWS_MAX) throw new ServiceError('invalid_argument', 'TOO_MANY_ROWS', `A job has at most ${JOB_ROWS_MAX} rows.`);
      return { staged };
    }, { request });
  }

  @Rpc(JobService.method.startJob)
  async startJob(request: StartJobRequest, ctx: CallContext) {
    const answer = await this.database.command(ctx, async (tx) => {
      const job = await ownStaging(tx, request.id);
      if (job.staged !== request.totalRows) {
        throw new ServiceError('failed_precondition', 'ROWS_MISSING', `${job.staged} of ${request.totalRows} rows have arrived.`, { staged: job.staged });
      }
      await tx.sql({ name: 'job_start', text: `update job set state = 'queued', total = $2 where id = $1`, values: [request.id, request.totalRows] });
      await tx.cancelDeadline(STAGING_DEADLINE, request.id);
      return { state: 'queued' };
    }, { request });
    this.runner.wake();
    return answer;
  }

  @Rpc(JobService.method.refuseJob)
  async refuseJob(request: RefuseJobRequest, ctx: CallContext) {
    return this.database.command(ctx, async (tx) => {
      await ownStaging(tx, request.id);
      const errors: JobError[] = request.errors.slice(0, JOB_ERRORS_MAX).map(({ row, column, code, message }) => ({ row, column, code, message }));
      await tx.sql({ name: 'job_refuse', text: `update job set state = 'failed', errors = $2::jsonb, finished_at = now() where id = $1`, values: [request.id, JSON.stringify(errors)] });
      await tx.sql({ name: 'job_rows_drop', text: 'delete from job_row where job_id = $1', values: [request.id] });
      await tx.cancelDeadline(STAGING_DEADLINE, request.id);
      await tx.audit({ action: 'refuse', kind: 'job', id: request.id, dealerId: ctx.dealerId, changed: { state: { after: 'failed' }, reason: { after: errors[0]?.code ?? '' } } });
      return { state: 'failed' };
    }, { request });
  }

  /** A result may say what not everybody may read, so a kind can name its readers. */
  private readersOf(kind: string): readonly CallerRole[] {
    return ['system', ...(this.kinds.find(kind)?.readers ?? SEES_ALL)];
  }

  @Rpc(JobService.method.getJob)
  async getJob(request: GetJobRequest, ctx: CallContext) {
    if (!isId(request.id)) throw notFound('job');
    const job = await this.database.one<JobRecord>(ctx, { name: 'job_get', text: 'select * from job where id = $1', values: [request.id] });
    if (!job || (job.user_id !== ctx.userId && !this.readersOf(job.kind).includes(ctx.role))) throw notFound('job');
    return {
      id: job.id,
      kind: job.kind,
      state: job.state,
      progress: job.progress,
      total: job.total,
      dryRun: job.dry_run,
      result: job.result === null ? '' : JSON.stringify(job.result),
      errors: job.errors,
      createdAt: job.created_at,
      finishedAt: job.finished_at ?? '',
      fileName: job.file_name,
    };
  }
}

/** The caller's own job while it is read or rows may be added; locked. */
async function ownStaging(tx: Tx, id: string): Promise<JobRecord> {
  if (!isId(id)) throw notFound('job');
  const [job] = await tx.sql<JobRecord>({ name: 'job_lock', text: 'select * from job where id = $1 for update', values: [id] });
  if (!job || job.user_id !== tx.ctx.userId) throw notFound('job');
  if (job.state !== 'reading' && job.state !== 'staging') throw new ServiceError('failed_precondition', 'JOB_STARTED', 'The job was started already.', { state: job.state });
  return job;
}

function parseOptions(text: string): string {
  if (text === '') return '{}';
  try {
    const options: unknown = JSON.parse(text);
    if (typeof options === 'object' && options !== null && !Array.isArray(options)) return text;
  } catch {
    // Answered below: options that are no JSON object.
  }
  throw invalidField('options', 'Options are the text of a JSON object.');
}
