import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeKeys, secrets } from './keys.mjs';

describe('keys of a local platform', () => {
  let dir: string;
  beforeAll(async () => { dir = await mkdtemp(join(tmpdir(), 'aftercare-keys-')); });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  it('each issuer has a private key of its own, and all know the public ones', () => {
    const keys = makeKeys(dir, ['gateway', 'parts']);
    const trusted = JSON.parse(readFileSync(keys.trustedKeysFile, 'utf8')) as Record<string, string>;
    const signature = sign(null, Buffer.from('text'), createPrivateKey(readFileSync(keys.signingKeyFile('parts'))));
    const verifiedBy = (issuer: string): boolean => verify(null, Buffer.from('text'), createPublicKey(trusted[issuer] ?? ''), signature);
    expect([verifiedBy('parts'), verifiedBy('gateway')]).toEqual([true, false]);
    expect(statSync(keys.signingKeyFile('parts')).mode & 0o077).toBe(0);
    expect(statSync(dir).mode & 0o077).toBe(0);
  });

  it('keys and secrets are made once and kept', () => {
    const before = readFileSync(makeKeys(dir, ['parts']).signingKeyFile('parts'), 'utf8');
    expect(readFileSync(makeKeys(dir, ['parts', 'repairs']).signingKeyFile('parts'), 'utf8')).toBe(before);
    const secretOf = secrets(dir);
    expect(secrets(dir)('parts_app')).toBe(secretOf('parts_app'));
    expect(secretOf('parts_owner')).not.toBe(secretOf('parts_app'));
  });
});
