import type { MigrationInterface, QueryRunner } from 'typeorm';

/** W-9, R-11: at which version the confirmation of a call was told last, and what its records put in is found by the record. */
export class RepairsTold1800494000000 implements MigrationInterface {
  name = 'RepairsTold1800494000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create table repair_told (call_id uuid primary key, version int not null)');
    await runner.query('create index replaced_part_of_record on replaced_part (record_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index replaced_part_of_record');
    await runner.query('drop table repair_told');
  }
}
