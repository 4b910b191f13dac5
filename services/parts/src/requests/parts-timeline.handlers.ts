import { Controller } from '@nestjs/common';
import { PartsTimelineService, type ListPartsTimelineRequest } from '@aftercare/contracts';
import { isId, seesPrices } from '@aftercare/domain';
import { Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, jsonPage, pageOf, scopeValues, TIMELINE, timelinePage, timelineValues, type JsonRow } from '@aftercare/service';

/** C-6: what was issued and charged for a customer's calls, for his time line. */
@Controller()
export class PartsTimeline implements Handlers<typeof PartsTimelineService> {
  constructor(private readonly database: Database) {}

  @Rpc(PartsTimelineService.method.listPartsTimeline)
  async listPartsTimeline(request: ListPartsTimelineRequest, ctx: CallContext) {
    const page = pageOf(request.page, TIMELINE);
    const [everything, own] = scopeValues(ctx, { money: true });
    const rows = await this.database.many<JsonRow>(ctx, {
      name: 'parts_timeline', onePlan: true, text: `with line as (${LINES}) ${timelinePage(ENTRIES, FIRST_OF_PAGE)}`,
      values: [...scopeValues(ctx), request.callIds.filter(isId), seesPrices(ctx.role), everything, own, ...timelineValues(page)],
    });
    return jsonPage(rows, page);
  }
}

const FIRST_OF_PAGE = 7;

/** $1, $2 scope; $3 the calls. */
const LINES = `
  select l.id, l.unit_serial, p.number as part_number, p.name as part_name
  from parts_request r join parts_request_line l on l.request_id = r.id join part p on p.id = l.part_id
  where r.call_id = any($3::uuid[]) and ($1::boolean or r.dealer_id = any($2::uuid[]))`;

/** $4 the caller sees charge slips, $5 and $6 whose. */
const ENTRIES = `
  select s.id, o.shipped_at as at, (o.shipped_at at time zone 'Asia/Shanghai')::date as on_day, null::uuid as unit_id, line.unit_serial as serial,
    o.id as document_id, 'part_issued' as kind, o.number, '' as amount, s.quantity, line.part_number, line.part_name, array[]::text[] as fields
    from line join shipping_line s on s.request_line_id = line.id join shipping_order o on o.id = s.shipping_order_id where o.shipped_at is not null
  union all select c.id, g.confirmed_at, null, null, line.unit_serial, g.id, 'part_charged', coalesce(g.number, ''), '', c.quantity, line.part_number, line.part_name, array[]::text[]
    from line join charge_slip_line c on c.origin_kind = 'parts_request_line' and c.origin_id = line.id join charge_slip g on g.id = c.slip_id
    where $4::boolean and ($5::boolean or g.dealer_id = any($6::uuid[])) and g.confirmed_at is not null and c.reverses_line_id is null`;
