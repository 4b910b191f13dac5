import type { MigrationInterface, QueryRunner } from 'typeorm';

/** C-5: since when a file has no person any more. */
export class CustomerAnonymised1790000400000 implements MigrationInterface {
  name = 'CustomerAnonymised1790000400000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table customer add column anonymised_at timestamptz');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table customer drop column anonymised_at');
  }
}
