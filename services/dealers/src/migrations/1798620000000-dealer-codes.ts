import { makeCodesOne } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** D-1: codes of dealers are compared without case, since nobody tells T1 from t1 on the phone. */
export class DealerCodes1798620000000 implements MigrationInterface {
  name = 'DealerCodes1798620000000';

  async up(runner: QueryRunner): Promise<void> {
    await makeCodesOne(runner, { table: 'dealer', length: 20, event: { type: 'aftercare.dealers.v1.DealerChanged', idField: 'dealerId' }, isDealer: true });
  }

  /** A code that was changed stays: it was told. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index dealer_one_code');
  }
}
