import type { ListQualityBarsRequest } from '@aftercare/contracts';
import { Refusal } from '@aftercare/domain';
import { idOfText, pageOf, statementName, type Conditions, type JsonRow, type Page, type Statement } from '@aftercare/service';
import type { Period } from '../files/dealer-file.rules.js';
import { caseConditions, type CaseConditions } from './case-filter.js';
import { DIMENSIONS, type Dimension } from './fault-case.rules.js';
import { recordsBehind, UNSAID, unsaidOf, withQuery, type CaseFilter, type Unsaid } from './opens.rules.js';
import { wholeMonths } from './period.rules.js';

/** What a Pareto is asked for. */
export interface BarsAsked {
  by: Dimension;
  period: Period;
  filter: CaseFilter;
  generation: number;
  today: string;
}

interface Order {
  name: string;
  /** What the bars are sorted by and their share is of. */
  measure: string;
  key: string;
  type: 'numeric' | 'text';
  direction: 'asc' | 'desc';
}

const descending = (measure: string): Order => ({ name: measure, measure, key: measure, type: 'numeric', direction: 'desc' });
const ORDERS: Record<string, Order> = {
  '-cases': descending('cases'), '-cost': descending('cost'), '-pieces': descending('pieces'),
  key: { name: 'key', measure: 'cases', key: 'key', type: 'text', direction: 'asc' },
};

/** Keys of what a case itself says. */
const OF_CASE: Partial<Record<Dimension, string>> = {
  month: `to_char(r.happened_on, 'YYYY-MM')`, stage: 'r.stage', family: 'r.family', model: `coalesce(r.model_id::text, '')`, lot: 'r.lot', dealer: 'r.dealer_id::text',
};
const coded = (column: string): string => `case when l.${column} = '' then '' else r.family || '/' || l.${column} end`;
/** Keys of what its faults say. */
const OF_LINE: Partial<Record<Dimension, string>> = { fault: coded('fault_code'), cause: coded('cause_code'), action: coded('action_code'), problem: 'l.problem' };
/** Keys of what sales say too. */
const OF_SALE: Partial<Record<Dimension, string>> = {
  month: 's.sold_on', family: `coalesce(m.family, '')`, model: `coalesce(s.model_id::text, '')`, lot: 's.lot', dealer: 's.dealer_id::text',
};

/** the dimension that is asked for. Refuses DIMENSION_UNKNOWN. */
export function dimensionOf(by: string): Dimension {
  const found = DIMENSIONS.find((each) => each === by);
  if (!found) throw new Refusal('invalid_argument', 'DIMENSION_UNKNOWN', `Figures are by: ${DIMENSIONS.join(', ')}.`, { field: 'by', allowed: DIMENSIONS.join(', ') });
  return found;
}

/**
 * the bars of a Pareto. Over whole months and without a filter they are read from the monthly figures; the days that are left, and
 * whatever is narrowed, from the cases. Keyset (the sort's figure, id). Refuses SORT_UNKNOWN, CURSOR_INVALID.
 */
export function listBars(asked: BarsAsked, request: ListQualityBarsRequest): { page: Page; statement: Statement } {
  const sort = request.page?.sort || '-cases';
  const order = Object.hasOwn(ORDERS, sort) ? ORDERS[sort] : undefined;
  if (!order) throw new Refusal('invalid_argument', 'SORT_UNKNOWN', `Bars sort by: ${Object.keys(ORDERS).join(', ')}.`, { field: 'sort' });
  const page = pageOf(request.page, { list: `quality-bars ${asked.by} ${order.name}` });
  requireFigure(page, order);
  const conditions = caseConditions(asked.filter, asked.generation);
  const counted = countedBars(asked, conditions);
  const { where } = conditions;
  const sold = soldUnits(asked, where);
  const next = where.values.length;
  const by = `$${next + 1}::text`;
  const beyond = order.direction === 'asc' ? '>' : '<';
  const text = `
    with counted as (${counted}),
    sold as (${sold}),
    bars as (
      select key, ${idOf(by)} as id, sum(cases)::int as cases, sum(faults)::int as faults, sum(pieces)::int as pieces, sum(cost) as cost
      from counted group by key having sum(cases) <> 0),
    ranked as (
      select *, ${order.measure} as measured, sum(${order.measure}) over () as whole, sum(${order.measure}) over (order by ${order.key} ${order.direction}, id ${order.direction}) as reached from bars),
    page as (
      select * from ranked where $${next + 2}::text is null or (${order.key}, id) ${beyond} ($${next + 2}::text::${order.type}, $${next + 3}::uuid)
      order by ${order.key} ${order.direction}, id ${order.direction} limit $${next + 4})
    select b.id, b.${order.key}::text as key, b.key as of, ${BAR} as item
    from page b left join sold s on s.key = b.key ${labels(asked)}
    order by b.${order.key} ${order.direction}, b.id ${order.direction}`;
  const name = statementName(['bars', asked.by, order.name, ...where.names]);
  return { page, statement: { name, text, values: [...where.values, asked.by, page.after?.key ?? null, page.after?.id ?? null, page.limit + 1] } };
}

