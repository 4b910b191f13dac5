import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT } from '../../../deploy/local/platform.mjs';
import { AckLog } from '../check/ack-log.js';
import { check, countOf, tableOf } from '../check/check.js';
import { Random } from '../demo/random.js';
import { businessClockOf, type BusinessClock } from '../http/running.js';
import { startSpecPlatform, type SpecPlatform } from '../spec/platform-fixture.js';
import type { Accounts } from '../story/people.js';
import { setUpStage } from '../story/stage.js';
import { Load, mixedWorks, type LoadTools, type Work } from './load.js';
import { moneyWorks } from './money-load.js';
import { readOptions, type ChaosOptions } from './options.js';
import { partsWorks } from './parts-load.js';
import { failuresOf, ROUND_HEADINGS, roundLine, summary, type Campaign } from './report.js';
import { killAndRecover, type Round } from './round.js';
import { Tally } from './tally.js';
import { inRandomOrder, victimsOf } from './victims.js';

const PASSWORD = 'Chaos-2026-aftercare';
const PAUSE_MIN_MS = 500;
const PAUSE_MAX_MS = 1_500;

interface Worksite {
  stage: Awaited<ReturnType<typeof setUpStage>>;
  accounts: Accounts;
  tools: LoadTools & { clock: BusinessClock };
}

const WORKS: Record<ChaosOptions['load'], (site: Worksite) => Work[] | Promise<Work[]>> = {
  mixed: ({ stage, tools }) => mixedWorks(stage, stage.serials, tools),
  parts: ({ stage, accounts, tools }) => partsWorks(stage, accounts, tools),
  money: ({ stage, tools }) => moneyWorks(stage, tools),
};

let interrupted = false;

/**
 * `npm run chaos [-- --load mixed --rounds 20 --seed N --together 1 --only nats,postgres --check-every 10]`: kills processes of a platform of
 * its own under load, measures how soon they serve again, and checks what the clients were told against the databases, after each ten rounds
 * and at the end. With `--load parts` pieces are issued, received, returned and counted, and stocktakes convert, a day with each round;
 * with `--load money` slips are paid, reversed, invoiced, consolidated, taken back by red letters and refunded.
 */
async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  say(`seed ${options.seed}, ${options.rounds} rounds`);
  const folder = join(ROOT, '.local', 'chaos');
  const name = new Date().toISOString().replace(/[:.]/g, '-');
  mkdirSync(folder, { recursive: true });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => { interrupted = true; });
  const world = await startSpecPlatform({ durable: true });
  try {
    const campaign = await run(world, options, join(folder, `${name}.acks.jsonl`));
    const file = join(folder, `${name}.json`);
    writeFileSync(file, `${JSON.stringify(campaign, null, 2)}\n`);
    say(`${summary(campaign)}\nwritten to ${file}`);
    if (failuresOf(campaign).length === 0) return;
    process.exitCode = 1;
    keepLogs(world, join(folder, `${name}-logs`));
  } catch (error) {
    keepLogs(world, join(folder, `${name}-logs`));
    throw error;
  } finally {
    await world.stop();
  }
}

async function run(world: SpecPlatform, options: ChaosOptions, ackFile: string): Promise<Campaign> {
  const accounts = { url: world.running.url, password: PASSWORD, suffix: 'chaos' };
  const stage = await setUpStage(world.admin, accounts, () => undefined);
  say('the platform runs, people, dealer and goods are there; the load begins');
  const startedAt = new Date();
  const random = new Random(options.seed);
  const patience = { acks: AckLog.create(ackFile), tally: new Tally() };
  const victims = inRandomOrder(victimsOf(world.platform, options.only, { stage, patience }), options.together, random);
  // Clients take their own random numbers: how often each asks depends on the machine, the victims must not.
  const tools = { patience, random: new Random(options.seed + 1) };
  const clock = businessClockOf(world.running.databases);
  const works = await WORKS[options.load]({ stage, accounts, tools: { ...tools, clock } });
  say(ROUND_HEADINGS);
  const rounds: Round[] = [];
  const checks: Campaign['checks'] = [];
  let load = new Load(works, tools);
  for (let round = 1; round <= options.rounds && !interrupted; round += 1) {
    await sleep(random.whole(PAUSE_MIN_MS, PAUSE_MAX_MS));
    // Stocktakes end with the days.
    if (options.load === 'parts') await clock.moveOn(1);
    const killed = await Promise.all(victims.next().value.map((victim) => killAndRecover(world.platform, victim, round)));
    for (const each of killed) say(roundLine(each));
    rounds.push(...killed);
    if (round % options.checkEvery > 0 || round === options.rounds) continue;
    await load.stop();
    const { verdicts: found } = await check(world.running, { acks: patience.acks });
    checks.push({ round, violations: found.flatMap(({ id, violations }) => violations.map((violation) => `${id} ${violation}`)) });
    say(`       checked after round ${round}: ${countOf(found)} violations${countOf(found) > 0 ? `\n${tableOf(found)}` : ''}`);
    load = new Load(works, tools);
  }
  await load.stop();
  const [, machineLoad = 0] = loadavg();
  const { verdicts, drainedMs } = await check(world.running, { acks: patience.acks });
  const { tally, acks } = patience;
  return {
    seed: options.seed, startedAt: startedAt.toISOString(), seconds: (Date.now() - startedAt.getTime()) / 1_000,
    cores: cpus().length, load: machineLoad, rounds, creates: acks.counts,
    answered: tally.answered, retries: tally.retries, retryReasons: tally.retryReasons, surprises: tally.surprises, done: tally.done, checks, drainedMs, verdicts,
  };
}

function keepLogs(world: SpecPlatform, folder: string): void {
  cpSync(join(world.running.dir, 'logs'), folder, { recursive: true });
  say(`the logs are kept in ${folder}`);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
