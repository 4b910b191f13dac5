import type { MigrationInterface, QueryRunner } from 'typeorm';

/** H-5: parcels that nobody announced, and the numbers on labels by which their dealer is found. */
export class UnannouncedReturns1800450200000 implements MigrationInterface {
  name = 'UnannouncedReturns1800450200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table return_parcel add column unannounced boolean not null default false');
    for (const [name, on] of Object.entries(INDEXES)) await runner.query(`create index ${name} on ${on}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop index ${Object.keys(INDEXES).join(', ')}`);
    await runner.query('alter table return_parcel drop column unannounced');
  }
}

const INDEXES = {
  return_parcel_waybill: `return_parcel (waybill_number) where waybill_number <> ''`,
  return_parcel_onward: `return_parcel (onward_waybill_number) where onward_waybill_number <> ''`,
  shipping_order_waybill: `shipping_order (waybill_number) where waybill_number <> ''`,
};
