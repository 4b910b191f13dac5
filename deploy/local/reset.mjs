// npm run reset: clears all data of this checkout's platform, those put aside by restores too. Backups and the fetched broker program stay.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { dataFolder, serverUser } from './postgres-files.mjs';
import { commandOf, stopProcess, whenMain } from './processes.mjs';
import { endLeftovers, runningPlatform } from './run-file.mjs';
import { platformDir } from './settings.mjs';

/** What a platform keeps in its folder, PostgreSQL's own folder apart; earlier versions kept content.json. */
export const KEPT = ['nats', 'nats.conf', 'data', 'keys', 'logs', 'content.json', 'sign-ins.json', 'run.json'];

/** What a restore moved out of the way, or left when it was killed. */
const ASIDE = /^((postgres|data|keys|sign-ins\.json|content\.json)\.before-restore-|\.restore-)/;

/** Where PostgreSQL's data of a platform's folder lie; elsewhere when its user may not enter the checkout. */
export function postgresFolder(dir) {
  return dataFolder(join(dir, 'postgres'), serverUser());
}

/** Throws while a platform runs in the folder; ends what a killed one left behind, its PostgreSQL included. */
export async function requireStopped(dir) {
  const running = runningPlatform(dir);
  if (running) throw new Error(`Aftercare runs here (process ${running.supervisor}); stop it first with Ctrl-C or kill ${running.supervisor}`);
  await endLeftovers(dir);
  const lock = join(postgresFolder(dir), 'postmaster.pid');
  if (!existsSync(lock)) return;
  const pid = Number(readFileSync(lock, 'utf8').split('\n')[0]);
  if (commandOf(pid).includes('postgres')) await stopProcess(pid, { signal: 'SIGINT' });
}

/** Removes all data of a stopped platform. */
export async function wipe(dir) {
  await requireStopped(dir);
  for (const path of [postgresFolder(dir), ...KEPT.map((name) => join(dir, name))]) rmSync(path, { recursive: true, force: true });
}

/** Removes all data of a stopped platform, those that restores put aside with them. */
export async function reset(dir) {
  await wipe(dir);
  for (const [folder, name] of [[dir, ''], [dirname(postgresFolder(dir)), basename(postgresFolder(dir))]]) {
    if (!existsSync(folder)) continue;
    const aside = readdirSync(folder).filter((each) => (name ? each.startsWith(`${name}.before-restore-`) : ASIDE.test(each)));
    for (const each of aside) rmSync(join(folder, each), { recursive: true, force: true });
  }
}

whenMain(import.meta.url, async () => {
  await reset(platformDir());
  process.stdout.write(`${platformDir()} is empty; npm start makes new data\n`);
});
