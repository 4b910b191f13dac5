import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startPlatform, type Platform } from './platform.mjs';
import { isAlive } from './processes.mjs';
import { readRun, writeRun } from './run-file.mjs';

/** Stands for a service: healthy, and gone when asked. */
const PROGRAM = `
  if (process.argv.includes('--migrate')) process.exit(0);
  require('node:http').createServer((request, response) => response.end('ok')).listen(Number(process.env.HEALTH_PORT), '127.0.0.1');
  process.on('SIGTERM', () => process.exit(0));
`;

describe('the platform on this machine', () => {
  let dir: string;
  let platform: Platform;
  const said: string[] = [];
  const options = () => ({ dir, log: (line: string) => said.push(line), hungAfterMs: 6_000, durable: false, profile: 'test' as const, services: ['parts', 'repairs'], programOf: () => join(dir, 'program.cjs') });

  beforeAll(async () => {
    dir = await mkdtemp('/var/tmp/aftercare-spec-');
    await writeFile(join(dir, 'program.cjs'), PROGRAM);
    await mkdir(join(dir, 'services', 'repairs', 'dist'), { recursive: true });
    await writeFile(join(dir, 'services', 'repairs', 'dist', 'main.js'), PROGRAM);
    platform = await startPlatform(options());
  }, 90_000);

  afterAll(async () => {
    await platform?.stop();
    await rm(dir, { recursive: true, force: true });
  });

  it('tells in run.json what runs where', () => {
    const run = readRun(dir);
    expect(run?.services['parts']).toMatchObject({ pid: platform.services['parts']?.pid, healthPort: platform.services['parts']?.healthPort });
    expect(run?.postgres?.port).toBe(platform.postgres.port);
    expect(run?.nats?.user).toBe('supervisor');
  });

  it('a second start in the same folder is refused and says where the first one is', async () => {
    await expect(startPlatform(options())).rejects.toThrow(`already runs here (process ${process.pid})`);
  });

  it.each(['parts', 'nats', 'postgres'])('a killed %s comes back by itself', async (name) => {
    const victim = name === 'parts' ? platform.services['parts'] : platform[name as 'nats' | 'postgres'];
    const before = victim?.pid;
    victim?.kill();
    for (let tries = 0; tries < 400 && (!victim?.pid || victim.pid === before); tries += 1) await sleep(25);
    expect(victim?.pid).not.toBe(before);
    expect(isAlive(victim?.pid ?? null)).toBe(true);
    await platform.waitReady('parts', 20_000);
  });

  it('a service that lives and does not answer is killed by its process id and replaced, and the line says so; the others go on', async () => {
    const [victim, other] = [platform.services['parts'], platform.services['repairs']];
    const [before, beside] = [victim?.pid ?? 0, other?.pid];
    process.kill(before, 'SIGSTOP');
    for (let tries = 0; tries < 800 && (!victim?.pid || victim.pid === before); tries += 1) await sleep(25);
    expect([isAlive(before), isAlive(victim?.pid ?? null)]).toEqual([false, true]);
    expect(said).toContainEqual(expect.stringContaining(`parts (process ${before}) has not answered for 6 s`));
    await platform.waitReady('parts', 20_000);
    expect(other?.pid).toBe(beside);
  }, 60_000);

  it('a service that was silent for a moment only is let alone', async () => {
    const { pid = 0 } = platform.services['parts'] ?? {};
    process.kill(pid ?? 0, 'SIGSTOP');
    await sleep(2_500);
    process.kill(pid ?? 0, 'SIGCONT');
    await sleep(5_000);
    expect(platform.services['parts']?.pid).toBe(pid);
  }, 30_000);

  it('a stop ends every process', async () => {
    const pids = [platform.services['parts']?.pid, platform.services['repairs']?.pid, platform.nats.pid, platform.postgres.pid];
    await platform.stop();
    expect(pids.map((pid) => isAlive(pid ?? null))).toEqual([false, false, false, false]);
    expect(readRun(dir)).toBeUndefined();
    platform = await startPlatform(options());
  }, 60_000);

  it('what a killed supervisor left behind is ended by the next start, strangers are let alone', async () => {
    const stranger = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    const left = spawn(process.execPath, [join(dir, 'services', 'repairs', 'dist', 'main.js')], { stdio: 'ignore', env: { ...process.env, HEALTH_PORT: '0' } });
    await platform.stop();
    const service = (pid?: number) => ({ pid: pid ?? null, port: 1, healthPort: 1 });
    const services = { parts: service(stranger.pid), repairs: service(left.pid) };
    writeRun(dir, { supervisor: 999_999_999, command: 'start.mjs', startedAt: '', profile: 'test', gatewayUrl: null, postgres: null, nats: null, services });
    platform = await startPlatform(options());
    expect([isAlive(stranger.pid ?? null), isAlive(left.pid ?? null)]).toEqual([true, false]);
    stranger.kill('SIGKILL');
  }, 60_000);
});
