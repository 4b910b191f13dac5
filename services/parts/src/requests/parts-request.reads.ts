import { Controller } from '@nestjs/common';
import { PartsRequestService, type GetPartsRequestRequest, type ListPartsRequestsRequest } from '@aftercare/contracts';
import { REQUEST_STATES, allowedActions, refusalReason, seesPrices, type RequestPurpose, type RequestState } from '@aftercare/domain';
import { JsonText, Rpc, invalidField, isManufacturer, notFound, type CallContext, type Handlers } from '@aftercare/messaging';
import { Conditions, Database, dealerScope, jsonPage, listStatement, pageOf, scopeValues, type JsonRow, type ListOrder } from '@aftercare/service';
import { actionEntry } from '../actions.js';
import { expectedDays } from '../back-orders/expected-on.js';
import { changeRefusal, type ChangeableLine, type PickedPieces } from '../changes/order-change.rules.js';
import { filterId, idOr404 } from '../documents.js';
import { isLocked } from '../picking/picking.rules.js';
import { TODAY } from '../today.js';
import {
  acceptLine, cancelRefusal, checkApprover, checkReview, checkStillServing, lineSteps, refusalOfAll, withdrawRefusal, type CancellableLine,
} from './parts-request.rules.js';

/** A confirmed slip charges pieces of the line (F-5). */
const SLIP_CONFIRMED = `exists (select from charge_slip_line c join charge_slip s on s.id = c.slip_id
  where c.origin_kind = 'parts_request_line' and c.origin_id = line.id and c.reverses_line_id is null and s.state = 'confirmed'
    and c.quantity + coalesce((select sum(r.quantity) from charge_slip_line r where r.reverses_line_id = c.id), 0) > 0)`;

/**
 * One request as its message says, without allowedActions; $4 is the dealer whose prices the caller may see, null for
 * the manufacturer's people, who see all; $5 whether his role sees any (F-7).
 */
const ONE = `
  select request.state, request.dealer_id as "dealerId",
         request.purpose, request.requested_by as "requestedBy", request.submitted_on is not null as submitted, ${TODAY}::text as today,
         (select d.status from known_dealer d where d.id = request.dealer_id) as standing,
         (select coalesce(json_agg(json_build_object('state', line.state, 'quoteValidUntil', line.quote_valid_until::text, 'quantity', line.quantity,
             'shippedQuantity', line.shipped_quantity, 'backorderedQuantity', line.backordered_quantity, 'slipConfirmed', line.supply_kind = 'charged' and ${SLIP_CONFIRMED},
             'isAsked', exists (select from order_change c where c.request_line_id = line.id and c.state = 'open'),
             'picks', (select coalesce(json_agg(json_build_object('id', l.id, 'orderState', p.state, 'quantity', l.quantity, 'plannedQuantity', l.planned_quantity)), '[]')
               from picking_line l join picking_order p on p.id = l.picking_order_id where l.request_line_id = line.id)) order by line.position), '[]')
           from parts_request_line line where line.request_id = request.id) as lines,
         json_build_object('id', request.id, 'number', coalesce(request.number, ''), 'dealerId', request.dealer_id, 'askedBy', request.asked_by,
           'purpose', request.purpose, 'callId', coalesce(request.call_id::text, ''), 'installationId', coalesce(request.installation_id::text, ''),
           'deliveryAddress', request.delivery_address, 'urgency', request.urgency, 'wishedDate', coalesce(request.wished_date::text, ''), 'visitOn', coalesce(request.visit_on::text, ''),
           'state', request.state, 'submittedOn', coalesce(request.submitted_on::text, ''), 'createdAt', iso(request.created_at), 'version', request.version,
           'lines', (select coalesce(json_agg(json_build_object('id', line.id, 'position', line.position, 'partId', line.part_id,
               'partNumber', part.number, 'partName', part.name, 'partNameEn', part.name_en, 'quantity', line.quantity, 'unitSerial', line.unit_serial, 'fault', line.fault,
               'state', line.state, 'supplyKind', line.supply_kind, 'returnDue', line.return_due, 'verdict', '{"used": [], "changes": []}'::jsonb || line.verdict,
               'review', line.review - 'reviewedBy',
               'unitPrice', case when money.seen then coalesce(line.unit_price::text, '') else '' end,
               'netAmount', case when money.seen then coalesce(line.net_amount::text, '') else '' end,
               'taxAmount', case when money.seen then coalesce(line.tax_amount::text, '') else '' end,
               'quoteValidUntil', coalesce(line.quote_valid_until::text, ''), 'decisionReason', line.decision_reason,
               'quoteExpired', line.state = 'quoted' and coalesce(line.quote_valid_until < ${TODAY}, false),
               'decisions', (select coalesce(jsonb_agg(case when $4::uuid is null then said.word else said.word - 'by' end order by said.nth), '[]')
                 from jsonb_array_elements(line.decisions) with ordinality as said (word, nth)),
               'shippedQuantity', line.shipped_quantity, 'receivedQuantity', line.received_quantity,
               'backorderedQuantity', line.backordered_quantity, 'expectedDays', ${expectedDays('line.id')}) order by line.position), '[]')
             from parts_request_line line join part on part.id = line.part_id where line.request_id = request.id),
           'pickingOrderIds', (select coalesce(json_agg(p.id order by p.id), '[]') from picking_order p where p.request_id = request.id),
           'shippingOrderIds', (select coalesce(json_agg(s.id order by s.id), '[]') from shipping_order s where s.request_id = request.id),
           'chargeSlipIds', (select coalesce(json_agg(c.id order by c.id), '[]') from charge_slip c where c.request_id = request.id and money.seen))::text as item
    from parts_request request
    cross join lateral (select $5::boolean and ($4::uuid is null or request.dealer_id = $4) as seen) money
   where request.id = $1 and ($2::boolean or request.dealer_id = any($3::uuid[]))`;

