import type { ListInstallationsRequest } from '@aftercare/contracts';
import type { CallContext } from '@aftercare/messaging';
import { pageOf, scopeValues, type Statement } from '@aftercare/service';

/** Installations, newest first; keyset (created_at, id). A technician's list is own work. */
export function listInstallations(request: ListInstallationsRequest, ctx: CallContext): Statement {
  const page = pageOf(request.page, 'instant');
  return {
    name: 'installation_list',
    text: `
      with found as (
        select * from installation
        where ($1::boolean or dealer_id = any($2::uuid[])) and ($3::uuid is null or dealer_id = $3) and ($4 = '' or state = $4)
          and ($5::uuid is null or unit_id = $5) and ($6::text is null or technician_user_id = $6)
          and ($7::timestamptz is null or (created_at, id) < ($7, $8::uuid))
        order by created_at desc, id desc limit $9::int + 1),
      page as (select f.*, u.serial from found f join product_unit u on u.id = f.unit_id order by f.created_at desc, f.id desc limit $9::int),
      last as (select created_at, id from page order by created_at, id limit 1)
      select coalesce((select json_agg(json_build_object(
          'id', id, 'number', number, 'dealerId', dealer_id, 'serial', serial, 'technicianUserId', technician_user_id,
          'appointmentFrom', iso(appointment_from), 'state', state, 'completedOn', coalesce(completed_on::text, ''), 'version', version)
          order by created_at desc, id desc) from page), '[]')::text as items,
        case when (select count(*) from found) > $9::int then (select created_at::text from last) end as "lastKey", (select id from last) as "lastId"`,
    values: [
      ...scopeValues(ctx), request.dealerId || null, request.state, request.unitId || null,
      ctx.role === 'dealer_technician' ? ctx.userId : null, page.after?.key ?? null, page.after?.id ?? null, page.limit,
    ],
  };
}

/** The sale that an installation follows, as far as the caller may see it; in scope but unsold answers no dealer. */
export interface SaleOfUnit {
  dealerId: string | null;
}

export function saleOfUnit(unitId: string, ctx: CallContext): Statement {
  return {
    name: 'installation_sale',
    text: `
      select s.dealer_id as "dealerId" from product_unit u
        left join unit_sale s on s.unit_id = u.id and ($1::boolean or s.dealer_id = any($2::uuid[]))
        left join unit_dispatch d on d.unit_id = u.id and ($1::boolean or d.dealer_id = any($2::uuid[]))
      where u.id = $3 and (s.unit_id is not null or (d.unit_id is not null and not u.sold))`,
    values: [...scopeValues(ctx), unitId],
  };
}
