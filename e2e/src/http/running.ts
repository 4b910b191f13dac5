import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { businessDate } from '@aftercare/domain';
import { moveClocks } from '@aftercare/service';
import { Client, type QueryResultRow } from 'pg';
import { databaseName } from '../../../deploy/local/postgres.mjs';
import { readRun } from '../../../deploy/local/run-file.mjs';

/** Where `npm start` keeps its data unless told otherwise. */
export const LOCAL_DIR = process.env.AFTERCARE_DIR ?? join(process.cwd(), '.local');

/** The platform that runs in a folder, as its tools see it. */
export interface Running {
  url: string;
  dir: string;
  /** service → its database, as the superuser. */
  databases: Record<string, string>;
}

/** The databases of these services, as the superuser of their cluster. */
export function databasesOf(superuserUrl: string, services: string[]): Record<string, string> {
  return Object.fromEntries(services.map((service) => {
    const url = new URL(superuserUrl);
    url.pathname = `/${databaseName(service)}`;
    return [service, url.toString()];
  }));
}

/** Finds the running platform; the message says how to start one. */
export function runningPlatform(dir = LOCAL_DIR): Running {
  const state = readRun(dir);
  if (!state?.gatewayUrl || !state.postgres) throw new Error(`Nothing runs in ${dir}: start the platform with npm start, then try again.`);
  return { url: state.gatewayUrl, dir, databases: databasesOf(state.postgres.superuserUrl, Object.keys(state.services)) };
}

/** A sign-in of the running platform, as `npm start` prints it. */
export interface SignIn {
  role: string;
  login: string;
  password: string;
}

/** The sign-ins that the demo data or the first start left. */
export function signInsOf(dir = LOCAL_DIR): SignIn[] {
  return JSON.parse(readFileSync(join(dir, 'sign-ins.json'), 'utf8')) as SignIn[];
}

/** The first sign-in of a role. */
export function signInAs(role: string, dir = LOCAL_DIR): SignIn {
  const found = signInsOf(dir).find((each) => each.role === role);
  if (!found) throw new Error(`${join(dir, 'sign-ins.json')} names nobody with the role ${role}.`);
  return found;
}

/** A superuser's client. A server that goes away is told by the next statement; without a listener it would end the process. */
async function connectedTo(connectionString: string | undefined): Promise<Client> {
  const client = new Client({ connectionString });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** Moves the business clock of all services together (demo and test profiles only). */
export async function moveBusinessClock(databases: Record<string, string>, to: string): Promise<void> {
  const clients = await Promise.all(Object.values(databases).map(connectedTo));
  try {
    await moveClocks(clients.map((client) => ({ query: (text: string, values?: unknown[]) => client.query(text, values) })), to);
  } finally {
    await Promise.all(clients.map((client) => client.end()));
  }
}

/** The business clock of all services of a demo or test platform. */
export interface BusinessClock {
  /** The local date it shows. */
  today(): Promise<string>;
  moveOn(days: number): Promise<void>;
}

export function businessClockOf(databases: Running['databases']): BusinessClock {
  return {
    today: async () => {
      const client = await connectedTo(databases.parts);
      try {
        const { rows } = await client.query<{ now: Date }>('select business_now() as now');
        return businessDate(rows[0]?.now ?? new Date());
      } finally {
        await client.end();
      }
    },
    moveOn: (days) => moveBusinessClock(databases, `${days}d`),
  };
}

/** The day of a visit that parts are asked for, which has come on every business clock: none of them goes back (W-6). */
export const visitedOn = (): string => businessDate(new Date());

/** The rows of a statement in a service's database, as its superuser. */
export async function rowsIn<R extends QueryResultRow>(databases: Running['databases'], service: string, text: string, values: unknown[] = []): Promise<R[]> {
  const client = await connectedTo(databases[service]);
  try {
    return (await client.query<R>(text, values)).rows;
  } finally {
    await client.end();
  }
}
