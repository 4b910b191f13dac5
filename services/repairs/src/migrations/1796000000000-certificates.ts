import { tenantTable } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** D-5: what repairs must know to flag a technician who is not certified for the family of the unit. */
export class Certificates1796000000000 implements MigrationInterface {
  name = 'Certificates1796000000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table repair_call add column technician_certificate text not null default ''
      check (technician_certificate in ('', 'valid', 'expired', 'missing', 'family_unknown'))`);
    await runner.query('alter table known_unit add column model_id uuid');
    await runner.query('create index known_unit_serial on known_unit (serial)');
    await runner.query('create table known_model (id uuid primary key, family text not null)');
    await runner.query(`create table known_certificate (
      technician_user_id uuid not null,
      family text not null,
      dealer_id uuid not null,
      valid_until date not null,
      primary key (technician_user_id, family))`);
    await tenantTable(runner, 'known_certificate');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table known_certificate, known_model');
    await runner.query('drop index known_unit_serial');
    await runner.query('alter table known_unit drop column model_id');
    await runner.query('alter table repair_call drop column technician_certificate');
  }
}
