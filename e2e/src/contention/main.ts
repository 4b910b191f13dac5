import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Client } from 'pg';
import { ROOT } from '../../../deploy/local/platform.mjs';
import { check, countOf, tableOf } from '../check/check.js';
import { startSpecPlatform, type SpecPlatform } from '../spec/platform-fixture.js';
import { setUpStage } from '../story/stage.js';
import { arenaOf, type Arena } from './goods-in-demand.js';
import { redLetterDuringMatch, reversalDuringRun, twoRuns } from './money-races.js';
import { oneCreditRoom, shipWhileReversed, twoReviewers } from './races.js';
import { confirmWhileCounted, countWhileConverted } from './stocktake-races.js';
import { hotPart, oppositeOrders, reviewsAtOnce, transfersAtOnce, type Outcome } from './stock-rush.js';

const PASSWORD = 'Contention-2026-aftercare';

interface Amounts {
  repeats: number;
  requests: number;
  pieces: number;
  pairs: number;
  issues: number;
  races: number;
  moneyRaces: number;
}

interface Chapter {
  name: string;
  times: number;
  play(arena: Arena): Promise<Outcome>;
}

const chaptersOf = ({ repeats, requests, pieces, pairs, issues, races, moneyRaces }: Amounts): Chapter[] => [
  { name: 'reviews', times: repeats, play: (arena) => reviewsAtOnce(arena, { requests, pieces }) },
  { name: 'transfers', times: repeats, play: (arena) => transfersAtOnce(arena, { requests, pieces }) },
  { name: 'opposite', times: 1, play: (arena) => oppositeOrders(arena, pairs) },
  { name: 'hot-part', times: 1, play: (arena) => hotPart(arena, { issues, inFlight: 64 }) },
  { name: 'reviewers', times: 1, play: (arena) => twoReviewers(arena, races) },
  { name: 'reversal', times: 1, play: (arena) => shipWhileReversed(arena, races) },
  { name: 'credit', times: 1, play: (arena) => oneCreditRoom(arena, races) },
  { name: 'runs', times: 1, play: (arena) => twoRuns(arena, moneyRaces) },
  { name: 'run', times: 1, play: (arena) => reversalDuringRun(arena, moneyRaces) },
  { name: 'red-letter', times: 1, play: (arena) => redLetterDuringMatch(arena, moneyRaces) },
  // Last, since they move the business clock by months.
  { name: 'conversion', times: 1, play: (arena) => countWhileConverted(arena, races) },
  { name: 'count', times: 1, play: (arena) => confirmWhileCounted(arena, races) },
];

/**
 * `npm run contention [-- --only reviews,credit --repeats 50 --requests 200 --pieces 50 --pairs 2000 --issues 600 --races 500 --moneyRaces 200]`: everybody
 * wants the same pieces, the same request, the same room, the same stubs, at the same moment, on a platform of its own. Ends with the checker. Exit code 0 only when nothing was
 * given twice, nothing was refused but for a clean reason, and PostgreSQL met no deadlock.
 */
async function main(): Promise<void> {
  const { only, ...amounts } = readOptions();
  const world = await startSpecPlatform({ durable: true });
  try {
    const accounts = { url: world.running.url, password: PASSWORD, suffix: 'hot' };
    const arena = await arenaOf(await setUpStage(world.admin, accounts, () => undefined), accounts, world.running);
    const before = await deadlocksOf(world);
    const chapters = [];
    for (const chapter of chaptersOf(amounts).filter(({ name }) => only.length === 0 || only.includes(name))) chapters.push(await played(chapter, arena));
    const deadlocks = (await deadlocksOf(world)) - before;
    const { verdicts } = await check(world.running);
    say(`deadlocks ${deadlocks}\n${tableOf(verdicts)}`);
    const file = keep({ cores: cpus().length, load: loadavg()[1], amounts, chapters, deadlocks, verdicts });
    const faults = chapters.flatMap((each) => each.faults);
    say(`${faults.length + countOf(verdicts) + deadlocks} faults; written to ${file}`);
    process.exitCode = faults.length + countOf(verdicts) + deadlocks === 0 ? 0 : 1;
  } finally {
    await world.stop();
  }
}

async function played({ name, times, play }: Chapter, arena: Arena): Promise<{ name: string; seconds: number; figures: Outcome['figures'][]; faults: string[] }> {
  const startedAt = performance.now();
  const outcomes: Outcome[] = [];
  for (let time = 0; time < times; time += 1) outcomes.push(await play(arena));
  const [seconds, faults] = [Math.round((performance.now() - startedAt) / 1_000), outcomes.flatMap((each) => each.faults)];
  say(`${name.padEnd(11)}${String(times).padStart(3)} times in ${seconds} s: ${JSON.stringify(outcomes.at(-1)?.figures)}${faults.map((fault) => `\n    ${fault}`).join('')}`);
  return { name, seconds, figures: outcomes.map((each) => each.figures), faults };
}

async function deadlocksOf({ running }: SpecPlatform): Promise<number> {
  const client = new Client({ connectionString: running.databases.parts });
  await client.connect();
  try {
    const { rows } = await client.query<{ deadlocks: number }>('select sum(deadlocks)::int as deadlocks from pg_stat_database');
    return rows[0]?.deadlocks ?? 0;
  } finally {
    await client.end();
  }
}

function readOptions(): Amounts & { only: string[] } {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' }, repeats: { type: 'string', default: '50' }, requests: { type: 'string', default: '200' }, pieces: { type: 'string', default: '50' },
      pairs: { type: 'string', default: '2000' }, issues: { type: 'string', default: '600' }, races: { type: 'string', default: '500' }, moneyRaces: { type: 'string', default: '200' },
    },
  });
  const { only, ...rest } = values;
  const amounts = Object.fromEntries(Object.entries(rest).map(([name, text]) => [name, positive(name, text)]));
  return { ...(amounts as unknown as Amounts), only: only?.split(',') ?? [] };
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new Error(`--${name} is a whole number of at least 1, not ${text}`);
  return value;
}

function keep(result: object): string {
  const folder = join(ROOT, '.local', 'contention');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${new Date().toISOString().replace(/[:.]/g, '-')}.json`);
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
  return file;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
