import type { ListProductFamiliesRequest } from '@aftercare/contracts';
import { requireFamilyInUse, type KnownFamily } from '@aftercare/domain';
import { Conditions, listStatement, pageOf, type ListOrder, type Page, type Statement, type Tx } from '@aftercare/service';

const BY_CODE: ListOrder = { by: `r.code collate "C"`, direction: 'asc', type: 'text' };

const ITEM = `json_build_object('id', r.id, 'code', r.code, 'name', r.name, 'nameEn', r.name_en, 'active', r.active, 'version', r.version)`;

/** Families by code; keyset (code, id). */
export function listFamilies(request: ListProductFamiliesRequest): Statement & { page: Page } {
  const page = pageOf(request.page, { list: 'families' });
  const where = new Conditions()
    .when(request.q.trim().toLowerCase(), 'q', (q) => `(position(${q} in lower(r.code)) > 0 or position(${q} in lower(r.name)) > 0 or position(${q} in lower(r.name_en)) > 0)`)
    .when(request.state, 's', (state) => `r.active = (${state} = 'active')`);
  const columns = `r.id, r.code as key, ${ITEM}::text as item`;
  return { page, ...listStatement({ name: 'families', table: 'product_family', order: BY_CODE, where, page, columns }) };
}

/** The families of some codes, by code. */
export async function familiesByCode(tx: Tx, codes: readonly string[]): Promise<Map<string, KnownFamily>> {
  const rows = await tx.sql<KnownFamily & { code: string }>({
    name: 'families_by_code', text: 'select code, active from product_family where code = any($1::text[])', values: [[...new Set(codes)]],
  });
  return new Map(rows.map((row) => [row.code, row]));
}

/** W-9: what is newly kept by a family names one that is in use. Refuses FAMILY_UNKNOWN, FAMILY_RETIRED. */
export async function requireFamily(tx: Tx, code: string): Promise<void> {
  requireFamilyInUse((await familiesByCode(tx, [code])).get(code) ?? null);
}
