import type { Statement } from '@aftercare/service';
import { wholeMonths } from '../quality/period.rules.js';
import type { Period } from './dealer-file.rules.js';

/** What every statement of the files is asked for. */
export interface Asked extends Period {
  generation: number;
  /** What the region codes begin with; empty for all. */
  prefix: string;
  /** The day at whose beginning is looked what is overdue and who is certified. */
  asOf: string;
}

const CALL_SUMS = ['calls', 'cancelled', 'resolved', 'within_24', 'within_48', 'special', 'first_visit', 'repeated'];

/** Calls that wait for less than so many hours; written so that row-level security leaves the moment to its index. */
export const waitsSince = (hours: number): string =>
  `(case when open_since is null then received_at else open_since end) > (select business_now() - interval '${hours} hours')`;

/** The days of the period before its whole months and behind them; where there are none, what only looks at values spares the search. */
const daysBeside = (day: string): string[] => [
  `$2::date < $6::date and ${day} >= $2::date and ${day} < least($6::date, $3::date)`, `$7::date < $3::date and ${day} >= $7::date and ${day} < $3::date`,
];
const WHOLE_MONTHS = 'month >= $6::date and month < $7::date';
const MONTH_OF_END = `date_trunc('month', $3::date::timestamp)::date`;

/** $1 generation, $2 from, $3 to, $4 region's beginning, $5 the day looked at, $6 and $7 the whole months of the period; `whose` narrows to dealers. */
export function figuresCte(whose: string): string {
  const counted = (columns: string, table: string, when: string): string => `
      select dealer_id, ${columns} from ${table} where generation = $1 and ${when} and starts_with(region_code, $4) ${whose}`;
  const calls = CALL_SUMS.join(', ');
  const callsCounted = [counted(calls, 'call_month', WHOLE_MONTHS), ...daysBeside('day').map((days) => counted(calls, 'call_day', days))];
  const partsCounted = [counted('pieces', 'part_use_month', WHOLE_MONTHS), ...daysBeside('confirmed_on').map((days) => counted('quantity', 'part_use_fact', days))];
  return `
  calls as (
    select dealer_id, ${CALL_SUMS.map((sum) => `sum(${sum})::int as ${sum}`).join(', ')}
    from (${callsCounted.join(' union all ')}) c group by dealer_id),
  young as (
    select dealer_id, count(*) filter (where ${waitsSince(24)})::int as young_24, count(*)::int as young_48
    from call_fact where generation = $1 and outcome = 'open' and ${waitsSince(48)}
      and received_on >= $2::date and received_on < $3::date and starts_with(region_code, $4) ${whose} group by dealer_id),
  used as (
    select dealer_id, sum(pieces)::int as pieces from (${partsCounted.join(' union all ')}) u group by dealer_id),
  held as (
    select dealer_id, sum(outstanding)::int as pieces, coalesce(sum(outstanding) filter (where due_on < $5::date), 0)::int as overdue
    from (${outstanding('$3', whose)}) o group by dealer_id),
  trained as (
    select dealer_id, count(distinct technician_id)::int as technicians from training_fact
    where generation = $1 and held_on >= $2::date and held_on < $3::date and result <> 'absent' ${whose} group by dealer_id),
  certified as (
    select dealer_id, count(distinct technician_id)::int as technicians from certificate_fact
    where generation = $1 and valid_from < $3::date and holds_until >= ${lastDay('$3', '$5')}
      and technician_id not in (${leavers(lastDay('$3', '$5'), whose)}) ${whose} group by dealer_id),
  reports as (
    select dealer_id, count(*)::int as due, count(*) filter (where late and state <> 'open')::int as late, count(*) filter (where late and state = 'open')::int as missing
    from report_fact where generation = $1 and due_on >= $2::date and due_on < $3::date ${whose} group by dealer_id),
  spot_checked as (
    select dealer_id, sum(checked)::int as checked, sum(false_records)::int as false_records, sum(score_sum)::int as score_sum from spot_check_fact
    where generation = $1 and closed_on >= $2::date and closed_on < $3::date ${whose} group by dealer_id),
  sold as (
    select dealer_id, sum(units)::int as units from (
      select dealer_id, units from sale_month where generation = $1 and month < ${MONTH_OF_END} ${whose}
      union all select dealer_id, units from sale_day where generation = $1 and day >= ${MONTH_OF_END} and day < $3::date ${whose}) s group by dealer_id),
  counted as (
    select d.dealer_id, d.code, d.name, d.status, d.region_code, coalesce(c.calls, 0) as calls, coalesce(c.cancelled, 0) as cancelled,
      coalesce(c.resolved, 0) as resolved, coalesce(c.calls - c.cancelled - c.resolved, 0) as open, coalesce(c.calls - c.cancelled, 0) as kept,
      coalesce(c.calls - c.cancelled, 0) - coalesce(y.young_24, 0) as measured_24, coalesce(c.within_24, 0) as within_24,
      coalesce(c.calls - c.cancelled, 0) - coalesce(y.young_48, 0) as measured_48, coalesce(c.within_48, 0) as within_48,
      coalesce(c.special, 0) as special, coalesce(c.first_visit, 0) as first_visit, coalesce(c.repeated, 0) as repeated,
      coalesce(u.pieces, 0) as parts_used, coalesce(h.pieces, 0) as holdings, coalesce(h.overdue, 0) as overdue,
      coalesce(t.technicians, 0) as trained, coalesce(q.technicians, 0) as certified, coalesce(s.units, 0) as units_sold,
      coalesce(r.due, 0) as reports_due, coalesce(r.late, 0) as reports_late, coalesce(r.missing, 0) as reports_missing,
      coalesce(k.checked, 0) as records_checked, coalesce(k.false_records, 0) as false_records, round(1.0 * k.score_sum / nullif(k.checked, 0), 1) as spot_check_score
    from dealer_fact d left join calls c using (dealer_id) left join young y using (dealer_id) left join used u using (dealer_id)
      left join held h using (dealer_id) left join trained t using (dealer_id) left join certified q using (dealer_id) left join sold s using (dealer_id) left join reports r using (dealer_id)
      left join spot_checked k using (dealer_id)
    where d.generation = $1 ${whose}),
  figures as (
    select *, ${rate('within_24', 'measured_24')} as on_time_24, ${rate('within_48', 'measured_48')} as on_time_48, ${rate('special', 'resolved')} as special_share,
      ${rate('first_visit', 'resolved')} as first_fix, ${rate('repeated', 'kept')} as repeat_share, ${rate('parts_used', 'kept')} as parts_per_100,
      ${rate('kept', 'units_sold')} as calls_per_100
    from counted)`;
}

