import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { Locale } from '@aftercare/domain';
import { ServiceError } from '@aftercare/messaging';
import { JobKind, type JobError, type JobHandler, type JobRow, type Tx } from '@aftercare/service';
import { rolesOf } from '../access/access-table.js';
import { Attachments } from '../attachments/attachments.js';
import { zip } from '../http/zip.js';
import { labelParts, type LabelSheet } from './label-layout.rules.js';
import type { Paper } from './paper.js';
import { PdfPrinter } from './pdf-printer.js';
import { PrintRun } from './print-run.js';
import { labelSheets } from './unit-labels.js';

/** Others print in between; what is busy now is tried again this often. */
const TRIES_MAX = 60;
const BUSY_WAIT_MS = 2_000;

/** What the labels of one job have in common. */
export interface LabelOptions {
  sheet: LabelSheet;
  start: number;
  locale: Locale;
  baseUrl: string;
  /** Under which the archive is kept. */
  batch: string;
}

/**
 * job "print-labels": more labels than one paper holds, drawn in parts that end with a full sheet, each a PDF in one archive.
 * Its rows are the units that whoever began it was shown.
 */
@Injectable()
@JobKind('print-labels', { roles: rolesOf('unit.read') })
export class LabelPrintJob implements JobHandler<LabelOptions> {
  constructor(
    private readonly printer: PdfPrinter,
    private readonly attachments: Attachments,
  ) {}

  async validate(): Promise<JobError[]> {
    return [];
  }

  async apply(rows: JobRow[], { sheet, start, locale, baseUrl, batch }: LabelOptions, tx: Tx, progress: (done: number) => void): Promise<object> {
    const units = rows.map(({ cells: { serial, modelCode } }) => ({ serial, modelCode }));
    const run = new PrintRun({ locale, by: '', at: '', publicUrl: '', nameRegion: (code) => code, copies: 1, sheet: 'a4' });
    const parts = labelParts(units.length, { sheet, start });
    const papers: Buffer[] = [];
    for (const part of parts) {
      papers.push(await this.drawn(labelSheets(units.slice(part.from, part.to), { sheet, start: part.start, baseUrl }, run)));
      progress(part.to);
    }
    const pieces: Uint8Array[] = [];
    for await (const piece of zip(papers.map((pdf, at) => ({ name: partName(at), read: () => Promise.resolve(pdf) })))) pieces.push(piece);
    const sha256 = await this.attachments.files.put(Buffer.concat(pieces));
    await tx.sql({
      name: 'label_file_keep', text: 'insert into label_file (batch, dealer_id, printed_by, sha256) values ($1, $2, $3, $4)',
      values: [batch, tx.ctx.dealerId, tx.ctx.userId, sha256],
    });
    return { labels: units.length, papers: parts.length, batch };
  }

  /** One part; while others print it waits for its turn. */
  private async drawn(paper: Paper): Promise<Buffer> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.printer.print(paper);
      } catch (error) {
        if (tries >= TRIES_MAX || !(error instanceof ServiceError) || error.reason !== 'PRINT_BUSY') throw error;
        await sleep(BUSY_WAIT_MS);
      }
    }
  }
}

/** By number: a serial may hold what no file name may. */
const partName = (at: number): string => `labels-${String(at + 1).padStart(3, '0')}.pdf`;
