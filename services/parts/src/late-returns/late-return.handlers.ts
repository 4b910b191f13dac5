import { Controller } from '@nestjs/common';
import { LateReturnService, type ListLateReturnsRequest, type ReverseLateReturnRequest, type SendBackLateReturnRequest } from '@aftercare/contracts';
import { allowedActions, isId, type LateReturnState } from '@aftercare/domain';
import { notFound, Rpc, ServiceError, type CallContext, type Handlers } from '@aftercare/messaging';
import { Conditions, Database, dealerScope, expectVersion, listStatement, pageAnswer, pageOf, type ListOrder, type Page, type Statement, type Tx } from '@aftercare/service';
import { LateReturnRow } from './late-return.entity.js';
import { assertLateReturnRole, LATE_RETURN_ACTIONS, lateReturnRefusal, lateReturnSteps, type TakenBackFor } from './late-return.rules.js';
import { LateReturnReversals } from './reverse-late.js';

const NEWEST: ListOrder = { by: 'r.created_at', direction: 'desc', type: 'timestamptz' };

const COLUMNS = `r.id, r.dealer_id as "dealerId", r.state, r.part_id as "partId", p.number as "partNumber", p.name as "partName", r.quantity,
  coalesce(r.parcel_id::text, '') as "parcelId", coalesce((select number from return_parcel where id = r.parcel_id), '') as "parcelNumber", r.slip_id as "slipId",
  coalesce(d.shipping_order_id::text, '') as "shippingOrderId", coalesce((select number from shipping_order where id = d.shipping_order_id), '') as "shippingOrderNumber",
  coalesce((select number from charge_slip where id = r.slip_id), '') as "slipNumber", r.charged_on as "chargedOn", r.arrived_on as "arrivedOn",
  case when r.discrepancy_id is not null then 'never_arrived' when r.credit_discrepancy_id is not null then 'surplus' else 'late_return' end as cause, r.waits_for as "waitsFor", coalesce(r.reversing_slip_id::text, '') as "reversingSlipId", r.carrier, r.waybill_number as "waybillNumber",
  iso(r.created_at) as "createdAt", r.version, r.created_at::text as "sortAt"`;

/** Late returns, newest first. */
export function listLateReturns(request: ListLateReturnsRequest, ctx: CallContext, page: Page): Statement {
  const where = new Conditions().when(request.dealerId, 'd', (id) => `r.dealer_id = ${id}::uuid`).when(request.state, 's', (state) => `r.state = ${state}`);
  return listStatement({
    name: 'late_returns', table: 'late_return', order: NEWEST, scope: { dealers: dealerScope(ctx) }, where, page, columns: COLUMNS, joins: 'join part p on p.id = r.part_id left join discrepancy d on d.id = coalesce(r.discrepancy_id, r.credit_discrepancy_id)',
  });
}

/** Charges that are taken back for parts that came late (H-7), never arrived (P-8), or are met by surplus. */
@Controller()
export class LateReturnHandlers implements Handlers<typeof LateReturnService> {
  constructor(
    private readonly db: Database,
    private readonly reversals: LateReturnReversals,
  ) {}

  @Rpc(LateReturnService.method.listLateReturns)
  async listLateReturns(request: ListLateReturnsRequest, ctx: CallContext) {
    const page = pageOf(request.page, { list: 'late-returns' });
    const rows = await this.db.many<Row>(ctx, listLateReturns(request, ctx, page));
    const { items, nextCursor } = pageAnswer(rows, page, (row) => row.sortAt);
    return {
      items: items.map(({ sortAt: _sort, ...row }) => ({
        ...row, allowedActions: allowedActions(ctx, LATE_RETURN_ACTIONS.map((action) => ({ action, reason: lateReturnRefusal(action, row.state, ctx.role) }))),
      })),
      nextCursor,
    };
  }

  @Rpc(LateReturnService.method.reverseLateReturn)
  async reverseLateReturn(request: ReverseLateReturnRequest, ctx: CallContext) {
    assertLateReturnRole('reverse', ctx.role);
    const late = await this.db.read(ctx, (tx) => found(tx, request.id));
    if (late.state !== 'reversed' || late.version !== request.version + 1) {
      expectVersion(late, request.version, { state: late.state });
      lateReturnSteps.next('reverse', late.state);
      await this.reversals.reverse(late.slipId, ctx);
    }
    const { id, state, version } = await this.db.read(ctx, (tx) => found(tx, request.id));
    if (state !== 'reversed') throw new ServiceError('aborted', 'STALE_VERSION', 'The late return changed in between; read it again.');
    return { id, number: '', state, version };
  }

  @Rpc(LateReturnService.method.sendBackLateReturn)
  async sendBackLateReturn(request: SendBackLateReturnRequest, ctx: CallContext) {
    assertLateReturnRole('send-back', ctx.role);
    return this.db.command(ctx, async (tx) => {
      const late = await found(tx, request.id, { lock: true });
      expectVersion(late, request.version, { state: late.state });
      const state = lateReturnSteps.next('send-back', late.state);
      const { id, dealerId } = late;
      const version = late.version + 1;
      await tx.em.update(LateReturnRow, { id }, { state, carrier: request.carrier, waybillNumber: request.waybillNumber, version });
      await tx.audit({ action: 'send-back', kind: 'late_return', id, dealerId, changed: { state: { before: late.state, after: state } } });
      return { id, number: '', state, version };
    }, { request });
  }
}

async function found(tx: Tx, id: string, options: { lock?: boolean } = {}): Promise<LateReturnRow> {
  if (!isId(id)) throw notFound('late return');
  const row = await tx.em.findOne(LateReturnRow, { where: { id }, ...(options.lock ? { lock: { mode: 'pessimistic_write' as const } } : {}) });
  if (!row) throw notFound('late return');
  return row;
}

interface Row {
  id: string;
  dealerId: string;
  state: LateReturnState;
  partId: string;
  partNumber: string;
  partName: string;
  quantity: number;
  parcelId: string;
  parcelNumber: string;
  shippingOrderId: string;
  shippingOrderNumber: string;
  slipId: string;
  slipNumber: string;
  chargedOn: string;
  arrivedOn: string;
  cause: TakenBackFor;
  waitsFor: string;
  reversingSlipId: string;
  carrier: string;
  waybillNumber: string;
  createdAt: string;
  version: number;
  sortAt: string;
}
