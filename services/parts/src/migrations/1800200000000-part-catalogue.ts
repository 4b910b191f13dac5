import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLES = `
create table part_model (
  part_id uuid not null references part (id),
  model_id uuid not null,
  position text not null,
  model_code text not null,
  primary key (part_id, model_id, position)
);
create index part_model_position on part_model (model_id, position, part_id);

create table part_photo (
  part_id uuid not null references part (id),
  position int not null check (position > 0),
  attachment_id uuid not null,
  sha256 text not null,
  primary key (part_id, position)
);

create table part_minimum (
  warehouse_id uuid not null references warehouse (id),
  part_id uuid not null references part (id),
  minimum int not null check (minimum >= 0),
  primary key (warehouse_id, part_id)
);
create index part_minimum_part on part_minimum (part_id);
create index part_supersedes on part (supersedes_part_id) where supersedes_part_id is not null;

create table purchase_order (
  id uuid primary key,
  number text not null unique,
  warehouse_id uuid not null references warehouse (id),
  supplier text not null,
  state text not null check (state in ('open', 'received', 'closed')),
  expected_on date not null,
  close_reason text not null,
  created_by text not null,
  created_at timestamptz not null,
  version int not null
);
create index purchase_order_newest on purchase_order (created_at desc, id desc);
create index purchase_order_state on purchase_order (state, created_at desc, id desc);

create table purchase_order_line (
  purchase_order_id uuid not null references purchase_order (id),
  position int not null,
  part_id uuid not null references part (id),
  quantity int not null check (quantity > 0),
  received_quantity int not null check (received_quantity between 0 and quantity),
  primary key (purchase_order_id, position),
  unique (purchase_order_id, part_id)
);
create index purchase_order_line_part on purchase_order_line (part_id) where received_quantity < quantity;

alter table purchase_receipt add column purchase_order_id uuid references purchase_order (id);
`;

/** P-1: what a part fits, its photos, what should lie in stock of it, and what is on order. */
export class PartCatalogue1800200000000 implements MigrationInterface {
  name = 'PartCatalogue1800200000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table purchase_receipt drop column purchase_order_id');
    await runner.query('drop index part_supersedes');
    await runner.query('drop table purchase_order_line, purchase_order, part_minimum, part_photo, part_model');
  }
}
