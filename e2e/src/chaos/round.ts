import { setTimeout as sleep } from 'node:timers/promises';
import type { Platform } from '../../../deploy/local/platform.mjs';
import type { Victim } from './victims.js';

/** What one kill came to. */
export interface Round {
  round: number;
  victim: string;
  proof: string;
  /** From the kill to the first success of a probe; null when it never came. */
  recoveryMs: number | null;
  /** From the kill until every service says that it is ready; null when that never came. */
  readyMs: number | null;
  probes: number;
}

const PROBE_EVERY_MS = 100;
const READY_EVERY_MS = 500;
const LIMIT_MS = 60_000;

/**
 * Kills the process as a power cut would and measures. Probes are sent every 100 ms without waiting for each other; the
 * first counts that succeeds while the supervisor holds a new process in the place of the killed one.
 */
export async function killAndRecover(platform: Platform, victim: Victim, round: number): Promise<Round> {
  const { process, name, proof } = victim;
  const killed = process.pid;
  if (killed === null) throw new Error(`${name} is not running, so it cannot be killed`);
  const killedAt = performance.now();
  process.kill('SIGKILL');
  const [{ recoveryMs, probes }, readyMs] = await Promise.all([firstSuccess(victim, killed, killedAt), allReady(platform, victim, { killed, killedAt })]);
  return { round, victim: name, proof, recoveryMs, readyMs, probes };
}

const isBack = ({ process }: Victim, killed: number): boolean => process.pid !== null && process.pid !== killed;

async function firstSuccess(victim: Victim, killed: number, killedAt: number): Promise<{ recoveryMs: number | null; probes: number }> {
  const waiting = new Set<Promise<void>>();
  let probes = 0;
  let recoveryMs: number | null = null;
  while (recoveryMs === null && performance.now() - killedAt < LIMIT_MS) {
    probes += 1;
    const probe = victim.probe().then(
      () => {
        if (isBack(victim, killed)) recoveryMs ??= Math.round(performance.now() - killedAt);
      },
      () => undefined,
    ).finally(() => waiting.delete(probe));
    waiting.add(probe);
    await Promise.race([...waiting, sleep(PROBE_EVERY_MS)]);
    await sleep(recoveryMs === null ? PROBE_EVERY_MS : 0);
  }
  await Promise.all(waiting);
  return { recoveryMs, probes };
}

async function allReady(platform: Platform, victim: Victim, kill: { killed: number; killedAt: number }): Promise<number | null> {
  const ports = Object.values(platform.services).map(({ healthPort }) => healthPort);
  while (performance.now() - kill.killedAt < LIMIT_MS) {
    const ready = await Promise.all(ports.map(isReady));
    if (ready.every(Boolean) && isBack(victim, kill.killed)) return Math.round(performance.now() - kill.killedAt);
    await sleep(READY_EVERY_MS);
  }
  return null;
}

async function isReady(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/health/ready`, { signal: AbortSignal.timeout(3_000) })).ok;
  } catch {
    return false;
  }
}
