import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { figuresReady } from '../figures/compare.js';
import { Api } from '../http/api.js';
import { databasesOf, signInAs } from '../http/running.js';
import { beginFilling, endFilling } from '../../../deploy/local/content.mjs';
import { ROOT, startPlatform, type Platform } from '../../../deploy/local/platform.mjs';
import { makeRegistry, RegistryRefused } from '../registry/generate.js';
import { managerLogin, PASSWORD, technicianLogin } from '../registry/in-dealers.js';
import { seedDemo } from './target.js';

/** Who asks: each list is measured as its readers see it. */
export type Who = 'manager' | 'parent' | 'technician' | 'clerk' | 'auditor';

export interface ListsTarget {
  platform: Platform;
  people: Record<Who, Api>;
  floorUrl: string;
  /** The largest dealer of the registry. */
  dealerId: string;
  stop(): Promise<void>;
}

export interface ListsOptions {
  dir: string;
  customers: number;
  units: number;
  calls: number;
  say: (line: string) => void;
}

const SEED = 1;
const DEALERS = 40;
const FIGURES_MS = 1_800_000;
const WITHOUT_LIMITS = { USER_REQUESTS_PER_MINUTE: '999999999', ADDRESS_REQUESTS_PER_MINUTE: '999999999' };

/** A platform with demo data and the large registry in a folder that is kept: it is filled by the first run only. */
export async function startListsTarget({ dir, say, ...sizes }: ListsOptions): Promise<ListsTarget> {
  const platform = await startPlatform({ dir, profile: 'demo', quiet: true, env: WITHOUT_LIMITS });
  let floor: ChildProcess | undefined;
  const stop = async (): Promise<void> => {
    floor?.kill('SIGTERM');
    await platform.stop();
  };
  try {
    if (!existsSync(join(dir, 'sign-ins.json'))) {
      say('demo data');
      await beginFilling(platform.postgres.superuserUrl);
      await seedDemo(platform);
      await endFilling(platform.postgres.superuserUrl, 'demo');
    }
    await withRegistry(platform, sizes, say);
    await figuresBuilt(platform, say);
    const people = await signAllIn(platform);
    const { url, child } = await startFloor(platform);
    floor = child;
    const { items } = await people.clerk.get<{ items: { id: string }[] }>(`/dealers?limit=1&q=G${SEED}-001`);
    return { platform, people, floorUrl: url, dealerId: items[0]?.id ?? '', stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function withRegistry(platform: Platform, sizes: { customers: number; units: number; calls: number }, say: (line: string) => void): Promise<void> {
  const running = { url: platform.gatewayUrl, dir: platform.dir, databases: databasesOf(platform.postgres.superuserUrl, Object.keys(platform.services)) };
  try {
    await makeRegistry(running, { seed: SEED, dealers: DEALERS, ...sizes }, say);
  } catch (error) {
    if (!(error instanceof RegistryRefused) || !error.message.includes('is here already')) throw error;
    say(error.message);
  }
}

/** A registry that was just made has its figures rebuilt, which takes a core from whatever is measured beside. */
async function figuresBuilt(platform: Platform, say: (line: string) => void): Promise<void> {
  const { insights } = databasesOf(platform.postgres.superuserUrl, ['insights']);
  const client = new Client({ connectionString: insights });
  await client.connect();
  try {
    say('waiting for the figures to be built');
    await figuresReady(client, FIGURES_MS);
  } finally {
    await client.end();
  }
}

async function signAllIn(platform: Platform): Promise<Record<Who, Api>> {
  const code = (n: number): { code: string } => ({ code: `G${SEED}-${String(n).padStart(3, '0')}` });
  const signedIn = async (login: string, password: string): Promise<Api> => {
    const api = new Api(platform.gatewayUrl);
    await api.signIn(login, password);
    return api;
  };
  const staff = (role: string): Promise<Api> => {
    const { login, password } = signInAs(role, platform.dir);
    return signedIn(login, password);
  };
  return {
    manager: await signedIn(managerLogin(code(1)), PASSWORD), parent: await signedIn(managerLogin(code(2)), PASSWORD),
    technician: await signedIn(technicianLogin(code(1)), PASSWORD), clerk: await staff('service_clerk'), auditor: await staff('auditor'),
  };
}

async function startFloor(platform: Platform): Promise<{ url: string; child: ChildProcess }> {
  const { customers = '', repairs = '' } = databasesOf(platform.postgres.superuserUrl, ['customers', 'repairs']);
  const child = spawn(process.execPath, [join(__dirname, 'lists-floor.js'), customers, repairs], { stdio: ['ignore', 'pipe', 'inherit'], cwd: ROOT });
  const port = await new Promise<number>((resolve, reject) => {
    child.stdout.once('data', (line: Buffer) => resolve((JSON.parse(line.toString('utf8')) as { port: number }).port));
    child.once('exit', (code) => reject(new Error(`the floor ended with ${code}`)));
  });
  return { url: `http://127.0.0.1:${port}`, child };
}
