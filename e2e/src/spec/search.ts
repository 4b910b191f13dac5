import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import type { Running } from '../http/running.js';

/** Where a text was found: a database's table or a log file. */
export interface Hit {
  place: string;
  count: number;
}

/** Tables that may hold personal values: the business tables of customers and calls, and the erasable audit values. */
const PERSONAL_HOMES = new Set([
  'customers.customer', 'customers.customer_phone', 'customers.customer_name_key', 'repairs.repair_call', 'customers.audit_personal', 'repairs.audit_personal',
]);

/** Looks for any of these texts in every row of every table of every service, and in every log file. */
export async function findEverywhere(running: Running, texts: string[]): Promise<Hit[]> {
  const inTables = await Promise.all(Object.entries(running.databases).map(([service, url]) => findInDatabase(service, url, texts)));
  return [...inTables.flat(), ...findInLogs(join(running.dir, 'logs'), texts)];
}

/** The hits outside of the places where personal values belong. */
export function leaks(hits: Hit[]): Hit[] {
  return hits.filter(({ place }) => !PERSONAL_HOMES.has(place));
}

async function findInDatabase(service: string, connectionString: string, texts: string[]): Promise<Hit[]> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(`select tablename as name from pg_tables where schemaname = 'public'`);
    const hits: Hit[] = [];
    for (const { name } of rows) {
      const found = await client.query<{ count: number }>(
        `select count(*)::int as count from "${name}" t where t::text like any ($1::text[])`, [texts.map((text) => `%${text}%`)],
      );
      const count = found.rows[0]?.count ?? 0;
      if (count > 0) hits.push({ place: `${service}.${name}`, count });
    }
    return hits;
  } finally {
    await client.end();
  }
}

function findInLogs(folder: string, texts: string[]): Hit[] {
  return readdirSync(folder).flatMap((name) => {
    const content = readFileSync(join(folder, name), 'utf8');
    const count = texts.filter((text) => content.includes(text)).length;
    return count > 0 ? [{ place: `log ${name}`, count }] : [];
  });
}
