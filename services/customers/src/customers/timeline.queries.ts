import type { ListCustomerTimelineRequest } from '@aftercare/contracts';
import type { CallContext } from '@aftercare/messaging';
import { pageOf, scopeValues, type JsonRow, type Page, type Statement } from '@aftercare/service';

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

/** C-6: a customer's time line, newest first; keyset (at, id). A merged file shows the surviving one's. */
export function customerTimeline(request: ListCustomerTimelineRequest, ctx: CallContext): Statement & { page: Page } {
  const page = pageOf(request.page, { list: 'customer-timeline', key: 'instant' });
  return {
    page,
    name: 'customer_timeline',
    text: `
      with file as (select coalesce(merged_into, id) as id from customer where id = $3 and ($1::boolean or dealer_id = any($2::uuid[]))),
      entry as (${ENTRIES})
      select e.id, e.at::text as key, json_build_object('id', e.id, 'kind', e.kind, 'at', iso(e.at), 'on', coalesce(e.on_day::text, ''),
          'unitId', coalesce(e.unit_id::text, ''), 'serial', coalesce(u.serial, ''), 'documentId', coalesce(e.document_id::text, ''),
          'fields', e.fields)::text as item
      from entry e left join product_unit u on u.id = e.unit_id
      where $4::timestamptz is null or (e.at, e.id) < ($4, $5::uuid)
      order by e.at desc, e.id desc limit $6::int + 1`,
    values: [...scopeValues(ctx), request.id, page.after?.key ?? null, page.after?.id ?? null, page.limit],
  };
}

/** What the statement answers, row by row. */
export type TimelineRow = JsonRow;
