import type { ListModelDocumentsRequest } from '@aftercare/contracts';
import { pageOf, type Page, type Statement } from '@aftercare/service';

/** A draft is the manufacturer's only; row-level security says it once more. */
export const seesDrafts = (caller: { dealerId: string | null }): boolean => caller.dealerId === null;

/** Documents of models, newest first; keyset (created_at, id). */
export function listDocuments(request: ListModelDocumentsRequest, drafts: boolean): Statement & { page: Page } {
  const page = pageOf(request.page, { list: 'model-documents', key: 'instant' });
  return {
    page,
    name: 'model_document_list',
    text: `
      with found as (
        select d.*, m.code as model_code from model_document d join product_model m on m.id = d.model_id
        where ($1::boolean or d.state <> 'draft') and ($2::uuid is null or d.model_id = $2) and ($3 = '' or d.kind = $3)
          and ($4 = '' or d.language = $4) and ($5 = '' or d.state = $5)
          and ($6 = '' or d.positions @> jsonb_build_array(jsonb_build_object('partNumber', $6::text)))
          and ($7::timestamptz is null or (d.created_at, d.id) < ($7, $8::uuid))
        order by d.created_at desc, d.id desc limit $9::int + 1),
      page as (select * from found order by created_at desc, id desc limit $9::int),
      last as (select created_at, id from page order by created_at, id limit 1)
      select coalesce((select json_agg(json_build_object(
          'id', id, 'modelId', model_id, 'modelCode', model_code, 'kind', kind, 'title', title, 'titleEn', title_en, 'language', language,
          'edition', edition, 'state', state, 'positionCount', jsonb_array_length(positions), 'publishedAt', coalesce(iso(published_at), ''), 'version', version)
          order by created_at desc, id desc) from page), '[]')::text as items,
        case when (select count(*) from found) > $9::int then (select created_at::text from last) end as "lastKey", (select id from last) as "lastId"`,
    values: [
      drafts, request.modelId || null, request.kind, request.language, request.state, request.partNumber, page.after?.key ?? null, page.after?.id ?? null, page.limit,
    ],
  };
}
