import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A call's line in lists, as JSON text, made when the call is written: it is read far more often than written, and
 * building it anew for each of 50 rows was most of what a list cost. The row's own trigger makes it, so that it can
 * never differ from the row. Masked values only (C-5).
 */
export class CallLine1764600000000 implements MigrationInterface {
  name = 'CallLine1764600000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table repair_call add column line text not null default ''`);
    await runner.query(`create function call_line() returns trigger language plpgsql as $$
      begin
        select row_to_json(shown)::text into new.line from (select new.id as "id", new.number as "number", coalesce(new.dealer_id::text, '') as "dealerId",
          new.unit_serial as "unitSerial", new.contact_name_masked as "contactName", new.contact_phone_masked as "contactPhone",
          new.symptoms as "symptoms", new.state as "state", coalesce(new.technician_user_id::text, '') as "technicianUserId",
          iso(new.opened_at) as "openedAt", coalesce(iso(new.due_at), '') as "dueAt", coalesce(iso(new.breached_at), '') as "breachedAt",
          new.version as "version") shown;
        return new;
      end $$`);
    await runner.query('create trigger repair_call_line before insert or update on repair_call for each row execute function call_line()');
    // The owner is under row-level security as well.
    await runner.query(`select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true)`);
    await runner.query('update repair_call set version = version');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop trigger repair_call_line on repair_call');
    await runner.query('drop function call_line');
    await runner.query('alter table repair_call drop column line');
  }
}
