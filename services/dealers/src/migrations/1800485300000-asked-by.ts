import type { MigrationInterface, QueryRunner } from 'typeorm';

/** who of the dealer asked for a technician that the clerk added or took out. */
export class AskedBy1800485300000 implements MigrationInterface {
  name = 'AskedBy1800485300000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table technician add column asked_by text not null default ''`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table technician drop column asked_by');
  }
}
