import { Controller } from '@nestjs/common';
import {
  CallService, CustomerReceiptChangedSchema, CustomerReceiptService, CustomerService,
  type GetReceiptRequest, type GiveReceiptRequest, type ListReceiptsRequest, type VoidReceiptRequest,
} from '@aftercare/contracts';
import { allowedActions, businessDate, maskName, moneyInWords, newId, refusalReason } from '@aftercare/domain';
import { Bus, notFound, Rpc, ServiceError, type CallContext, type Handlers } from '@aftercare/messaging';
import {
  Conditions, Database, dealerScope, expectVersion, listStatement, pageAnswer, pageOf, refuseTerminated, scopeCondition, type ListOrder, type Page, type Statement, type Tx,
} from '@aftercare/service';
import { assertMoneyRole } from '../books/roles.rules.js';
import { requiredReason } from '../books/work.js';
import { DealerAccount } from '../dealers/dealer-account.entity.js';
import { assertReceiptMethod } from '../payments/payment.rules.js';
import { CustomerReceiptRow } from './receipt.entity.js';
import { isErased, refuseErased } from './erased.js';
import { customerOfReceipt, payerOf, receiptLines, receiptSteps, seesPayer } from './receipt.rules.js';

/** The table, and the audit trail's name of the document. */
export const RECEIPT_KIND = 'customer_receipt';
const NOTE_MAX = 500;
const MASKED = '***';
export const RECEIPTS_NEWEST: ListOrder = { by: 'r.given_at', direction: 'desc', type: 'timestamptz' };
const LINE = `r.id, r.number, r.dealer_id as "dealerId", r.state, r.call_number as "callNumber", r.total::text as total, r.method, iso(r.given_at) as "givenAt", r.version, r.given_at::text as "sortAt"`;

interface ReceiptListRow {
  id: string;
  number: string;
  dealerId: string;
  state: string;
  callNumber: string;
  total: string;
  method: string;
  givenAt: string;
  version: number;
  sortAt: string;
}

/** Receipts, newest first; a technician's are those he gave. */
export function listReceipts(request: ListReceiptsRequest, ctx: CallContext, page: Page): Statement {
  const where = new Conditions()
    .when(ctx.role === 'dealer_technician' && ctx.userId, 'g', (id) => `r.given_by = ${id}::uuid`)
    .when(request.dealerId, 'd', (id) => `r.dealer_id = ${id}::uuid`)
    .when(request.customerId, 'c', (id) => `r.customer_id = ${id}::uuid`)
    .when(request.callId, 'k', (id) => `r.call_id = ${id}::uuid`)
    .when(request.state, 's', (state) => `r.state = ${state}`);
  return listStatement({ name: 'receipts', table: RECEIPT_KIND, order: RECEIPTS_NEWEST, scope: { dealers: dealerScope(ctx, { money: true }) }, where, page, columns: LINE });
}

/** Receipts of dealers to their customers (B-7). */
@Controller()
export class CustomerReceiptHandlers implements Pick<Handlers<typeof CustomerReceiptService>, 'giveReceipt' | 'voidReceipt' | 'getReceipt' | 'listReceipts'> {
  constructor(
    private readonly db: Database,
    private readonly bus: Bus,
  ) {}

  @Rpc(CustomerReceiptService.method.giveReceipt)
  async giveReceipt(request: GiveReceiptRequest, ctx: CallContext) {
    assertMoneyRole('give-receipt', ctx.role);
    const [payerName, method] = [payerOf(request.payerName), assertReceiptMethod(request.method)];
    const { lines, total } = receiptLines(request.lines);
    const call = request.callId ? await this.bus.client(CallService).getCall({ id: request.callId }, { ctx }) : undefined;
    // A parent reads its children's calls, and gives no receipts for them.
    if (call && call.dealerId !== ctx.dealerId) throw notFound('repair call');
    const customerId = customerOfReceipt(call, request.customerId);
    const fileId = customerId === call?.customerId ? customerId : await this.fileOf(customerId, ctx);
    return this.db.command(ctx, async (tx) => {
      await refuseTerminated(tx);
      await refuseErased(tx, [fileId, call?.id ?? '']);
      const receipt = tx.em.create(CustomerReceiptRow, {
        id: newId(), number: await tx.nextNumber(RECEIPT_KIND, { prefix: 'RE', gapFree: false }), dealerId: ctx.dealerId ?? '', state: receiptSteps.initial, callId: call?.id ?? null,
        callNumber: call?.number ?? '', customerId: fileId || null, unitSerial: call?.unitSerial ?? '', payerName, lines, total, method, note: request.note.trim().slice(0, NOTE_MAX),
        givenAt: await tx.now(), givenBy: ctx.userId, voidReason: '', voidedAt: null, voidedBy: null, version: 1,
      });
      await tx.em.insert(CustomerReceiptRow, receipt);
      await tx.audit({
        action: 'give', kind: RECEIPT_KIND, id: receipt.id, dealerId: receipt.dealerId, changed: { total: { after: total }, method: { after: method } },
        personal: { payerName: { after: payerName }, note: { after: receipt.note } },
      });
      await tell(tx, receipt);
      return refOf(receipt);
    }, { request });
  }

