import type { ListQualityHintsRequest } from '@aftercare/contracts';
import { Refusal } from '@aftercare/domain';
import { idOfText, requireKey, statementName, type Page, type Statement } from '@aftercare/service';
import type { Period } from '../files/dealer-file.rules.js';

/** From where on something is unusual, from the settings. */
export interface HintLimits {
  /** Fewer minutes from opening to solving. */
  minutes: number;
  /** Fewer cases of a month say nothing about pieces for a case. */
  casesMin: number;
  /** Pieces for a case, in percent of the network's, from which on they are many. */
  partsFactorPercent: number;
}

/** A hint as the statement answers it; the words come behind it. */
export interface HintRow {
  id: string;
  kind: string;
  dealerId: string;
  dealerCode: string;
  on: string;
  caseId: string;
  number: string;
  serial: string;
  otherCaseId: string;
  otherNumber: string;
  partId: string;
  partNumber: string;
  family: string;
  value: string;
  compared: string;
}

/** $1 generation, $2 and $3 the period, $4 the dealer or null. */
const REPAIRED = `(coalesce(c.resolved_at, c.recorded_at) at time zone 'Asia/Shanghai')::date`;
const IN_PERIOD = `c.generation = $1::int and c.happened_on >= $2::date and c.happened_on < $3::date and ($4::uuid is null or c.dealer_id = $4::uuid)`;
const CASE = `c.case_id, c.number, c.serial, c.dealer_id`;

/**
 * The same part under the same serial on one day: at two calls, the unit registered or not, or at two records of one call. Only serials of
 * the period are looked up, at whatever time and dealer their other cases were. Few are used twice: those first, then their cases.
 */
const SAME_PART = `
  select 'same_part' as kind, ${CASE}, t.on, o.case_id as other_id, o.number as other_number, t.part_id, '' as family, '' as value, '' as compared, c.case_id || ' ' || t.part_id as about
  from (
      select c.serial_key, p.part_id, ${REPAIRED} as on, array_agg(c.case_id order by c.case_id) as cases
      from (select distinct c.serial_key from fault_case c where ${IN_PERIOD} and c.serial_key <> '') asked
        join fault_case c on c.generation = $1::int and c.serial_key = asked.serial_key and c.serial_key <> ''
        join fault_part p on p.generation = $1::int and p.case_id = c.case_id
      group by 1, 2, 3 having count(*) > 1) t
    cross join unnest(t.cases) of_case (case_id)
    join fault_case c on c.generation = $1::int and c.case_id = of_case.case_id
    join fault_case o on o.generation = $1::int and o.case_id = case when c.case_id = t.cases[1] then t.cases[2] else t.cases[1] end
  where ${IN_PERIOD}
  union all
  select 'same_part', ${CASE}, p.again_on, null, '', p.part_id, '', '', '', c.case_id || ' ' || p.part_id || ' again'
  from fault_case c join fault_part p on p.generation = c.generation and p.case_id = c.case_id
  where ${IN_PERIOD} and c.serial_key <> '' and p.again_on is not null`;

/** The same file as a photo of two cases, one of them of the period. */
const SAME_PHOTO = `
  select distinct on (c.case_id) 'same_photo' as kind, ${CASE}, ${REPAIRED} as on, o.case_id as other_id, o.number as other_number, null::uuid as part_id, '' as family, '' as value,
    '' as compared, c.case_id::text as about
  from fault_case c join fault_photo f on f.generation = $1::int and f.case_id = c.case_id
    join fault_photo g on g.generation = $1::int and g.sha256 = f.sha256 and g.case_id <> f.case_id join fault_case o on o.generation = $1::int and o.case_id = g.case_id
  where ${IN_PERIOD} order by c.case_id, o.case_id`;

/** Solved within minutes of being opened. $5 the limit. */
const MINUTES = `
  select 'minutes' as kind, ${CASE}, ${REPAIRED} as on, null::uuid as other_id, '' as other_number, null::uuid as part_id, '' as family,
    floor(extract(epoch from c.resolved_at - c.opened_at) / 60)::int::text as value, $5::text as compared, c.case_id::text as about
  from fault_case c where ${IN_PERIOD} and c.resolved_at - c.opened_at < make_interval(mins => $5::int)`;

