import type { ListUnitsRequest } from '@aftercare/contracts';
import { isId, type DealerStatus } from '@aftercare/domain';
import { notFound, type CallContext } from '@aftercare/messaging';
import { Conditions, dealerScope, EVERY_DEALER, listRows, pageOf, prefixRange, scopeValues, type Database, type ListOrder, type Page, type Statement } from '@aftercare/service';
import { ownFile, ownWorker, worksOnUnit } from '../own-work/own-work.js';

/** What of a unit its stage and its last covered day follow from, with the caller's day. */
export interface UnitBase {
  id: string;
  serial: string;
  modelId: string;
  modelCode: string;
  modelVersion: number;
  purchaseDate: string | null;
  acceptedOn: string | null;
  extendedUntil: string | null;
  version: number;
  today: string;
}

/** The clock is read once and not for each row. */
const BASE = `u.id, u.serial, u.model_id as "modelId", m.code as "modelCode", m.version as "modelVersion", u.purchase_date as "purchaseDate", u.accepted_on as "acceptedOn",
  u.extended_until as "extendedUntil", u.version, (select (business_now() at time zone 'Asia/Shanghai')::date::text) as today`;

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
  servingDealerId: string | null;
  /** The serving dealer's as this service heard it; null while it heard nothing or nobody serves it. */
  servingDealerStatus: DealerStatus | null;
  customerId: string | null;
  /** Whether the unit, with the owner it has, is the caller's own work. */
  ownWork: boolean;
  salePrice: string | null;
  proof: { id: string; sha256: string } | null;
  crossTerritory: boolean | null;
  flow: { kind: string; at: string; on: string; dealerId: string; documentId: string; note: string }[];
}

/** One unit of the caller's scope, with the part of its flow that he may see; a technician sees owner and paper of his own work. */
function unitById(id: string, ctx: CallContext): Statement {
  return {
    name: 'unit_get',
    onePlan: true,
    text: `
      select ${BASE}, u.manufactured_on as "manufacturedOn", u.dispatched_on as "dispatchedOn", u.sold, d.dealer_id as "dealerId",
        s.seller_id as "sellingDealerId", s.dealer_id as "servingDealerId", (select k.status from known_dealer k where k.id = s.dealer_id) as "servingDealerStatus", ${ownFile('s.customer_id', '$4')} as "customerId", s.sale_price as "salePrice", ${worksOnUnit('u.id', 's.customer_id', '$4')} as "ownWork",
        case when ${worksOnUnit('u.id', 's.customer_id', '$4')} then s.proof end as proof, s.cross_territory as "crossTerritory",
        coalesce((select json_agg(json_build_object('kind', e.kind, 'at', iso(e.at), 'on', e.fact_on, 'dealerId', e.dealer_id,
            'documentId', case when e.kind = 'sold' then coalesce(${ownFile('e.document_id::uuid', '$4')}::text, '') else e.document_id end, 'note', e.note) order by e.id)
          from unit_event e where e.unit_id = u.id and ($1::boolean or e.dealer_id = any($2::uuid[]))), '[]') as flow
      from product_unit u join product_model m on m.id = u.model_id
        left join unit_dispatch d on d.unit_id = u.id and ($1::boolean or d.dealer_id = any($2::uuid[]))
        left join unit_sale s on s.unit_id = u.id and ($1::boolean or s.dealer_id = any($2::uuid[]))
      where u.id = $3 and ${IN_SCOPE}`,
    values: [...scopeValues(ctx), id, ownWorker(ctx)],
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
    onePlan: true,
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

/** Serials are compared byte by byte, whatever the database's language is. */
const SERIAL = `serial collate "C"`;

const line = (me: string): string => `${BASE}, coalesce(s.dealer_id, d.dealer_id) as "dealerId", ${ownFile('s.customer_id', me)} as "customerId"`;

/** C-1: the units of a merged file are the surviving one's. */
const inUse = (customer: string): string => `(select coalesce((select f.merged_into from customer f where f.id = ${customer}::uuid), ${customer}::uuid))`;

/**
 * Units of the caller's scope by serial; keyset (serial, id). A dealer's are those of `dealer_unit`, which keeps what was
 * dispatched to or sold by each dealer in the list's order; of one that two of the caller's dealers have, one row is shown.
 * A technician is told the owners that are his own work, and the units of no other.
 */
export function listUnits(request: ListUnitsRequest, ctx: CallContext, serialPrefix: string): Statement & { page: Page } {
  const page = pageOf(request.page, { list: 'units' });
  const scope = dealerScope(ctx);
  const dealers = request.dealerId === '' ? scope : scope === EVERY_DEALER || scope.includes(request.dealerId) ? [request.dealerId] : [];
  const [table, id] = dealers === EVERY_DEALER ? ['product_unit', 'id'] : ['dealer_unit', 'unit_id'];
  const where = new Conditions()
    .when(request.modelId, 'm', (model) => `r.model_id = ${model}::uuid`)
    .when(request.customerId, 'c', (customer) => `r.${id} in (select unit_id from unit_sale where customer_id = ${inUse(customer)})`);
  const me = ownWorker(ctx);
  if (request.customerId !== '' && me !== null) where.add('own', (customer, user) => `${ownFile(inUse(customer), user)} is not null`, request.customerId, me);
  if (serialPrefix !== '') where.add('q', (from, to) => `(r.${SERIAL} >= ${from} and r.${SERIAL} < ${to})`, ...prefixRange(serialPrefix));
  if (request.serialFrom !== '') where.add('sf', (from) => `r.${SERIAL} >= ${from}`, serialOf(request.serialFrom));
  if (request.serialTo !== '') where.add('st', (to) => `r.${SERIAL} <= ${to}`, serialOf(request.serialTo));
  if (dealers !== EVERY_DEALER && dealers.length > 1) {
    where.add('once', (all) => `not exists (select from dealer_unit o where o.unit_id = r.unit_id and o.dealer_id = any(${all}::uuid[]) and o.dealer_id < r.dealer_id)`, dealers);
  }
  const order: ListOrder = { by: `r.${SERIAL}`, direction: 'asc', type: 'text', id: `r.${id}` };
  const onePlan = request.customerId === '';
  const rows = listRows({ name: 'units', table, order, scope: { dealers }, where, page, onePlan });
  const [everything, own, user] = [1, 2, 3].map((nth) => `$${rows.values.length + nth}`) as [string, string, string];
  return {
    page,
    onePlan,
    name: rows.name,
    text: `select ${line(user)} from (${rows.text}) r join product_unit u on u.id = r.${id} join product_model m on m.id = u.model_id
        left join unit_dispatch d on d.unit_id = u.id and (${everything}::boolean or d.dealer_id = any(${own}::uuid[]))
        left join unit_sale s on s.unit_id = u.id and (${everything}::boolean or s.dealer_id = any(${own}::uuid[]))
      order by u.${SERIAL}, u.id`,
    values: [...rows.values, ...scopeValues(ctx), me],
  };
}
