import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Domain 1, X-4: whose installation a report is about, and who of the dealer asked a clerk to mark a unit of a campaign. */
export class OwnWork1800700000000 implements MigrationInterface {
  name = 'OwnWork1800700000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table quality_report add column technician_user_id uuid');
    await runner.query(`alter table campaign_unit add column asked_by text not null default ''`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table campaign_unit drop column asked_by');
    await runner.query('alter table quality_report drop column technician_user_id');
  }
}
