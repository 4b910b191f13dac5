import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { addMonths, businessDate, monthOf } from '@aftercare/domain';
import { ROOT } from '../../../deploy/local/platform.mjs';
import { anyOf, measure, median, type Figures } from './load.js';
import { MONTHS } from './money-data.js';
import { madeUntil, startMoneyTarget, type MoneyTarget } from './money-target.js';

const IN_FLIGHT = 16;
const ROUNDS = 3;
const READ_MS = 300;
const CLOSE_MS = 10_000;
const LOOK_MS = 20;

interface Read {
  what: string;
  paths: string[];
  floor: string[];
}

interface Row {
  what: string;
  boundMs: number;
  figures: Figures;
  /** Null for what has none beside it. */
  floor: Figures | null;
  broken: string;
}

/**
 * `npm run bench:money [-- --slips 200000 --amount 200 --match <text> … --dir <folder>]`: the stub register, receivables, the revenue of a year and the tie-out of its months
 * at 16 in flight, median of three runs, the floor beside; and the close of a month as a job, the median of three months. The data stay in their folder (.local/money) for
 * the next run, until too few of its months are open. Exit code 0 only when every bound holds.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      slips: { type: 'string', default: '200000' }, amount: { type: 'string', default: '200' }, match: { type: 'string', multiple: true, default: [''] }, dir: { type: 'string', default: join(ROOT, '.local', 'money') },
    },
  });
  const dir = join(resolve(values.dir), values.slips);
  const target = await withOpenMonths(dir, Number(values.slips));
  try {
    const asked = (what: string): boolean => values.match.some((text) => what.includes(text));
    const rows = await readings(target, reads(dir).filter(({ what }) => asked(what)), Number(values.amount));
    if (asked('close')) rows.push(await closes(target, dir));
    report(Number(values.slips), rows);
  } finally {
    await target.stop();
  }
}

/** A folder whose months are nearly all closed is begun anew. */
async function withOpenMonths(dir: string, slips: number): Promise<MoneyTarget> {
  const target = await startMoneyTarget({ dir, slips, say });
  if ((await openMonths(target, dir)).length >= ROUNDS) return target;
  await target.stop();
  rmSync(dir, { recursive: true, force: true });
  return startMoneyTarget({ dir, slips, say });
}

/** The whole months of the data, oldest first. */
function monthsOf(dir: string): string[] {
  const running = monthOf(businessDate(madeUntil(dir)));
  return Array.from({ length: MONTHS }, (_each, at) => monthOf(addMonths(`${running}-01`, at - MONTHS)));
}

async function openMonths({ people }: MoneyTarget, dir: string): Promise<string[]> {
  const open: string[] = [];
  for (const month of monthsOf(dir)) {
    const { state } = await people.finance_clerk.get<{ state: string }>(`/months/${month}`);
    if (state === 'open') open.push(month);
  }
  return open;
}

/** What is read, each path of another month where it has one. */
function reads(dir: string): Read[] {
  const months = monthsOf(dir);
  const one = (path: string): string[] => [`/api/v1${path}`];
  const each = (path: (month: string) => string): string[] => months.map((month) => `/api/v1${path(month)}`);
  const floorOf = (kind: string): string[] => months.map((month) => `/${kind}/${month}`);
  return [
    { what: 'stub register', paths: one('/stubs?limit=50'), floor: floorOf('stubs') },
    { what: 'stub register, totals by dealer', paths: one('/stubs/totals?limit=50'), floor: floorOf('stubs') },
    { what: 'receivables', paths: one('/receivables?limit=50'), floor: floorOf('receivables') },
    { what: 'receivables open', paths: one('/receivables?limit=50&onlyOpen=true'), floor: floorOf('receivables') },
    { what: 'receivables by age', paths: one('/statements/receivables-by-age?limit=50'), floor: floorOf('receivables') },
    { what: 'revenue of the months of a year', paths: each((month) => `/revenue?month=${month}&limit=50`), floor: floorOf('revenue') },
    { what: 'revenue of a year by dealer', paths: each((month) => `/revenue/sums?month=${month}&by=dealer&limit=50`), floor: floorOf('revenue') },
    { what: 'revenue of a year by part', paths: each((month) => `/revenue/sums?month=${month}&by=part&limit=50`), floor: floorOf('revenue') },
    { what: 'revenue of a year by reason', paths: each((month) => `/revenue/sums?month=${month}&by=reason&limit=50`), floor: floorOf('revenue') },
    { what: 'tie-out of a month', paths: each((month) => `/months/${month}/tie-out`), floor: floorOf('tie-out') },
    { what: 'tie-out of a month, its rows', paths: each((month) => `/months/${month}/tie-out/rows?limit=50`), floor: floorOf('tie-out') },
    { what: 'tie-out of a month, its faults', paths: each((month) => `/months/${month}/tie-out/faults?limit=50`), floor: floorOf('tie-out') },
  ];
}

