import { tenantTable } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const COLUMNS = [
  'submitted_by uuid',
  `basis text not null default 'unboxing_stage' check (basis in ('unboxing_stage', 'failed_installation', 'design_defect'))`,
  'design_defect boolean not null default false',
  `mark_reason text not null default ''`,
  'marked_by uuid',
  'reviewed_at timestamptz',
  'reviewed_by uuid',
  `answer text not null default ''`,
  `action_serials text[] not null default '{}'`,
  `action_lots text[] not null default '{}'`,
  'warns_others boolean not null default false',
  `warning text not null default ''`,
  `answer_files jsonb not null default '[]'`,
  'answered_at timestamptz',
  'answered_by uuid',
  'closed_at timestamptz',
  'closed_by uuid',
  `closing_note text not null default ''`,
];

/** why a report is owed, its review, answer and end, the warnings to all dealers, and who has read what. */
export class QualityAnswers1799200000000 implements MigrationInterface {
  name = 'QualityAnswers1799200000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const column of COLUMNS) await runner.query(`alter table quality_report add column ${column}`);
    // The owner is under row-level security as well.
    await runner.query(`select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true)`);
    await runner.query(`update quality_report set basis = 'failed_installation' where origin_kind = 'installation'`);
    await runner.query(`update quality_report q set design_defect = true, basis = 'design_defect' where origin_kind = 'repair-call'
      and exists (select from repair_record r where r.call_id = q.origin_id and r.faults @> '[{"designDefect": true}]')`);
    await runner.query('alter table quality_report alter column basis drop default');
    await runner.query(`create index quality_report_state on quality_report (state, created_at desc, id desc)`);
    await runner.query(`create index quality_report_dealer_state on quality_report (dealer_id, state, created_at desc, id desc)`);
    await runner.query(`create table quality_warning (
      id uuid primary key references quality_report (id),
      number text not null unique,
      text text not null,
      serials text[] not null,
      lots text[] not null,
      published_at timestamptz not null)`);
    await runner.query('create index quality_warning_newest on quality_warning (published_at desc, id desc)');
    await runner.query(`create table quality_receipt (
      kind text not null check (kind in ('answer', 'warning')),
      report_id uuid not null references quality_report (id),
      user_id uuid not null,
      dealer_id uuid not null,
      read_at timestamptz not null,
      primary key (kind, report_id, user_id))`);
    await runner.query('create index quality_receipt_read on quality_receipt (kind, report_id, read_at, user_id)');
    await tenantTable(runner, 'quality_receipt');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table quality_receipt, quality_warning');
    await runner.query('drop index quality_report_state, quality_report_dealer_state');
    for (const column of COLUMNS) await runner.query(`alter table quality_report drop column ${column.split(' ')[0]}`);
  }
}
