import { Controller } from '@nestjs/common';
import {
  NoticeRequestedSchema, RedLetterService, type ApproveRedLetterRequest, type AttachRedLetterFilesRequest, type DeliverRedLetterRequest, type DiscardRedLetterRequest,
  type DraftRedLetterRequest, type GetRedLetterRequest, type IssueRedLetterRequest, type ListRedLettersRequest,
} from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Conditions, Database, dealerScope, expectVersion, listStatement, pageAnswer, pageOf, type ListOrder, type Page, type Statement, type Tx } from '@aftercare/service';
import { leaveBatch } from '../batches/leave-batch.js';
import { assertMoneyRole } from '../books/roles.rules.js';
import { lockMoney, requiredReason } from '../books/work.js';
import { InvoicePort } from './invoice-port.js';
import { withPapers } from './invoice.rules.js';
import { invoiceOf } from './invoice.store.js';
import { issueRedLetter } from './issue-paper.js';
import { RedLetterLineRow, RedLetterRow } from './red-letter.entity.js';
import { assertIssued, assertOtherApprover, linesToRedden, redLetterSteps, redTotals, type RedLetterAction } from './red-letter.rules.js';
import { linesOfInvoice, redLetterAnswer, redLetterOf, STEP_ROLES } from './red-letter.store.js';

const NEWEST: ListOrder = { by: 'r.created_at', direction: 'desc', type: 'timestamptz' };

const LINE = `r.id, coalesce(r.number, '') as number, r.dealer_id as "dealerId", r.invoice_id as "invoiceId", r.state, r.gross_total::text as "grossTotal",
  coalesce(r.invoice_number, '') as "invoiceNumber", iso(r.created_at) as "createdAt", r.version, r.created_at::text as "sortAt"`;

/** Red letters, newest first. */
export function listRedLetters(request: ListRedLettersRequest, ctx: CallContext, page: Page): Statement {
  const where = new Conditions().when(request.dealerId, 'd', (id) => `r.dealer_id = ${id}::uuid`).when(request.state, 's', (state) => `r.state = ${state}`)
    .when(request.invoiceId, 'i', (id) => `r.invoice_id = ${id}::uuid`);
  return listStatement({ name: 'red_letters', table: 'red_letter', order: NEWEST, scope: { dealers: dealerScope(ctx, { money: true }) }, where, page, columns: LINE });
}

interface RedLetterListRow {
  id: string;
  number: string;
  dealerId: string;
  invoiceId: string;
  state: string;
  grossTotal: string;
  invoiceNumber: string;
  createdAt: string;
  version: number;
  sortAt: string;
}

interface Step {
  action: RedLetterAction;
  id: string;
  version: number;
  request: unknown;
}

/** What takes issued invoices back (B-2). */
@Controller()
export class RedLetterHandlers implements Handlers<typeof RedLetterService> {
  constructor(
    private readonly db: Database,
    private readonly port: InvoicePort,
  ) {}

  @Rpc(RedLetterService.method.draftRedLetter)
  async draftRedLetter(request: DraftRedLetterRequest, ctx: CallContext) {
    assertMoneyRole('draft-red-letter', ctx.role);
    const reason = requiredReason(request.reason);
    return this.db.command(ctx, async (tx) => {
      const { dealerId } = await invoiceOf(tx, request.invoiceId);
      await lockMoney(tx, dealerId);
      const invoice = await invoiceOf(tx, request.invoiceId, { lock: true });
      assertIssued(invoice.state);
      const all = await linesOfInvoice(tx, invoice.id);
      const lines = linesToRedden(all, request.lineIds);
      const letter = tx.em.create(RedLetterRow, {
        id: newId(), number: null, dealerId, invoiceId: invoice.id, state: redLetterSteps.initial, reason, discardReason: '', whole: lines.length === all.length,
        ...redTotals(lines), invoiceNumber: null, invoiceDate: null, files: [], draftedBy: ctx.userId, approvedBy: null, createdAt: await tx.now(), version: 1,
      });
      await tx.em.insert(RedLetterRow, letter);
      await tx.em.insert(RedLetterLineRow, lines.map(({ id }) => ({ id: newId(), dealerId, redLetterId: letter.id, invoiceLineId: id, open: true })));
      await tx.audit({
        action: 'draft', kind: 'red_letter', id: letter.id, dealerId,
        changed: { invoiceId: { after: invoice.id }, grossTotal: { after: letter.grossTotal }, reason: { after: reason } },
      });
      await tx.announce(NoticeRequestedSchema, {
        kind: 'invoice.red_letter_drafted', recipientRole: 'service_supervisor', documentKind: 'red_letter', documentId: letter.id, documentNumber: invoice.number,
        severity: 'info', params: JSON.stringify({ grossTotal: letter.grossTotal }),
      });
      return refOf(letter);
    }, { request });
  }

