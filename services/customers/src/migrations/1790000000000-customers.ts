import { tenantTable } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Customers, models with their terms, the shared registry of units, who holds and owns them, installations. */
export class Customers1790000000000 implements MigrationInterface {
  name = 'Customers1790000000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of TABLES) await runner.query(statement);
    for (const table of TENANT_TABLES) await tenantTable(runner, table);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table serial_lookup, installation, warranty_extension, unit_event, unit_sale, unit_dispatch,
      replaced_part, product_unit, model_terms, product_model, customer_phone, customer, known_dealer`);
  }
}

const TENANT_TABLES = ['customer', 'customer_phone', 'unit_dispatch', 'unit_sale', 'unit_event', 'warranty_extension', 'installation'];

const TABLES = [
  // What DealerChanged told of dealers: codes for imports, territories for sales.
  `create table known_dealer (
    id uuid primary key,
    code text not null,
    name text not null,
    status text not null,
    territory text[] not null,
    version int not null
  )`,
  'create index known_dealer_by_code on known_dealer (code)',

  `create table customer (
    id uuid primary key,
    dealer_id uuid not null,
    number text not null unique,
    name text not null,
    masked_name text not null,
    masked_phone text not null,
    initials text not null,
    region_code text not null,
    address_detail text not null,
    language text not null check (language in ('zh-CN', 'en')),
    consent_service boolean not null,
    consent_marketing boolean not null,
    version int not null check (version > 0),
    created_at timestamptz not null default business_now(),
    unique (dealer_id, id)
  )`,
  'create index customer_newest on customer (created_at desc, id desc)',
  'create index customer_of_dealer on customer (dealer_id, created_at desc, id desc)',
  'create index customer_by_initials on customer (initials text_pattern_ops)',
  `create table customer_phone (
    dealer_id uuid not null,
    customer_id uuid not null,
    position int not null,
    phone text not null,
    tail text not null generated always as (reverse(phone)) stored,
    primary key (customer_id, position),
    foreign key (dealer_id, customer_id) references customer (dealer_id, id)
  )`,
  'create index customer_phone_number on customer_phone (dealer_id, phone)',
  'create index customer_phone_tail on customer_phone (tail text_pattern_ops)',

  `create table product_model (
    id uuid primary key,
    code text not null unique,
    name text not null,
    name_en text not null,
    family text not null,
    state text not null check (state in ('draft', 'published')),
    drafted_by text not null,
    version int not null check (version > 0),
    created_at timestamptz not null default business_now()
  )`,
  `create table model_terms (
    model_id uuid not null references product_model (id),
    version int not null check (version > 0),
    effective_from date not null,
    published boolean not null,
    terms jsonb not null,
    primary key (model_id, version)
  )`,

  // What anybody may know who has the serial in hand (D-9); who holds and owns the unit stands in tables of their own.
  `create table product_unit (
    id uuid primary key,
    serial text not null unique check (serial = upper(serial)),
    model_id uuid not null references product_model (id),
    manufactured_on date not null,
    dispatched_on date not null,
    sold boolean not null,
    purchase_date date check (purchase_date is null or sold),
    accepted_on date,
    extended_until date,
    version int not null check (version > 0),
    created_at timestamptz not null default business_now()
  )`,
  'create index product_unit_of_model on product_unit (model_id, serial)',
  `create table replaced_part (
    unit_id uuid not null references product_unit (id),
    part_id uuid not null,
    record_id uuid not null,
    replaced_on date not null,
    quantity int not null check (quantity > 0),
    primary key (unit_id, part_id, record_id)
  )`,

  `create table unit_dispatch (
    unit_id uuid primary key references product_unit (id),
    dealer_id uuid not null,
    unique (dealer_id, unit_id)
  )`,
  `create table unit_sale (
    unit_id uuid primary key references product_unit (id),
    dealer_id uuid not null,
    customer_id uuid not null,
    sale_price numeric(14,2) check (sale_price >= 0),
    proof jsonb,
    cross_territory boolean not null,
    sold_at timestamptz not null default business_now(),
    unique (dealer_id, unit_id),
    foreign key (dealer_id, customer_id) references customer (dealer_id, id)
  )`,
  'create index unit_sale_of_customer on unit_sale (customer_id)',
  `create table unit_event (
    id uuid primary key,
    unit_id uuid not null references product_unit (id),
    dealer_id uuid not null,
    kind text not null,
    at timestamptz not null default business_now(),
    fact_on date not null,
    document_id text not null,
    note text not null
  )`,
  'create index unit_event_of_unit on unit_event (unit_id, id)',
  `create table warranty_extension (
    id uuid primary key,
    unit_id uuid not null references product_unit (id),
    dealer_id uuid not null,
    until date not null,
    reason text not null,
    granted_by text not null,
    granted_at timestamptz not null default business_now()
  )`,
  'create index warranty_extension_of_unit on warranty_extension (unit_id)',

  `create table installation (
    id uuid primary key,
    dealer_id uuid not null,
    number text not null unique,
    unit_id uuid not null,
    customer_id uuid not null,
    technician_user_id text not null,
    appointment_from timestamptz not null,
    appointment_to timestamptz not null check (appointment_to > appointment_from),
    state text not null check (state in ('scheduled', 'accepted', 'failed')),
    checklist jsonb not null,
    customer_instructed boolean not null,
    photos jsonb not null,
    note text not null,
    completed_at timestamptz,
    completed_on date,
    days_from_sale int,
    version int not null check (version > 0),
    created_at timestamptz not null default business_now(),
    unique (dealer_id, id),
    foreign key (dealer_id, unit_id) references unit_sale (dealer_id, unit_id),
    foreign key (dealer_id, customer_id) references customer (dealer_id, id)
  )`,
  `create unique index installation_open on installation (unit_id) where state = 'scheduled'`,
  'create index installation_newest on installation (created_at desc, id desc)',
  'create index installation_of_dealer on installation (dealer_id, created_at desc, id desc)',
  'create index installation_of_unit on installation (unit_id)',

  `create table serial_lookup (
    id uuid primary key,
    user_id text not null,
    dealer_id uuid,
    serial text not null,
    found boolean not null,
    looked_at timestamptz not null default now()
  )`,
  'create index serial_lookup_of_user on serial_lookup (user_id, looked_at)',
];
