import { Controller } from '@nestjs/common';
import {
  InvoiceBatchService, type CloseInvoiceBatchRequest, type CreateInvoiceBatchRequest, type GetInvoiceBatchRequest, type ListInvoiceBatchesRequest,
  type ListInvoiceBatchRowsRequest,
} from '@aftercare/contracts';
import { allowedActions, newId, refusalReason } from '@aftercare/domain';
import { notFound, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Conditions, Database, expectVersion, listStatement, pageAnswer, pageOf, type ListOrder, type Tx } from '@aftercare/service';
import { assertMoneyRole } from '../books/roles.rules.js';
import { requiredReason } from '../books/work.js';
import { InvoiceBatchEntity, InvoiceBatchRowEntity } from './invoice-batch.entity.js';
import { amountsByRate, assertOpenBatch, assertSomethingToSend, ITEM_NAME, type RatedLine } from './invoice-batch.rules.js';

const DOCUMENTS_MAX = 500;

/** What waits to be issued and is in no open batch, oldest first. */
const WAITING = `
  select 'invoice' as "documentKind", i.id as "documentId", i.dealer_id as "dealerId", i.number, i.kind, i.title as "taxTitle", i.tax_number as "taxNumber",
         i.tax_bank as "taxBank", i.tax_account as "taxAccount", i.tax_address as "taxAddress", i.tax_phone as "taxPhone", '' as "originalNumber", '' as reason, i.created_at as at
    from invoice i where i.state = 'requested' and ($1 = '' or i.dealer_id = nullif($1, '')::uuid)
     and not exists (select from invoice_batch_row b where b.document_id = i.id and b.outcome = 'waiting')
  union all
  select 'red_letter', l.id, l.dealer_id, l.number, i.kind, i.title, i.tax_number, i.tax_bank, i.tax_account, i.tax_address, i.tax_phone, i.invoice_number, l.reason, l.created_at
    from red_letter l join invoice i on i.id = l.invoice_id where l.state = 'approved' and ($1 = '' or l.dealer_id = nullif($1, '')::uuid)
     and not exists (select from invoice_batch_row b where b.document_id = l.id and b.outcome = 'waiting')
  order by at, "documentId" limit ${DOCUMENTS_MAX}`;

/**
 * Those of the documents that still wait, locked, so that none is withdrawn, discarded or typed in until the batch is there. Who is at it
 * with one of them has its row and may go on to others: such a document is not waited for, it goes with the next batch.
 */
const STILL_WAITING = {
  invoice: `select id from invoice where id = any($1) and state = 'requested' order by id for update skip locked`,
  red_letter: `select id from red_letter where id = any($1) and state = 'approved' order by id for update skip locked`,
};

const LINES = `
  select l.net_amount::text as "netAmount", l.tax_amount::text as "taxAmount", r.tax_rate::text as "taxRate"
    from invoice_line l join receivable_line r on r.line_id = l.line_id
   where case when $2 = 'invoice' then l.invoice_id = $1 else l.id in (select invoice_line_id from red_letter_line where red_letter_id = $1) end`;

interface WaitingDocument {
  documentKind: 'invoice' | 'red_letter';
  documentId: string;
  dealerId: string;
  number: string;
  kind: string;
  taxTitle: string;
  taxNumber: string;
  taxBank: string;
  taxAccount: string;
  taxAddress: string;
  taxPhone: string;
  originalNumber: string;
  reason: string;
}

const NEWEST: ListOrder = { by: 'r.created_at', direction: 'desc', type: 'timestamptz' };
const BY_NUMBER: ListOrder = { by: 'r.number', direction: 'asc', type: 'text' };

const COUNTS = `
  select count(distinct document_id)::int as "documentCount", count(distinct document_id) filter (where outcome = 'waiting')::int as "waitingCount",
         count(distinct document_id) filter (where outcome = 'issued')::int as "issuedCount",
         count(distinct document_id) filter (where outcome in ('refused', 'closed'))::int as "refusedCount"
    from invoice_batch_row where batch_id = $1`;