/** A part for a hundred of the whole with one decimal; null where there is nothing to divide by. */
export function rate(part: string, whole: string): string {
  return `round(100.0 * ${part} / nullif(${whole}, 0), 1)`;
}

/** A number as it is answered: text, empty for none. */
export const text = (column: string): string => `coalesce((${column})::text, '')`;

/** The last day of the period, or today while it goes on. */
export const lastDay = (to: string, asOf: string): string => `least(${to}::date - 1, ${asOf}::date)`;

/** D-5: technicians who are given no work at the end of a day, by what was told of each last up to it. */
export const leavers = (day: string, whose: string): string => `
  select technician_id from (
    select distinct on (technician_id) technician_id, active from technician_fact
    where generation = $1 and changed_on <= ${day} ${whose} order by technician_id, version desc) told where not active`;

/** Obligations with pieces outstanding at the end of the period: what is outstanding now and what ended only afterwards. */
export const outstanding = (to: string, whose: string): string => `
  select dealer_id, part_id, opened_on, due_on, quantity - settled + coalesce(later.pieces, 0) as outstanding
  from obligation_fact left join (
    select obligation_id, sum(pieces)::int as pieces from settlement_fact
    where generation = $1 and settled_on >= ${to}::date ${whose} group by obligation_id) later using (obligation_id)
  where generation = $1 and opened_on < ${to}::date and (closed_on is null or closed_on >= ${to}::date)
    and quantity - settled + coalesce(later.pieces, 0) > 0 ${whose}`;

/** The figures as the messages name them. */
export const FIGURE_COLUMNS = `
  calls, cancelled, resolved, open, measured_24 as "measured24", within_24 as "within24", ${text('on_time_24')} as "onTime24Percent",
  measured_48 as "measured48", within_48 as "within48", ${text('on_time_48')} as "onTime48Percent", special, ${text('special_share')} as "specialPercent",
  first_visit as "firstVisit", ${text('first_fix')} as "firstFixPercent", repeated, ${text('repeat_share')} as "repeatPercent",
  parts_used as "partsUsed", ${text('parts_per_100')} as "partsPer100Calls", holdings, overdue, trained, certified,
  units_sold as "unitsSold", ${text('calls_per_100')} as "callsPer100Units",
  reports_due as "reportsDue", reports_late as "reportsLate", reports_missing as "reportsMissing",
  records_checked as "recordsChecked", ${text('spot_check_score')} as "spotCheckScore", false_records as "falseRecords"`;

export const valuesOf = ({ generation, from, to, prefix, asOf }: Asked): unknown[] => [generation, from, to, prefix, asOf];

/** The values of figuresCte. */
export function figuresValues(asked: Asked): unknown[] {
  const { months } = wholeMonths(asked, asked.asOf);
  return [...valuesOf(asked), months.from, months.to];
}

/** One dealer's figures. */
export function figuresOfDealer(asked: Asked, dealerId: string): Statement {
  return {
    name: 'figures_dealer', text: `with ${figuresCte('and dealer_id = $8')} select ${FIGURE_COLUMNS} from figures`,
    values: [...figuresValues(asked), dealerId],
  };
}

const median = (column: string): string => text(`round((percentile_cont(0.5) within group (order by ${column}))::numeric, 1)`);

/** D-4: the network's medians over all regions: dealers with calls, for what they hold those that are in business as well. */
export function networkMedians(asked: Asked): Statement {
  return {
    name: 'figures_network',
    text: `
      with ${figuresCte('')}
      select count(*) filter (where calls > 0)::int as dealers, ${median('nullif(calls, 0)')} as calls, ${median('on_time_24')} as "onTime24Percent",
        ${median('on_time_48')} as "onTime48Percent", ${median('special_share')} as "specialPercent", ${median('first_fix')} as "firstFixPercent",
        ${median('repeat_share')} as "repeatPercent", ${median('case when calls > 0 then parts_per_100 end')} as "partsPer100Calls",
        ${median('holdings')} as holdings, ${median('overdue')} as overdue, ${median('calls_per_100')} as "callsPer100Units",
        ${median('reports_late')} as "reportsLate", ${median('reports_missing')} as "reportsMissing",
        ${median('spot_check_score')} as "spotCheckScore"
      from figures where status in ('active', 'suspended') or calls > 0`,
    values: figuresValues({ ...asked, prefix: '' }),
  };
}
