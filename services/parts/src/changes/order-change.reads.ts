import { Controller } from '@nestjs/common';
import { OrderChangeService, type GetOrderChangeRequest, type ListOrderChangesRequest } from '@aftercare/contracts';
import { allowedActions, type OrderChangeState } from '@aftercare/domain';
import { notFound, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Conditions, Database, dealerScope, listStatement, pageAnswer, pageOf, scopeValues, type ListOrder, type Page, type Statement } from '@aftercare/service';
import { actionEntry } from '../actions.js';
import { filterId, idOr404 } from '../documents.js';
import { orderChangeSteps, type OrderChangeStep } from './order-change.rules.js';

const NEWEST: ListOrder = { by: 'r.created_at', direction: 'desc', type: 'timestamptz' };

const COLUMNS = `r.id, r.number, r.dealer_id as "dealerId", r.state, r.request_id as "requestId",
  (select coalesce(number, '') from parts_request where id = r.request_id) as "requestNumber", r.request_line_id as "requestLineId", l.part_id as "partId",
  p.number as "partNumber", p.name as "partName", r.kind, r.quantity_before as "quantityBefore", r.quantity, r.reason, r.asked_by as "askedBy", iso(r.created_at) as "createdAt",
  coalesce(iso(r.decided_at), '') as "decidedAt", r.decision_reason as "decisionReason", r.version`;
const JOINS = 'join parts_request_line l on l.id = r.request_line_id join part p on p.id = l.part_id';

const ONE = `select ${COLUMNS} from order_change r ${JOINS} where r.id = $1 and ($2::boolean or r.dealer_id = any($3::uuid[]))`;

/** Changes, newest first. */
export function listOrderChanges(request: ListOrderChangesRequest, ctx: CallContext, page: Page): Statement {
  const where = new Conditions()
    .when(filterId(request.dealerId, 'dealerId'), 'd', (id) => `r.dealer_id = ${id}::uuid`)
    .when(request.state, 's', (state) => `r.state = ${state}`)
    .when(filterId(request.requestId, 'requestId'), 'q', (id) => `r.request_id = ${id}::uuid`);
  return listStatement({
    name: 'order_changes', table: 'order_change', order: NEWEST, scope: { dealers: dealerScope(ctx) }, where, page, columns: `${COLUMNS}, r.created_at::text as "sortAt"`, joins: JOINS,
  });
}

/** Changes of printed picking lists as both sides read them (P-10). */
@Controller()
export class OrderChangeReads implements Pick<Handlers<typeof OrderChangeService>, 'getOrderChange' | 'listOrderChanges'> {
  constructor(private readonly db: Database) {}

  @Rpc(OrderChangeService.method.getOrderChange)
  async getOrderChange(request: GetOrderChangeRequest, ctx: CallContext) {
    const change = await this.db.one<Change>(ctx, { name: 'order_change_one', text: ONE, values: [idOr404(request.id, 'order change'), ...scopeValues(ctx)] });
    if (!change) throw notFound('order change');
    const may = (action: OrderChangeStep, key: 'orderChange.ask' | 'orderChange.decide') =>
      actionEntry(ctx, { action, key, refusal: orderChangeSteps.can(action, change.state) ? undefined : 'STEP_NOT_ALLOWED' });
    return { ...change, allowedActions: allowedActions(ctx, [may('accept', 'orderChange.decide'), may('refuse', 'orderChange.decide'), may('withdraw', 'orderChange.ask')]) };
  }

  @Rpc(OrderChangeService.method.listOrderChanges)
  async listOrderChanges(request: ListOrderChangesRequest, ctx: CallContext) {
    const page = pageOf(request.page, { list: 'order-changes' });
    const rows = await this.db.many<Change & { sortAt: string }>(ctx, listOrderChanges(request, ctx, page));
    const { items, nextCursor } = pageAnswer(rows, page, (row) => row.sortAt);
    return { items: items.map(({ sortAt: _sort, ...row }) => row), nextCursor };
  }
}

interface Change {
  id: string;
  number: string;
  dealerId: string;
  state: OrderChangeState;
  requestId: string;
  requestNumber: string;
  requestLineId: string;
  partId: string;
  partNumber: string;
  partName: string;
  kind: string;
  quantityBefore: number;
  quantity: number;
  reason: string;
  askedBy: string;
  createdAt: string;
  decidedAt: string;
  decisionReason: string;
  version: number;
}
