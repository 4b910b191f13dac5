import { Controller } from '@nestjs/common';
import { ObligationService, type ExplainObligationRequest, type ListObligationsRequest } from '@aftercare/contracts';
import { notFound, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Conditions, Database, dealerScope, jsonPage, listStatement, pageOf, scopeValues, type JsonRow, type ListOrder, type Page, type Statement } from '@aftercare/service';
import { behindObligation, explainedMore, NOTHING_BEHIND, type BehindObligation } from '../endings/explain.reads.js';
import { TODAY } from '../today.js';
import { explain, isOverdue, tally, type Ended } from './obligation.rules.js';

/** The columns of an obligation r with its part p. */
const ROW = `
  r.id, r.dealer_id as "dealerId", r.part_id as "partId", p.number as "partNumber", p.name as "partName",
         r.issued_quantity as shipped, coalesce(r.shipping_order_id::text, '') as "shippingOrderId", coalesce(r.request_id::text, '') as "requestId", r.origin,
         coalesce(opening.id::text, '') as "openingDocumentId", coalesce(opening.number, '') as "openingNumber",
         coalesce(r.call_id::text, '') as "callId", r.unit_serial as "unitSerial", r.due_on as "dueOn",
         r.version, ${TODAY} as today,
         coalesce((select jsonb_agg(jsonb_build_object('id', s.id, 'kind', s.kind, 'quantity', s.quantity,
                     'documentKind', s.document_kind, 'documentId', s.document_id, 'at', iso(s.at)) order by s.at, s.id)
                     from obligation_settlement s where s.obligation_id = r.id), '[]') as settlements`;

const PART = `join part p on p.id = r.part_id
  left join opening_line held on held.id = r.opening_line_id left join opening_document opening on opening.id = held.document_id`;
const ONE = `select ${ROW} from obligation r ${PART} where ($1::boolean or r.dealer_id = any($2::uuid[])) and r.id = $3`;

/** An obligation r as its message says, with sums as the rule counts them (H-1). */
const LINE = `r.id, r.due_order::text as key,
  json_build_object('id', r.id, 'dealerId', r.dealer_id, 'partId', r.part_id, 'partNumber', p.number, 'partName', p.name, 'shippingOrderId', coalesce(r.shipping_order_id::text, ''),
    'requestId', coalesce(r.request_id::text, ''), 'origin', r.origin, 'openingDocumentId', coalesce(held.document_id::text, ''), 'callId', coalesce(r.call_id::text, ''),
    'unitSerial', r.unit_serial, 'version', r.version, 'settlements', ended.ends, 'dueOn', coalesce(r.due_on::text, ''),
    'overdue', r.outstanding_quantity > 0 and coalesce(r.due_on < ${TODAY}, false), 'issuedQuantity', r.issued_quantity - ended.missing, 'returnedQuantity', ended.returned,
    'chargedQuantity', ended.charged, 'excusedQuantity', ended.excused, 'outstandingQuantity', r.outstanding_quantity)::text as item`;

const ENDED = `join part p on p.id = r.part_id left join opening_line held on held.id = r.opening_line_id
  cross join lateral (
    select coalesce(sum(case when s.kind in ('returned', 'credit') then s.quantity when s.kind in ('return_reversed', 'credit_reversed') then -s.quantity end), 0)::int as returned,
           coalesce(sum(case s.kind when 'excused' then s.quantity when 'excuse_reversed' then -s.quantity end), 0)::int as excused,
           coalesce(sum(case s.kind when 'charged' then s.quantity when 'conversion_reversed' then -s.quantity end), 0)::int as charged,
           coalesce(sum(s.quantity) filter (where s.kind = 'shortage'), 0)::int as missing,
           coalesce(json_agg(json_build_object('id', s.id, 'kind', s.kind, 'quantity', s.quantity, 'documentKind', s.document_kind, 'documentId', s.document_id,
             'at', iso(s.at)) order by s.at, s.id), '[]') as ends
      from obligation_settlement s where s.obligation_id = r.id) ended`;

/** What has no due date yet comes last. */
const DUE: ListOrder = { by: 'r.due_order', direction: 'asc', type: 'date' };

/** Obligations, first due first. */
export function listObligations(request: ListObligationsRequest, ctx: CallContext, page: Page): Statement {
  const where = new Conditions()
    .when(request.dealerId, 'd', (id) => `r.dealer_id = ${id}::uuid`)
    .when(request.partId, 'p', (id) => `r.part_id = ${id}::uuid`)
    .when(request.onlyOutstanding || request.onlyOverdue, 'o', () => 'r.outstanding_quantity > 0')
    .when(request.onlyOverdue, 'od', () => `r.due_order < ${TODAY}`);
  // Every shape has an index in its order, so that values decide nothing.
  return { ...listStatement({ name: 'obligations', table: 'obligation', order: DUE, scope: { dealers: dealerScope(ctx) }, where, page, columns: LINE, joins: ENDED }), onePlan: true };
}

interface Row {
  id: string;
  dealerId: string;
  partId: string;
  partNumber: string;
  partName: string;
  shipped: number;
  shippingOrderId: string;
  requestId: string;
  origin: string;
  openingDocumentId: string;
  openingNumber: string;
  callId: string;
  unitSerial: string;
  dueOn: string | null;
  version: number;
  today: string;
  settlements: (Ended & { id: string; documentKind: string; documentId: string; at: string })[];
}

/** Reads of what a dealer still has to return (H-1). */
@Controller()
export class ObligationHandlers implements Handlers<typeof ObligationService> {
  constructor(private readonly db: Database) {}

  @Rpc(ObligationService.method.listObligations)
  async listObligations(request: ListObligationsRequest, ctx: CallContext) {
    const page = pageOf(request.page, { list: 'obligations' });
    return jsonPage(await this.db.many<JsonRow>(ctx, listObligations(request, ctx, page)), page);
  }

  @Rpc(ObligationService.method.explainObligation)
  async explainObligation(request: ExplainObligationRequest, ctx: CallContext) {
    const row = await this.db.one<Row>(ctx, { name: 'one_obligation', text: ONE, values: [...scopeValues(ctx), request.id] });
    if (!row) throw notFound('obligation');
    const sums = tally(row.shipped, row.settlements);
    const overdue = isOverdue(row.dueOn, sums.outstanding, row.today);
    const behind = (await this.db.one<BehindObligation>(ctx, behindObligation(request.id))) ?? NOTHING_BEHIND;
    return {
      obligation: asObligation(row), ...explain({ ...sums, partNumber: row.partNumber, dueOn: row.dueOn, overdue, opening: row.openingNumber }),
      ...explainedMore({ outstanding: sums.outstanding, dueOn: row.dueOn }, behind, ctx),
    };
  }
}

function asObligation(row: Row) {
  const { shipped, today, dueOn, openingNumber: _number, ...rest } = row;
  const { issued, returned, charged, excused, outstanding } = tally(shipped, row.settlements);
  return {
    ...rest, dueOn: dueOn ?? '', overdue: isOverdue(dueOn, outstanding, today), issuedQuantity: issued, returnedQuantity: returned,
    chargedQuantity: charged, excusedQuantity: excused, outstandingQuantity: outstanding,
  };
}
