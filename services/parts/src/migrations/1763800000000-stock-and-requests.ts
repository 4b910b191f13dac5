import { tenantTable } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const CATALOGUE = `
create table part (
  id uuid primary key,
  number text not null unique,
  name text not null,
  name_en text not null,
  unit text not null,
  part_class text not null,
  families text[] not null,
  return_required boolean not null,
  weight_grams integer not null check (weight_grams >= 0),
  supersedes_part_id uuid references part (id),
  created_at timestamptz not null default business_now(),
  version integer not null
);

create table price_list (
  id uuid primary key,
  number text unique,
  state text not null check (state in ('draft', 'published')),
  effective_from date not null,
  drafted_by text not null,
  published_by text,
  published_at timestamptz,
  created_at timestamptz not null default business_now(),
  version integer not null
);
create index price_list_newest on price_list (created_at desc, id desc);

create table price_line (
  price_list_id uuid not null references price_list (id),
  part_id uuid not null references part (id),
  position integer not null,
  dealer_price numeric(14,4) not null check (dealer_price >= 0),
  suggested_price numeric(14,4) not null check (suggested_price >= 0),
  primary key (price_list_id, part_id)
);
create index price_line_part on price_line (part_id);
`;

const LEDGER = `
create table warehouse (
  id uuid primary key,
  code text not null unique,
  name text not null,
  name_en text not null,
  kind text not null check (kind in ('receiving', 'transit')),
  created_at timestamptz not null default business_now(),
  version integer not null
);

create table stock_balance (
  warehouse_id uuid not null references warehouse (id),
  part_id uuid not null references part (id),
  on_hand integer not null check (on_hand >= 0),
  reserved integer not null check (reserved >= 0),
  primary key (warehouse_id, part_id),
  check (reserved <= on_hand)
);
create index stock_balance_part on stock_balance (part_id);

create table dealer_holding (
  dealer_id uuid not null,
  part_id uuid not null references part (id),
  quantity integer not null check (quantity >= 0),
  primary key (dealer_id, part_id)
);

create table stock_movement (
  id uuid primary key,
  at timestamptz not null,
  part_id uuid not null references part (id),
  quantity integer not null check (quantity > 0),
  from_account text not null,
  to_account text not null,
  kind text not null,
  document_kind text not null,
  document_id uuid not null,
  dealer_id uuid,
  check (from_account <> to_account)
);
create index stock_movement_newest on stock_movement (at desc, id desc);
create index stock_movement_part on stock_movement (part_id, at desc, id desc);
create index stock_movement_document on stock_movement (document_id);

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'rows of % are never changed or deleted', tg_table_name;
end $$;
create trigger stock_movement_append_only before update or delete or truncate on stock_movement
  for each statement execute function refuse_change();

create table purchase_receipt (
  id uuid primary key,
  number text not null unique,
  warehouse_id uuid not null references warehouse (id),
  reference text not null,
  received_by text not null,
  received_at timestamptz not null default business_now(),
  version integer not null
);
create table purchase_line (
  purchase_receipt_id uuid not null references purchase_receipt (id),
  position integer not null,
  part_id uuid not null references part (id),
  quantity integer not null check (quantity > 0),
  unit_cost numeric(14,4) not null check (unit_cost >= 0),
  primary key (purchase_receipt_id, position)
);
`;

const REQUESTS = `
create table parts_request (
  id uuid primary key,
  number text unique,
  dealer_id uuid not null,
  requested_by text not null,
  asked_by text not null,
  purpose text not null,
  call_id uuid,
  installation_id uuid,
  delivery_address text not null,
  urgency text not null,
  wished_date date,
  state text not null,
  submitted_on date,
  line_count integer not null,
  created_at timestamptz not null default business_now(),
  version integer not null,
  unique (dealer_id, id)
);
create index parts_request_newest on parts_request (created_at desc, id desc);
create index parts_request_dealer on parts_request (dealer_id, created_at desc, id desc);
create index parts_request_call on parts_request (call_id) where call_id is not null;

create table parts_request_line (
  id uuid primary key,
  dealer_id uuid not null,
  request_id uuid not null,
  position integer not null,
  part_id uuid not null references part (id),
  quantity integer not null check (quantity > 0),
  unit_serial text not null,
  fault text not null,
  state text not null,
  supply_kind text not null,
  return_due boolean not null,
  review jsonb,
  verdict jsonb,
  unit_price numeric(14,4),
  net_amount numeric(14,2),
  tax_amount numeric(14,2),
  quote_valid_until date,
  decision_reason text not null,
  approved_at timestamptz,
  shipped_quantity integer not null check (shipped_quantity >= 0),
  received_quantity integer not null check (received_quantity >= 0),
  missing_quantity integer not null check (missing_quantity >= 0),
  backordered_quantity integer not null check (backordered_quantity >= 0),
  foreign key (dealer_id, request_id) references parts_request (dealer_id, id),
  unique (dealer_id, id),
  unique (request_id, position),
  check (shipped_quantity + backordered_quantity <= quantity),
  check (received_quantity + missing_quantity <= shipped_quantity)
);
create index parts_request_line_waiting on parts_request_line (part_id) where backordered_quantity > 0;
`;

