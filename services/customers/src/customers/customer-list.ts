import type { ListCustomersRequest } from '@aftercare/contracts';
import { CUSTOMER_CLASSES } from '@aftercare/domain';
import type { CallContext } from '@aftercare/messaging';
import { Conditions, dealerScope, EVERY_DEALER, listRows, pageOf, scopeValues, statementName, type ListOrder, type Page, type Statement } from '@aftercare/service';
import { fewOrMany, ownWorker, ownWorkIds, worked } from '../own-work/own-work.js';
import { searchTerms, type SearchTerms } from './customer-search.rules.js';

/**
 * Customers, newest first, of a technician those of his own work; keyset (created_at, id). Each shape has a plan of its own, so that a dealer's page is read along
 * the dealer's index and a search along the index of what was typed. Comparisons that the policies let pass into an index
 * are `=`, `<` and `>=`, not `like`.
 */
export function listCustomers(request: ListCustomersRequest, ctx: CallContext): Statement & { page: Page } {
  const page = pageOf(request.page, { list: 'customers', key: 'instant' });
  const terms = searchTerms(request.q);
  const found = terms === null ? plain(request, ctx, page) : searched(request, ctx, { terms, page });
  return {
    page,
    name: found.name,
    onePlan: found.onePlan,
    text: `
      with ${found.beside}found as materialized (${found.text})
      select c.id, f.created_at::text as key, json_build_object('id', c.id, 'number', c.number, 'dealerId', c.dealer_id, 'name', c.masked_name,
          'phone', c.masked_phone, 'regionCode', c.region_code, 'unitCount', (select count(*) from unit_sale s where s.customer_id = c.id),
          'createdAt', iso(c.created_at), 'class', c.class)::text as item
      from found f join customer c on c.id = f.id order by f.created_at desc, f.id desc`,
    values: found.values,
  };
}

type Scope = (alias: string) => string;

/** One dealer is the rule, and only an equality lets the index give the order. */
function scopeOf(parts: Conditions, request: ListCustomersRequest, ctx: CallContext): Scope {
  const [everything, dealers] = scopeValues(ctx);
  const conditions: Scope[] = [];
  const only = (name: string, condition: (column: string, place: string) => string, value: unknown): void => {
    const place = parts.part(name, (given) => given, value);
    conditions.push((alias) => condition(`${alias}.dealer_id`, place));
  };
  if (!everything && dealers.length === 1) only('d', (column, place) => `${column} = ${place}::uuid`, dealers[0]);
  else if (!everything) only('ds', (column, place) => `${column} = any(${place}::uuid[])`, dealers);
  if (request.dealerId) only('di', (column, place) => `${column} = ${place}::uuid`, request.dealerId);
  return (alias) => conditions.map((condition) => condition(alias)).join(' and ') || 'true';
}

function classIs(parts: Conditions, wanted: string): Scope {
  const place = parts.part('cl', (given) => given, wanted);
  return (alias) => `${alias}.class = ${place}::text`;
}

const NEWEST: ListOrder = { by: 'r.created_at', direction: 'desc', type: 'timestamptz' };

/** The page's files, and what the statement reads beside them. */
type Found = Statement & { beside: string };

function plain(request: ListCustomersRequest, ctx: CallContext, page: Page): Found {
  const where = new Conditions().add('l', () => 'r.merged_into is null').when(request.dealerId, 'di', (id) => `r.dealer_id = ${id}::uuid`);
  // Spelled out, since the index of the few better customers leaves out class C, which a plan for any class cannot.
  const ofClass = CUSTOMER_CLASSES.find((each) => each === request.class);
  if (request.class !== '') where.add(`cl${ofClass ?? ''}`, () => (ofClass ? `r.class = '${ofClass}'` : 'false'));
  // Of several dealers one that is asked for is read alone.
  const all = dealerScope(ctx);
  const dealers = all !== EVERY_DEALER && all.includes(request.dealerId) ? [request.dealerId] : all;
  const me = ownWorker(ctx);
  let beside = '';
  if (me !== null) {
    where.either('me', (place) => {
      beside = `${ownWorkIds(place)}, `;
      return fewOrMany('r', place);
    }, me);
  }
  return { ...listRows({ name: 'customers', table: 'customer', order: NEWEST, scope: { dealers }, where, page, pick: 'r.id, r.created_at', onePlan: me === null }), beside };
}

