/** Business time: the database's clock moved by one offset row, whole milliseconds as everywhere in the product. */
export const CLOCK_SQL = `
create table business_clock (
  id boolean primary key default true check (id),
  shift interval not null default '0'
);
insert into business_clock default values;

-- plpgsql keeps the plan of its query; the same in SQL would be planned anew with every row that has it as default.
create function business_now() returns timestamptz language plpgsql stable parallel safe as $$
begin
  return date_trunc('milliseconds', now() + (select shift from business_clock));
end $$;

create function business_year() returns int language sql stable parallel safe as $$
  select extract(year from business_now() at time zone 'Asia/Shanghai')::int
$$;

-- An instant as it travels: ISO 8601 in UTC with milliseconds.
create function iso(instant timestamptz) returns text language sql stable parallel safe as $$
  select to_char(instant at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$;
`;

/**
 * Row-level security reads two settings of the transaction: app.dealers ('*' or a comma list: own and children) and
 * app.own_dealer ('*' or the own dealer). Without settings nothing is seen.
 */
export const TENANCY_SQL = `
create function app_sees_all() returns boolean language sql stable parallel safe as $$
  select coalesce(current_setting('app.dealers', true), '') = '*'
$$;

create function app_dealers() returns uuid[] language sql stable parallel safe as $$
  select case when coalesce(current_setting('app.dealers', true), '') in ('', '*') then '{}'::uuid[]
              else string_to_array(current_setting('app.dealers', true), ',')::uuid[] end
$$;

create function app_own_dealers() returns uuid[] language sql stable parallel safe as $$
  select case when coalesce(current_setting('app.own_dealer', true), '') in ('', '*') then '{}'::uuid[]
              else array[current_setting('app.own_dealer', true)::uuid] end
$$;

create function app_sees(dealer uuid) returns boolean language sql stable parallel safe as $$
  select app_sees_all() or coalesce(dealer = any(app_dealers()), false)
$$;

create function app_sees_money(dealer uuid) returns boolean language sql stable parallel safe as $$
  select app_sees_all() or coalesce(dealer = any(app_own_dealers()), false)
$$;
`;

/** One row per command and key, written in the command's transaction; the answer holds no personal data. */
export const IDEMPOTENCY_SQL = `
create table idempotency (
  user_id text not null,
  method text not null,
  key text not null,
  request_hash text not null,
  answer json,
  created_at timestamptz not null default now(),
  primary key (user_id, method, key)
);
create index idempotency_created_at on idempotency (created_at);
`;

/** Document numbers: gap-free ones from a counter row, rising ones from a sequence per kind and year. */
export const NUMBER_SQL = `
create table number_counter (
  kind text not null,
  year int not null,
  last bigint not null,
  primary key (kind, year)
);

create function next_rising_number(kind text, year int) returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  sequence_name text := format('number_%s_%s', kind, year);
begin
  if kind !~ '^[a-z][a-z0-9_]{0,30}$' then raise exception 'number kind refused'; end if;
  return nextval(quote_ident(sequence_name)::regclass);
exception when undefined_table then
  begin
    execute format('create sequence %I', sequence_name);
  exception when duplicate_table or unique_violation then
    null;
  end;
  return nextval(quote_ident(sequence_name)::regclass);
end $$;
`;

/** The row that readiness writes, to know that the database takes writes. */
export const HEALTH_SQL = `
create table health_probe (
  service text primary key,
  probed_at timestamptz not null
);
`;

/** Long work from staged rows: imports and batches. */
export const JOB_SQL = `
create table job (
  id uuid primary key,
  kind text not null,
  state text not null check (state in ('staging', 'queued', 'running', 'done', 'failed')),
  options jsonb not null,
  dry_run boolean not null,
  file_name text not null,
  user_id text not null,
  caller jsonb not null,
  total int not null default 0,
  staged int not null default 0,
  progress int not null default 0,
  result jsonb,
  errors jsonb not null default '[]',
  attempts int not null default 0,
  lease_token uuid,
  lease_until timestamptz,
  created_at timestamptz not null default now(),
  finished_at timestamptz
);
create index job_waiting on job (created_at) where state in ('queued', 'running');

create table job_row (
  job_id uuid not null references job (id) on delete cascade,
  row_number int not null,
  frame int not null,
  cells jsonb not null,
  primary key (job_id, row_number)
);
`;
