import type { MigrationInterface, QueryRunner } from 'typeorm';

/** who of the dealer asked for an account that the clerk opened or changed. */
export class AskedBy1800485200000 implements MigrationInterface {
  name = 'AskedBy1800485200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table app_user add column asked_by text not null default ''`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table app_user drop column asked_by');
  }
}
