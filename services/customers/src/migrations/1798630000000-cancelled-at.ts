import type { MigrationInterface, QueryRunner } from 'typeorm';

/** C-6: a cancelled appointment says when it was, so that the customer's time line shows it; earlier ones stand in the audit trail. */
export class CancelledAt1798630000000 implements MigrationInterface {
  name = 'CancelledAt1798630000000';

  async up(runner: QueryRunner): Promise<void> {
    // The owner is under row-level security as well.
    await runner.query(`select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true)`);
    await runner.query('alter table installation add column cancelled_at timestamptz');
    await runner.query(`update installation i set cancelled_at = coalesce(
      (select max(e.at) from audit_entry e where e.document_id = i.id::text and e.kind = 'installation' and e.action = 'cancel'), i.created_at) where i.state = 'cancelled'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table installation drop column cancelled_at');
  }
}
