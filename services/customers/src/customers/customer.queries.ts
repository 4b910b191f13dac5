import type { ListCustomersRequest } from '@aftercare/contracts';
import type { CallContext } from '@aftercare/messaging';
import { Conditions, dealerScope, listRows, pageOf, scopeValues, type ListOrder, type Page, type Statement } from '@aftercare/service';

/** A customer as it is read: the plain values, and the units with what their stage follows from. */
export interface CustomerRow {
  id: string;
  number: string;
  dealerId: string;
  name: string;
  phones: string[];
  regionCode: string;
  addressDetail: string;
  language: string;
  consentService: boolean;
  consentMarketing: boolean;
  mergedInto: string | null;
  anonymisedAt: string | null;
  version: number;
  createdAt: string;
  today: string;
  units: OwnedUnitRow[];
}

export interface OwnedUnitRow {
  unitId: string;
  serial: string;
  modelId: string;
  modelCode: string;
  purchaseDate: string | null;
  acceptedOn: string | null;
  extendedUntil: string | null;
}

const COLUMNS = `c.id, c.number, c.dealer_id as "dealerId", c.name, c.region_code as "regionCode", c.address_detail as "addressDetail", c.language,
  c.consent_service as "consentService", c.consent_marketing as "consentMarketing", c.merged_into as "mergedInto",
  iso(c.anonymised_at) as "anonymisedAt", c.version,  iso(c.created_at) as "createdAt",
  (select coalesce(array_agg(p.phone order by p.position), '{}') from customer_phone p where p.customer_id = c.id) as phones`;

/** One customer with its units, in one statement. */
export function customerById(id: string, ctx: CallContext): Statement {
  return {
    name: 'customer_get',
    text: `
      select ${COLUMNS}, (business_now() at time zone 'Asia/Shanghai')::date::text as today,
        coalesce((select json_agg(json_build_object(
            'unitId', u.id, 'serial', u.serial, 'modelId', u.model_id, 'modelCode', m.code, 'purchaseDate', u.purchase_date,
            'acceptedOn', u.accepted_on, 'extendedUntil', u.extended_until) order by s.sold_at, u.serial)
          from unit_sale s join product_unit u on u.id = s.unit_id join product_model m on m.id = u.model_id
          where s.customer_id = c.id), '[]') as units
      from customer c where c.id = $1 and ($2::boolean or c.dealer_id = any($3::uuid[]))`,
    values: [id, ...scopeValues(ctx)],
  };
}

/** The page of what was found, `size` rows of it, as one answer. */
const pageOfFound = (size: string): string => `
  page as (select * from found order by created_at desc, id desc limit ${size}),
  last as (select created_at, id from page order by created_at, id limit 1)
  select coalesce((select json_agg(json_build_object(
      'id', id, 'number', number, 'dealerId', dealer_id, 'name', masked_name, 'phone', masked_phone, 'regionCode', region_code,
      'unitCount', (select count(*) from unit_sale s where s.customer_id = page.id), 'createdAt', iso(created_at))
      order by created_at desc, id desc) from page), '[]')::text as items,
    case when (select count(*) from found) > ${size} then (select created_at::text from last) end as "lastKey", (select id from last) as "lastId"`;

const NEWEST: ListOrder = { by: 'r.created_at', direction: 'desc', type: 'timestamptz' };

/** Files in use, newest first; keyset (created_at, id). */
function allCustomers({ dealerId }: ListCustomersRequest, ctx: CallContext, page: Page): Statement {
  const where = new Conditions().add('used', () => 'r.merged_into is null').when(dealerId, 'd', (id) => `r.dealer_id = ${id}::uuid`);
  const rows = listRows({ name: 'customers', table: 'customer', order: NEWEST, scope: { dealers: dealerScope(ctx) }, where, page });
  // The rows' last value is one more than the page shows.
  return { ...rows, text: `with found as (${rows.text}), ${pageOfFound(`$${rows.values.length}::int - 1`)}` };
}

/** C-1: by number, last digits of a phone, initials in pinyin, part of the name, or the serial of a unit; what a merged file was known by finds the surviving one. */
const SEARCH = `
  with hit as (
    select coalesce(merged_into, id) as id from customer where number = upper($6)
    union select customer_id from customer_phone where $6 ~ '^[0-9]{3,15}$' and tail like reverse($6) || '%'
    union select coalesce(merged_into, id) from customer where $6 ~ '^[A-Za-z]{1,20}$' and initials like lower($6) || '%'
    union select coalesce(merged_into, id) from customer where position($6 in name) > 0
    union select s.customer_id from product_unit u join unit_sale s on s.unit_id = u.id where u.serial = upper($6)),
  found as (
    select c.* from hit join customer c using (id)
    where ($1::boolean or c.dealer_id = any($2::uuid[])) and ($3::uuid is null or c.dealer_id = $3)
      and ($4::timestamptz is null or (c.created_at, c.id) < ($4, $5::uuid))
    order by c.created_at desc, c.id desc limit $7::int + 1), ${pageOfFound('$7::int')}`;

const QUERY_LENGTH_MAX = 100;

export function listCustomers(request: ListCustomersRequest, ctx: CallContext): Statement {
  const page = pageOf(request.page, 'instant');
  const q = request.q.trim().slice(0, QUERY_LENGTH_MAX);
  if (q === '') return allCustomers(request, ctx, page);
  return {
    name: 'customer_search',
    text: SEARCH,
    values: [...scopeValues(ctx), request.dealerId || null, page.after?.key ?? null, page.after?.id ?? null, q, page.limit],
  };
}
