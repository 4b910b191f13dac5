import { tenantTable } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Which units a dealer has in its lists: what was dispatched to it and what it sold, in the order of the list, so that a
 * page is read along the index instead of put together from two tables and sorted. Triggers keep it with every row written.
 */
const DEALER_UNIT = [
  `create table dealer_unit (
    dealer_id uuid not null,
    unit_id uuid not null references product_unit (id),
    serial text collate "C" not null,
    model_id uuid not null,
    primary key (unit_id, dealer_id)
  )`,
  `insert into dealer_unit (dealer_id, unit_id, serial, model_id)
   select own.dealer_id, u.id, u.serial, u.model_id
   from (select unit_id, dealer_id from unit_dispatch union select unit_id, dealer_id from unit_sale) own join product_unit u on u.id = own.unit_id`,
  'create index dealer_unit_by_serial on dealer_unit (dealer_id, serial, unit_id)',
  'create index dealer_unit_of_model on dealer_unit (dealer_id, model_id, serial, unit_id)',
  `create function keep_dealer_unit() returns trigger language plpgsql as $$
    begin
      insert into dealer_unit (dealer_id, unit_id, serial, model_id)
      select a.dealer_id, u.id, u.serial, u.model_id from added a join product_unit u on u.id = a.unit_id
      on conflict do nothing;
      return null;
    end $$`,
  ...['unit_dispatch', 'unit_sale'].map((table) =>
    `create trigger ${table}_dealer_unit after insert on ${table} referencing new table as added for each statement execute function keep_dealer_unit()`),
];

const INDEXES = [
  'create index product_unit_by_serial on product_unit (serial collate "C", id)',
  'create index product_unit_of_model_by_serial on product_unit (model_id, serial collate "C", id)',
  // A rare state is found without walking past the others.
  'create index installation_state on installation (state, created_at desc, id desc)',
  'create index installation_dealer_state on installation (dealer_id, state, created_at desc, id desc)',
  'create index installation_technician on installation (technician_user_id, created_at desc, id desc)',
];

/** Lists of units and installations are read in index order. */
export class ListIndexes1791400000000 implements MigrationInterface {
  name = 'ListIndexes1791400000000';

  async up(runner: QueryRunner): Promise<void> {
    // The owner role is under row-level security as well.
    await runner.query(`select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true)`);
    for (const sql of [...DEALER_UNIT, ...INDEXES]) await runner.query(sql);
    await tenantTable(runner, 'dealer_unit');
    await runner.query('drop index product_unit_of_model');
    // Without statistics the first lists would be read in another order and sorted.
    await runner.query('analyze dealer_unit');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('create index product_unit_of_model on product_unit (model_id, serial)');
    await runner.query('drop index installation_state, installation_dealer_state, installation_technician, product_unit_by_serial, product_unit_of_model_by_serial');
    for (const table of ['unit_dispatch', 'unit_sale']) await runner.query(`drop trigger ${table}_dealer_unit on ${table}`);
    await runner.query('drop function keep_dealer_unit');
    await runner.query('drop table dealer_unit');
  }
}
