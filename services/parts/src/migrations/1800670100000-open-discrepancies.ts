import type { MigrationInterface, QueryRunner } from 'typeorm';

/** P-8, H-7: what a dealer says never came and nobody has decided is looked for with each stocktake that is read. */
export class OpenDiscrepancies1800670100000 implements MigrationInterface {
  name = 'OpenDiscrepancies1800670100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create index discrepancy_undecided on discrepancy (dealer_id) where state = 'open'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index discrepancy_undecided');
  }
}
