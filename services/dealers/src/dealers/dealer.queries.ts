import type { CallContext } from '@aftercare/messaging';
import { pageOf, scopeValues, type Page, type Statement } from '@aftercare/service';
import type { ListDealersRequest } from '@aftercare/contracts';

/** Dealers by code. The keyset is (code, id); `q` is part of code or name. */
export function listDealers(request: ListDealersRequest, ctx: CallContext): Statement & { page: Page } {
  const page = pageOf(request.page, { list: 'dealers' });
  return {
    page,
    name: 'dealer_list',
    text: `
      with found as (
        select id, code, name, name_en, status, region_code, parent_id, version from dealer
        where ($1::boolean or id = any($2::uuid[]))
          and ($3 = '' or position(lower($3) in lower(code)) > 0 or position($3 in name) > 0 or position(lower($3) in lower(name_en)) > 0)
          and ($4 = '' or status = $4)
          and ($5::uuid is null or parent_id = $5)
          and ($6::text is null or (code, id) > ($6, $7::uuid))
        order by code, id limit $8::int + 1),
      page as (select * from found order by code, id limit $8::int),
      last as (select code, id from page order by code desc, id desc limit 1)
      select coalesce((select json_agg(json_build_object(
          'id', id, 'code', code, 'name', name, 'nameEn', name_en, 'status', status, 'regionCode', region_code,
          'parentId', coalesce(parent_id::text, ''), 'version', version) order by code, id) from page), '[]')::text as items,
        case when (select count(*) from found) > $8::int then (select code from last) end as "lastKey",
        (select id from last) as "lastId"`,
    values: [
      ...scopeValues(ctx), request.q.trim(), request.status, request.parentId || null,
      page.after?.key ?? null, page.after?.id ?? null, page.limit,
    ],
  };
}

/** What a dealer may do now, as the JSON of DealerStanding. */
export function dealerStanding(id: string, ctx: CallContext): Statement {
  return {
    name: 'dealer_standing',
    text: `
      select json_build_object(
        'id', d.id, 'code', d.code, 'name', d.name, 'nameEn', d.name_en, 'status', d.status, 'parentId', coalesce(d.parent_id::text, ''),
        'childIds', coalesce((select json_agg(c.id order by c.code) from dealer c where c.parent_id = d.id), '[]'),
        'territoryRegionCodes', to_json(d.territory))::text as standing
      from dealer d where d.id = $1 and ($2::boolean or d.id = any($3::uuid[]))`,
    values: [id, ...scopeValues(ctx)],
  };
}
