import { Controller } from '@nestjs/common';
import {
  InvoiceService, type AttachInvoiceFilesRequest, type DeliverInvoiceRequest, type GetInvoiceRequest, type IssueInvoiceRequest, type ListInvoicePapersRequest,
  type ListInvoicesRequest, type PreviewInvoiceRequest, type RequestInvoiceRequest, type WithdrawInvoiceRequest,
} from '@aftercare/contracts';
import { Rpc, ServiceError, type CallContext, type Handlers } from '@aftercare/messaging';
import { Conditions, Database, dealerScope, expectVersion, listStatement, pageAnswer, pageOf, type ListOrder, type Tx } from '@aftercare/service';
import { leaveBatch } from '../batches/leave-batch.js';
import { assertMoneyRole } from '../books/roles.rules.js';
import { lockMoney, requiredReason } from '../books/work.js';
import { knownDealer } from '../credit/credit-line.handlers.js';
import { InvoicePort } from './invoice-port.js';
import { InvoiceLineRow, InvoiceRow } from './invoice.entity.js';
import { assertInvoiceKind, assertOverEach, assertSomething, invoiceSteps, invoiceTotals, linesToInvoice, slipsWithout, withPapers, type InvoiceAction, type SlipToInvoice } from './invoice.rules.js';
import { invoiceAnswer, invoiceOf, requestedNumber, slipsToInvoice } from './invoice.store.js';
import { listPapers } from './invoice-papers.js';
import { issueInvoice } from './issue-paper.js';
import { requestInvoice } from './request-invoice.js';

const NEWEST: ListOrder = { by: 'r.created_at', direction: 'desc', type: 'timestamptz' };

const LINE = `r.id, r.number, r.dealer_id as "dealerId", r.state, r.gross_total::text as "grossTotal", coalesce(r.invoice_number, '') as "invoiceNumber",
  r.version, r.red_total::text as "redTotal", iso(r.created_at) as "createdAt", r.created_at::text as "sortAt"`;

interface InvoiceListRow {
  id: string;
  number: string;
  dealerId: string;
  state: string;
  grossTotal: string;
  invoiceNumber: string;
  version: number;
  redTotal: string;
  createdAt: string;
  sortAt: string;
}

/** Tax invoices over slips (B-1 to B-3). */
@Controller()
export class InvoiceHandlers implements Handlers<typeof InvoiceService> {
  constructor(
    private readonly db: Database,
    private readonly port: InvoicePort,
  ) {}

  @Rpc(InvoiceService.method.previewInvoice)
  async previewInvoice(request: PreviewInvoiceRequest, ctx: CallContext) {
    assertMoneyRole('preview', ctx.role);
    return this.db.read(ctx, async (tx) => {
      await knownDealer(tx, request.dealerId);
      const slips = await slipsToInvoice(tx, request.dealerId, request.slipIds);
      const lines = linesToInvoice(slips, { named: request.slipIds.length > 0 });
      assertSomething(lines);
      return { dealerId: request.dealerId, ...invoiceTotals(slips, lines) };
    });
  }

  @Rpc(InvoiceService.method.requestInvoice)
  async requestInvoice(request: RequestInvoiceRequest, ctx: CallContext) {
    assertMoneyRole('request-invoice', ctx.role);
    const kind = assertInvoiceKind(request.kind);
    return this.db.command(ctx, async (tx) => {
      await knownDealer(tx, request.dealerId);
      await lockMoney(tx, request.dealerId);
      const slips = await slipsToInvoice(tx, request.dealerId, request.slipIds);
      const named = request.slipIds.length > 0;
      const lines = linesToInvoice(slips, { named });
      const without = slipsWithout(lines, slips);
      if (named || lines.length === 0) await assertNotRequested(tx, without, { waiting: !named });
      if (named) assertOverEach(without);
      assertSomething(lines);
      const invoice = await requestInvoice(tx, { dealerId: request.dealerId, kind, slips, lines });
      return refOf(invoice);
    }, { request });
  }

  @Rpc(InvoiceService.method.issueInvoice)
  async issueInvoice(request: IssueInvoiceRequest, ctx: CallContext) {
    assertMoneyRole('issue', ctx.role);
    const order = await this.db.read(ctx, (tx) => invoiceOf(tx, request.id));
    const files = request.files.map(({ id, sha256 }) => ({ id, sha256 }));
    const paper = await this.port.issue({ ...order, typed: { invoiceNumber: request.invoiceNumber, invoiceDate: request.invoiceDate, files } });
    return this.step({ action: 'issue', id: request.id, version: request.version, request }, ctx, (tx, invoice) => issueInvoice(tx, invoice, paper));
  }

