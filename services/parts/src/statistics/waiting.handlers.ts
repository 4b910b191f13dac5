import { Controller } from '@nestjs/common';
import { PartsStatisticsService, type GetPromiseKeptRequest, type ListBackOrdersRequest, type ListHoldingsByAgeRequest, type ListPromisesRequest } from '@aftercare/contracts';
import { Rpc, invalidField, type CallContext, type Handlers } from '@aftercare/messaging';
import { Conditions, Database, dealerScope, jsonPage, listStatement, pageOf, scopeValues, type JsonRow, type ListOrder, type Page, type Statement } from '@aftercare/service';
import { requireMoneyReader } from '../actions.js';
import { expectedDays, expectedOn } from '../back-orders/expected-on.js';
import { filterId } from '../documents.js';
import { TODAY } from '../today.js';
import { holdingsByAge } from './holdings-list.js';
import { monthRange } from './months.js';
import { PROMISE_KINDS, PROMISE_OUTCOMES, keptPercent } from './promises.rules.js';

const LONGEST: ListOrder = { by: 'r.approved_at', direction: 'asc', type: 'timestamptz' };

const BACK_ORDER = `r.id, iso(r.approved_at) as key,
  json_build_object('approvedAt', iso(r.approved_at), 'ageDays', ${TODAY} - (r.approved_at at time zone 'Asia/Shanghai')::date, 'dealerId', r.dealer_id, 'partId', r.part_id,
    'partNumber', part.number, 'partName', part.name, 'quantity', r.backordered_quantity, 'urgency', request.urgency, 'partsRequestId', r.request_id,
    'partsRequestNumber', coalesce(request.number, ''), 'lineId', r.id,
    'expectedOn', coalesce(${expectedOn('r.part_id')}::text, ''), 'expectedDays', ${expectedDays('r.id')})::text as item`;

/** Shipments with a promised day: the one the dealer agreed to, else the planned one. */
const SHIPMENTS = `
  select 'shipment' as kind, o.id, o.dealer_id, o.id as shipping_order_id, o.number, o.request_id, null::uuid as line_id,
         case when o.agreed_date is null then o.planned_date else o.agreed_date end as promised_on, (o.shipped_at at time zone 'Asia/Shanghai')::date as shipped_on
    from shipping_order o where o.state <> 'cancelled' and (o.agreed_date is not null or o.planned_date is not null)`;

/**
 * Days told to lines that waited for goods: the last one, and each that had passed when it was replaced. A line that was cancelled
 * before it was served is promised nothing.
 */
const BACK_ORDERS = `
  select 'back_order', b.id, b.dealer_id, null::uuid, '', line.request_id, line.id, b.expected_on, served.day
    from back_order_promise b join parts_request_line line on line.id = b.request_line_id
    left join lateral (select (s.at at time zone 'Asia/Shanghai')::date as day from back_order_promise s
      where s.request_line_id = b.request_line_id and s.position > b.position and s.cause = 'served' order by s.position limit 1) served on true
   where b.expected_on is not null and (served.day is not null or line.backordered_quantity > 0 and line.state = 'approved')
     and not exists (select from back_order_promise n where n.request_line_id = b.request_line_id and n.position > b.position and n.expected_on is not null
       and (n.at at time zone 'Asia/Shanghai')::date <= b.expected_on)`;

const PROMISED = `(
  select p.*, case when p.shipped_on <= p.promised_on then 'kept' when p.shipped_on is null and p.promised_on >= ${TODAY} then 'open' else 'broken' end as outcome
    from (${SHIPMENTS} union all ${BACK_ORDERS}) p)`;

const BY_DAY: ListOrder = { by: 'r.promised_on', direction: 'asc', type: 'date' };

const PROMISE = `r.id, r.promised_on::text as key,
  json_build_object('promisedOn', r.promised_on::text, 'shippedOn', coalesce(r.shipped_on::text, ''), 'outcome', r.outcome,
    'daysLate', case r.outcome when 'broken' then coalesce(r.shipped_on, ${TODAY}) - r.promised_on else 0 end, 'dealerId', r.dealer_id, 'kind', r.kind, 'lineId', coalesce(r.line_id::text, ''),
    'shippingOrderId', coalesce(r.shipping_order_id::text, ''), 'shippingOrderNumber', r.number, 'partsRequestId', r.request_id, 'partsRequestNumber', coalesce(request.number, ''))::text as item`;

