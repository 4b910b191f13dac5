import type { MigrationInterface, QueryRunner } from 'typeorm';

/** a window that is waited for is given up when the local day of its end is over; those of before, too. */
export class WindowsOver1800831000000 implements MigrationInterface {
  name = 'WindowsOver1800831000000';

  async up(runner: QueryRunner): Promise<void> {
    // The owner is under row-level security as well.
    await runner.query(`select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true)`);
    await runner.query(`insert into deadline (kind, ref, due_at)
      select 'call-window-over', id::text, ((window_to at time zone 'Asia/Shanghai')::date + 1)::timestamp at time zone 'Asia/Shanghai'
      from call_appointment where outcome = ''`);
  }

  /** What was given up stays so. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`delete from deadline where kind = 'call-window-over'`);
  }
}