/** Pieces for a case of a dealer's month and family far above those of all other dealers. $6 cases at least, $7 percent. */
const PARTS_PER_CALL = `
  select 'parts_per_call' as kind, null::uuid as case_id, '' as number, '' as serial, m.dealer_id, (m.month + interval '1 month')::date - 1 as on, null::uuid as other_id, '' as other_number,
    null::uuid as part_id, m.family, round(1.0 * m.pieces / m.cases, 2)::text as value, round(1.0 * (m.all_pieces - m.pieces) / nullif(m.all_cases - m.cases, 0), 2)::text as compared,
    m.dealer_id || ' ' || m.family || ' ' || m.month as about
  from (
    select c.dealer_id, c.family, date_trunc('month', c.happened_on)::date as month, count(*) as cases, sum(c.pieces) as pieces,
      sum(count(*)) over (partition by c.family, date_trunc('month', c.happened_on)::date) as all_cases,
      sum(sum(c.pieces)) over (partition by c.family, date_trunc('month', c.happened_on)::date) as all_pieces
    from fault_case c where c.generation = $1::int and c.kind = 'repair-call' and c.happened_on >= date_trunc('month', $2::date)::date and c.happened_on < $3::date group by 1, 2, 3) m
  where ($4::uuid is null or m.dealer_id = $4::uuid) and m.cases >= $6::int and m.all_cases - m.cases >= $6::int
    and 100 * m.pieces * (m.all_cases - m.cases) > $7::int * (m.all_pieces - m.pieces) * m.cases`;

const KINDS: Record<string, string> = { same_part: SAME_PART, same_photo: SAME_PHOTO, minutes: MINUTES, parts_per_call: PARTS_PER_CALL };

/** Q-7: hints of a period, newest first. Refuses HINT_UNKNOWN, CURSOR_INVALID. */
export function listHints(asked: { generation: number; period: Period; limits: HintLimits }, { kind, dealerId }: ListQualityHintsRequest, page: Page): Statement {
  if (kind !== '' && !Object.hasOwn(KINDS, kind)) throw new Refusal('invalid_argument', 'HINT_UNKNOWN', `Hints are: ${Object.keys(KINDS).join(', ')}.`, { field: 'kind', allowed: Object.keys(KINDS).join(', ') });
  requireKey(page, 'date');
  const { generation, period, limits } = asked;
  // Each kind names every value, so that the statement of one kind takes the same ones.
  const kinds = (kind === '' ? Object.values(KINDS) : [KINDS[kind]]).map((sql) => `(${sql})`).join(' union all ');
  return {
    name: statementName(['quality_hints', kind || 'all']),
    text: `
      with given as (select $5::int as minutes, $6::int as cases, $7::int as percent),
      found as (select h.*, ${idOfText(`kind || ' ' || about`)} as id from (${kinds}) h)
      select f.id, f.kind, f.dealer_id as "dealerId", coalesce(d.code, '') as "dealerCode", f.on::text as "on", coalesce(f.case_id::text, '') as "caseId", f.number, f.serial,
        coalesce(f.other_id::text, '') as "otherCaseId", f.other_number as "otherNumber", coalesce(f.part_id::text, '') as "partId", coalesce(p.number, '') as "partNumber",
        f.family, f.value, coalesce(f.compared, '') as compared
      from found f left join dealer_fact d on d.generation = $1::int and d.dealer_id = f.dealer_id left join part_fact p on p.generation = $1::int and p.part_id = f.part_id
      where $8::text is null or (f.on, f.id) < ($8::text::date, $9::uuid) order by f.on desc, f.id desc limit $10`,
    values: [
      generation, period.from, period.to, dealerId || null, limits.minutes, limits.casesMin, limits.partsFactorPercent, page.after?.key ?? null, page.after?.id ?? null, page.limit + 1,
    ],
  };
}