async function readings({ platform, people, floorUrl }: MoneyTarget, all: Read[], amount: number): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { what, paths, floor } of all) {
    const runs: [ours: Figures[], floor: Figures[]] = [[], []];
    for (let round = 0; round <= ROUNDS; round += 1) {
      const below = await measure({ url: floorUrl, inFlight: IN_FLIGHT, seconds: 1, amount, requests: [anyOf(floor)] });
      const ours = await measure({ url: platform.gatewayUrl, inFlight: IN_FLIGHT, seconds: 1, amount, requests: [anyOf(paths)], headers: { cookie: people.finance_clerk.cookie } });
      // The first round warms up.
      if (round > 0) [ours, below].forEach((figures, at) => runs[at]?.push(figures));
    }
    const figures = median(runs[0]);
    const broken = figures.errors > 0 ? `${figures.errors} errors` : figures.p975Ms > READ_MS ? `over ${READ_MS} ms` : '';
    rows.push({ what, boundMs: READ_MS, figures, floor: median(runs[1]), broken });
    say(line(rows.at(-1) as Row));
  }
  return rows;
}

interface Job {
  state: string;
  errors: object[];
}

/** B-6: from the request to the end of the job, one month after the other, for a closed month stays so. */
async function closes(target: MoneyTarget, dir: string): Promise<Row> {
  const runs: Figures[] = [];
  for (const month of (await openMonths(target, dir)).slice(0, ROUNDS)) {
    const ms = await closed(target, month);
    say(`${month} closed in ${ms} ms`);
    runs.push({ requestsPerSecond: 0, p50Ms: ms, p975Ms: ms, p99Ms: ms, errors: 0 });
  }
  const figures = median(runs);
  const row = { what: 'close of a month', boundMs: CLOSE_MS, figures, floor: null, broken: figures.p975Ms > CLOSE_MS ? `over ${CLOSE_MS} ms` : '' };
  say(line(row));
  return row;
}

async function closed({ people: { finance_clerk: finance } }: MoneyTarget, month: string): Promise<number> {
  const startedAt = performance.now();
  const { id } = await finance.post<{ id: string }>(`/months/${month}/close`, {});
  for (;;) {
    const job = await finance.get<Job>(`/jobs/invoicing/${id}`);
    if (job.state === 'failed') throw new Error(`${month} was not closed: ${JSON.stringify(job.errors.slice(0, 5))}`);
    if (job.state === 'done') return Math.round(performance.now() - startedAt);
    await sleep(LOOK_MS);
  }
}

function line({ what, figures, floor, broken }: Row): string {
  const ms = (value: number): string => value.toFixed(0).padStart(6);
  const beside = floor ? `   floor p50${ms(floor.p50Ms)} p97.5${ms(floor.p975Ms)} ms` : '';
  return `${what.padEnd(36)} p50${ms(figures.p50Ms)} p97.5${ms(figures.p975Ms)} ms${beside}  ${broken}`;
}

function report(slips: number, rows: Row[]): void {
  const broken = rows.filter((row) => row.broken !== '');
  const folder = join(ROOT, '.local', 'bench');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `money-${new Date().toISOString().replace(/[:.]/g, '-')}.json`);
  writeFileSync(file, `${JSON.stringify({ cores: cpus().length, node: process.version, inFlight: IN_FLIGHT, rounds: ROUNDS, slips, rows }, null, 2)}\n`);
  say(`${cpus().length} cores, node ${process.version}; ${slips} slips, ${rows.length} measured, ${broken.length} bounds broken; written to ${file}`);
  process.exitCode = broken.length > 0 ? 1 : 0;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
