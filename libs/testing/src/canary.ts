import type { TestService } from './test-service.js';

/** The tables of a service in which a text still stands, in whatever column: none after a person was erased. */
export async function tablesHolding(service: TestService, text: string): Promise<string[]> {
  const tables = await service.sql<{ name: string }>(
    `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition order by 1`,
  );
  const holding: string[] = [];
  for (const { name } of tables) {
    const found = await service.sql(`select from "${name}" t where position($1 in t::text) > 0 limit 1`, [text]);
    if (found.length > 0) holding.push(name);
  }
  return holding;
}
