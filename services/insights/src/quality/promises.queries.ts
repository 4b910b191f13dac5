import type { ListPromisedVisitsRequest, ListPromiseRatesRequest } from '@aftercare/contracts';
import { Refusal } from '@aftercare/domain';
import { invalidField } from '@aftercare/messaging';
import { Conditions, listStatement, pageOf, statementName, type JsonRow, type ListOrder, type Page, type Statement } from '@aftercare/service';
import type { Period } from '../files/dealer-file.rules.js';
import { rate, text } from '../files/figures.queries.js';
import { idOf } from './bars.queries.js';
import { daysOf, queryOf, withQuery } from './opens.rules.js';

/** What rates of kept promises and their windows are asked for. */
export interface PromisesAsked {
  generation: number;
  period: Period;
}

type Narrowing = Pick<ListPromiseRatesRequest, 'dealerId' | 'technicianUserId' | 'without'>;

const KEYS: Record<string, string> = { dealer: 'r.dealer_id::text', technician: `coalesce(r.technician_user_id::text, '')`, month: `to_char(r.begins_on, 'YYYY-MM')` };
const COUNT = /^\d{1,9}$/;

/** A row of rates with its key, which says what is behind it. */
export interface PromiseRow extends JsonRow {
  of: string;
}

/** R-12: kept, missed and moved windows; keyset (kept and missed, id). Refuses DIMENSION_UNKNOWN, CURSOR_INVALID. */
export function listPromiseRates(asked: PromisesAsked, request: ListPromiseRatesRequest): { page: Page; statement: Statement } {
  const key = Object.hasOwn(KEYS, request.by) ? KEYS[request.by] : undefined;
  const names = Object.keys(KEYS).join(', ');
  if (!key) throw new Refusal('invalid_argument', 'DIMENSION_UNKNOWN', `Rates are by: ${names}.`, { field: 'by', allowed: names });
  const page = pageOf(request.page, { list: `promise-rates ${request.by}` });
  if (page.after && !COUNT.test(page.after.key)) throw new Refusal('invalid_argument', 'CURSOR_INVALID', 'The cursor was not made by this list.', { field: 'cursor' });
  const where = conditions(asked, request);
  const at = where.values.length;
  const named = request.by === 'dealer' ? 'left join dealer_fact d on d.generation = $1 and d.dealer_id::text = p.key' : 'cross join (select null::text as code, null::text as name) d';
  const statement = `
    with counted as (
      select ${key} as key, count(*) filter (where outcome = 'kept')::int as kept, count(*) filter (where outcome = 'missed')::int as missed,
        count(*) filter (where outcome = 'moved')::int as moved from appointment_fact r where ${where.ways()[0]} group by 1),
    rows as (select *, kept + missed as windows, ${idOf(`$${at + 1}::text`)} as id from counted),
    page as (
      select * from rows where $${at + 2}::text is null or (windows, id) < ($${at + 2}::text::int, $${at + 3}::uuid) order by windows desc, id desc limit $${at + 4})
    select p.id, p.windows::text as key, p.key as of, json_build_object('id', p.id, 'key', p.key, 'label', coalesce(d.code, p.key), 'name', coalesce(d.name, ''),
      'kept', p.kept, 'missed', p.missed, 'moved', p.moved, 'keptPercent', ${text(rate('p.kept', '(p.kept + p.missed)'))})::text as item
    from page p ${named} order by p.windows desc, p.id desc`;
  const name = statementName(['promises', request.by, ...where.names]);
  return { page, statement: { name, text: statement, values: [...where.values, request.by, page.after?.key ?? null, page.after?.id ?? null, page.limit + 1] } };
}

/** R-12: a rate with the query of its windows. */
export function openable(row: PromiseRow, { period }: PromisesAsked, { by, dealerId, technicianUserId, without }: ListPromiseRatesRequest): PromiseRow {
  const behind = { ...daysOf(period, by === 'month' ? row.of : ''), dealerId, technicianUserId, without };
  if (by === 'dealer') behind.dealerId = row.of;
  if (by === 'technician' && row.of !== '') behind.technicianUserId = row.of;
  if (by === 'technician' && row.of === '') behind.without = 'technician';
  return withQuery(row, queryOf(behind));
}

const OUTCOMES = ['kept', 'missed', 'moved'];
const NEWEST: ListOrder = { by: 'r.window_from', direction: 'desc', type: 'timestamptz', id: 'r.appointment_id' };

/** R-12: the windows behind a rate. Refuses INVALID_FIELD, CURSOR_INVALID. */
export function listVisits(asked: PromisesAsked, request: ListPromisedVisitsRequest): { page: Page; statement: Statement } {
  if (request.outcome !== '' && !OUTCOMES.includes(request.outcome)) throw invalidField('outcome', `A window was: ${OUTCOMES.join(', ')}.`);
  const page = pageOf(request.page, { list: 'promised-visits', key: 'instant' });
  const where = conditions(asked, request).when(request.outcome, 'o', (outcome) => `r.outcome = ${outcome}`);
  return { page, statement: listStatement({ name: 'promised_visits', table: 'appointment_fact', order: NEWEST, where, page, columns: VISIT }) };
}

function conditions({ generation, period }: PromisesAsked, { dealerId, technicianUserId, without }: Narrowing): Conditions {
  if (!['', 'technician'].includes(without)) throw invalidField('without', 'Windows may be without a technician.');
  const where = new Conditions().add('', (of, from, to) => `r.generation = ${of}::int and r.begins_on >= ${from}::date and r.begins_on < ${to}::date`, generation, period.from, period.to);
  where.names.pop();
  return where
    .when(dealerId, 'd', (id) => `r.dealer_id = ${id}::uuid`)
    .when(technicianUserId, 't', (id) => `r.technician_user_id = ${id}::uuid`)
    .when(without !== '', 'w', () => 'r.technician_user_id is null');
}

const VISIT = `r.appointment_id as id, r.window_from::text as key, json_build_object('id', r.appointment_id, 'callId', r.call_id, 'callNumber', r.call_number, 'dealerId', r.dealer_id,
  'technicianUserId', coalesce(r.technician_user_id::text, ''), 'windowFrom', iso(r.window_from), 'windowTo', iso(r.window_to), 'arrivedAt', coalesce(iso(r.arrived_at), ''),
  'outcome', r.outcome)::text as item`;
