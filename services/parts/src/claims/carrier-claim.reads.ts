import { Controller } from '@nestjs/common';
import { CarrierClaimService, type GetCarrierClaimRequest, type ListCarrierClaimsRequest } from '@aftercare/contracts';
import { allowedActions, refusalReason } from '@aftercare/domain';
import { JsonText, Rpc, invalidField, notFound, type CallContext, type Handlers } from '@aftercare/messaging';
import { Conditions, Database, jsonPage, listStatement, pageOf, type JsonRow, type ListOrder } from '@aftercare/service';
import { actionEntry, mayAct, requireManufacturer, worksAt } from '../actions.js';
import { filterId, idOr404 } from '../documents.js';
import { costOn } from '../stock/unit-cost.js';
import { carrierClaimSteps, requireOpenForFiles, type CarrierClaimState } from './carrier-claim.rules.js';

const NEWEST: ListOrder = { by: 'r.created_at', direction: 'desc', type: 'timestamptz' };

/** What a claim and its row in the list have in common; the claim is `r`. */
const HEAD = `'id', r.id, 'number', coalesce(r.number, ''), 'state', r.state, 'cause', r.cause, 'carrier', r.carrier, 'waybillNumber', o.waybill_number,
    'shippingOrderId', r.shipping_order_id, 'shippingOrderNumber', o.number, 'dealerId', r.dealer_id, 'partId', r.part_id, 'partNumber', part.number, 'partName', part.name,
    'quantity', r.quantity, 'amount', coalesce(r.amount::text, ''), 'settledAmount', coalesce(r.settled_amount::text, ''), 'createdAt', iso(r.created_at), 'version', r.version`;

const JOINS = 'join shipping_order o on o.id = r.shipping_order_id join part on part.id = r.part_id';

const SUMMARY = `r.id, iso(r.created_at) as key, json_build_object(${HEAD})::text as item`;

/** $2 says whether the caller may know what the pieces cost. */
const ONE = `
  select r.state, r.warehouse_id as "warehouseId", json_build_object(${HEAD}, 'discrepancyId', r.discrepancy_id, 'receiptNote', d.note, 'grounds', d.reason,
      'unitPrice', coalesce(r.unit_price::text, ''), 'value', coalesce(round(r.quantity * r.unit_price, 2)::text, ''),
      'unitCost', case when $2::boolean then coalesce(cost.unit_cost::text, '') else '' end,
      'cost', case when $2::boolean then coalesce(round(r.quantity * cost.unit_cost, 2)::text, '') else '' end,
      'settledOn', coalesce(r.settled_on::text, ''), 'reference', r.reference, 'reason', r.reason, 'files', r.files)::text as item
    from carrier_claim r ${JOINS} join discrepancy d on d.id = r.discrepancy_id
    ${costOn('r.part_id', `(o.shipped_at at time zone 'Asia/Shanghai')::date`)}
   where r.id = $1`;

interface Head {
  state: CarrierClaimState;
  warehouseId: string;
  item: string;
}

/** Claims against carriers as they are read (P-8); what pieces cost is for finance, supervisors and the auditor (F-7). */
@Controller()
export class CarrierClaimReads implements Pick<Handlers<typeof CarrierClaimService>, 'getCarrierClaim' | 'listCarrierClaims'> {
  constructor(private readonly database: Database) {}

  @Rpc(CarrierClaimService.method.getCarrierClaim)
  async getCarrierClaim(request: GetCarrierClaimRequest, ctx: CallContext) {
    requireManufacturer(ctx);
    const values = [idOr404(request.id, 'carrier claim'), mayAct(ctx, 'cost.read')];
    const row = await this.database.one<Head>(ctx, { name: 'carrier_claim_one', text: ONE, values });
    if (!row) throw notFound('carrier claim');
    return new JsonText(`${row.item.slice(0, -1)},"allowedActions":${JSON.stringify(actionsOf(ctx, row))}}`);
  }

  @Rpc(CarrierClaimService.method.listCarrierClaims)
  async listCarrierClaims(request: ListCarrierClaimsRequest, ctx: CallContext) {
    requireManufacturer(ctx);
    if (request.state !== '' && !(carrierClaimSteps.states as readonly string[]).includes(request.state)) throw invalidField('state', 'This is no state of a claim.');
    const page = pageOf(request.page, { list: 'carrier-claims', key: 'instant' });
    const where = new Conditions()
      .when(request.state, 's', (state) => `r.state = ${state}`)
      .when(request.carrier.trim(), 'c', (carrier) => `r.carrier = ${carrier}`)
      .when(filterId(request.dealerId, 'dealerId'), 'd', (id) => `r.dealer_id = ${id}::uuid`);
    const statement = listStatement({ name: 'carrier_claims', table: 'carrier_claim', order: NEWEST, where, page, columns: SUMMARY, joins: JOINS });
    return jsonPage(await this.database.many<JsonRow>(ctx, statement), page);
  }
}

function actionsOf(ctx: CallContext, { state, warehouseId }: Head) {
  const site = worksAt(ctx, warehouseId) ? undefined : 'OTHER_SITE';
  const entry = (action: string, refusal: string | undefined) => actionEntry(ctx, { action, key: 'carrierClaim.change', refusal: refusal ?? site });
  return allowedActions(ctx, [
    entry('files', refusalReason(() => requireOpenForFiles(state))),
    ...carrierClaimSteps.actions.map((action) => entry(action, refusalReason(() => carrierClaimSteps.next(action, state)))),
  ]);
}
