// PostgreSQL for one machine without docker: started from npm's or the system's programs, or taken from DATABASE_URL.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { databaseSql, roleSql } from '../postgres/service-database.mjs';
import { dataFolder, findPostgres, handOver, serverUser } from './postgres-files.mjs';
import { commandOf, freePort, isAlive, run, sendSignal, spawnLogged, stopProcess, tailOf } from './processes.mjs';

const SUPERUSER = 'postgres';

/**
 * Starts PostgreSQL on 127.0.0.1, or takes over the server that already runs on this data folder.
 *
 * @param {{ dataDir: string, port?: number, durable?: boolean, logFile?: string, databaseUrl?: string }} options
 *   durable: false switches fsync off, for throw-away clusters of tests only. databaseUrl (default: DATABASE_URL): a
 *   server that somebody else runs; then nothing is started.
 * @returns {Promise<{ port: number, superuserUrl: string, pid: number | null, dataDir: string | null, reused: boolean,
 *   child: import('node:child_process').ChildProcess | null, stop(): Promise<void>, kill(): void }>}
 */
export async function startPostgres(options) {
  const { databaseUrl = process.env.DATABASE_URL } = options;
  if (databaseUrl) return external(databaseUrl);
  const user = serverUser();
  const bin = findPostgres(user);
  const dataDir = dataFolder(options.dataDir, user);
  const logFile = options.logFile ?? `${options.dataDir}.log`;
  await initialise({ bin, dataDir, user });
  const running = await runningOn(dataDir);
  if (running) return handle({ ...running, dataDir, reused: true, child: null });
  const port = options.port ?? (await freePort());
  const child = await launch({ bin, dataDir, port, user, logFile, durable: options.durable ?? true });
  return handle({ pid: child.pid, port, dataDir, reused: false, child });
}

function external(databaseUrl) {
  const port = Number(new URL(databaseUrl).port || 5432);
  return { port, superuserUrl: databaseUrl, pid: null, dataDir: null, reused: true, child: null, stop: async () => {}, kill: () => {} };
}

function handle({ pid, port, dataDir, reused, child }) {
  return {
    port,
    pid,
    dataDir,
    reused,
    child,
    superuserUrl: `postgres://${SUPERUSER}@127.0.0.1:${port}/postgres`,
    stop: () => stopProcess(pid, { signal: 'SIGINT' }),
    kill: () => sendSignal(pid, 'SIGKILL'),
  };
}

/** Makes the cluster once: UTF-8, C collation (Chinese is sorted by an explicit ICU collation), reachable from here only. */
async function initialise({ bin, dataDir, user }) {
  if (existsSync(join(dataDir, 'PG_VERSION')) && existsSync(join(dataDir, 'global', 'pg_control'))) return handOver(dataDir, user);
  rmSync(dataDir, { recursive: true, force: true });
  mkdirSync(dirname(dataDir), { recursive: true });
  handOver(dataDir, user);
  const args = ['-D', dataDir, '-U', SUPERUSER, '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync', '--no-instructions'];
  const { code, output } = await run(join(bin, 'initdb'), args, { ...user, cwd: '/', env: { ...process.env, LC_ALL: 'C' } });
  if (code !== 0) throw new Error(`PostgreSQL could not make its data folder ${dataDir}:\n${output}`);
}

/**
 * The server that holds the lock of a data folder, once it answers. A lock of a dead server is left to the next one,
 * which checks by it that no old backend still writes; only one whose id now belongs to a stranger is removed.
 */
async function runningOn(dataDir) {
  const lock = join(dataDir, 'postmaster.pid');
  if (!existsSync(lock)) return undefined;
  const lines = readFileSync(lock, 'utf8').split('\n');
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  if (!isAlive(pid)) return undefined;
  if (!commandOf(pid).includes('postgres')) {
    rmSync(lock, { force: true });
    return undefined;
  }
  return (await accepting(port, () => !isAlive(pid))) ? { pid, port } : undefined;
}

/** Right after a kill -9 the old server's children hold its memory for a moment, so a refused start is tried again. */
async function launch({ bin, dataDir, port, user, logFile, durable }) {
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 200,
    timezone: 'UTC',
    log_timezone: 'UTC',
    jit: 'off',
    // After a crash the whole data folder is flushed: at one go, where opening each of its thousands of files takes seconds.
    ...(process.platform === 'linux' ? { recovery_init_sync_method: 'syncfs' } : {}),
    ...(durable ? {} : { fsync: 'off', full_page_writes: 'off' }),
  };
  const args = ['-D', dataDir, '-p', String(port), ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  for (let attempt = 1; ; attempt += 1) {
    const child = spawnLogged(join(bin, 'postgres'), args, { logFile, ...user, cwd: '/' });
    let ended = false;
    child.once('error', () => { ended = true; });
    child.once('exit', () => { ended = true; });
    child.unref();
    if (await accepting(port, () => ended)) return child;
    if (attempt === 25) throw new Error(`PostgreSQL did not start; its log ${logFile} ends with:\n${tailOf(logFile)}`);
    await new Promise((resolve) => { setTimeout(resolve, 200); });
  }
}

async function accepting(port, ended) {
  for (let tries = 0; tries < 1_200 && !ended(); tries += 1) {
    try {
      await ping(port);
      return true;
    } catch {
      await new Promise((resolve) => { setTimeout(resolve, 50); });
    }
  }
  return false;
}

/** Connects and asks once; throws until the server is ready. */
async function ping(port) {
  await query(`postgres://${SUPERUSER}@127.0.0.1:${port}/postgres`, 'select 1');
}

/** Runs statements on one connection of its own and answers the last one's rows. */
export async function query(url, ...statements) {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => client.end().catch(() => undefined));
  await client.connect();
  try {
    let rows = [];
    for (const statement of statements) ({ rows } = await client.query(statement));
    return rows;
  } finally {
    await client.end();
  }
}

/**
 * Makes database `aftercare_<service>`, its owner `<service>_owner` and its unprivileged role `<service>_app` for each
 * service, where missing. May be run any number of times.
 *
 * @param {string} superuserUrl
 * @param {string[]} services
 * @param {{ passwordOf?: (role: string) => string }} [options] passwords of the roles; without them they are random,
 *   which is right where 127.0.0.1 is trusted.
 */
export async function createServiceDatabases(superuserUrl, services, { passwordOf = () => randomBytes(24).toString('hex') } = {}) {
  const rows = await query(superuserUrl, 'select datname from pg_database');
  const present = new Set(rows.map((row) => row.datname));
  await query(superuserUrl, ...services.flatMap((service) => roleSql(service, passwordOf)));
  for (const service of services) {
    if (!present.has(databaseName(service))) {
      await query(superuserUrl, `create database ${databaseName(service)} owner ${service}_owner template template0 encoding 'UTF8'`);
    }
  }
  await Promise.all(services.map((service) => query(inDatabase(superuserUrl, databaseName(service)), ...databaseSql(service))));
}

/** The name of a service's database. */
export function databaseName(service) {
  return `aftercare_${service}`;
}

/** The address of a service's database for one of its roles, 'app' (no ownership, row-level security) or 'owner'. */
export function serviceDatabaseUrl(superuserUrl, service, { role = 'app', password } = {}) {
  const url = new URL(inDatabase(superuserUrl, databaseName(service)));
  url.username = `${service}_${role}`;
  url.password = password ?? '';
  return url.toString();
}

/** The address of another database of the same server. */
export function inDatabase(superuserUrl, database) {
  const url = new URL(superuserUrl);
  url.pathname = `/${database}`;
  return url.toString();
}
