import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readSettings } from '@aftercare/service';
import { Client, type QueryResultRow } from 'pg';

/** Where the servers of this jest run are; set by jest-global-setup.cjs. */
export function testServers(): { postgresUrl: string; natsUrl: string; databaseSql: string } {
  const help = 'jest starts the servers itself: run specs with "npx jest", not with node';
  return readSettings((environment) => ({
    postgresUrl: environment.text('TEST_POSTGRES_URL', { help }),
    natsUrl: environment.text('TEST_NATS_URL', { help }),
    databaseSql: environment.text('TEST_DATABASE_SQL', { help }),
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

/** Makes a database of its own for one service of one spec, by the statements of the local platform. */
export async function createTestDatabase(service: string): Promise<TestDatabase> {
  const { postgresUrl, databaseSql } = testServers();
  const name = `${service}_${randomBytes(5).toString('hex')}`;
  const database = `aftercare_${name}`;
  const statements = JSON.parse(databaseSql.replaceAll('specservice', name)) as { roles: string[]; database: string[] };
  const urlFor = (user?: string): string => {
    const url = new URL(postgresUrl);
    url.pathname = `/${database}`;
    if (user) url.username = user;
    return url.toString();
  };
  await withClient(postgresUrl, async (client) => {
    for (const statement of statements.roles) await client.query(statement);
    await client.query(`create database ${database} owner ${name}_owner template template0 encoding 'UTF8'`);
  });
  await withClient(urlFor(), async (client) => {
    for (const statement of statements.database) await client.query(statement);
  });
  return {
    name: database,
    ownerUrl: urlFor(`${name}_owner`),
    appUrl: urlFor(`${name}_app`),
    adminUrl: urlFor(),
    drop: () =>
      withClient(postgresUrl, async (client) => {
        await client.query(`drop database if exists ${database} with (force)`);
        await client.query(`drop role if exists ${name}_owner, ${name}_app`);
      }),
  };
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
