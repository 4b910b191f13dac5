import { tenantTable } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** D-7: monthly reports with their lines and amendments, and since when a dealer has which status. */
export class MonthlyDuties1797000000000 implements MigrationInterface {
  name = 'MonthlyDuties1797000000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of TABLES) await runner.query(statement);
    for (const table of ['dealer_status_change', 'monthly_report', 'monthly_report_amendment', 'monthly_report_line', 'monthly_report_amendment_line']) {
      await tenantTable(runner, table);
    }
    // The owner is under row-level security as well.
    await runner.query(`select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true)`);
    await runner.query(HISTORY);
    await runner.query(REPORTS);
    await runner.query(NEXT_MONTH);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`delete from deadline where kind in ('duties-month', 'duties-due-day', 'duties-late')`);
    await runner.query('drop table monthly_report_amendment_line, monthly_report_line, monthly_report_amendment, monthly_report, dealer_status_change');
  }
}

const TABLES = [
  `create table dealer_status_change (
    dealer_id uuid not null references dealer (id),
    version int not null check (version > 0),
    status text not null check (status in ('applicant', 'active', 'suspended', 'terminated')),
    since timestamptz not null,
    primary key (dealer_id, version)
  )`,
  `create table monthly_report (
    id uuid primary key,
    dealer_id uuid not null references dealer (id),
    month text not null check (month ~ '^\\d{4}-(0[1-9]|1[0-2])$'),
    kind text not null check (kind in ('installation', 'repair')),
    number text unique,
    state text not null check (state in ('open', 'submitted')),
    nil boolean not null,
    due_on date not null,
    submitted_at timestamptz,
    submitted_by text,
    version int not null check (version > 0),
    created_at timestamptz not null default business_now(),
    unique (dealer_id, month, kind),
    unique (dealer_id, id),
    check ((state = 'submitted') = (number is not null and submitted_at is not null and submitted_by is not null)),
    check (state = 'submitted' or not nil)
  )`,
  'create index monthly_report_latest on monthly_report (month desc, id desc)',
  'create index monthly_report_of_dealer on monthly_report (dealer_id, month desc, id desc)',
  `create index monthly_report_duty on monthly_report (month desc, dealer_id desc) where kind = 'installation'`,
  `create table monthly_report_amendment (
    id uuid primary key,
    dealer_id uuid not null,
    report_id uuid not null,
    number text not null unique,
    reason text not null,
    amended_at timestamptz not null,
    amended_by text not null,
    unique (dealer_id, id),
    foreign key (dealer_id, report_id) references monthly_report (dealer_id, id)
  )`,
  'create index monthly_report_amendment_of_report on monthly_report_amendment (report_id, amended_at)',
  `create table monthly_report_line (
    id uuid primary key,
    dealer_id uuid not null,
    report_id uuid not null,
    source text not null check (source in ('recorded', 'by_hand')),
    item_id text not null,
    item_number text not null,
    happened_at timestamptz not null,
    item_on date not null,
    outcome text not null check (outcome in ('accepted', 'failed', 'resolved', 'confirmed', 'filed', 'reported')),
    serial text not null,
    model_code text not null,
    fault_codes text[] not null,
    pieces int not null check (pieces >= 0),
    included boolean not null,
    counted boolean not null,
    after_submission boolean not null check (not (after_submission and included)),
    note text not null,
    left_out_reason text not null,
    amendment_id uuid,
    unique (report_id, item_id),
    unique (dealer_id, id),
    foreign key (dealer_id, report_id) references monthly_report (dealer_id, id),
    foreign key (dealer_id, amendment_id) references monthly_report_amendment (dealer_id, id),
    check (amendment_id is not null or included = counted)
  )`,
  'create index monthly_report_line_by_day on monthly_report_line (report_id, item_on, id)',
  `create table monthly_report_amendment_line (
    dealer_id uuid not null,
    amendment_id uuid not null,
    line_id uuid not null,
    counts boolean not null,
    note text not null,
    primary key (amendment_id, line_id),
    foreign key (dealer_id, amendment_id) references monthly_report_amendment (dealer_id, id),
    foreign key (dealer_id, line_id) references monthly_report_line (dealer_id, id)
  )`,
  'create index monthly_report_amendment_line_of_line on monthly_report_amendment_line (line_id)',
];

/** The steps of each dealer stand in the audit trail with their moments; one without any has been what it is since it was made. */
const HISTORY = `
  insert into dealer_status_change (dealer_id, version, status, since)
  select d.id, row_number() over (partition by d.id order by c.at, c.entry), c.status, c.at
  from dealer d cross join lateral (
    select e.changed -> 'status' ->> 'after' as status, e.at, e.id::text as entry from audit_entry e
      where e.kind = 'dealer' and e.document_id = d.id::text and e.changed -> 'status' ->> 'after' is not null
    union all
    select d.status, d.created_at, '' where not exists (select 1 from audit_entry e
      where e.kind = 'dealer' and e.document_id = d.id::text and e.changed -> 'status' ->> 'after' is not null)
  ) c`;

/** Duties begin with the running month: nobody becomes late with months for which nothing was asked. */
const REPORTS = `
  insert into monthly_report (id, dealer_id, month, kind, state, nil, due_on, version)
  select gen_random_uuid(), d.id, m.month, k.kind, 'open', false, m.first_day + interval '1 month 2 days', 1
  from dealer d
  cross join (values ('installation'), ('repair')) k (kind)
  cross join (select date_trunc('month', business_now() at time zone 'Asia/Shanghai')::date as first_day,
    to_char(business_now() at time zone 'Asia/Shanghai', 'YYYY-MM') as month) m
  where d.status in ('active', 'suspended')
    or (d.status = 'terminated' and exists (select 1 from dealer_status_change c
      where c.dealer_id = d.id and c.status = 'terminated' and c.since > m.first_day::timestamp at time zone 'Asia/Shanghai'))`;

const NEXT_MONTH = `
  insert into deadline (kind, ref, due_at, payload)
  select distinct 'duties-month', r.dealer_id::text, n.next_day::timestamp at time zone 'Asia/Shanghai', jsonb_build_object('month', to_char(n.next_day, 'YYYY-MM'))
  from monthly_report r cross join lateral (select (r.month || '-01')::date + interval '1 month' as next_day) n`;
