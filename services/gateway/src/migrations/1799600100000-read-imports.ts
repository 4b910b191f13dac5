import type { MigrationInterface, QueryRunner } from 'typeorm';

/** sheets are read after they were taken, in their turn and as who sent them; who reads one holds it, and leaves it to another when he dies. */
export class ReadImports1799600100000 implements MigrationInterface {
  name = 'ReadImports1799600100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table import_file
      add column caller jsonb,
      add column attempts int not null default 0,
      add column lease_until timestamptz`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table import_file drop column caller, drop column attempts, drop column lease_until');
  }
}
