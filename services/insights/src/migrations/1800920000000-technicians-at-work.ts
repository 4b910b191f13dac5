import { tenantTable } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** D-4, D-5: who is given work, as it was told from day to day. Nobody told of it before, so that nothing is to be built again. */
export class TechniciansAtWork1800920000000 implements MigrationInterface {
  name = 'TechniciansAtWork1800920000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table technician_fact (
      generation int not null,
      technician_id uuid not null,
      version int not null,
      dealer_id uuid not null,
      active boolean not null,
      changed_on date not null,
      primary key (generation, technician_id, version))`);
    await runner.query('create index technician_fact_dealer on technician_fact (generation, dealer_id, changed_on)');
    await tenantTable(runner, 'technician_fact');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table technician_fact');
  }
}
