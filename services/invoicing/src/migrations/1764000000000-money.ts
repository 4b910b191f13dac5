import { tenantTable } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const TENANT_TABLES = [
  'dealer_account', 'voucher', 'posting', 'receivable', 'receivable_line', 'slip_release', 'credit_line', 'credit_hold', 'payment', 'allocation',
  'invoice', 'invoice_line',
];

/** Receivables, payments, deposits, credit, invoices and the double-entry ledger below them (B). */
export class Money1764000000000 implements MigrationInterface {
  name = 'Money1764000000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const sql of [LEDGER, RECEIVABLES, CREDIT, PAYMENTS, INVOICES]) await runner.query(sql);
    for (const table of TENANT_TABLES) await tenantTable(runner, table, { money: true });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table invoice_line, invoice, allocation, payment, credit_hold, credit_line, slip_release, receivable_line, receivable, posting,
        voucher, dealer_account;
      drop function refuse_change(), voucher_balances();`);
  }
}

const LEDGER = `
create table dealer_account (
  dealer_id uuid primary key,
  code text not null,
  name text not null,
  title text not null,
  tax_number text not null,
  bank text not null,
  bank_account text not null,
  address text not null,
  phone text not null,
  dealer_version int not null
);

create table voucher (
  id uuid primary key,
  dealer_id uuid not null,
  kind text not null,
  document_kind text not null,
  document_id uuid not null,
  at timestamptz not null,
  month text not null,
  unique (dealer_id, id)
);
create index voucher_document on voucher (document_id);

create table posting (
  id uuid primary key,
  dealer_id uuid not null,
  voucher_id uuid not null,
  account text not null check (account in
    ('receivable', 'unearned_revenue', 'revenue', 'tax_payable', 'deposit', 'unmatched', 'bank_transfer', 'cash', 'wechat_pay', 'alipay')),
  debit numeric(14,2) not null check (debit >= 0),
  credit numeric(14,2) not null check (credit >= 0),
  at timestamptz not null,
  month text not null,
  check ((debit = 0) <> (credit = 0)),
  foreign key (dealer_id, voucher_id) references voucher (dealer_id, id)
);
create index posting_account on posting (account, at desc, id desc);
create index posting_dealer on posting (dealer_id, account);
create index posting_voucher on posting (voucher_id);

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'rows of % are never changed or deleted', tg_table_name using errcode = '23514';
end $$;
create trigger voucher_append_only before update or delete or truncate on voucher for each statement execute function refuse_change();
create trigger posting_append_only before update or delete or truncate on posting for each statement execute function refuse_change();

-- B-4: every voucher balances when its transaction commits.
create function voucher_balances() returns trigger language plpgsql as $$
begin
  if (select coalesce(sum(debit) <> sum(credit), true) from posting where voucher_id = coalesce(to_jsonb(new) ->> 'voucher_id', to_jsonb(new) ->> 'id')::uuid) then
    raise exception 'a voucher does not balance' using errcode = '23514', constraint = 'voucher_balances';
  end if;
  return null;
end $$;
create constraint trigger posting_balances after insert on posting deferrable initially deferred
  for each row execute function voucher_balances();
create constraint trigger voucher_has_postings after insert on voucher deferrable initially deferred
  for each row execute function voucher_balances();
`;

const RECEIVABLES = `
create table receivable (
  slip_id uuid primary key,
  dealer_id uuid not null,
  slip_number text not null unique,
  origin text not null,
  request_id uuid,
  payment_method text not null,
  invoice_wish text not null check (invoice_wish in ('now', 'later', 'never')),
  net_total numeric(14,2) not null,
  tax_total numeric(14,2) not null,
  gross_total numeric(14,2) not null check (gross_total >= 0),
  reversed_total numeric(14,2) not null check (reversed_total >= 0),
  paid_total numeric(14,2) not null check (paid_total >= 0),
  confirmed_at timestamptz not null,
  month text not null,
  version int not null,
  check (paid_total + reversed_total <= gross_total),
  unique (dealer_id, slip_id)
);
create index receivable_oldest on receivable (confirmed_at, slip_id);
create index receivable_dealer on receivable (dealer_id, confirmed_at, slip_id);

create table receivable_line (
  line_id uuid primary key,
  dealer_id uuid not null,
  slip_id uuid not null,
  position int not null,
  part_id uuid not null,
  quantity int not null check (quantity > 0),
  unit_price numeric(14,4) not null,
  net_amount numeric(14,2) not null,
  tax_amount numeric(14,2) not null,
  tax_rate numeric not null,
  reason text not null,
  released_quantity int not null check (released_quantity between 0 and quantity),
  released_net numeric(14,2) not null,
  released_tax numeric(14,2) not null,
  reversed_quantity int not null check (reversed_quantity between 0 and quantity),
  reversed_net numeric(14,2) not null,
  shipped_quantity int not null check (shipped_quantity between 0 and quantity),
  revenue_net numeric(14,2) not null,
  foreign key (dealer_id, slip_id) references receivable (dealer_id, slip_id),
  unique (dealer_id, line_id)
);
create index receivable_line_slip on receivable_line (slip_id, position);

create table slip_release (
  reversal_id uuid primary key,
  dealer_id uuid not null,
  slip_id uuid not null,
  lines jsonb not null,
  released_at timestamptz not null,
  foreign key (dealer_id, slip_id) references receivable (dealer_id, slip_id)
);
create trigger slip_release_append_only before update or delete or truncate on slip_release for each statement execute function refuse_change();
`;

const CREDIT = `
create table credit_line (
  id uuid primary key,
  dealer_id uuid not null unique,
  limit_amount numeric(14,2),
  proposed_limit numeric(14,2),
  drafted_by text not null,
  approved_by text,
  version int not null,
  check (limit_amount >= 0 and proposed_limit >= 0)
);

create table credit_hold (
  id uuid primary key,
  dealer_id uuid not null,
  shipping_order_id uuid not null,
  slip_id uuid not null,
  amount numeric(14,2) not null check (amount > 0),
  state text not null check (state in ('held', 'used', 'released')),
  held_at timestamptz not null,
  unique (shipping_order_id, slip_id),
  foreign key (dealer_id, slip_id) references receivable (dealer_id, slip_id)
);
create index credit_hold_slip on credit_hold (slip_id);
`;

const PAYMENTS = `
create table payment (
  id uuid primary key,
  number text not null unique,
  dealer_id uuid not null,
  method text not null check (method in ('bank_transfer', 'cash', 'wechat_pay', 'alipay')),
  amount numeric(14,2) not null check (amount > 0),
  unmatched numeric(14,2) not null check (unmatched >= 0 and unmatched <= amount),
  to_deposit numeric(14,2) not null check (to_deposit >= 0),
  reference text not null,
  bank_date date,
  state text not null check (state in ('open', 'partly_matched', 'matched')),
  received_at timestamptz not null,
  received_by text not null,
  version int not null,
  unique (dealer_id, id)
);
create index payment_newest on payment (received_at desc, id desc);
create index payment_dealer on payment (dealer_id, received_at desc, id desc);

create table allocation (
  id uuid primary key,
  dealer_id uuid not null,
  slip_id uuid not null,
  payment_id uuid,
  amount numeric(14,2) not null check (amount > 0),
  at timestamptz not null,
  foreign key (dealer_id, slip_id) references receivable (dealer_id, slip_id),
  foreign key (dealer_id, payment_id) references payment (dealer_id, id)
);
create index allocation_payment on allocation (payment_id);
create index allocation_slip on allocation (slip_id);
create trigger allocation_append_only before update or delete or truncate on allocation for each statement execute function refuse_change();
`;

const INVOICES = `
create table invoice (
  id uuid primary key,
  number text not null unique,
  dealer_id uuid not null,
  kind text not null check (kind in ('general', 'special')),
  state text not null check (state in ('requested', 'issued', 'delivered', 'red_letter')),
  title text not null,
  tax_number text not null,
  net_total numeric(14,2) not null,
  tax_total numeric(14,2) not null,
  gross_total numeric(14,2) not null,
  invoice_number text unique check (invoice_number ~ '^[0-9]{20}$'),
  invoice_date date,
  files jsonb not null,
  requested_by text not null,
  created_at timestamptz not null,
  version int not null,
  check (gross_total = net_total + tax_total),
  unique (dealer_id, id)
);
create index invoice_newest on invoice (created_at desc, id desc);
create index invoice_dealer on invoice (dealer_id, created_at desc, id desc);

create table invoice_line (
  id uuid primary key,
  dealer_id uuid not null,
  invoice_id uuid not null,
  slip_id uuid not null,
  line_id uuid not null,
  quantity int not null check (quantity > 0),
  net_amount numeric(14,2) not null,
  tax_amount numeric(14,2) not null,
  live boolean not null,
  foreign key (dealer_id, invoice_id) references invoice (dealer_id, id),
  foreign key (dealer_id, line_id) references receivable_line (dealer_id, line_id)
);
create unique index invoice_line_live on invoice_line (line_id) where live;
create index invoice_line_invoice on invoice_line (invoice_id);
`;
