import type { ListBulletinReadersRequest, ListBulletinsRequest } from '@aftercare/contracts';
import type { CallContext } from '@aftercare/messaging';
import { pageOf, scopeValues, type Page, type Statement } from '@aftercare/service';

/** The dealer a bulletin is addressed to reads it, not its parent. */
const OWN = { money: true };

/** D-8: the manufacturer sees every bulletin, a dealer's user those published to the own dealer; `b` is the bulletin. */
const SEEN = `($1::boolean or (b.state = 'published' and (b.to_all or exists (
  select 1 from bulletin_addressee a where a.bulletin_id = b.id and a.dealer_id = any($2::uuid[])))))`;

/** One bulletin as its reader sees it. */
export function bulletinById(id: string, ctx: CallContext): Statement {
  return {
    name: 'bulletin_get',
    text: `select b.id, coalesce(b.number, '') as number, b.kind, b.title, b.text, b.model_ids as "modelIds", b.attachments, b.state,
             b.drafted_by as "draftedBy", coalesce(iso(b.published_at), '') as "publishedAt", b.version,
             case when $1::boolean then array(select a.dealer_id::text from bulletin_addressee a where a.bulletin_id = b.id order by 1) else '{}' end as "dealerIds",
             coalesce((select iso(r.read_at) from bulletin_receipt r where r.bulletin_id = b.id and r.user_id = $3), '') as "readAt"
           from bulletin b where ${SEEN} and b.id = $4`,
    values: [...scopeValues(ctx, OWN), ctx.userId, id],
  };
}

/** When a bulletin was published; a draft stands where it was made. Held by an index. */
const AT = 'coalesce(published_at, created_at)';

/** Bulletins, newest first; keyset (when published, id). */
export function listBulletins(request: ListBulletinsRequest, ctx: CallContext): Statement & { page: Page } {
  const page = pageOf(request.page, { list: 'bulletins', key: 'instant' });
  return {
    page,
    name: 'bulletin_list',
    text: `
      with found as (
        select b.*, coalesce(iso(r.read_at), '') as read_at
        from bulletin b left join bulletin_receipt r on r.bulletin_id = b.id and r.user_id = $3
        where ${SEEN}
          and ($4 = '' or position(lower($4) in lower(b.title)) > 0 or position(upper($4) in coalesce(b.number, '')) > 0)
          and ($5 = '' or b.kind = $5) and ($6 = '' or b.state = $6)
          and ($7::uuid is null or $7 = any(b.model_ids) or b.model_ids = '{}')
          and (not $8::boolean or r.bulletin_id is null)
          and ($9::timestamptz is null or (${AT}, b.id) < ($9, $10::uuid))
        order by ${AT} desc, b.id desc limit $11::int + 1),
      page as (select *, ${AT} as at from found order by at desc, id desc limit $11::int),
      last as (select at, id from page order by at, id limit 1)
      select coalesce((select json_agg(json_build_object(
          'id', id, 'number', coalesce(number, ''), 'kind', kind, 'title', title, 'state', state,
          'publishedAt', coalesce(iso(published_at), ''), 'readAt', read_at, 'version', version) order by at desc, id desc) from page), '[]')::text as items,
        case when (select count(*) from found) > $11::int then (select at::text from last) end as "lastKey", (select id from last) as "lastId"`,
    values: [
      ...scopeValues(ctx, OWN), ctx.userId, request.q.trim(), request.kind, request.state, request.modelId || null, request.unread,
      page.after?.key ?? null, page.after?.id ?? null, page.limit,
    ],
  };
}

/** The dealers a published bulletin went to that still work with the manufacturer or have read it, each with its receipts; keyset (code, id). */
export function listReaders(request: ListBulletinReadersRequest): Statement & { page: Page } {
  const page = pageOf(request.page, { list: 'bulletin-readers' });
  return {
    page,
    name: 'bulletin_readers',
    text: `
      with found as (
        select d.id, d.code, d.name,
          (select json_agg(json_build_object('userId', r.user_id, 'readAt', iso(r.read_at)) order by r.read_at, r.user_id)
             from bulletin_receipt r where r.bulletin_id = b.id and r.dealer_id = d.id) as receipts
        from bulletin b join dealer d on b.to_all or exists (select 1 from bulletin_addressee a where a.bulletin_id = b.id and a.dealer_id = d.id)
        where b.id = $1 and b.state = 'published'
          and (d.status in ('active', 'suspended') or exists (select 1 from bulletin_receipt r where r.bulletin_id = b.id and r.dealer_id = d.id))
          and (not $2::boolean or not exists (select 1 from bulletin_receipt r where r.bulletin_id = b.id and r.dealer_id = d.id))
          and ($3::text is null or (d.code, d.id) > ($3, $4::uuid))
        order by d.code, d.id limit $5::int + 1),
      page as (select * from found order by code, id limit $5::int),
      last as (select code, id from page order by code desc, id desc limit 1)
      select coalesce((select json_agg(json_build_object(
          'dealerId', id, 'dealerCode', code, 'dealerName', name, 'firstReadAt', coalesce(receipts -> 0 ->> 'readAt', ''),
          'receipts', coalesce(receipts, '[]')) order by code, id) from page), '[]')::text as items,
        case when (select count(*) from found) > $5::int then (select code from last) end as "lastKey", (select id from last) as "lastId"`,
    values: [request.id, request.unread, page.after?.key ?? null, page.after?.id ?? null, page.limit],
  };
}
