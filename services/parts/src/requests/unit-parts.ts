import { Controller } from '@nestjs/common';
import { PartsRequestService, type ListUnitPartsRequest } from '@aftercare/contracts';
import { serialText } from '@aftercare/domain';
import { JsonText, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, scopeValues } from '@aftercare/service';

const LINES_MAX = 200;

/** $3 is the serial. What is owed for a line is the sum of its obligations, less what ended them (H-1). */
const UNIT_PARTS = `
  select coalesce(json_agg(json_build_object('requestId', line.request_id, 'requestNumber', coalesce(line.request_number, ''), 'lineId', line.id,
      'dealerId', line.dealer_id, 'callId', coalesce(line.call_id::text, ''), 'partId', line.part_id, 'partNumber', line.part_number,
      'partName', line.part_name, 'partNameEn', line.part_name_en, 'quantity', line.quantity, 'state', line.state, 'supplyKind', line.supply_kind,
      'coverageReason', coalesce(line.verdict->>'reason', ''), 'shippedQuantity', line.shipped_quantity,
      'outstandingQuantity', coalesce(owed.outstanding, 0), 'dueOn', coalesce(owed.due_on::text, ''), 'createdAt', iso(line.created_at))
      order by line.created_at desc, line.id desc), '[]')::text as items
  from (
    select l.*, r.number as request_number, r.call_id, r.created_at, p.number as part_number, p.name as part_name, p.name_en as part_name_en
      from parts_request_line l join parts_request r on r.id = l.request_id join part p on p.id = l.part_id
     where l.unit_serial = $3 and l.unit_serial <> '' and ($1::boolean or l.dealer_id = any($2::uuid[]))
     order by r.created_at desc, l.id desc limit ${LINES_MAX}) line
  left join lateral (
    select sum(o.outstanding_quantity)::int as outstanding, min(o.due_on) filter (where o.outstanding_quantity > 0) as due_on
      from shipping_line s join obligation o on o.shipping_line_id = s.id where s.request_line_id = line.id) owed on true`;

/** C-2: what was asked for, issued and is still owed for one product unit, as far as the caller may see. */
@Controller()
export class UnitParts implements Pick<Handlers<typeof PartsRequestService>, 'listUnitParts'> {
  constructor(private readonly database: Database) {}

  @Rpc(PartsRequestService.method.listUnitParts)
  async listUnitParts({ serial }: ListUnitPartsRequest, ctx: CallContext) {
    const row = await this.database.one<{ items: string }>(ctx, { name: 'unit_parts', onePlan: true, text: UNIT_PARTS, values: [...scopeValues(ctx), serialText(serial)] });
    return new JsonText(`{"items":${row?.items ?? '[]'}}`);
  }
}
