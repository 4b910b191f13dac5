import { Controller } from '@nestjs/common';
import {
  InvoiceIssuedSchema, InvoiceService, NoticeRequestedSchema, type DeliverInvoiceRequest, type GetInvoiceRequest, type IssueInvoiceRequest,
  type ListInvoicesRequest, type PreviewInvoiceRequest, type RequestInvoiceRequest,
} from '@aftercare/contracts';
import { businessDate, monthOf, newId } from '@aftercare/domain';
import { Rpc, ServiceError, type CallContext, type Handlers } from '@aftercare/messaging';
import { Conditions, Database, dealerScope, expectVersion, listStatement, pageAnswer, pageOf, type ListOrder, type Tx } from '@aftercare/service';
import { assertMoneyRole } from '../books/roles.rules.js';
import { lockMoney } from '../books/work.js';
import { knownDealer } from '../credit/credit-line.handlers.js';
import { InvoicePort } from './invoice-port.js';
import { InvoiceLineRow, InvoiceRow } from './invoice.entity.js';
import {
  assertInvoiceDate, assertInvoiceKind, assertSomething, assertTaxIdentity, invoiceSteps, invoiceTotals, linesToInvoice, type InvoiceAction, type SlipToInvoice,
} from './invoice.rules.js';
import { invoiceAnswer, invoiceOf, requestedNumber, slipIdsOn, slipsToInvoice } from './invoice.store.js';

const NEWEST: ListOrder = { by: 'r.created_at', direction: 'desc', type: 'timestamptz' };

const LINE = `r.id, r.number, r.dealer_id as "dealerId", r.state, r.gross_total::text as "grossTotal", coalesce(r.invoice_number, '') as "invoiceNumber",
  r.version, r.created_at::text as "sortAt"`;

interface InvoiceListRow {
  id: string;
  number: string;
  dealerId: string;
  state: string;
  grossTotal: string;
  invoiceNumber: string;
  version: number;
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
      const lines = linesToInvoice(slips);
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
      const dealer = await knownDealer(tx, request.dealerId);
      assertTaxIdentity(dealer);
      const slips = await slipsToInvoice(tx, request.dealerId, request.slipIds);
      const lines = linesToInvoice(slips);
      const named = request.slipIds.length > 0;
      if (named || lines.length === 0) await assertNotRequested(tx, slips, { waiting: !named });
      assertSomething(lines);
      const { slips: _slips, ...totals } = invoiceTotals(slips, lines);
      const invoice = tx.em.create(InvoiceRow, {
        id: newId(), dealerId: request.dealerId, kind, state: invoiceSteps.initial, title: dealer.title, taxNumber: dealer.taxNumber, ...totals,
        invoiceNumber: null, invoiceDate: null, files: [], requestedBy: ctx.userId, createdAt: await tx.now(), version: 1,
        number: await tx.nextNumber('invoice_request', { prefix: 'IR', gapFree: true }),
      });
      await tx.em.insert(InvoiceRow, invoice);
      await tx.em.insert(InvoiceLineRow, lines.map((line) => ({ id: newId(), dealerId: invoice.dealerId, invoiceId: invoice.id, ...line, live: true })));
      await tx.audit({ action: 'request', kind: 'invoice', id: invoice.id, dealerId: invoice.dealerId, changed: { state: { after: invoice.state }, grossTotal: { after: invoice.grossTotal } } });
      return refOf(invoice);
    }, { request });
  }

  @Rpc(InvoiceService.method.issueInvoice)
  async issueInvoice(request: IssueInvoiceRequest, ctx: CallContext) {
    assertMoneyRole('issue', ctx.role);
    const order = await this.db.read(ctx, (tx) => invoiceOf(tx, request.id));
    const files = request.files.map(({ id, sha256 }) => ({ id, sha256 }));
    const paper = await this.port.issue({ ...order, typed: { invoiceNumber: request.invoiceNumber, invoiceDate: request.invoiceDate, files } });
    return this.step({ action: 'issue', id: request.id, version: request.version, request }, ctx, async (tx, invoice) => {
      assertInvoiceDate(paper.invoiceDate, businessDate(await tx.now()));
      const [taken] = await tx.em.query<{ id: string }[]>('select id from invoice where invoice_number = $1', [paper.invoiceNumber]);
      if (taken) throw new ServiceError('already_exists', 'INVOICE_NUMBER_TAKEN', 'This invoice number is on another invoice.', { field: 'invoiceNumber' });
      Object.assign(invoice, paper);
      await tellIssued(tx, invoice);
    });
  }

  @Rpc(InvoiceService.method.deliverInvoice)
  async deliverInvoice(request: DeliverInvoiceRequest, ctx: CallContext) {
    assertMoneyRole('deliver', ctx.role);
    return this.step({ action: 'deliver', id: request.id, version: request.version, request }, ctx, async () => undefined);
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

  private step(
    asked: { action: InvoiceAction; id: string; version: number; request: unknown },
    ctx: CallContext,
    change: (tx: Tx, invoice: InvoiceRow) => Promise<void>,
  ) {
    return this.db.command(ctx, async (tx) => {
      const invoice = await invoiceOf(tx, asked.id, { lock: true });
      expectVersion(invoice, asked.version, { state: invoice.state });
      const before = invoice.state;
      invoice.state = invoiceSteps.next(asked.action, invoice.state);
      invoice.version += 1;
      await change(tx, invoice);
      await tx.em.update(InvoiceRow, { id: invoice.id }, invoice);
      await tx.audit({ action: asked.action, kind: 'invoice', id: invoice.id, dealerId: invoice.dealerId, changed: { state: { before, after: invoice.state } } });
      return refOf(invoice);
    }, { request: asked.request });
  }
}

/** B-1: of two who ask at once one wins; the other is told the winner's number. */
async function assertNotRequested(tx: Tx, slips: readonly SlipToInvoice[], options: { waiting: boolean }): Promise<void> {
  const number = await requestedNumber(tx, slips, options);
  if (number) throw new ServiceError('already_exists', 'ALREADY_REQUESTED', 'An invoice over these slips is requested already.', { number });
}

async function tellIssued(tx: Tx, invoice: InvoiceRow): Promise<void> {
  const { id, number, dealerId, grossTotal } = invoice;
  await tx.announce(InvoiceIssuedSchema, { invoiceId: id, number, dealerId, slipIds: await slipIdsOn(tx, id), grossTotal, month: monthOf(await tx.now()) });
  await tx.announce(NoticeRequestedSchema, {
    kind: 'invoice.issued', recipientRole: 'dealer_manager', recipientDealerId: dealerId, documentKind: 'invoice', documentId: id, documentNumber: number,
    severity: 'info', params: JSON.stringify({ grossTotal, invoiceNumber: invoice.invoiceNumber }),
  });
}

function refOf(invoice: InvoiceRow) {
  return { id: invoice.id, number: invoice.number, state: invoice.state, version: invoice.version };
}
