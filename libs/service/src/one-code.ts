import type { QueryRunner } from 'typeorm';

/** A table whose codes become one without case. */
export interface CodedTable {
  /** Holds id, code, version and created_at. */
  table: string;
  /** Characters of a code. */
  length: number;
  /** What tells other services of a row, and the field of it with the row's id. */
  event: { type: string; idField: string };
  /** True where a row is itself a dealer, whose audit entries are its own. */
  isDealer: boolean;
}

/**
 * A step of a migration: of codes that differ in case only the later ones get a number behind their code, are told again, and the
 * audit trail says so; the table then takes each code once, however it is spelled (index `<table>_one_code`).
 */
export async function makeCodesOne(runner: QueryRunner, coded: CodedTable): Promise<void> {
  // The owner is under row-level security as well.
  await runner.query(`select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true)`);
  await runner.query(renaming(coded));
  await runner.query(`create unique index ${coded.table}_one_code on ${coded.table} (lower(code))`);
}

const renaming = ({ table, length, event, isDealer }: CodedTable): string => `
  do $$
  declare
    twin record;
    fresh text;
    n int;
    entry uuid;
  begin
    for twin in
      select id, code, version from (select *, row_number() over (partition by lower(code) order by created_at, id) as place from ${table}) t
      where place > 1 order by created_at, id
    loop
      n := 2;
      loop
        fresh := left(twin.code, ${length} - length('-' || n)) || '-' || n;
        exit when not exists (select 1 from ${table} where lower(code) = lower(fresh));
        n := n + 1;
      end loop;
      update ${table} set code = fresh, version = twin.version + 1 where id = twin.id;
      entry := gen_random_uuid();
      insert into audit_entry (id, user_id, role, action, kind, document_id, dealer_id, changed, request_id)
        values (entry, 'system', 'system', 'rename-code', '${table}', twin.id::text, ${isDealer ? 'twin.id' : 'null'},
          jsonb_build_object('code', jsonb_build_object('before', twin.code, 'after', fresh)), gen_random_uuid()::text);
      insert into audit_pending (entry_id) values (entry);
      insert into outbox (id, event_type, payload, request_id, traceparent, occurred_at)
        select gen_random_uuid(), '${event.type}', (o.payload::jsonb || jsonb_build_object('code', fresh, 'version', twin.version + 1))::text, gen_random_uuid()::text, '', business_now()
        from outbox o where o.event_type = '${event.type}' and o.payload::jsonb ->> '${event.idField}' = twin.id::text
        order by (o.payload::jsonb ->> 'version')::int desc, o.occurred_at desc limit 1;
    end loop;
  end $$`;
