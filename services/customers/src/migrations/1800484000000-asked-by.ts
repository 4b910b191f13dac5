import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLES = ['customer', 'unit_sale', 'unit_transfer', 'installation'] as const;

/** who of the dealer asked, where the manufacturer acts for it. */
export class AskedBy1800484000000 implements MigrationInterface {
  name = 'AskedBy1800484000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await runner.query(`alter table ${table} add column asked_by text not null default ''`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await runner.query(`alter table ${table} drop column asked_by`);
  }
}
