import type { MigrationInterface, QueryRunner } from 'typeorm';

const INDEX = 'shipping_line (dealer_id, shipped_at) include (id, part_id, supply_kind, return_due, quantity';

/** P-12: a shipped line says whether its request was for the dealer's own stock, so that what a dealer used is summed from one index. */
const CHANGES = [
  'alter table shipping_line add column for_stock boolean not null default false',
  `update shipping_line l set for_stock = true from parts_request_line line join parts_request request on request.id = line.request_id
    where line.id = l.request_line_id and request.purpose = 'stock'`,
  `create function keep_for_stock() returns trigger language plpgsql as $$
    begin
      new.for_stock := coalesce((select request.purpose = 'stock' from parts_request_line line join parts_request request on request.id = line.request_id where line.id = new.request_line_id), false);
      return new;
    end $$`,
  'create trigger shipping_line_for_stock before insert on shipping_line for each row execute function keep_for_stock()',
  'drop index shipping_line_shipped',
  `create index shipping_line_shipped on ${INDEX}, for_stock) where shipped_at is not null`,
  'create index shipping_line_stocked on shipping_line (dealer_id, shipped_at) where for_stock',
  `create index discrepancy_missed on discrepancy (dealer_id) include (shipping_line_id, missing_quantity) where state in ('agreed', 'lost', 'damaged')`,
];

export class StockLines1800750000000 implements MigrationInterface {
  name = 'StockLines1800750000000';

  async up(runner: QueryRunner): Promise<void> {
    // The owner role is under row-level security as well.
    await runner.query(`select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true)`);
    for (const sql of CHANGES) await runner.query(sql);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index discrepancy_missed, shipping_line_stocked, shipping_line_shipped');
    await runner.query(`create index shipping_line_shipped on ${INDEX}) where shipped_at is not null`);
    await runner.query('drop trigger shipping_line_for_stock on shipping_line');
    await runner.query('drop function keep_for_stock');
    await runner.query('alter table shipping_line drop column for_stock');
  }
}
