import type { MigrationInterface, QueryRunner } from 'typeorm';

/** codes that were published before are told to the figures, those out of use with them: old records name them. */
export class FaultNames1799800200000 implements MigrationInterface {
  name = 'FaultNames1799800200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      insert into outbox (id, event_type, payload, request_id, traceparent, occurred_at)
      select gen_random_uuid(), 'aftercare.repairs.v1.FaultCodePublished', json_build_object('kind', kind, 'family', family, 'code', code, 'name', name,
        'nameEn', name_en, 'version', version)::text, gen_random_uuid()::text, '', business_now()
      from fault_code where state in ('published', 'inactive')`);
  }

  /** What was told stays told. */
  async down(): Promise<void> {
    await Promise.resolve();
  }
}
