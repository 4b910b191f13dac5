import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A search by the front of a serial reads a dealer's own calls alone, and knows from the index whose each is; one index serves whole serials and fronts. */
export class CallsBySerial1800650000000 implements MigrationInterface {
  name = 'CallsBySerial1800650000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('drop index repair_call_serial, repair_call_serial_latest');
    await runner.query('create index repair_call_serial on repair_call (unit_serial text_pattern_ops, opened_at desc, id desc) include (dealer_id)');
    await runner.query(`create index repair_call_dealer_serial on repair_call (dealer_id, unit_serial text_pattern_ops)
      include (opened_at, id, technician_user_id, taken_by)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index repair_call_serial, repair_call_dealer_serial');
    await runner.query('create index repair_call_serial on repair_call (unit_serial text_pattern_ops) include (opened_at, id, dealer_id)');
    await runner.query(`create index repair_call_serial_latest on repair_call (unit_serial, opened_at desc, id desc) where unit_serial <> ''`);
  }
}
