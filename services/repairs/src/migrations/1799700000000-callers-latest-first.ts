import type { MigrationInterface, QueryRunner } from 'typeorm';

/** some phones call a thousand times, as a hotel's; the few newest calls are read from the index without the others. */
export class CallersLatestFirst1799700000000 implements MigrationInterface {
  name = 'CallersLatestFirst1799700000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create index repair_call_phone_latest on repair_call (phone_key, opened_at desc, id desc) where phone_key <> ''`);
    await runner.query('drop index repair_call_phone');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`create index repair_call_phone on repair_call (phone_key) where phone_key <> ''`);
    await runner.query('drop index repair_call_phone_latest');
  }
}
