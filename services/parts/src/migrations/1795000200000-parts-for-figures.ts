import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the figures need of the parts and obligations of before, told as if it had been told then. */
export class PartsForFigures1795000200000 implements MigrationInterface {
  name = 'PartsForFigures1795000200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`select set_config('app.dealers', '*', true)`);
    await runner.query(`
      ${TELL}
      select gen_random_uuid(), 'aftercare.parts.v1.PartCatalogued', json_build_object(
        'partId', id, 'number', number, 'name', name, 'nameEn', name_en, 'version', version)::text, gen_random_uuid()::text, '', created_at
      from part`);
    await runner.query(`
      ${TELL}
      select gen_random_uuid(), 'aftercare.parts.v1.ObligationDue', json_build_object(
        'obligationId', id, 'dealerId', dealer_id, 'dueOn', due_on)::text, gen_random_uuid()::text, '', business_now()
      from obligation where due_on is not null`);
  }

  /** What was told stays told. */
  async down(): Promise<void> {
    await Promise.resolve();
  }
}

const TELL = 'insert into outbox (id, event_type, payload, request_id, traceparent, occurred_at)';
