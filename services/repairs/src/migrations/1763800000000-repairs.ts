import { tenantTable } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLES = [
  `create table repair_call (
    id uuid primary key,
    number text not null unique,
    dealer_id uuid,
    channel text not null check (channel in ('phone', 'qr', 'hotline')),
    customer_id uuid,
    unit_id uuid,
    unit_serial text not null,
    unit_description text not null,
    contact_name text not null,
    contact_phone text not null,
    region_code text not null,
    address_detail text not null,
    contact_name_masked text not null,
    contact_phone_masked text not null,
    address_masked text not null,
    symptoms text not null,
    intake jsonb not null,
    wished_from timestamptz,
    wished_to timestamptz,
    photos jsonb not null,
    state text not null check (state in ('new', 'received', 'assigned', 'on_site', 'resolved', 'confirmed', 'filed', 'cancelled')),
    technician_user_id uuid,
    appointment_from timestamptz,
    appointment_to timestamptz,
    opened_at timestamptz not null,
    opened_on date not null,
    received_at timestamptz,
    due_at timestamptz,
    breached_at timestamptz,
    resolved_at timestamptz,
    taken_by uuid,
    reopen_count int not null,
    confirmation_method text not null,
    confirmation_evidence jsonb,
    confirmed_at timestamptz,
    version int not null,
    check (state in ('new', 'cancelled') or dealer_id is not null))`,
  `create index repair_call_newest on repair_call (opened_at desc, id desc)`,
  `create index repair_call_dealer_newest on repair_call (dealer_id, opened_at desc, id desc)`,
  `create index repair_call_technician on repair_call (technician_user_id, opened_at desc, id desc)`,
  `create index repair_call_due on repair_call (due_at, id) where state in ('received', 'assigned', 'on_site')`,
  `create index repair_call_unit on repair_call (unit_id)`,
  `create index repair_call_customer on repair_call (customer_id)`,
  `create index repair_call_serial on repair_call (unit_serial text_pattern_ops)`,
  `create table call_clock (
    id uuid primary key,
    call_id uuid not null references repair_call (id),
    position int not null,
    started_at timestamptz not null,
    special_reason text,
    stopped_at timestamptz,
    breached_at timestamptz,
    warned_hours int[] not null,
    escalated_at timestamptz,
    constraint call_clock_position unique (call_id, position))`,
  `create table call_event (
    id uuid primary key,
    call_id uuid not null references repair_call (id),
    at timestamptz not null,
    action text not null,
    from_state text not null,
    to_state text not null,
    user_id uuid,
    role text not null,
    reason text not null)`,
  `create index call_event_call on call_event (call_id, at, id)`,
  `create table repair_record (
    id uuid primary key,
    call_id uuid not null references repair_call (id),
    faults jsonb not null,
    parts_used jsonb not null,
    labour_fee numeric(14,2) not null check (labour_fee >= 0),
    travel_fee numeric(14,2) not null check (travel_fee >= 0),
    resolved boolean not null,
    first_visit boolean not null,
    told_customer text not null,
    photos jsonb not null,
    recorded_at timestamptz not null,
    recorded_by uuid not null)`,
  `create index repair_record_call on repair_record (call_id, recorded_at, id)`,
  `create table confirmation_link (
    id uuid primary key,
    call_id uuid not null references repair_call (id),
    token_hash text not null unique,
    expires_at timestamptz not null,
    closed_at timestamptz)`,
  `create index confirmation_link_call on confirmation_link (call_id)`,
  `create table fault_code (
    id uuid primary key,
    kind text not null check (kind in ('fault', 'cause', 'action')),
    family text not null,
    code text not null,
    name text not null,
    name_en text not null,
    parent_code text not null,
    state text not null check (state in ('draft', 'published')),
    version int not null,
    constraint fault_code_taken unique (family, kind, code))`,
  `create table quality_report (
    id uuid primary key,
    number text not null unique,
    dealer_id uuid not null,
    origin_kind text not null check (origin_kind in ('repair-call', 'installation')),
    origin_id uuid not null,
    unit_id uuid,
    serial text not null,
    state text not null check (state in ('due', 'submitted', 'under_review', 'action_defined', 'closed')),
    due_at timestamptz not null,
    description text not null,
    cause text not null,
    action text not null,
    affected_serials text[] not null,
    lot text not null,
    visible_damage boolean not null,
    photos jsonb not null,
    created_at timestamptz not null,
    submitted_at timestamptz,
    version int not null,
    constraint quality_report_origin unique (origin_kind, origin_id))`,
  `create index quality_report_newest on quality_report (dealer_id, created_at desc, id desc)`,
  `create table known_customer (id uuid primary key, dealer_id uuid not null)`,
  `create table known_unit (id uuid primary key, serial text not null)`,
];

/** Children of a call carry no dealer of their own: whoever sees the call sees them, so the two cannot differ. */
const CHILDREN = ['call_clock', 'call_event', 'repair_record', 'confirmation_link'];

/** History and records are only ever added to. */
const APPEND_ONLY = ['call_event', 'repair_record'];

/** Calls with their clocks, history and records, the fault catalogue and quality reports. */
export class Repairs1763800000000 implements MigrationInterface {
  name = 'Repairs1763800000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const sql of TABLES) await runner.query(sql);
    for (const table of ['repair_call', 'quality_report', 'known_customer']) await tenantTable(runner, table);
    for (const table of CHILDREN) {
      await runner.query(`alter table ${table} enable row level security`);
      await runner.query(`alter table ${table} force row level security`);
      const condition = `exists (select 1 from repair_call c where c.id = ${table}.call_id)`;
      await runner.query(`create policy ${table}_tenant on ${table} using (${condition}) with check (${condition})`);
    }
    await runner.query(`create function refuse_change() returns trigger language plpgsql as $$
      begin raise exception '% is only ever added to', tg_table_name; end $$`);
    for (const table of APPEND_ONLY) {
      await runner.query(`create trigger ${table}_append_only before update or delete on ${table} for each row execute function refuse_change()`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of [...CHILDREN, 'repair_call', 'fault_code', 'quality_report', 'known_customer', 'known_unit']) {
      await runner.query(`drop table ${table}`);
    }
    await runner.query('drop function refuse_change()');
  }
}
