import type { MigrationInterface, QueryRunner } from 'typeorm';

/** an approved claim knows the slip it stands on, and what became of it: paid, or dropped. */
export class ClaimsPaid1800651000000 implements MigrationInterface {
  name = 'ClaimsPaid1800651000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table reimbursement
      add column slip_id uuid,
      add column slip_number text not null default '',
      add column ended_slips uuid[] not null default '{}',
      add column payments jsonb not null default '[]',
      add column paid_amount numeric(14,2) not null default 0 check (paid_amount >= 0),
      add column paid_at timestamptz,
      add column dropped_at timestamptz,
      add constraint reimbursement_approved_first check (state = 'approved' or (slip_id is null and paid_amount = 0 and paid_at is null and dropped_at is null)),
      add constraint reimbursement_paid_or_dropped check (dropped_at is null or (paid_at is null and paid_amount = 0))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table reimbursement drop constraint reimbursement_approved_first, drop constraint reimbursement_paid_or_dropped,
      drop column slip_id, drop column slip_number, drop column ended_slips, drop column payments, drop column paid_amount, drop column paid_at,
      drop column dropped_at`);
  }
}
