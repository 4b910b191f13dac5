import type { MigrationInterface, QueryRunner } from 'typeorm';

/** C-5: a sheet that names persons is forgotten after a day of the business clock as well. */
export class ImportsTaken1800473000000 implements MigrationInterface {
  name = 'ImportsTaken1800473000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table import_file add column taken_at timestamptz not null default business_now()');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table import_file drop column taken_at');
  }
}
