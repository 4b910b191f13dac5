import type { MigrationInterface, QueryRunner } from 'typeorm';

/** W-3, R-9: whether the warranty was over by its dates stands with a record beside the stage; of before nobody asked. */
export class WarrantyOver1800821000000 implements MigrationInterface {
  name = 'WarrantyOver1800821000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table repair_record add column warranty_over boolean not null default false');
    await runner.query('alter table repair_call add column corrected_warranty_over boolean not null default false');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table repair_call drop column corrected_warranty_over');
    await runner.query('alter table repair_record drop column warranty_over');
  }
}
