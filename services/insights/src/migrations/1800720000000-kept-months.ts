import { tenantTable } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What was written and not yet taken into account: the month of a line, or the link by which a line of another month looks at it. Appended and never changed,
 * so that nobody who keeps lines waits for another.
 */
const TABLES = `
create table tie_month (
  generation int not null,
  month text not null,
  pieces jsonb not null,
  amounts jsonb not null,
  nets jsonb not null,
  on_slips int not null,
  on_slips_net numeric(20,2) not null,
  row_count int not null,
  dealer_count int not null,
  part_count int not null,
  fault_count int not null,
  primary key (generation, month)
);
create table tie_dealer (
  generation int not null,
  month text not null,
  dealer_id uuid not null,
  part_count int not null,
  primary key (generation, month, dealer_id)
);
create table tie_fault (
  id bigint generated always as identity primary key,
  generation int not null,
  month text not null,
  identity int not null,
  kind text not null,
  term text not null,
  key text not null,
  dealer_id uuid not null,
  part_id uuid not null,
  difference int not null
);
create index tie_fault_month on tie_fault (generation, month, dealer_id, part_id);
create table tie_change (
  id bigint generated always as identity primary key,
  generation int not null,
  month text,
  link text,
  check (num_nonnulls(month, link) = 1)
);
create index tie_change_month on tie_change (generation, month, id);
`;

/**
 * A month depends on its own lines, and on these of other months:
 * the shipments and reversals of a slip's line of which something shipped or was reversed in the month, and the revenue taken back of it (by its link);
 * that slip's line itself (by its key; edited, by its link too); the shortages of any of its shipments (by the shipment's key, which is their link);
 * the late pieces of an obligation of which some were reversed in the month (by its link).
 * Whom a link concerns is looked up afterwards and not here: what another transaction is just writing is only seen by then.
 * Models before the present one are asked no more.
 */
const NOTICE = [
  `create function notice_tie_lines() returns trigger language plpgsql as $$
    begin
      insert into tie_change (generation, month, link)
        select distinct w.generation, w.month, null from written w, read_model m where w.generation >= m.current
        union all
        select distinct w.generation, null, l.link
          from written w cross join read_model m cross join lateral (select w.link union select w.key where w.term = 'slip_line') l
         where w.generation >= m.current
           and w.term in ('shipped_charged', 'slip_line', 'slip_reversed', 'revenue_reversed', 'shortage_charged', 'returned_late', 'late_reversed');
      return null;
    end $$`,
  'create trigger tie_line_added after insert on tie_line referencing new table as written for each statement execute function notice_tie_lines()',
  'create trigger tie_line_changed after update on tie_line referencing new table as written for each statement execute function notice_tie_lines()',
  'create trigger tie_line_was after update on tie_line referencing old table as written for each statement execute function notice_tie_lines()',
  'create trigger tie_line_gone after delete on tie_line referencing old table as written for each statement execute function notice_tie_lines()',
  'create function forget_tie_months() returns trigger language plpgsql as $$ begin delete from tie_month; return null; end $$',
  'create trigger tie_line_emptied after truncate on tie_line for each statement execute function forget_tie_months()',
];

/** H-8: what a month has come to, its dealers with how many parts they have, and its lines at fault, kept until a line that it depends on is written, by whomever. */
export class KeptMonths1800720000000 implements MigrationInterface {
  name = 'KeptMonths1800720000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
    for (const table of ['tie_dealer', 'tie_fault']) await tenantTable(runner, table, { money: true });
    for (const sql of NOTICE) await runner.query(sql);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const trigger of ['added', 'changed', 'was', 'gone', 'emptied']) await runner.query(`drop trigger tie_line_${trigger} on tie_line`);
    await runner.query('drop function notice_tie_lines, forget_tie_months');
    await runner.query('drop table tie_month, tie_dealer, tie_fault, tie_change');
  }
}
