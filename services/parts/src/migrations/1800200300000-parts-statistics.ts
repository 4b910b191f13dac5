import type { MigrationInterface, QueryRunner } from 'typeorm';

const INDEXES = {
  shipping_order_shipped: 'shipping_order (shipped_at desc, id desc) where shipped_at is not null',
  shipping_order_dealer_newest: 'shipping_order (dealer_id, shipped_at desc, id desc) where shipped_at is not null',
  return_parcel_counted: 'return_parcel (counted_at desc, id desc) where counted_at is not null',
  return_parcel_dealer_counted: 'return_parcel (dealer_id, counted_at desc, id desc) where counted_at is not null',
  parts_request_line_longest: 'parts_request_line (approved_at, id) where backordered_quantity > 0',
  parts_request_line_dealer_longest: 'parts_request_line (dealer_id, approved_at, id) where backordered_quantity > 0',
};

/** P-13, H-8, P-7: a month's issues and returns, and what waits longest, are read in their order; H-2: what a dealer was sent up to a day. */
export class PartsStatistics1800200300000 implements MigrationInterface {
  name = 'PartsStatistics1800200300000';

  async up(runner: QueryRunner): Promise<void> {
    for (const [name, on] of Object.entries(INDEXES)) await runner.query(`create index ${name} on ${on}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop index ${Object.keys(INDEXES).join(', ')}`);
  }
}
