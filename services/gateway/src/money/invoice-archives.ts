import { Injectable } from '@nestjs/common';
import { InvoiceService, type AttachmentRef, type InvoicePaper } from '@aftercare/contracts';
import { Bus, callContext, ServiceError } from '@aftercare/messaging';
import { Attachments, type Attachment } from '../attachments/attachments.js';
import { allItems } from '../http/all-items.js';
import type { ZipEntry } from '../http/zip.js';
import { SpreadsheetPort } from '../imports/spreadsheet.port.js';
import { columnText } from '../texts/texts.js';

const PAPERS_MAX = 2_000;
const COLUMNS = ['documentKind', 'number', 'invoiceNumber', 'invoiceDate', 'grossAmount'] as const;

/** B-2: a dealer's invoices and red letters of a period, packed: a list of them, and each one's files named by its number. */
@Injectable()
export class InvoiceArchives {
  constructor(
    private readonly bus: Bus,
    private readonly attachments: Attachments,
    private readonly spreadsheets: SpreadsheetPort,
  ) {}

  /** Errors: NOT_FOUND, FIELD_MISSING, PERIOD_INVALID, EXPORT_TOO_LARGE. Whatever may fail but the reading of files is done before it answers. */
  async pack(asked: { dealerId: string; from: string; to: string }): Promise<ZipEntry[]> {
    const { items, more } = await allItems(PAPERS_MAX, (page) => this.bus.call(InvoiceService.method.listInvoicePapers, { ...asked, page }));
    if (more) throw new ServiceError('invalid_argument', 'EXPORT_TOO_LARGE', 'The archive has too many invoices.', { rows: PAPERS_MAX });
    const { locale } = callContext();
    const list = await this.spreadsheets.write({
      name: 'list', columns: COLUMNS.map((key) => ({ heading: columnText(locale, key) })), rows: items.map((paper) => COLUMNS.map((key) => paper[key])),
    });
    const files: ZipEntry[] = [];
    for (const paper of items) for (const [at, file] of paper.files.entries()) files.push(...(await this.fileOf(paper, file, at)));
    return [{ name: 'list.xlsx', read: () => Promise.resolve(list) }, ...files];
  }

  /** The file under the number of its paper; one that is kept no more is left out. */
  private async fileOf(paper: InvoicePaper, { id, sha256 }: AttachmentRef, at: number): Promise<ZipEntry[]> {
    const file = await this.attachments.ofShownDocument(id).catch(undefinedWhenGone);
    if (file?.sha256 !== sha256 || !(await this.attachments.files.has(sha256))) return [];
    return [{ name: `${paper.invoiceDate}/${paper.invoiceNumber}-${at + 1}-${file.fileName}`, read: () => this.attachments.files.read(sha256) }];
  }
}

function undefinedWhenGone(error: unknown): Attachment | undefined {
  if (error instanceof ServiceError && error.code === 'not_found') return undefined;
  throw error;
}
