import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The close writes the month and its lines in one transaction; nothing is added to them by another one. */
const WHOLE = `
create function closed_list_whole() returns trigger language plpgsql as $$
begin
  if exists (select from (select distinct month from added) a join closed_month c on c.month = a.month where c.xmin <> pg_current_xact_id()::xid) then
    raise exception 'the lists of a closed month are never changed';
  end if;
  return null;
end $$`;

/** B-6: what a close froze is whole. */
export class ClosedListsWhole1800680100000 implements MigrationInterface {
  name = 'ClosedListsWhole1800680100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(WHOLE);
    await runner.query('create trigger closed_line_whole after insert on closed_line referencing new table as added for each statement execute function closed_list_whole()');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop trigger closed_line_whole on closed_line');
    await runner.query('drop function closed_list_whole');
  }
}
