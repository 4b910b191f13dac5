import type { MigrationInterface, QueryRunner } from 'typeorm';

const LINE = `select row_to_json(shown)::text into new.line from (select new.id as "id", new.number as "number", coalesce(new.dealer_id::text, '') as "dealerId",
          new.unit_serial as "unitSerial", new.contact_name_masked as "contactName", new.contact_phone_masked as "contactPhone",
          new.symptoms as "symptoms", new.state as "state", coalesce(new.technician_user_id::text, '') as "technicianUserId",
          iso(new.opened_at) as "openedAt", coalesce(iso(new.due_at), '') as "dueAt", coalesce(iso(new.breached_at), '') as "breachedAt",
          new.version as "version") shown;`;

const callLine = (more: string): string => `create or replace function call_line() returns trigger language plpgsql as $$
      begin
        ${LINE}
        ${more}
        return new;
      end $$`;

/**
 * The newest calls of all dealers are listed along a column of their own, the moment of opening once more. Where one index
 * served both lists, PostgreSQL took it for a single dealer's as well, and read past the others' calls. An expression would
 * do as well as a column, but row-level security lets only plain comparisons pass into an index.
 */
export class NewestCalls1791410000000 implements MigrationInterface {
  name = 'NewestCalls1791410000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table repair_call add column listed_at timestamptz');
    await runner.query(callLine('new.listed_at := new.opened_at;'));
    // The owner is under row-level security as well.
    await runner.query(`select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true)`);
    await runner.query('update repair_call set version = version');
    await runner.query('create index repair_call_newest_of_all on repair_call (listed_at desc, id desc)');
    await runner.query('drop index repair_call_newest');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('create index repair_call_newest on repair_call (opened_at desc, id desc)');
    await runner.query(callLine(''));
    await runner.query('alter table repair_call drop column listed_at');
  }
}
