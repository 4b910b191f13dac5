import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inDatabase, query, startPostgres } from './postgres.mjs';
import { readRun } from './run-file.mjs';

const PG = require.resolve('pg');

/** Stands for every service; as the gateway it has users, and its first administrator can be made once. */
const PROGRAM = `
  const { Client } = require(${JSON.stringify(PG)});
  const inDatabase = async (url, sql) => {
    const client = new Client({ connectionString: url });
    await client.connect();
    try { return (await client.query(sql)).rows; } finally { await client.end(); }
  };
  const { DATABASE_URL, MIGRATION_DATABASE_URL, HEALTH_PORT, KILL } = process.env;
  async function main([mode]) {
    if (mode === '--migrate') {
      await inDatabase(MIGRATION_DATABASE_URL, 'create table if not exists audit_entry (user_id text); grant select, insert on audit_entry to public');
      await inDatabase(MIGRATION_DATABASE_URL, 'create table if not exists app_user (login text, role text); grant select, insert on app_user to public');
    } else if (mode === '--create-admin') {
      if ((await inDatabase(DATABASE_URL, 'select from app_user')).length > 0) throw new Error('There is an administrator already');
      await inDatabase(DATABASE_URL, "insert into app_user values ('admin', 'admin')");
      if (KILL) process.kill(process.ppid, 'SIGKILL');
      process.stdout.write(JSON.stringify({ login: 'admin', password: 'once' }) + '\\n');
    } else {
      require('node:http').createServer((request, response) => response.end('ok')).listen(Number(HEALTH_PORT), '127.0.0.1');
      process.on('SIGTERM', () => process.exit(0));
    }
  }
  main(process.argv.slice(2)).catch((error) => { console.error(error.message); process.exit(1); });
`;

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('npm start and the data that are there', () => {
  let dir: string;
  const services = ['gateway', 'parts'];

  beforeEach(async () => {
    dir = await mkdtemp('/var/tmp/aftercare-spec-');
    await chmod(dir, 0o755);
    for (const service of services) {
      await mkdir(join(dir, 'services', service, 'dist'), { recursive: true });
      await writeFile(join(dir, 'services', service, 'dist', 'main.js'), PROGRAM);
    }
  });

  afterEach(async () => {
    await rm(dir, { recursive: true, force: true });
  });

  /** Starts an empty platform, asks the databases something once it is ready, stops it; answers what was said and the exit code. */
  async function start({ kill = false, ask = 'select login from app_user' } = {}): Promise<{ said: string; code: number | null; rows: unknown[] }> {
    const settings = { port: 0, profile: 'test' };
    const platformOptions = { services, durable: false };
    const code = `
      const { up } = await import(${JSON.stringify(join(__dirname, 'up.mjs'))});
      const platformOptions = { ...${JSON.stringify(platformOptions)}, programOf: (service) => ${JSON.stringify(join(dir, 'services'))} + '/' + service + '/dist/main.js' };
      process.exit(await up({ dir: ${JSON.stringify(dir)}, empty: true, settings: ${JSON.stringify(settings)}, platformOptions }).catch((error) => { console.error(error.message); return 1; }));`;
    const { DATABASE_URL: _database, NATS_URL: _broker, ...inherited } = process.env;
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], { env: { ...inherited, ...(kill ? { KILL: 'yes' } : {}) } });
    let said = '';
    let rows: unknown[] = [];
    let asked: Promise<unknown> | undefined;
    const hear = (chunk: Buffer): void => {
      said += String(chunk);
      if (!said.includes('\nready\n')) return;
      asked ??= gateway(ask).then((found) => {
        rows = found;
      }).finally(() => child.kill('SIGTERM'));
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    const ended = await new Promise<number | null>((resolve) => { child.once('close', resolve); });
    await asked;
    return { said, code: ended, rows };
  }

  const gateway = (statement: string): Promise<Record<string, unknown>[]> =>
    query(inDatabase(readRun(dir)?.postgres?.superuserUrl ?? '', 'aftercare_gateway'), statement);

  /** Statements in a database of the stopped platform. */
  async function stopped(database: string, ...statements: string[]): Promise<Record<string, unknown>[]> {
    const server = await startPostgres({ dataDir: join(dir, 'postgres'), databaseUrl: '' });
    try {
      return await query(inDatabase(server.superuserUrl, database), ...statements);
    } finally {
      await server.stop();
    }
  }

  it('data are never cleared because a file beside the databases is missing, or says that a filling was interrupted', async () => {
    const first = await start();
    expect([first.code, first.said.includes('once'), first.rows]).toEqual([0, true, [{ login: 'admin' }]]);
    const key = readFileSync(join(dir, 'keys', 'secret'), 'utf8');
    await stopped('aftercare_gateway', `insert into app_user values ('somebody', 'dealer')`);
    for (const content of [undefined, undefined, '{"kind":"seeding"}']) {
      await rm(join(dir, 'content.json'), { force: true });
      await rm(join(dir, 'sign-ins.json'), { force: true });
      if (content) await writeFile(join(dir, 'content.json'), content);
      const next = await start();
      expect([next.code, next.rows]).toEqual([0, [{ login: 'admin' }, { login: 'somebody' }]]);
      expect(next.said).not.toContain('interrupted');
    }
    expect(readFileSync(join(dir, 'keys', 'secret'), 'utf8')).toBe(key);
  }, 240_000);

  it('databases of before they said themselves what they hold stay, also beside a file that says a filling was interrupted', async () => {
    await start();
    await stopped('aftercare_gateway', 'drop schema if exists supervisor cascade');
    await writeFile(join(dir, 'content.json'), '{"kind":"seeding"}');
    const next = await start();
    expect([next.code, next.said.includes('interrupted'), next.rows]).toEqual([0, false, [{ login: 'admin' }]]);
  }, 120_000);

  it('a start that was killed between its administrator and its end is begun anew, so that somebody knows a password', async () => {
    const killed = await start({ kill: true });
    expect([killed.code, killed.said.includes('ready')]).toEqual([null, false]);
    const left = Object.values(readRun(dir)?.services ?? {}).flatMap(({ pid }) => (typeof pid === 'number' ? [pid] : []));
    const next = await start();
    expect([left.length, left.filter(isAlive)]).toEqual([services.length, []]);
    expect([next.code, next.rows]).toEqual([0, [{ login: 'admin' }]]);
    expect(next.said).toContain('interrupted');
    expect(next.said).toMatch(/admin +once/);
  }, 120_000);

  it('databases with entries of people and without a user are neither filled nor cleared', async () => {
    await start();
    await stopped('aftercare_gateway', 'drop schema if exists supervisor cascade', 'truncate app_user');
    await stopped('aftercare_parts', `insert into audit_entry values ('somebody')`);
    for (const next of [await start(), await start()]) {
      expect(next.code).toBe(1);
      expect(next.said).toContain('aftercare_parts');
    }
    expect(await stopped('aftercare_parts', 'select user_id from audit_entry')).toEqual([{ user_id: 'somebody' }]);
    expect(existsSync(join(dir, 'keys', 'secret'))).toBe(true);
  }, 120_000);
});
