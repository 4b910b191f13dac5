import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What has ended of an obligation; a conversion taken back opens its pieces again. */
const ENDED = `coalesce((select sum(case when kind = 'conversion_reversed' then -quantity else quantity end) from obligation_settlement where obligation_id = o.id), 0)`;

/** H-1 as before; what is outstanding stands with the obligation, so that lists of what is owed walk past nothing that ended. */
const fits = (keep: string): string => `create or replace function settlement_fits() returns trigger language plpgsql as $$
declare
  issued int;
  ended int;
  charged int;
begin
  select issued_quantity into issued from obligation where id = new.obligation_id for update;
  select coalesce(sum(case when kind = 'conversion_reversed' then -quantity else quantity end), 0),
         coalesce(sum(case kind when 'charged' then quantity when 'conversion_reversed' then -quantity else 0 end), 0)
    into ended, charged from obligation_settlement where obligation_id = new.obligation_id;
  if ended > issued or charged < 0 then
    raise exception 'settlements exceed what was issued' using errcode = '23514', constraint = 'settlement_fits';
  end if;
  ${keep}
  return null;
end $$`;

const COLUMNS = [
  'alter table obligation add column outstanding_quantity int',
  `update obligation o set outstanding_quantity = issued_quantity - ${ENDED}`,
  'alter table obligation alter column outstanding_quantity set not null',
  'alter table obligation add check (outstanding_quantity between 0 and issued_quantity)',
  // A column and no expression: row-level security lets a cursor into an index by plain columns only.
  `alter table obligation add column due_order date not null default 'infinity'`,
  'update obligation set due_order = due_on where due_on is not null',
  `create function obligation_due_order() returns trigger language plpgsql as $$
    begin
      new.due_order := coalesce(new.due_on, 'infinity');
      return new;
    end $$`,
  'create trigger obligation_due_order before insert or update on obligation for each row execute function obligation_due_order()',
];

const RANK = `(case urgency when 'urgent' then 0 else 1 end)`;

const INDEXES = [
  'create index obligation_by_due on obligation (due_order, id)',
  'create index obligation_dealer_by_due on obligation (dealer_id, due_order, id)',
  'create index obligation_part_by_due on obligation (part_id, due_order, id)',
  'create index obligation_dealer_part_by_due on obligation (dealer_id, part_id, due_order, id)',
  'create index obligation_open on obligation (due_order, id) where outstanding_quantity > 0',
  'create index obligation_dealer_open on obligation (dealer_id, due_order, id) where outstanding_quantity > 0',
  // A dealer's rare state is found without walking past the others.
  ...['parts_request', 'shipping_order', 'return_parcel', 'charge_slip'].map((table) => `create index ${table}_dealer_state on ${table} (dealer_id, state, created_at desc, id desc)`),
  `create index picking_order_site on picking_order (warehouse_id, ${RANK}, created_at, id)`,
  `create index picking_order_site_state on picking_order (warehouse_id, state, ${RANK}, created_at, id)`,
];

const REPLACED = ['obligation_due_first', 'obligation_dealer_due_first', 'obligation_part', 'picking_order_work'];

/** Lists of parts read what they show, however much has ended. */
export class ListsAtVolume1798500000000 implements MigrationInterface {
  name = 'ListsAtVolume1798500000000';

  async up(runner: QueryRunner): Promise<void> {
    // The owner role is under row-level security as well.
    await runner.query(`select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true)`);
    await runner.query(`drop index ${REPLACED.join(', ')}`);
    for (const sql of COLUMNS) await runner.query(sql);
    await runner.query(fits('update obligation set outstanding_quantity = issued - ended where id = new.obligation_id;'));
    for (const sql of INDEXES) await runner.query(sql);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop index parts_request_dealer_state, shipping_order_dealer_state, return_parcel_dealer_state, charge_slip_dealer_state,
      picking_order_site, picking_order_site_state`);
    await runner.query(fits(''));
    // Their indexes go with the columns.
    await runner.query('drop index obligation_part_by_due, obligation_dealer_part_by_due');
    await runner.query('drop trigger obligation_due_order on obligation');
    await runner.query('drop function obligation_due_order');
    await runner.query('alter table obligation drop column outstanding_quantity, drop column due_order');
    await runner.query('create index picking_order_work on picking_order (warehouse_id, state)');
    await runner.query('create index obligation_part on obligation (dealer_id, part_id)');
    await runner.query(`create index obligation_due_first on obligation ((coalesce(due_on, 'infinity'::date)), id)`);
    await runner.query(`create index obligation_dealer_due_first on obligation (dealer_id, (coalesce(due_on, 'infinity'::date)), id)`);
  }
}
