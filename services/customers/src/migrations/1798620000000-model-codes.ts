import { makeCodesOne } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** W-9: codes of models are compared without case, since nobody tells T1 from t1 on a label. */
export class ModelCodes1798620000000 implements MigrationInterface {
  name = 'ModelCodes1798620000000';

  async up(runner: QueryRunner): Promise<void> {
    await makeCodesOne(runner, { table: 'product_model', length: 40, event: { type: 'aftercare.customers.v1.ModelPublished', idField: 'modelId' }, isDealer: false });
  }

  /** A code that was changed stays: it was told. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index product_model_one_code');
  }
}
