import { Controller } from '@nestjs/common';
import { ShippingService, type GetShippingOrderRequest, type ListShippingOrdersRequest } from '@aftercare/contracts';
import { allowedActions, refusalReason } from '@aftercare/domain';
import { JsonText, Rpc, invalidField, notFound, type CallContext, type Handlers } from '@aftercare/messaging';
import { Conditions, Database, dealerScope, jsonPage, listStatement, pageOf, scopeValues, type JsonRow, type ListOrder, type Tx } from '@aftercare/service';
import { actionEntry, mayAct, worksAt } from '../actions.js';
import { filterId, idOr404 } from '../documents.js';
import { linesOf } from '../requests/change-request.js';
import { checkNotLeft } from '../requests/parts-request.rules.js';
import { creditFor, gateOf, shippingLinesOf } from './payment.js';
import { checkReceiver, shippingSteps, stateWhenShipped, type ShippingOrderState } from './shipping.rules.js';

/** A shipping order as its message says, without allowedActions. */
const ONE = `
  select o.id, o.state, o.request_id as "requestId", o.warehouse_id as "warehouseId", (select d.status from known_dealer d where d.id = o.dealer_id) as standing,
         exists (select 1 from discrepancy d where d.shipping_order_id = o.id and d.state = 'open') as disputed,
         json_build_object('id', o.id, 'number', o.number, 'requestId', o.request_id, 'pickingOrderId', o.picking_order_id, 'dealerId', o.dealer_id,
           'warehouseId', o.warehouse_id, 'state', o.state, 'plannedDate', coalesce(o.planned_date::text, ''), 'agreedDate', coalesce(o.agreed_date::text, ''),
           'carrier', o.carrier, 'waybillNumber', o.waybill_number, 'parcels', o.parcels, 'weightGrams', o.weight_grams,
           'shippedAt', coalesce(iso(o.shipped_at), ''), 'deliveredAt', coalesce(iso(o.delivered_at), ''), 'deliveryAddress', o.delivery_address, 'version', o.version,
           'lines', (select coalesce(json_agg(json_build_object('id', l.id, 'requestLineId', l.request_line_id, 'partId', l.part_id,
               'partNumber', part.number, 'partName', part.name, 'partNameEn', part.name_en, 'quantity', l.quantity, 'supplyKind', l.supply_kind, 'returnDue', l.return_due,
               'receivedQuantity', l.received_quantity) order by l.id), '[]')
             from shipping_line l join part on part.id = l.part_id where l.shipping_order_id = o.id),
           'discrepancies', (select coalesce(json_agg(json_build_object('id', d.id, 'lineId', d.shipping_line_id, 'missingQuantity', d.missing_quantity,
               'note', d.note, 'state', d.state, 'version', d.version, 'carrierClaimId', coalesce(claim.id::text, '')) order by d.id), '[]')
             from discrepancy d left join carrier_claim claim on $2::boolean and claim.discrepancy_id = d.id where d.shipping_order_id = o.id),
           'promises', (select coalesce(json_agg(json_build_object('promisedOn', p.promised_on::text, 'cause', p.cause, 'reason', p.reason, 'at', iso(p.at)) order by p.position), '[]')
             from shipping_promise p where p.shipping_order_id = o.id))::text as item
    from shipping_order o where o.id = $1 and ($2::boolean or o.dealer_id = any($3::uuid[]))`;

const NEWEST: ListOrder = { by: 'r.created_at', direction: 'desc', type: 'timestamptz' };

const LINE = `r.id, iso(r.created_at) as key,
  json_build_object('id', r.id, 'number', r.number, 'requestId', r.request_id, 'dealerId', r.dealer_id, 'state', r.state,
    'shippedAt', coalesce(iso(r.shipped_at), ''), 'version', r.version)::text as item`;

interface OrderRow {
  id: string;
  state: ShippingOrderState;
  requestId: string;
  /** Of its dealer, as it was heard; null while nothing was. */
  standing: string | null;
  warehouseId: string;
  disputed: boolean;
  item: string;
}

