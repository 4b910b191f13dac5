import type { MigrationInterface, QueryRunner } from 'typeorm';

/** W-9, Q-2: whether the terms of a case's unit covered labour; of what was told before nobody said so. */
export class LabourNotCovered1800861000000 implements MigrationInterface {
  name = 'LabourNotCovered1800861000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table fault_case add column labour_not_covered boolean not null default false');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table fault_case drop column labour_not_covered');
  }
}
