import type { MigrationInterface, QueryRunner } from 'typeorm';

/** C-5: whose work the present calls are is told, so that their technicians go on seeing the customers they work for. */
export class WorkersTold1800420000000 implements MigrationInterface {
  name = 'WorkersTold1800420000000';

  async up(runner: QueryRunner): Promise<void> {
    // The owner is under row-level security as well.
    await runner.query(`select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true)`);
    await runner.query(`
      insert into outbox (id, event_type, payload, request_id, traceparent, occurred_at)
      select gen_random_uuid(), 'aftercare.repairs.v1.CallAssigned', json_build_object('callId', c.id, 'dealerId', c.dealer_id, 'customerId', coalesce(c.customer_id::text, ''),
        'unitId', coalesce(c.unit_id::text, ''), 'userIds', array_remove(array[c.technician_user_id::text, c.taken_by::text], null), 'version', c.version)::text,
        gen_random_uuid()::text, '', business_now()
      from repair_call c
      where c.dealer_id is not null and coalesce(c.customer_id, c.unit_id) is not null and coalesce(c.technician_user_id::text, c.taken_by::text) is not null`);
  }

  /** What was told stays told. */
  async down(): Promise<void> {
    await Promise.resolve();
  }
}
