import type { DataSource, QueryRunner } from 'typeorm';
import { AUDIT_TABLES } from './audit-sql.js';
import type { Profile } from './config.js';
import { createDataSource } from './data-source.js';
import { Platform1000000000000 } from './platform-migration.js';
import { JobReading1799600100000 } from './jobs/job-reading-migration.js';
import { SettingTable1000000000001 } from './settings/setting-table.js';

/** Migrations of one service wait for each other when two are started at once. */
const MIGRATION_LOCK = 4_728_113;

/** What every database has before its service's own tables. */
export const PLATFORM_MIGRATIONS: readonly unknown[] = [Platform1000000000000, SettingTable1000000000001, JobReading1799600100000];

export interface MigrationRun {
  service: string;
  /** The owner's connection. */
  url: string;
  profile: Profile;
  /** The service's own migrations; the platform's come first by their timestamp. */
  migrations: readonly unknown[];
}

/** Brings a database to the present schema and grants the application role what it needs. May be run again at any time. */
export async function migrate(run: MigrationRun): Promise<string[]> {
  const dataSource = createDataSource({
    name: `${run.service}-migrate`,
    url: run.url,
    entities: [],
    migrations: [...PLATFORM_MIGRATIONS, ...run.migrations],
    poolSize: 2,
    unlimited: true,
  });
  await dataSource.initialize();
  const guard = dataSource.createQueryRunner();
  try {
    await guard.query(`select pg_advisory_lock(${MIGRATION_LOCK})`);
    const done = await dataSource.runMigrations();
    await grant(dataSource, run.profile);
    return done.map((migration) => migration.name);
  } finally {
    await guard.query(`select pg_advisory_unlock(${MIGRATION_LOCK})`).catch(() => undefined);
    await guard.release();
    await dataSource.destroy();
  }
}

/** The application role beside an owner role: parts_owner → parts_app. */
export function appRoleOf(ownerRole: string): string {
  if (!ownerRole.endsWith('_owner')) throw new Error(`Migrations run as <service>_owner, not as ${ownerRole}: check MIGRATION_DATABASE_URL`);
  return ownerRole.replace(/_owner$/, '_app');
}

/** App roles are not owners: rows yes, schema no; audit tables append only; the business clock only where it may move. */
async function grant(dataSource: DataSource, profile: Profile): Promise<void> {
  const runner = dataSource.createQueryRunner();
  await runner.startTransaction();
  try {
    await grantAll(runner, profile);
    await runner.commitTransaction();
  } catch (error) {
    await runner.rollbackTransaction();
    throw error;
  } finally {
    await runner.release();
  }
}

async function grantAll(runner: QueryRunner, profile: Profile): Promise<void> {
  const [{ owner }] = (await runner.query('select current_user as owner')) as { owner: string }[];
  const app = `"${appRoleOf(owner)}"`;
  const clockMoves = profile === 'demo' || profile === 'test';
  const statements = [
    `grant usage on schema public to ${app}`,
    `grant select, insert, update, delete on all tables in schema public to ${app}`,
    `grant usage, select on all sequences in schema public to ${app}`,
    `grant execute on all functions in schema public to ${app}`,
    ...AUDIT_TABLES.flatMap((table) => [`revoke all on ${table} from ${app}`, `grant select, insert on ${table} to ${app}`]),
    `revoke insert on audit_seal from ${app}`,
    `revoke all on business_clock from ${app}`,
    `grant select${clockMoves ? ', update' : ''} on business_clock to ${app}`,
    `revoke insert, update, delete on migrations from ${app}`,
  ];
  for (const statement of statements) await runner.query(statement);
}
