import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { backup } from './backup.mjs';
import { query, startPostgres, type RunningPostgres } from './postgres.mjs';
import { reset } from './reset.mjs';
import { restore } from './restore.mjs';

/** Does as a sealer does, without a pause: commits an entry, then anchors it beside the database. */
const SEALER = `
  const { Client } = require(${JSON.stringify(require.resolve('pg'))});
  const [url, file] = process.argv.slice(1);
  const client = new Client({ connectionString: url });
  client.connect().then(async () => {
    for (;;) {
      const { rows } = await client.query('insert into seal default values returning sequence');
      require('node:fs').appendFileSync(file, JSON.stringify({ sequence: rows[0].sequence }) + '\\n');
    }
  });
`;

describe('backup and restore', () => {
  let dir: string;
  let server: RunningPostgres;
  let file: string;
  const photo = (): string => join(dir, 'data', 'gateway', 'photo.jpg');
  const start = (): Promise<RunningPostgres> => startPostgres({ dataDir: join(dir, 'postgres'), databaseUrl: '' });
  const rows = (): Promise<Record<string, unknown>[]> => query(server.superuserUrl, 'select count(*)::int as n, min(word) as word from note');

  beforeAll(async () => {
    dir = await mkdtemp('/var/tmp/aftercare-spec-');
    await chmod(dir, 0o755);
    mkdirSync(join(dir, 'data', 'gateway'), { recursive: true });
    mkdirSync(join(dir, 'keys'));
    mkdirSync(join(dir, 'nats'));
    writeFileSync(photo(), 'a photo');
    writeFileSync(join(dir, 'keys', 'secret'), 'a secret');
    server = await start();
    await query(server.superuserUrl, 'create table note (word text)', `insert into note select '配件' from generate_series(1, 5000)`);
    file = await backup({ dir });
    await query(server.superuserUrl, 'truncate note');
    writeFileSync(photo(), 'another photo');
  }, 60_000);

  afterAll(async () => {
    await server?.stop();
    await rm(dir, { recursive: true, force: true });
  });

  it('a byte that was changed anywhere in the file is noticed, and nothing is touched', async () => {
    await server.stop();
    const whole = readFileSync(file);
    const damaged = join(dir, 'damaged.backup');
    for (const at of [0, 19, 25, 83, 84, 88, whole.length >> 1, whole.length - 1]) {
      const copy = Buffer.from(whole);
      copy.writeUInt8(copy.readUInt8(at) ^ 1, at);
      writeFileSync(damaged, copy);
      await expect(restore({ dir, file: damaged })).rejects.toThrow(/damaged/);
    }
    writeFileSync(damaged, whole.subarray(0, whole.length - 100));
    await expect(restore({ dir, file: damaged })).rejects.toThrow(/damaged/);
    expect(readFileSync(photo(), 'utf8')).toBe('another photo');
  });

  it('brings databases, attachments and keys back to the moment of the backup, and keeps what was there', async () => {
    const { aside } = await restore({ dir, file });
    server = await start();
    expect(await rows()).toEqual([{ n: 5000, word: '配件' }]);
    expect(readFileSync(photo(), 'utf8')).toBe('a photo');
    expect(readFileSync(join(dir, 'keys', 'secret'), 'utf8')).toBe('a secret');
    expect(existsSync(join(dir, 'nats'))).toBe(false);
    expect(aside.length).toBe(3);
    expect(aside.every((path) => existsSync(path))).toBe(true);
  });

  it('a stopped platform is backed up as well', async () => {
    await server.stop();
    const cold = await backup({ dir, file: join(dir, 'cold.backup') });
    await restore({ dir, file: cold });
    server = await start();
    expect(await rows()).toEqual([{ n: 5000, word: '配件' }]);
  });

  it('X-4: every audit anchor in a backup stands for an entry that is in it, however many are made meanwhile', async () => {
    const anchors = join(dir, 'data', 'parts', 'anchors');
    mkdirSync(anchors, { recursive: true });
    // What makes the copy of the folders last.
    for (let each = 0; each < 300; each += 1) writeFileSync(join(dir, 'data', 'gateway', `photo-${each}.jpg`), 'x');
    await query(server.superuserUrl, 'create table seal (sequence int generated always as identity)');
    const sealer = spawn(process.execPath, ['-e', SEALER, server.superuserUrl, join(anchors, 'parts.jsonl')], { stdio: 'inherit' });
    while (!existsSync(join(anchors, 'parts.jsonl'))) await sleep(20);
    const running = await backup({ dir, file: join(dir, 'running.backup') });
    sealer.kill('SIGKILL');
    await server.stop();
    await restore({ dir, file: running });
    server = await start();
    const [{ last }] = await query(server.superuserUrl, 'select max(sequence) as last from seal');
    const lines = readFileSync(join(anchors, 'parts.jsonl'), 'utf8').split('\n').slice(0, -1);
    const anchored = (JSON.parse(lines.at(-1) ?? '') as { sequence: number }).sequence;
    expect(anchored).toBeGreaterThan(0);
    expect(last).toBeGreaterThanOrEqual(anchored);
    expect(existsSync(join(dir, 'data', 'gateway', 'photo-299.jpg'))).toBe(true);
  }, 60_000);

  it('nobody else may read a backup, at any moment of its making', async () => {
    const folder = join(dir, 'out');
    mkdirSync(folder);
    chmodSync(folder, 0o755);
    const seen = new Set<string>();
    const watch = setInterval(() => {
      for (const name of readdirSync(folder)) {
        const { mode } = statSync(join(folder, name), { throwIfNoEntry: false }) ?? { mode: 0 };
        if ((mode & 0o077) !== 0) seen.add(`${name} ${(mode & 0o777).toString(8)}`);
      }
    }, 1);
    const made = join(folder, 'a.backup');
    await backup({ dir, file: made });
    clearInterval(watch);
    expect([...seen]).toEqual([]);
    expect(statSync(made).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['a.backup']);
  }, 60_000);

  it('what a killed backup left is removed by the next one, that of one which still works is not', async () => {
    const folder = join(dir, 'left');
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', 'backup.mjs'], { stdio: 'ignore' });
    const [gone, working] = ['.backup-999999999-abc', `.backup-${other.pid}-abc`];
    for (const name of [gone, working]) mkdirSync(join(folder, name), { recursive: true });
    for (const name of ['b.backup.payload', 'c.backup']) writeFileSync(join(folder, name), 'x');
    await backup({ dir, file: join(folder, 'a.backup') });
    other.kill('SIGKILL');
    expect(readdirSync(folder).sort()).toEqual([working, 'a.backup', 'c.backup']);
  }, 60_000);

  it('a reset removes what restores put aside as well; backups stay', async () => {
    await server.stop();
    await restore({ dir, file: join(dir, 'out', 'a.backup') });
    mkdirSync(join(dir, 'backups'), { recursive: true });
    writeFileSync(join(dir, 'backups', 'kept.backup'), 'x');
    const aside = (): string[] => readdirSync(dir).filter((name) => name.includes('before-restore'));
    expect(aside().length).toBeGreaterThan(2);
    await reset(dir);
    expect(aside()).toEqual([]);
    expect(existsSync(join(dir, 'postgres'))).toBe(false);
    expect(existsSync(join(dir, 'backups', 'kept.backup'))).toBe(true);
  }, 60_000);
});
