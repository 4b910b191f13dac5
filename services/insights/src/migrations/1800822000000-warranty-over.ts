import type { MigrationInterface, QueryRunner } from 'typeorm';

/** W-3, Q-2: whether a case's warranty was over by its dates; of what was told before nobody said so. */
export class WarrantyOver1800822000000 implements MigrationInterface {
  name = 'WarrantyOver1800822000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table fault_case add column warranty_over boolean not null default false');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table fault_case drop column warranty_over');
  }
}