/** Shipping orders 《售后服务发货单》 as they are read. */
@Controller()
export class ShippingReads implements Pick<Handlers<typeof ShippingService>, 'getShippingOrder' | 'listShippingOrders'> {
  constructor(private readonly database: Database) {}

  @Rpc(ShippingService.method.getShippingOrder)
  async getShippingOrder(request: GetShippingOrderRequest, ctx: CallContext) {
    const values = [idOr404(request.id, 'shipping order'), ...scopeValues(ctx)];
    const row = await this.database.one<OrderRow>(ctx, { name: 'shipping_one', text: ONE, values });
    if (!row) throw notFound('shipping order');
    const unpaid = row.state === 'ready' && mayAct(ctx, 'shipping.ship') ? await this.database.read(ctx, (tx) => unpaidRefusal(tx, row)) : undefined;
    return new JsonText(`${row.item.slice(0, -1)},"allowedActions":${JSON.stringify(actionsOf(ctx, row, unpaid))}}`);
  }

  @Rpc(ShippingService.method.listShippingOrders)
  async listShippingOrders(request: ListShippingOrdersRequest, ctx: CallContext) {
    if (request.state !== '' && !(shippingSteps.states as readonly string[]).includes(request.state)) throw invalidField('state', 'This is no state of a shipping order.');
    const page = pageOf(request.page, { list: 'shipping-orders' });
    const where = new Conditions()
      .when(filterId(request.dealerId, 'dealerId'), 'd', (id) => `r.dealer_id = ${id}::uuid`)
      .when(request.state, 's', (state) => `r.state = ${state}`)
      .when(filterId(request.requestId, 'requestId'), 'r', (id) => `r.request_id = ${id}::uuid`);
    const statement = listStatement({ name: 'shipping_orders', table: 'shipping_order', order: NEWEST, scope: { dealers: dealerScope(ctx) }, where, page, columns: LINE });
    return jsonPage(await this.database.many<JsonRow>(ctx, statement), page);
  }
}

/** P-9: why what is charged cannot leave yet; whether credit has room is asked when it does. */
async function unpaidRefusal(tx: Tx, { id, requestId }: OrderRow): Promise<string | undefined> {
  const [lines, requestLines] = await Promise.all([shippingLinesOf(tx, id), linesOf(tx, requestId)]);
  const gate = await gateOf(tx, lines);
  return refusalReason(() => creditFor(lines, requestLines, gate));
}

function actionsOf(ctx: CallContext, { state, warehouseId, standing, disputed }: OrderRow, unpaid: string | undefined) {
  const step = (action: (typeof shippingSteps.actions)[number]): string | undefined => (shippingSteps.can(action, state) ? undefined : 'STEP_NOT_ALLOWED');
  const site = worksAt(ctx, warehouseId) ? undefined : 'OTHER_SITE';
  const left = refusalReason(() => checkNotLeft(standing));
  const receiver = refusalReason(() => checkReceiver(ctx.role, standing));
  return allowedActions(ctx, [
    actionEntry(ctx, { action: 'agree-date', key: 'shipping.agreeDate', refusal: step('agree') ?? left }),
    actionEntry(ctx, { action: 'move-date', key: 'shipping.plan', refusal: step('move') ?? left }),
    actionEntry(ctx, { action: 'ship', key: 'shipping.ship', refusal: site ?? refusalReason(() => stateWhenShipped(state)) ?? left ?? unpaid }),
    actionEntry(ctx, { action: 'deliver', key: 'shipping.deliver', refusal: step('deliver') ?? site }),
    actionEntry(ctx, { action: 'confirm-receipt', key: 'shipping.confirmReceipt', refusal: receiver ?? step('receive') }),
    actionEntry(ctx, { action: 'cancel', key: 'shipping.cancel', refusal: step('cancel') }),
    actionEntry(ctx, { action: 'agree', key: 'discrepancy.agree', refusal: disputed ? site : 'STEP_NOT_ALLOWED' }),
  ]);
}
