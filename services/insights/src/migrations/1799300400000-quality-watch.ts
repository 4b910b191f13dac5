import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLES = `
-- The lots and parts of the last evaluation.
create table quality_point (
  kind text not null check (kind in ('lot', 'part')),
  key text not null,
  family text not null,
  label text not null,
  from_on date not null,
  to_on date not null,
  cases int not null,
  unit_days bigint not null,
  rate float8 not null,
  centre float8,
  upper float8,
  beyond boolean not null,
  strain float8 not null,
  primary key (kind, key)
);

create table quality_alert (
  id uuid primary key,
  number text not null unique,
  kind text not null check (kind in ('lot', 'part')),
  key text not null,
  label text not null,
  opened_at timestamptz not null,
  ended_at timestamptz,
  from_on date not null,
  to_on date not null,
  cases int not null,
  rate float8 not null,
  centre float8 not null,
  upper float8 not null
);
create unique index quality_alert_open on quality_alert (kind, key) where ended_at is null;
create index quality_alert_listed on quality_alert (opened_at desc, id desc);

insert into deadline (kind, ref, due_at) values ('quality-watch', 'daily', business_now());`;

/** control limits of lots and parts, and alerts. They belong to no generation: an alert was told, whatever is rebuilt. */
export class QualityWatch1799300400000 implements MigrationInterface {
  name = 'QualityWatch1799300400000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`delete from deadline where kind = 'quality-watch'`);
    await runner.query('drop table quality_alert, quality_point');
  }
}
