import { tenantTable } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** D-3: the dealers' own end-user part prices, and the manufacturer's reference tariff for their service fees. */
export class PartPricesAndTariffs1798200000000 implements MigrationInterface {
  name = 'PartPricesAndTariffs1798200000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table own_part_price (
      id uuid primary key,
      dealer_id uuid not null references dealer (id),
      part_id uuid not null,
      part_number text not null,
      effective_from date not null,
      unit_price numeric(14, 4) check (unit_price >= 0),
      version int not null check (version > 0),
      unique (dealer_id, part_id, effective_from))`);
    await runner.query('create index own_part_price_by_number on own_part_price (dealer_id, part_number, part_id, effective_from desc)');
    await tenantTable(runner, 'own_part_price', { money: true });
    await runner.query(`create table tariff (
      id uuid primary key,
      number text unique,
      state text not null check (state in ('draft', 'published')),
      effective_from date not null,
      drafted_by text not null,
      published_by text,
      published_at timestamptz,
      version int not null check (version > 0),
      check ((state = 'published') = (number is not null and published_by is not null and published_at is not null)))`);
    await runner.query('create index tariff_latest on tariff (effective_from desc, id desc)');
    await runner.query(`create table tariff_line (
      tariff_id uuid not null references tariff (id),
      family text not null,
      region_code text not null,
      labour_fee numeric(14, 2) not null check (labour_fee >= 0),
      travel_fee numeric(14, 2) not null check (travel_fee >= 0),
      primary key (tariff_id, family, region_code))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table tariff_line, tariff, own_part_price');
  }
}
