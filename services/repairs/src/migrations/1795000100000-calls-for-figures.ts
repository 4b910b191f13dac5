import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Calls of before are told once more as they stand now, with what the figures need besides. An empty database has none, and
 * its registry of models comes with a later migration, hence the look before.
 */
export class CallsForFigures1795000100000 implements MigrationInterface {
  name = 'CallsForFigures1795000100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`select set_config('app.dealers', '*', true)`);
    const [{ ready }] = (await runner.query(`
      select to_regclass('known_model') is not null and exists (select from repair_call) as ready`)) as { ready: boolean }[];
    if (!ready) return;
    await runner.query(ROUTED);
    await runner.query(RESOLVED);
    await runner.query(REVIVED);
    await runner.query(CANCELLED);
  }

  /** What was told stays told. */
  async down(): Promise<void> {
    await Promise.resolve();
  }
}

const TELL = 'insert into outbox (id, event_type, payload, request_id, traceparent, occurred_at)';

const ROUTED = `
  ${TELL}
  select gen_random_uuid(), 'aftercare.repairs.v1.CallRouted', json_build_object(
    'callId', c.id, 'number', c.number, 'dealerId', c.dealer_id, 'unitId', coalesce(c.unit_id::text, ''),
    'customerId', coalesce(c.customer_id::text, ''), 'receivedAt', iso(c.received_at), 'dueAt', coalesce(iso(c.due_at), ''),
    'regionCode', c.region_code, 'version', c.version,
    'family', coalesce((select m.family from known_unit u join known_model m on m.id = u.model_id
      where u.id = c.unit_id or (c.unit_id is null and c.unit_serial <> '' and u.serial = c.unit_serial) limit 1), '')
  )::text, gen_random_uuid()::text, '', c.received_at
  from repair_call c where c.dealer_id is not null and c.received_at is not null`;

const RESOLVED = `
  ${TELL}
  select gen_random_uuid(), 'aftercare.repairs.v1.CallResolved', json_build_object(
    'callId', c.id, 'dealerId', c.dealer_id, 'resolvedAt', iso(c.resolved_at), 'version', c.version, 'reopened', c.reopen_count > 0,
    'technicianUserId', coalesce(c.technician_user_id::text, ''), 'onTime', c.breached_at is null,
    'firstVisit', coalesce((select r.first_visit from repair_record r where r.call_id = c.id and r.resolved order by r.recorded_at desc limit 1), false),
    'clockSeconds', coalesce((select max(floor(extract(epoch from coalesce(k.stopped_at, c.resolved_at) - k.started_at)))::int from call_clock k where k.call_id = c.id), 0),
    'special', exists (select from call_clock k where k.call_id = c.id and k.special_reason is not null)
  )::text, gen_random_uuid()::text, '', c.resolved_at
  from repair_call c where c.dealer_id is not null and c.resolved_at is not null`;

const REVIVED = `
  ${TELL}
  select gen_random_uuid(), 'aftercare.repairs.v1.CallRevived', json_build_object(
    'callId', c.id, 'dealerId', c.dealer_id, 'reason', case when c.reopen_count > 0 then 'reopened' else 'refused' end,
    'reopened', c.reopen_count > 0, 'version', c.version,
    'clockStartedAt', coalesce((select iso(k.started_at) from call_clock k where k.call_id = c.id order by k.position desc limit 1), '')
  )::text, gen_random_uuid()::text, '', business_now()
  from repair_call c
  where c.dealer_id is not null and c.resolved_at is null and c.state <> 'cancelled'
    and exists (select from call_event e where e.call_id = c.id and e.action in ('refuse', 'reopen'))`;

const CANCELLED = `
  ${TELL}
  select gen_random_uuid(), 'aftercare.repairs.v1.CallCancelled', json_build_object(
    'callId', c.id, 'dealerId', c.dealer_id, 'version', c.version, 'cancelledAt', iso(coalesce(e.at, c.opened_at))
  )::text, gen_random_uuid()::text, '', coalesce(e.at, c.opened_at)
  from repair_call c
  left join lateral (select at from call_event where call_id = c.id and action = 'cancel' order by at desc limit 1) e on true
  where c.dealer_id is not null and c.state = 'cancelled'`;
