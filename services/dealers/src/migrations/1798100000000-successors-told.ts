import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * D-1: who was terminated before the successor took anything over is told once more as he was told last, so that customers and
 * open calls go over now. Sub-dealers of such a dealer go on without a parent, and are told as they then stand.
 */
export class SuccessorsTold1798100000000 implements MigrationInterface {
  name = 'SuccessorsTold1798100000000';

  async up(runner: QueryRunner): Promise<void> {
    // The owner role is under row-level security as well.
    await runner.query(`select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true)`);
    await runner.query(FREE_CHILDREN);
    await runner.query(TELL_LEAVERS);
  }

  /** What was told stays told. */
  async down(): Promise<void> {
    await Promise.resolve();
  }
}

const TELL = 'insert into outbox (id, event_type, payload, request_id, traceparent, occurred_at)';

/** What was told last of a dealer `d`. */
const LAST = `
  cross join lateral (
    select payload from outbox where event_type = 'aftercare.dealers.v1.DealerChanged' and payload::jsonb ->> 'dealerId' = d.id::text
    order by (payload::jsonb ->> 'version')::int desc, occurred_at desc limit 1) o`;

const FREE_CHILDREN = `
  with freed as (
    update dealer c set parent_id = null, version = c.version + 1 from dealer p
    where p.id = c.parent_id and p.status = 'terminated' returning c.id, c.version)
  ${TELL}
  select gen_random_uuid(), 'aftercare.dealers.v1.DealerChanged',
    (o.payload::jsonb || jsonb_build_object('parentId', '', 'version', d.version))::text, gen_random_uuid()::text, '', business_now()
  from freed d ${LAST}`;

const TELL_LEAVERS = `
  ${TELL}
  select gen_random_uuid(), 'aftercare.dealers.v1.DealerChanged', o.payload, gen_random_uuid()::text, '', business_now()
  from dealer d ${LAST}
  where d.status = 'terminated' and d.successor_dealer_id is not null`;
