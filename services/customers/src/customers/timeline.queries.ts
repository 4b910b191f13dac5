import type { ListCustomerTimelineRequest } from '@aftercare/contracts';
import type { CallContext } from '@aftercare/messaging';
import { pageOf, scopeValues, TIMELINE, timelinePage, timelineValues, type JsonRow, type Page, type Statement } from '@aftercare/service';

/** What each chapter knows of one customer: a few rows each, found by the customer's id. */
const ENTRIES = `
  select e.id, e.at, e.kind, null::date as on_day, null::uuid as unit_id, e.document_id, e.fields
    from customer_event e join file on file.id = e.customer_id
  union all select s.unit_id, s.sold_at, 'bought', u.purchase_date, s.unit_id, null, '{}'
    from unit_sale s join file on file.id = s.buyer_id join product_unit u on u.id = s.unit_id
  union all select t.id, t.transferred_at, case when t.to_customer_id = file.id then 'unit_received' else 'unit_given' end, t.transferred_on, t.unit_id, t.id, '{}'
    from unit_transfer t join file on file.id in (t.from_customer_id, t.to_customer_id)
  union all select i.id, i.created_at, 'installation_scheduled', (i.appointment_to at time zone 'Asia/Shanghai')::date, i.unit_id, i.id, '{}'
    from installation i join file on file.id = i.customer_id
  union all select i.id, i.completed_at, case i.state when 'accepted' then 'installed' else 'installation_failed' end, i.completed_on, i.unit_id, i.id, '{}'
    from installation i join file on file.id = i.customer_id where i.completed_at is not null
  union all select i.id, i.cancelled_at, 'installation_cancelled', null, i.unit_id, i.id, '{}'
    from installation i join file on file.id = i.customer_id where i.cancelled_at is not null
  union all select x.id, x.granted_at, 'warranty_extended', x.until, x.unit_id, x.id, '{}'
    from warranty_extension x join file on file.id = x.customer_id
  union all select x.id, x.withdrawn_at, 'extension_withdrawn', x.until, x.unit_id, x.id, '{}'
    from warranty_extension x join file on file.id = x.customer_id where x.withdrawn_at is not null
  union all select p.id, p.decided_at, 'purchase_dated', p.purchase_date, p.unit_id, p.id, '{}'
    from purchase_proof p join unit_sale s on s.unit_id = p.unit_id join file on file.id = s.buyer_id where p.state = 'accepted'`;

/** C-6: what this service knows of a customer's time line. A merged file shows the surviving one's. */
export function customerTimeline(request: ListCustomerTimelineRequest, ctx: CallContext): Statement & { page: Page } {
  const page = pageOf(request.page, TIMELINE);
  return {
    page,
    name: 'customer_timeline',
    onePlan: true,
    text: `
      with file as (select coalesce(merged_into, id) as id from customer where id = $3 and ($1::boolean or dealer_id = any($2::uuid[]))),
      entry as (${ENTRIES})
      ${timelinePage(WITH_SERIAL, 4)}`,
    values: [...scopeValues(ctx), request.id, ...timelineValues(page)],
  };
}

const WITH_SERIAL = `
  select e.*, u.serial, '' as number, '' as amount, 0 as quantity, '' as part_number, '' as part_name
  from entry e left join product_unit u on u.id = e.unit_id`;

/** What the statement answers, row by row. */
export type TimelineRow = JsonRow;
