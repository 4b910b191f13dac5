import type { MigrationInterface, QueryRunner } from 'typeorm';

/** who of the dealer asked for a step of a call that the manufacturer took for it. */
export class AskedBy1800485000000 implements MigrationInterface {
  name = 'AskedBy1800485000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table call_event add column asked_by text not null default ''`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table call_event drop column asked_by');
  }
}
