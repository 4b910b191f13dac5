import { Controller } from '@nestjs/common';
import {
  NoticeRequestedSchema, RefundService, type ApproveRefundRequest, type GetRefundRequest, type ListRefundsRequest, type RejectRefundRequest, type RequestRefundRequest,
} from '@aftercare/contracts';
import { addMoney, allowedActions, newId, negateMoney, refusalReason, subtractMoney } from '@aftercare/domain';
import { notFound, Rpc, ServiceError, type CallContext, type Handlers } from '@aftercare/messaging';
import { Conditions, Database, dealerScope, expectVersion, listStatement, pageAnswer, pageOf, scopeCondition, type ListOrder, type Tx } from '@aftercare/service';
import { creditBalance, post } from '../books/post.js';
import { assertMoneyRole } from '../books/roles.rules.js';
import { lockMoney, requiredReason } from '../books/work.js';
import { assertAmount } from '../credit/credit.rules.js';
import { knownDealer } from '../credit/credit-line.handlers.js';
import { PaymentRow } from '../payments/payment.entity.js';
import { assertInDeposit, assertInPayment, assertReceiptMethod, paymentState } from '../payments/payment.rules.js';
import { paymentOf } from '../payments/payment.store.js';
import { RefundRow } from './refund.entity.js';
import { assertSecondPerson, refundSteps, type RefundAction } from './refund.rules.js';

const NEWEST: ListOrder = { by: 'r.created_at', direction: 'desc', type: 'timestamptz' };

const LINE = `r.id, r.number, r.dealer_id as "dealerId", r.amount::text as amount, r.method, r.state, iso(r.created_at) as "createdAt", r.version, r.created_at::text as "sortAt"`;

interface RefundListRow {
  id: string;
  number: string;
  dealerId: string;
  amount: string;
  method: string;
  state: string;
  createdAt: string;
  version: number;
  sortAt: string;
}

/** What a refund is taken from. */
interface RefundSource {
  payment: PaymentRow | null;
  deposit: string;
}

/** Money paid back to dealers (B-4). */
@Controller()
export class RefundHandlers implements Handlers<typeof RefundService> {
  constructor(private readonly db: Database) {}

  @Rpc(RefundService.method.requestRefund)
  async requestRefund(request: RequestRefundRequest, ctx: CallContext) {
    assertMoneyRole('request-refund', ctx.role);
    const amount = assertAmount(request.amount, 'amount');
    const method = assertReceiptMethod(request.method);
    const reason = requiredReason(request.reason);
    return this.db.command(ctx, async (tx) => {
      await knownDealer(tx, request.dealerId);
      await lockMoney(tx, request.dealerId);
      const refund = tx.em.create(RefundRow, {
        id: newId(), number: '', dealerId: request.dealerId, paymentId: request.paymentId || null, amount, method, reason, state: refundSteps.initial, rejectReason: '',
        requestedBy: ctx.userId, createdAt: await tx.now(), approvedBy: null, approvedAt: null, version: 1,
      });
      assertThere(await sourceOf(tx, refund), amount);
      refund.number = await tx.nextNumber('refund', { prefix: 'RF', gapFree: false });
      await tx.em.insert(RefundRow, refund);
      await tx.audit({ action: 'request', kind: 'refund', id: refund.id, dealerId: refund.dealerId, changed: { amount: { after: amount }, method: { after: method }, reason: { after: reason } } });
      await tx.announce(NoticeRequestedSchema, {
        kind: 'payment.refund_requested', recipientRole: 'service_supervisor', documentKind: 'refund', documentId: refund.id, documentNumber: refund.number, severity: 'info',
        params: JSON.stringify({ amount }),
      });
      return refOf(refund);
    }, { request });
  }

  @Rpc(RefundService.method.approveRefund)
  async approveRefund(request: ApproveRefundRequest, ctx: CallContext) {
    assertMoneyRole('approve-refund', ctx.role);
    return this.step({ action: 'approve', ...request, request }, ctx, async (tx, refund) => {
      assertSecondPerson(refund.requestedBy, ctx.userId);
      const source = await sourceOf(tx, refund);
      assertThere(source, refund.amount);
      Object.assign(refund, { approvedBy: ctx.userId, approvedAt: await tx.now() });
      await payBack(tx, refund, source.payment);
    });
  }

  @Rpc(RefundService.method.rejectRefund)
  async rejectRefund(request: RejectRefundRequest, ctx: CallContext) {
    assertMoneyRole('reject-refund', ctx.role);
    const rejectReason = requiredReason(request.reason);
    return this.step({ action: 'reject', ...request, request }, ctx, (_tx, refund) => {
      Object.assign(refund, { rejectReason });
      return Promise.resolve();
    });
  }

