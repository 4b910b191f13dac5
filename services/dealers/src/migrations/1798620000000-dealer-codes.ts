import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * D-1: codes of dealers are compared without case, since nobody tells T1 from t1 on the phone. Of
 * those that differ in case only the later ones get a number behind their code, are told again, and the audit trail says so.
 */
export class DealerCodes1798620000000 implements MigrationInterface {
  name = 'DealerCodes1798620000000';

  async up(runner: QueryRunner): Promise<void> {
    // The owner is under row-level security as well.
    await runner.query(`select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true)`);
    await runner.query(RENAME);
    await runner.query('create unique index dealer_one_code on dealer (lower(code))');
  }

  /** A code that was changed stays: it was told. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index dealer_one_code');
  }
}

const RENAME = `
  do $$
  declare
    twin record;
    fresh text;
    n int;
    entry uuid;
  begin
    for twin in
      select id, code, version from (select *, row_number() over (partition by lower(code) order by created_at, id) as place from dealer) t
      where place > 1 order by created_at, id
    loop
      n := 2;
      loop
        fresh := left(twin.code, 20 - length('-' || n)) || '-' || n;
        exit when not exists (select 1 from dealer where lower(code) = lower(fresh));
        n := n + 1;
      end loop;
      update dealer set code = fresh, version = twin.version + 1 where id = twin.id;
      entry := gen_random_uuid();
      insert into audit_entry (id, user_id, role, action, kind, document_id, dealer_id, changed, request_id)
        values (entry, 'system', 'system', 'rename-code', 'dealer', twin.id::text, twin.id,
          jsonb_build_object('code', jsonb_build_object('before', twin.code, 'after', fresh)), gen_random_uuid()::text);
      insert into audit_pending (entry_id) values (entry);
      insert into outbox (id, event_type, payload, request_id, traceparent, occurred_at)
        select gen_random_uuid(), 'aftercare.dealers.v1.DealerChanged', (o.payload::jsonb || jsonb_build_object('code', fresh, 'version', twin.version + 1))::text, gen_random_uuid()::text, '', business_now()
        from outbox o where o.event_type = 'aftercare.dealers.v1.DealerChanged' and o.payload::jsonb ->> 'dealerId' = twin.id::text
        order by (o.payload::jsonb ->> 'version')::int desc, o.occurred_at desc limit 1;
    end loop;
  end $$`;
