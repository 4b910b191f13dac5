import type { DataSource } from 'typeorm';

/** What the table's small size in a spec would decide for. */
const SMALL_TABLES_WAYS = ['seqscan', 'bitmapscan'];

/**
 * The plan of a list's statement under the service's own role, whatever its values are; it names the indexes that are read. Sorting
 * is avoided where it can be, unless the list has to.
 */
export async function planOf(dataSource: DataSource, text: string, { sorts = false } = {}): Promise<string> {
  const runner = dataSource.createQueryRunner();
  try {
    await runner.startTransaction();
    for (const way of [...SMALL_TABLES_WAYS, ...(sorts ? [] : ['sort'])]) await runner.query(`set local enable_${way} = off`);
    const rows = (await runner.query(`explain (generic_plan) ${text}`)) as Record<string, string>[];
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  } finally {
    await runner.rollbackTransaction();
    await runner.release();
  }
}
