import type { MigrationInterface, QueryRunner } from 'typeorm';

/** D-1: proofs of purchase go over with their sale, so their key waits for the commit like the others. */
export class HandoverKeys1798390000000 implements MigrationInterface {
  name = 'HandoverKeys1798390000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table purchase_proof alter constraint purchase_proof_dealer_id_unit_id_fkey deferrable initially immediate');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table purchase_proof alter constraint purchase_proof_dealer_id_unit_id_fkey not deferrable');
  }
}
