import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serviceNames, startPlatform, type Platform, type PlatformOptions } from '../../../deploy/local/platform.mjs';
import { Api } from '../http/api.js';
import { databasesOf, type Running } from '../http/running.js';

/** A platform of separate processes in a throw-away folder, with its first administrator signed in. */
export interface SpecPlatform {
  platform: Platform;
  running: Running;
  admin: Api;
  stop(): Promise<void>;
}

export const ADMIN_PASSWORD = 'Spec-2026-horse-x';

/** For specs: private servers, the test profile, no words. */
export const SPEC_PLATFORM: Omit<PlatformOptions, 'dir'> = { profile: 'test', quiet: true, durable: false, databaseUrl: '', natsUrl: '' };

export interface SpecPlatformOptions {
  durable?: boolean;
  env?: Record<string, string>;
  services?: string[];
  /** A prepared folder to start from a copy of. */
  from?: string;
  /** Where its folder is made (default: the folder for temporary files). */
  parent?: string;
}

/** Starts one, of all services unless told which; data are not flushed to disk, and limits of requests a minute are out of the way. */
export async function startSpecPlatform(options: SpecPlatformOptions = {}): Promise<SpecPlatform> {
  const dir = mkdtempSync(join(options.parent ?? tmpdir(), 'aftercare-e2e-'));
  const env = { USER_REQUESTS_PER_MINUTE: '999999999', ADDRESS_REQUESTS_PER_MINUTE: '999999999', PUBLIC_REQUESTS_PER_MINUTE: '999999999', ...options.env };
  const { services = serviceNames(), durable = false, from } = options;
  if (from) cpSync(from, dir, { recursive: true });
  const platform = await startPlatform({ ...SPEC_PLATFORM, dir, services, durable, env });
  const stop = async (): Promise<void> => {
    await platform.stop();
    rmSync(dir, { recursive: true, force: true });
  };
  try {
    return { platform, running: runningOf(platform, services), admin: await firstAdmin(platform), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function runningOf(platform: Platform, services: string[]): Running {
  return { url: platform.gatewayUrl, dir: platform.dir, databases: databasesOf(platform.postgres.superuserUrl, services) };
}

const adminFile = (dir: string): string => join(dir, 'first-admin.json');

/** Lets the gateway make the first administrator, and keeps the one-time password in the platform's folder. */
export async function makeFirstAdmin(platform: Platform): Promise<void> {
  const { code, output } = await platform.runOnce('gateway', ['--create-admin']);
  const line = output.split('\n').find((each) => each.startsWith('{') && each.includes('"password"'));
  if (code !== 0 || !line) throw new Error(`no administrator: ${output}`);
  writeFileSync(adminFile(platform.dir), line);
}

/** The first administrator, who changes the one-time password. */
async function firstAdmin(platform: Platform): Promise<Api> {
  if (!existsSync(adminFile(platform.dir))) await makeFirstAdmin(platform);
  const { login, password } = JSON.parse(readFileSync(adminFile(platform.dir), 'utf8')) as { login: string; password: string };
  const admin = new Api(platform.gatewayUrl);
  await admin.signIn(login, password, ADMIN_PASSWORD);
  return admin;
}
