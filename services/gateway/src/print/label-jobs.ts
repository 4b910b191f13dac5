import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { JobService } from '@aftercare/contracts';
import { newId, type Locale } from '@aftercare/domain';
import { Bus, callContext, notFound, ServiceError, systemContext } from '@aftercare/messaging';
import { Database } from '@aftercare/service';
import { Attachments } from '../attachments/attachments.js';
import { framesOf } from '../imports/sheet-form.rules.js';
import type { LabelSheet } from './label-layout.rules.js';
import type { LabelOptions } from './label-print.job.js';
import { Prints } from './prints.js';
import { unitsToLabel, type UnitSelection } from './unit-labels.js';

/** A minute of drawing, an archive of some 20 MB. */
export const LABELS_MAX = 10_000;
const SERVICE = 'gateway';
const FRAME_BYTES = 200_000;
const HOUR_MS = 3_600_000;
const KEPT = '1 day';

/** labels beyond what is printed at once: begun here, drawn by label-print.job.ts, fetched here as an archive for a day. */
@Injectable()
export class LabelJobs implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('LabelJobs');
  private timer?: NodeJS.Timeout;

  constructor(
    private readonly bus: Bus,
    private readonly database: Database,
    private readonly attachments: Attachments,
    private readonly prints: Prints,
  ) {}

  /** Begins the job for the units that match now. Errors: LABELS_NONE, LABELS_TOO_MANY (details.max). */
  async begin(filters: UnitSelection['filters'], how: { sheet: LabelSheet; start: number; lang?: string }): Promise<{ id: string; service: string }> {
    const ctx = { ...callContext(), idempotencyKey: undefined };
    const units = await unitsToLabel(this.bus, { ids: [], filters }, LABELS_MAX);
    const options: LabelOptions = { sheet: how.sheet, start: how.start, locale: (how.lang || ctx.locale) as Locale, baseUrl: this.prints.labelUrl, batch: newId() };
    const jobs = this.bus.client(JobService, { instance: SERVICE });
    const { id } = await jobs.beginJob({ kind: 'print-labels', options: JSON.stringify(options), dryRun: false, fileName: '' }, { ctx });
    const rows = units.map(({ serial, modelCode }, at) => ({ row: at + 1, cells: { serial, modelCode } }));
    for (const [index, frame] of framesOf(rows, FRAME_BYTES).entries()) await jobs.appendRows({ id, frame: index + 1, rows: frame }, { ctx });
    await jobs.startJob({ id, totalRows: rows.length }, { ctx });
    return { id, service: SERVICE };
  }

  /** The archive with the papers of a job that the caller may look into. Errors: NOT_FOUND, LABELS_NOT_READY (details.state). */
  async archive(jobId: string): Promise<Buffer> {
    const job = await this.bus.client(JobService, { instance: SERVICE }).getJob({ id: jobId });
    if (job.kind !== 'print-labels') throw notFound('job');
    const { batch } = JSON.parse(job.result || '{}') as { batch?: string };
    if (!batch) throw new ServiceError('failed_precondition', 'LABELS_NOT_READY', 'The labels are not drawn.', { state: job.state });
    const file = await this.database.one<{ sha256: string }>(callContext(), { name: 'label_file_get', text: 'select sha256 from label_file where batch = $1', values: [batch] });
    if (!file || !(await this.attachments.files.has(file.sha256))) throw notFound('label file');
    return this.attachments.files.read(file.sha256);
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.forget().catch((error: Error) => this.logger.warn(`forgetting labels: ${error.message}`)), HOUR_MS);
    this.timer.unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** Archives that had their day; the files go with the next sweep of the attachments. */
  async forget(): Promise<void> {
    await this.database.command(systemContext(SERVICE), async (tx) => {
      await tx.sql({ name: 'label_file_forget', text: 'delete from label_file where created_at < now() - $1::interval', values: [KEPT] });
      return {};
    });
  }
}
