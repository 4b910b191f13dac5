import { tenantTable } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** P-10: the days on which goods for waiting lines were expected; of lines that wait now, the present one. */
export class BackOrderPromises1800489000000 implements MigrationInterface {
  name = 'BackOrderPromises1800489000000';

  async up(runner: QueryRunner): Promise<void> {
    // The owner role is under row-level security as well.
    await runner.query(`select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true)`);
    for (const sql of [TABLE, PRESENT, APPEND_ONLY]) await runner.query(sql);
    await tenantTable(runner, 'back_order_promise');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table back_order_promise');
  }
}

const TABLE = `
create table back_order_promise (
  id uuid primary key,
  dealer_id uuid not null,
  request_line_id uuid not null,
  position int not null check (position > 0),
  expected_on date,
  cause text not null check (cause in ('waiting', 'ordered', 'moved', 'received', 'closed', 'served')),
  reason text not null check (reason <> '' or cause not in ('moved', 'closed')),
  at timestamptz not null,
  by text not null,
  check (expected_on is null or cause <> 'served'),
  unique (request_line_id, position),
  foreign key (dealer_id, request_line_id) references parts_request_line (dealer_id, id)
);
create index back_order_promise_day on back_order_promise (expected_on) where expected_on is not null;
`;

const PRESENT = `
insert into back_order_promise (id, dealer_id, request_line_id, position, expected_on, cause, reason, at, by)
select gen_random_uuid(), line.dealer_id, line.id, 1, next.expected_on, 'waiting', '', business_now(), ''
  from parts_request_line line
  cross join lateral (select min(p.expected_on) as expected_on from purchase_order_line l join purchase_order p on p.id = l.purchase_order_id
    where l.part_id = line.part_id and l.received_quantity < l.quantity and p.state = 'open') next
 where line.backordered_quantity > 0 and line.state = 'approved' and next.expected_on is not null`;

const APPEND_ONLY = `
create trigger back_order_promise_append_only before update or delete or truncate on back_order_promise
  for each statement execute function refuse_change()`;
