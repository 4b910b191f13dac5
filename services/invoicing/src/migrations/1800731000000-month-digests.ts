import type { MigrationInterface, QueryRunner } from 'typeorm';

/** B-6: what the lines of a closed month came to, so that a month of which nothing changed since is known without reading it; empty for what was closed before. */
export class MonthDigests1800731000000 implements MigrationInterface {
  name = 'MonthDigests1800731000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table closed_month add digest text not null default ''`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table closed_month drop digest');
  }
}
