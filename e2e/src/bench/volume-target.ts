import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startPlatform, type Platform } from '../../../deploy/local/platform.mjs';
import { check, countOf, tableOf } from '../check/check.js';
import { Api } from '../http/api.js';
import { databasesOf, type Running } from '../http/running.js';
import { managerLogin, PASSWORD } from '../registry/in-dealers.js';
import { madeDealers } from '../registry/plan.js';
import { SPEC_PLATFORM } from '../spec/platform-fixture.js';
import { fillVolume, SEED, type STAFF } from './volume-data.js';

/** A platform with a ledger of so many movements, and who reads it. */
export interface VolumeTarget {
  movements: number;
  platform: Platform;
  running: Running;
  people: Record<(typeof STAFF)[number] | 'manager', Api>;
  /** The largest dealer, whose manager reads as well. */
  dealerId: string;
  stop(): Promise<void>;
}

/** What the reads need; the figures of others are measured elsewhere. */
const SERVICES = ['gateway', 'dealers', 'customers', 'parts', 'invoicing'];
const WITHOUT_LIMITS = { USER_REQUESTS_PER_MINUTE: '999999999', ADDRESS_REQUESTS_PER_MINUTE: '999999999' };
const DEALERS = 200;
const MADE = 'volume.json';

/**
 * Starts it in a folder that is kept. The first run fills it and lets the checker look; a folder whose filling was interrupted is begun anew.
 * Throws where the checker finds anything.
 */
export async function startVolumeTarget({ dir, movements, say }: { dir: string; movements: number; say: (line: string) => void }): Promise<VolumeTarget> {
  const isMade = existsSync(join(dir, MADE));
  if (!isMade) rmSync(dir, { recursive: true, force: true });
  const platform = await startPlatform({ ...SPEC_PLATFORM, dir, durable: true, services: SERVICES, env: WITHOUT_LIMITS });
  try {
    const running = { url: platform.gatewayUrl, dir, databases: databasesOf(platform.postgres.superuserUrl, SERVICES) };
    if (!isMade) await fill(running, movements, (line) => say(`${movements}: ${line}`));
    const { until } = JSON.parse(readFileSync(join(dir, MADE), 'utf8')) as { until: string };
    const [largest] = madeDealers({ seed: SEED, dealers: DEALERS, until });
    if (!largest) throw new Error('there is no dealer');
    const signedIn = async (login: string): Promise<Api> => {
      const api = new Api(platform.gatewayUrl);
      await api.signIn(login, PASSWORD);
      return api;
    };
    const people = {
      service_clerk: await signedIn('service_clerk'), service_supervisor: await signedIn('service_supervisor'), auditor: await signedIn('auditor'), manager: await signedIn(managerLogin(largest)),
    };
    return { movements, platform, running, people, dealerId: largest.id, stop: () => platform.stop() };
  } catch (error) {
    await platform.stop();
    throw error;
  }
}

async function fill(running: Running, movements: number, say: (line: string) => void): Promise<void> {
  const until = new Date().toISOString();
  const startedAt = Date.now();
  await fillVolume(running, { movements, dealers: DEALERS, until }, say);
  say(`filled in ${Math.round((Date.now() - startedAt) / 1_000)} s; the checker looks`);
  const { verdicts } = await check(running);
  if (countOf(verdicts) > 0) throw new Error(`what was made breaks the invariants:\n${tableOf(verdicts)}`);
  say('no violations');
  writeFileSync(join(running.dir, MADE), `${JSON.stringify({ movements, until })}\n`);
}
