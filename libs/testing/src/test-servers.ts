import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { migrate, readSettings } from '@aftercare/service';
import { Client, type QueryResultRow } from 'pg';

/** Where the servers of this jest run are; set by jest-global-setup.cjs. */
export function testServers(): { postgresUrl: string; natsUrl: string; databaseSql: string; folder: string } {
  const help = 'jest starts the servers itself: run specs with "npx jest", not with node';
  return readSettings((environment) => ({
    postgresUrl: environment.text('TEST_POSTGRES_URL', { help }),
    natsUrl: environment.text('TEST_NATS_URL', { help }),
    databaseSql: environment.text('TEST_DATABASE_SQL', { help }),
    folder: environment.text('TEST_FOLDER', { help }),
  }));
}

/** Put before all subjects of this spec file, so that files running side by side do not hear each other. */
export const specNamespace = `t${randomBytes(6).toString('hex')}`;

const keys = generateKeyPairSync('ed25519');
const ISSUERS = ['gateway', 'dealers', 'customers', 'repairs', 'parts', 'invoicing', 'care', 'insights'];

/** One key pair stands for all issuers of a spec. */
export const testSigningKey: string = keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

/** The public keys that the services of a spec trust. */
export function testTrustedKeys(service: string): Record<string, string> {
  const publicKey = keys.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  return Object.fromEntries([...ISSUERS, service].map((issuer) => [issuer, publicKey]));
}

/** A fresh database with its owner and application role. */
export interface TestDatabase {
  name: string;
  ownerUrl: string;
  appUrl: string;
  /** As superuser: past row-level security, to look at what is really there. */
  adminUrl: string;
  drop(): Promise<void>;
}

/**
 * Makes a database of its own for one service of one spec, by the statements of the local platform. With `migrations` it has their
 * schema already: the first spec that asks for it leaves a template, the others copy it, which takes a tenth of the time.
 */
export async function createTestDatabase(service: string, migrations?: readonly unknown[]): Promise<TestDatabase> {
  const { postgresUrl } = testServers();
  const name = `aftercare_${service}_${randomBytes(5).toString('hex')}`;
  const template = migrations ? await migratedTemplate(service, migrations) : await withRoles(service, () => 'template0');
  await withClient(postgresUrl, (client) => createDatabase(client, { name, service, template }));
  return {
    ...urlsOf(name, service),
    name,
    drop: () => withClient(postgresUrl, async (client) => void (await client.query(`drop database if exists ${name} with (force)`))),
  };
}

/** Databases of a service share its two roles: what a role may do is granted in each database. */
function urlsOf(database: string, service: string): Pick<TestDatabase, 'ownerUrl' | 'appUrl' | 'adminUrl'> {
  const urlFor = (user?: string): string => {
    const url = new URL(testServers().postgresUrl);
    url.pathname = `/${database}`;
    if (user) url.username = user;
    return url.toString();
  };
  return { ownerUrl: urlFor(`${service}_owner`), appUrl: urlFor(`${service}_app`), adminUrl: urlFor() };
}

/** An empty database, or a copy of a template, that only the service's roles may connect to. */
async function createDatabase(client: Client, { name, service, template }: { name: string; service: string; template: string }): Promise<void> {
  await client.query(`create database ${name} owner ${service}_owner template ${template} ${template === 'template0' ? "encoding 'UTF8'" : ''}`);
  await withClient(urlsOf(name, service).adminUrl, async (inside) => {
    for (const statement of statementsFor(service, name).database) await inside.query(statement);
  });
}

function statementsFor(service: string, database: string): { roles: string[]; database: string[] } {
  const { databaseSql } = testServers();
  return JSON.parse(databaseSql.replaceAll('aftercare_specservice', database).replaceAll('specservice', service)) as { roles: string[]; database: string[] };
}

/** Does `work` while no other spec file does what has the same name. */
export function oneAtATime<T>(name: string, work: (client: Client) => Promise<T>): Promise<T> {
  return withClient(testServers().postgresUrl, async (client) => {
    await client.query('select pg_advisory_lock(hashtext($1))', [name]);
    return work(client);
  });
}

/** Makes the roles of a service, then does `work`. */
function withRoles<T>(service: string, work: (client: Client) => T | Promise<T>): Promise<T> {
  return oneAtATime(service, async (client) => {
    const { rowCount } = await client.query('select 1 from pg_roles where rolname = $1', [`${service}_app`]);
    if (!rowCount) for (const statement of statementsFor(service, 'none').roles) await client.query(statement);
    return work(client);
  });
}

/** The template with the schema of these migrations, made by the first who asks for it. */
function migratedTemplate(service: string, migrations: readonly unknown[]): Promise<string> {
  const template = `template_${service}_${createHash('sha256').update(migrations.map(String).join()).digest('hex').slice(0, 16)}`;
  return withRoles(service, async (client) => {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [template]);
    if (rowCount) return template;
    const making = `${template}_making`;
    await client.query(`drop database if exists ${making} with (force)`);
    await createDatabase(client, { name: making, service, template: 'template0' });
    await migrate({ service, url: urlsOf(making, service).ownerUrl, profile: 'test', migrations });
    await client.query(`alter database ${making} rename to ${template}`);
    return template;
  });
}

/** Runs work on one connection of its own. */
export async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** One statement on a connection of its own. */
export function queryOnce<R extends QueryResultRow>(url: string, text: string, values: unknown[] = []): Promise<R[]> {
  return withClient(url, async (client) => (await client.query<R>(text, values)).rows);
}
