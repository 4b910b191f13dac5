import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from './processes.mjs';
import { Supervised } from './supervised.mjs';

/** Node's timers count whole milliseconds, so one may fire up to this much before its time. */
const TIMER_STEP_MS = 1;

describe('supervision', () => {
  const launch = (script: string) => async () => {
    const child = spawn(process.execPath, ['-e', script], { stdio: 'ignore' });
    return { pid: child.pid ?? null, child };
  };
  const until = async (condition: () => boolean): Promise<void> => {
    for (let tries = 0; !condition() && tries < 200; tries += 1) await sleep(25);
    expect(condition()).toBe(true);
  };

  it('starts a killed process again, and none after the stop', async () => {
    const process = new Supervised({ name: 'thing', launch: launch('setInterval(() => {}, 1000)') });
    await process.start();
    const first = process.pid;
    process.kill();
    await until(() => process.pid !== null && process.pid !== first);
    const second = process.pid;
    await process.stop();
    expect([isAlive(first), isAlive(second), process.restarts]).toEqual([false, false, 1]);
  });

  it('kills a process that is deaf to the request to end', async () => {
    const process = new Supervised({ name: 'deaf', launch: launch(`process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)`), stopOptions: { graceMs: 300 } });
    await process.start();
    await sleep(200);
    const { pid } = process;
    await process.stop();
    expect(isAlive(pid)).toBe(false);
  });

  it('waits longer before each further start of one that dies at once', async () => {
    const startedAt: number[] = [];
    const said: { line: string; at: number }[] = [];
    const dying = launch('process.exit(1)');
    const process = new Supervised({
      name: 'dying',
      launch: () => { startedAt.push(performance.now()); return dying(); },
      log: (line: string) => { said.push({ line, at: performance.now() }); },
    });
    await process.start();
    await until(() => startedAt.length >= 4);
    await process.stop();
    const pauses = [100, 200, 400];
    expect(said.slice(0, 3).map(({ line }) => line)).toEqual(pauses.map((pause) => `dying ended; starting it again in ${pause} ms`));
    const tooEarly = pauses.filter((pause, index) => (startedAt[index + 1] ?? 0) - (said[index]?.at ?? 0) < pause - TIMER_STEP_MS);
    expect(tooEarly).toEqual([]);
  });

  it('does not try again what says that its configuration is wrong', async () => {
    const process = new Supervised({ name: 'wrong', launch: launch('process.exit(78)') });
    await process.start();
    await until(() => process.hopeless);
    await sleep(300);
    expect([process.pid, process.restarts]).toEqual([null, 0]);
  });

  it('leaves a killed process dead where it is told to', async () => {
    const process = new Supervised({ name: 'thing', keepAlive: false, launch: launch('setInterval(() => {}, 1000)') });
    await process.start();
    process.kill();
    await until(() => process.pid === null);
    await sleep(300);
    expect(process.pid).toBeNull();
    await process.restart();
    expect(isAlive(process.pid)).toBe(true);
    await process.stop();
  });
});
