import type { MigrationInterface, QueryRunner } from 'typeorm';

const LINES = (table: string, sign: '' | '-'): string =>
  `select report_id, ${sign}counted::int as counted, ${sign}(after_submission and not counted and amendment_id is null)::int as pending from ${table}`;

const keep = (...lines: string[]): string => `
  update monthly_report r set counted_lines = r.counted_lines + c.counted, pending_lines = r.pending_lines + c.pending
  from (select report_id, sum(counted) as counted, sum(pending) as pending from (${lines.join(' union all ')}) l group by report_id) c
  where r.id = c.report_id and (c.counted <> 0 or c.pending <> 0);`;

/** How many lines count and how many wait, kept with the report by its lines' triggers: lists of reports count no lines. */
const CHANGES = [
  `alter table monthly_report add column counted_lines int not null default 0 check (counted_lines >= 0),
    add column pending_lines int not null default 0 check (pending_lines >= 0)`,
  `create function report_lines_added() returns trigger language plpgsql as $$ begin ${keep(LINES('added', ''))} return null; end $$`,
  `create function report_lines_changed() returns trigger language plpgsql as $$ begin ${keep(LINES('added', ''), LINES('gone', '-'))} return null; end $$`,
  `create trigger monthly_report_line_added after insert on monthly_report_line referencing new table as added
    for each statement execute function report_lines_added()`,
  `create trigger monthly_report_line_changed after update on monthly_report_line referencing new table as added old table as gone
    for each statement execute function report_lines_changed()`,
  keep(LINES('monthly_report_line', '')),
  // What is owed is little beside what was handed in.
  `create index monthly_report_open on monthly_report (month desc, dealer_id desc) where state = 'open'`,
];

/** Lists of reports and duties read the reports they show and no lines. */
export class DutiesAtVolume1798500000000 implements MigrationInterface {
  name = 'DutiesAtVolume1798500000000';

  async up(runner: QueryRunner): Promise<void> {
    // The owner role is under row-level security as well.
    await runner.query(`select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true)`);
    for (const sql of CHANGES) await runner.query(sql);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index monthly_report_open');
    await runner.query('drop trigger monthly_report_line_added on monthly_report_line');
    await runner.query('drop trigger monthly_report_line_changed on monthly_report_line');
    await runner.query('drop function report_lines_added, report_lines_changed');
    await runner.query('alter table monthly_report drop column counted_lines, drop column pending_lines');
  }
}
