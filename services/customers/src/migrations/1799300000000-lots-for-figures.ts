import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Units of before are told once more with the day they were made, of which their lot follows. */
export class LotsForFigures1799300000000 implements MigrationInterface {
  name = 'LotsForFigures1799300000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`select set_config('app.dealers', '*', true)`);
    await runner.query(`
      insert into outbox (id, event_type, payload, request_id, traceparent, occurred_at)
      select gen_random_uuid(), 'aftercare.customers.v1.UnitDispatched', json_build_object(
        'unitId', u.id, 'serial', u.serial, 'modelId', u.model_id, 'dealerId', d.dealer_id, 'dispatchedOn', u.dispatched_on::text,
        'manufacturedOn', u.manufactured_on::text)::text, gen_random_uuid()::text, '', business_now()
      from product_unit u join unit_dispatch d on d.unit_id = u.id`);
  }

  /** What was told stays told. */
  async down(): Promise<void> {
    await Promise.resolve();
  }
}
