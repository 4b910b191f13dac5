import { beyondTenants } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** R-14: a claim stays its dealer's when its call goes on to another one: day and state of the call are asked for it, and a cancelled call tells all its claims. */
export class ClaimsOfCalls1800851000000 implements MigrationInterface {
  name = 'ClaimsOfCalls1800851000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create function call_of_claim(call uuid) returns table (called_on date, state text) language plpgsql as $$
      ${beyondTenants(`return query select c.opened_on, c.state from repair_call c where c.id = call`)}
      $$`);
    await runner.query(`
      create function unpaid_claims(call uuid) returns table (
        id uuid, number text, dealer_id uuid, call_number text, amount numeric, approved_amount numeric, state text) language plpgsql as $$
      ${beyondTenants(`return query select r.id, r.number, r.dealer_id, r.call_number, r.amount, r.approved_amount, r.state from reimbursement r
          where r.call_id = call and r.state in ('draft', 'submitted', 'approved') and r.paid_at is null and r.dropped_at is null order by r.created_at, r.id`)}
      $$`);
    await runner.query('create index reimbursement_proofs on reimbursement using gin (proofs jsonb_path_ops)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index reimbursement_proofs');
    await runner.query('drop function unpaid_claims(uuid)');
    await runner.query('drop function call_of_claim(uuid)');
  }
}
