import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * D-5, X-9: whether a technician is given work is told, counted for each. Who gets none already is told now: whom the dealer took out
 * from the day on which it did so, whose account is disabled from today on, since nobody kept since when.
 */
export class TechniciansTold1800920000000 implements MigrationInterface {
  name = 'TechniciansTold1800920000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table technician add column told_active boolean not null default true, add column told_version int not null default 0');
    // The owner role is under row-level security as well.
    await runner.query(`select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true)`);
    await runner.query(TELL_LEAVERS);
  }

  /** What was told stays told. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table technician drop column told_active, drop column told_version');
  }
}

const TELL_LEAVERS = `
  with gone as (
    update technician t set told_active = false, told_version = 1
    where not active or exists (select from known_account k where k.id = t.user_id and k.disabled) returning id, dealer_id, user_id)
  insert into outbox (id, event_type, payload, request_id, traceparent, occurred_at)
  select gen_random_uuid(), 'aftercare.dealers.v1.TechnicianStandingChanged', json_build_object(
    'technicianId', t.id, 'dealerId', t.dealer_id, 'userId', t.user_id, 'active', false,
    'changedOn', (coalesce(taken.at, business_now()) at time zone 'Asia/Shanghai')::date, 'version', 1)::text, gen_random_uuid()::text, '', business_now()
  from gone t
  left join lateral (
    select min(e.at) as at from audit_entry e where e.document_id = t.id::text and e.kind = 'technician' and e.action = 'deactivate') taken on true`;
