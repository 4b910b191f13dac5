import { tenantTable } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const MODEL = `
-- Which of the built models answers, and which one is being built. A new database starts with an empty one and builds the
-- first from what the services have told.
create table read_model (
  id boolean primary key default true check (id),
  current int not null,
  building int,
  check (building > current)
);
insert into read_model (current, building) values (1, 2);

create table rebuild (
  generation int primary key,
  requested_by text not null,
  started_at timestamptz not null default business_now(),
  finished_at timestamptz
);
insert into rebuild (generation, requested_by) values (2, '');

create table rebuild_source (
  generation int not null references rebuild (generation) on delete cascade,
  service text not null,
  position text not null default '',
  events int not null default 0,
  finished boolean not null default false,
  problem text not null default '',
  primary key (generation, service)
);`;

const FACTS = `
create table dealer_fact (
  generation int not null,
  dealer_id uuid not null,
  code text not null,
  name text not null,
  name_en text not null,
  status text not null,
  region_code text not null,
  territory text[] not null,
  parent_id uuid,
  version int not null,
  primary key (generation, dealer_id)
);

create table call_fact (
  generation int not null,
  call_id uuid not null,
  dealer_id uuid not null,
  unit_id uuid,
  region_code text not null,
  family text not null,
  received_at timestamptz,
  received_on date,
  routed_version int not null,
  outcome text not null check (outcome in ('open', 'resolved', 'cancelled')),
  outcome_version int not null,
  open_since timestamptz,
  resolved_at timestamptz,
  clock_seconds int,
  first_visit boolean not null,
  special boolean not null,
  reopened boolean not null,
  technician_user_id uuid,
  repeated boolean not null,
  primary key (generation, call_id)
);
create index call_fact_unit on call_fact (generation, unit_id) where unit_id is not null;
create index call_fact_dealer on call_fact (generation, dealer_id, received_on) include (region_code, technician_user_id);
create index call_fact_open on call_fact (generation, coalesce(open_since, received_at)) where outcome = 'open';

create table call_day (
  generation int not null,
  dealer_id uuid not null,
  day date not null,
  region_code text not null,
  family text not null,
  calls int not null,
  cancelled int not null,
  resolved int not null,
  within_24 int not null,
  within_48 int not null,
  special int not null,
  first_visit int not null,
  repeated int not null,
  primary key (generation, dealer_id, day, region_code, family)
);

create table record_fact (
  generation int not null,
  call_id uuid not null,
  dealer_id uuid not null,
  confirmed_at timestamptz not null,
  primary key (generation, call_id)
);

create table part_use_fact (
  generation int not null,
  call_id uuid not null,
  part_id uuid not null,
  source text not null,
  dealer_id uuid not null,
  quantity int not null,
  confirmed_on date not null,
  primary key (generation, call_id, part_id, source)
);
create index part_use_fact_dealer on part_use_fact (generation, dealer_id, confirmed_on) include (call_id, part_id, source, quantity);

create table obligation_fact (
  generation int not null,
  obligation_id uuid not null,
  dealer_id uuid not null,
  part_id uuid,
  quantity int not null,
  settled int not null default 0,
  opened_on date,
  due_on date,
  closed_on date,
  primary key (generation, obligation_id)
);
create index obligation_fact_open on obligation_fact (generation, dealer_id) where closed_on is null;
create index obligation_fact_closed on obligation_fact (generation, dealer_id, closed_on);

create table settlement_fact (
  generation int not null,
  settlement_id uuid not null,
  obligation_id uuid not null,
  dealer_id uuid not null,
  pieces int not null,
  settled_on date not null,
  primary key (generation, settlement_id)
);
create index settlement_fact_obligation on settlement_fact (generation, obligation_id);
create index settlement_fact_day on settlement_fact (generation, settled_on) include (dealer_id, obligation_id, pieces);

create table training_fact (
  generation int not null,
  training_id uuid not null,
  technician_id uuid not null,
  dealer_id uuid not null,
  family text not null,
  held_on date not null,
  result text not null,
  primary key (generation, training_id, technician_id)
);
create index training_fact_dealer on training_fact (generation, dealer_id, held_on);

create table certificate_fact (
  generation int not null,
  technician_id uuid not null,
  family text not null,
  valid_until date not null,
  dealer_id uuid not null,
  valid_from date not null,
  primary key (generation, technician_id, family, valid_until)
);
create index certificate_fact_dealer on certificate_fact (generation, dealer_id, valid_until);

create table sale_fact (
  generation int not null,
  unit_id uuid not null,
  dealer_id uuid not null,
  sold_on date not null,
  primary key (generation, unit_id)
);

create table sale_day (
  generation int not null,
  dealer_id uuid not null,
  day date not null,
  units int not null,
  primary key (generation, dealer_id, day)
);

-- The catalogue is the manufacturer's and everybody reads it.
create table part_fact (
  generation int not null,
  part_id uuid not null,
  number text not null,
  name text not null,
  name_en text not null,
  version int not null,
  primary key (generation, part_id)
);`;

const TENANT_TABLES = [
  'dealer_fact', 'call_fact', 'call_day', 'record_fact', 'part_use_fact', 'obligation_fact', 'settlement_fact', 'training_fact', 'certificate_fact', 'sale_fact',
  'sale_day',
];

/** D-4: the read model of the dealer files, each row with the generation it belongs to. */
export class DealerFiles1795000000000 implements MigrationInterface {
  name = 'DealerFiles1795000000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(MODEL);
    await runner.query(FACTS);
    for (const table of TENANT_TABLES) await tenantTable(runner, table);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table ${[...TENANT_TABLES, 'part_fact', 'rebuild_source', 'rebuild', 'read_model'].join(', ')}`);
  }
}
