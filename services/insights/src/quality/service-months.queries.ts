import type { ListMonthsInServiceRequest } from '@aftercare/contracts';
import { Refusal } from '@aftercare/domain';
import { pageOf, statementName, type JsonRow, type Page, type Statement } from '@aftercare/service';
import { toldPeriod, type Period } from '../files/dealer-file.rules.js';
import { idOf, SALE_MODEL, saleConditions } from './bars.queries.js';
import { caseConditions } from './case-filter.js';
import { queryOf, withQuery, type CaseFilter } from './opens.rules.js';
import { serviceMonth } from './records.queries.js';

const MONTHS_MAX = 60;

/** What the curve is asked for. */
export interface CurveAsked {
  generation: number;
  sold: Period;
  filter: CaseFilter;
  today: string;
}

/** A month of the curve with its number, which says what is behind it. */
export interface MonthRow extends JsonRow {
  of: number;
}

/** Q-2: a month with the query of its records: whoever repaired them, on units that the filter's dealer sold. */
export function openableMonth(row: MonthRow, { sold, filter }: CurveAsked): MonthRow {
  const { dealerId: soldBy, ...narrowed } = filter;
  const { from: soldFrom, to: soldTo } = toldPeriod(sold);
  return withQuery(row, queryOf({ soldFrom, soldTo, soldBy, serviceMonth: `${row.of}`, ...narrowed }));
}

const MONTH = /^\d{1,3}$/;

/**
 * Q-2: the months-in-service curve of the units sold in a period: in each month the units that have begun it by today, the cases in it
 * and their rate. A month is begun on the day behind the one that ended the month before. Keyset (month, id). Refuses CURSOR_INVALID.
 */
export function monthsInService(asked: CurveAsked, request: Pick<ListMonthsInServiceRequest, 'page'>): { page: Page; statement: Statement } {
  const page = pageOf(request.page, { list: 'months-in-service' });
  if (page.after && !MONTH.test(page.after.key)) throw new Refusal('invalid_argument', 'CURSOR_INVALID', 'The cursor was not made by this list.', { field: 'cursor' });
  const { generation, sold, filter, today } = asked;
  // The filter's dealer sold the units; whoever repaired them counts.
  const { where } = caseConditions({ ...filter, dealerId: '' }, generation);
  const place = (text: (...places: string[]) => string, ...values: unknown[]): string => {
    const made = where.part('', text, ...values);
    where.names.pop();
    return made;
  };
  const cohort = [place((from, to) => `s.sold_on >= ${from}::date and s.sold_on < ${to}::date`, sold.from, sold.to), ...saleConditions(filter, where)];
  const until = place((on) => `${on}::date`, today);
  const behind = place((number) => `(${number}::text is null or month > ${number}::text::int)`, page.after?.key ?? null);
  const limit = place((rows) => `${rows}::int`, page.limit + 1);
  const text = `
    with cohort as not materialized (select s.unit_id, s.sold_on from sale_fact s ${SALE_MODEL} where s.generation = $1 and ${cohort.join(' and ')}),
    days as (select sold_on, count(*)::int as units from cohort where sold_on <= ${until} group by 1),
    -- Units count by the number of the month they are in today.
    ages as (select ${serviceMonth('sold_on', until)} as month, sum(units) as units from days group by 1),
    found as (
      select ${serviceMonth('c.sold_on', 'r.happened_on')} as month, count(*)::int as cases, sum(r.cost) as cost
      from cohort c join fault_case r on r.unit_id = c.unit_id where ${where.ways()[0]} and r.happened_on >= c.sold_on and r.happened_on <= ${until} group by 1),
    months as (
      select n as month, (select coalesce(sum(units), 0)::int from ages where ages.month >= n) as units, coalesce(f.cases, 0) as cases, coalesce(f.cost, 0) as cost
      from generate_series(1, least(${MONTHS_MAX}, (select coalesce(max(month), 0) from ages))) n left join found f on f.month = n),
    rated as (select *, month::text as key, round(100.0 * cases / nullif(units, 0), 2) as rate from months),
    curve as (select *, sum(rate) over (order by month) as reached from rated),
    page as (select *, ${idOf(`'service-month'`)} as id from curve where ${behind} order by month limit ${limit})
    select id, key, month as of, json_build_object('serviceMonth', month, 'units', units, 'cases', cases, 'cost', cost::numeric(30,2)::text,
      'ratePercent', coalesce(rate::text, ''), 'cumulativePercent', coalesce(reached::text, ''))::text as item from page order by month`;
  const name = statementName(['service_months', ...where.names, ...(filter.dealerId === '' ? [] : ['seller'])]);
  return { page, statement: { name, text, values: where.values } };
}
