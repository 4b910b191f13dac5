import type { MigrationInterface, QueryRunner } from 'typeorm';

/** an imported dealer says which job drafted it, so that a supervisor activates them together. Earlier imports are not known any more. */
export class ImportedDealers1798610000000 implements MigrationInterface {
  name = 'ImportedDealers1798610000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table dealer add column import_job_id uuid');
    await runner.query('create index dealer_of_import on dealer (import_job_id, code, id) where import_job_id is not null');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table dealer drop column import_job_id');
  }
}
