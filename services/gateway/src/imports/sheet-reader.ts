import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { JobService } from '@aftercare/contracts';
import { Bus, isTemporary, runInContext, ServiceError, systemContext, type CallContext } from '@aftercare/messaging';
import { Database, jobContext, type JobCaller } from '@aftercare/service';
import { reasonText } from '../texts/texts.js';
import { sheetForms, type ImportForm } from './import-forms.js';
import { KeptSheets } from './kept-sheets.js';
import { RowFacts } from './row-facts.js';
import { framesOf, sheetRows, type SheetRow } from './sheet-form.rules.js';

const FRAME_BYTES = 200_000;
const POLL_MS = 2_000;
/** A sheet whose reader died is taken up by the next one after this. */
const LEASE_S = 15;
const HEARTBEAT_MS = 4_000;
/** With these pauses, doubling each time, a service may be away for five minutes. */
const ATTEMPTS_MAX = 7;
const PAUSE_S = 5;
/** Errors that may be otherwise in a while. */
const TEMPORARY: readonly string[] = ['unavailable', 'deadline_exceeded', 'internal', 'resource_exhausted', 'aborted'];
/** One question to another service. */
const CALL_MS = 5_000;
/** All questions about the rows of one sheet. */
const FACTS_MS = 60_000;

interface WaitingSheet {
  id: string;
  sha256: string;
  kind: string;
  caller: JobCaller;
  attempts: number;
}

/** A place that was taken and has no file: its job may have been begun. */
export interface BrokenOff {
  id: string;
  kind: string;
  userId: string;
  dealerId: string | null;
}

/**
 * Reads the sheets that were taken, one after the other in each gateway, and hands their rows to their jobs. Which wait stands
 * in the database beside their files, so that a sheet is read after a restart as well, by whichever gateway: its frames count once.
 * What is wrong with a sheet as a whole is said at its job.
 */
