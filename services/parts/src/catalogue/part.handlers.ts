import { Controller } from '@nestjs/common';
import { PartCataloguedSchema, PartService, type CreatePartRequest, type FindPartsRequest, type FoundPart, type GetPartRequest, type ListPartsRequest } from '@aftercare/contracts';
import { isId, newId, partClassOf, seesPrices } from '@aftercare/domain';
import { Bus, JsonText, Rpc, ServiceError, invalidField, isManufacturer, notFound, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, jsonPage, pageOf, postgresError, type JsonRow, type Tx } from '@aftercare/service';
import { requireRole } from '../actions.js';
import { idOr404 } from '../documents.js';
import { TODAY } from '../today.js';
import { knownFamilies, requireNewFamilies } from './known-families.js';
import { Part } from './part.entity.js';
import { requireSupersession } from './supersession-links.js';

/** The row as the message says; $1 says whether the caller may know what is in stock, `priced` whether what dealers are charged (F-7). */
const partJson = (priced: string): string => `
  json_build_object('id', part.id, 'number', part.number, 'name', part.name, 'nameEn', part.name_en, 'unit', part.unit,
    'partClass', part.part_class, 'families', part.families, 'returnRequired', part.return_required,
    'weightGrams', part.weight_grams, 'supersedesPartId', coalesce(part.supersedes_part_id::text, ''),
    'dealerPrice', case when ${priced}::boolean then coalesce(price.dealer_price::text, '') else '' end, 'suggestedPrice', coalesce(price.suggested_price::text, ''),
    'available', case when $1::boolean then coalesce(stock.available, 0) else 0 end, 'version', part.version)::text as item`;

const PART_FROM = `
  from part
  left join lateral (
    select line.dealer_price, line.suggested_price
      from price_line line join price_list list on list.id = line.price_list_id
     where line.part_id = part.id and list.state = 'published'
       and list.effective_from <= ${TODAY}
     order by list.effective_from desc, list.published_at desc limit 1) price on true
  left join lateral (
    select sum(on_hand - reserved)::int as available from stock_balance where $1::boolean and part_id = part.id) stock on true`;

const ONE_PART = `select ${partJson('$3')} ${PART_FROM} where part.id = $2`;

const LIST_PARTS = `
  select part.id, part.number as key, ${partJson('$7')} ${PART_FROM}
   where ($2 = '' or position(lower($2) in lower(part.number || ' ' || part.name || ' ' || part.name_en)) > 0)
     and ($3 = '' or $3 = any(part.families))
     and ($4::text is null or (part.number, part.id) > ($4, $5::uuid))
   order by part.number, part.id limit $6`;

const FIND_PARTS = `
  select id, number, name, name_en as "nameEn", part_class as "partClass" from part
   where number = any($1::text[]) or id = any($2::uuid[]) order by number`;

const FOUND_MAX = 500;

/** The parts catalogue (P-1). */
@Controller()
export class PartHandlers implements Handlers<typeof PartService> {
  constructor(
    private readonly database: Database,
    private readonly bus: Bus,
  ) {}

  /** P-1, W-9: adds a part for families of the catalogue that are in use. Errors: PART_NUMBER_TAKEN, PART_CLASS_INVALID, SUPERSEDED_UNKNOWN, SUPERSEDED_ALREADY, FAMILY_UNKNOWN, FAMILY_RETIRED. */
  @Rpc(PartService.method.createPart)
  async createPart(request: CreatePartRequest, ctx: CallContext) {
    requireRole(ctx, 'part.create');
    for (const field of ['number', 'name', 'unit'] as const) {
      if (request[field].trim() === '') throw invalidField(field, 'This may not be empty.');
    }
    if (request.weightGrams < 0) throw invalidField('weightGrams', 'A weight is zero or more.');
    const partClass = partClassOf(request.partClass);
    const families = [...new Set(request.families.map((family) => family.trim()))];
    const known = await knownFamilies(this.bus, families, ctx);
    return this.database.command(ctx, async (tx) => {
      requireNewFamilies(families, known, []);
      return addPart(tx, { ...request, partClass, families });
    }, { request });
  }

  @Rpc(PartService.method.getPart)
  async getPart(request: GetPartRequest, ctx: CallContext) {
    const id = idOr404(request.id, 'part');
    const row = await this.database.one<{ item: string }>(ctx, { name: 'part_one', text: ONE_PART, values: [isManufacturer(ctx), id, seesPrices(ctx.role)] });
    if (!row) throw notFound('part');
    return new JsonText(row.item);
  }

  @Rpc(PartService.method.listParts)
  async listParts(request: ListPartsRequest, ctx: CallContext) {
    const page = pageOf(request.page, { list: 'parts' });
    const rows = await this.database.many<JsonRow>(ctx, {
      name: 'part_list',
      text: LIST_PARTS,
      values: [isManufacturer(ctx), request.q, request.family, page.after?.key ?? null, page.after?.id ?? null, page.limit + 1, seesPrices(ctx.role)],
    });
    return jsonPage(rows, page);
  }

  /** Those of these part numbers and ids that the catalogue has: a drawing's positions are checked with it, and the parts of a repair record. */
  @Rpc(PartService.method.findParts)
  async findParts({ numbers, ids }: FindPartsRequest, ctx: CallContext) {
    for (const [field, asked] of Object.entries({ numbers, ids })) {
      if (asked.length > FOUND_MAX) throw invalidField(field, `At most ${FOUND_MAX} parts are looked up at once.`);
    }
    const items = await this.database.many<FoundPart>(ctx, { name: 'part_find', text: FIND_PARTS, values: [numbers, ids.filter(isId)] });
    return { items };
  }
}

async function addPart(tx: Tx, request: CreatePartRequest) {
  const supersedes = request.supersedesPartId === '' ? null : idOr404(request.supersedesPartId, 'superseded part');
  if (supersedes !== null && !(await tx.em.existsBy(Part, { id: supersedes }))) {
    throw new ServiceError('not_found', 'SUPERSEDED_UNKNOWN', 'The part to be replaced does not exist.', { field: 'supersedesPartId' });
  }
  const { number, name, nameEn, unit, partClass, families, returnRequired, weightGrams } = request;
  const part = { number, name, nameEn, unit, partClass, families, returnRequired, weightGrams };
  const id = newId();
  if (supersedes !== null) await requireSupersession(tx, id, supersedes);
  try {
    await tx.em.insert(Part, { ...part, id, supersedesPartId: supersedes, createdAt: await tx.now(), version: 1 });
  } catch (error) {
    if (postgresError(error)?.code !== '23505') throw error;
    throw new ServiceError('already_exists', 'PART_NUMBER_TAKEN', 'A part with this number exists.', { field: 'number' });
  }
  await tx.announce(PartCataloguedSchema, { partId: id, number, name, nameEn, version: 1 });
  await tx.audit({ action: 'create', kind: 'part', id, changed: { number: { after: number }, returnRequired: { after: returnRequired } } });
  return { id, number, state: 'active', version: 1 };
}