const ROW = `r.id, r.number, r.document_kind as "documentKind", r.document_id as "documentId", r.kind, r.tax_title as "taxTitle", r.tax_number as "taxNumber", r.tax_bank as "taxBank",
  r.tax_account as "taxAccount", r.tax_address as "taxAddress", r.tax_phone as "taxPhone", r.item_name as "itemName", r.tax_rate as "taxRate", r.net_amount::text as "netAmount",
  r.tax_amount::text as "taxAmount", (r.net_amount + r.tax_amount)::text as "grossAmount", r.original_number as "originalNumber", r.reason, r.outcome,
  r.invoice_number as "invoiceNumber", coalesce(r.invoice_date::text, '') as "invoiceDate", r.note,
  (select b.number from invoice_batch b where b.id = r.batch_id) as "batchNumber"`;

interface BatchListRow {
  id: string;
  number: string;
  state: string;
  createdAt: string;
  version: number;
  documentCount: number;
  waitingCount: number;
  sortAt: string;
}

interface FileRow {
  id: string;
  number: string;
}

/** Files for the tax platform: what waits goes out, results come back as an import (B-3). */
@Controller()
export class InvoiceBatchHandlers implements Handlers<typeof InvoiceBatchService> {
  constructor(private readonly db: Database) {}

  @Rpc(InvoiceBatchService.method.createInvoiceBatch)
  async createInvoiceBatch(request: CreateInvoiceBatchRequest, ctx: CallContext) {
    assertMoneyRole('send-batch', ctx.role);
    return this.db.command(ctx, async (tx) => {
      // One batch is made after the other, so that no document stands in two.
      await tx.em.query(`select pg_advisory_xact_lock(hashtext('invoice batch'))`);
      const documents = await stillWaiting(tx, await tx.em.query<WaitingDocument[]>(WAITING, [request.dealerId]));
      assertSomethingToSend(documents);
      const number = await tx.nextNumber('invoice_batch', { prefix: 'IB', gapFree: false });
      const batch = tx.em.create(InvoiceBatchEntity, { id: newId(), number, state: 'open', reason: '', createdBy: ctx.userId, createdAt: await tx.now(), version: 1 });
      await tx.em.insert(InvoiceBatchEntity, batch);
      for (const document of documents) await tx.em.insert(InvoiceBatchRowEntity, await rowsOf(tx, batch.id, document));
      await tx.audit({ action: 'create', kind: 'invoice_batch', id: batch.id, changed: { documents: { after: documents.length } } });
      return refOf(batch);
    }, { request });
  }

  @Rpc(InvoiceBatchService.method.closeInvoiceBatch)
  async closeInvoiceBatch(request: CloseInvoiceBatchRequest, ctx: CallContext) {
    assertMoneyRole('send-batch', ctx.role);
    const reason = requiredReason(request.reason);
    return this.db.command(ctx, async (tx) => {
      const batch = await batchOf(tx, request.id, { lock: true });
      expectVersion(batch, request.version, { state: batch.state });
      assertOpenBatch(batch.state);
      await tx.em.update(InvoiceBatchRowEntity, { batchId: batch.id, outcome: 'waiting' }, { outcome: 'closed' });
      Object.assign(batch, { state: 'closed', reason, version: batch.version + 1 });
      await tx.em.update(InvoiceBatchEntity, { id: batch.id }, batch);
      await tx.audit({ action: 'close', kind: 'invoice_batch', id: batch.id, changed: { state: { before: 'open', after: 'closed' }, reason: { after: reason } } });
      return refOf(batch);
    }, { request });
  }

  @Rpc(InvoiceBatchService.method.getInvoiceBatch)
  async getInvoiceBatch(request: GetInvoiceBatchRequest, ctx: CallContext) {
    assertMoneyRole('read-batch', ctx.role);
    return this.db.read(ctx, async (tx) => {
      const { createdBy: _by, ...batch } = await batchOf(tx, request.id);
      const [counts] = await tx.em.query<object[]>(COUNTS, [batch.id]);
      const reason = refusalReason(() => {
        assertMoneyRole('send-batch', ctx.role);
        assertOpenBatch(batch.state);
      });
      return { ...batch, ...counts, allowedActions: allowedActions(ctx, [{ action: 'close', reason }]) };
    });
  }

