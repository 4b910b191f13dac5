import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Accounts that came with one import, so that who sent it can ask for their one-time passwords while they hold. */
export class UserImports1791500000000 implements MigrationInterface {
  name = 'UserImports1791500000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table app_user add column import_batch uuid');
    await runner.query('create index app_user_import_batch on app_user (import_batch) where import_batch is not null');
    await runner.query('create index import_file_created on import_file (created_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index import_file_created');
    await runner.query('alter table app_user drop column import_batch');
  }
}
