import type { MigrationInterface, QueryRunner } from 'typeorm';

/** H-4: who carries a return from the transit site on. */
export class OnwardCarriers1800450100000 implements MigrationInterface {
  name = 'OnwardCarriers1800450100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table return_parcel add column onward_carrier text not null default '', add column onward_waybill_number text not null default ''`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table return_parcel drop column onward_carrier, drop column onward_waybill_number');
  }
}
