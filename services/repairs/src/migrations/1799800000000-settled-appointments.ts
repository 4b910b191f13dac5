import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * whose promise a window was, so that it counts for that dealer and technician wherever the call goes. Of windows of before the
 * dealer follows from what was told when the call went on; the technician is who came, or whoever has the call where nobody took it
 * over. Then the settled ones are told for the figures.
 */
export class SettledAppointments1799800000000 implements MigrationInterface {
  name = 'SettledAppointments1799800000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table call_appointment add column promised_dealer_id uuid, add column technician_user_id uuid');
    // The owner is under row-level security as well.
    await runner.query(`select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true)`);
    await runner.query(DEALERS);
    await runner.query(TECHNICIANS);
    await runner.query(TELL);
  }

  /** What was told stays told. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table call_appointment drop column promised_dealer_id, drop column technician_user_id');
  }
}

const DEALERS = `
  with gone_on as materialized (
    select told ->> 'callId' as call_id, (told ->> 'previousDealerId')::uuid as dealer_id, occurred_at
    from (select payload::jsonb as told, occurred_at from outbox where event_type = 'aftercare.repairs.v1.CallRouted') o
    where coalesce(told ->> 'previousDealerId', '') <> '')
  update call_appointment a set promised_dealer_id = coalesce(
    (select g.dealer_id from gone_on g where g.call_id = a.call_id::text and g.occurred_at >= a.promised_at order by g.occurred_at limit 1), c.dealer_id)
  from repair_call c where c.id = a.call_id`;

const TECHNICIANS = `
  update call_appointment a set technician_user_id = coalesce(
    (select e.user_id from call_event e where e.call_id = a.call_id and e.at = a.arrived_at and e.role = 'dealer_technician'
      and e.action in ('arrive', 'record', 'resolve') limit 1),
    case when not exists (select from call_event e where e.call_id = a.call_id and e.at > a.promised_at and e.action in ('assign', 'hand-over', 'hand-back', 're-route'))
      then c.technician_user_id end)
  from repair_call c where c.id = a.call_id`;

const TELL = `
  insert into outbox (id, event_type, payload, request_id, traceparent, occurred_at)
  select gen_random_uuid(), 'aftercare.repairs.v1.AppointmentSettled', json_build_object(
    'appointmentId', a.id, 'callId', c.id, 'callNumber', c.number, 'dealerId', a.promised_dealer_id, 'technicianUserId', coalesce(a.technician_user_id::text, ''),
    'windowFrom', iso(a.window_from), 'windowTo', iso(a.window_to), 'outcome', a.outcome, 'arrivedAt', coalesce(iso(a.arrived_at), ''),
    'settledAt', iso(coalesce(a.arrived_at, a.window_to)))::text, gen_random_uuid()::text, '', coalesce(a.arrived_at, a.window_to)
  from call_appointment a join repair_call c on c.id = a.call_id
  where a.outcome <> '' and a.promised_dealer_id is not null`;