/** Where the page begins and how long it is, for each part of the text that stops there. */
interface Bounds {
  beyond(columns: string): string;
  limit: string;
}

function boundsOf(parts: Conditions, page: Page): Bounds {
  const { after } = page;
  const places = after ? parts.part('after', (key, id) => `(${key}::timestamptz, ${id}::uuid)`, after.key, after.id) : '';
  const limit = parts.part('n', (place) => `limit ${place}::int`, page.limit + 1);
  return { limit, beyond: (columns) => (places === '' ? 'true' : `(${columns}) < ${places}`) };
}

/** Above every text that begins with a given one, in the order of the code points. */
const AFTER_ALL = `chr(1114111)`;

/** C-1: what a merged file was known by finds the surviving one. */
function searched(request: ListCustomersRequest, ctx: CallContext, { terms, page }: { terms: SearchTerms; page: Page }): Found {
  const parts = new Conditions();
  const scope = scopeOf(parts, request, ctx);
  const ofClass: Scope = request.class ? classIs(parts, request.class) : () => 'true';
  const me = ownWorker(ctx);
  const { beyond, limit } = boundsOf(parts, page);
  const file = (from: string, on: string): string =>
    `select f.id, f.created_at from ${from} join customer f on ${on} where ${scope('f')}`;
  const key = (column: string, place: string): string =>
    `select k.customer_id, k.created_at from customer_name_key k where ${scope('k')} and k.${column} >= ${place}::text and k.${column} < (${place}::text || ${AFTER_ALL})`;
  // Many names hold one character: their newest files are read in order. A class stands in the file alone.
  const ordered = [...terms.name].length === 1 && request.class === '' && me === null;
  const bearers = (name: string): string => `(select distinct k.customer_id, k.created_at from customer_name_key k
    where ${scope('k')} and k.first = ${name}::text and ${beyond('k.created_at, k.customer_id')} order by k.created_at desc, k.customer_id desc ${limit})`;
  const hits = [
    parts.part('q', (code) => [
      `select f.id, f.created_at from customer f where ${scope('f')} and f.merged_into is null and f.number = ${code}::text`,
      `${file('customer c', 'f.id = c.merged_into')} and c.number = ${code}::text`,
      `${file('product_unit u join unit_sale s on s.unit_id = u.id', 'f.id = s.customer_id')} and u.serial = ${code}::text`,
    ].join(' union all '), terms.code),
    parts.part(ordered ? 'one' : 'name', (name) => (ordered ? bearers(name) : key('part', name)), terms.name),
  ];
  if (terms.letters !== null) hits.push(parts.part('az', (letters) => `${key('pinyin', letters)} union all ${key('initials', letters)}`, terms.letters));
  if (terms.phoneEnd !== null) {
    hits.push(parts.part('end', (end) =>
      `${file('customer_phone p', 'f.id = p.customer_id')} and p.tail ~>=~ ${end}::text and p.tail ~<~ (${end}::text || ${AFTER_ALL})`, terms.phoneEnd));
  }
  const inClass = ofClass('c') === 'true' ? 'true' : `exists (select from customer c where c.id = h.id and ${ofClass('c')})`;
  const hit = `select h.id, h.created_at from (${hits.join('\n union all ')}) h(id, created_at)
    where ${inClass} and ${beyond('h.created_at, h.id')}
    group by h.id, h.created_at order by h.created_at desc, h.id desc`;
  const text = me === null ? `${hit} ${limit}` : parts.part('me', (place) => `select h.id, h.created_at from (${hit} offset 0) h
    where exists (select from customer f where f.id = h.id and ${worked('f', 'f.id', place)}) order by h.created_at desc, h.id desc ${limit}`, me);
  return { name: statementName(['customers', ...parts.names]), text, values: parts.values, beside: '' };
}
