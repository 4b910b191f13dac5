import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The gateway's settings and, in every other service, the copy of them that its rules read. */
export class SettingTable1000000000001 implements MigrationInterface {
  name = 'SettingTable1000000000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table setting (
        key text not null,
        effective_from date not null,
        value jsonb not null,
        version int not null check (version > 0),
        primary key (key, effective_from)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table setting');
  }
}
