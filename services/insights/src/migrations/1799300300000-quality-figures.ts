import { tenantTable } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLES = `
-- The registry and the catalogue are the manufacturer's.
create table unit_fact (
  generation int not null,
  unit_id uuid not null,
  model_id uuid not null,
  lot text not null,
  primary key (generation, unit_id)
);
create table model_fact (
  generation int not null,
  model_id uuid not null,
  code text not null,
  name text not null,
  family text not null,
  version int not null,
  primary key (generation, model_id)
);
create table price_fact (
  generation int not null,
  part_id uuid not null,
  price_list_id uuid not null,
  effective_from date not null,
  price numeric(14,4) not null,
  published_at timestamptz not null,
  primary key (generation, part_id, price_list_id)
);

create table fault_case (
  generation int not null,
  case_id uuid not null,
  kind text not null check (kind in ('repair-call', 'quality-report')),
  number text not null,
  dealer_id uuid not null,
  unit_id uuid,
  serial text not null,
  stage text not null,
  family text not null,
  model_id uuid,
  lot text not null,
  happened_on date not null,
  recorded_at timestamptz not null,
  opened_at timestamptz,
  resolved_at timestamptz,
  fees numeric(14,2) not null,
  cost numeric(14,2) not null,
  version int not null,
  fault_count int not null,
  pieces int not null,
  primary key (generation, case_id)
);
create index fault_case_listed on fault_case (generation, recorded_at desc, case_id desc);
create index fault_case_day on fault_case (generation, happened_on) include (case_id, dealer_id, stage, family, model_id, lot, fault_count, pieces, cost);
create index fault_case_unit on fault_case (generation, unit_id) where unit_id is not null;
create index fault_case_dealer on fault_case (generation, dealer_id, recorded_at desc, case_id desc);

create table fault_line (
  generation int not null,
  case_id uuid not null,
  position int not null,
  dealer_id uuid not null,
  fault_code text not null,
  cause_code text not null,
  action_code text not null,
  problem text not null,
  design_defect boolean not null,
  cost numeric(14,2) not null,
  primary key (generation, case_id, position)
);
create table fault_part (
  generation int not null,
  case_id uuid not null,
  part_id uuid not null,
  dealer_id uuid not null,
  pieces int not null,
  cost numeric(14,2) not null,
  primary key (generation, case_id, part_id)
);
create index fault_part_part on fault_part (generation, part_id) include (case_id, pieces, cost);
create table fault_photo (
  generation int not null,
  case_id uuid not null,
  sha256 text not null,
  dealer_id uuid not null,
  primary key (generation, case_id, sha256)
);
create index fault_photo_hash on fault_photo (generation, sha256) include (case_id);

create table fault_month (
  generation int not null,
  dimension text not null,
  month date not null,
  key text not null,
  cases int not null,
  faults int not null,
  pieces int not null,
  cost numeric(14,2) not null,
  primary key (generation, dimension, month, key)
);

alter table sale_fact add column model_id uuid, add column lot text not null default '';
create index sale_fact_day on sale_fact (generation, sold_on) include (dealer_id, model_id, lot);

alter table call_fact add column number text not null default '';
create index call_fact_listed on call_fact (generation, received_at desc, call_id desc) where received_at is not null;
`;

const TENANT_TABLES = ['fault_case', 'fault_line', 'fault_part', 'fault_photo'];

/** the fault table and its figures by month, built from what was told from the first day on: a rebuilding begins, or begins again. */
export class QualityFigures1799300300000 implements MigrationInterface {
  name = 'QualityFigures1799300300000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
    for (const table of TENANT_TABLES) await tenantTable(runner, table);
    await runner.query('delete from rebuild_source s using read_model m where s.generation = m.building');
    await runner.query(`with begun as (update read_model set building = current + 1 where building is null returning building)
      insert into rebuild (generation, requested_by) select building, '' from begun`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index sale_fact_day, call_fact_listed');
    await runner.query('alter table sale_fact drop column model_id, drop column lot');
    await runner.query('alter table call_fact drop column number');
    await runner.query(`drop table fault_month, ${TENANT_TABLES.join(', ')}, price_fact, model_fact, unit_fact`);
  }
}
