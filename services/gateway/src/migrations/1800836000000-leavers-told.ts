import type { MigrationInterface, QueryRunner } from 'typeorm';

/** accounts of dealers that were disabled before anybody was told of it are told now, so that nobody gives them work. */
export class LeaversTold1800836000000 implements MigrationInterface {
  name = 'LeaversTold1800836000000';

  async up(runner: QueryRunner): Promise<void> {
    // The owner role is under row-level security as well.
    await runner.query(`select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true)`);
    await runner.query(TELL_LEAVERS);
  }

  /** What was told stays told. */
  async down(): Promise<void> {
    await Promise.resolve();
  }
}

const TELL_LEAVERS = `
  insert into outbox (id, event_type, payload, request_id, traceparent, occurred_at)
  select gen_random_uuid(), 'aftercare.gateway.v1.AccountStandingChanged',
    json_build_object('userId', id, 'dealerId', dealer_id, 'disabled', true, 'version', version)::text, gen_random_uuid()::text, '', business_now()
  from app_user where disabled and dealer_id is not null`;
