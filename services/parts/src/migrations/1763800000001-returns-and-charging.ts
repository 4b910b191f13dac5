import { tenantTable } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Obligations, return parcels and charge slips (H, F). */
export class ReturnsAndCharging1763800000001 implements MigrationInterface {
  name = 'ReturnsAndCharging1763800000001';

  async up(runner: QueryRunner): Promise<void> {
    for (const sql of [OBLIGATIONS, RETURNS, SLIPS]) await runner.query(sql);
    for (const table of ['obligation', 'obligation_settlement', 'return_credit', 'return_parcel', 'return_announced_line', 'return_counted_line']) {
      await tenantTable(runner, table);
    }
    for (const table of ['charge_slip', 'charge_slip_line']) await tenantTable(runner, table, { money: true });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table charge_slip_line, charge_slip, return_counted_line, return_announced_line, return_parcel,
      return_credit, obligation_settlement, obligation`);
    await runner.query(`drop function settlement_fits(), slip_content_stays(), slip_lines_stay()`);
  }
}

const OBLIGATIONS = `
create table obligation (
  id uuid primary key,
  dealer_id uuid not null,
  part_id uuid not null,
  shipping_order_id uuid not null,
  shipping_line_id uuid not null unique,
  request_id uuid not null,
  call_id uuid,
  unit_serial text not null,
  issued_quantity int not null check (issued_quantity > 0),
  due_on date,
  opened_at timestamptz not null,
  month text not null,
  unique (dealer_id, id)
);
create index obligation_due on obligation (dealer_id, due_on, id);
create index obligation_part on obligation (dealer_id, part_id);
create index obligation_order on obligation (shipping_order_id);

create table obligation_settlement (
  id uuid primary key,
  dealer_id uuid not null,
  obligation_id uuid not null,
  kind text not null check (kind in ('returned', 'charged', 'excused', 'credit', 'shortage', 'conversion_reversed')),
  quantity int not null check (quantity > 0),
  document_kind text not null,
  document_id uuid not null,
  at timestamptz not null,
  month text not null,
  foreign key (dealer_id, obligation_id) references obligation (dealer_id, id)
);
create index obligation_settlement_of on obligation_settlement (obligation_id, at);
create trigger obligation_settlement_append_only before update or delete or truncate on obligation_settlement
  for each statement execute function refuse_change();

-- The last guard of H-1: whoever writes a settlement, the pieces of an obligation end exactly once.
create function settlement_fits() returns trigger language plpgsql as $$
declare
  issued int;
  ended int;
  charged int;
begin
  select issued_quantity into issued from obligation where id = new.obligation_id for update;
  select coalesce(sum(case when kind = 'conversion_reversed' then -quantity else quantity end), 0),
         coalesce(sum(case kind when 'charged' then quantity when 'conversion_reversed' then -quantity else 0 end), 0)
    into ended, charged from obligation_settlement where obligation_id = new.obligation_id;
  if ended > issued or charged < 0 then
    raise exception 'settlements exceed what was issued' using errcode = '23514', constraint = 'settlement_fits';
  end if;
  return null;
end $$;
create trigger obligation_settlement_fits after insert on obligation_settlement
  for each row execute function settlement_fits();

create table return_credit (
  id uuid primary key,
  dealer_id uuid not null,
  part_id uuid not null,
  quantity int not null check (quantity <> 0),
  document_kind text not null,
  document_id uuid not null,
  at timestamptz not null,
  month text not null
);
create index return_credit_of on return_credit (dealer_id, part_id);
create trigger return_credit_append_only before update or delete or truncate on return_credit
  for each statement execute function refuse_change();
`;

const RETURNS = `
create table return_parcel (
  id uuid primary key,
  number text not null unique,
  dealer_id uuid not null,
  state text not null check (state in ('announced', 'in_transit', 'at_transit_site', 'received', 'counted')),
  via_transit_id uuid,
  warehouse_id uuid,
  carrier text not null,
  waybill_number text not null,
  difference boolean not null,
  created_at timestamptz not null,
  counted_at timestamptz,
  created_by text not null,
  version int not null,
  unique (dealer_id, id)
);
create index return_parcel_newest on return_parcel (created_at desc, id desc);
create index return_parcel_dealer on return_parcel (dealer_id, created_at desc, id desc);

create table return_announced_line (
  id uuid primary key,
  dealer_id uuid not null,
  parcel_id uuid not null,
  position int not null,
  part_id uuid not null,
  quantity int not null check (quantity > 0),
  piece text not null check (piece in ('old', 'unused')),
  unit_serial text not null,
  unique (parcel_id, position),
  foreign key (dealer_id, parcel_id) references return_parcel (dealer_id, id)
);

create table return_counted_line (
  id uuid primary key,
  dealer_id uuid not null,
  parcel_id uuid not null,
  position int not null,
  part_id uuid not null,
  quantity int not null check (quantity > 0),
  condition text not null check (condition in ('reusable', 'scrap', 'supplier_claim', 'wrong_part')),
  unit_serial text not null,
  met_quantity int not null check (met_quantity >= 0),
  surplus_quantity int not null check (surplus_quantity >= 0),
  check (met_quantity + surplus_quantity = case condition when 'wrong_part' then 0 else quantity end),
  unique (parcel_id, position),
  foreign key (dealer_id, parcel_id) references return_parcel (dealer_id, id)
);
create trigger return_counted_line_append_only before update or delete or truncate on return_counted_line
  for each statement execute function refuse_change();
`;

const SLIPS = `
create table charge_slip (
  id uuid primary key,
  number text unique,
  dealer_id uuid not null,
  direction text not null check (direction in ('charge', 'reimbursement')),
  state text not null check (state in ('draft', 'confirmed', 'void')),
  origin text not null check (origin in ('request', 'exclusion', 'stocktake', 'manual', 'reversal')),
  request_id uuid,
  reverses_slip_id uuid,
  reason text not null,
  net_total numeric(14,2) not null,
  tax_total numeric(14,2) not null,
  gross_total numeric(14,2) not null,
  tax_rate numeric not null,
  payment_method text not null,
  invoice_wish text not null check (invoice_wish in ('now', 'later', 'never')),
  created_at timestamptz not null,
  created_by text not null,
  confirmed_at timestamptz,
  month text,
  paid boolean not null,
  paid_version int not null,
  version int not null,
  check (gross_total = net_total + tax_total),
  check (state <> 'confirmed' or (number is not null and confirmed_at is not null and month is not null)),
  unique (dealer_id, id),
  foreign key (dealer_id, reverses_slip_id) references charge_slip (dealer_id, id)
);
create index charge_slip_newest on charge_slip (created_at desc, id desc);
create index charge_slip_dealer on charge_slip (dealer_id, created_at desc, id desc);
create index charge_slip_request on charge_slip (request_id) where request_id is not null;
create index charge_slip_reverses on charge_slip (reverses_slip_id) where reverses_slip_id is not null;

create table charge_slip_line (
  id uuid primary key,
  dealer_id uuid not null,
  slip_id uuid not null,
  position int not null,
  part_id uuid not null,
  quantity int not null check (quantity <> 0),
  unit_price numeric(14,4) not null check (unit_price >= 0),
  net_amount numeric(14,2) not null,
  tax_amount numeric(14,2) not null,
  reason text not null,
  origin_kind text not null,
  origin_id uuid,
  reverses_line_id uuid references charge_slip_line (id),
  unique (slip_id, position),
  foreign key (dealer_id, slip_id) references charge_slip (dealer_id, id)
);
create index charge_slip_line_origin on charge_slip_line (origin_id) where origin_id is not null;
create index charge_slip_line_reverses on charge_slip_line (reverses_line_id) where reverses_line_id is not null;

-- F-5: out of draft, a slip's content never changes again; only whether it is void and what invoicing told of it.
create function slip_content_stays() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    raise exception 'slips are never deleted' using errcode = '23514', constraint = 'slip_content_stays';
  end if;
  if old.state <> 'draft' and (
    to_jsonb(new) - array['state', 'paid', 'paid_version', 'version'] <> to_jsonb(old) - array['state', 'paid', 'paid_version', 'version']
    or new.state = 'draft' or (old.state = 'void' and new.state <> 'void')) then
    raise exception 'a posted slip does not change' using errcode = '23514', constraint = 'slip_content_stays';
  end if;
  return new;
end $$;
create trigger charge_slip_content before update or delete on charge_slip
  for each row execute function slip_content_stays();

-- Lines of a posted slip stay as they are; a reversing slip is posted together with its lines, so inserts look at the
-- transaction that wrote the slip.
create function slip_lines_stay() returns trigger language plpgsql as $$
declare
  slip record;
begin
  select state, origin, xmin = pg_current_xact_id()::xid as fresh into slip
    from charge_slip where id = case tg_op when 'DELETE' then old.slip_id else new.slip_id end;
  if slip.state = 'draft' or (tg_op = 'INSERT' and slip.origin = 'reversal' and slip.fresh) then
    return case tg_op when 'DELETE' then old else new end;
  end if;
  raise exception 'lines of a posted slip do not change' using errcode = '23514', constraint = 'slip_lines_stay';
end $$;
create trigger charge_slip_line_stays before insert or update or delete on charge_slip_line
  for each row execute function slip_lines_stay();
`;
