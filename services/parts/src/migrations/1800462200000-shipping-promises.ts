import { tenantTable } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** P-10: the days on which a shipment was promised; of orders there are, the day proposed and the day agreed to. */
export class ShippingPromises1800462200000 implements MigrationInterface {
  name = 'ShippingPromises1800462200000';

  async up(runner: QueryRunner): Promise<void> {
    // The owner role is under row-level security as well.
    await runner.query(`select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true)`);
    for (const sql of [TABLE, AGREED]) await runner.query(sql);
    await tenantTable(runner, 'shipping_promise');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table shipping_promise');
  }
}

const TABLE = `
create table shipping_promise (
  id uuid primary key,
  dealer_id uuid not null,
  shipping_order_id uuid not null,
  position int not null check (position > 0),
  promised_on date not null,
  cause text not null check (cause in ('proposed', 'agreed', 'moved')),
  reason text not null check (reason <> '' or cause <> 'moved'),
  at timestamptz not null,
  by text not null,
  unique (shipping_order_id, position),
  foreign key (dealer_id, shipping_order_id) references shipping_order (dealer_id, id)
);
`;

const AGREED = `
insert into shipping_promise (id, dealer_id, shipping_order_id, position, promised_on, cause, reason, at, by)
select gen_random_uuid(), dealer_id, id, row_number() over (partition by id order by rank), day, cause, '', created_at, ''
  from (select id, dealer_id, created_at, 1 as rank, planned_date as day, 'proposed' as cause from shipping_order where agreed_date is not null and planned_date is not null
        union all select id, dealer_id, created_at, 2, agreed_date, 'agreed' from shipping_order where agreed_date is not null) promised`;
