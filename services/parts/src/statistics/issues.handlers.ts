import { Controller } from '@nestjs/common';
import { PartsStatisticsService, type ListIssuesRequest, type ListReturnedPartsRequest, type SummariseIssuesRequest } from '@aftercare/contracts';
import { SUPPLY_KINDS } from '@aftercare/domain';
import { Rpc, invalidField, type CallContext, type Handlers } from '@aftercare/messaging';
import { Conditions, Database, dealerScope, jsonPage, listStatement, pageOf, type JsonRow, type ListOrder } from '@aftercare/service';
import { requireMoneyReader } from '../actions.js';
import { filterId } from '../documents.js';
import { standsLine } from '../returns/counted-parcel.js';
import { issueSums, isIssueGroup } from './issue-sums.js';
import { monthRange } from './months.js';

/** Shipped lines with the moment they left. */
const SHIPPED = `(select l.id, o.dealer_id, o.shipped_at, l.part_id, l.supply_kind, l.quantity, l.return_due, l.charge_slip_id, o.id as order_id, o.number as order_number,
    o.request_id, o.picking_order_id, l.request_line_id
  from shipping_order o join shipping_line l on l.shipping_order_id = o.id)`;

const NEWEST: ListOrder = { by: 'r.shipped_at', direction: 'desc', type: 'timestamptz' };

/** A slip is not everybody's who may see the shipment: a parent sees no money of its child. */
const ISSUE = `r.id, iso(r.shipped_at) as key,
  json_build_object('shippedAt', iso(r.shipped_at), 'dealerId', r.dealer_id, 'partId', r.part_id, 'partNumber', part.number, 'partName', part.name, 'supplyKind', r.supply_kind,
    'quantity', r.quantity, 'shortageQuantity', coalesce(short.missing_quantity, 0), 'returnDue', r.return_due, 'unitSerial', line.unit_serial, 'shippingOrderId', r.order_id,
    'shippingOrderNumber', r.order_number, 'partsRequestId', r.request_id, 'partsRequestNumber', coalesce(request.number, ''), 'callId', coalesce(request.call_id::text, ''),
    'pickingOrderId', r.picking_order_id, 'obligationId', coalesce(owed.id::text, ''), 'slipId', coalesce(slip.id::text, ''), 'slipNumber', coalesce(slip.number, ''))::text as item`;

const ISSUE_JOINS = `join part on part.id = r.part_id join parts_request request on request.id = r.request_id join parts_request_line line on line.id = r.request_line_id
  left join discrepancy short on short.shipping_line_id = r.id and short.state = 'agreed' left join obligation owed on owed.shipping_line_id = r.id
  left join charge_slip slip on slip.id = r.charge_slip_id`;

const PIECES = `l.part_id, l.condition, l.quantity - l.refused_quantity as quantity, l.met_quantity, l.surplus_quantity, l.late_quantity, l.unit_serial, p.id as parcel_id, p.number as parcel_number`;
const ACCEPTED = `l.condition <> 'wrong_part' and l.quantity > l.refused_quantity and ${standsLine('l')}`;

/**
 * Counted lines with the moment of their count, that of the parcel or that of a correction (H-5), each read along its own index; what came
 * too late after its charge was refused (H-7).
 */
const COUNTED = `(select l.id, p.dealer_id, p.counted_at, ${PIECES}
  from return_parcel p join return_counted_line l on l.parcel_id = p.id where p.counted_at is not null and l.counted_at is null and ${ACCEPTED}
  union all select l.id, p.dealer_id, l.counted_at, ${PIECES}
  from return_counted_line l join return_parcel p on p.id = l.parcel_id where l.counted_at is not null and ${ACCEPTED})`;

const COUNTED_NEWEST: ListOrder = { by: 'r.counted_at', direction: 'desc', type: 'timestamptz' };

