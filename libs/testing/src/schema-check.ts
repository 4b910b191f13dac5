import type { DataSource } from 'typeorm';

/** Proves that the entities describe the migrated schema: throws with the statements that would still be needed. */
export async function expectSchemaMatchesEntities(dataSource: DataSource): Promise<void> {
  const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
  const tables = new Set(dataSource.entityMetadatas.map((metadata) => metadata.tableName));
  const drift = upQueries.map((query) => query.query).filter((text) => concerns(text, tables));
  if (drift.length > 0) throw new Error(`Entities and migrations disagree:\n${drift.join('\n')}`);
}

/** Indexes, keys, checks and defaults are the migrations' business; columns and their types are compared. */
function concerns(text: string, tables: Set<string>): boolean {
  const table = /^(?:ALTER|CREATE) TABLE "([^"]+)"/.exec(text)?.[1];
  if (table === undefined || !tables.has(table)) return false;
  if (/ALTER COLUMN "[^"]+" (?:SET|DROP) DEFAULT/.test(text)) return false;
  return !/CONSTRAINT/.test(text) || text.startsWith('CREATE TABLE');
}
