// Starts the whole platform with one process per service in a private folder: for `npm start`, stories, chaos, bench.
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { writeNatsConfig } from '../nats/permissions.mjs';
import { fingerprintOfContent } from './fingerprint.mjs';
import { makeKeys, secrets } from './keys.mjs';
import { startNats } from './nats.mjs';
import { createServiceDatabases, databaseName, query, serviceDatabaseUrl, startPostgres } from './postgres.mjs';
import { watchBroker, watchLiveness } from './probe.mjs';
import { freePort, portFrom, run, spawnLogged, tailOf } from './processes.mjs';
import { endLeftovers, removeRun, runningPlatform, writeRun } from './run-file.mjs';
import { Supervised } from './supervised.mjs';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
const READY_WITHIN_MS = 120_000;
/** A process that dies this often before it is ready will not become ready by waiting. */
const MANY_RESTARTS = 4;

/** The services of the product in the order of deploy/services.json. */
export function serviceNames() {
  return JSON.parse(readFileSync(join(ROOT, 'deploy', 'services.json'), 'utf8')).map(({ name }) => name);
}

/**
 * Starts PostgreSQL, the broker and one process per service, keeps them alive, and answers when all are ready.
 *
 * @param {{ dir: string, profile?: 'demo' | 'test' | 'development' | 'production', portBase?: number, services?: string[],
 *   quiet?: boolean, keepAlive?: boolean, hungAfterMs?: number, durable?: boolean, databaseUrl?: string, natsUrl?: string,
 *   env?: Record<string, string>, log?: (line: string) => void, programOf?: (service: string) => string, beforeServices?: (platform: object) => Promise<void> }} options
 *   dir holds all data. portBase: first choice of the gateway's port (default: any free one). keepAlive: false leaves a
 *   killed service dead until restart(). hungAfterMs: silence after which a living service is killed (30 s). durable: false is for throw-away data only. databaseUrl, natsUrl: servers that
 *   somebody else runs. env: further variables of every service. programOf: a service's program, for specs.
 */
export async function startPlatform(options) {
  const platform = newPlatform(options);
  await whole(platform, () => platform.start());
  return platform;
}

/**
 * Makes a folder whose databases have the present schema, and starts no service: a platform starts from a copy of it at once.
 * `more` is done while the servers run.
 */
export async function preparePlatform(options, more = async () => undefined) {
  const platform = newPlatform(options);
  await whole(platform, async () => {
    await platform.prepare();
    await more(platform);
  });
  await platform.stop();
}

const platforms = new Set();

/** Stops every platform that this process has started: whoever is interrupted leaves no process behind. */
export async function stopPlatforms() {
  await Promise.all([...platforms].map((platform) => platform.stop()));
}

/** What cannot be done whole leaves no process behind. */
async function whole(platform, work) {
  await endLeftovers(platform.dir);
  try {
    await work();
  } catch (error) {
    await platform.stop();
    throw error;
  }
}

function newPlatform(options) {
  const log = options.log ?? (options.quiet ? () => undefined : (line) => process.stdout.write(`${line}\n`));
  const dir = resolve(options.dir);
  const other = runningPlatform(dir);
  if (other) throw new AlreadyRunning(other);
  mkdirSync(join(dir, 'logs'), { recursive: true });
  // Started by root, PostgreSQL runs as another user and must pass through this folder to its own.
  if (process.getuid?.() === 0) chmodSync(dir, statSync(dir).mode | 0o011);
  mkdirSync(join(dir, 'data'), { recursive: true, mode: 0o700 });
  const platform = new Platform({ profile: 'demo', keepAlive: true, durable: true, services: serviceNames(), programOf: builtProgram, ...options, dir, log });
  platforms.add(platform);
  return platform;
}

/** Another supervisor owns the folder. */
export class AlreadyRunning extends Error {
  constructor(state) {
    super(`Aftercare already runs here (process ${state.supervisor}): ${state.gatewayUrl ?? 'still starting'}`);
    this.state = state;
  }
}

