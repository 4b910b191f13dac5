import { Controller } from '@nestjs/common';
import { ObligationService, type ExplainObligationRequest, type ListObligationsRequest } from '@aftercare/contracts';
import { notFound, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Conditions, cursorOf, Database, dealerScope, listStatement, pageOf, scopeValues, type ListOrder, type Page, type Statement } from '@aftercare/service';
import { behindObligation, explainedMore, NOTHING_BEHIND, type BehindObligation } from '../endings/explain.reads.js';
import { explain, isOverdue, tally, type Ended } from './obligation.rules.js';

/** The columns of an obligation r with its part p. */
const ROW = `
  r.id, r.dealer_id as "dealerId", r.part_id as "partId", p.number as "partNumber", p.name as "partName",
         r.issued_quantity as shipped, coalesce(r.shipping_order_id::text, '') as "shippingOrderId", coalesce(r.request_id::text, '') as "requestId", r.origin,
         coalesce(opening.id::text, '') as "openingDocumentId", coalesce(opening.number, '') as "openingNumber",
         coalesce(r.call_id::text, '') as "callId", r.unit_serial as "unitSerial", r.due_on as "dueOn",
         r.version, r.due_order::text as "sortDue", (business_now() at time zone 'Asia/Shanghai')::date as today,
         coalesce((select jsonb_agg(jsonb_build_object('id', s.id, 'kind', s.kind, 'quantity', s.quantity,
                     'documentKind', s.document_kind, 'documentId', s.document_id, 'at', iso(s.at)) order by s.at, s.id)
                     from obligation_settlement s where s.obligation_id = r.id), '[]') as settlements`;

const PART = `join part p on p.id = r.part_id
  left join opening_line held on held.id = r.opening_line_id left join opening_document opening on opening.id = held.document_id`;
const ONE = `select ${ROW} from obligation r ${PART} where ($1::boolean or r.dealer_id = any($2::uuid[])) and r.id = $3`;

/** What has no due date yet comes last. */
const DUE: ListOrder = { by: 'r.due_order', direction: 'asc', type: 'date' };

/** Obligations, first due first. */
export function listObligations(request: ListObligationsRequest, ctx: CallContext, page: Page): Statement {
  const where = new Conditions()
    .when(request.dealerId, 'd', (id) => `r.dealer_id = ${id}::uuid`)
    .when(request.partId, 'p', (id) => `r.part_id = ${id}::uuid`)
    .when(request.onlyOutstanding || request.onlyOverdue, 'o', () => 'r.outstanding_quantity > 0')
    .when(request.onlyOverdue, 'od', () => `r.due_order < (business_now() at time zone 'Asia/Shanghai')::date`);
  return listStatement({ name: 'obligations', table: 'obligation', order: DUE, scope: { dealers: dealerScope(ctx) }, where, page, columns: ROW, joins: PART });
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
  sortDue: string;
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
    const rows = await this.db.many<Row>(ctx, listObligations(request, ctx, page));
    const last = rows[page.limit - 1];
    return {
      items: rows.slice(0, page.limit).map(asObligation),
      nextCursor: rows.length > page.limit && last ? cursorOf(page.list, last.sortDue, last.id) : '',
    };
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
  const { shipped, sortDue: _sort, today, dueOn, openingNumber: _number, ...rest } = row;
  const { issued, returned, charged, excused, outstanding } = tally(shipped, row.settlements);
  return {
    ...rest, dueOn: dueOn ?? '', overdue: isOverdue(dueOn, outstanding, today), issuedQuantity: issued, returnedQuantity: returned,
    chargedQuantity: charged, excusedQuantity: excused, outstandingQuantity: outstanding,
  };
}
