import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * by what serials are compared, registered or not, and the day on which two records of a case used a part. Of what was told before,
 * registered serials are known; the rest nobody said.
 */
export class SerialsCompared1800913000000 implements MigrationInterface {
  name = 'SerialsCompared1800913000000';

  async up(runner: QueryRunner): Promise<void> {
    // The owner role is under row-level security as well.
    await runner.query(`select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true)`);
    await runner.query(`alter table fault_case add column serial_key text not null default ''`);
    await runner.query(`update fault_case set serial_key = encode(sha256(convert_to(serial, 'UTF8')), 'hex') where serial <> ''`);
    await runner.query(`create index fault_case_serial on fault_case (generation, serial_key) where serial_key <> ''`);
    await runner.query('alter table fault_part add column again_on date');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table fault_part drop column again_on');
    await runner.query('drop index fault_case_serial');
    await runner.query('alter table fault_case drop column serial_key');
  }
}
