import type { MigrationInterface, QueryRunner } from 'typeorm';

/** a sheet whose upload broke off is told from one whose job was started, so that it does not stay for good. */
export class StartedImports1798300400000 implements MigrationInterface {
  name = 'StartedImports1798300400000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table import_file add column started boolean not null default false');
    await runner.query(`select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true)`);
    await runner.query('update import_file set started = true');
    await runner.query('create index import_file_not_started on import_file (created_at) where not started');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index import_file_not_started');
    await runner.query('alter table import_file drop column started');
  }
}
