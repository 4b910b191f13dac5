import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Row-level security lets a cursor into an index by such an expression, but by no coalesce. */
const PROMISED_ON = '(case when agreed_date is null then planned_date else agreed_date end)';
const PROMISED = `where (agreed_date is not null or planned_date is not null) and state <> 'cancelled'`;

const INDEXES = {
  obligation_held: 'obligation (dealer_id, part_id) include (outstanding_quantity, due_on, opened_at) where outstanding_quantity > 0',
  dealer_holding_part: 'dealer_holding (part_id, dealer_id)',
  shipping_order_promised: `shipping_order (${PROMISED_ON}, id) ${PROMISED}`,
  shipping_order_dealer_promised: `shipping_order (dealer_id, ${PROMISED_ON}, id) ${PROMISED}`,
  shipping_line_shipped: 'shipping_line (dealer_id, shipped_at) include (id, part_id, supply_kind, return_due, quantity) where shipped_at is not null',
};

/** P-13: when a line left stands with it, so that a month is summed up from one index. */
const SHIPPED = [
  'alter table shipping_line add column shipped_at timestamptz',
  'update shipping_line l set shipped_at = o.shipped_at from shipping_order o where o.id = l.shipping_order_id and o.shipped_at is not null',
  `create function shipping_lines_leave() returns trigger language plpgsql as $$
    begin
      update shipping_line set shipped_at = new.shipped_at where shipping_order_id = new.id;
      return null;
    end $$`,
  `create trigger shipping_order_leaves after update of shipped_at on shipping_order for each row when (old.shipped_at is distinct from new.shipped_at)
     execute function shipping_lines_leave()`,
];

const TABLE = `
create table stock_month (
  warehouse_id uuid not null references warehouse (id),
  part_id uuid not null references part (id),
  month text not null check (month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
  pieces integer not null,
  primary key (warehouse_id, part_id, month)
)`;

/** What movements change in warehouses, by warehouse, part and local month. */
const changes = (movements: string): string => `
  select substr(account, 11)::uuid, part_id, to_char(at at time zone 'Asia/Shanghai', 'YYYY-MM'), sum(pieces)::int
    from (select to_account as account, part_id, at, quantity as pieces from ${movements}
          union all select from_account, part_id, at, -quantity from ${movements}) leg
   where account like 'warehouse:%' group by 1, 2, 3 order by 2, 1, 3`;

/** Whoever books a movement holds the balance of that warehouse and part, so that nobody waits here for anybody new. */
const KEEP = `
create function stock_month_keeps() returns trigger language plpgsql as $$
begin
  insert into stock_month as kept (warehouse_id, part_id, month, pieces) ${changes('moved')}
  on conflict (warehouse_id, part_id, month) do update set pieces = kept.pieces + excluded.pieces;
  return null;
end $$;
create trigger stock_movement_month after insert on stock_movement referencing new table as moved for each statement execute function stock_month_keeps()`;

/** P-2, P-10, P-13, H-1: stock of a past day is read from month to month, a month's issues from their index, holdings and promised days in the order of their lists. */
export class MonthSums1800461000000 implements MigrationInterface {
  name = 'MonthSums1800461000000';

  async up(runner: QueryRunner): Promise<void> {
    // The owner role is under row-level security as well.
    await runner.query(`select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true)`);
    await runner.query(TABLE);
    // The trigger's lock keeps movements off until the commit, so that each is in the sums or kept by it.
    await runner.query(KEEP);
    await runner.query(`insert into stock_month (warehouse_id, part_id, month, pieces) ${changes('stock_movement')}`);
    for (const sql of SHIPPED) await runner.query(sql);
    for (const [name, on] of Object.entries(INDEXES)) await runner.query(`create index ${name} on ${on}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop index ${Object.keys(INDEXES).join(', ')}`);
    await runner.query('drop trigger shipping_order_leaves on shipping_order');
    await runner.query('drop function shipping_lines_leave');
    await runner.query('alter table shipping_line drop column shipped_at');
    await runner.query('drop trigger stock_movement_month on stock_movement');
    await runner.query('drop function stock_month_keeps');
    await runner.query('drop table stock_month');
  }
}
