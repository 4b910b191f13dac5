import { tenantTable } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** D-4: spot checks in the files. Nobody told of any before, so that nothing is to be built again. */
export class SpotChecks1799240000000 implements MigrationInterface {
  name = 'SpotChecks1799240000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table spot_check_fact (
      generation int not null,
      check_id uuid not null,
      dealer_id uuid not null,
      closed_on date not null,
      checked int not null,
      false_records int not null,
      score_sum int not null,
      primary key (generation, check_id))`);
    await runner.query('create index spot_check_fact_dealer on spot_check_fact (generation, dealer_id, closed_on)');
    await tenantTable(runner, 'spot_check_fact');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table spot_check_fact');
  }
}
