import { Controller } from '@nestjs/common';
import { PayableService, type GetPayableRequest, type ListPayablesRequest, type PayPayableRequest, type SetOffPayableRequest } from '@aftercare/contracts';
import { allowedActions, negateMoney, refusalReason } from '@aftercare/domain';
import { notFound, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Conditions, cursorOf, Database, dealerScope, expectVersion, listStatement, pageOf, scopeCondition, type ListOrder, type Tx } from '@aftercare/service';
import { post } from '../books/post.js';
import { assertMoneyRole } from '../books/roles.rules.js';
import { lockMoney } from '../books/work.js';
import { assertAmount } from '../credit/credit.rules.js';
import { assertFits, assertReceiptMethod, mergeAllocations, restAfter } from '../payments/payment.rules.js';
import { ReceivableRow } from '../receivables/receivable.entity.js';
import { outstandingOf } from '../receivables/receivable.rules.js';
import { payReceivable } from '../receivables/receivable.store.js';
import { PayableRow } from './payable.entity.js';
import { assertOfDealer, leftOf, payableSteps } from './payable.rules.js';
import { settle } from './payable.store.js';

const REFERENCE_MAX = 200;
const OLDEST: ListOrder = { by: 'r.confirmed_at', direction: 'asc', type: 'timestamptz', id: 'r.slip_id' };

const LINE = `r.slip_id as "slipId", r.slip_number as "slipNumber", r.dealer_id as "dealerId", r.state, r.payee_kind as "payeeKind", r.gross_total::text as "grossTotal",
  (case when r.state = 'reversed' then 0.00 else r.gross_total - r.settled_total end)::text as outstanding, iso(r.confirmed_at) as "confirmedAt", r.version, r.confirmed_at::text as "sortAt"`;

interface PayableListRow {
  slipId: string;
  sortAt: string;
}

const ENTRIES = `
  select e.way, e.amount::text as amount, coalesce(e.charge_slip_id::text, '') as "chargeSlipId", coalesce(r.slip_number, e.reference) as reference, iso(e.at) as at
    from payable_entry e left join receivable r on r.slip_id = e.charge_slip_id where e.slip_id = $1 order by e.at, e.id`;

/** What is owed for reimbursements. */
@Controller()
export class PayableHandlers implements Handlers<typeof PayableService> {
  constructor(private readonly db: Database) {}

  @Rpc(PayableService.method.listPayables)
  async listPayables(request: ListPayablesRequest, ctx: CallContext) {
    const page = pageOf(request.page, { list: 'payables', key: 'instant' });
    const where = new Conditions().when(request.dealerId, 'd', (id) => `r.dealer_id = ${id}::uuid`).when(request.state, 's', (state) => `r.state = ${state}`);
    const scope = { dealers: dealerScope(ctx, { money: true }) };
    const rows = await this.db.many<PayableListRow>(ctx, listStatement({ name: 'payables', table: 'payable', order: OLDEST, scope, where, page, columns: LINE }));
    const last = rows[page.limit - 1];
    return {
      items: rows.slice(0, page.limit).map(({ sortAt: _sort, ...row }) => row),
      nextCursor: rows.length > page.limit && last ? cursorOf(page.list, last.sortAt, last.slipId) : '',
    };
  }

  @Rpc(PayableService.method.getPayable)
  async getPayable(request: GetPayableRequest, ctx: CallContext) {
    return this.db.read(ctx, async (tx) => {
      const payable = await payableOf(tx, request.slipId);
      const reason = (action: 'pay' | 'set-off'): string | undefined => refusalReason(() => {
        assertMoneyRole('pay-reimbursement', ctx.role);
        payableSteps.next(action, payable.state);
        if (action === 'set-off') assertOfDealer(payable.payeeKind);
      });
      return {
        ...payable, claimId: payable.claimId ?? '', outstanding: leftOf(payable), entries: await tx.em.query<object[]>(ENTRIES, [payable.slipId]),
        allowedActions: allowedActions(ctx, (['pay', 'set-off'] as const).map((action) => ({ action, reason: reason(action) }))),
      };
    });
  }

  @Rpc(PayableService.method.payPayable)
  async payPayable(request: PayPayableRequest, ctx: CallContext) {
    const way = assertReceiptMethod(request.method);
    return this.change({ action: 'pay', ...request, request }, ctx, async (tx, payable) => {
      const amount = leftOf(payable);
      const { dealerId, slipId, slipNumber } = payable;
      await post(tx, {
        dealerId, kind: 'reimbursement_paid', documentKind: 'charge_slip', documentId: slipId, documentNumber: slipNumber, amounts: [['reimbursement_payable', amount], [way, negateMoney(amount)]],
      });
      await settle(tx, payable, { way, amount, chargeSlipId: null, reference: request.reference.trim().slice(0, REFERENCE_MAX) });
    });
  }

  @Rpc(PayableService.method.setOffPayable)
  async setOffPayable(request: SetOffPayableRequest, ctx: CallContext) {
    const asked = mergeAllocations(request.allocations.map(({ slipId, amount }, index) => ({ slipId, amount: assertAmount(amount, `allocations[${index}].amount`) })));
    return this.change({ action: 'set-off', ...request, request }, ctx, async (tx, payable) => {
      assertOfDealer(payable.payeeKind);
      restAfter(leftOf(payable), asked, false);
      for (const { slipId, amount } of asked) {
        const receivable = await tx.em.findOneBy(ReceivableRow, { slipId, dealerId: payable.dealerId });
        if (!receivable) throw notFound('receivable');
        assertFits(amount, outstandingOf(receivable));
        await payReceivable(tx, receivable, amount, { account: 'reimbursement_payable', paymentId: null });
        await settle(tx, payable, { way: 'set_off', amount, chargeSlipId: slipId, reference: '' });
      }
    });
  }

  private change(asked: { action: 'pay' | 'set-off'; slipId: string; version: number; request: unknown }, ctx: CallContext, change: (tx: Tx, payable: PayableRow) => Promise<void>) {
    assertMoneyRole('pay-reimbursement', ctx.role);
    return this.db.command(ctx, async (tx) => {
      const { dealerId } = await payableOf(tx, asked.slipId);
      await lockMoney(tx, dealerId);
      const payable = await payableOf(tx, asked.slipId);
      expectVersion(payable, asked.version, { state: payable.state });
      payableSteps.next(asked.action, payable.state);
      const before = payable.settledTotal;
      await change(tx, payable);
      payable.version += 1;
      await tx.em.update(PayableRow, { slipId: payable.slipId }, payable);
      await tx.audit({ action: asked.action, kind: 'payable', id: payable.slipId, dealerId, changed: { settledTotal: { before, after: payable.settledTotal } } });
      return { id: payable.slipId, number: payable.slipNumber, state: payable.state, version: payable.version };
    }, { request: asked.request });
  }
}

async function payableOf(tx: Tx, slipId: string): Promise<PayableRow> {
  const scope = scopeCondition(tx.ctx, 'payable.dealer_id', { money: true });
  const found = await tx.em.createQueryBuilder(PayableRow, 'payable').where('payable.slip_id = :slipId', { slipId }).andWhere(scope.where, scope.parameters).getOne();
  if (!found) throw notFound('payable');
  return found;
}