  @Rpc(InvoiceBatchService.method.listInvoiceBatches)
  async listInvoiceBatches(request: ListInvoiceBatchesRequest, ctx: CallContext) {
    assertMoneyRole('read-batch', ctx.role);
    const page = pageOf(request.page, { list: 'invoice batches', key: 'instant' });
    const where = new Conditions().when(request.state, 's', (state) => `r.state = ${state}`);
    const rows = await this.db.many<BatchListRow>(ctx, listStatement({
      name: 'invoice_batches', table: 'invoice_batch', order: NEWEST, where, page,
      columns: `r.id, r.number, r.state, iso(r.created_at) as "createdAt", r.version, c."documentCount", c."waitingCount", r.created_at::text as "sortAt"`,
      joins: `cross join lateral (select count(distinct document_id)::int as "documentCount", count(distinct document_id) filter (where outcome = 'waiting')::int as "waitingCount"
                from invoice_batch_row b where b.batch_id = r.id) c`,
    }));
    const { items, nextCursor } = pageAnswer(rows, page, (row) => row.sortAt);
    return { items: items.map(({ sortAt: _sort, ...row }) => row), nextCursor };
  }

  @Rpc(InvoiceBatchService.method.listInvoiceBatchRows)
  async listInvoiceBatchRows(request: ListInvoiceBatchRowsRequest, ctx: CallContext) {
    assertMoneyRole('read-batch', ctx.role);
    await this.db.read(ctx, (tx) => batchOf(tx, request.id));
    const page = pageOf(request.page, { list: 'invoice batch rows' });
    const where = new Conditions().add('b', (id) => `r.batch_id = ${id}::uuid`, request.id);
    const rows = await this.db.many<FileRow>(ctx, listStatement({ name: 'invoice_batch_rows', table: 'invoice_batch_row', order: BY_NUMBER, where, page, columns: ROW }));
    const { items, nextCursor } = pageAnswer(rows, page, (row) => row.number);
    return { items: items.map(({ id: _id, ...row }) => row), nextCursor };
  }
}

async function stillWaiting(tx: Tx, documents: readonly WaitingDocument[]): Promise<WaitingDocument[]> {
  const locked = new Set<string>();
  for (const kind of ['invoice', 'red_letter'] as const) {
    const ids = documents.filter(({ documentKind }) => documentKind === kind).map(({ documentId }) => documentId);
    for (const { id } of await tx.em.query<{ id: string }[]>(STILL_WAITING[kind], [ids])) locked.add(id);
  }
  return documents.filter(({ documentId }) => locked.has(documentId));
}

/** B-1: made out to the identity that was the dealer's when the invoice was asked for, as a whole. */
async function rowsOf(tx: Tx, batchId: string, document: WaitingDocument): Promise<InvoiceBatchRowEntity[]> {
  const lines = await tx.em.query<RatedLine[]>(LINES, [document.documentId, document.documentKind]);
  return amountsByRate(lines, document.documentKind === 'invoice' ? 1 : -1).map((amounts) => tx.em.create(InvoiceBatchRowEntity, {
    id: newId(), batchId, ...document, itemName: ITEM_NAME, ...amounts, outcome: 'waiting', invoiceNumber: '', invoiceDate: null, note: '',
  }));
}

async function batchOf(tx: Tx, id: string, options: { lock?: boolean } = {}): Promise<InvoiceBatchEntity> {
  const found = await tx.em.findOne(InvoiceBatchEntity, { where: { id }, ...(options.lock ? { lock: { mode: 'pessimistic_write' as const } } : {}) });
  if (!found) throw notFound('invoice batch');
  return found;
}

function refOf(batch: InvoiceBatchEntity) {
  return { id: batch.id, number: batch.number, state: batch.state, version: batch.version };
}