  @Rpc(RefundService.method.getRefund)
  async getRefund(request: GetRefundRequest, ctx: CallContext) {
    return this.db.read(ctx, async (tx) => {
      const { requestedBy, approvedBy: _by, ...refund } = await refundOf(tx, request.id);
      const source = await sourceOf(tx, refund);
      const reason = (action: RefundAction): string | undefined => refusalReason(() => {
        assertMoneyRole(`${action}-refund`, ctx.role);
        refundSteps.next(action, refund.state);
        if (action !== 'approve') return;
        assertSecondPerson(requestedBy, ctx.userId);
        assertThere(source, refund.amount);
      });
      return {
        ...refund, paymentId: refund.paymentId ?? '', approvedAt: refund.approvedAt ?? '',
        allowedActions: allowedActions(ctx, refundSteps.actions.map((action) => ({ action, reason: reason(action) }))),
      };
    });
  }

  @Rpc(RefundService.method.listRefunds)
  async listRefunds(request: ListRefundsRequest, ctx: CallContext) {
    const page = pageOf(request.page, { list: 'refunds', key: 'instant' });
    const where = new Conditions().when(request.dealerId, 'd', (id) => `r.dealer_id = ${id}::uuid`).when(request.state, 's', (state) => `r.state = ${state}`);
    const scope = { dealers: dealerScope(ctx, { money: true }) };
    const rows = await this.db.many<RefundListRow>(ctx, listStatement({ name: 'refunds', table: 'refund', order: NEWEST, scope, where, page, columns: LINE }));
    const { items, nextCursor } = pageAnswer(rows, page, (row) => row.sortAt);
    return { items: items.map(({ sortAt: _sort, ...row }) => row), nextCursor };
  }

  private step(asked: { action: RefundAction; id: string; version: number; request: unknown }, ctx: CallContext, change: (tx: Tx, refund: RefundRow) => Promise<void>) {
    return this.db.command(ctx, async (tx) => {
      const { dealerId } = await refundOf(tx, asked.id);
      await lockMoney(tx, dealerId);
      const refund = await refundOf(tx, asked.id);
      expectVersion(refund, asked.version, { state: refund.state });
      const before = refund.state;
      refund.state = refundSteps.next(asked.action, before);
      await change(tx, refund);
      refund.version += 1;
      await tx.em.update(RefundRow, { id: refund.id }, refund);
      await tx.audit({ action: asked.action, kind: 'refund', id: refund.id, dealerId, changed: { state: { before, after: refund.state } } });
      return refOf(refund);
    }, { request: asked.request });
  }
}

/** Where the money of a refund is: unmatched in the payment, else in the deposit. Errors: NOT_FOUND, DEALER_MISMATCH. */
async function sourceOf(tx: Tx, { dealerId, paymentId }: Pick<RefundRow, 'dealerId' | 'paymentId'>): Promise<RefundSource> {
  if (paymentId === null) return { payment: null, deposit: await creditBalance(tx, dealerId, 'deposit') };
  const payment = await paymentOf(tx, paymentId);
  if (payment.dealerId !== dealerId) throw new ServiceError('failed_precondition', 'DEALER_MISMATCH', "The payment is another dealer's.");
  return { payment, deposit: '0.00' };
}

/** B-4: the money is there now. Refuses DEPOSIT_SHORT, OVER_ALLOCATED. */
function assertThere({ payment, deposit }: RefundSource, amount: string): void {
  if (payment) assertInPayment(payment.unmatched, amount);
  else assertInDeposit(deposit, amount);
}

async function payBack(tx: Tx, { id, number, dealerId, amount, method }: RefundRow, payment: PaymentRow | null): Promise<void> {
  await post(tx, {
    dealerId, kind: 'refunded', documentKind: 'refund', documentId: id, documentNumber: number,
    amounts: [[payment ? 'unmatched' : 'deposit', amount], [method, negateMoney(amount)]],
  });
  if (!payment) return;
  const unmatched = subtractMoney(payment.unmatched, amount);
  await tx.em.update(PaymentRow, { id: payment.id }, {
    unmatched, refunded: addMoney(payment.refunded, amount), state: paymentState(payment.amount, unmatched), version: payment.version + 1,
  });
}

async function refundOf(tx: Tx, id: string): Promise<RefundRow> {
  const scope = scopeCondition(tx.ctx, 'refund.dealer_id', { money: true });
  const found = await tx.em.createQueryBuilder(RefundRow, 'refund').where('refund.id = :id', { id }).andWhere(scope.where, scope.parameters).getOne();
  if (!found) throw notFound('refund');
  return found;
}

function refOf(refund: RefundRow) {
  return { id: refund.id, number: refund.number, state: refund.state, version: refund.version };
}