  @Rpc(InvoiceService.method.deliverInvoice)
  async deliverInvoice(request: DeliverInvoiceRequest, ctx: CallContext) {
    assertMoneyRole('deliver', ctx.role);
    return this.step({ action: 'deliver', id: request.id, version: request.version, request }, ctx, (_tx, invoice) => {
      invoice.state = invoiceSteps.next('deliver', invoice.state);
      return Promise.resolve();
    });
  }

  @Rpc(InvoiceService.method.withdrawInvoice)
  async withdrawInvoice(request: WithdrawInvoiceRequest, ctx: CallContext) {
    assertMoneyRole('withdraw', ctx.role);
    const reason = requiredReason(request.reason);
    return this.step({ action: 'withdraw', id: request.id, version: request.version, request }, ctx, async (tx, invoice) => {
      invoice.state = invoiceSteps.next('withdraw', invoice.state);
      invoice.withdrawReason = reason;
      await tx.em.update(InvoiceLineRow, { invoiceId: invoice.id }, { live: false });
      await leaveBatch(tx, invoice.id, { outcome: 'closed' });
    });
  }

  @Rpc(InvoiceService.method.attachInvoiceFiles)
  async attachInvoiceFiles(request: AttachInvoiceFilesRequest, ctx: CallContext) {
    assertMoneyRole('attach-files', ctx.role);
    return this.step({ action: 'attach-files', id: request.id, version: request.version, request }, ctx, (_tx, invoice) => {
      invoice.files = withPapers(invoice.invoiceNumber !== null, invoice.files, request.files.map(({ id, sha256 }) => ({ id, sha256 })));
      return Promise.resolve();
    });
  }

  @Rpc(InvoiceService.method.getInvoice)
  async getInvoice(request: GetInvoiceRequest, ctx: CallContext) {
    return this.db.read(ctx, async (tx) => invoiceAnswer(tx, await invoiceOf(tx, request.id)));
  }

  @Rpc(InvoiceService.method.listInvoices)
  async listInvoices(request: ListInvoicesRequest, ctx: CallContext) {
    const page = pageOf(request.page, { list: 'invoices' });
    const where = new Conditions().when(request.dealerId, 'd', (id) => `r.dealer_id = ${id}::uuid`).when(request.state, 's', (state) => `r.state = ${state}`);
    const scope = { dealers: dealerScope(ctx, { money: true }) };
    const rows = await this.db.many<InvoiceListRow>(ctx, listStatement({ name: 'invoices', table: 'invoice', order: NEWEST, scope, where, page, columns: LINE }));
    const { items, nextCursor } = pageAnswer(rows, page, (row) => row.sortAt);
    return { items: items.map(({ sortAt: _sort, ...row }) => row), nextCursor };
  }

  @Rpc(InvoiceService.method.listInvoicePapers)
  async listInvoicePapers(request: ListInvoicePapersRequest, ctx: CallContext) {
    return listPapers(this.db, request, ctx);
  }

  /** A change of an invoice: the dealer's money takes its turn first, since a withdrawn line may be invoiced anew. */
  private step(
    asked: { action: InvoiceAction | 'attach-files'; id: string; version: number; request: unknown },
    ctx: CallContext,
    change: (tx: Tx, invoice: InvoiceRow) => Promise<void>,
  ) {
    return this.db.command(ctx, async (tx) => {
      const { dealerId } = await invoiceOf(tx, asked.id);
      await lockMoney(tx, dealerId);
      const invoice = await invoiceOf(tx, asked.id, { lock: true });
      expectVersion(invoice, asked.version, { state: invoice.state });
      const before = invoice.state;
      await change(tx, invoice);
      invoice.version += 1;
      await tx.em.update(InvoiceRow, { id: invoice.id }, invoice);
      await tx.audit({ action: asked.action, kind: 'invoice', id: invoice.id, dealerId: invoice.dealerId, changed: { state: { before, after: invoice.state } } });
      return refOf(invoice);
    }, { request: asked.request });
  }
}

/** B-1: of two who ask at once one wins; the other is told the winner's number. What a red letter has freed of a slip is asked for anew beside the rest of it (B-2). */
async function assertNotRequested(tx: Tx, slips: readonly SlipToInvoice[], options: { waiting: boolean }): Promise<void> {
  const number = await requestedNumber(tx, slips, options);
  if (number) throw new ServiceError('already_exists', 'ALREADY_REQUESTED', 'An invoice over these slips is requested already.', { number });
}

function refOf(invoice: InvoiceRow) {
  return { id: invoice.id, number: invoice.number, state: invoice.state, version: invoice.version };
}
