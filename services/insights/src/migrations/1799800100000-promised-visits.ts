import { tenantTable } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** windows that were promised to customers and how they ended. What was settled before, repairs tells once more, so that nothing is to be built again. */
export class PromisedVisits1799800100000 implements MigrationInterface {
  name = 'PromisedVisits1799800100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table appointment_fact (
      generation int not null,
      appointment_id uuid not null,
      call_id uuid not null,
      call_number text not null,
      dealer_id uuid not null,
      technician_user_id uuid,
      window_from timestamptz not null,
      window_to timestamptz not null,
      begins_on date not null,
      arrived_at timestamptz,
      outcome text not null check (outcome in ('kept', 'missed', 'moved')),
      primary key (generation, appointment_id))`);
    await runner.query('create index appointment_fact_listed on appointment_fact (generation, window_from desc, appointment_id desc)');
    await runner.query('create index appointment_fact_day on appointment_fact (generation, begins_on) include (dealer_id, technician_user_id, outcome)');
    await tenantTable(runner, 'appointment_fact');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table appointment_fact');
  }
}
