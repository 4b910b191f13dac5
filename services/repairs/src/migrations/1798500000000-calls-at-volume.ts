import type { MigrationInterface, QueryRunner } from 'typeorm';

const CHANGES = [
  // Sorted from the index alone, since a serial's beginning finds calls in no order.
  'drop index repair_call_serial',
  'create index repair_call_serial on repair_call (unit_serial text_pattern_ops) include (opened_at, id, dealer_id)',
  'create index repair_call_taken_by on repair_call (taken_by, opened_at desc, id desc)',
  'create index repair_call_technician_due on repair_call (technician_user_id, due_at, id) where due_at is not null',
  'create index repair_call_technician_state on repair_call (technician_user_id, state, opened_at desc, id desc)',
  // A technician works for one dealer: taken for independent of it, his calls would be thought few and be sorted whole.
  'create statistics repair_call_technician_dealer (dependencies) on dealer_id, technician_user_id from repair_call',
  'analyze repair_call',
];

/** Technicians' lists and searches by serial read what they show. */
export class CallsAtVolume1798500000000 implements MigrationInterface {
  name = 'CallsAtVolume1798500000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const sql of CHANGES) await runner.query(sql);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop statistics repair_call_technician_dealer');
    await runner.query('drop index repair_call_serial, repair_call_taken_by, repair_call_technician_due, repair_call_technician_state');
    await runner.query('create index repair_call_serial on repair_call (unit_serial text_pattern_ops)');
  }
}
