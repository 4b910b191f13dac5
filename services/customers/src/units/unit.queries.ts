import type { ListUnitsRequest } from '@aftercare/contracts';
import { isId } from '@aftercare/domain';
import { notFound, type CallContext } from '@aftercare/messaging';
import { pageOf, scopeValues, type Database, type Page, type Statement } from '@aftercare/service';

/** What of a unit its stage and its last covered day follow from, with the caller's day. */
export interface UnitBase {
  id: string;
  serial: string;
  modelId: string;
  modelCode: string;
  purchaseDate: string | null;
  acceptedOn: string | null;
  extendedUntil: string | null;
  version: number;
  today: string;
}

const BASE = `u.id, u.serial, u.model_id as "modelId", m.code as "modelCode", u.purchase_date as "purchaseDate", u.accepted_on as "acceptedOn",
  u.extended_until as "extendedUntil", u.version, (business_now() at time zone 'Asia/Shanghai')::date::text as today`;

/** Whether the unit is in the caller's scope: dispatched to or sold by a dealer he may see. $1 and $2 are the scope. */
const IN_SCOPE = `($1::boolean
  or exists (select from unit_dispatch own where own.unit_id = u.id and own.dealer_id = any($2::uuid[]))
  or exists (select from unit_sale own where own.unit_id = u.id and own.dealer_id = any($2::uuid[])))`;

export interface UnitRow extends UnitBase {
  manufacturedOn: string;
  dispatchedOn: string;
  sold: boolean;
  dealerId: string | null;
  sellingDealerId: string | null;
  customerId: string | null;
  salePrice: string | null;
  proof: { id: string; sha256: string } | null;
  crossTerritory: boolean | null;
  flow: { kind: string; at: string; on: string; dealerId: string; documentId: string; note: string }[];
}

/** One unit of the caller's scope, with the part of its flow that he may see. */
function unitById(id: string, ctx: CallContext): Statement {
  return {
    name: 'unit_get',
    text: `
      select ${BASE}, u.manufactured_on as "manufacturedOn", u.dispatched_on as "dispatchedOn", u.sold, d.dealer_id as "dealerId",
        s.dealer_id as "sellingDealerId", s.customer_id as "customerId", s.sale_price as "salePrice", s.proof, s.cross_territory as "crossTerritory",
        coalesce((select json_agg(json_build_object('kind', e.kind, 'at', iso(e.at), 'on', e.fact_on, 'dealerId', e.dealer_id,
            'documentId', e.document_id, 'note', e.note) order by e.id)
          from unit_event e where e.unit_id = u.id and ($1::boolean or e.dealer_id = any($2::uuid[]))), '[]') as flow
      from product_unit u join product_model m on m.id = u.model_id
        left join unit_dispatch d on d.unit_id = u.id and ($1::boolean or d.dealer_id = any($2::uuid[]))
        left join unit_sale s on s.unit_id = u.id and ($1::boolean or s.dealer_id = any($2::uuid[]))
      where u.id = $3 and ${IN_SCOPE}`,
    values: [...scopeValues(ctx), id],
  };
}

/** One unit of the caller's scope. Errors: NOT_FOUND, for a foreign one as for a missing one. */
export async function readUnit(database: Database, ctx: CallContext, id: string): Promise<UnitRow> {
  const row = isId(id) ? await database.one<UnitRow>(ctx, unitById(id, ctx)) : null;
  if (row === null) throw notFound('product unit');
  return row;
}

export interface LookupRow extends UnitBase {
  modelName: string;
  family: string;
  manufacturedOn: string;
  dispatchedOn: string;
  own: boolean;
}

/** D-9: what anybody may know of a unit whose full serial he has. */
export function unitBySerial(serial: string, ctx: CallContext): Statement {
  return {
    name: 'unit_by_serial',
    text: `
      select ${BASE}, m.name as "modelName", m.family, u.manufactured_on as "manufacturedOn", u.dispatched_on as "dispatchedOn", ${IN_SCOPE} as own
      from product_unit u join product_model m on m.id = u.model_id where u.serial = $3`,
    values: [...scopeValues(ctx), serial],
  };
}

export interface UnitListRow extends UnitBase {
  dealerId: string | null;
  customerId: string | null;
}

const serialOf = (text: string): string => text.trim().toUpperCase();

/** Units of the caller's scope by serial; keyset (serial, id). */
export function listUnits(request: ListUnitsRequest, ctx: CallContext, serialPrefix: string): Statement & { page: Page } {
  const page = pageOf(request.page);
  return {
    page,
    name: 'unit_list',
    text: `
      select ${BASE}, coalesce(s.dealer_id, d.dealer_id) as "dealerId", s.customer_id as "customerId"
      from product_unit u join product_model m on m.id = u.model_id
        left join unit_dispatch d on d.unit_id = u.id and ($1::boolean or d.dealer_id = any($2::uuid[]))
        left join unit_sale s on s.unit_id = u.id and ($1::boolean or s.dealer_id = any($2::uuid[]))
      where ($1::boolean or d.unit_id is not null or s.unit_id is not null)
        and ($3 = '' or starts_with(u.serial, $3)) and ($4::uuid is null or u.model_id = $4)
        and ($5::uuid is null or d.dealer_id = $5 or s.dealer_id = $5) and ($6::uuid is null or s.customer_id = $6)
        and ($7::text is null or (u.serial, u.id) > ($7, $8::uuid))
        and ($10::text = '' or u.serial >= $10) and ($11::text = '' or u.serial <= $11)
      order by u.serial, u.id limit $9::int + 1`,
    values: [
      ...scopeValues(ctx), serialPrefix, request.modelId || null, request.dealerId || null, request.customerId || null,
      page.after?.key ?? null, page.after?.id ?? null, page.limit, serialOf(request.serialFrom), serialOf(request.serialTo),
    ],
  };
}
