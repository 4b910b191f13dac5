import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * whoever calls again is known by the phone, however it is written: digits alone, without extension and without China's own
 * country code. A trigger makes the key of the phone, so that the two cannot differ, also when a person is erased.
 */
export class RepeatCallers1799100400000 implements MigrationInterface {
  name = 'RepeatCallers1799100400000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create function phone_key(phone text) returns text language sql immutable as $$
      select regexp_replace(regexp_replace(split_part(replace(lower(phone), '转', 'x'), 'x', 1), '[^0-9]', '', 'g'), '^(00)?86(?=[0-9]{10,11}$)', '') $$`);
    await runner.query(`alter table repair_call add column phone_key text not null default ''`);
    await runner.query(`create function call_phone_key() returns trigger language plpgsql as $$
      begin
        new.phone_key := phone_key(new.contact_phone);
        return new;
      end $$`);
    await runner.query('create trigger repair_call_phone_key before insert or update on repair_call for each row execute function call_phone_key()');
    // The owner is under row-level security as well.
    await runner.query(`select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true)`);
    await runner.query('update repair_call set version = version');
    await runner.query(`create index repair_call_phone on repair_call (phone_key) where phone_key <> ''`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop trigger repair_call_phone_key on repair_call');
    await runner.query('drop function call_phone_key');
    await runner.query('alter table repair_call drop column phone_key');
    await runner.query('drop function phone_key');
  }
}
