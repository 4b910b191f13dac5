import { tenantTable } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** C-7: what customers paid their dealer for repairs, as invoicing tells it (B-7). */
export class KnownReceipts1800654000000 implements MigrationInterface {
  name = 'KnownReceipts1800654000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table known_receipt (
      id uuid primary key,
      number text not null,
      dealer_id uuid not null,
      customer_id uuid not null,
      total numeric(14,2) not null,
      given_on date not null,
      state text not null check (state in ('given', 'void')),
      version int not null)`);
    await runner.query(`create index known_receipt_dealer on known_receipt (dealer_id, given_on) where state = 'given'`);
    await runner.query('create index known_receipt_customer on known_receipt (customer_id, given_on desc)');
    await tenantTable(runner, 'known_receipt', { money: true });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table known_receipt');
  }
}
