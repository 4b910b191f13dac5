import type { MigrationInterface, QueryRunner } from 'typeorm';

/** D-4: a call told of a unit asks for the solved ones on it alone, however many are open. */
export class SolvedCalls1798400000000 implements MigrationInterface {
  name = 'SolvedCalls1798400000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create index call_fact_solved on call_fact (generation, unit_id) where outcome = 'resolved'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index call_fact_solved');
  }
}
