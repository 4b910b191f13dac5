import type { Client } from 'pg';

/** A bar as both sides must say it. */
export interface Bar {
  key: string;
  cases: number;
  faults: number;
  pieces: number;
  cost: string;
  unitsSold: number;
}

export interface Days {
  from: string;
  to: string;
}

const OF_CASE: Record<string, string> = {
  month: `to_char(c.on_day, 'YYYY-MM')`, stage: 'c.stage', family: 'c.family', model: `coalesce(c.model_id::text, '')`, lot: `coalesce(c.lot, '')`, dealer: 'c.dealer_id::text',
};
const coded = (column: string): string => `case when f.${column} = '' then '' else c.family || '/' || f.${column} end`;
const OF_FAULT: Record<string, string> = { fault: coded('fault'), cause: coded('cause'), action: coded('action'), problem: 'f.problem' };
const OF_SALE: Record<string, string> = { month: `to_char(u.sold_on, 'YYYY-MM')`, family: 'u.family', model: 'u.model_id::text', lot: 'u.lot', dealer: 'u.seller::text' };

/** What figures are by. */
export const BY = [...Object.keys(OF_CASE), 'part', ...Object.keys(OF_FAULT)];

const IN_DAYS = 'c.on_day between $1::date and $2::date';

/** The bars of a dimension by the source tables. */
export async function barsBySource(sources: Client, by: string, { from, to }: Days): Promise<Bar[]> {
  const sold = by in OF_SALE ? `(select count(*)::int from src_unit u where u.sold_on between $1::date and $2::date and ${OF_SALE[by]} = b.key)` : '0';
  const { rows } = await sources.query<Bar>(`
    select b.key, b.cases::int as cases, b.faults::int as faults, b.pieces::int as pieces, b.cost::numeric(30,2)::text as cost, ${sold} as "unitsSold" from (${grouped(by)}) b order by b.key`, [from, to]);
  return rows;
}

function grouped(by: string): string {
  const faults = '(select faults from src_fault f where f.case_id = c.case_id limit 1)';
  if (by in OF_CASE) return `select ${OF_CASE[by]} as key, count(*) as cases, sum(${faults}) as faults, sum(c.pieces) as pieces, sum(c.cost) as cost from src_full c where ${IN_DAYS} group by 1`;
  if (by === 'part') {
    return `select p.part_id::text as key, count(distinct c.case_id) as cases, sum(${faults}) as faults, sum(p.pieces) as pieces, sum(p.cost) as cost
      from src_full c join src_part p using (case_id) where ${IN_DAYS} group by 1`;
  }
  return `select key, count(*) as cases, sum(faults) as faults, sum(pieces) as pieces, sum(cost) as cost from (
    select c.case_id, ${OF_FAULT[by]} as key, count(*) as faults, max(c.pieces) as pieces, sum(f.share) as cost from src_full c join src_fault f using (case_id) where ${IN_DAYS} group by 1, 2) x group by key`;
}

export interface CurvePoint {
  serviceMonth: number;
  units: number;
  cases: number;
}

/** The months-in-service curve by the source tables: each month by its first and last day. */
export async function curveBySource(sources: Client, { from, to }: Days): Promise<CurvePoint[]> {
  const begins = `case when n = 1 then u.sold_on else (u.sold_on + make_interval(months => n - 1))::date + 1 end`;
  const { rows } = await sources.query<CurvePoint>(`
    with today as (select (business_now() at time zone 'Asia/Shanghai')::date as day), cohort as (select * from src_unit u where u.sold_on between $1::date and $2::date)
    select n as "serviceMonth", (select count(*)::int from cohort u, today where ${begins} <= day) as units,
      (select count(*)::int from cohort u join src_full c on c.unit_id = u.unit_id, today
        where c.on_day >= ${begins} and c.on_day <= (u.sold_on + make_interval(months => n))::date and c.on_day <= day) as cases
    from generate_series(1, 60) n`, [from, to]);
  return rows.filter(({ units }) => units > 0);
}

export interface Rate {
  key: string;
  calls: number;
  resolved: number;
  firstVisit: number;
  repeated: number;
}

/** First-time-fix and repeat calls of each dealer by the source tables. */
export async function ratesBySource(sources: Client, { from, to }: Days): Promise<Rate[]> {
  const { rows } = await sources.query<Rate>(`
    with calls as (
      select case when c.solved_before is null then c.dealer_id else (select r.dealer_id from repair_record r where r.call_id = c.id and r.recorded_at <= c.solved_before
          order by r.recorded_at desc limit 1) end as dealer_id, c.id, c.unit_id, c.reopen_count, c.received_at, coalesce(c.resolved_at, c.solved_before) as resolved_at,
        case when c.solved_before is null then c.state else 'resolved' end as state, (c.received_at at time zone 'Asia/Shanghai')::date as on_day,
        coalesce((select first_visit from repair_record r where r.call_id = c.id and r.resolved order by recorded_at desc limit 1), false) and c.reopen_count = 0 as first_fix
      from repair_call c where c.dealer_id is not null and c.received_at is not null)
    select dealer_id as key, count(*)::int as calls, count(*) filter (where resolved_at is not null)::int as resolved,
      count(*) filter (where resolved_at is not null and first_fix)::int as "firstVisit",
      count(*) filter (where state <> 'cancelled' and (reopen_count > 0 or exists (
        select from repair_call e where e.unit_id = c.unit_id and e.id <> c.id and coalesce(e.resolved_at, e.solved_before) <= c.received_at
          and c.on_day <= (coalesce(e.resolved_at, e.solved_before) at time zone 'Asia/Shanghai')::date + 30)))::int as repeated
    from calls c where on_day between $1::date and $2::date group by dealer_id order by key`, [from, to]);
  return rows;
}
