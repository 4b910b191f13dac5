import type { QueryRunner } from 'typeorm';

const NAME = /^[a-z][a-z0-9_]{0,50}$/;

/** How a tenant table is fenced. */
export interface TenantTableOptions {
  /** Prices, slips, payments: hidden from the parent of a sub-dealer. */
  money?: boolean;
  /** The column with the owning dealer, `dealer_id` unless told. */
  column?: string;
}

/**
 * Puts a table under row-level security, for a service's migration: `await tenantTable(runner, 'parts_request')`.
 * FORCE keeps the owner inside the fence as well; the settings are read once per statement, not once per row.
 */
export async function tenantTable(runner: QueryRunner, table: string, options: TenantTableOptions = {}): Promise<void> {
  const column = options.column ?? 'dealer_id';
  if (!NAME.test(table) || !NAME.test(column)) throw new RangeError(`not a table or column name: ${table}.${column}`);
  const dealers = options.money ? 'app_own_dealers()' : 'app_dealers()';
  const condition = `(select app_sees_all()) or ${column} = any((select ${dealers})::uuid[])`;
  await runner.query(`alter table ${table} enable row level security`);
  await runner.query(`alter table ${table} force row level security`);
  await runner.query(`create policy ${table}_tenant on ${table} using (${condition}) with check (${condition})`);
}
