import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Prices published before are told as if they had been told then (F-7). */
export class PricesForFigures1799300100000 implements MigrationInterface {
  name = 'PricesForFigures1799300100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      insert into outbox (id, event_type, payload, request_id, traceparent, occurred_at)
      select gen_random_uuid(), 'aftercare.parts.v1.PartPriced', json_build_object(
        'partId', line.part_id, 'priceListId', list.id, 'effectiveFrom', list.effective_from::text, 'dealerPrice', line.dealer_price::text,
        'publishedAt', iso(list.published_at))::text, gen_random_uuid()::text, '', list.published_at
      from price_list list join price_line line on line.price_list_id = list.id where list.state = 'published'`);
  }

  /** What was told stays told. */
  async down(): Promise<void> {
    await Promise.resolve();
  }
}
