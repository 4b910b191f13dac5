import type { MigrationInterface, QueryRunner } from 'typeorm';

/** F-4, X-4: who of the dealer asked for a wish that the manufacturer changed for it. */
export class AskedBy1800485100000 implements MigrationInterface {
  name = 'AskedBy1800485100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table receivable add column asked_by text not null default ''`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table receivable drop column asked_by');
  }
}
