// .local/run.json: what runs where, for tools that look for the running platform, and for the next start.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { commandOf, stopProcess, writeWhole } from './processes.mjs';

/** The state of the platform in a folder, or undefined when none was started there. */
export function readRun(dir) {
  try {
    return JSON.parse(readFileSync(join(dir, 'run.json'), 'utf8'));
  } catch {
    return undefined;
  }
}

/** Writes the state; only this user may read it, it names the broker's credentials. */
export function writeRun(dir, state) {
  writeWhole(join(dir, 'run.json'), `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
}

export function removeRun(dir) {
  rmSync(join(dir, 'run.json'), { force: true });
}

/** The platform that runs in a folder now: its supervisor is alive. Undefined otherwise. */
export function runningPlatform(dir) {
  const state = readRun(dir);
  return state && commandOf(state.supervisor).includes(state.command) ? state : undefined;
}

/**
 * Ends services and broker that a killed supervisor left behind. PostgreSQL is left alone: the next start takes it
 * over by its own lock file. Processes are recognised by their command line, ids may have been given to strangers.
 */
export async function endLeftovers(dir) {
  const state = readRun(dir);
  if (!state) return;
  const mine = Object.entries(state.services ?? {}).map(([name, { pid }]) => ({ pid, mark: `services/${name}/dist/main.js` }));
  mine.push({ pid: state.nats?.pid, mark: 'nats-server' });
  const left = mine.filter(({ pid, mark }) => pid && commandOf(pid).includes(mark));
  await Promise.all(left.map(({ pid }) => stopProcess(pid, { graceMs: 3_000 })));
  removeRun(dir);
}
