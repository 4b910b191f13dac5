import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, loadConfig, loadMigrationConfig, readSettings, type Variables } from './index.js';

const folder = mkdtempSync(join(tmpdir(), 'aftercare-config-'));
const file = (name: string, content: string): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const keys = generateKeyPairSync('ed25519');
const good: Variables = {
  PROFILE: 'production',
  DATABASE_URL: 'postgres://parts_app:Zx81-long-enough@127.0.0.1:5432/aftercare_parts',
  NATS_URL: 'nats://127.0.0.1:4222',
  NATS_USER: 'parts',
  NATS_PASSWORD_FILE: file('nats', 'Another-long-one\n'),
  SIGNING_KEY_FILE: file('key.pem', keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()),
  TRUSTED_KEYS_FILE: file('trusted.json', JSON.stringify({ gateway: keys.publicKey.export({ type: 'spki', format: 'pem' }) })),
  HEALTH_PORT: '9101',
  DATA_DIR: folder,
};

function problems(change: Variables, http = false): string[] {
  try {
    loadConfig('parts', { variables: { ...good, ...change }, http });
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

it('reads a right environment, secrets from files, and fills what has a default', () => {
  expect(loadConfig('parts', { variables: good })).toMatchObject({
    service: 'parts', profile: 'production', natsPassword: 'Another-long-one', healthPort: 9101, dbPoolSize: 5, logLevel: 'info', otlpEndpoint: undefined,
  });
});

it.each(['PROFILE', 'DATABASE_URL', 'NATS_URL', 'SIGNING_KEY_FILE', 'TRUSTED_KEYS_FILE', 'HEALTH_PORT', 'DATA_DIR'])(
  'a missing %s stops the start, is named and explained',
  (name) => {
    const found = problems({ [name]: undefined });
    expect(found.join()).toMatch(new RegExp(`^${name} is missing: .{10}`));
  },
);

it.each([
  ['PROFILE', 'prod'],
  ['DATABASE_URL', 'mysql://127.0.0.1/x'],
  ['DATABASE_URL', 'nonsense'],
  ['NATS_URL', 'http://127.0.0.1'],
  ['HEALTH_PORT', '99999'],
  ['HEALTH_PORT', '1e3'],
  ['HEALTH_PORT', '-1'],
  ['DB_POOL_SIZE', '0'],
  ['DB_POOL_SIZE', 'many'],
  ['LOG_LEVEL', 'loud'],
  ['SIGNING_KEY_FILE', '/nowhere/key.pem'],
  ['SIGNING_KEY_FILE', file('no-key', 'nothing')],
  ['TRUSTED_KEYS_FILE', file('no-json', '{')],
  ['TRUSTED_KEYS_FILE', file('no-keys', '{"gateway":"x"}')],
  ['NATS_PASSWORD_FILE', '/nowhere/password'],
])('%s=%s stops the start and is named', (name, value) => {
  const found = problems({ [name]: value });
  expect(found.some((problem) => problem.startsWith(name))).toBe(true);
});

it('names every wrong variable at once and repeats no secret', () => {
  const found = problems({ PROFILE: 'x', HEALTH_PORT: 'y', DATABASE_URL: 'secret-in-a-wrong-place' });
  expect(found).toHaveLength(3);
  expect(found.join()).not.toContain('secret-in-a-wrong-place');
});

it.each([
  ['a database without a password', { DATABASE_URL: 'postgres://parts_app@127.0.0.1/aftercare_parts' }],
  ['a default password', { DATABASE_URL: 'postgres://parts_app:postgres@127.0.0.1/aftercare_parts' }],
  ['a short password', { NATS_PASSWORD_FILE: undefined, NATS_PASSWORD: 'short' }],
  ['no broker password', { NATS_PASSWORD_FILE: undefined }],
])('production refuses %s; development takes it', (_what, change) => {
  expect(problems(change)).toHaveLength(1);
  expect(problems({ ...change, PROFILE: 'development' })).toEqual([]);
});

it('the gateway also needs a session secret, which must be one in production', () => {
  expect(problems({}, true).join()).toContain('SESSION_SECRET');
  expect(problems({ SESSION_SECRET: 'changeme' }, true).join()).toContain('SESSION_SECRET');
  const config = loadConfig('gateway', { http: true, variables: { ...good, SESSION_SECRET: 'a secret of its own', PUBLIC_URL: 'https://service.example.com/' } });
  expect(config.http).toMatchObject({ port: 3000, host: '127.0.0.1', publicUrl: 'https://service.example.com' });
});

it('migrations connect as the owner, and further settings are read by the same rules', () => {
  expect(() => loadMigrationConfig('parts', good)).toThrow(/MIGRATION_DATABASE_URL is missing: .*parts_owner/);
  expect(loadMigrationConfig('parts', { ...good, MIGRATION_DATABASE_URL: 'postgres://parts_owner@127.0.0.1/aftercare_parts' }).profile).toBe('production');
  const read = () => readSettings((environment) => ({ size: environment.integer('UPLOAD_MB', { min: 1, max: 100, help: 'largest upload' }) }), { UPLOAD_MB: '0' });
  expect(read).toThrow(/UPLOAD_MB is not a whole number from 1 to 100: largest upload/);
});
