import type { MigrationInterface, QueryRunner } from 'typeorm';

const callLine = (resolved: string): string => `create or replace function call_line() returns trigger language plpgsql as $$
      begin
        select row_to_json(shown)::text into new.line from (select new.id as "id", new.number as "number", coalesce(new.dealer_id::text, '') as "dealerId",
          new.unit_serial as "unitSerial", new.contact_name_masked as "contactName", new.contact_phone_masked as "contactPhone",
          new.symptoms as "symptoms", new.state as "state", coalesce(new.technician_user_id::text, '') as "technicianUserId",
          iso(new.opened_at) as "openedAt", coalesce(iso(new.due_at), '') as "dueAt", coalesce(iso(new.breached_at), '') as "breachedAt",${resolved}
          new.version as "version") shown;
        new.listed_at := new.opened_at;
        return new;
      end $$`;

const INDEXES = [
  // Solved ones in their order, and each state's: the few that wait for the customer are found without walking past the filed ones.
  'create index repair_call_resolved on repair_call (resolved_at, id) where resolved_at is not null',
  'create index repair_call_dealer_resolved on repair_call (dealer_id, resolved_at, id) where resolved_at is not null',
  'create index repair_call_state_resolved on repair_call (state, resolved_at, id) where resolved_at is not null',
  'create index repair_call_dealer_state_resolved on repair_call (dealer_id, state, resolved_at, id) where resolved_at is not null',
];

/** records that nobody confirmed in time are a list, and calls are sorted by when they were solved. */
export class UnconfirmedRecords1800495100000 implements MigrationInterface {
  name = 'UnconfirmedRecords1800495100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table repair_call add column unconfirmed_from timestamptz');
    await runner.query(callLine(`coalesce(iso(new.resolved_at), '') as "resolvedAt",`));
    // The owner is under row-level security as well.
    await runner.query(`select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true)`);
    await runner.query(`update repair_call set unconfirmed_from = case when state = 'resolved' then resolved_at + make_interval(hours => 24 * coalesce(
      (select (s.value #>> '{}')::int from setting s where s.key = 'record.reminderDays' and s.effective_from <= (resolved_at at time zone 'Asia/Shanghai')::date
        order by s.effective_from desc limit 1), 7)) end`);
    for (const sql of INDEXES) await runner.query(sql);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index repair_call_resolved, repair_call_dealer_resolved, repair_call_state_resolved, repair_call_dealer_state_resolved');
    await runner.query(callLine(''));
    await runner.query('alter table repair_call drop column unconfirmed_from');
    await runner.query(`select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true)`);
    await runner.query('update repair_call set version = version');
  }
}
