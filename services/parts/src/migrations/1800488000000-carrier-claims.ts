import { tenantTable } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLE = `
create table carrier_claim (
  id uuid primary key,
  number text unique,
  dealer_id uuid not null,
  discrepancy_id uuid not null unique references discrepancy (id),
  shipping_order_id uuid not null,
  warehouse_id uuid not null references warehouse (id),
  part_id uuid not null references part (id),
  quantity int not null check (quantity > 0),
  cause text not null check (cause in ('lost', 'damaged')),
  carrier text not null,
  state text not null check (state in ('draft', 'filed', 'settled', 'refused', 'withdrawn')),
  unit_price numeric(14,4) check (unit_price >= 0),
  amount numeric(14,2) check (amount > 0),
  settled_amount numeric(14,2) check (settled_amount > 0 and settled_amount <= amount),
  settled_on date,
  reference text not null,
  reason text not null,
  files jsonb not null,
  created_by text not null,
  created_at timestamptz not null,
  version int not null,
  -- X-6: a number from the first step out of draft.
  check ((number is null) = (state = 'draft')),
  check (amount is not null or state in ('draft', 'withdrawn')),
  check ((settled_amount is not null and settled_on is not null) = (state = 'settled')),
  foreign key (dealer_id, shipping_order_id) references shipping_order (dealer_id, id)
);
create index carrier_claim_newest on carrier_claim (created_at desc, id desc);
create index carrier_claim_carrier on carrier_claim (carrier, created_at desc, id desc);
create index carrier_claim_dealer on carrier_claim (dealer_id, created_at desc, id desc);
create index carrier_claim_order on carrier_claim (shipping_order_id);
`;

/** P-8: claims against carriers over pieces lost or damaged in transit. */
export class CarrierClaims1800488000000 implements MigrationInterface {
  name = 'CarrierClaims1800488000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLE);
    await tenantTable(runner, 'carrier_claim');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table carrier_claim');
  }
}