  @Rpc(CustomerReceiptService.method.voidReceipt)
  async voidReceipt(request: VoidReceiptRequest, ctx: CallContext) {
    assertMoneyRole('void-receipt', ctx.role);
    const reason = requiredReason(request.reason);
    return this.db.command(ctx, async (tx) => {
      await refuseTerminated(tx);
      const { customerId, callId } = await receiptOf(tx, request.id);
      // C-5: of whom nothing is kept any more, nothing is written either; the erasure takes its turn before the row, too.
      const erased = await isErased(tx, [customerId ?? '', callId ?? '']);
      const voidReason = erased ? MASKED : reason;
      const receipt = await receiptOf(tx, request.id, { lock: true });
      expectVersion(receipt, request.version, { state: receipt.state });
      const before = receipt.state;
      Object.assign(receipt, { state: receiptSteps.next('void', before), voidReason, voidedAt: await tx.now(), voidedBy: ctx.userId, version: receipt.version + 1 });
      await tx.em.update(CustomerReceiptRow, { id: receipt.id }, receipt);
      await tx.audit({ action: 'void', kind: RECEIPT_KIND, id: receipt.id, dealerId: receipt.dealerId, changed: { state: { before, after: receipt.state } }, personal: erased ? {} : { reason: { after: voidReason } } });
      await tell(tx, receipt);
      return refOf(receipt);
    }, { request });
  }

  @Rpc(CustomerReceiptService.method.getReceipt)
  async getReceipt(request: GetReceiptRequest, ctx: CallContext) {
    assertMoneyRole('read-receipt', ctx.role);
    return this.db.read(ctx, async (tx) => {
      const receipt = await receiptOf(tx, request.id);
      const account = await tx.em.findOneBy(DealerAccount, { dealerId: receipt.dealerId });
      const reason = refusalReason(() => {
        assertMoneyRole('void-receipt', ctx.role);
        receiptSteps.next('void', receipt.state);
      });
      return {
        ...receipt, dealerName: account?.name ?? '', callId: receipt.callId ?? '', customerId: receipt.customerId ?? '', voidedAt: receipt.voidedAt ?? '',
        ...(seesPayer(ctx, receipt) ? {} : masked(receipt)), totalInWords: moneyInWords(receipt.total),
        allowedActions: allowedActions(ctx, [{ action: 'void', reason }]),
      };
    });
  }

  @Rpc(CustomerReceiptService.method.listReceipts)
  async listReceipts(request: ListReceiptsRequest, ctx: CallContext) {
    assertMoneyRole('read-receipt', ctx.role);
    const page = pageOf(request.page, { list: 'receipts', key: 'instant' });
    const rows = await this.db.many<ReceiptListRow>(ctx, listReceipts(request, ctx, page));
    const { items, nextCursor } = pageAnswer(rows, page, (row) => row.sortAt);
    return { items: items.map(({ sortAt: _sort, ...row }) => row), nextCursor };
  }

  /** The file in use; that of another dealer, or of nobody, looks like a missing one. Of a call the customer is as repairs says, whoever keeps the file. */
  private async fileOf(id: string, ctx: CallContext): Promise<string> {
    if (id === '') return '';
    const customer = await this.bus.client(CustomerService).getCustomer({ id }, { ctx });
    if (customer.dealerId !== ctx.dealerId) throw notFound('customer');
    if (customer.anonymisedAt !== '') throw new ServiceError('failed_precondition', 'CUSTOMER_ANONYMISED', 'The personal data of this file was erased.', { field: 'customerId' });
    return customer.mergedInto || customer.id;
  }
}

/** C-5: who paid, and what people wrote beside it. */
function masked({ payerName, note, voidReason }: CustomerReceiptRow): Pick<CustomerReceiptRow, 'payerName' | 'note' | 'voidReason'> {
  const hidden = (text: string): string => (text === '' ? '' : MASKED);
  return { payerName: maskName(payerName), note: hidden(note), voidReason: hidden(voidReason) };
}

async function receiptOf(tx: Tx, id: string, { lock = false } = {}): Promise<CustomerReceiptRow> {
  const scope = scopeCondition(tx.ctx, 'receipt.dealer_id', { money: true });
  const query = tx.em.createQueryBuilder(CustomerReceiptRow, 'receipt').where('receipt.id = :id', { id }).andWhere(scope.where, scope.parameters);
  if (tx.ctx.role === 'dealer_technician') query.andWhere('receipt.given_by = :me', { me: tx.ctx.userId });
  const found = await (lock ? query.setLock('pessimistic_write') : query).getOne();
  if (!found) throw notFound('receipt');
  return found;
}

async function tell(tx: Tx, { id, number, dealerId, customerId, callId, total, givenAt, state, version }: CustomerReceiptRow): Promise<void> {
  await tx.announce(CustomerReceiptChangedSchema, {
    receiptId: id, number, dealerId, customerId: customerId ?? '', callId: callId ?? '', total, givenOn: businessDate(givenAt), state, version,
  });
}

function refOf({ id, number, state, version }: CustomerReceiptRow) {
  return { id, number, state, version };
}
