import type { MigrationInterface, QueryRunner } from 'typeorm';

/** C-3: a dealer's flagged sales by who sold are read newest first; the two mostly are one, so that neither index alone is thought to find few. */
export class FlaggedOfBoth1800460100000 implements MigrationInterface {
  name = 'FlaggedOfBoth1800460100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create index unit_sale_flagged_of_both on unit_sale (dealer_id, seller_id, sold_at desc, unit_id desc) where cross_territory');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index unit_sale_flagged_of_both');
  }
}
