import { messagingTables } from '@aftercare/messaging';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { AUDIT_SQL } from './audit-sql.js';
import { CLOCK_SQL, HEALTH_SQL, IDEMPOTENCY_SQL, JOB_SQL, NUMBER_SQL, TENANCY_SQL } from './platform-sql.js';

const PLATFORM_SQL = [CLOCK_SQL, TENANCY_SQL, IDEMPOTENCY_SQL, NUMBER_SQL, HEALTH_SQL, JOB_SQL, AUDIT_SQL, ...messagingTables];

// Names are gathered before the first drop: partitions go with their parent, functions with their row type.
const DROP_ALL = `do $$ declare statement text; begin
  foreach statement in array (
    select array_agg(format('drop table if exists %I cascade', relname)) from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and relname <> 'migrations') loop
    execute statement;
  end loop;
  for statement in select format('drop sequence if exists %I cascade', relname) from pg_class
    where relnamespace = 'public'::regnamespace and relkind = 'S' and relname not like 'migrations%' loop
    execute statement;
  end loop;
  foreach statement in array (
    select array_agg(format('drop function if exists %s cascade', oid::regprocedure)) from pg_proc
    where pronamespace = 'public'::regnamespace) loop
    execute statement;
  end loop;
end $$`;

/** The tables and functions that every service's database has. Runs first, as the owner of the database. */
export class Platform1000000000000 implements MigrationInterface {
  name = 'Platform1000000000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const sql of PLATFORM_SQL) await runner.query(sql);
  }

  async down(runner: QueryRunner): Promise<void> {
    // TypeORM writes its own table after this, so the schema is emptied around it.
    await runner.query(DROP_ALL);
  }
}
