import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { JobService, type GetJobResponse } from '@aftercare/contracts';
import { newId, REASONS } from '@aftercare/domain';
import { Bus, callContext, notFound, ServiceError, systemContext, type CallContext } from '@aftercare/messaging';
import { Database, jobCaller, READING_HOURS } from '@aftercare/service';
import { SHEET_TYPE } from '../http/sheet.js';
import { uploadMark, type Upload } from '../http/upload.js';
import { columnText, reasonText } from '../texts/texts.js';
import { sheetForms, type ImportForm } from './import-forms.js';
import { KeptSheets } from './kept-sheets.js';
import { headingKeys } from './sheet-form.rules.js';
import { SheetReader, type BrokenOff } from './sheet-reader.js';

const FILE_NAME_MAX = 100;
const HOUR_MS = 3_600_000;
/** As long as rows that nobody started: both may hold data of persons. */
const PERSONAL_KEPT = '1 day';
const PERSONAL_KINDS = sheetForms.filter(({ isPersonal }) => isPersonal).map(({ kind }) => kind);
/** C-5: sheets with data of persons that have served their time, by the real clock or by the business clock. */
const servedBy = (kinds: string, kept: string): string =>
  `(kind = any(${kinds}::text[]) and (created_at < now() - ${kept}::interval or taken_at < business_now() - ${kept}::interval))`;
/** A sheet that nobody could read is kept as long as its job waits for it. */
const UNREAD_KEPT = `${READING_HOURS} hours`;
/** Sheets that may wait to be read, of all and of one person, so that nobody takes all places; a further one is told to come again. */
const WAITING_MAX = 50;
const WAITING_OF_PERSON_MAX = 10;
const RETRY_AFTER_S = 10;

/** What an import is begun with. */
export interface Begin {
  dryRun: boolean;
  /** What the job must know beside its rows. */
  options?: object;
}

/** A job that was begun, and the service under which it is asked for. */
export interface Begun {
  id: string;
  service: string;
}

/** An import as it was begun. */
export interface ImportFile {
  sha256: string;
  kind: string;
  uploadedBy: string;
}

