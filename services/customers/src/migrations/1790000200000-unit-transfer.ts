import { tenantTable } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** C-2: a unit changes its owner; who bought it stays beside who owns it. */
export class UnitTransfer1790000200000 implements MigrationInterface {
  name = 'UnitTransfer1790000200000';

  async up(runner: QueryRunner): Promise<void> {
    // The owner role is under row-level security as well.
    await runner.query(`select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true)`);
    await runner.query('alter table unit_sale add column buyer_id uuid');
    await runner.query('update unit_sale set buyer_id = customer_id');
    await runner.query('alter table unit_sale alter column buyer_id set not null');
    await runner.query('alter table unit_sale add foreign key (dealer_id, buyer_id) references customer (dealer_id, id)');
    await runner.query('create index unit_sale_of_buyer on unit_sale (buyer_id)');
    await runner.query(`create table unit_transfer (
      id uuid primary key,
      unit_id uuid not null,
      dealer_id uuid not null,
      from_customer_id uuid not null,
      to_customer_id uuid not null,
      transferred_on date not null,
      reason text not null,
      transferred_by text not null,
      transferred_at timestamptz not null default business_now(),
      foreign key (dealer_id, unit_id) references unit_sale (dealer_id, unit_id),
      foreign key (dealer_id, from_customer_id) references customer (dealer_id, id),
      foreign key (dealer_id, to_customer_id) references customer (dealer_id, id)
    )`);
    for (const column of ['unit_id', 'from_customer_id', 'to_customer_id']) await runner.query(`create index unit_transfer_${column} on unit_transfer (${column})`);
    await tenantTable(runner, 'unit_transfer');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table unit_transfer');
    await runner.query('alter table unit_sale drop column buyer_id');
  }
}
