import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type autocannon from 'autocannon';
import { ROOT } from '../../../deploy/local/platform.mjs';
import { deepCases, listCases, type Case } from './lists-cases.js';
import { startListsTarget, type ListsTarget } from './lists-target.js';
import { anyOf, measure, median, type Figures } from './load.js';

const IN_FLIGHT = 16;
const ROUNDS = 3;
/** A deep page may cost so much more than the first one, in the median and beside what the clock's noise is. */
const DEEPER_FACTOR = 1.5;
const DEEPER_MS = 10;

interface Row {
  what: string;
  who: string;
  boundMs: number;
  figures: Figures;
  floor: Figures;
  broken: string;
}

/**
 * `npm run bench:lists [-- --match <text> …] [--amount 200] [--dir <folder>] [--minutes 10]`: what every list, filter and search of the API takes at 16 in flight with a large
 * registry, load client included, median of three runs, the floor beside; and a page far down beside the first. The data
 * stay in their folder (.local/lists) for the next run. Exit code 0 only when every bound holds.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      dir: { type: 'string' }, match: { type: 'string', multiple: true, default: [''] }, amount: { type: 'string', default: '200' }, minutes: { type: 'string', default: '10' },
      customers: { type: 'string', default: '100000' }, units: { type: 'string', default: '300000' }, calls: { type: 'string', default: '200000' },
    },
  });
  const dir = resolve(values.dir ?? join(ROOT, '.local', 'lists'));
  const target = await startListsTarget({ dir, customers: Number(values.customers), units: Number(values.units), calls: Number(values.calls), say });
  try {
    const { cases: lists, without } = await listCases(target);
    if (without.length > 0) say(`below documents that nobody filed here, so not measured: ${without.join(', ')}`);
    const cases = [...lists, ...(await deepCases(target))].filter(({ what }) => values.match.some((text) => what.includes(text)));
    const rows = await measureAll(target, cases, { amount: Number(values.amount), withinMs: Number(values.minutes) * 60_000 });
    compareDeep(rows);
    report(rows, cases.length);
  } finally {
    await target.stop();
  }
}

/** Each case in rounds of its own, the floor once per kind and round of cases; ends in time and says what was left. */
async function measureAll(target: ListsTarget, cases: Case[], { amount, withinMs }: { amount: number; withinMs: number }): Promise<Row[]> {
  const rows: Row[] = [];
  const floors = new Map<string, Figures>();
  const until = Date.now() + withinMs;
  for (const each of cases) {
    if (Date.now() > until) break;
    const floor = floors.get(each.floor) ?? (await measured(target.floorUrl, get([each.floor]), amount));
    floors.set(each.floor, floor);
    const figures = await measured(target.platform.gatewayUrl, get(each.paths.map((path) => `/api/v1${path}`)), amount, target.people[each.who].cookie);
    const broken = figures.errors > 0 ? `${figures.errors} errors` : figures.p975Ms > each.boundMs ? `over ${each.boundMs} ms` : '';
    const row = { what: each.what, who: each.who, boundMs: each.boundMs, figures, floor, broken };
    rows.push(row);
    say(line(row));
  }
  return rows;
}

async function measured(url: string, request: autocannon.Request, amount: number, cookie = ''): Promise<Figures> {
  const runs: Figures[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    runs.push(await measure({ url, inFlight: IN_FLIGHT, seconds: 1, amount, requests: [request], headers: cookie === '' ? {} : { cookie } }));
  }
  return median(runs);
}

const get = (paths: string[]): autocannon.Request => anyOf(paths);

/** Page 1 000 costs what page 1 costs. */
function compareDeep(rows: Row[]): void {
  for (const row of rows) {
    const [path, deep] = row.what.split(' page ');
    const first = deep && rows.find(({ what, who }) => what === path && who === row.who);
    if (first && row.figures.p50Ms > first.figures.p50Ms * DEEPER_FACTOR + DEEPER_MS) row.broken ||= `page 1 takes ${first.figures.p50Ms} ms`;
  }
}

function report(rows: Row[], asked: number): void {
  const broken = rows.filter(({ broken: reason }) => reason !== '');
  const folder = join(ROOT, '.local', 'bench');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `lists-${new Date().toISOString().replace(/[:.]/g, '-')}.json`);
  writeFileSync(file, `${JSON.stringify({ cores: cpus().length, node: process.version, inFlight: IN_FLIGHT, rounds: ROUNDS, rows }, null, 2)}\n`);
  say('');
  for (const row of broken) say(line(row));
  if (rows.length < asked) say(`${asked - rows.length} of ${asked} were not measured in time; take --match, or more --minutes`);
  say(`${rows.length} measured, ${broken.length} bounds broken; written to ${file}`);
  process.exitCode = broken.length > 0 || rows.length < asked ? 1 : 0;
}

function line({ what, who, figures, floor, broken }: Row): string {
  const ms = (value: number): string => value.toFixed(0).padStart(6);
  return `${what.padEnd(60)} ${who.padEnd(10)} p50${ms(figures.p50Ms)} p97.5${ms(figures.p975Ms)} ms   floor p50${ms(floor.p50Ms)} p97.5${ms(floor.p975Ms)} ms  ${broken}`;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
