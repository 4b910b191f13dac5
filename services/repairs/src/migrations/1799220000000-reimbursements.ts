import { tenantTable } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** expense claims for repairs by a third party. Money, so a parent does not see its children's. */
export class Reimbursements1799220000000 implements MigrationInterface {
  name = 'Reimbursements1799220000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table reimbursement (
      id uuid primary key,
      number text unique,
      dealer_id uuid not null,
      call_id uuid not null references repair_call (id),
      call_number text not null,
      asked_by text not null,
      reason text not null check (reason in ('too_far', 'urgent')),
      performed_on date not null,
      performed_by text not null,
      description text not null,
      amount numeric(14,2) not null check (amount > 0),
      approved_amount numeric(14,2) check (approved_amount > 0 and approved_amount <= amount),
      payee_kind text not null check (payee_kind in ('dealer', 'customer', 'third_party')),
      payee_name text not null,
      payee_account text not null,
      proofs jsonb not null,
      state text not null check (state in ('draft', 'submitted', 'approved', 'rejected', 'withdrawn')),
      decision_note text not null,
      created_at timestamptz not null,
      created_by uuid not null,
      submitted_at timestamptz,
      submitted_by uuid,
      decided_at timestamptz,
      decided_by uuid,
      told_at timestamptz,
      told_by uuid,
      told_way text not null check (told_way in ('', 'phone', 'message', 'on_site')),
      version int not null,
      check ((state = 'approved') = (approved_amount is not null)),
      check (number is not null or state in ('draft', 'withdrawn')))`);
    await runner.query('create index reimbursement_newest on reimbursement (created_at desc, id desc)');
    await runner.query('create index reimbursement_dealer_newest on reimbursement (dealer_id, created_at desc, id desc)');
    await runner.query('create index reimbursement_state on reimbursement (state, created_at desc, id desc)');
    await runner.query('create index reimbursement_call on reimbursement (call_id)');
    await tenantTable(runner, 'reimbursement', { money: true });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table reimbursement');
  }
}
