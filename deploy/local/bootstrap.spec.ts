import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkNode } from './bootstrap.mjs';
import { fingerprintOfContent, fingerprintOfTimes } from './fingerprint.mjs';

describe('what a start leaves out', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'aftercare-print-'));
    mkdirSync(join(dir, 'src', 'gen'), { recursive: true });
    writeFileSync(join(dir, 'src', 'a.ts'), 'a');
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  it('a touched, new or changed source changes the fingerprint of times; a generated one does not', () => {
    const before = fingerprintOfTimes(dir, ['src']);
    writeFileSync(join(dir, 'src', 'gen', 'made.ts'), 'made');
    expect(fingerprintOfTimes(dir, ['src', 'missing'])).toBe(before);
    utimesSync(join(dir, 'src', 'a.ts'), 1, 1);
    expect(fingerprintOfTimes(dir, ['src'])).not.toBe(before);
  });

  it('only content changes the fingerprint of content', () => {
    const before = fingerprintOfContent(dir, ['src']);
    utimesSync(join(dir, 'src', 'a.ts'), 1, 1);
    expect(fingerprintOfContent(dir, ['src'])).toBe(before);
    writeFileSync(join(dir, 'src', 'b.ts'), 'b');
    expect(fingerprintOfContent(dir, ['src'], (file) => !file.endsWith('b.ts'))).toBe(before);
    expect(fingerprintOfContent(dir, ['src'])).not.toBe(before);
  });
});

describe('the version of Node', () => {
  it.each(['20.19.0', '20.20.2', '22.12.0', '24.0.0'])('%s is taken', (version) => {
    expect(() => checkNode(version)).not.toThrow();
  });

  it.each(['18.20.0', '20.18.3', '21.7.0', '22.11.0'])('%s cannot load ES modules with require() and is refused', (version) => {
    expect(() => checkNode(version)).toThrow(/too old/);
  });
});
