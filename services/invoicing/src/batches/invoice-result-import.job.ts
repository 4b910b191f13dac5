import { Injectable } from '@nestjs/common';
import { businessDate, Refusal } from '@aftercare/domain';
import { ServiceError } from '@aftercare/messaging';
import { CheckedSheets, JobKind, JobRefusal, jobErrors, type JobError, type JobHandler, type JobRow, type Tx } from '@aftercare/service';
import { lockMoney } from '../books/work.js';
import { FileInvoiceAdapter } from '../invoices/invoice-port.js';
import { InvoiceRow } from '../invoices/invoice.entity.js';
import { issueInvoice, issueRedLetter } from '../invoices/issue-paper.js';
import { RedLetterRow } from '../invoices/red-letter.entity.js';
import { checkResults, type AwaitedDocument, type Result, type ResultSheet } from './invoice-result.rules.js';
import { leaveBatch } from './leave-batch.js';

const BATCHES = `
  coalesce((select b.number from invoice_batch_row r join invoice_batch b on b.id = r.batch_id where r.document_id = d.id and r.outcome = 'waiting' limit 1), '') as "waitsIn",
  (select coalesce(jsonb_agg(distinct jsonb_build_object('batchNumber', b.number, 'note', r.note)), '[]')
     from invoice_batch_row r join invoice_batch b on b.id = r.batch_id where r.document_id = d.id and r.outcome = 'refused') as refusals`;

const DOCUMENTS = `
  select 'invoice' as "documentKind", d.id as "documentId", d.dealer_id as "dealerId", d.number, coalesce(d.invoice_number, '') as "invoiceNumber",
         d.state = 'requested' as issuable, ${BATCHES}, '' as "notBefore"
    from invoice d where d.number = any($1)
  union all
  select 'red_letter', d.id, d.dealer_id, d.number, coalesce(d.invoice_number, ''), d.state = 'approved', ${BATCHES}, i.invoice_date::text
    from red_letter d join invoice i on i.id = d.invoice_id where d.number = any($1)`;

const PAPERS = `
  select invoice_number as "invoiceNumber", id from invoice where invoice_number = any($1)
  union all select invoice_number, id from red_letter where invoice_number = any($1)`;

/** B-3: job "import-invoice-results": what the tax platform did with a batch, all or nothing; the same file may come again. */
@Injectable()
@JobKind('import-invoice-results', { roles: ['finance_clerk'] })
export class InvoiceResultImport implements JobHandler {
  private readonly sheets = new CheckedSheets<ResultSheet>();

  constructor(private readonly port: FileInvoiceAdapter) {}

  async validate(rows: JobRow[], _options: Record<string, unknown>, tx: Tx): Promise<JobError[]> {
    return jobErrors(tx.ctx, (await this.checked(rows, tx)).faults);
  }

  async apply(rows: JobRow[], _options: Record<string, unknown>, tx: Tx, progress: (done: number) => void): Promise<object> {
    const { results } = await this.checked(rows, tx);
    // Dealers take their turns in one order, before anything is changed, so that neither two files nor a file and who types wait for each other.
    for (const dealerId of [...new Set(results.map(({ document }) => document.dealerId))].sort()) await lockMoney(tx, dealerId);
    const ordered = [...results].sort((a, b) => a.document.dealerId.localeCompare(b.document.dealerId) || a.document.number.localeCompare(b.document.number));
    const counts = { issued: 0, refused: 0 };
    for (const [index, result] of ordered.entries()) {
      if (result.invoiceNumber === '') await this.refuse(tx, result);
      else await this.issue(tx, result);
      counts[result.invoiceNumber === '' ? 'refused' : 'issued'] += 1;
      progress(index + 1);
    }
    return { ...counts, rows: rows.length };
  }

  private async issue(tx: Tx, { document, ...typed }: Result): Promise<void> {
    const paper = await this.port.issue({ number: document.number, title: '', taxNumber: '', grossTotal: '', typed: { ...typed, files: [] } });
    try {
      if (document.documentKind === 'invoice') await this.change(tx, InvoiceRow, document, (row) => issueInvoice(tx, row, paper));
      else await this.change(tx, RedLetterRow, document, (row) => issueRedLetter(tx, row, paper));
    } catch (error) {
      if (!(error instanceof Refusal) && !(error instanceof ServiceError)) throw error;
      // It was issued, withdrawn or discarded by somebody else since the file was checked.
      throw new JobRefusal(jobErrors(tx.ctx, [{ row: 0, column: 'number', code: error.reason }]));
    }
  }

  private async refuse(tx: Tx, { document, note }: Result): Promise<void> {
    const { documentKind, documentId, dealerId, number } = document;
    await tx.em.findOneOrFail<InvoiceRow | RedLetterRow>(documentKind === 'invoice' ? InvoiceRow : RedLetterRow, { where: { id: documentId }, lock: { mode: 'pessimistic_write' } });
    // As it stands now that nobody else is at it: since the file was checked it may be issued, or wait in another batch.
    const [now] = await tx.em.query<AwaitedDocument[]>(DOCUMENTS, [[number]]);
    if (!now.issuable || now.waitsIn !== document.waitsIn) throw new JobRefusal(jobErrors(tx.ctx, [{ row: 0, column: 'number', code: now.issuable ? 'NOT_IN_BATCH' : 'STEP_NOT_ALLOWED' }]));
    if (documentKind === 'invoice') await tx.em.update(InvoiceRow, { id: documentId }, { platformNote: note });
    await leaveBatch(tx, documentId, { outcome: 'refused', note });
    await tx.audit({ action: 'refuse', kind: documentKind, id: documentId, dealerId, changed: { platformNote: { after: note } } });
  }

  private async change<R extends InvoiceRow | RedLetterRow>(tx: Tx, entity: new () => R, { documentKind, documentId, dealerId }: AwaitedDocument, issue: (row: R) => Promise<void>): Promise<void> {
    const row = await tx.em.getRepository<InvoiceRow | RedLetterRow>(entity).findOneOrFail({ where: { id: documentId }, lock: { mode: 'pessimistic_write' } }) as R;
    const before = row.state;
    await issue(row);
    row.version += 1;
    await tx.em.getRepository<InvoiceRow | RedLetterRow>(entity).update({ id: documentId }, row);
    await tx.audit({ action: 'issue', kind: documentKind, id: documentId, dealerId, changed: { state: { before, after: row.state } } });
  }

  private checked(rows: JobRow[], tx: Tx): Promise<ResultSheet> {
    return this.sheets.of(rows, async () => {
      const cellsOf = (key: string): string[] => [...new Set(rows.map(({ cells }) => (cells[key] ?? '').normalize('NFKC').trim().toUpperCase()))];
      const documents = await tx.em.query<AwaitedDocument[]>(DOCUMENTS, [cellsOf('number')]);
      const papers = await tx.em.query<{ invoiceNumber: string; id: string }[]>(PAPERS, [cellsOf('invoiceNumber')]);
      return checkResults(rows, {
        today: businessDate(await tx.now()), documents: new Map(documents.map((each) => [each.number, each])), papers: new Map(papers.map(({ invoiceNumber, id }) => [invoiceNumber, id])),
      });
    });
  }
}
