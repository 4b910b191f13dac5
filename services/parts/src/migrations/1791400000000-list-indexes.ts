import type { MigrationInterface, QueryRunner } from 'typeorm';

const INDEXES = [
  // What has no due date yet comes last, and stands in the index as it is sorted.
  `create index obligation_due_first on obligation ((coalesce(due_on, 'infinity'::date)), id)`,
  `create index obligation_dealer_due_first on obligation (dealer_id, (coalesce(due_on, 'infinity'::date)), id)`,
  // A rare state is found without walking past the others.
  'create index parts_request_state on parts_request (state, created_at desc, id desc)',
  'create index shipping_order_state on shipping_order (state, created_at desc, id desc)',
  'create index return_parcel_state on return_parcel (state, created_at desc, id desc)',
  'create index charge_slip_state on charge_slip (state, created_at desc, id desc)',
  // Urgent first, then oldest (P-7).
  `create index picking_order_need on picking_order ((case urgency when 'urgent' then 0 else 1 end), created_at, id)`,
  `create index picking_order_state_need on picking_order (state, (case urgency when 'urgent' then 0 else 1 end), created_at, id)`,
  'create index stock_movement_from on stock_movement (from_account, at desc, id desc)',
  'create index stock_movement_to on stock_movement (to_account, at desc, id desc)',
];

/** Lists of parts are read in index order. */
export class ListIndexes1791400000000 implements MigrationInterface {
  name = 'ListIndexes1791400000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const sql of INDEXES) await runner.query(sql);
    await runner.query('drop index obligation_due');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('create index obligation_due on obligation (dealer_id, due_on, id)');
    await runner.query(`drop index obligation_due_first, obligation_dealer_due_first, parts_request_state, shipping_order_state, return_parcel_state,
      charge_slip_state, picking_order_need, picking_order_state_need, stock_movement_from, stock_movement_to`);
  }
}