/** A bar with its key, which says what is behind it. */
export interface BarRow extends JsonRow {
  of: string;
}

/** a bar with the query of its records. */
export function openable(row: BarRow, asked: BarsAsked): BarRow {
  return withQuery(row, recordsBehind({ by: asked.by, key: row.of }, asked));
}

const NUMBER = /^-?\d{1,16}(\.\d{1,2})?$/;

function requireFigure({ after }: Page, { type }: Order): void {
  if (after && type === 'numeric' && !NUMBER.test(after.key)) throw new Refusal('invalid_argument', 'CURSOR_INVALID', 'The cursor was not made by this list.', { field: 'cursor' });
}

/** Rows of key and counts, one key in several of them. */
function countedBars(asked: BarsAsked, conditions: CaseConditions): string {
  const { where } = conditions;
  const narrowed = where.names.length > 0;
  const { months, before, behind } = narrowed ? { months: null, before: asked.period, behind: null } : wholeMonths(asked.period, asked.today);
  const days = [before, ...(behind ? [behind] : [])].map((each) => unnamed(where, (from, to) => `(r.happened_on >= ${from}::date and r.happened_on < ${to}::date)`, each.from, each.to));
  const ofCases = casesBy(asked.by, conditions, `${where.ways()[0]} and (${days.join(' or ')})`);
  if (!months) return ofCases;
  const kept = unnamed(where, (by, from, to) => `dimension = ${by}::text and month >= ${from}::date and month < ${to}::date`, asked.by, months.from, months.to);
  return `select key, cases, faults, pieces, cost from fault_month where generation = $1 and ${kept} union all ${ofCases}`;
}

function casesBy(by: Dimension, { lines, parts }: CaseConditions, where: string): string {
  if (OF_CASE[by]) {
    return `select ${OF_CASE[by]} as key, count(*) as cases, sum(r.fault_count) as faults, sum(r.pieces) as pieces, sum(r.cost) as cost from fault_case r where ${where} group by 1`;
  }
  if (by === 'part') {
    return `select p.part_id::text as key, count(*) as cases, sum(r.fault_count) as faults, sum(p.pieces) as pieces, sum(p.cost) as cost
      from fault_case r join fault_part p on p.generation = r.generation and p.case_id = r.case_id where ${[where, ...parts].join(' and ')} group by 1`;
  }
  return `select key, count(*) as cases, sum(faults) as faults, sum(pieces) as pieces, sum(cost) as cost from (
      select ${OF_LINE[by]} as key, count(*) as faults, max(r.pieces) as pieces, sum(l.cost) as cost
      from fault_case r join fault_line l on l.generation = r.generation and l.case_id = r.case_id where ${[where, ...lines].join(' and ')} group by r.case_id, 1) each group by 1`;
}

