import type { MigrationInterface, QueryRunner } from 'typeorm';

/** the curve of all units sold in years reads day and cost of their cases beside the unit, from the index alone. */
export class CasesOfUnits1800820000000 implements MigrationInterface {
  name = 'CasesOfUnits1800820000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create index fault_case_curve on fault_case (generation, unit_id) include (dealer_id, happened_on, cost) where unit_id is not null');
    await runner.query('drop index fault_case_unit');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('create index fault_case_unit on fault_case (generation, unit_id) where unit_id is not null');
    await runner.query('drop index fault_case_curve');
  }
}
