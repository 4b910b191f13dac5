import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A technician reads his own solved calls in their order; records that nobody confirmed are found newest first without walking past the calls of their state. */
export class SolvedCallsAtVolume1800740000000 implements MigrationInterface {
  name = 'SolvedCallsAtVolume1800740000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create index repair_call_technician_resolved on repair_call (dealer_id, technician_user_id, resolved_at, id)
      where technician_user_id is not null and resolved_at is not null`);
    await runner.query('create index repair_call_taken_by_resolved on repair_call (dealer_id, taken_by, resolved_at, id) where resolved_at is not null');
    await runner.query(`create index repair_call_unconfirmed on repair_call (opened_at desc, id desc) where state = 'resolved' and unconfirmed_from is not null`);
    await runner.query(`create index repair_call_dealer_unconfirmed on repair_call (dealer_id, opened_at desc, id desc)
      where state = 'resolved' and unconfirmed_from is not null`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index repair_call_technician_resolved, repair_call_taken_by_resolved, repair_call_unconfirmed, repair_call_dealer_unconfirmed');
  }
}
