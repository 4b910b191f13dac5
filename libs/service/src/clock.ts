import type { DataSource } from 'typeorm';
import type { Profile } from './config.js';

/** Anything that runs SQL: a data source, an entity manager, a pool. */
export interface RunsSql {
  query(text: string, values?: unknown[]): Promise<unknown>;
}

const DURATION = /^([+-]?\d+)\s*(ms|s|m|h|d)$/;
const UNIT: Record<string, string> = { ms: 'milliseconds', s: 'seconds', m: 'minutes', h: 'hours', d: 'days' };

/**
 * Moves the business clock of one database: by a duration ('24h', '30m', '-2d') or to an instant (ISO 8601).
 * Only the demo and test profiles grant the right to do so.
 */
export async function moveClock(database: RunsSql, to: string): Promise<void> {
  const duration = DURATION.exec(to);
  if (duration) {
    await database.query('update business_clock set shift = shift + $1::interval', [`${duration[1]} ${UNIT[duration[2]]}`]);
    return;
  }
  if (Number.isNaN(Date.parse(to))) throw new RangeError(`neither a duration like '24h' nor an instant: ${to}`);
  await database.query('update business_clock set shift = $1::timestamptz - now()', [to]);
}

/** Moves several databases by the same amount, so that services keep agreeing on the time. */
export async function moveClocks(databases: readonly RunsSql[], to: string): Promise<void> {
  const duration = DURATION.test(to) ? to : await durationTo(databases[0], to);
  for (const database of databases) await moveClock(database, duration);
}

/** Only demo and test may run on a moved clock: throws when any other profile finds an offset. */
export async function assertClockAllowed(dataSource: DataSource, profile: Profile): Promise<void> {
  if (profile === 'demo' || profile === 'test') return;
  const [{ moved }] = await dataSource.query<{ moved: boolean }[]>(`select shift <> '0' as moved from business_clock`);
  if (moved) {
    throw new Error(`The business clock of this database is moved, and PROFILE=${profile} refuses that: use a database of its own, or PROFILE=demo`);
  }
}

async function durationTo(database: RunsSql | undefined, instant: string): Promise<string> {
  if (!database || Number.isNaN(Date.parse(instant))) throw new RangeError(`not an instant: ${instant}`);
  const rows = (await database.query(`select ceil(extract(epoch from ($1::timestamptz - business_now())) * 1000)::text as ms`, [instant])) as
    | { ms: string }[]
    | { rows: { ms: string }[] };
  const [{ ms }] = Array.isArray(rows) ? rows : rows.rows;
  return `${ms}ms`;
}
