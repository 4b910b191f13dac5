import type { ListRatedCallsRequest, ListServiceRatesRequest } from '@aftercare/contracts';
import { Refusal } from '@aftercare/domain';
import { Conditions, listStatement, pageOf, statementName, type JsonRow, type ListOrder, type Page, type Statement } from '@aftercare/service';
import type { Period } from '../files/dealer-file.rules.js';
import { rate, text } from '../files/figures.queries.js';
import { idOf } from './bars.queries.js';
import { daysOf, queryOf, unsaidOf, withQuery } from './opens.rules.js';

/** What rates and their calls are asked for. */
export interface RatesAsked {
  generation: number;
  period: Period;
  /** What the region codes begin with; empty for all. */
  prefix: string;
}

const KEYS: Record<string, string> = { dealer: 'r.dealer_id::text', family: 'r.family', region: 'r.region_code', month: `to_char(r.day, 'YYYY-MM')` };
const COUNT = /^\d{1,9}$/;

/** Q-2: first-time-fix and repeat rate, from the figures of days; keyset (calls, id). Refuses DIMENSION_UNKNOWN, CURSOR_INVALID. */
export function listRates(asked: RatesAsked, request: ListServiceRatesRequest): { page: Page; statement: Statement } {
  const key = Object.hasOwn(KEYS, request.by) ? KEYS[request.by] : undefined;
  if (!key) throw new Refusal('invalid_argument', 'DIMENSION_UNKNOWN', `Rates are by: ${Object.keys(KEYS).join(', ')}.`, { field: 'by', allowed: Object.keys(KEYS).join(', ') });
  const page = pageOf(request.page, { list: `service-rates ${request.by}` });
  if (page.after && !COUNT.test(page.after.key)) throw new Refusal('invalid_argument', 'CURSOR_INVALID', 'The cursor was not made by this list.', { field: 'cursor' });
  const where = conditions(asked, request, 'r.day >= $2::date and r.day < $3::date');
  const at = where.values.length;
  const named = request.by === 'dealer' ? 'left join dealer_fact d on d.generation = $1 and d.dealer_id::text = p.key' : 'cross join (select null::text as code, null::text as name) d';
  const statement = `
    with counted as (
      select ${key} as key, sum(calls)::int as calls, sum(cancelled)::int as cancelled, sum(resolved)::int as resolved, sum(first_visit)::int as first_visit, sum(repeated)::int as repeated
      from call_day r where ${where.ways()[0]} group by 1 having sum(calls) > 0),
    rows as (select *, ${idOf(`$${at + 1}::text`)} as id from counted),
    page as (
      select * from rows where $${at + 2}::text is null or (calls, id) < ($${at + 2}::text::int, $${at + 3}::uuid) order by calls desc, id desc limit $${at + 4})
    select p.id, p.calls::text as key, p.key as of, json_build_object('id', p.id, 'key', p.key, 'label', coalesce(d.code, p.key), 'name', coalesce(d.name, ''), 'calls', p.calls,
      'cancelled', p.cancelled, 'resolved', p.resolved, 'firstVisit', p.first_visit, 'firstFixPercent', ${text(rate('p.first_visit', 'p.resolved'))},
      'repeated', p.repeated, 'repeatPercent', ${text(rate('p.repeated', '(p.calls - p.cancelled)'))})::text as item
    from page p ${named} order by p.calls desc, p.id desc`;
  const name = statementName(['rates', request.by, ...where.names]);
  return { page, statement: { name, text: statement, values: [...where.values, request.by, page.after?.key ?? null, page.after?.id ?? null, page.limit + 1] } };
}

/** A row of rates with its key, which says what is behind it. */
export interface RateRow extends JsonRow {
  of: string;
}

/** Q-2: a rate with the query of its calls. */
export function openableRate(row: RateRow, { period }: RatesAsked, request: ListServiceRatesRequest): RateRow {
  const { by, dealerId, family, region, regionCode, without } = request;
  const behind: Record<string, string> = { ...daysOf(period, by === 'month' ? row.of : ''), dealerId, family, region, regionCode, without };
  const unsaid = new Set<string>(unsaidOf(without, UNSAID));
  if (by === 'dealer') behind.dealerId = row.of;
  if (by === 'family') behind.family = row.of;
  if (by === 'region') behind.regionCode = row.of;
  if ((UNSAID as readonly string[]).includes(by) && row.of === '') unsaid.add(by);
  return withQuery(row, queryOf({ ...behind, without: UNSAID.filter((name) => unsaid.has(name)).join(',') }));
}

/** What calls may not say. */
const UNSAID = ['family', 'region'] as const;

/** D-4, R-2: as the figures of days count them. */
const FIRST_FIX = `(r.outcome = 'resolved' and r.first_visit and not r.reopened)`;
const REPEATED = `(r.repeated and r.outcome <> 'cancelled')`;
const ONLY: Record<string, string> = { repeated: REPEATED, first_fix: FIRST_FIX, not_first_fix: `(r.outcome = 'resolved' and not ${FIRST_FIX})` };
const NEWEST: ListOrder = { by: 'r.received_at', direction: 'desc', type: 'timestamptz', id: 'r.call_id' };

/** Q-2: the calls behind a rate. Refuses ONLY_UNKNOWN, CURSOR_INVALID. */
export function listRatedCalls(asked: RatesAsked, request: ListRatedCallsRequest): { page: Page; statement: Statement } {
  const page = pageOf(request.page, { list: 'rated-calls', key: 'instant' });
  const where = conditions(asked, request, 'r.received_at is not null and r.received_on >= $2::date and r.received_on < $3::date');
  if (request.only !== '') {
    if (!Object.hasOwn(ONLY, request.only)) throw new Refusal('invalid_argument', 'ONLY_UNKNOWN', `Calls are shown by: ${Object.keys(ONLY).join(', ')}.`, { field: 'only', allowed: Object.keys(ONLY).join(', ') });
    where.add(request.only, () => ONLY[request.only]);
  }
  return { page, statement: listStatement({ name: 'rated_calls', table: 'call_fact', order: NEWEST, where, page, columns: CALL }) };
}

function conditions({ generation, period, prefix }: RatesAsked, request: Narrowing, days: string): Conditions {
  const unsaid = unsaidOf(request.without, UNSAID);
  const where = new Conditions().add('', () => `r.generation = $1::int and ${days}`, generation, period.from, period.to);
  where.names.pop();
  return where
    .when(request.dealerId, 'd', (id) => `r.dealer_id = ${id}::uuid`)
    .when(request.family, 'f', (family) => `r.family = ${family}`)
    .when(prefix, 'r', (region) => `starts_with(r.region_code, ${region})`)
    .when(request.regionCode, 'c', (code) => `r.region_code = ${code}`)
    .when(unsaid.includes('family'), 'wf', () => `r.family = ''`)
    .when(unsaid.includes('region'), 'wr', () => `r.region_code = ''`);
}

type Narrowing = Pick<ListServiceRatesRequest, 'dealerId' | 'family' | 'regionCode' | 'without'>;

const CALL = `r.call_id as id, r.received_at::text as key, json_build_object('id', r.call_id, 'number', r.number, 'dealerId', r.dealer_id, 'unitId', coalesce(r.unit_id::text, ''),
  'family', r.family, 'regionCode', r.region_code, 'receivedAt', iso(r.received_at), 'outcome', r.outcome, 'resolvedAt', coalesce(iso(r.resolved_at), ''),
  'firstFix', ${FIRST_FIX}, 'repeated', ${REPEATED})::text as item`;
