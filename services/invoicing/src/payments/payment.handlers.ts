import { Controller } from '@nestjs/common';
import {
  PaymentService, type GetDepositRequest, type GetPaymentRequest, type ListPaymentsRequest, type MatchPaymentRequest, type RecordPaymentRequest,
} from '@aftercare/contracts';
import { businessDate, negateMoney, newId } from '@aftercare/domain';
import { invalidField, notFound, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Conditions, Database, dealerScope, expectVersion, listStatement, pageAnswer, pageOf, seesDealer, type ListOrder, type Tx } from '@aftercare/service';
import { creditBalance, post } from '../books/post.js';
import { assertMoneyRole } from '../books/roles.rules.js';
import { lockMoney } from '../books/work.js';
import { assertAmount } from '../credit/credit.rules.js';
import { knownDealer } from '../credit/credit-line.handlers.js';
import { PaymentRow } from './payment.entity.js';
import { assertBankDate, assertReceiptMethod, assertUnmatched, exactMatch, mergeAllocations, restAfter, suggest, type ReceiptMethod } from './payment.rules.js';
import { allocate, openSlips, paymentAnswer, paymentOf, restToDeposit, tellPosted } from './payment.store.js';

const REFERENCE_MAX = 200;

const NEWEST: ListOrder = { by: 'r.received_at', direction: 'desc', type: 'timestamptz' };

const LINE = `r.id, r.number, r.dealer_id as "dealerId", r.amount::text as amount, r.unmatched::text as unmatched, r.state,
  iso(r.received_at) as "receivedAt", r.version, r.received_at::text as "sortAt"`;

interface PaymentListRow {
  id: string;
  number: string;
  dealerId: string;
  amount: string;
  unmatched: string;
  state: string;
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
      const payment = await insertPayment(tx, request, { amount, method });
      const open = await openSlips(tx.em, payment.dealerId);
      const exact = exactMatch(payment, open);
      if (exact) {
        await allocate(tx, payment, [{ slipId: exact.slipId, amount }]);
        await tx.em.update(PaymentRow, { id: payment.id }, { unmatched: payment.unmatched, state: payment.state });
        await tellPosted(tx, payment);
      }
      return { id: payment.id, number: payment.number, state: payment.state, version: payment.version, suggestions: exact ? [] : suggest(payment.unmatched, open) };
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

  @Rpc(PaymentService.method.getPayment)
  async getPayment(request: GetPaymentRequest, ctx: CallContext) {
    return this.db.read(ctx, async (tx) => paymentAnswer(tx, await paymentOf(tx, request.id)));
  }

  @Rpc(PaymentService.method.listPayments)
  async listPayments(request: ListPaymentsRequest, ctx: CallContext) {
    const page = pageOf(request.page, { list: 'payments' });
    const where = new Conditions().when(request.dealerId, 'd', (id) => `r.dealer_id = ${id}::uuid`).when(request.state, 's', (state) => `r.state = ${state}`);
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

async function insertPayment(tx: Tx, request: RecordPaymentRequest, checked: { amount: string; method: ReceiptMethod }): Promise<PaymentRow> {
  const number = await tx.nextNumber('payment', { prefix: 'PY', gapFree: false });
  const payment = tx.em.create(PaymentRow, {
    id: newId(), number, dealerId: request.dealerId, ...checked, unmatched: checked.amount, toDeposit: '0.00', reference: request.reference.trim(),
    bankDate: request.bankDate || null, state: 'open', receivedAt: await tx.now(), receivedBy: tx.ctx.userId, version: 1,
  });
  await tx.em.insert(PaymentRow, payment);
  await post(tx, {
    dealerId: payment.dealerId, kind: 'payment_received', documentKind: 'payment', documentId: payment.id,
    amounts: [[payment.method, payment.amount], ['unmatched', negateMoney(payment.amount)]],
  });
  await tx.audit({ action: 'record', kind: 'payment', id: payment.id, dealerId: payment.dealerId, changed: { amount: { after: payment.amount }, method: { after: payment.method } } });
  return payment;
}

function refOf(payment: PaymentRow) {
  return { id: payment.id, number: payment.number, state: payment.state, version: payment.version };
}
