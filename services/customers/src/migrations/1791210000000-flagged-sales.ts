import type { MigrationInterface, QueryRunner } from 'typeorm';

/** C-3: flagged sales are read newest first, all or of one dealer. */
export class FlaggedSales1791210000000 implements MigrationInterface {
  name = 'FlaggedSales1791210000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create index unit_sale_flagged on unit_sale (sold_at desc, unit_id desc) where cross_territory');
    await runner.query('create index unit_sale_flagged_of_dealer on unit_sale (dealer_id, sold_at desc, unit_id desc) where cross_territory');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index unit_sale_flagged_of_dealer');
    await runner.query('drop index unit_sale_flagged');
  }
}
