import type { Step } from './world.js';

/** Codes of each family's catalogue, and how many causes and actions stand below each. */
const [FAULTS, CAUSES, ACTIONS] = [8, 3, 2];
const TEXTS = ['渗水', '关不紧', '出水小', '松动', '不加热', '无反应', '有异响', '冲水不净'];

/**
 * What was found at each solved call, as a temporary table: one fault or two by the codes of the catalogue, few of them often; the parts
 * are those that were asked for. Photos need files, and there are none.
 */
export const FOUND: Step = {
  what: 'faults are thought up',
  sql: `
  create temp table g_found as
  select c.n, case when not u.extended and (u.purchase_date + interval '1 month' * u.months)::date < pg_temp.day(c.opened_at) then 'out_of_warranty' else 'in_warranty' end as stage,
    pg_temp.whole('labour', c.n, 0, 8) * 10.00 as labour, pg_temp.whole('travel', c.n, 0, 5) * 10.00 as travel, f.codes,
    (select jsonb_agg(jsonb_build_object('faultCode', code[1], 'faultDescription', (array[${TEXTS.map((text) => `'${text}'`).join(',')}])[right(code[1], 1)::int], 'causeCode', code[2],
        'cause', '自然磨损', 'actionCode', code[3], 'action', '更换并试水', 'designDefect', false, 'problemDimension', '') order by at)
      from (values (1, f.first), (2, f.second)) each (at, code) where code is not null) as faults,
    s.part_id, coalesce(s.quantity, 0) as pieces,
    case when s.part_id is null then '[]'::jsonb else jsonb_build_array(jsonb_build_object('partId', s.part_id, 'quantity', s.quantity, 'source', 'holdings')) end as parts
  from g_call c join g_unit u on u.n = c.unit_n left join g_supply s on s.n = c.n and s.parted
    cross join lateral (select ${codesOf('c.n')} as first, case when pg_temp.roll('two faults', c.n) < 0.1 then ${codesOf('c.n + 5000000')} end as second) d
    cross join lateral (select d.first, d.second, (select array_agg(distinct code order by code) from unnest(array[d.first[1], d.second[1]]) code where code is not null) as codes) f
  where c.resolved_at is not null;
  create index on g_found (n);
  analyze g_found`,
};

function codesOf(n: string): string {
  return `(select array['F0' || f, 'C0' || f || c, 'A0' || f || c || pg_temp.whole('action', ${n}, 1, ${ACTIONS})]
    from (select 1 + floor(${FAULTS} * pg_temp.roll('fault', ${n}) ^ 2)::int as f, pg_temp.whole('cause', ${n}, 1, ${CAUSES}) as c) x)`;
}

/** The catalogue of every family (R-16), in force. */
export const CATALOGUE: Step = {
  what: 'fault catalogue',
  sql: `
  insert into fault_code (id, kind, family, code, name, name_en, parent_code, state, version)
  select gen_random_uuid(), kind, family, code, name, name_en, parent, 'published', 2 from (select distinct family from g_model) g
    cross join generate_series(1, ${FAULTS}) f cross join lateral (
      select 'fault' as kind, 'F0' || f as code, (array[${TEXTS.map((text) => `'${text}'`).join(',')}])[f] as name, 'Fault ' || f as name_en, '' as parent
      union all select 'cause', 'C0' || f || c, '原因' || c, 'Cause ' || c, 'F0' || f from generate_series(1, ${CAUSES}) c
      union all select 'action', 'A0' || f || c || a, '措施' || a, 'Action ' || a, 'C0' || f || c from generate_series(1, ${CAUSES}) c cross join generate_series(1, ${ACTIONS}) a) codes
  on conflict (family, kind, code) do nothing`,
};
