import { Client } from 'pg';
import type { Running } from '../http/running.js';

/**
 * The source tables behind the quality figures in one session of `repairs`: the units of `customers` and the prices of `parts` are copied
 * into temporary tables, and every case with what it cost is written out, straight from the documents. Nothing of insights is read.
 */
export async function openSources(running: Running): Promise<Client> {
  const [customers, parts, repairs] = ['customers', 'parts', 'repairs'].map((service) => new Client({ connectionString: running.databases[service] }));
  try {
    await Promise.all([customers.connect(), parts.connect(), repairs.connect()]);
    const { rows: [units] } = await customers.query<{ rows: string }>(UNITS);
    const { rows: [prices] } = await parts.query<{ rows: string }>(PRICES);
    await repairs.query('create temp table src_unit (unit_id uuid primary key, model_id uuid, family text, lot text, sold_on date, seller uuid)');
    await repairs.query('insert into src_unit select * from jsonb_to_recordset($1::jsonb) as u (unit_id uuid, model_id uuid, family text, lot text, sold_on date, seller uuid)', [units?.rows ?? '[]']);
    await repairs.query('create temp table src_price (part_id uuid, effective_from date, published_at timestamptz, price numeric)');
    await repairs.query(`insert into src_price select * from jsonb_to_recordset($1::jsonb) as p (part_id uuid, effective_from date, published_at timestamptz, price numeric)`, [prices?.rows ?? '[]']);
    await repairs.query(CASES);
    return repairs;
  } catch (error) {
    await repairs?.end();
    throw error;
  } finally {
    await Promise.all([customers?.end(), parts?.end()]);
  }
}

const UNITS = `
  select coalesce(jsonb_agg(jsonb_build_object('unit_id', u.id, 'model_id', u.model_id, 'family', m.family, 'lot', u.model_id || '/' || to_char(u.manufactured_on, 'YYYY-MM'),
    'sold_on', coalesce(u.purchase_date, (s.sold_at at time zone 'Asia/Shanghai')::date), 'seller', s.seller_id)), '[]')::text as rows
  from product_unit u join product_model m on m.id = u.model_id left join unit_sale s on s.unit_id = u.id`;

const PRICES = `
  select coalesce(jsonb_agg(jsonb_build_object('part_id', line.part_id, 'effective_from', list.effective_from, 'published_at', list.published_at, 'price', line.dealer_price)), '[]')::text as rows
  from price_list list join price_line line on line.price_list_id = list.id where list.state = 'published'`;

const CASES = `
-- What the customer confirmed of a call: records up to his last confirmation. Of a solved call only a reopening is cancelled.
create temp table src_told as
  select c.id, coalesce(c.confirmed_at, (select max(e.at) from call_event e where e.call_id = c.id and e.action = 'confirm')) as told_at
  from repair_call c where c.dealer_id is not null and (c.confirmed_at is not null and c.state in ('confirmed', 'filed')
    or c.state = 'cancelled' and exists (select from call_event e where e.call_id = c.id and e.action = 'confirm'));
create temp table src_record as select r.* from repair_record r join src_told t on t.id = r.call_id where r.recorded_at <= t.told_at;
create index on src_record (call_id, recorded_at);
analyze src_told; analyze src_record;
create temp table src_case as
  select c.id as case_id, case when c.state = 'cancelled' then (select r.dealer_id from src_record r where r.call_id = c.id order by recorded_at desc limit 1) else c.dealer_id end as dealer_id,
    c.unit_id, c.opened_on as on_day,
    coalesce(c.corrected_stage, (select stage from src_record r where r.call_id = c.id order by recorded_at desc limit 1)) as stage,
    case when c.corrected_stage is null then (select warranty_over from src_record r where r.call_id = c.id order by recorded_at desc limit 1) else c.corrected_warranty_over end as over,
    case when c.corrected_stage is null then (select labour_not_covered from src_record r where r.call_id = c.id order by recorded_at desc limit 1)
      else c.corrected_labour_not_covered end as no_labour,
    (select sum(labour_fee + travel_fee) from src_record r where r.call_id = c.id) as fees
  from repair_call c join src_told t on t.id = c.id
  union all
  select q.id, q.dealer_id, q.unit_id, (q.created_at at time zone 'Asia/Shanghai')::date, case when q.basis = 'design_defect' then '' else 'unboxing' end, false, false, 0
  from quality_report q where q.origin_kind = 'installation';
create temp table src_part as
  select c.case_id, p.part_id, p.pieces, case when c.stage = 'in_warranty' or (c.stage = 'unboxing' and not c.over) then round(p.pieces * coalesce((
      select price from src_price s where s.part_id = p.part_id and s.effective_from <= c.on_day order by effective_from desc, published_at desc limit 1), 0), 2) else 0 end as cost
  from src_case c join lateral (
    select (u ->> 'partId')::uuid as part_id, sum((u ->> 'quantity')::int)::int as pieces
    from src_record r cross join jsonb_array_elements(r.parts_used) u where r.call_id = c.case_id group by 1) p on true;
create index on src_part (case_id);
create temp table src_full as
  select c.*, u.model_id, u.lot, coalesce(u.family, '') as family, coalesce(p.pieces, 0) as pieces,
    case when c.stage = 'in_warranty' or (c.stage = 'unboxing' and not c.over) then case when c.no_labour then 0 else c.fees end + coalesce(p.cost, 0) else 0 end as cost
  from src_case c left join src_unit u on u.unit_id = c.unit_id
    left join (select case_id, sum(pieces) as pieces, sum(cost) as cost from src_part group by case_id) p on p.case_id = c.case_id;
create temp table src_line as
  select c.case_id, row_number() over (partition by c.case_id order by f.recorded_at, f.at) as position, f.fault, f.cause, f.action, f.problem
  from src_full c join lateral (
    select r.recorded_at, x.at, x.f ->> 'faultCode' as fault, x.f ->> 'causeCode' as cause, x.f ->> 'actionCode' as action, coalesce(x.f ->> 'problemDimension', '') as problem
    from src_record r cross join jsonb_array_elements(r.faults) with ordinality x (f, at) where r.call_id = c.case_id
    union all select now(), 1, '', '', '', '' where not exists (select from repair_call q where q.id = c.case_id)) f on true;
create index on src_line (case_id);
-- A fault's share of the cost in fen: equal ones, what is left goes to the first.
create temp table src_fault as
  select l.*, n.faults, (floor(c.cost * 100 / n.faults) + case when l.position <= (c.cost * 100) % n.faults then 1 else 0 end) / 100 as share
  from src_line l join src_full c on c.case_id = l.case_id join (select case_id, count(*)::int as faults from src_line group by case_id) n on n.case_id = l.case_id;
create index on src_fault (case_id);
create index on src_full (unit_id);
create index on src_unit (lot);
analyze src_full; analyze src_fault; analyze src_part; analyze src_unit`;
