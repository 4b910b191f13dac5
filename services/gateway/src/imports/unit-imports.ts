import { Injectable } from '@nestjs/common';
import { DealerService, JobService, ProductModelService, type GetJobResponse } from '@aftercare/contracts';
import { Bus, callContext, notFound, ServiceError } from '@aftercare/messaging';
import { Database } from '@aftercare/service';
import { Attachments } from '../attachments/attachments.js';
import type { Upload } from '../http/upload.js';
import { columnText, reasonText } from '../texts/texts.js';
import { SpreadsheetPort } from './spreadsheet.port.js';
import { framesOf, headingKeys, UNIT_KEYS, unitRows, type SheetRow } from './unit-sheet.rules.js';

const OWNER = 'customers';
const KIND = 'import-units';
const FRAME_BYTES = 200_000;
const CHOICES_MAX = 200;
const SHEET_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** Serials from a sheet: read here, staged and committed all or nothing as a job of customers. */
@Injectable()
export class UnitImports {
  private readonly jobs;

  constructor(
    private readonly bus: Bus,
    private readonly database: Database,
    private readonly attachments: Attachments,
    private readonly spreadsheets: SpreadsheetPort,
  ) {
    this.jobs = bus.client(JobService, { instance: OWNER });
  }

  /** Begins the job. Errors: SHEET_UNREADABLE, SHEET_EMPTY, COLUMN_UNKNOWN, COLUMN_MISSING, TOO_MANY_ROWS. */
  async begin(upload: Upload, dryRun: boolean): Promise<{ id: string; service: string }> {
    const ctx = { ...callContext(), idempotencyKey: undefined };
    const rows = await this.rowsOf(upload.content);
    const sha256 = await this.attachments.files.put(upload.content);
    const { id } = await this.jobs.beginJob({ kind: KIND, options: '{}', dryRun, fileName: upload.fileName.slice(-100) }, { ctx });
    await this.database.command(ctx, async (tx) => {
      await tx.sql({
        name: 'import_file_insert',
        text: 'insert into import_file (job_id, dealer_id, uploaded_by, sha256, kind, content_type) values ($1, $2, $3, $4, $5, $6)',
        values: [id, ctx.dealerId, ctx.userId, sha256, KIND, SHEET_TYPE],
      });
      await tx.audit({ action: dryRun ? 'check-import' : 'import', kind: 'import', id, changed: { kind: { after: KIND }, rows: { after: rows.length } } });
      return {};
    });
    const frames = framesOf(rows, FRAME_BYTES);
    for (const [index, frame] of frames.entries()) await this.jobs.appendRows({ id, frame: index + 1, rows: frame }, { ctx });
    await this.jobs.startJob({ id, totalRows: rows.length }, { ctx });
    return { id, service: OWNER };
  }

  /** An empty sheet with headings, and drop-downs of the models and dealers that exist. */
  async template(): Promise<Buffer> {
    const page = { limit: CHOICES_MAX };
    const [models, dealers] = await Promise.all([
      this.bus.call(ProductModelService.method.listProductModels, { state: 'published', page }),
      this.bus.call(DealerService.method.listDealers, { status: 'active', page }),
    ]);
    const choices: Record<string, string[]> = { modelCode: models.items.map(({ code }) => code), dealerCode: dealers.items.map(({ code }) => code) };
    const { locale } = callContext();
    return this.spreadsheets.write({
      name: 'units', columns: UNIT_KEYS.map((key) => ({ heading: columnText(locale, key), choices: choices[key] })), rows: [],
    });
  }

  /** The uploaded sheet with what is wrong beside each row. Errors: NOT_FOUND. */
  async markedUp(jobId: string): Promise<Buffer> {
    const job = await this.jobs.getJob({ id: jobId });
    const file = await this.database.one<{ sha256: string }>(callContext(), {
      name: 'import_file_get', text: 'select sha256 from import_file where job_id = $1', values: [jobId],
    });
    if (!file || !(await this.attachments.files.has(file.sha256))) throw notFound('import');
    return this.mark(await this.spreadsheets.read(await this.attachments.files.read(file.sha256)), job);
  }

  private mark(sheet: string[][], job: GetJobResponse): Promise<Buffer> {
    const caller = callContext();
    const { locale } = caller;
    const [headings, ...body] = sheet;
    const keys = headingKeys(headings);
    const errorsOf = (row: number): string =>
      job.errors.filter((error) => error.row === row + 2).map((error) => `${columnText(locale, error.column)}: ${error.message || reasonText(caller, error.code)}`).join('\n');
    return this.spreadsheets.write({
      name: 'units',
      columns: [...headings.map((heading) => ({ heading })), { heading: columnText(locale, 'errors'), width: 60 }],
      rows: body.map((cells, row) => [...headings.map((_heading, column) => cells[column] ?? ''), errorsOf(row)]),
      marked: job.errors.flatMap(({ row, column }) => {
        const at = keys.findIndex((key) => key === column);
        return row >= 2 && at >= 0 ? [{ row: row - 2, column: at }] : [];
      }),
    });
  }

  private async rowsOf(content: Buffer): Promise<SheetRow[]> {
    const sheet = await this.spreadsheets.read(content).catch(() => {
      throw new ServiceError('invalid_argument', 'SHEET_UNREADABLE', 'The sheet cannot be read.', { field: 'file' });
    });
    const rows = unitRows(sheet);
    if (Array.isArray(rows)) return rows;
    throw new ServiceError('invalid_argument', rows.reason, 'The sheet cannot be taken.', { field: 'file', ...(rows.column ? { column: rows.column } : {}) });
  }
}
