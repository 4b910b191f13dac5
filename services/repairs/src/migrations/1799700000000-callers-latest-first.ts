import type { MigrationInterface, QueryRunner } from 'typeorm';

/** some phones, customers and units have a thousand calls, as a hotel's; the few newest are read from an index without the others. */
export class CallersLatestFirst1799700000000 implements MigrationInterface {
  name = 'CallersLatestFirst1799700000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create index repair_call_phone_latest on repair_call (phone_key, opened_at desc, id desc) where phone_key <> ''`);
    await runner.query('drop index repair_call_phone');
    await runner.query('create index repair_call_unit_latest on repair_call (unit_id, opened_at desc, id desc)');
    await runner.query('drop index repair_call_unit');
    await runner.query('create index repair_call_customer_latest on repair_call (customer_id, opened_at desc, id desc)');
    await runner.query('drop index repair_call_customer');
    await runner.query(`create index repair_call_serial_latest on repair_call (unit_serial, opened_at desc, id desc) where unit_serial <> ''`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`create index repair_call_phone on repair_call (phone_key) where phone_key <> ''`);
    await runner.query('create index repair_call_unit on repair_call (unit_id)');
    await runner.query('create index repair_call_customer on repair_call (customer_id)');
    for (const way of ['phone', 'unit', 'customer', 'serial']) await runner.query(`drop index repair_call_${way}_latest`);
  }
}
