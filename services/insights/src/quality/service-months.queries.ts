import { statementName, type Statement } from '@aftercare/service';
import type { Period } from '../files/dealer-file.rules.js';
import { SALE_MODEL, saleConditions } from './bars.queries.js';
import { caseConditions, type CaseFilter } from './case-filter.js';
import { serviceMonth } from './records.queries.js';

const MONTHS_MAX = 60;

/**
 * the months-in-service curve of the units sold in a period: in each month the units that have begun it by today, the cases in it
 * and their rate. A month is begun on the day behind the one that ended the month before.
 */
export function monthsInService(asked: { generation: number; sold: Period; filter: CaseFilter; today: string }): Statement {
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
  const text = `
    with cohort as (select s.unit_id, s.sold_on from sale_fact s ${SALE_MODEL} where s.generation = $1 and ${cohort.join(' and ')}),
    -- Units count by the number of the month they are in today.
    ages as (select ${serviceMonth('sold_on', until)} as month, count(*)::int as units from cohort where sold_on <= ${until} group by 1),
    found as (
      select ${serviceMonth('c.sold_on', 'r.happened_on')} as month, count(*)::int as cases, sum(r.cost) as cost
      from cohort c join fault_case r on r.unit_id = c.unit_id where ${where.ways()[0]} and r.happened_on >= c.sold_on and r.happened_on <= ${until} group by 1),
    months as (
      select n as month, (select coalesce(sum(units), 0)::int from ages where ages.month >= n) as units, coalesce(f.cases, 0) as cases, coalesce(f.cost, 0) as cost
      from generate_series(1, least(${MONTHS_MAX}, (select coalesce(max(month), 0) from ages))) n left join found f on f.month = n),
    rated as (select *, round(100.0 * cases / nullif(units, 0), 2) as rate from months)
    select month as "serviceMonth", units, cases, cost::numeric(30,2)::text as cost, coalesce(rate::text, '') as "ratePercent",
      coalesce((sum(rate) over (order by month))::text, '') as "cumulativePercent" from rated order by month`;
  return { name: statementName(['service_months', ...where.names, ...(filter.dealerId === '' ? [] : ['seller'])]), text, values: where.values };
}
