import { Controller } from '@nestjs/common';
import { ObligationService, type ExplainObligationRequest, type ListObligationsRequest } from '@aftercare/contracts';
import { notFound, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { cursorOf, Database, pageOf, scopeValues } from '@aftercare/service';
import { explain, isOverdue, tally, type Ended } from './obligation.rules.js';

const ROW = `
  select o.id, o.dealer_id as "dealerId", o.part_id as "partId", p.number as "partNumber", p.name as "partName",
         o.issued_quantity as shipped, o.shipping_order_id as "shippingOrderId", o.request_id as "requestId",
         coalesce(o.call_id::text, '') as "callId", o.unit_serial as "unitSerial", o.due_on as "dueOn",
         coalesce(o.due_on, 'infinity')::text as "sortDue", (business_now() at time zone 'Asia/Shanghai')::date as today,
         coalesce((select jsonb_agg(jsonb_build_object('id', s.id, 'kind', s.kind, 'quantity', s.quantity,
                     'documentKind', s.document_kind, 'documentId', s.document_id, 'at', iso(s.at)) order by s.at, s.id)
                     from obligation_settlement s where s.obligation_id = o.id), '[]') as settlements
    from obligation o join part p on p.id = o.part_id
   where ($1::boolean or o.dealer_id = any($2::uuid[]))`;

const ONE = `${ROW} and o.id = $3`;

const LIST = `${ROW}
     and ($3 = '' or o.dealer_id = nullif($3, '')::uuid) and ($4 = '' or o.part_id = nullif($4, '')::uuid)
     and (not $5::boolean or o.issued_quantity > coalesce((
       select sum(case when s.kind = 'conversion_reversed' then -s.quantity else s.quantity end)
         from obligation_settlement s where s.obligation_id = o.id), 0))
     and ($6 = '' or (coalesce(o.due_on, 'infinity'), o.id) > (nullif($6, '')::date, nullif($7, '')::uuid))
   order by coalesce(o.due_on, 'infinity'), o.id limit $8`;

interface Row {
  id: string;
  dealerId: string;
  partId: string;
  partNumber: string;
  partName: string;
  shipped: number;
  shippingOrderId: string;
  requestId: string;
  callId: string;
  unitSerial: string;
  dueOn: string | null;
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
    const page = pageOf(request.page);
    const values = [
      ...scopeValues(ctx), request.dealerId, request.partId, request.onlyOutstanding, page.after?.key ?? '', page.after?.id ?? '', page.limit + 1,
    ];
    const rows = await this.db.many<Row>(ctx, { name: 'list_obligations', text: LIST, values });
    const last = rows[page.limit - 1];
    return {
      items: rows.slice(0, page.limit).map(asObligation),
      nextCursor: rows.length > page.limit && last ? cursorOf(last.sortDue, last.id) : '',
    };
  }

  @Rpc(ObligationService.method.explainObligation)
  async explainObligation(request: ExplainObligationRequest, ctx: CallContext) {
    const row = await this.db.one<Row>(ctx, { name: 'one_obligation', text: ONE, values: [...scopeValues(ctx), request.id] });
    if (!row) throw notFound('obligation');
    const sums = tally(row.shipped, row.settlements);
    const overdue = isOverdue(row.dueOn, sums.outstanding, row.today);
    return { obligation: asObligation(row), ...explain({ ...sums, partNumber: row.partNumber, dueOn: row.dueOn, overdue }) };
  }
}

function asObligation(row: Row) {
  const { shipped, sortDue: _sort, today, dueOn, ...rest } = row;
  const { issued, returned, charged, excused, outstanding } = tally(shipped, row.settlements);
  return {
    ...rest, dueOn: dueOn ?? '', overdue: isOverdue(dueOn, outstanding, today), issuedQuantity: issued, returnedQuantity: returned,
    chargedQuantity: charged, excusedQuantity: excused, outstandingQuantity: outstanding,
  };
}