const KEPT = `
  select count(*)::int as promised, count(*) filter (where r.outcome = 'kept')::int as kept, count(*) filter (where r.outcome = 'broken')::int as broken,
         count(*) filter (where r.outcome = 'open')::int as open
    from ${PROMISED} r
   where r.promised_on >= $1::date and r.promised_on < $2::date and ($3::boolean or r.dealer_id = any($4::uuid[])) and ($5::uuid is null or r.dealer_id = $5) and ($6 = '' or r.kind = $6)`;

/** What was promised for a day of the month, by that day. Errors: MONTH_INVALID, OUTCOME_UNKNOWN. */
export function promises(request: ListPromisesRequest, ctx: CallContext, page: Page): Statement {
  const { firstDay, nextFirstDay } = monthRange(request.month);
  if (request.outcome !== '' && !(PROMISE_OUTCOMES as readonly string[]).includes(request.outcome)) throw invalidField('outcome', 'Kept, broken or open.', 'OUTCOME_UNKNOWN');
  checkKind(request.kind);
  const where = new Conditions()
    .add('m', (first, next) => `r.promised_on >= ${first}::date and r.promised_on < ${next}::date`, firstDay, nextFirstDay)
    .when(filterId(request.dealerId, 'dealerId'), 'd', (id) => `r.dealer_id = ${id}::uuid`)
    .when(request.outcome, 'o', (outcome) => `r.outcome = ${outcome}`)
    .when(request.kind, 'k', (kind) => `r.kind = ${kind}`);
  const joins = 'join parts_request request on request.id = r.request_id';
  return { ...listStatement({ name: 'promises', table: PROMISED, order: BY_DAY, scope: { dealers: dealerScope(ctx) }, where, page, columns: PROMISE, joins }), onePlan: true };
}

type Lists = Pick<Handlers<typeof PartsStatisticsService>, 'listHoldingsByAge' | 'listBackOrders' | 'listPromises' | 'getPromiseKept'>;

/** What is held, waited for and promised (H-1, P-7, P-10). */
@Controller()
export class WaitingStatistics implements Lists {
  constructor(private readonly database: Database) {}

  @Rpc(PartsStatisticsService.method.listHoldingsByAge)
  async listHoldingsByAge(request: ListHoldingsByAgeRequest, ctx: CallContext) {
    requireMoneyReader(ctx);
    const page = pageOf(request.page, { list: 'holdings' });
    return jsonPage(await this.database.many<JsonRow>(ctx, holdingsByAge(request, ctx, page)), page);
  }

  @Rpc(PartsStatisticsService.method.listBackOrders)
  async listBackOrders(request: ListBackOrdersRequest, ctx: CallContext) {
    requireMoneyReader(ctx);
    const page = pageOf(request.page, { list: 'back-orders', key: 'instant' });
    const where = new Conditions()
      .add('w', () => `r.backordered_quantity > 0 and r.state = 'approved'`)
      .when(filterId(request.dealerId, 'dealerId'), 'd', (id) => `r.dealer_id = ${id}::uuid`)
      .when(filterId(request.partId, 'partId'), 'p', (id) => `r.part_id = ${id}::uuid`);
    const joins = 'join part on part.id = r.part_id join parts_request request on request.id = r.request_id';
    const listing = { name: 'back_orders', table: 'parts_request_line', order: LONGEST, scope: { dealers: dealerScope(ctx) }, where, page, columns: BACK_ORDER, joins };
    return jsonPage(await this.database.many<JsonRow>(ctx, listStatement(listing)), page);
  }

  @Rpc(PartsStatisticsService.method.listPromises)
  async listPromises(request: ListPromisesRequest, ctx: CallContext) {
    requireMoneyReader(ctx);
    const page = pageOf(request.page, { list: 'promises', key: 'date' });
    return jsonPage(await this.database.many<JsonRow>(ctx, promises(request, ctx, page)), page);
  }

  @Rpc(PartsStatisticsService.method.getPromiseKept)
  async getPromiseKept(request: GetPromiseKeptRequest, ctx: CallContext) {
    requireMoneyReader(ctx);
    const { firstDay, nextFirstDay } = monthRange(request.month);
    checkKind(request.kind);
    const values = [firstDay, nextFirstDay, ...scopeValues(ctx), filterId(request.dealerId, 'dealerId'), request.kind];
    const sums = await this.database.one<{ promised: number; kept: number; broken: number; open: number }>(ctx, { name: 'promises_kept', text: KEPT, values });
    const { promised, kept, broken, open } = sums ?? { promised: 0, kept: 0, broken: 0, open: 0 };
    return { month: request.month, promised, kept, broken, open, keptPercent: keptPercent(kept, broken) };
  }
}

function checkKind(kind: string): void {
  if (kind !== '' && !(PROMISE_KINDS as readonly string[]).includes(kind)) throw invalidField('kind', 'Shipment or back_order.');
}