@Injectable()
export class SheetReader implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('SheetReader');
  private timer?: NodeJS.Timeout;
  private busy?: Promise<void>;
  private stopped = false;
  /** Somebody asked since the work went round. */
  private again = false;

  constructor(
    private readonly bus: Bus,
    private readonly database: Database,
    private readonly kept: KeptSheets,
    private readonly facts: RowFacts,
  ) {}

  onApplicationBootstrap(): void {
    void this.readWaiting();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.busy;
  }

  /** Reads what waits now; resolves when nothing waits any more. */
  readWaiting(): Promise<void> {
    if (this.stopped) return Promise.resolve();
    clearTimeout(this.timer);
    this.again = true;
    this.busy ??= this.workOff().finally(() => {
      this.busy = undefined;
      if (this.stopped) return;
      this.timer = setTimeout(() => void this.readWaiting(), POLL_MS);
      this.timer.unref();
    });
    return this.busy;
  }

  private async workOff(): Promise<void> {
    try {
      while (this.again) {
        this.again = false;
        await this.giveUpBrokenOff();
        for (let sheet = await this.claim(); sheet; sheet = await this.claim()) await this.read(sheet);
      }
    } catch (error) {
      this.logger.warn('looking for sheets failed, it is tried again', error);
    }
  }

  /** Ends a job that gets no file, if it was begun, and leaves its place among those that wait. */
  async giveUp({ id, kind, userId, dealerId }: BrokenOff): Promise<void> {
    const form = sheetForms.find((each) => each.kind === kind);
    const ctx = { ...systemContext('gateway'), userId, dealerId };
    const errors = [{ row: 0, column: '', code: 'UPLOAD_BROKEN_OFF', message: reasonText(ctx, 'UPLOAD_BROKEN_OFF') }];
    if (form) await unlessOver(() => this.jobs(form, ctx).refuseJob({ id, errors }));
    await this.change({ name: 'import_file_gone', text: 'delete from import_file where job_id = $1 and caller is null', values: [id] });
  }

  /** Of gateways that died before they had put the file to its job: who sent it got no answer, and sends it again. */
  private async giveUpBrokenOff(): Promise<void> {
    const broken = await this.change<BrokenOff>({ name: 'import_file_broken', text: BROKEN_OFF, values: [LEASE_S] });
    for (const place of broken) await this.giveUp(place).catch((error: Error) => this.logger.warn(`job ${place.id} got no file and is ended later: ${error.message}`));
  }

  private async claim(): Promise<WaitingSheet | undefined> {
    if (this.stopped) return undefined;
    const [sheet] = await this.change<WaitingSheet>({ name: 'import_file_claim', text: CLAIM, values: [LEASE_S] });
    return sheet;
  }

  private async read(sheet: WaitingSheet): Promise<void> {
    const heartbeat = setInterval(() => {
      this.change({ name: 'import_file_hold', text: HOLD, values: [sheet.id, LEASE_S] }).catch(() => undefined);
    }, HEARTBEAT_MS);
    const ctx = jobContext('gateway', sheet.caller, FACTS_MS);
    try {
      await runInContext(ctx, () => this.attempt(sheet, ctx));
      await this.change({ name: 'import_file_started', text: 'update import_file set started = true where job_id = $1', values: [sheet.id] });
    } catch (error) {
      if (!isTemporary(error)) this.logger.error(`sheet of job ${sheet.id} could not be read in attempt ${sheet.attempts}`, error);
      await this.change({ name: 'import_file_later', text: HOLD, values: [sheet.id, PAUSE_S * 2 ** (Math.min(sheet.attempts, ATTEMPTS_MAX) - 1)] });
    } finally {
      clearInterval(heartbeat);
    }
  }

  /** One attempt more than there are says at the job that all failed: also when a gateway died with each, or the service was away from the last. */
  private async attempt(sheet: WaitingSheet, ctx: CallContext): Promise<void> {
    if (sheet.attempts > ATTEMPTS_MAX) return this.refuse(sheet, ctx, undefined);
    return this.stage(sheet, ctx).catch((error: unknown) => this.refuse(sheet, ctx, error));
  }

  private async stage(sheet: WaitingSheet, ctx: CallContext): Promise<void> {
    const form = sheetForms.find(({ kind }) => kind === sheet.kind);
    if (!form) throw new ServiceError('failed_precondition', 'UPLOAD_BROKEN_OFF', `There is no form of ${sheet.kind}.`);
    const rows = await this.facts.added(form, rowsOf(form, await this.kept.cellsOf(sheet.sha256)));
    await unlessOver(async () => {
      for (const [index, frame] of framesOf(rows, FRAME_BYTES).entries()) await this.jobs(form, ctx).appendRows({ id: sheet.id, frame: index + 1, rows: frame });
      await this.jobs(form, ctx).startJob({ id: sheet.id, totalRows: rows.length });
    });
  }

  /** Says at the job what is wrong with its sheet; what may be otherwise in a while is thrown on, as long as it is tried again. */
  private async refuse(sheet: WaitingSheet, ctx: CallContext, error: unknown): Promise<void> {
    const isFinal = error instanceof ServiceError && !TEMPORARY.includes(error.code);
    if (!isFinal && sheet.attempts < ATTEMPTS_MAX) throw error;
    const known = error instanceof ServiceError && (isFinal || error.reason === 'SHEET_READING_LOST') ? error : undefined;
    const code = known?.reason ?? 'UPLOAD_BROKEN_OFF';
    const form = sheetForms.find(({ kind }) => kind === sheet.kind);
    if (!form) return;
    const errors = [{ row: 0, column: '', code, message: reasonText(ctx, code, known?.details) }];
    await unlessOver(() => this.jobs(form, ctx).refuseJob({ id: sheet.id, errors }));
  }

  private jobs(form: ImportForm, ctx: CallContext) {
    return this.bus.client(JobService, { instance: form.service, ctx: { ...ctx, deadlineAtMs: Date.now() + CALL_MS } });
  }

  private async change<R extends object>(statement: { name: string; text: string; values: unknown[] }): Promise<R[]> {
    const { rows } = await this.database.command(systemContext('gateway'), async (tx) => ({ rows: await tx.sql<R>(statement) }));
    return rows;
  }
}

/** A job that was started by an attempt whose answer was lost, or that has ended since, needs nothing more. Only the job's own calls go in here. */
async function unlessOver(calls: () => Promise<unknown>): Promise<void> {
  await calls().catch((error: unknown) => {
    const isOver = error instanceof ServiceError && (error.reason === 'JOB_STARTED' || error.code === 'not_found');
    if (!isOver) throw error;
  });
}

function rowsOf(form: ImportForm, cells: string[][]): SheetRow[] {
  const rows = sheetRows(form, cells);
  if (Array.isArray(rows)) return rows;
  throw new ServiceError('invalid_argument', rows.reason, 'The sheet cannot be taken.', { field: 'file', ...(rows.column ? { column: rows.column } : {}) });
}

const CLAIM = `
  update import_file set attempts = attempts + 1, lease_until = now() + $1 * interval '1 second'
  where job_id = (select job_id from import_file
                  where not started and caller is not null and (lease_until is null or lease_until < now())
                  order by created_at limit 1 for update skip locked)
  returning job_id as id, sha256, kind, caller, attempts`;

const HOLD = `update import_file set lease_until = now() + $2 * interval '1 second' where job_id = $1`;

const BROKEN_OFF = `
  update import_file set lease_until = now() + $1 * interval '1 second'
  where job_id in (select job_id from import_file
                   where not started and caller is null and created_at < now() - interval '1 minute' and (lease_until is null or lease_until < now())
                   order by created_at limit 20 for update skip locked)
  returning job_id as id, kind, uploaded_by as "userId", dealer_id as "dealerId"`;
