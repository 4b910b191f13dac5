import type { MigrationInterface, QueryRunner } from 'typeorm';

/** what is found after the report of a call was closed has a report of its own; at most one of an origin is open. */
export class FurtherReports1800830000000 implements MigrationInterface {
  name = 'FurtherReports1800830000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table quality_report drop constraint quality_report_origin');
    await runner.query('create index quality_report_origin on quality_report (origin_kind, origin_id, created_at)');
    await runner.query(`create unique index quality_report_open on quality_report (origin_kind, origin_id) where state <> 'closed'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index quality_report_open');
    await runner.query('drop index quality_report_origin');
    await runner.query('alter table quality_report add constraint quality_report_origin unique (origin_kind, origin_id)');
  }
}
