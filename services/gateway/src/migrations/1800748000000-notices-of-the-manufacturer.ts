import type { MigrationInterface, QueryRunner } from 'typeorm';

/** only an equality lets an index give the order, and no dealer equals none: what is told to a role of the manufacturer has an index of its own. */
export class NoticesOfTheManufacturer1800748000000 implements MigrationInterface {
  name = 'NoticesOfTheManufacturer1800748000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create index notice_role on notice (recipient_role, id desc) where dealer_id is null');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index notice_role');
  }
}
