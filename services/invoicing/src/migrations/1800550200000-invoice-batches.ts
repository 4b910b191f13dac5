import { tenantTable } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const BATCHES = `
create table invoice_batch (
  id uuid primary key,
  number text not null unique,
  state text not null check (state in ('open', 'closed')),
  reason text not null,
  created_by text not null,
  created_at timestamptz not null,
  version int not null
);
create index invoice_batch_newest on invoice_batch (created_at desc, id desc);
create index invoice_batch_state on invoice_batch (state, created_at desc, id desc);

create table invoice_batch_row (
  id uuid primary key,
  batch_id uuid not null references invoice_batch (id),
  dealer_id uuid not null,
  document_kind text not null check (document_kind in ('invoice', 'red_letter')),
  document_id uuid not null,
  number text not null,
  kind text not null,
  tax_title text not null,
  tax_number text not null,
  tax_bank text not null,
  tax_account text not null,
  tax_address text not null,
  tax_phone text not null,
  item_name text not null,
  tax_rate text not null,
  net_amount numeric(14,2) not null,
  tax_amount numeric(14,2) not null,
  original_number text not null,
  reason text not null,
  outcome text not null check (outcome in ('waiting', 'issued', 'refused', 'closed')),
  invoice_number text not null,
  invoice_date date,
  note text not null
);
create unique index invoice_batch_row_waiting on invoice_batch_row (document_id, tax_rate) where outcome = 'waiting';
create index invoice_batch_row_order on invoice_batch_row (batch_id, number, id);
`;

/** B-3: files for the tax platform. A document waits in at most one of them. */
export class InvoiceBatches1800550200000 implements MigrationInterface {
  name = 'InvoiceBatches1800550200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(BATCHES);
    await tenantTable(runner, 'invoice_batch_row', { money: true });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table invoice_batch_row, invoice_batch');
  }
}
