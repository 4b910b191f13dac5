import { Controller } from '@nestjs/common';
import { CallTimelineService, type CountUnfinishedCallsRequest, type ListCallTimelineRequest } from '@aftercare/contracts';
import { isId, requireRole, type Role } from '@aftercare/domain';
import { JsonText, notFound, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, jsonPage, pageOf, scopeValues, TIMELINE, timelinePage, timelineValues, type JsonRow } from '@aftercare/service';
import { feeOf } from '../quotes/call-quote-message.js';
import { OF_OWNED_UNITS } from '../registry/unit-owners.js';

type Timeline = Handlers<typeof CallTimelineService>;

/** C-6: calls, records and agreed fees of a customer, for his time line. */
@Controller()
export class CallTimelineHandlers implements Timeline {
  constructor(private readonly db: Database) {}

  @Rpc(CallTimelineService.method.listCallTimeline)
  async listCallTimeline(request: ListCallTimelineRequest, ctx: CallContext): ReturnType<Timeline['listCallTimeline']> {
    if (!isId(request.customerId)) throw notFound('customer');
    const page = pageOf(request.page, TIMELINE);
    const seen = [...scopeValues(ctx), ctx.role === 'dealer_technician', ctx.userId || null, request.customerId];
    const [rows, found] = await Promise.all([
      this.db.many<JsonRow>(ctx, { name: 'call_timeline', onePlan: true, text: `with c as (${CALLS_OF_CUSTOMER}) ${timelinePage(ENTRIES, FIRST_OF_PAGE)}`, values: [...seen, ...timelineValues(page)] }),
      this.db.one<{ ids: string }>(ctx, { name: 'timeline_calls', onePlan: true, text: `select coalesce(json_agg(c.id), '[]')::text as ids from (${CALLS_OF_CUSTOMER}) c`, values: seen }),
    ]);
    return new JsonText(`${jsonPage(rows, page).text.slice(0, -1)},"callIds":${found?.ids ?? '[]'}}`);
  }

  /** As many dealers' calls as there are: who asks may erase the person, and is told a number only. */
  @Rpc(CallTimelineService.method.countUnfinishedCalls)
  async countUnfinishedCalls(request: CountUnfinishedCallsRequest, ctx: CallContext): ReturnType<Timeline['countUnfinishedCalls']> {
    requireRole(ctx.role, ASKERS, 'customer.anonymise');
    if (!isId(request.customerId)) throw notFound('customer');
    const found = await this.db.one<{ open: number }>(ctx, { name: 'unfinished_calls', text: UNFINISHED, values: [[request.customerId]] });
    return { open: found?.open ?? 0 };
  }
}

const ASKERS: readonly Role[] = ['admin', 'service_supervisor'];

/** $1 the file. */
const UNFINISHED = `
  select count(distinct id)::int as open from (
    select id, state from repair_call where customer_id in (select id from known_customer where id = any($1::uuid[]) or merged_into = any($1::uuid[]))
    union all select id, state from repair_call where customer_id = any($1::uuid[])
    union all select id, state from (${OF_OWNED_UNITS}) unnamed) c
  where state not in ('filed', 'cancelled')`;

const FIRST_OF_PAGE = 6;

/**
 * $1, $2 scope; $3 technician, $4 who; $5 the customer, whose calls are the surviving file's once it was merged (C-1). Which file that is
 * is a select of its own: row-level security keeps an index from whatever is compared with `coalesce`.
 */
export const CALLS_OF_CUSTOMER = `
  select * from repair_call r
  where r.customer_id = (select coalesce((select k.merged_into from known_customer k where k.id = $5::uuid), $5::uuid))
    and ($1::boolean or r.dealer_id = any($2::uuid[])) and (not $3::boolean or r.technician_user_id = $4::uuid or r.taken_by = $4::uuid)`;

/** What every entry of a call says; a serial that is not registered may be anything. */
const OF_CALL = `c.unit_id, case when c.unit_id is null then '' else c.unit_serial end as serial, c.id as document_id`;
const NO_PART = `'' as part_number, '' as part_name, array[]::text[] as fields`;

const ENTRIES = `
  select c.id, c.opened_at as at, c.opened_on as on_day, ${OF_CALL}, 'called' as kind, c.number, '' as amount, 0 as quantity, ${NO_PART} from c
  union all select r.id, r.recorded_at, (r.recorded_at at time zone 'Asia/Shanghai')::date, ${OF_CALL}, 'repaired', c.number, ${feeOf('r', 'r.labour_fee + r.travel_fee')},
    (select coalesce(sum((p ->> 'quantity')::int), 0)::int from jsonb_array_elements(r.parts_used) p), ${NO_PART}
    from repair_record r join c on c.id = r.call_id
  union all select q.id, q.answered_at, null, ${OF_CALL}, 'fee_agreed', c.number, q.total::text, 0, ${NO_PART}
    from call_quote q join c on c.id = q.call_id where q.state = 'accepted' and q.answered_at is not null
  union all select c.id, c.confirmed_at, (c.confirmed_at at time zone 'Asia/Shanghai')::date, ${OF_CALL}, 'repair_confirmed', c.number, '', 0, ${NO_PART}
    from c where c.confirmed_at is not null
  union all select e.id, e.at, null, ${OF_CALL}, 'call_cancelled', c.number, '', 0, ${NO_PART}
    from call_event e join c on c.id = e.call_id where e.action = 'cancel'`;
