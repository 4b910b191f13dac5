import type { MigrationInterface, QueryRunner } from 'typeorm';

/** a claim has one live slip; when that was dropped or reversed another one may be drafted. */
export class ClaimsDraftedAgain1800652000000 implements MigrationInterface {
  name = 'ClaimsDraftedAgain1800652000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('drop index charge_slip_claim');
    await runner.query(`create unique index charge_slip_claim on charge_slip (claim_id) where origin = 'reimbursement' and state <> 'void'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index charge_slip_claim');
    await runner.query(`create unique index charge_slip_claim on charge_slip (claim_id) where origin = 'reimbursement'`);
  }
}
