import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * W-9, R-11: of calls that were reopened or corrected after a confirmation, what the customer confirmed is told once more, each part with its
 * record, the day of its own confirmation and the unit the call has now: parts that were booked twice or on a wrong unit are put right.
 */
export class ConfirmationsToldAgain1800494030000 implements MigrationInterface {
  name = 'ConfirmationsToldAgain1800494030000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`select set_config('app.dealers', '*', true)`);
    await runner.query(TELL);
  }

  /** What was told stays told. */
  async down(): Promise<void> {
    await Promise.resolve();
  }
}

const PARTS = (of: string): string => `(select coalesce(json_agg(json_build_object('partId', p ->> 'partId', 'quantity', (p ->> 'quantity')::int, 'source', p ->> 'source')
  order by at), '[]') from jsonb_array_elements(${of}) with ordinality x (p, at))`;

const TELL = `
  with confirmed as (
    select r.*, e.at as confirmed_at from repair_record r
    cross join lateral (select min(at) as at from call_event where call_id = r.call_id and action = 'confirm' and at >= r.recorded_at) e where e.at is not null),
  again as (
    select c.*, (select max(x.confirmed_at) from confirmed x where x.call_id = c.id) as confirmed_last from repair_call c
    where exists (select from call_event a join call_event b on b.call_id = a.call_id and b.action in ('reopen', 'correct') and b.at >= a.at
      where a.call_id = c.id and a.action = 'confirm'))
  insert into outbox (id, event_type, payload, request_id, traceparent, occurred_at)
  select gen_random_uuid(), 'aftercare.repairs.v1.RecordConfirmed', json_build_object(
      'callId', c.id, 'recordId', (select id from confirmed x where x.call_id = c.id order by recorded_at desc, id desc limit 1), 'dealerId', coalesce(c.dealer_id::text, ''),
      'unitId', coalesce(c.unit_id::text, ''), 'customerId', coalesce(c.customer_id::text, ''),
      'partsUsed', (select coalesce(json_agg(json_build_object('partId', p ->> 'partId', 'quantity', (p ->> 'quantity')::int, 'source', p ->> 'source')
        order by x.recorded_at desc, x.id desc, at), '[]') from confirmed x cross join jsonb_array_elements(x.parts_used) with ordinality y (p, at) where x.call_id = c.id),
      'confirmedAt', iso(c.confirmed_last), 'confirmedOn', (c.confirmed_last at time zone 'Asia/Shanghai')::date, 'callNumber', c.number,
      'unitSerial', case when c.unit_id is null then '' else c.unit_serial end,
      'resolvedAt', coalesce(iso(c.resolved_at), iso((select max(recorded_at) from confirmed x where x.call_id = c.id and x.resolved)), ''),
      'faultCodes', (select coalesce(json_agg(distinct f ->> 'faultCode'), '[]') from confirmed x cross join jsonb_array_elements(x.faults) f
        where x.call_id = c.id and f ->> 'faultCode' <> ''),
      'version', c.version,
      'records', (select json_agg(json_build_object('recordId', x.id, 'confirmedOn', (x.confirmed_at at time zone 'Asia/Shanghai')::date, 'partsUsed', ${PARTS('x.parts_used')})
        order by x.recorded_at, x.id) from confirmed x where x.call_id = c.id))::text,
    gen_random_uuid()::text, '', business_now()
  from again c where c.confirmed_last is not null`;
