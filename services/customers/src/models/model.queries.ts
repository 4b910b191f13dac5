import type { ListProductModelsRequest } from '@aftercare/contracts';
import type { CallContext } from '@aftercare/messaging';
import { pageOf, type Database, type Page, type Statement } from '@aftercare/service';
import { termsOn, type Term, type TermsVersion } from '../warranty/terms.rules.js';
import { readsModel } from './model.rules.js';

/** The terms of some models, by model and day. */
export interface TermsLookup {
  /** The terms in force on a day, usually the day of purchase; none for a model that is not known. */
  of(modelId: string, date: string): Term[];
}

/** Reads the published terms of models, for stages and last covered days. */
export async function termsOfModels(database: Database, ctx: CallContext, modelIds: string[]): Promise<TermsLookup> {
  const versions = await versionsOf(database, ctx, modelIds);
  return { of: (modelId, date) => termsOn(versions.get(modelId) ?? [], date)?.terms ?? [] };
}

async function versionsOf(database: Database, ctx: CallContext, modelIds: string[]): Promise<Map<string, TermsVersion[]>> {
  const ids = [...new Set(modelIds)];
  const rows = ids.length === 0 ? [] : await database.many<{ modelId: string; versions: TermsVersion[] }>(ctx, {
    name: 'terms_of_models',
    onePlan: true,
    text: `select model_id as "modelId", json_agg(json_build_object('version', version, 'effectiveFrom', effective_from, 'terms', terms)) as versions
           from model_terms where published and model_id = any($1::uuid[]) group by model_id`,
    values: [ids],
  });
  return new Map(rows.map((row) => [row.modelId, row.versions]));
}

/** A model as a row names it, with the version that it had then. */
export interface ModelSeen {
  modelId: string;
  modelVersion: number;
}

const remembered = new WeakMap<Database, Map<string, { version: number; versions: TermsVersion[] }>>();

/**
 * As termsOfModels, of models whose version was read beside: nothing changes published terms without it, so that each process reads those
 * of one version once and whoever reads a model after its change finds the changed ones (W-9).
 */
export async function termsOfSeen(database: Database, ctx: CallContext, models: ModelSeen[]): Promise<TermsLookup> {
  const known = remembered.get(database) ?? new Map<string, { version: number; versions: TermsVersion[] }>();
  remembered.set(database, known);
  const unknown = models.filter(({ modelId, modelVersion }) => (known.get(modelId)?.version ?? 0) < modelVersion);
  const read = await versionsOf(database, ctx, unknown.map(({ modelId }) => modelId));
  for (const { modelId, modelVersion } of unknown) {
    if ((known.get(modelId)?.version ?? 0) < modelVersion) known.set(modelId, { version: modelVersion, versions: read.get(modelId) ?? [] });
  }
  return { of: (modelId, date) => termsOn(known.get(modelId)?.versions ?? [], date)?.terms ?? [] };
}

/** Models by code, drafts for the manufacturer only; keyset (code, id). */
export function listModels(request: ListProductModelsRequest, ctx: CallContext): Statement & { page: Page } {
  const page = pageOf(request.page, { list: 'models' });
  return {
    page,
    name: 'model_list',
    text: `
      with found as (
        select * from product_model
        where ($1 = '' or position(lower($1) in lower(code)) > 0 or position($1 in name) > 0 or position(lower($1) in lower(name_en)) > 0)
          and ($2 = '' or family = $2) and ($3 = '' or state = $3) and (state = 'published' or $7::boolean) and ($4::text is null or (code, id) > ($4, $5::uuid))
        order by code, id limit $6::int + 1),
      page as (select * from found order by code, id limit $6::int),
      last as (select code, id from page order by code desc, id desc limit 1)
      select coalesce((select json_agg(json_build_object(
          'id', id, 'code', code, 'name', name, 'nameEn', name_en, 'family', family, 'state', state, 'version', version)
          order by code, id) from page), '[]')::text as items,
        case when (select count(*) from found) > $6::int then (select code from last) end as "lastKey", (select id from last) as "lastId"`,
    values: [request.q.trim(), request.family, request.state, page.after?.key ?? null, page.after?.id ?? null, page.limit, readsModel({ state: 'draft' }, ctx)],
  };
}
