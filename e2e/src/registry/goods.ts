import { FOUND } from './found.js';
import type { Plan } from './plan.js';
import type { Step } from './world.js';

/** A fact's month, as documents keep it. */
export const monthOf = (at: string): string => `to_char(${at} at time zone 'Asia/Shanghai', 'YYYY-MM')`;

export const PART_ROWS = `insert into g_part select * from jsonb_to_recordset($1) as p (n int, id uuid, number text, name text, "nameEn" text, price int, "partClass" text, "returnRequired" boolean)`;

/** Numbers of the registry's own series; the year is the first moment's. */
export const numberOf = (prefix: string, at: string, of = ''): string => `pg_temp.number('${prefix}', ${of}${at}, ${of}n)`;
export const id = (kind: string, at: string, of = ''): string => `pg_temp.uid('${kind}', ${of}n, ${of}${at})`;

/**
 * What was asked for, issued, charged and given back for the calls, as temporary tables: one line of a request for some of the calls
 * that took long, judged by the unit's warranty; parcels and invoices of a dealer's month.
 */
export function goods(plan: Plan): Step[] {
  const until = `timestamptz '${plan.until}'`;
  return [
    { what: 'parts for calls are thought up', sql: supplies(until) },
    FOUND,
    ...monthly(until),
  ];
}

/** What comes of supplies a month later: parcels and invoices. */
export function monthly(until: string): Step[] {
  return [{ what: 'parcels are thought up', sql: parcels(until) }, { what: 'invoices are thought up', sql: invoices(until) }];
}

// Units whose day of purchase is unknown or whose warranty was extended are left to other calls: their verdicts say more.
const supplies = (until: string): string => `
  create temp table g_supply as
  select s.*, quantity * price::numeric(14,2) as net, round(quantity * price * 0.13, 2) as tax, quantity * price + round(quantity * price * 0.13, 2) as gross,
    case when not charged and parted and return_required then (pg_temp.day(delivered_at) + 30) end as due_on,
    case when charged then pg_temp.pick('wish', n, array['now','now','now','now','now','now','now','later','later','never']) end as wish,
    date_trunc('month', delivered_at at time zone 'Asia/Shanghai')::date as delivered_month
  from (
    select c.n, c.id as call_id, c.dealer_id, c.technician, c.serial, c.unit_id, d.n as dealer_n, d.manager, p.n as part_n, p.id as part_id, p."partClass" as part_class,
      p.price, p."returnRequired" as return_required, pg_temp.whole('pieces', c.n, 1, 2) as quantity, u.purchase_date, pg_temp.day(u.installed_at) as accepted_on, u.months,
      (u.purchase_date + interval '1 month' * u.months)::date as last_day, pg_temp.day(c.opened_at) as event_on,
      c.resolved_at is not null and (u.purchase_date + interval '1 month' * u.months)::date < pg_temp.day(c.opened_at) as charged, c.resolved_at is not null as parted,
      c.opened_at + interval '1 hour' as asked_at, c.opened_at + interval '2 hours' as approved_at, c.opened_at + interval '3 hours' as confirmed_at,
      c.opened_at + interval '3 hours 30 minutes' as paid_at, c.opened_at + interval '4 hours' as shipped_at, c.opened_at + interval '8 hours' as delivered_at,
      c.opened_at + interval '9 hours' as received_at, o.address
    from g_call c join g_unit u on u.n = c.unit_n join g_customer o on o.n = c.customer_n join g_dealer d on d.id = c.dealer_id
      join g_part p on p.n = 1 + floor((select count(*) from g_part) * pg_temp.roll('part', c.n) ^ 2)::int
    where u.purchase_date is not null and not u.extended and c.cancelled_at is null and pg_temp.roll('supply', c.n) < 0.5
      and (c.resolved_at - c.opened_at > interval '10 hours' or (c.resolved_at is null and c.opened_at + interval '1 hour' < ${until}))) s
  order by asked_at;
  create index on g_supply (n);
  analyze g_supply`;

/** What a dealer has to return goes in one parcel a month, on the 2nd; it is counted on the 6th. */
const parcels = (until: string): string => `
  create temp table g_parcel as
  select row_number() over (order by created_at, dealer_n) as n, p.*, case when created_at + interval '4 days' < ${until} then created_at + interval '4 days' end as counted_at
  from (
    select dealer_n, dealer_id, manager, delivered_month, (delivered_month + interval '1 month 1 day 10 hours') at time zone 'Asia/Shanghai' as created_at
    from g_supply where due_on is not null group by dealer_n, dealer_id, manager, delivered_month) p
  where created_at < ${until};
  create temp table g_returned as
  select s.n, s.part_n, s.part_id, s.quantity, s.serial, s.dealer_id, p.n as parcel_n, p.created_at, p.counted_at, s.shipped_at, row_number() over (partition by p.n order by s.n) as position
  from g_supply s join g_parcel p on p.dealer_id = s.dealer_id and p.delivered_month = s.delivered_month
  where s.due_on is not null and pg_temp.roll('returned', s.n) < 0.95;
  delete from g_parcel p where not exists (select from g_returned r where r.parcel_n = p.n);
  create index on g_returned (parcel_n);
  analyze g_returned`;

/** The slips of a dealer's month are invoiced on the 3rd of the next. */
const invoices = (until: string): string => `
  create temp table g_invoice as
  select row_number() over (order by created_at, dealer_n) as n, i.*, created_at + interval '1 day' < ${until} as issued
  from (
    select dealer_n, dealer_id, delivered_month, (delivered_month + interval '1 month 2 days 11 hours') at time zone 'Asia/Shanghai' as created_at,
      sum(net) as net, sum(tax) as tax, sum(gross) as gross, array_agg(n order by n) as slips
    from g_supply where charged and wish = 'now' group by dealer_n, dealer_id, delivered_month) i
  where created_at < ${until}`;
