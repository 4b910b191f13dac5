import { Controller } from '@nestjs/common';
import {
  PaymentService, type GetDepositRequest, type GetPaymentRequest, type ListPaymentsRequest, type MatchPaymentRequest, type RecordPaymentRequest,
  type UnmatchPaymentRequest,
} from '@aftercare/contracts';
import { businessDate, isZeroMoney } from '@aftercare/domain';
import { invalidField, notFound, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Conditions, Database, dealerScope, expectVersion, listStatement, pageAnswer, pageOf, seesDealer, type ListOrder } from '@aftercare/service';
import { creditBalance } from '../books/post.js';
import { assertMoneyRole } from '../books/roles.rules.js';
import { lockMoney, requiredReason } from '../books/work.js';
import { assertAmount } from '../credit/credit.rules.js';
import { knownDealer } from '../credit/credit-line.handlers.js';
import { PaymentRow } from './payment.entity.js';
import { allocationsToUndo, assertBankDate, assertReceiptMethod, assertUnmatched, mergeAllocations, paymentState, restAfter } from './payment.rules.js';
import { allocate, paymentAnswer, paymentOf, postedOf, restToDeposit, takeFromDeposit, undoAllocation } from './payment.store.js';
import { receive } from './receive.js';

const REFERENCE_MAX = 200;

const NEWEST: ListOrder = { by: 'r.received_at', direction: 'desc', type: 'timestamptz' };

const LINE = `r.id, r.number, r.dealer_id as "dealerId", r.amount::text as amount, r.unmatched::text as unmatched, r.state, r.posted_by_itself as "postedByItself",
  iso(r.received_at) as "receivedAt", r.version, r.received_at::text as "sortAt"`;

interface PaymentListRow {
  id: string;
  number: string;
  dealerId: string;
  amount: string;
  unmatched: string;
  state: string;
  postedByItself: boolean;
  receivedAt: string;
  version: number;
  sortAt: string;
}

/** Money received and what it is set against (B-4). */
@Controller()
export class PaymentHandlers implements Handlers<typeof PaymentService> {
  constructor(private readonly db: Database) {}

  @Rpc(PaymentService.method.recordPayment)
  async recordPayment(request: RecordPaymentRequest, ctx: CallContext) {
    assertMoneyRole('record-payment', ctx.role);
    const amount = assertAmount(request.amount, 'amount');
    const method = assertReceiptMethod(request.method);
    if (request.reference.length > REFERENCE_MAX) throw invalidField('reference', `At most ${REFERENCE_MAX} characters.`);
    return this.db.command(ctx, async (tx) => {
      assertBankDate(request.bankDate, businessDate(await tx.now()));
      await knownDealer(tx, request.dealerId);
      await lockMoney(tx, request.dealerId);
      const { dealerId, reference, bankDate } = request;
      const { payment, suggestions } = await receive(tx, { dealerId, amount, method, reference, bankDate });
      return { id: payment.id, number: payment.number, state: payment.state, version: payment.version, suggestions };
    }, { request });
  }

  @Rpc(PaymentService.method.matchPayment)
  async matchPayment(request: MatchPaymentRequest, ctx: CallContext) {
    assertMoneyRole('match', ctx.role);
    const asked = mergeAllocations(request.allocations.map(({ slipId, amount }, index) => ({ slipId, amount: assertAmount(amount, `allocations[${index}].amount`) })));
    return this.db.command(ctx, async (tx) => {
      const { dealerId } = await paymentOf(tx, request.id);
      await lockMoney(tx, dealerId);
      const payment = await paymentOf(tx, request.id);
      expectVersion(payment, request.version, { state: payment.state, unmatched: payment.unmatched });
      assertUnmatched(payment.unmatched);
      restAfter(payment.unmatched, asked, request.restToDeposit);
      const before = payment.unmatched;
      await allocate(tx, payment, asked);
      if (request.restToDeposit) await restToDeposit(tx, payment);
      payment.version += 1;
      await tx.em.update(PaymentRow, { id: payment.id }, payment);
      await tx.audit({
        action: 'match', kind: 'payment', id: payment.id, dealerId, changed: { unmatched: { before, after: payment.unmatched }, slips: { after: asked } },
      });
      return refOf(payment);
    }, { request });
  }

  @Rpc(PaymentService.method.unmatchPayment)
  async unmatchPayment(request: UnmatchPaymentRequest, ctx: CallContext) {
    assertMoneyRole('match', ctx.role);
    const reason = requiredReason(request.reason);
    return this.db.command(ctx, async (tx) => {
      const { dealerId } = await paymentOf(tx, request.id);
      await lockMoney(tx, dealerId);
      const payment = await paymentOf(tx, request.id);
      expectVersion(payment, request.version, { state: payment.state, unmatched: payment.unmatched });
      const before = payment.unmatched;
      const undone = allocationsToUndo(await postedOf(tx, payment.id), request.allocationIds, request.fromDeposit && !isZeroMoney(payment.toDeposit));
      for (const allocation of undone) await undoAllocation(tx, payment, allocation);
      if (request.fromDeposit && !isZeroMoney(payment.toDeposit)) await takeFromDeposit(tx, payment);
      payment.state = paymentState(payment.amount, payment.unmatched);
      payment.version += 1;
      await tx.em.update(PaymentRow, { id: payment.id }, payment);
      await tx.audit({
        action: 'unmatch', kind: 'payment', id: payment.id, dealerId,
        changed: { unmatched: { before, after: payment.unmatched }, allocations: { after: undone.map(({ id }) => id) }, reason: { after: reason } },
      });
      return refOf(payment);
    }, { request });
  }

  @Rpc(PaymentService.method.getPayment)
  async getPayment(request: GetPaymentRequest, ctx: CallContext) {
    return this.db.read(ctx, async (tx) => paymentAnswer(tx, await paymentOf(tx, request.id)));
  }

  @Rpc(PaymentService.method.listPayments)
  async listPayments(request: ListPaymentsRequest, ctx: CallContext) {
    const page = pageOf(request.page, { list: 'payments' });
    const where = new Conditions().when(request.dealerId, 'd', (id) => `r.dealer_id = ${id}::uuid`).when(request.state, 's', (state) => `r.state = ${state}`)
      .when(request.postedByItself, 'self', () => 'r.posted_by_itself');
    const scope = { dealers: dealerScope(ctx, { money: true }) };
    const rows = await this.db.many<PaymentListRow>(ctx, listStatement({ name: 'payments', table: 'payment', order: NEWEST, scope, where, page, columns: LINE }));
    const { items, nextCursor } = pageAnswer(rows, page, (row) => row.sortAt);
    return { items: items.map(({ sortAt: _sort, ...row }) => row), nextCursor };
  }

  @Rpc(PaymentService.method.getDeposit)
  async getDeposit(request: GetDepositRequest, ctx: CallContext) {
    const dealerId = request.dealerId || (ctx.dealerId ?? '');
    if (dealerId === '') throw invalidField('dealerId', 'Name the dealer whose money is asked for.', 'FIELD_MISSING');
    if (!seesDealer(ctx, dealerId, { money: true })) throw notFound('dealer');
    return this.db.read(ctx, async (tx) => {
      await knownDealer(tx, dealerId);
      return { dealerId, balance: await creditBalance(tx, dealerId, 'deposit') };
    });
  }
}

function refOf(payment: PaymentRow) {
  return { id: payment.id, number: payment.number, state: payment.state, version: payment.version };
}
