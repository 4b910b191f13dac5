import { NAMES, YEARS, type Plan } from './plan.js';

/** One step of making: what it makes, and the statement. */
export interface Step {
  what: string;
  sql: string;
}

const list = (texts: readonly string[]): string => `(array[${texts.map((text) => `'${text}'`).join(',')}])`;

/**
 * Dice that fall the same in every database: what a number of a kind rolls follows from the seed alone. So services'
 * copies of one another's documents are made in each database by itself, and agree to the id.
 */
export function dice({ seed }: Pick<Plan, 'seed'>): string {
  return `
  create function pg_temp.hash(kind text, n bigint, more int) returns bigint language sql immutable as $$ select hashint8extended(n, hashtextextended(kind, ${seed}000 + more)) $$;
  create function pg_temp.roll(kind text, n bigint) returns double precision language sql immutable as $$
    select (pg_temp.hash(kind, n, 0) & 4294967295) / 4294967296.0::double precision $$;
  create function pg_temp.whole(kind text, n bigint, lowest int, highest int) returns int language sql immutable as $$
    select lowest + floor(pg_temp.roll(kind, n) * (highest - lowest + 1))::int $$;
  create function pg_temp.pick(kind text, n bigint, choice text[]) returns text language sql immutable as $$
    select choice[1 + floor(pg_temp.roll(kind, n) * cardinality(choice))::int] $$;
  create function pg_temp.uid(kind text, n bigint, at timestamptz) returns uuid language sql stable as $$
    select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7' || lpad(to_hex(pg_temp.hash(kind, n, 1) & 4095), 3, '0')
      || '8' || lpad(to_hex(pg_temp.hash(kind, n, 2) & 1152921504606846975), 15, '0'))::uuid $$;
  create function pg_temp.day(at timestamptz) returns date language sql stable as $$ select (at at time zone 'Asia/Shanghai')::date $$;
  create function pg_temp.number(prefix text, at timestamptz, n bigint) returns text language sql stable as $$
    select prefix || '-' || to_char(at at time zone 'Asia/Shanghai', 'YYYY') || '-G${seed}-' || lpad(n::text, 7, '0') $$;
  create temp table g_dealer (n int, id uuid, regions text[], manager uuid, technicians uuid[]);
  create temp table g_part (n int, id uuid, number text, name text, "nameEn" text, price int, "partClass" text, "returnRequired" boolean);
  create temp table g_model (n int, id uuid, code text, family text, months int);`;
}

/** Numbers of the registry's own series, so that they meet no other and every service knows them (X-6). */
export const CUSTOMER_NUMBER = `pg_temp.number('CU', at, n)`;
export const INSTALLATION_NUMBER = `pg_temp.number('IN', sold_at, n)`;
/** Of a unit: since when it is its buyer's, and its version once it is sold. */
export const OWNED_SINCE = `(purchase_date::timestamp at time zone 'Asia/Shanghai')`;
export const SOLD_VERSION = 2;
export const callNumber = (of = ''): string => `pg_temp.number('RC', ${of}opened_at, ${of}n)`;

export const DEALER_ROWS = `insert into g_dealer select * from jsonb_to_recordset($1) as d (n int, id uuid, regions text[], manager uuid, technicians uuid[])`;
export const MODEL_ROWS = `insert into g_model select * from jsonb_to_recordset($1) as m (n int, id uuid, code text, family text, months int)`;

/** Customers and units with everything that is known of them, as temporary tables; dealers and models stand there already. */
export function world(plan: Plan): Step[] {
  const until = `timestamptz '${plan.until}'`;
  return [
    { what: 'customers are thought up', sql: customers(plan, until) },
    { what: 'units are thought up', sql: units(plan, until) },
    { what: 'calls are thought up', sql: calls(plan, until) },
  ];
}

// Two days before the end, so that a first sale an hour after the file lies in the past. Larger dealers come first.
const customers = (plan: Plan, until: string): string => `
  create temp table g_customer as
  select c.n, d.n as dealer_n, d.id as dealer_id, d.manager, c.at, pg_temp.uid('customer', c.n, c.at) as id,
    ${list(NAMES.surnames)}[c.s] || ${list(NAMES.given)}[c.g] || case when c.h > 0 then ${list(NAMES.given)}[c.h] else '' end as name,
    array[${list(NAMES.surnameSounds)}[c.s], ${list(NAMES.givenSounds)}[c.g]] || case when c.h > 0 then array[${list(NAMES.givenSounds)}[c.h]] end as sounds,
    '1' || (3000000000 + (c.n * 48271 + ${plan.seed} * 7919) % 1000000000) as phone,
    case when pg_temp.roll('second phone', c.n) < 0.2 then '1' || (5000000000 + (c.n * 48271 + ${plan.seed} * 7919) % 1000000000) end as second_phone,
    d.regions[1 + c.n % cardinality(d.regions)] as region_code,
    pg_temp.pick('road', c.n, array['人民路','中山路','解放路','建设路','和平路','新华路','文化路','长江路']) || pg_temp.whole('house', c.n, 1, 999) || '号' as address
  from (
    select n, date_trunc('milliseconds', ${until} - interval '${YEARS} years' + (interval '${YEARS} years' - interval '2 days') * (n::float8 / ${plan.customers})) as at,
      1 + floor(${plan.dealers} * pg_temp.roll('dealer', n) ^ 2)::int as dealer_n, pg_temp.whole('surname', n, 1, ${NAMES.surnames.length}) as s,
      pg_temp.whole('given', n, 1, ${NAMES.given.length}) as g, pg_temp.whole('second given', n, -10, ${NAMES.given.length}) as h
    from generate_series(1::bigint, ${plan.customers}) n) c
  join g_dealer d on d.n = c.dealer_n order by c.n;
  create index on g_customer (n);
  analyze g_customer`;