/** Units sold in the period, where the dimension is one of units; the filter narrows them by family, model, lot and seller. */
function soldUnits({ by, period, filter }: BarsAsked, where: Conditions): string {
  const key = OF_SALE[by];
  if (!key) return 'select null::text as key, 0 as units where false';
  const conditions = [unnamed(where, (from, to) => `s.sold_on >= ${from}::date and s.sold_on < ${to}::date`, period.from, period.to), ...saleConditions(filter, where)];
  const units = `select ${key} as key, count(*)::int as units from sale_fact s ${SALE_MODEL} where s.generation = $1 and ${conditions.join(' and ')} group by 1`;
  // There are far fewer days than sales, and writing out a month takes longer than counting.
  return by === 'month' ? `select to_char(key, 'YYYY-MM') as key, sum(units)::int as units from (${units}) days group by 1` : units;
}

export const SALE_MODEL = 'left join model_fact m on m.generation = s.generation and m.model_id = s.model_id';

/** What a filter says of sold units. Its values stand a second time, so that the statement's name is that of the case's conditions. */
export function saleConditions({ family, modelId, lot, dealerId, without }: CaseFilter, where: Conditions): string[] {
  const when = (given: string, text: (place: string) => string): string[] => (given === '' ? [] : [unnamed(where, text, given)]);
  return [
    ...when(family, (place) => `m.family = ${place}`), ...when(modelId, (place) => `s.model_id = ${place}::uuid`), ...when(lot, (place) => `s.lot = ${place}`),
    ...when(dealerId, (place) => `s.dealer_id = ${place}::uuid`), ...unsaidOf(without, UNSAID).flatMap((name) => UNSAID_SALE[name] ?? []),
  ];
}

const UNSAID_SALE: Partial<Record<Unsaid, string>> = { family: `coalesce(m.family, '') = ''`, model: 's.model_id is null', lot: `s.lot = ''` };

/** A part of the statement that each of its shapes has. */
function unnamed(where: Conditions, text: (...places: string[]) => string, ...values: unknown[]): string {
  const made = where.part('', text, ...values);
  where.names.pop();
  return made;
}

/** An id that follows from dimension and key, as a UUID is written. */
export const idOf = (by: string): string => idOfText(`${by} || ' ' || key`);

const LABELS: Partial<Record<Dimension, string>> = {
  model: `left join model_fact n on n.generation = $1 and n.model_id::text = b.key cross join lateral (select n.code as label, n.name, '' as name_en) t`,
  lot: `left join model_fact n on n.generation = $1 and n.model_id::text = split_part(b.key, '/', 1)
    cross join lateral (select n.code || ' ' || split_part(b.key, '/', 2) as label, n.name, '' as name_en) t`,
  dealer: `left join dealer_fact n on n.generation = $1 and n.dealer_id::text = b.key cross join lateral (select n.code as label, n.name, n.name_en) t`,
  part: `left join part_fact n on n.generation = $1 and n.part_id::text = b.key cross join lateral (select n.number as label, n.name, n.name_en) t`,
};

function labels({ by }: BarsAsked): string {
  return LABELS[by] ?? (CODED.includes(by) ? codeLabel(by) : `cross join lateral (select b.key as label, '' as name, '' as name_en) t`);
}

const CODED: readonly Dimension[] = ['fault', 'cause', 'action'];

/** A code of the catalogue with its names; one that was typed may not be in it. */
function codeLabel(kind: Dimension): string {
  return `left join code_fact n on n.generation = $1 and n.kind = '${kind}' and n.family = split_part(b.key, '/', 1) and n.code = split_part(b.key, '/', 2)
    cross join lateral (select split_part(b.key, '/', 2) as label, n.name, n.name_en) t`;
}

const percent = (part: string): string => `coalesce(round(100.0 * ${part} / nullif(b.whole, 0), 1)::text, '')`;

const BAR = `json_build_object('id', b.id, 'key', b.key, 'label', coalesce(t.label, ''), 'name', coalesce(t.name, ''), 'nameEn', coalesce(t.name_en, ''),
  'cases', b.cases, 'faults', b.faults, 'pieces', b.pieces, 'cost', b.cost::numeric(30,2)::text, 'sharePercent', ${percent('b.measured')},
  'cumulativePercent', ${percent('b.reached')}, 'unitsSold', coalesce(s.units, 0), 'costPerUnit', coalesce(round(b.cost / nullif(s.units, 0), 2)::text, ''),
  'casesPer100Units', coalesce(round(100.0 * b.cases / nullif(s.units, 0), 1)::text, ''))::text`;