class Platform {
  gatewayUrl = '';
  /** name → { pid, port, healthPort, restart(), kill() } */
  services = {};
  postgres;
  nats;
  #options;
  #secret;
  #keys;
  #processes = new Map();
  #servers = {};
  #watches = [];
  #startedAt = new Date().toISOString();

  constructor(options) {
    this.#options = options;
    this.#secret = secrets(join(options.dir, 'keys'));
    this.#keys = makeKeys(join(options.dir, 'keys'), serviceNames());
  }

  get dir() {
    return this.#options.dir;
  }

  /** The address of a service's database, as 'app' (default) or 'owner'. */
  databaseUrl(service, role = 'app') {
    return serviceDatabaseUrl(this.#servers.postgres.superuserUrl, service, { role, password: this.#secret(`${service}_${role}`) });
  }

  /** Credentials of a broker user: a service's name, or 'supervisor'. */
  natsAccess(user) {
    const { natsUrl } = this.#options;
    if (!natsUrl) return { url: this.#servers.nats.url, user, password: this.#secret(`nats ${user}`) };
    const { username, password } = new URL(natsUrl);
    return { url: natsUrl, user: decodeURIComponent(username) || undefined, password: decodeURIComponent(password) || undefined };
  }

  /** PostgreSQL and the broker run, and every database has the present schema. */
  async prepare() {
    const { services, log } = this.#options;
    this.#save();
    log('PostgreSQL and NATS');
    await Promise.all([this.#startPostgres(), this.#startNats()]);
    await createServiceDatabases(this.postgres.superuserUrl, services, { passwordOf: (role) => this.#secret(role) });
    log('database schema');
    await this.#migrateAll(services);
  }

  async start() {
    const { services, log, beforeServices, portBase } = this.#options;
    await this.prepare();
    await beforeServices?.(this);
    const gatewayPort = portBase === undefined ? await freePort() : await portFrom(portBase);
    log('services');
    await eachOf(services, (service) => this.#startService(service, gatewayPort));
    if (services.includes('gateway')) this.gatewayUrl = `http://127.0.0.1:${gatewayPort}`;
    this.#save();
    this.#watches.push(watchBroker({ broker: () => this.natsAccess('supervisor'), onHung: () => this.#restartHungBroker() }));
  }

  /** Ends everything in order, callers before those they call; the data stays. */
  async stop() {
    for (const end of this.#watches.splice(0)) end();
    const stop = (name) => this.#processes.get(name)?.stop();
    await stop('gateway');
    const others = [...this.#processes.keys()].filter((name) => !['gateway', 'nats', 'postgres'].includes(name));
    await Promise.all(others.map(stop));
    await stop('nats');
    await stop('postgres');
    removeRun(this.dir);
  }

  /** Waits until a service answers that it is ready; throws with the end of its log when it does not in time. */
  async waitReady(service, withinMs = READY_WITHIN_MS) {
    const { healthPort, restarts } = this.services[service];
    for (const until = Date.now() + withinMs; ; ) {
      if (await isReady(healthPort)) return;
      if (Date.now() > until || this.#processes.get(service).hopeless || this.services[service].restarts > restarts + MANY_RESTARTS) {
        const file = this.#logFile(service);
        throw new Error(`${service} did not become ready; its log ${file} ends with:\n${tailOf(file)}`);
      }
      await sleep(50);
    }
  }

  /** Runs a service's program once with further arguments, e.g. '--migrate', and answers { code, output }. */
  runOnce(service, args, env = {}) {
    const standing = { ...this.#environment(service), HEALTH_PORT: '0', HTTP_PORT: '0' };
    return run(process.execPath, [this.#options.programOf(service), ...args], { cwd: ROOT, env: { ...standing, ...env } });
  }

  #logFile(name) {
    return join(this.dir, 'logs', `${name}.log`);
  }

  async #startPostgres() {
    const { dir, durable, databaseUrl = '' } = this.#options;
    const launch = async () => {
      const { port } = this.#servers.postgres ?? {};
      const logFile = this.#logFile('postgres');
      this.#servers.postgres = await startPostgres({ dataDir: join(dir, 'postgres'), port, durable, logFile, databaseUrl });
      return this.#servers.postgres;
    };
    await this.#supervise('postgres', launch, { signal: 'SIGINT' });
    this.postgres = this.#serverHandle('postgres', () => ({ superuserUrl: this.#servers.postgres.superuserUrl, dataDir: this.#servers.postgres.dataDir }));
  }

  async #startNats() {
    const { dir, log, natsUrl = '' } = this.#options;
    const configFile = join(dir, 'nats.conf');
    writeNatsConfig(configFile, { passwordOf: (user) => this.#secret(`nats ${user}`) });
    const launch = async () => {
      const port = this.#servers.nats?.port;
      const logFile = this.#logFile('nats');
      this.#servers.nats = await startNats({ storeDir: join(dir, 'nats'), port, configFile, logFile, natsUrl, log });
      return this.#servers.nats;
    };
    await this.#supervise('nats', launch, { graceMs: 5_000 });
    this.nats = this.#serverHandle('nats', () => this.natsAccess('supervisor'));
  }

  #serverHandle(name, extra) {
    const process = this.#processes.get(name);
    return {
      get pid() { return process.pid; },
      port: this.#servers[name].port,
      kill: (signal) => process.kill(signal),
      restart: () => process.restart(),
      ...extra(),
    };
  }

  async #supervise(name, launch, stopOptions) {
    const { log, keepAlive } = this.#options;
    // A broker or database that somebody else runs answers no process id and is left alone.
    const process = new Supervised({ name, launch, stopOptions, log, keepAlive, onChange: () => this.#save() });
    this.#processes.set(name, process);
    await process.start();
    return process;
  }

  /** Each database says in its comment by which programs it was migrated; only others need it again. */
  async #migrateAll(services) {
    const { superuserUrl } = this.postgres;
    const rows = await query(superuserUrl, `select datname, shobj_description(oid, 'pg_database') as mark from pg_database`);
    const marks = new Map(rows.map(({ datname, mark }) => [datname, mark]));
    await eachOf(services, async (service) => {
      const mark = `schema ${schemaMark(service)} ${this.#options.profile}`;
      if (marks.get(databaseName(service)) === mark) return;
      await this.#migrate(service);
      await query(superuserUrl, `comment on database ${databaseName(service)} is '${mark}'`);
    });
  }

  async #migrate(service) {
    const { code, output } = await this.runOnce(service, ['--migrate'], { MIGRATION_DATABASE_URL: this.databaseUrl(service, 'owner') });
    if (code !== 0) throw new Error(`The ${service} database could not be brought to the present schema:\n${output.trim()}`);
  }

  async #startService(service, gatewayPort) {
    const [healthPort, port] = [await freePort(), service === 'gateway' ? gatewayPort : null];
    const env = { ...this.#environment(service), HEALTH_PORT: String(healthPort), ...(port ? httpEnvironment(port) : {}) };
    const launch = async () => {
      const child = spawnLogged(process.execPath, [this.#options.programOf(service)], { logFile: this.#logFile(service), cwd: ROOT, env });
      child.unref();
      return { pid: child.pid ?? null, child };
    };
    const supervised = await this.#supervise(service, launch, { graceMs: 10_000 });
    this.services[service] = {
      get pid() { return supervised.pid; },
      get restarts() { return supervised.restarts; },
      port: port ?? healthPort,
      healthPort,
      kill: (signal) => supervised.kill(signal),
      restart: () => supervised.restart(),
    };
    this.#save();
    await this.waitReady(service);
    this.#watchService(service, supervised);
  }

  /** What lives and does not answer is killed, and started again by its supervision. */
  #watchService(service, supervised) {
    const { keepAlive, hungAfterMs, log } = this.#options;
    if (!keepAlive) return;
    const onHung = (silentMs) => {
      log(`${service} (process ${supervised.pid}) has not answered for ${Math.round(silentMs / 1_000)} s; killing it and starting it again`);
      supervised.kill('SIGKILL');
    };
    const pauseMs = hungAfterMs && hungAfterMs / 10;
    this.#watches.push(watchLiveness({ port: this.services[service].healthPort, pid: () => supervised.pid, onHung, hungAfterMs, pauseMs }));
  }

  #environment(service) {
    const { profile, env } = this.#options;
    const dataDir = join(this.dir, 'data', service);
    mkdirSync(dataDir, { recursive: true });
    const broker = this.natsAccess(service);
    const { DATABASE_URL, NATS_URL, ...inherited } = process.env;
    return {
      ...inherited,
      NODE_ENV: 'production',
      PROFILE: profile,
      DATABASE_URL: this.databaseUrl(service),
      NATS_URL: broker.url,
      ...(broker.user ? { NATS_USER: broker.user, NATS_PASSWORD: broker.password } : {}),
      SIGNING_KEY_FILE: this.#keys.signingKeyFile(service),
      TRUSTED_KEYS_FILE: this.#keys.trustedKeysFile,
      DATA_DIR: dataDir,
      SESSION_SECRET: this.#secret('session'),
      ...env,
    };
  }

  async #restartHungBroker() {
    const { log } = this.#options;
    if (this.nats.pid === null) return log('the broker does not answer; it is not ours to restart');
    log('the broker hangs; killing and starting it again (is the disk full?)');
    this.nats.kill('SIGKILL');
    return sleep(1_000);
  }

  #save() {
    const pid = (name) => this.#processes.get(name)?.pid ?? null;
    const { postgres, nats } = this.#servers;
    writeRun(this.dir, {
      supervisor: process.pid,
      command: basename(process.argv[1] ?? process.argv[0]),
      startedAt: this.#startedAt,
      profile: this.#options.profile,
      gatewayUrl: this.gatewayUrl || null,
      postgres: postgres ? { pid: pid('postgres'), port: postgres.port, superuserUrl: postgres.superuserUrl, dataDir: postgres.dataDir } : null,
      nats: nats ? { pid: pid('nats'), port: nats.port, ...this.natsAccess('supervisor') } : null,
      services: Object.fromEntries(Object.entries(this.services).map(([name, { port, healthPort }]) => [name, { pid: pid(name), port, healthPort }])),
    });
  }
}

/** What a migration runs: the service's own steps and the libraries that bring the platform's tables and rights. */
function schemaMark(service) {
  const paths = [`services/${service}/dist`, 'libs/service/dist', 'libs/messaging/dist'];
  return fingerprintOfContent(ROOT, paths, (file) => file.endsWith('.js') && (!file.startsWith('services/') || file.includes('migrations/')));
}

function builtProgram(service) {
  const file = join(ROOT, 'services', service, 'dist', 'main.js');
  if (!existsSync(file)) throw new Error(`${file} is missing: run npm run build`);
  return file;
}

/** Only the gateway's own address is made up; the label's address without a variable is the gateway's affair. */
export function httpEnvironment(port, variables = process.env) {
  return { HTTP_PORT: String(port), HTTP_HOST: '127.0.0.1', PUBLIC_URL: variables.PUBLIC_URL || `http://127.0.0.1:${port}` };
}

async function isReady(port) {
  try {
    return (await fetch(`http://127.0.0.1:${port}/health/ready`, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false;
  }
}

/** All at once; every one ends before the first failure is thrown, so that nothing goes on behind a stop. */
async function eachOf(items, work) {
  const results = await Promise.allSettled(items.map(work));
  const failed = results.find(({ status }) => status === 'rejected');
  if (failed) throw failed.reason;
}
