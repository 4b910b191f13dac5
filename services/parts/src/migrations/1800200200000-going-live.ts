import { tenantTable } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLES = `
create table opening_document (
  id uuid primary key,
  number text not null unique,
  kind text not null check (kind in ('stock', 'holdings')),
  warehouse_id uuid references warehouse (id),
  dealer_id uuid,
  cut_over_on date not null,
  state text not null check (state in ('draft', 'approved', 'discarded', 'reversed')),
  reverses_id uuid references opening_document (id),
  reason text not null,
  created_by text not null,
  created_at timestamptz not null,
  approved_by text,
  approved_at timestamptz,
  version int not null,
  unique (dealer_id, id),
  check ((kind = 'stock') = (warehouse_id is not null) and (kind = 'holdings') = (dealer_id is not null)),
  check (state not in ('approved', 'reversed') or (approved_by is not null and approved_by <> created_by))
);
-- X-9: never twice.
create unique index opening_of_warehouse on opening_document (warehouse_id) where reverses_id is null and state in ('draft', 'approved');
create unique index opening_of_dealer on opening_document (dealer_id) where reverses_id is null and state in ('draft', 'approved');
create unique index opening_reversal on opening_document (reverses_id) where state in ('draft', 'approved');
create index opening_newest on opening_document (created_at desc, id desc);

create table opening_line (
  id uuid primary key,
  document_id uuid not null references opening_document (id),
  dealer_id uuid,
  part_id uuid not null references part (id),
  part_number text not null,
  quantity int not null check (quantity > 0),
  unit_cost numeric(14,4) check (unit_cost >= 0),
  unit_serial text not null,
  due_on date,
  foreign key (dealer_id, document_id) references opening_document (dealer_id, id)
);
create index opening_line_number on opening_line (document_id, part_number, id);
create trigger opening_line_append_only before update or delete or truncate on opening_line
  for each statement execute function refuse_change();
`;

const OBLIGATIONS = `
alter table obligation
  alter column shipping_order_id drop not null,
  alter column shipping_line_id drop not null,
  alter column request_id drop not null,
  add column origin text not null default 'shipping' check (origin in ('shipping', 'opening')),
  add column opening_line_id uuid unique references opening_line (id);
alter table obligation add constraint obligation_origin check (
  case origin
    when 'shipping' then shipping_order_id is not null and shipping_line_id is not null and request_id is not null and opening_line_id is null
    else opening_line_id is not null and shipping_order_id is null and shipping_line_id is null and request_id is null
  end);
`;

/** X-9, H-1: opening stock and opening holdings at a cut-over date; an obligation says where it comes from. */
export class GoingLive1800200200000 implements MigrationInterface {
  name = 'GoingLive1800200200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
    for (const table of ['opening_document', 'opening_line']) await tenantTable(runner, table);
    await runner.query(OBLIGATIONS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table obligation drop constraint obligation_origin, drop column origin, drop column opening_line_id,
        alter column shipping_order_id set not null, alter column shipping_line_id set not null, alter column request_id set not null;
      drop table opening_line, opening_document;`);
  }
}
