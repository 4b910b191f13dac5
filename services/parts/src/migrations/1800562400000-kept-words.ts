import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What was said of a line, by whom and when, one after the other: of a request (P-5) and of a stocktake (H-7). */
export class KeptWords1800562400000 implements MigrationInterface {
  name = 'KeptWords1800562400000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table parts_request_line add column decisions jsonb not null default '[]'`);
    await runner.query(`alter table stocktake_line add column words jsonb not null default '[]'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table stocktake_line drop column words');
    await runner.query('alter table parts_request_line drop column decisions');
  }
}