const ORDERS = `
create table picking_order (
  id uuid primary key,
  number text not null unique,
  dealer_id uuid not null,
  request_id uuid not null,
  warehouse_id uuid not null references warehouse (id),
  state text not null,
  urgency text not null,
  created_at timestamptz not null default business_now(),
  version integer not null,
  foreign key (dealer_id, request_id) references parts_request (dealer_id, id),
  unique (dealer_id, id)
);
create index picking_order_request on picking_order (request_id);
create index picking_order_work on picking_order (warehouse_id, state);

create table picking_line (
  id uuid primary key,
  dealer_id uuid not null,
  picking_order_id uuid not null,
  request_line_id uuid not null,
  part_id uuid not null references part (id),
  quantity integer not null check (quantity > 0),
  planned_quantity integer not null check (planned_quantity >= 0 and planned_quantity <= quantity),
  foreign key (dealer_id, picking_order_id) references picking_order (dealer_id, id),
  foreign key (dealer_id, request_line_id) references parts_request_line (dealer_id, id),
  unique (picking_order_id, request_line_id),
  unique (dealer_id, id)
);
create index picking_line_request_line on picking_line (request_line_id);

create table shipping_order (
  id uuid primary key,
  number text not null unique,
  dealer_id uuid not null,
  request_id uuid not null,
  picking_order_id uuid not null,
  warehouse_id uuid not null references warehouse (id),
  state text not null,
  planned_date date,
  agreed_date date,
  carrier text not null,
  waybill_number text not null,
  parcels integer not null,
  weight_grams integer not null,
  delivery_address text not null,
  created_at timestamptz not null default business_now(),
  shipped_at timestamptz,
  delivered_at timestamptz,
  version integer not null,
  foreign key (dealer_id, request_id) references parts_request (dealer_id, id),
  foreign key (dealer_id, picking_order_id) references picking_order (dealer_id, id),
  unique (dealer_id, id)
);
create index shipping_order_newest on shipping_order (created_at desc, id desc);
create index shipping_order_dealer on shipping_order (dealer_id, created_at desc, id desc);
create index shipping_order_request on shipping_order (request_id);

create table shipping_line (
  id uuid primary key,
  dealer_id uuid not null,
  shipping_order_id uuid not null,
  request_line_id uuid not null,
  picking_line_id uuid not null,
  part_id uuid not null references part (id),
  quantity integer not null check (quantity > 0),
  supply_kind text not null,
  return_due boolean not null,
  charge_slip_id uuid,
  charge_slip_line_id uuid,
  received_quantity integer not null check (received_quantity >= 0 and received_quantity <= quantity),
  foreign key (dealer_id, shipping_order_id) references shipping_order (dealer_id, id),
  foreign key (dealer_id, request_line_id) references parts_request_line (dealer_id, id),
  foreign key (dealer_id, picking_line_id) references picking_line (dealer_id, id),
  unique (dealer_id, id)
);
create index shipping_line_order on shipping_line (shipping_order_id);
create index shipping_line_request_line on shipping_line (request_line_id);

create table discrepancy (
  id uuid primary key,
  dealer_id uuid not null,
  shipping_order_id uuid not null,
  shipping_line_id uuid not null,
  missing_quantity integer not null check (missing_quantity > 0),
  note text not null,
  state text not null,
  reason text not null,
  created_at timestamptz not null default business_now(),
  version integer not null,
  foreign key (dealer_id, shipping_order_id) references shipping_order (dealer_id, id),
  foreign key (dealer_id, shipping_line_id) references shipping_line (dealer_id, id),
  unique (shipping_line_id)
);
create index discrepancy_order on discrepancy (shipping_order_id);
`;

const TENANT_TABLES = [
  'dealer_holding',
  'stock_movement',
  'parts_request',
  'parts_request_line',
  'picking_order',
  'picking_line',
  'shipping_order',
  'shipping_line',
  'discrepancy',
];

/** Catalogue, prices, stock ledger, requests, picking and shipping. */
export class StockAndRequests1763800000000 implements MigrationInterface {
  name = 'StockAndRequests1763800000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const sql of [CATALOGUE, LEDGER, REQUESTS, ORDERS]) await runner.query(sql);
    for (const table of TENANT_TABLES) await tenantTable(runner, table);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table discrepancy, shipping_line, shipping_order, picking_line, picking_order, parts_request_line, parts_request,
        purchase_line, purchase_receipt, stock_movement, dealer_holding, stock_balance, warehouse, price_line, price_list, part;
      drop function refuse_change();`);
  }
}
