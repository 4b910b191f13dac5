import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLES = `
create table stock_count (
  id uuid primary key,
  number text not null unique,
  warehouse_id uuid not null references warehouse (id),
  state text not null check (state in ('open', 'counted', 'approved', 'cancelled')),
  reason text not null,
  opened_by text not null,
  opened_at timestamptz not null,
  submitted_by text,
  decided_by text,
  decided_at timestamptz,
  decision_reason text not null,
  version int not null
);
create unique index stock_count_running on stock_count (warehouse_id) where state in ('open', 'counted');
create index stock_count_newest on stock_count (opened_at desc, id desc);

create table stock_count_line (
  stock_count_id uuid not null references stock_count (id),
  part_id uuid not null references part (id),
  part_number text not null,
  opened_quantity int not null check (opened_quantity >= 0),
  book_quantity int check (book_quantity >= 0),
  counted_quantity int check (counted_quantity >= 0),
  counted_by text,
  primary key (stock_count_id, part_id),
  check ((counted_quantity is null) = (book_quantity is null) and (counted_quantity is null) = (counted_by is null))
);
create index stock_count_line_number on stock_count_line (stock_count_id, part_number, part_id);

create table stock_adjustment (
  id uuid primary key,
  number text not null unique,
  warehouse_id uuid not null references warehouse (id),
  kind text not null check (kind in ('correction', 'scrap', 'write_off')),
  state text not null check (state in ('requested', 'approved', 'rejected', 'cancelled')),
  reason text not null,
  requested_by text not null,
  requested_at timestamptz not null,
  decided_by text,
  decided_at timestamptz,
  decision_reason text not null,
  version int not null,
  check (state <> 'approved' or decided_by <> requested_by)
);
create index stock_adjustment_newest on stock_adjustment (requested_at desc, id desc);

create table stock_adjustment_line (
  adjustment_id uuid not null references stock_adjustment (id),
  part_id uuid not null references part (id),
  quantity int not null check (quantity <> 0),
  primary key (adjustment_id, part_id)
);

create table stock_transfer (
  id uuid primary key,
  number text not null unique,
  from_warehouse_id uuid not null references warehouse (id),
  to_warehouse_id uuid not null references warehouse (id),
  state text not null check (state in ('sent', 'short', 'received', 'written_off', 'cancelled')),
  sent_by text not null,
  sent_at timestamptz not null,
  received_by text,
  received_at timestamptz,
  decided_by text,
  decision_reason text not null,
  version int not null,
  check (from_warehouse_id <> to_warehouse_id)
);
create index stock_transfer_newest on stock_transfer (sent_at desc, id desc);

create table stock_transfer_line (
  transfer_id uuid not null references stock_transfer (id),
  part_id uuid not null references part (id),
  quantity int not null check (quantity > 0),
  received_quantity int not null check (received_quantity between 0 and quantity),
  primary key (transfer_id, part_id)
);

create table part_cost (
  id uuid primary key,
  part_id uuid not null references part (id),
  effective_from date not null,
  unit_cost numeric(14,4) not null check (unit_cost >= 0),
  document_kind text not null check (document_kind in ('purchase_receipt', 'opening_document', 'manual')),
  document_id uuid,
  reason text not null,
  entered_by text not null,
  entered_at timestamptz not null,
  check ((document_kind = 'manual') = (document_id is null))
);
create index part_cost_of on part_cost (part_id, effective_from desc, entered_at desc, id desc);
create index part_cost_by_day on part_cost (part_id, effective_from desc, id desc);
create trigger part_cost_append_only before update or delete or truncate on part_cost
  for each statement execute function refuse_change();
`;

/** What goods cost so far stands with their receipts. */
const COSTS_SO_FAR = `
insert into part_cost (id, part_id, effective_from, unit_cost, document_kind, document_id, reason, entered_by, entered_at)
select gen_random_uuid(), line.part_id, (receipt.received_at at time zone 'Asia/Shanghai')::date, line.unit_cost, 'purchase_receipt', receipt.id, '', receipt.received_by, receipt.received_at
  from purchase_line line join purchase_receipt receipt on receipt.id = line.purchase_receipt_id`;

/** P-2, P-1: counts, adjustments and transfers of stock, and what parts cost by date. */
export class StockUpkeep1800200100000 implements MigrationInterface {
  name = 'StockUpkeep1800200100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
    await runner.query(COSTS_SO_FAR);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table part_cost, stock_transfer_line, stock_transfer, stock_adjustment_line, stock_adjustment, stock_count_line, stock_count');
  }
}
