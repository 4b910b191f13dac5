/**
 * The tables of the messaging library, one set in each service's database. `libs/service` runs these statements in the
 * platform migration; they need the function business_now(), so they come after the business clock.
 *
 * - outbox: events told by this service, kept for ever so that read models can be rebuilt; partitioned by month.
 *   A row is published (`published_at`) once the broker took it and confirmed (`confirmed_at`) once each listener said
 *   that it has it. `lease_until` belongs to the relay that is publishing it, `check_after` to the reconciler.
 * - inbox: (consumer, event) pairs whose effect is committed.
 * - dead_letter: messages that no retry could handle.
 * - deadline: what must happen at a business time; one row per (kind, ref).
 */
export const messagingTables: string[] = [
  `create table outbox (
    id uuid not null,
    event_type text not null,
    payload text not null,
    request_id text not null,
    traceparent text not null,
    occurred_at timestamptz not null default business_now(),
    created_at timestamptz not null default now(),
    lease_until timestamptz,
    attempts integer not null default 0,
    published_at timestamptz,
    check_after timestamptz,
    checks integer not null default 0,
    confirmed_at timestamptz,
    primary key (id, created_at)
  ) partition by range (created_at)`,
  `create index outbox_unpublished on outbox (created_at) where published_at is null`,
  `create index outbox_unconfirmed on outbox (check_after) where published_at is not null and confirmed_at is null`,
  `create table outbox_default partition of outbox default`,
  ensurePartitionsFunction(),
  `select ensure_outbox_partitions(12)`,
  `create table inbox (
    consumer text not null,
    event_id uuid not null,
    handled_at timestamptz not null default now(),
    primary key (consumer, event_id)
  )`,
  `create table dead_letter (
    id uuid primary key,
    consumer text not null,
    subject text not null,
    event_id uuid,
    headers jsonb not null,
    body bytea not null,
    error text not null,
    attempts integer not null,
    state text not null default 'open' check (state in ('open', 'replayed', 'discarded')),
    created_at timestamptz not null default now(),
    closed_at timestamptz,
    closed_note text not null default ''
  )`,
  `create unique index dead_letter_event on dead_letter (consumer, event_id) where event_id is not null`,
  `create index dead_letter_open on dead_letter (created_at, id) where state = 'open'`,
  `create table deadline (
    kind text not null,
    ref text not null,
    due_at timestamptz not null,
    payload jsonb not null default '{}',
    attempts integer not null default 0,
    retry_at timestamptz,
    fired_at timestamptz,
    failed_at timestamptz,
    last_error text,
    created_at timestamptz not null default now(),
    primary key (kind, ref)
  )`,
  `create index deadline_due on deadline (due_at) where fired_at is null and failed_at is null`,
];

/**
 * ensure_outbox_partitions(months): makes the partitions from this month on. Runs with its owner's rights, so that the
 * running service may call it, which owns nothing. A partition is made apart and then attached: that does not wait for
 * transactions that are writing to the outbox. Months whose rows already lie in the default partition stay there.
 */
function ensurePartitionsFunction(): string {
  return `create function ensure_outbox_partitions(months integer) returns void
  language plpgsql security definer set search_path = public, pg_temp as $$
  declare
    month_start timestamptz;
    partition_name text;
  begin
    perform set_config('lock_timeout', '2s', true);
    perform pg_advisory_xact_lock(hashtext('ensure_outbox_partitions'));
    for ahead in 0..months loop
      month_start := (date_trunc('month', now() at time zone 'UTC') + make_interval(months => ahead)) at time zone 'UTC';
      partition_name := 'outbox_' || to_char(month_start at time zone 'UTC', 'YYYY_MM');
      if to_regclass(partition_name) is null
        and not exists (
          select from outbox_default
          where created_at >= month_start
            and created_at < (month_start at time zone 'UTC' + interval '1 month') at time zone 'UTC')
      then
        execute format('create table %I (like outbox including defaults including constraints)', partition_name);
        execute format(
          'alter table outbox attach partition %I for values from (%L) to (%L)',
          partition_name, month_start, (month_start at time zone 'UTC' + interval '1 month') at time zone 'UTC');
      end if;
    end loop;
  end $$`;
}
