import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A line is written with its month, in one transaction: that says more than that there is such a month, and is asked once a statement instead of once a line. */
const WHOLE = `
create or replace function closed_list_whole() returns trigger language plpgsql as $$
begin
  if exists (select from (select distinct month from added) a left join closed_month c on c.month = a.month where c.xmin is distinct from pg_current_xact_id()::xid) then
    raise exception 'the lists of a closed month are never changed';
  end if;
  return null;
end $$`;

const BEFORE = `
create or replace function closed_list_whole() returns trigger language plpgsql as $$
begin
  if exists (select from (select distinct month from added) a join closed_month c on c.month = a.month where c.xmin <> pg_current_xact_id()::xid) then
    raise exception 'the lists of a closed month are never changed';
  end if;
  return null;
end $$`;

/** B-6: a close of many lines does not look its month up for each of them. */
export class ClosedLinesOfMonth1800775000000 implements MigrationInterface {
  name = 'ClosedLinesOfMonth1800775000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(WHOLE);
    await runner.query('alter table closed_line drop constraint closed_line_month_fkey');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table closed_line add constraint closed_line_month_fkey foreign key (month) references closed_month (month)');
    await runner.query(BEFORE);
  }
}
