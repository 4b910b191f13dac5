import type { MigrationInterface, QueryRunner } from 'typeorm';

const CHANGES = [
  // Sorted from the index alone, since a serial's beginning finds calls in no order.
  'drop index repair_call_serial',
  'create index repair_call_serial on repair_call (unit_serial text_pattern_ops) include (opened_at, id, dealer_id)',
  // Led by the dealer, which every dealer's list names: else a plan for any values reads the dealer's calls and passes over the others'.
  'create index repair_call_dealer_taken_by on repair_call (dealer_id, taken_by, opened_at desc, id desc)',
  `create index repair_call_dealer_technician on repair_call (dealer_id, technician_user_id, opened_at desc, id desc) where technician_user_id is not null`,
  `create index repair_call_technician_state on repair_call (dealer_id, technician_user_id, state, opened_at desc, id desc) where technician_user_id is not null`,
  'create index repair_call_taken_by_due on repair_call (dealer_id, taken_by, due_at, id) where due_at is not null',
  `create index repair_call_technician_due on repair_call (dealer_id, technician_user_id, due_at, id) where technician_user_id is not null and due_at is not null`,
];

/** Technicians' lists and searches by serial read what they show. */
export class CallsAtVolume1798500000000 implements MigrationInterface {
  name = 'CallsAtVolume1798500000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const sql of CHANGES) await runner.query(sql);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop index repair_call_serial, repair_call_dealer_taken_by, repair_call_taken_by_due, repair_call_dealer_technician,
      repair_call_technician_state, repair_call_technician_due`);
    await runner.query('create index repair_call_serial on repair_call (unit_serial text_pattern_ops)');
  }
}
