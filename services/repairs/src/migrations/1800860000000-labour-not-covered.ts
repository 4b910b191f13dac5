import type { MigrationInterface, QueryRunner } from 'typeorm';

/** W-9, R-9: whether the terms covered labour stands with a record beside the stage; of before nobody asked. */
export class LabourNotCovered1800860000000 implements MigrationInterface {
  name = 'LabourNotCovered1800860000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table repair_record add column labour_not_covered boolean not null default false');
    await runner.query('alter table repair_call add column corrected_labour_not_covered boolean not null default false');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table repair_call drop column corrected_labour_not_covered');
    await runner.query('alter table repair_record drop column labour_not_covered');
  }
}
