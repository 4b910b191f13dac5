import { beyondTenants } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const NEWEST = `
  select k.class into newest from customer_class k
  where k.customer_id = file and k.month >= coalesce((select max(r.month) from customer_class_run r where r.dealer_id = serving), '') order by k.month desc limit 1`;

/**
 * C-7, D-1: the class that holds for a file at the dealer that serves it, also as another dealer computed it, who served it before; none where it
 * had no part in the newest computation.
 */
export class NewestClasses1800922100000 implements MigrationInterface {
  name = 'NewestClasses1800922100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create function newest_customer_class(file uuid, serving uuid, out newest text) language plpgsql as $$ ${beyondTenants(NEWEST)} $$`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop function newest_customer_class');
  }
}
