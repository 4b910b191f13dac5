import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, serviceNames, startPlatform, type Platform } from '../../../deploy/local/platform.mjs';
import { check, countOf, tableOf } from '../check/check.js';
import { figuresReady } from '../figures/compare.js';
import { Api } from '../http/api.js';
import { databasesOf, type Running } from '../http/running.js';
import { PASSWORD } from '../registry/in-dealers.js';
import { SPEC_PLATFORM } from '../spec/platform-fixture.js';
import { fillMoney, type STAFF } from './money-data.js';
import { connected } from './volume-data.js';

/** A platform with the money of a year, and who reads it. */
export interface MoneyTarget {
  platform: Platform;
  running: Running;
  people: Record<(typeof STAFF)[number], Api>;
  floorUrl: string;
  stop(): Promise<void>;
}

const WITHOUT_LIMITS = { USER_REQUESTS_PER_MINUTE: '999999999', ADDRESS_REQUESTS_PER_MINUTE: '999999999' };
const DEALERS = 200;
const FIGURES_MS = 1_800_000;
const MADE = 'money.json';

/**
 * Starts it in a folder that is kept. The first run fills it and lets the checker look; a folder whose filling was interrupted is begun anew.
 * Throws where the checker finds anything.
 */
export async function startMoneyTarget({ dir, slips, say }: { dir: string; slips: number; say: (line: string) => void }): Promise<MoneyTarget> {
  const isMade = existsSync(join(dir, MADE));
  if (!isMade) rmSync(dir, { recursive: true, force: true });
  const services = serviceNames();
  const platform = await startPlatform({ ...SPEC_PLATFORM, dir, durable: true, services, env: WITHOUT_LIMITS });
  let floor: ChildProcess | undefined;
  const stop = async (): Promise<void> => {
    floor?.kill('SIGTERM');
    await platform.stop();
  };
  try {
    const running = { url: platform.gatewayUrl, dir, databases: databasesOf(platform.postgres.superuserUrl, services) };
    if (!isMade) await fill(running, slips, say);
    const signedIn = async (login: string): Promise<Api> => {
      const api = new Api(platform.gatewayUrl);
      await api.signIn(login, PASSWORD);
      return api;
    };
    const people = { finance_clerk: await signedIn('finance_clerk'), service_supervisor: await signedIn('service_supervisor'), auditor: await signedIn('auditor') };
    const { url, child } = await startFloor(running);
    floor = child;
    return { platform, running, people, floorUrl: url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** When everything that was made lies before, ISO 8601. */
export const madeUntil = (dir: string): string => (JSON.parse(readFileSync(join(dir, MADE), 'utf8')) as { until: string }).until;

async function fill(running: Running, slips: number, say: (line: string) => void): Promise<void> {
  const until = new Date().toISOString();
  const startedAt = Date.now();
  await fillMoney(running, { slips, dealers: DEALERS, until }, say);
  const insights = await connected(running, 'insights');
  try {
    await figuresReady(insights, FIGURES_MS);
    await insights.query('vacuum analyze');
  } finally {
    await insights.end();
  }
  say(`filled, its figures built, in ${Math.round((Date.now() - startedAt) / 1_000)} s; the checker looks`);
  const { verdicts } = await check(running);
  if (countOf(verdicts) > 0) throw new Error(`what was made breaks the invariants:\n${tableOf(verdicts)}`);
  say('no violations');
  writeFileSync(join(running.dir, MADE), `${JSON.stringify({ slips, until })}\n`);
}

async function startFloor({ databases: { parts = '', invoicing = '', insights = '' } }: Running): Promise<{ url: string; child: ChildProcess }> {
  const child = spawn(process.execPath, [join(__dirname, 'money-floor.js'), parts, invoicing, insights], { stdio: ['ignore', 'pipe', 'inherit'], cwd: ROOT });
  const port = await new Promise<number>((resolve, reject) => {
    child.stdout.once('data', (line: Buffer) => resolve((JSON.parse(line.toString('utf8')) as { port: number }).port));
    child.once('exit', (code) => reject(new Error(`the floor ended with ${code}`)));
  });
  return { url: `http://127.0.0.1:${port}`, child };
}
