import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * W-9: codes of families are compared without case. Of those that differ in case only the earliest stays in use: the others are
 * retired, since models and other services' documents go on naming them.
 */
export class FamilyCodes1799600200000 implements MigrationInterface {
  name = 'FamilyCodes1799600200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true)`);
    await runner.query(RETIRE);
    await runner.query('create unique index product_family_one_code on product_family (lower(code)) where active');
    // Imports look dealers up without case as well.
    await runner.query('drop index known_dealer_by_code');
    await runner.query('create index known_dealer_by_code on known_dealer (lower(code))');
  }

  /** What was retired stays so. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index known_dealer_by_code');
    await runner.query('create index known_dealer_by_code on known_dealer (code)');
    await runner.query('drop index product_family_one_code');
  }
}

const RETIRE = `
  with twin as (
    select id, gen_random_uuid() as entry from (select id, row_number() over (partition by lower(code) order by created_at, id) as place
      from product_family where active) t where place > 1),
  retired as (update product_family f set active = false, version = version + 1 from twin where f.id = twin.id returning f.id, twin.entry),
  told as (insert into audit_entry (id, user_id, role, action, kind, document_id, dealer_id, changed, request_id)
    select entry, 'system', 'system', 'update', 'product_family', id::text, null, '{"active": {"before": true, "after": false}}'::jsonb, gen_random_uuid()::text
    from retired returning id)
  insert into audit_pending (entry_id) select id from told`;
