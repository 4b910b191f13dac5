import type { MigrationInterface, QueryRunner } from 'typeorm';

/** H-5: an objection may be taken back; what waits for somebody already is told of from now on. */
export class WithdrawnObjections1800462000000 implements MigrationInterface {
  name = 'WithdrawnObjections1800462000000';

  async up(runner: QueryRunner): Promise<void> {
    // The owner role is under row-level security as well.
    await runner.query(`select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true)`);
    await runner.query('alter table return_objection drop constraint return_objection_state_check');
    await runner.query(`alter table return_objection add constraint return_objection_state_check check (state in ('open', 'upheld', 'refused', 'withdrawn'))`);
    await runner.query(`insert into deadline (kind, ref, due_at) select 'count-objection-waits', id::text, business_now() from return_objection where state = 'open'`);
    await runner.query(`insert into deadline (kind, ref, due_at) select 'wrong-part-waits', id::text, business_now() from wrong_part where state in ('waiting', 'instructed')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true)`);
    await runner.query(`delete from deadline where kind in ('count-objection-waits', 'wrong-part-waits')`);
    await runner.query(`update return_objection set state = 'refused' where state = 'withdrawn'`);
    await runner.query('alter table return_objection drop constraint return_objection_state_check');
    await runner.query(`alter table return_objection add constraint return_objection_state_check check (state in ('open', 'upheld', 'refused'))`);
  }
}
