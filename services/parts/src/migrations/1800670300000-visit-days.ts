import type { MigrationInterface, QueryRunner } from 'typeorm';

/** W-6: the day of the visit that parts are asked for; of requests of before it is not known. */
export class VisitDays1800670300000 implements MigrationInterface {
  name = 'VisitDays1800670300000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table parts_request add column visit_on date check (visit_on is null or purpose = 'visit')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table parts_request drop column visit_on');
  }
}
