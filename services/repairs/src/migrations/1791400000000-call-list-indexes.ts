import type { MigrationInterface, QueryRunner } from 'typeorm';

const INDEXES = [
  // Each state and each moment in order, for all dealers and for one: a rare state is found without walking past the others.
  'create index repair_call_state on repair_call (state, opened_at desc, id desc)',
  'create index repair_call_dealer_state on repair_call (dealer_id, state, opened_at desc, id desc)',
  'create index repair_call_due on repair_call (due_at, id) where due_at is not null',
  'create index repair_call_dealer_due on repair_call (dealer_id, due_at, id) where due_at is not null',
  'create index quality_report_all on quality_report (created_at desc, id desc)',
];

/** Lists of calls and reports are read in index order, whatever they are filtered by. */
export class CallListIndexes1791400000000 implements MigrationInterface {
  name = 'CallListIndexes1791400000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('drop index repair_call_due');
    for (const sql of INDEXES) await runner.query(sql);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index repair_call_state, repair_call_dealer_state, repair_call_due, repair_call_dealer_due, quality_report_all');
    await runner.query(`create index repair_call_due on repair_call (due_at, id) where state in ('received', 'assigned', 'on_site')`);
  }
}
