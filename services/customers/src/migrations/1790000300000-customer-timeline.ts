import { tenantTable } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** C-6: what happened to a customer's file, and for whom a warranty was extended. */
export class CustomerTimeline1790000300000 implements MigrationInterface {
  name = 'CustomerTimeline1790000300000';

  async up(runner: QueryRunner): Promise<void> {
    // The owner role is under row-level security as well.
    await runner.query(`select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true)`);
    await runner.query(`create table customer_event (
      id uuid primary key,
      dealer_id uuid not null,
      customer_id uuid not null,
      kind text not null check (kind in ('registered', 'changed', 'merged', 'anonymised')),
      at timestamptz not null,
      fields text[] not null,
      document_id uuid,
      foreign key (dealer_id, customer_id) references customer (dealer_id, id)
    )`);
    await runner.query('create index customer_event_of_customer on customer_event (customer_id)');
    await tenantTable(runner, 'customer_event');
    await runner.query(`insert into customer_event (id, dealer_id, customer_id, kind, at, fields)
      select gen_random_uuid(), dealer_id, id, 'registered', created_at, '{}' from customer`);
    await runner.query('alter table warranty_extension add column customer_id uuid references customer (id)');
    await runner.query('update warranty_extension x set customer_id = s.customer_id from unit_sale s where s.unit_id = x.unit_id');
    await runner.query('create index warranty_extension_of_customer on warranty_extension (customer_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table warranty_extension drop column customer_id');
    await runner.query('drop table customer_event');
  }
}
