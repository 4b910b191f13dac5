import { tenantTable } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * D-4, D-7: monthly reports in the files. What was told of them before this service listened is read by a rebuilding, which begins
 * here unless one is running, whose services are then read from the first day again.
 */
export class Reports1795000400000 implements MigrationInterface {
  name = 'Reports1795000400000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table report_fact (
      generation int not null,
      report_id uuid not null,
      dealer_id uuid not null,
      state text not null,
      due_on date not null,
      late boolean not null,
      version int not null,
      primary key (generation, report_id))`);
    await runner.query('create index report_fact_dealer on report_fact (generation, dealer_id, due_on)');
    await tenantTable(runner, 'report_fact');
    await runner.query('delete from rebuild_source s using read_model m where s.generation = m.building');
    await runner.query(`with begun as (update read_model set building = current + 1 where building is null returning building)
      insert into rebuild (generation, requested_by) select building, '' from begun`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table report_fact');
  }
}
