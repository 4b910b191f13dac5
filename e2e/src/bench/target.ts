import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from '@aftercare/service';
import { Pool } from 'pg';
import { createServiceDatabases, serviceDatabaseUrl } from '../../../deploy/local/postgres.mjs';
import { ROOT, startPlatform, type Platform } from '../../../deploy/local/platform.mjs';
import { repairsMigrations } from './floor-schema.js';
import { createCall, floorId } from './floor.js';
import { Api } from '../http/api.js';
import { databasesOf, signInAs } from '../http/running.js';

const CALLS = 300;

/** What is measured: the platform with demo data, and the floor beside it on the same PostgreSQL. */
export interface Target {
  platform: Platform;
  floor: { url: string; dealerId: string; callIds: string[] };
  manager: Api;
  clerk: Api;
  cookie: { manager: string; clerk: string };
  callIds: string[];
  dealerId: string;
  partId: string;
  serial: string;
  stop(): Promise<void>;
}

/** Starts the platform with its demo data in a folder of its own, and the floor with as many calls of one dealer. */
export async function startTarget(say: (line: string) => void): Promise<Target> {
  const dir = mkdtempSync(join(tmpdir(), 'aftercare-bench-'));
  const platform = await startPlatform({ dir, profile: 'demo', quiet: true, env: { USER_REQUESTS_PER_MINUTE: '999999999', ADDRESS_REQUESTS_PER_MINUTE: '999999999' } });
  let floorProcess: ChildProcess | undefined;
  const stop = async (): Promise<void> => {
    floorProcess?.kill('SIGTERM');
    await platform.stop();
    rmSync(dir, { recursive: true, force: true });
  };
  try {
    say('platform is up; demo data');
    await seedDemo(platform);
    const { manager, clerk, dealerId, ...rest } = await signIn(platform, dir);
    say('calls for platform and floor');
    await openCalls(manager);
    const { items } = await manager.get<{ items: { id: string }[] }>('/repair-calls?limit=200');
    const floor = await startFloor(platform, dealerId);
    floorProcess = floor.child;
    await analyse(platform);
    return { platform, floor, manager, clerk, dealerId, callIds: items.map(({ id }) => id), ...rest, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Fills a fresh platform with the demo data. */
export async function seedDemo(platform: Platform): Promise<void> {
  const { code, output } = await platform.runOnce('gateway', ['--create-admin']);
  const line = output.split('\n').find((each) => each.startsWith('{') && each.includes('"password"'));
  if (code !== 0 || !line) throw new Error(`no administrator: ${output}`);
  const { login, password } = JSON.parse(line) as { login: string; password: string };
  const env = { ...process.env, AFTERCARE_DIR: platform.dir, AFTERCARE_URL: platform.gatewayUrl, AFTERCARE_ADMIN_LOGIN: login, AFTERCARE_ADMIN_PASSWORD: password };
  const child = spawnSync(process.execPath, [join(ROOT, 'deploy/local/seed.mjs')], { env, cwd: ROOT, encoding: 'utf8' });
  if (child.status !== 0) throw new Error(`the demo data failed: ${child.stderr}`);
}

async function signIn(platform: Platform, dir: string): Promise<Pick<Target, 'manager' | 'clerk' | 'cookie' | 'dealerId' | 'partId' | 'serial'>> {
  const [manager, clerk] = [new Api(platform.gatewayUrl), new Api(platform.gatewayUrl)];
  const as = async (api: Api, role: string): Promise<string | null> => {
    const { login, password } = signInAs(role, dir);
    return (await api.signIn(login, password)).dealerId;
  };
  const dealerId = (await as(manager, 'dealer_manager')) ?? '';
  await as(clerk, 'service_clerk');
  const parts = await clerk.get<{ items: { id: string }[] }>('/parts?limit=1&family=faucet');
  const units = await manager.get<{ items: { serial: string }[] }>('/product-units?limit=1');
  return { manager, clerk, dealerId, partId: parts.items[0]?.id ?? '', serial: units.items[0]?.serial ?? '', cookie: { manager: manager.cookie, clerk: clerk.cookie } };
}

export const CALL_DRAFT = {
  channel: 'phone', contactName: '王小明', contactPhone: '13912345678', address: { regionCode: '310104', detail: '中山西路1000号' },
  symptoms: '龙头关不紧，一直滴水', unitSerial: 'FA-100-SH001-0001',
};

async function openCalls(manager: Api): Promise<void> {
  for (let count = 0; count < CALLS; count += 1) await manager.post('/repair-calls', CALL_DRAFT);
}

/** Fresh tables have no statistics until autovacuum comes round; a platform in use has them, and so has the floor. */
async function analyse(platform: Platform): Promise<void> {
  const { superuserUrl } = platform.postgres;
  const databases = Object.values(databasesOf(superuserUrl, [...Object.keys(platform.services), 'floor']));
  for (const connectionString of databases) {
    const pool = new Pool({ connectionString, max: 1 });
    await pool.query('analyze');
    await pool.end();
  }
}

async function startFloor(platform: Platform, dealerId: string): Promise<Target['floor'] & { child: ChildProcess }> {
  const { superuserUrl } = platform.postgres;
  await createServiceDatabases(superuserUrl, ['floor']);
  await migrate({ service: 'floor', url: serviceDatabaseUrl(superuserUrl, 'floor', { role: 'owner' }), profile: 'demo', migrations: repairsMigrations });
  const { floor: url = '' } = databasesOf(superuserUrl, ['floor']);
  const child = spawn(process.execPath, [join(__dirname, 'floor.js'), url], { stdio: ['ignore', 'pipe', 'inherit'] });
  const port = await new Promise<number>((resolve, reject) => {
    child.stdout.once('data', (line: Buffer) => resolve((JSON.parse(line.toString('utf8')) as { port: number }).port));
    child.once('exit', (code) => reject(new Error(`the floor ended with ${code}`)));
  });
  const pool = new Pool({ connectionString: url, max: 2 });
  for (let count = 0; count < CALLS; count += 1) await createCall(pool, dealerId, CALL_DRAFT, floorId());
  const { rows } = await pool.query<{ id: string }>('select id from repair_call limit 200');
  await pool.end();
  return { url: `http://127.0.0.1:${port}`, dealerId, callIds: rows.map(({ id }) => id), child };
}
