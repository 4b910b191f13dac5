import { tenantTable } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Dealers, their contracts, technicians and fees. */
export class Dealers1790000000000 implements MigrationInterface {
  name = 'Dealers1790000000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of TABLES) await runner.query(statement);
    await tenantTable(runner, 'dealer', { column: 'id' });
    await tenantTable(runner, 'dealer_contract', { money: true });
    await tenantTable(runner, 'technician');
    await tenantTable(runner, 'service_fee', { money: true });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table service_fee, technician, dealer_contract, dealer');
  }
}

const TABLES = [
  `create table dealer (
    id uuid primary key,
    code text not null unique,
    name text not null,
    name_en text not null,
    region_code text not null,
    address_detail text not null,
    contact_name text not null,
    contact_phone text not null,
    parent_id uuid references dealer (id) check (parent_id <> id),
    territory text[] not null,
    status text not null check (status in ('applicant', 'active', 'suspended', 'terminated')),
    status_reason text not null,
    successor_dealer_id uuid references dealer (id),
    drafted_by text not null,
    version int not null check (version > 0),
    created_at timestamptz not null default business_now()
  )`,
  'create index dealer_by_code on dealer (code, id)',
  'create index dealer_by_parent on dealer (parent_id) where parent_id is not null',
  `create table dealer_contract (
    dealer_id uuid primary key references dealer (id),
    tax_identity jsonb,
    agreement jsonb
  )`,
  `create table technician (
    id uuid primary key,
    dealer_id uuid not null references dealer (id),
    user_id text not null unique,
    name text not null,
    active boolean not null,
    version int not null check (version > 0),
    created_at timestamptz not null default business_now(),
    unique (dealer_id, id)
  )`,
  'create index technician_by_name on technician (name, id)',
  'create index technician_of_dealer on technician (dealer_id, name, id)',
  `create table service_fee (
    id uuid primary key,
    dealer_id uuid not null references dealer (id),
    effective_from date not null,
    labour_fee numeric(14,2) not null check (labour_fee >= 0),
    travel_fee numeric(14,2) not null check (travel_fee >= 0),
    version int not null check (version > 0),
    unique (dealer_id, effective_from)
  )`,
];
