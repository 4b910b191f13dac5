import { tenantTable } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const RECEIPTS = `
create table customer_receipt (
  id uuid primary key,
  number text not null unique,
  dealer_id uuid not null,
  state text not null check (state in ('given', 'void')),
  call_id uuid,
  call_number text not null,
  customer_id uuid,
  unit_serial text not null,
  payer_name text not null,
  lines jsonb not null,
  total numeric(14,2) not null check (total > 0),
  method text not null check (method in ('bank_transfer', 'cash', 'wechat_pay', 'alipay')),
  note text not null,
  given_at timestamptz not null,
  given_by uuid not null,
  void_reason text not null,
  voided_at timestamptz,
  voided_by uuid,
  version int not null,
  check ((state = 'void') = (voided_at is not null)),
  unique (dealer_id, id)
);
create index customer_receipt_newest on customer_receipt (given_at desc, id desc);
create index customer_receipt_dealer on customer_receipt (dealer_id, given_at desc, id desc);
create index customer_receipt_given_by on customer_receipt (dealer_id, given_by, given_at desc, id desc);
create index customer_receipt_customer on customer_receipt (customer_id, given_at desc, id desc) where customer_id is not null;
create index customer_receipt_call on customer_receipt (call_id, given_at desc, id desc) where call_id is not null;
`;

/** B-7: receipts of dealers to their customers. A parent does not see its children's. */
export class CustomerReceipts1800653000000 implements MigrationInterface {
  name = 'CustomerReceipts1800653000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(RECEIPTS);
    await tenantTable(runner, 'customer_receipt', { money: true });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table customer_receipt');
  }
}