  @Rpc(RedLetterService.method.approveRedLetter)
  async approveRedLetter(request: ApproveRedLetterRequest, ctx: CallContext) {
    return this.step({ action: 'approve', id: request.id, version: request.version, request }, ctx, async (tx, letter) => {
      assertOtherApprover(letter.draftedBy, ctx.userId);
      letter.state = redLetterSteps.next('approve', letter.state);
      letter.approvedBy = ctx.userId;
      letter.number = await tx.nextNumber('red_letter', { prefix: 'RL', gapFree: true });
    });
  }

  @Rpc(RedLetterService.method.discardRedLetter)
  async discardRedLetter(request: DiscardRedLetterRequest, ctx: CallContext) {
    const reason = requiredReason(request.reason);
    return this.step({ action: 'discard', id: request.id, version: request.version, request }, ctx, async (tx, letter) => {
      letter.state = redLetterSteps.next('discard', letter.state);
      letter.discardReason = reason;
      await tx.em.update(RedLetterLineRow, { redLetterId: letter.id }, { open: false });
      await leaveBatch(tx, letter.id, { outcome: 'closed' });
    });
  }

  @Rpc(RedLetterService.method.issueRedLetter)
  async issueRedLetter(request: IssueRedLetterRequest, ctx: CallContext) {
    assertMoneyRole('issue', ctx.role);
    const { letter: asked, invoice } = await this.db.read(ctx, async (tx) => {
      const letter = await redLetterOf(tx, request.id);
      return { letter, invoice: await invoiceOf(tx, letter.invoiceId) };
    });
    const files = request.files.map(({ id, sha256 }) => ({ id, sha256 }));
    const paper = await this.port.issue({
      number: asked.number ?? '', title: invoice.title, taxNumber: invoice.taxNumber, grossTotal: asked.grossTotal,
      typed: { invoiceNumber: request.invoiceNumber, invoiceDate: request.invoiceDate, files },
    });
    return this.step({ action: 'issue', id: request.id, version: request.version, request }, ctx, (tx, letter) => issueRedLetter(tx, letter, paper));
  }

  @Rpc(RedLetterService.method.deliverRedLetter)
  async deliverRedLetter(request: DeliverRedLetterRequest, ctx: CallContext) {
    return this.step({ action: 'deliver', id: request.id, version: request.version, request }, ctx, (_tx, letter) => {
      letter.state = redLetterSteps.next('deliver', letter.state);
      return Promise.resolve();
    });
  }

  @Rpc(RedLetterService.method.attachRedLetterFiles)
  async attachRedLetterFiles(request: AttachRedLetterFilesRequest, ctx: CallContext) {
    assertMoneyRole('attach-files', ctx.role);
    return this.db.command(ctx, async (tx) => {
      const letter = await redLetterOf(tx, request.id, { lock: true });
      expectVersion(letter, request.version, { state: letter.state });
      letter.files = withPapers(letter.invoiceNumber !== null, letter.files, request.files.map(({ id, sha256 }) => ({ id, sha256 })));
      letter.version += 1;
      await tx.em.update(RedLetterRow, { id: letter.id }, { files: letter.files, version: letter.version });
      await tx.audit({ action: 'attach', kind: 'red_letter', id: letter.id, dealerId: letter.dealerId, changed: { files: { after: letter.files.length } } });
      return refOf(letter);
    }, { request });
  }

  @Rpc(RedLetterService.method.getRedLetter)
  async getRedLetter(request: GetRedLetterRequest, ctx: CallContext) {
    return this.db.read(ctx, async (tx) => redLetterAnswer(tx, await redLetterOf(tx, request.id)));
  }

  @Rpc(RedLetterService.method.listRedLetters)
  async listRedLetters(request: ListRedLettersRequest, ctx: CallContext) {
    const page = pageOf(request.page, { list: 'red letters', key: 'instant' });
    const rows = await this.db.many<RedLetterListRow>(ctx, listRedLetters(request, ctx, page));
    const { items, nextCursor } = pageAnswer(rows, page, (row) => row.sortAt);
    return { items: items.map(({ sortAt: _sort, ...row }) => row), nextCursor };
  }

  /** A change of state: the dealer's money takes its turn first, since what is taken back may be invoiced anew. */
  private step(asked: Step, ctx: CallContext, change: (tx: Tx, letter: RedLetterRow) => Promise<void>) {
    assertMoneyRole(STEP_ROLES[asked.action], ctx.role);
    return this.db.command(ctx, async (tx) => {
      const { dealerId } = await redLetterOf(tx, asked.id);
      await lockMoney(tx, dealerId);
      const letter = await redLetterOf(tx, asked.id, { lock: true });
      expectVersion(letter, asked.version, { state: letter.state });
      const before = letter.state;
      await change(tx, letter);
      letter.version += 1;
      await tx.em.update(RedLetterRow, { id: letter.id }, letter);
      await tx.audit({ action: asked.action, kind: 'red_letter', id: letter.id, dealerId, changed: { state: { before, after: letter.state } } });
      return refOf(letter);
    }, { request: asked.request });
  }
}

function refOf(letter: RedLetterRow) {
  return { id: letter.id, number: letter.number ?? '', state: letter.state, version: letter.version };
}
