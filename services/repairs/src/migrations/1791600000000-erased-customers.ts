import type { MigrationInterface, QueryRunner } from 'typeorm';

/** C-5: which files have no person any more, so that no call is opened for them; what erased calls still said of their units goes. */
export class ErasedCustomers1791600000000 implements MigrationInterface {
  name = 'ErasedCustomers1791600000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table known_customer add column anonymised_at timestamptz');
    // The owner is under row-level security as well.
    await runner.query(`select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true)`);
    await runner.query(`update known_customer set anonymised_at = business_now() where id in (select customer_id from repair_call where ${ERASED})`);
    await runner.query(`update repair_call set unit_description = '***' where unit_description <> '' and ${ERASED}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table known_customer drop column anonymised_at');
  }
}

const ERASED = `contact_name = '***' and contact_phone = '' and address_detail = ''`;
