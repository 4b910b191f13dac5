import type { MigrationInterface, QueryRunner } from 'typeorm';

/** B-1: an invoice keeps the whole tax identity that it is made out to; of those that are there, what is known of the same title and number. */
export class WholeTaxIdentity1800790000000 implements MigrationInterface {
  name = 'WholeTaxIdentity1800790000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table invoice add column tax_bank text not null default '', add column tax_account text not null default '', add column tax_address text not null default '',
        add column tax_phone text not null default ''`);
    // The owner role is under row-level security as well.
    await runner.query(`select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true)`);
    await runner.query(`
      update invoice i set tax_bank = d.bank, tax_account = d.bank_account, tax_address = d.address, tax_phone = d.phone
        from dealer_account d where d.dealer_id = i.dealer_id and (d.title, d.tax_number) = (i.title, i.tax_number)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table invoice drop column tax_bank, drop column tax_account, drop column tax_address, drop column tax_phone');
  }
}
