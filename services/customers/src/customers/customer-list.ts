import type { ListCustomersRequest } from '@aftercare/contracts';
import type { CallContext } from '@aftercare/messaging';
import { Conditions, dealerScope, listRows, pageOf, scopeValues, type ListOrder, type Page, type Statement } from '@aftercare/service';
import { searchTerms, type SearchTerms } from './customer-search.rules.js';

/** Collects values and the parts of a text that name them; a statement's name follows from which parts it has. */
class Parts {
  readonly values: unknown[] = [];
  readonly names: string[] = [];

  add(name: string, text: (...places: string[]) => string, ...values: unknown[]): string {
    this.names.push(name);
    const places = values.map((_value, index) => `$${this.values.length + index + 1}`);
    this.values.push(...values);
    return text(...places);
  }
}

/**
 * Customers, newest first; keyset (created_at, id). Each shape has a plan of its own, so that a dealer's page is read along
 * the dealer's index and a search along the index of what was typed. Comparisons that the policies let pass into an index
 * are `=`, `<` and `>=`, not `like`.
 */
export function listCustomers(request: ListCustomersRequest, ctx: CallContext): Statement & { page: Page } {
  const page = pageOf(request.page, 'instant');
  const terms = searchTerms(request.q);
  const found = terms === null ? plain(request, ctx, page) : searched(request, ctx, { terms, page });
  return {
    page,
    name: found.name,
    text: `
      with found as materialized (${found.text})
      select c.id, f.created_at::text as key, json_build_object('id', c.id, 'number', c.number, 'dealerId', c.dealer_id, 'name', c.masked_name,
          'phone', c.masked_phone, 'regionCode', c.region_code, 'unitCount', (select count(*) from unit_sale s where s.customer_id = c.id),
          'createdAt', iso(c.created_at), 'class', c.class)::text as item
      from found f join customer c on c.id = f.id order by f.created_at desc, f.id desc`,
    values: found.values,
  };
}

type Scope = (alias: string) => string;

/** One dealer is the rule, and only an equality lets the index give the order. */
function scopeOf(parts: Parts, request: ListCustomersRequest, ctx: CallContext): Scope {
  const [everything, dealers] = scopeValues(ctx);
  const conditions: Scope[] = [];
  const only = (name: string, condition: (column: string, place: string) => string, value: unknown): void => {
    const place = parts.add(name, (given) => given, value);
    conditions.push((alias) => condition(`${alias}.dealer_id`, place));
  };
  if (!everything && dealers.length === 1) only('d', (column, place) => `${column} = ${place}::uuid`, dealers[0]);
  else if (!everything) only('ds', (column, place) => `${column} = any(${place}::uuid[])`, dealers);
  if (request.dealerId) only('di', (column, place) => `${column} = ${place}::uuid`, request.dealerId);
  return (alias) => conditions.map((condition) => condition(alias)).join(' and ') || 'true';
}

function classIs(parts: Parts, wanted: string): Scope {
  const place = parts.add('cl', (given) => given, wanted);
  return (alias) => `${alias}.class = ${place}::text`;
}

const NEWEST: ListOrder = { by: 'r.created_at', direction: 'desc', type: 'timestamptz' };

function plain(request: ListCustomersRequest, ctx: CallContext, page: Page): Statement {
  const where = new Conditions().add('l', () => 'r.merged_into is null')
    .when(request.dealerId, 'di', (id) => `r.dealer_id = ${id}::uuid`).when(request.class, 'cl', (wanted) => `r.class = ${wanted}::text`);
  return listRows({ name: 'customers', table: 'customer', order: NEWEST, scope: { dealers: dealerScope(ctx) }, where, page, pick: 'r.id, r.created_at' });
}

/** Where the page begins and how long it is, for each part of the text that stops there. */
interface Bounds {
  beyond(columns: string): string;
  limit: string;
}

function boundsOf(parts: Parts, page: Page): Bounds {
  const { after } = page;
  const places = after ? parts.add('after', (key, id) => `(${key}::timestamptz, ${id}::uuid)`, after.key, after.id) : '';
  const limit = parts.add('n', (place) => `limit ${place}::int`, page.limit + 1);
  return { limit, beyond: (columns) => (places === '' ? 'true' : `(${columns}) < ${places}`) };
}

const NAME_MAX = 63;

/** Above every text that begins with a given one, in the order of the code points. */
const AFTER_ALL = `chr(1114111)`;

/** C-1: what a merged file was known by finds the surviving one. */
function searched(request: ListCustomersRequest, ctx: CallContext, { terms, page }: { terms: SearchTerms; page: Page }): Statement {
  const parts = new Parts();
  const scope = scopeOf(parts, request, ctx);
  const ofClass: Scope = request.class ? classIs(parts, request.class) : () => 'true';
  const { beyond, limit } = boundsOf(parts, page);
  const file = (from: string, on: string): string =>
    `select f.id, f.created_at from ${from} join customer f on ${on} where ${scope('f')}`;
  const key = (column: string, place: string): string =>
    `select k.customer_id, k.created_at from customer_name_key k where ${scope('k')} and k.${column} >= ${place}::text and k.${column} < (${place}::text || ${AFTER_ALL})`;
  // Many names hold one character: their newest files are read in order. A class stands in the file alone.
  const ordered = [...terms.name].length === 1 && request.class === '';
  const bearers = (name: string): string => `(select distinct k.customer_id, k.created_at from customer_name_key k
    where ${scope('k')} and k.first = ${name}::text and ${beyond('k.created_at, k.customer_id')} order by k.created_at desc, k.customer_id desc ${limit})`;
  const hits = [
    parts.add('q', (code) => [
      `select f.id, f.created_at from customer f where ${scope('f')} and f.merged_into is null and f.number = ${code}::text`,
      `${file('customer c', 'f.id = c.merged_into')} and c.number = ${code}::text`,
      `${file('product_unit u join unit_sale s on s.unit_id = u.id', 'f.id = s.customer_id')} and u.serial = ${code}::text`,
    ].join(' union all '), terms.code),
    parts.add(ordered ? 'one' : 'name', (name) => (ordered ? bearers(name) : key('part', name)), terms.name),
  ];
  if (terms.letters !== null) hits.push(parts.add('az', (letters) => `${key('pinyin', letters)} union all ${key('initials', letters)}`, terms.letters));
  if (terms.phoneEnd !== null) {
    hits.push(parts.add('end', (end) =>
      `${file('customer_phone p', 'f.id = p.customer_id')} and p.tail ~>=~ ${end}::text and p.tail ~<~ (${end}::text || ${AFTER_ALL})`, terms.phoneEnd));
  }
  const inClass = ofClass('c') === 'true' ? 'true' : `exists (select from customer c where c.id = h.id and ${ofClass('c')})`;
  const text = `select h.id, h.created_at from (${hits.join('\n union all ')}) h(id, created_at)
    where ${inClass} and ${beyond('h.created_at, h.id')}
    group by h.id, h.created_at order by h.created_at desc, h.id desc ${limit}`;
  return { name: `customers_${parts.names.join('_')}`.slice(0, NAME_MAX), text, values: parts.values };
}