const units = (plan: Plan, until: string): string => `
  create temp table g_unit as
  with sale as (
    select n, case when n <= ${plan.customers} then n when pg_temp.roll('sold', n) < 0.7 then 1 + floor(${plan.customers} * pg_temp.roll('owner', n))::bigint end as customer_n
    from generate_series(1::bigint, ${plan.units}) n),
  sold as (
    select s.n, c.n as customer_n, c.id as customer_id, c.dealer_n, c.dealer_id, c.manager,
      date_trunc('milliseconds', case when s.n <= ${plan.customers} then c.at + interval '1 hour' else c.at + (${until} - c.at) * pg_temp.roll('sale', s.n) end) as sold_at
    from sale s left join g_customer c on c.n = s.customer_n),
  placed as (
    select s.*, 1 + (case when s.dealer_n is null then floor(${plan.dealers} * pg_temp.roll('dispatch', s.n) ^ 2)::int
        when pg_temp.roll('stray', s.n) < 0.02 then s.dealer_n else s.dealer_n - 1 end % ${plan.dealers}) as to_n,
      coalesce(pg_temp.day(s.sold_at) - pg_temp.whole('shelf', s.n, 5, 200), pg_temp.day(${until}) - pg_temp.whole('shelf', s.n, 1, 400)) as dispatched_on,
      case when pg_temp.roll('installed', s.n) < 0.8 then date_trunc('milliseconds', s.sold_at + interval '1 day' * (1 + 19 * pg_temp.roll('days', s.n))) end as visit_at
    from sold s)
  select u.*, pg_temp.uid('unit', u.n, u.at) as id from (
  select p.n, m.code || '-' || lpad(p.n::text, 7, '0') as serial, m.id as model_id, m.code as model_code, m.family, m.months, p.customer_n, p.customer_id, p.dealer_n, p.dealer_id, p.sold_at,
    d.id as dispatched_to, p.dispatched_on, p.dispatched_on - pg_temp.whole('stored', p.n, 5, 60) as made_on,
    (p.dispatched_on + time '09:00') at time zone 'Asia/Shanghai' + interval '1 millisecond' * (p.n % 3600000) as at,
    case when pg_temp.roll('day unknown', p.n) < 0.99 then pg_temp.day(p.sold_at) end as purchase_date,
    case when p.visit_at < ${until} then p.visit_at end as installed_at, p.visit_at,
    case when p.sold_at is not null then s.technicians[1 + p.n % cardinality(s.technicians)] end as technician,
    p.sold_at is not null and pg_temp.roll('extended', p.n) < 0.005 and p.sold_at < ${until} - interval '1 month' as extended
  from placed p join g_dealer d on d.n = p.to_n join g_model m on m.n = 1 + p.n % (select count(*) from g_model)
    left join g_dealer s on s.n = p.dealer_n
) u order by u.at;
  create index on g_unit (n);
  analyze g_unit`;

// Calls come for installed units, so that none needs a report of the unboxing stage.
const calls = (plan: Plan, until: string): string => `
  create temp table g_installed as select row_number() over (order by n) as r, n from g_unit where installed_at is not null;
  create index on g_installed (r);
  create temp table g_call as
  with opened as (
    select k.k, u.n as unit_n, u.id as unit_id, u.serial, u.customer_n, u.customer_id, u.dealer_id, u.technician, u.family, o.region_code,
      date_trunc('milliseconds', u.installed_at + (${until} - u.installed_at) * pg_temp.roll('call at', k.k)) as opened_at, pg_temp.roll('hours', k.k) as share
    from generate_series(1::bigint, ${plan.calls}) k (k)
    join g_installed i on i.r = 1 + floor((select count(*) from g_installed) * pg_temp.roll('call unit', k.k))::bigint join g_unit u on u.n = i.n
    join g_customer o on o.n = u.customer_n),
  worked as (
    select *, date_trunc('milliseconds', opened_at + interval '1 hour' * case when pg_temp.roll('late', k) < 0.08 then 24 + 22 * share else 1 + 21 * share end) as ends_at,
      pg_temp.roll('cancelled', k) < 0.02 as given_up from opened),
  ended as (
    select *, case when ends_at < ${until} and not given_up then ends_at end as resolved_at, case when ends_at < ${until} and given_up then ends_at end as cancelled_at,
      date_trunc('milliseconds', ends_at + interval '1 day' * 3 * pg_temp.roll('confirmed', k)) as confirms_at from worked)
  select k as n, pg_temp.uid('call', k, opened_at) as id, unit_n, unit_id, serial, customer_n, customer_id, dealer_id, technician, family, region_code, opened_at,
    opened_at + interval '30 minutes' as assigned_at, resolved_at, cancelled_at, case when resolved_at is not null and confirms_at < ${until} then confirms_at end as confirmed_at,
    resolved_at is not null or (cancelled_at is null and opened_at + interval '30 minutes' < ${until}) as worked
  from ended order by opened_at;
  create index on g_call (n);
  analyze g_call`;