/** Sheets that become documents: taken here, read by sheet-reader.ts, committed all or nothing as a job of the service that owns them. */
@Injectable()
export class SheetImports implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('SheetImports');
  private timer?: NodeJS.Timeout;

  constructor(
    private readonly bus: Bus,
    private readonly database: Database,
    private readonly kept: KeptSheets,
    private readonly reader: SheetReader,
  ) {}

  /**
   * Takes the file and begins the job, whose rows are read in their turn. The same file under the same key answers the job that was
   * begun. Errors: TOO_MANY_REQUESTS (details.retryAfterSeconds), SHEET_UNREADABLE, IDEMPOTENCY_KEY_REUSED.
   */
  async begin(form: ImportForm, upload: Upload, { dryRun, options: given = {} }: Begin): Promise<Begun> {
    const keyed = { action: 'import.begin', request: { kind: form.kind, dryRun, options: given, ...uploadMark(upload) } };
    const before = await this.database.answered<Begun>(callContext(), keyed);
    if (before !== null) return before;
    const ctx = { ...callContext(), idempotencyKey: undefined };
    const place = await this.takePlace(form, ctx);
    const broken = { id: place, kind: form.kind, userId: ctx.userId, dealerId: ctx.dealerId };
    try {
      const fileName = form.isPersonal ? `${form.name}.xlsx` : upload.fileName.slice(-FILE_NAME_MAX);
      const sha256 = await this.kept.put(upload.content, upload.fileName);
      const begun = { kind: form.kind, options: JSON.stringify({ ...given, batch: newId() }), dryRun, fileName, reading: true, id: place };
      const { id } = await this.bus.client(JobService, { instance: form.service }).beginJob(begun, { ctx });
      const answer = await this.database.command<Begun>(callContext(), async (tx) => {
        await tx.sql({ name: 'import_file_wait', text: WAIT, values: [place, id, sha256, JSON.stringify(jobCaller(ctx))] });
        await tx.audit({ action: dryRun ? 'check-import' : 'import', kind: 'import', id, changed: { kind: { after: form.kind } } });
        return { id, service: form.service };
      }, keyed);
      // Sent twice at once: the other one's job is the answer.
      if (answer.id === id) void this.reader.readWaiting();
      else await this.leave(broken);
      return answer;
    } catch (error) {
      await this.leave(broken);
      throw error;
    }
  }

  /** Leaves the place of a file that no job gets. */
  private async leave(broken: BrokenOff): Promise<void> {
    await this.reader.giveUp(broken).catch((failure: Error) => this.logger.warn(`a place of an import is free after a minute only: ${failure.message}`));
  }

  /** The uploaded sheet with what is wrong beside each row; one with data of persons only for who sent it. Errors: NOT_FOUND, SHEET_UNREADABLE. */
  async markedUp(service: string, jobId: string): Promise<{ name: string; content: Buffer }> {
    const { form, file, job } = await this.importOf(service, jobId);
    if (!(await this.kept.has(file.sha256))) throw notFound('import');
    const sheet = await this.kept.cellsOf(file.sha256);
    return { name: form.name, content: await this.mark(form, sheet, job) };
  }

  /** An import that the caller may look into, with its job. Errors: NOT_FOUND. */
  async importOf(service: string, jobId: string): Promise<{ form: ImportForm; file: ImportFile; job: GetJobResponse }> {
    if (!sheetForms.some((form) => form.service === service)) throw notFound('service');
    const job = await this.bus.client(JobService, { instance: service }).getJob({ id: jobId });
    const file = await this.database.one<ImportFile>(callContext(), {
      name: 'import_file_get', text: `select sha256, kind, uploaded_by as "uploadedBy" from import_file where job_id = $1 and not ${servedBy('$2', '$3')}`,
      values: [jobId, PERSONAL_KINDS, PERSONAL_KEPT],
    });
    const form = sheetForms.find(({ kind }) => kind === file?.kind);
    if (!file || !form || (form.isPersonal && file.uploadedBy !== callContext().userId)) throw notFound('import');
    return { form, file, job };
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.forget().catch((error: Error) => this.logger.warn(`forgetting imports: ${error.message}`)), HOUR_MS);
    this.timer.unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /**
   * Forgets the sheets with data of persons that have served their time, and those whose upload broke off: their jobs have ended by
   * themselves. The files go with the next sweep of the attachments.
   */
  async forget(): Promise<void> {
    await this.database.command(systemContext('gateway'), async (tx) => {
      await tx.sql({ name: 'import_file_forget', text: `delete from import_file where ${servedBy('$1', '$2')}`, values: [PERSONAL_KINDS, PERSONAL_KEPT] });
      await tx.sql({ name: 'import_file_broken_off', text: `delete from import_file where not started and created_at < now() - $1::interval`, values: [UNREAD_KEPT] });
      return {};
    });
  }

  private mark(form: ImportForm, sheet: string[][], job: GetJobResponse): Promise<Buffer> {
    const caller = callContext();
    const { locale } = caller;
    const [headings = [], ...body] = sheet;
    const keys = headingKeys(form, headings);
    const sentences = new Map<number, string[]>();
    for (const { row, column, code, message } of job.errors) {
      const sentence = message === '' || (row > 0 && Object.hasOwn(REASONS, code)) ? reasonText(caller, code) : message;
      // What is wrong with the whole sheet stands beside its first row.
      const at = Math.max(row, 2);
      sentences.set(at, [...(sentences.get(at) ?? []), column === '' ? sentence : `${columnText(locale, column)}: ${sentence}`]);
    }
    return this.kept.spreadsheets.write({
      name: form.name,
      columns: [...headings.map((heading) => ({ heading })), { heading: columnText(locale, 'errors'), width: 60 }],
      rows: body.map((cells, row) => [...headings.map((_heading, column) => cells[column] ?? ''), (sentences.get(row + 2) ?? []).join('\n')]),
      marked: job.errors.flatMap(({ row, column }) => {
        const at = keys.findIndex((key) => key === column);
        return row >= 2 && at >= 0 ? [{ row: row - 2, column: at }] : [];
      }),
    });
  }

  /**
   * A place among the sheets that wait, counted and taken by one after the other, so that many sent at once are not more than may
   * wait. Its id is the job's, so that the job of a gateway that died in between is known and ended (sheet-reader.ts); it holds the file as
   * soon as the job is begun, and counts for a minute before.
   */
  private async takePlace(form: ImportForm, ctx: CallContext): Promise<string> {
    const { place } = await this.database.command(systemContext('gateway'), async (tx) => {
      await tx.sql({ name: 'import_file_turn', text: `select pg_advisory_xact_lock(hashtext('import_file waiting'))`, values: [] });
      const [row] = await tx.sql<{ place: string }>({
        name: 'import_file_place', text: TAKE_PLACE, values: [newId(), ctx.dealerId, ctx.userId, form.kind, SHEET_TYPE, WAITING_MAX, WAITING_OF_PERSON_MAX],
      });
      return { place: row?.place };
    });
    if (place !== undefined) return place;
    throw new ServiceError('unavailable', 'TOO_MANY_REQUESTS', 'Too many sheets wait to be read.', { retryAfterSeconds: RETRY_AFTER_S });
  }
}

const TAKE_PLACE = `
  with waiting as (select count(*) as of_all, count(*) filter (where uploaded_by = $3) as of_person from import_file
                   where not started and (caller is not null or created_at > now() - interval '1 minute'))
  insert into import_file (job_id, dealer_id, uploaded_by, sha256, kind, content_type)
  select $1, $2, $3, '', $4, $5 from waiting where of_all < $6 and of_person < $7
  returning job_id as place`;

const WAIT = 'update import_file set job_id = $2, sha256 = $3, caller = $4::jsonb where job_id = $1';
