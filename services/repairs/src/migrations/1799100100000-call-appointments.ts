import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * the windows that were promised to a call's customer. A call's present appointment becomes its first window; whoever
 * came, came at the first arrival or record after the appointment was made.
 */
export class CallAppointments1799100100000 implements MigrationInterface {
  name = 'CallAppointments1799100100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table call_appointment (
      id uuid primary key,
      call_id uuid not null references repair_call (id),
      window_from timestamptz not null,
      window_to timestamptz not null check (window_to >= window_from),
      promised_at timestamptz not null,
      promised_by uuid,
      reason text not null,
      arrived_at timestamptz,
      outcome text not null check (outcome in ('', 'kept', 'missed', 'moved')))`);
    await runner.query('create index call_appointment_call on call_appointment (call_id, promised_at, id)');
    await runner.query(`create unique index call_appointment_waited_for on call_appointment (call_id) where outcome = ''`);
    await runner.query('alter table call_appointment enable row level security');
    await runner.query('alter table call_appointment force row level security');
    const condition = 'exists (select 1 from repair_call c where c.id = call_appointment.call_id)';
    await runner.query(`create policy call_appointment_tenant on call_appointment using (${condition}) with check (${condition})`);
    // The owner is under row-level security as well.
    await runner.query(`select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true)`);
    await runner.query(PRESENT);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table call_appointment');
  }
}

const PRESENT = `
  insert into call_appointment (id, call_id, window_from, window_to, promised_at, promised_by, reason, arrived_at, outcome)
  select gen_random_uuid(), c.id, c.appointment_from, c.appointment_to, coalesce(made.at, c.opened_at), made.user_id, '', came.at,
    case when came.at between c.appointment_from and c.appointment_to then 'kept' when came.at is not null then 'missed'
      when c.state not in ('cancelled') then '' when gone.at <= c.appointment_to then 'moved' else 'missed' end
  from repair_call c
  left join lateral (select at, user_id from call_event where call_id = c.id and action = 'assign' order by at desc, id desc limit 1) made on true
  left join lateral (
    select at from call_event where call_id = c.id and action in ('arrive', 'record', 'resolve') and at >= coalesce(made.at, c.opened_at)
    order by at, id limit 1) came on true
  left join lateral (select at from call_event where call_id = c.id and action = 'cancel' order by at desc limit 1) gone on true
  where c.appointment_from is not null and c.appointment_to is not null and c.appointment_to >= c.appointment_from`;
