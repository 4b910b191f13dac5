import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Q-1, W-6: cancelled calls are no cases, and a case counts on the day of its call; the figures are built anew. */
export class CasesOfCalls1800494020000 implements MigrationInterface {
  name = 'CasesOfCalls1800494020000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('delete from rebuild_source s using read_model m where s.generation = m.building');
    await runner.query(`with begun as (update read_model set building = current + 1 where building is null returning building)
      insert into rebuild (generation, requested_by) select building, '' from begun`);
  }

  /** What was built stays. */
  async down(): Promise<void> {
    await Promise.resolve();
  }
}
