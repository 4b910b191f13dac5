import type { MigrationInterface, QueryRunner } from 'typeorm';

/** D-4: the calls of a region are found along an index, so that the dealers of one compare as fast as all. */
export class CallsByRegion1800471000000 implements MigrationInterface {
  name = 'CallsByRegion1800471000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create index call_fact_region on call_fact (generation, region_code, call_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index call_fact_region');
  }
}
