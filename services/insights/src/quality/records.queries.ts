import type { ListQualityRecordsRequest } from '@aftercare/contracts';
import { listStatement, type Conditions, type ListOrder, type Page, type Statement } from '@aftercare/service';
import type { Period } from '../files/dealer-file.rules.js';
import { caseConditions, inPeriod } from './case-filter.js';

/** A day of sale that narrows the records, half-open. */
export interface RecordsAsked {
  generation: number;
  period: Period;
  sold: Period | null;
}

const NEWEST: ListOrder = { by: 'r.recorded_at', direction: 'desc', type: 'timestamptz', id: 'r.case_id' };

/** the records behind a figure, found by the filter the figure was asked with. */
export function listRecords({ generation, period, sold }: RecordsAsked, request: ListQualityRecordsRequest, page: Page): Statement {
  const { where } = caseConditions(request, generation);
  inPeriod(where, period);
  where
    .when(request.unitId, 'u', (id) => `r.unit_id = ${id}::uuid`)
    .when(request.withCost, 'c', () => 'r.cost > 0');
  if (sold) soldWithin(where, sold, request);
  // A fault, a lot or a period may be nearly all cases or hardly any.
  return listStatement({ planEachTime: true, name: 'quality_records', table: 'fault_case', order: NEWEST, where, page, columns: LINE, joins: JOINS });
}

/** Found on units of a day of sale, in a month of their service, sold by a dealer. */
function soldWithin(where: Conditions, sold: Period, { serviceMonth: month, soldBy }: ListQualityRecordsRequest): void {
  const inMonth = (place: string): string => (month === 0 ? `r.happened_on >= s.sold_on and ${place}::int = 0` : `${serviceMonth('s.sold_on', 'r.happened_on')} = ${place}::int`);
  const by = (place?: string): string => (place === undefined ? '' : ` and s.dealer_id = ${place}::uuid`);
  where.add(`y${month === 0 ? '' : 'm'}${soldBy === '' ? '' : 'b'}`, (from, to, number, seller) => `exists (select from sale_fact s where s.generation = r.generation
    and s.unit_id = r.unit_id and s.sold_on >= ${from}::date and s.sold_on < ${to}::date and ${inMonth(number)}${by(seller)})`, sold.from, sold.to, month, ...(soldBy === '' ? [] : [soldBy]));
}

/**
 * the month in service of a day, 1 for the first, counted as a warranty's months are (W-1): the day of sale is not counted, and a
 * month ends on the corresponding day or on the month's last, behind which no day of that month is. The day of sale itself belongs to the first.
 */
export function serviceMonth(soldOn: string, on: string): string {
  const between = (part: string, order: string): string => `date_part('${part}', ${on}) ${order} date_part('${part}', ${soldOn})`;
  return `case when ${on} < ${soldOn} then 0 when ${on} = ${soldOn} then 1
    else (12 * (${between('year', '-')}) + ${between('month', '-')})::int + case when ${between('day', '>')} then 1 else 0 end end`;
}

const JOINS = `left join model_fact m on m.generation = r.generation and m.model_id = r.model_id
  cross join lateral (select coalesce(string_agg(distinct nullif(l.fault_code, ''), ' '), '') as faults, coalesce(string_agg(distinct nullif(l.cause_code, ''), ' '), '') as causes,
    coalesce(string_agg(distinct nullif(l.action_code, ''), ' '), '') as actions, coalesce(bool_or(l.design_defect), false) as design_defect
    from fault_line l where l.generation = r.generation and l.case_id = r.case_id) f`;

const LINE = `r.case_id as id, r.recorded_at::text as key, json_build_object('id', r.case_id, 'kind', r.kind, 'number', r.number, 'dealerId', r.dealer_id,
  'unitId', coalesce(r.unit_id::text, ''), 'serial', r.serial, 'on', r.happened_on, 'stage', r.stage, 'family', r.family, 'modelId', coalesce(r.model_id::text, ''),
  'modelCode', coalesce(m.code, ''), 'lot', r.lot, 'faultCodes', f.faults, 'causeCodes', f.causes, 'actionCodes', f.actions, 'designDefect', f.design_defect,
  'pieces', r.pieces, 'cost', r.cost::text)::text as item`;