const RETURNED = `r.id, iso(r.counted_at) as key,
  json_build_object('countedAt', iso(r.counted_at), 'dealerId', r.dealer_id, 'partId', r.part_id, 'partNumber', part.number, 'partName', part.name, 'condition', r.condition,
    'quantity', r.quantity, 'metQuantity', r.met_quantity, 'surplusQuantity', r.surplus_quantity, 'lateQuantity', r.late_quantity, 'unitSerial', r.unit_serial, 'parcelId', r.parcel_id,
    'parcelNumber', r.parcel_number)::text as item`;

/** What was issued and what came back in a month (P-13, H-8). */
@Controller()
export class IssueStatistics implements Pick<Handlers<typeof PartsStatisticsService>, 'listIssues' | 'summariseIssues' | 'listReturnedParts'> {
  constructor(private readonly database: Database) {}

  @Rpc(PartsStatisticsService.method.listIssues)
  async listIssues(request: ListIssuesRequest, ctx: CallContext) {
    requireMoneyReader(ctx);
    const { from, until } = monthRange(request.month);
    if (request.supplyKind !== '' && !(SUPPLY_KINDS as readonly string[]).includes(request.supplyKind)) throw invalidField('supplyKind', 'This is no supply kind.', 'SUPPLY_KIND_INVALID');
    const page = pageOf(request.page, { list: 'issues', key: 'instant' });
    const where = new Conditions()
      .add('m', (first, next) => `r.shipped_at >= ${first}::timestamptz and r.shipped_at < ${next}::timestamptz`, from, until)
      .when(filterId(request.dealerId, 'dealerId'), 'd', (id) => `r.dealer_id = ${id}::uuid`)
      .when(filterId(request.partId, 'partId'), 'p', (id) => `r.part_id = ${id}::uuid`)
      .when(request.supplyKind, 'k', (kind) => `r.supply_kind = ${kind}`);
    const statement = listStatement({ name: 'issues', table: SHIPPED, order: NEWEST, scope: { dealers: dealerScope(ctx) }, where, page, columns: ISSUE, joins: ISSUE_JOINS });
    return jsonPage(await this.database.many<JsonRow>(ctx, statement), page);
  }

  /** P-13: agreed shortages never left and are not counted. */
  @Rpc(PartsStatisticsService.method.summariseIssues)
  async summariseIssues(request: SummariseIssuesRequest, ctx: CallContext) {
    requireMoneyReader(ctx);
    const { from, until } = monthRange(request.month);
    const by = request.by || 'dealer';
    if (!isIssueGroup(by)) throw invalidField('by', 'Dealer, part or kind.');
    const page = pageOf(request.page, { list: `issues-by-${by}` });
    return jsonPage(await this.database.many<JsonRow>(ctx, issueSums({ by, from, until, dealerId: filterId(request.dealerId, 'dealerId') }, ctx, page)), page);
  }

  /** H-8: what was counted and accepted in the month; a wrong part meets nothing. */
  @Rpc(PartsStatisticsService.method.listReturnedParts)
  async listReturnedParts(request: ListReturnedPartsRequest, ctx: CallContext) {
    requireMoneyReader(ctx);
    const { from, until } = monthRange(request.month);
    const page = pageOf(request.page, { list: 'returned-parts', key: 'instant' });
    const where = new Conditions()
      .add('m', (first, next) => `r.counted_at >= ${first}::timestamptz and r.counted_at < ${next}::timestamptz`, from, until)
      .when(filterId(request.dealerId, 'dealerId'), 'd', (id) => `r.dealer_id = ${id}::uuid`)
      .when(filterId(request.partId, 'partId'), 'p', (id) => `r.part_id = ${id}::uuid`);
    const listing = { name: 'returned', table: COUNTED, order: COUNTED_NEWEST, scope: { dealers: dealerScope(ctx) }, where, page, columns: RETURNED, joins: 'join part on part.id = r.part_id' };
    return jsonPage(await this.database.many<JsonRow>(ctx, listStatement(listing)), page);
  }
}