const NEWEST: ListOrder = { by: 'r.created_at', direction: 'desc', type: 'timestamptz' };

const LINE = `r.id, iso(r.created_at) as key,
  json_build_object('id', r.id, 'number', coalesce(r.number, ''), 'dealerId', r.dealer_id, 'purpose', r.purpose, 'urgency', r.urgency, 'state', r.state,
    'lineCount', r.line_count, 'createdAt', iso(r.created_at), 'version', r.version)::text as item`;

interface RequestRow {
  state: RequestState;
  dealerId: string;
  purpose: RequestPurpose;
  requestedBy: string;
  submitted: boolean;
  /** Local day of the reading. */
  today: string;
  /** Of the dealer who asked, as it was heard; null while nothing was. */
  standing: string | null;
  lines: LineNow[];
  item: string;
}

/** A line as far as the steps of its request look at it. */
interface LineNow extends Omit<CancellableLine, 'printed'>, ChangeableLine {
  quoteValidUntil: string | null;
  /** A change of it waits for the warehouse. */
  isAsked: boolean;
  picks: PickedPieces[];
}

/** Parts requests as they are read. */
@Controller()
export class PartsRequestReads implements Pick<Handlers<typeof PartsRequestService>, 'getPartsRequest' | 'listPartsRequests'> {
  constructor(private readonly database: Database) {}

  @Rpc(PartsRequestService.method.getPartsRequest)
  async getPartsRequest(request: GetPartsRequestRequest, ctx: CallContext) {
    return readRequest(this.database, ctx, idOr404(request.id, 'parts request'));
  }

  @Rpc(PartsRequestService.method.listPartsRequests)
  async listPartsRequests(request: ListPartsRequestsRequest, ctx: CallContext) {
    if (request.state !== '' && !(REQUEST_STATES as readonly string[]).includes(request.state)) throw invalidField('state', 'This is no state of a request.');
    const page = pageOf(request.page, { list: 'parts-requests' });
    const where = new Conditions()
      .when(request.q, 'q', (number) => `r.number = ${number}`)
      .when(request.state, 's', (state) => `r.state = ${state}`)
      .when(filterId(request.dealerId, 'dealerId'), 'd', (id) => `r.dealer_id = ${id}::uuid`)
      .when(filterId(request.callId, 'callId'), 'c', (id) => `r.call_id = ${id}::uuid`);
    const statement = listStatement({ name: 'requests', table: 'parts_request', order: NEWEST, scope: { dealers: dealerScope(ctx) }, where, page, columns: LINE });
    return jsonPage(await this.database.many<JsonRow>(ctx, statement), page);
  }
}

/** A request whole, with what the caller may do now. Errors: NOT_FOUND. */
export async function readRequest(database: Database, ctx: CallContext, id: string): Promise<JsonText> {
  const values = [id, ...scopeValues(ctx), isManufacturer(ctx) ? null : ctx.dealerId, seesPrices(ctx.role)];
  const row = await database.one<RequestRow>(ctx, { name: 'request_one', text: ONE, values });
  if (!row) throw notFound('parts request');
  return new JsonText(`${row.item.slice(0, -1)},"allowedActions":${JSON.stringify(actionsOf(ctx, row))}}`);
}

/** By the rules of the steps themselves; only what became of the call is known to `repairs` alone, which the step asks. */
function actionsOf(ctx: CallContext, row: RequestRow) {
  const { lines, submitted, today } = row;
  const open = lines.map((line) => ({ ...line, printed: line.picks.some(({ orderState }) => isLocked(orderState)) }));
  const some = (rule: (line: LineNow) => unknown): string | undefined => refusalOfAll(lines.map((line) => refusalReason(() => rule(line))));
  const money = isManufacturer(ctx) || ctx.dealerId === row.dealerId ? undefined : 'OTHER_DEALERS_MONEY';
  const approver = refusalReason(() => checkApprover(ctx.userId, [row.requestedBy]));
  const serving = refusalReason(() => [row.standing, ctx.dealerStatus].forEach((standing) => checkStillServing(standing, row.purpose)));
  return allowedActions(ctx, [
    actionEntry(ctx, { action: 'submit', key: 'request.submit', refusal: row.state === 'draft' ? undefined : 'STEP_NOT_ALLOWED' }),
    actionEntry(ctx, { action: 'withdraw', key: 'request.withdraw', refusal: withdrawRefusal(open) }),
    actionEntry(ctx, { action: 'review', key: 'request.review', refusal: approver ?? some((line) => checkReview(line, submitted, today)) }),
    actionEntry(ctx, { action: 'accept-quote', key: 'request.acceptQuote', refusal: money ?? serving ?? some((line) => acceptLine(line, today)) }),
    actionEntry(ctx, { action: 'decline-quote', key: 'request.declineQuote', refusal: money ?? some(({ state }) => lineSteps.next('decline', state)) }),
    actionEntry(ctx, { action: 'decide', key: 'request.decide', refusal: approver ?? some(({ state }) => lineSteps.next('refuse', state)) }),
    actionEntry(ctx, { action: 'cancel', key: 'request.cancelLine', refusal: refusalOfAll(open.map((line) => cancelRefusal([line]))) }),
    actionEntry(ctx, { action: 'ask-change', key: 'orderChange.ask', refusal: refusalOfAll(lines.map((line) => changeRefusal(line, line.picks, line.isAsked)), 'CHANGE_NOT_NEEDED') }),
  ]);
}
