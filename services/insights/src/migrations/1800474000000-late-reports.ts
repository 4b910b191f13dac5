import type { MigrationInterface, QueryRunner } from 'typeorm';

/** D-4, D-7: that a report became late is told without a new version, so what was told last counts; the files are built anew. */
export class LateReports1800474000000 implements MigrationInterface {
  name = 'LateReports1800474000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table report_fact add column told_at timestamptz not null default '-infinity'`);
    await runner.query('delete from rebuild_source s using read_model m where s.generation = m.building');
    await runner.query(`with begun as (update read_model set building = current + 1 where building is null returning building)
      insert into rebuild (generation, requested_by) select building, '' from begun`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table report_fact drop column told_at');
  }
}
