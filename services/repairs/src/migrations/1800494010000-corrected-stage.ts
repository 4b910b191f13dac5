import type { MigrationInterface, QueryRunner } from 'typeorm';

/** of a unit that is corrected after the record the call keeps the stage, since records are only ever added. */
export class CorrectedStage1800494010000 implements MigrationInterface {
  name = 'CorrectedStage1800494010000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table repair_call add column corrected_stage text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table repair_call drop column corrected_stage');
  }
}
