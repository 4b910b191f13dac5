import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { addDays } from '@aftercare/domain';
import { ROOT } from '../../../deploy/local/platform.mjs';
import type { Ref } from '../http/api.js';
import { businessClockOf } from '../http/running.js';
import { anyOf, measure, median, type Figures } from './load.js';
import { historyOf, LARGEST_PIECES } from './volume-data.js';
import { startVolumeTarget, type VolumeTarget } from './volume-target.js';

const IN_FLIGHT = 16;
const ROUNDS = 3;
const READ_MS = 200;
const OPENING_MS = 5_000;
/** A longer ledger may cost so much more, in the median, and what a clock's noise is. */
const LARGER_FACTOR = 1.2;
const LARGER_MS = 3;
const WHY_OF = 200;
const LOOK_MS = 10;

interface Read {
  what: string;
  who: keyof VolumeTarget['people'];
  paths: string[];
}

interface Row {
  what: string;
  /** Of the small and of the large ledger, or of one alone. */
  figures: Figures[];
  /** Median of the large one over that of the small one; null of one alone. */
  ratio: number | null;
  broken: string;
}

/**
 * `npm run bench:volume [-- --movements 2000000 --beside 200000 --amount 400 --dir <folder>]`: lists of requests and holdings, why a piece is
 * outstanding, and the opening of the largest dealer's stocktake, with a ledger of 2 000 000 movements and 200 dealers beside one of a tenth, both
 * measured in turn; alone with `--beside 0`. The data stay in their folders (.local/volume/<movements>) for the next run. Exit code 0 only when every bound holds.
 */
async function main(): Promise<void> {
  const text = (value: string) => ({ type: 'string', default: value }) as const;
  const { values } = parseArgs({ options: { movements: text('2000000'), beside: text('200000'), amount: text('400'), dir: text(join(ROOT, '.local', 'volume')) } });
  const sizes = [values.beside, values.movements].map(Number).filter((size) => size !== 0);
  if (sizes.some((size) => !Number.isSafeInteger(size) || historyOf({ movements: size }) < 1)) throw new Error('--movements and --beside are whole numbers of more than 72 000.');
  const targets: VolumeTarget[] = [];
  try {
    for (const movements of sizes) targets.push(await startVolumeTarget({ dir: join(resolve(values.dir), String(movements)), movements, say }));
    const rows = [...(await readings(targets, Number(values.amount))), await openings(targets)];
    report(sizes, rows);
  } finally {
    for (const target of targets) await target.stop();
  }
}

async function readings(targets: VolumeTarget[], amount: number): Promise<Row[]> {
  const rows: Row[] = [];
  const readsOf = await Promise.all(targets.map(reads));
  for (const [index, { what }] of (readsOf[0] ?? []).entries()) {
    const runs: Figures[][] = targets.map(() => []);
    for (let round = 0; round <= ROUNDS; round += 1) {
      for (const [at, target] of targets.entries()) {
        const read = readsOf[at]?.[index] as Read;
        const run = await measure({ url: target.platform.gatewayUrl, inFlight: IN_FLIGHT, seconds: 1, amount, requests: [anyOf(read.paths)], headers: { cookie: target.people[read.who].cookie } });
        // The first round warms up.
        if (round > 0) runs[at]?.push(run);
      }
    }
    rows.push(rowOf(what, runs.map(median), READ_MS));
    say(line(rows.at(-1) as Row));
  }
  return rows;
}

/** What is read, as those who read it. */
async function reads({ people, dealerId }: VolumeTarget): Promise<Read[]> {
  const { items: [newest] } = await people.service_clerk.get<{ items: { number: string }[] }>('/parts-requests?limit=1');
  const part = await people.service_clerk.get<{ items: { partId: string }[] }>(`/obligations?limit=1&dealerId=${dealerId}&onlyOutstanding=true`);
  const of = async (query: string): Promise<string[]> => {
    const { items } = await people.service_clerk.get<{ items: { id: string }[] }>(`/obligations?limit=${WHY_OF}&${query}`);
    if (items.length === 0) throw new Error(`no obligations for ${query}`);
    return items.map(({ id }) => `/api/v1/obligations/${id}/why`);
  };
  const list = (path: string): string[] => [`/api/v1${path}${path.includes('?') ? '&' : '?'}limit=50`];
  const partId = part.items[0]?.partId;
  return [
    { what: 'requests', who: 'service_clerk', paths: list('/parts-requests') },
    { what: 'requests of a state', who: 'service_clerk', paths: list('/parts-requests?state=fulfilled') },
    { what: 'requests of the largest dealer', who: 'service_clerk', paths: list(`/parts-requests?dealerId=${dealerId}`) },
    { what: 'requests by number', who: 'service_clerk', paths: list(`/parts-requests?q=${newest?.number}`) },
    { what: 'requests, as its manager', who: 'manager', paths: list('/parts-requests') },
    { what: 'holdings by age', who: 'service_clerk', paths: list('/reports/holdings-by-age') },
    { what: 'holdings of the largest dealer', who: 'service_clerk', paths: list(`/reports/holdings-by-age?dealerId=${dealerId}`) },
    { what: 'holdings of a part', who: 'service_clerk', paths: list(`/reports/holdings-by-age?partId=${partId}`) },
    { what: 'holdings, as its manager', who: 'manager', paths: list('/reports/holdings-by-age') },
    { what: 'outstanding', who: 'service_clerk', paths: list('/obligations?onlyOutstanding=true') },
    { what: 'overdue, as its manager', who: 'manager', paths: list('/obligations?onlyOverdue=true') },
    { what: 'why outstanding', who: 'service_clerk', paths: await of('onlyOutstanding=true') },
    { what: 'why, of the largest dealer', who: 'manager', paths: await of(`dealerId=${dealerId}&onlyOutstanding=true`) },
    { what: 'why, of what has ended', who: 'auditor', paths: await of(`dealerId=${dealerId}`) },
  ];
}

/** H-2: from the request to the end of the job; cancelled again, so that the next round finds what this one found. */
async function openings(targets: VolumeTarget[]): Promise<Row> {
  const runs: Figures[][] = targets.map(() => []);
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [at, target] of targets.entries()) {
      const ms = await opening(target);
      if (round > 0) runs[at]?.push({ requestsPerSecond: 0, p50Ms: ms, p975Ms: ms, p99Ms: ms, errors: 0 });
    }
  }
  const row = rowOf(`stocktake of ${LARGEST_PIECES} pieces opened`, runs.map(median), OPENING_MS);
  say(line(row));
  return row;
}

interface Job {
  state: string;
  result: string;
}

async function opening({ people: { service_clerk: clerk }, running, dealerId }: VolumeTarget): Promise<number> {
  const cutOffOn = addDays(await businessClockOf(running.databases).today(), -1);
  const startedAt = performance.now();
  const { id } = await clerk.post<{ id: string }>('/stocktakes', { dealerId, cutOffOn });
  let job = await clerk.get<Job>(`/jobs/parts/${id}`);
  while (job.state !== 'done' && job.state !== 'failed') {
    await sleep(LOOK_MS);
    job = await clerk.get<Job>(`/jobs/parts/${id}`);
  }
  const ms = Math.round(performance.now() - startedAt);
  if (job.state === 'failed') throw new Error(`the stocktake was not opened: ${JSON.stringify(job)}`);
  const { stocktakeId, borrowedQuantity } = JSON.parse(job.result) as { stocktakeId: string; borrowedQuantity: number };
  if (borrowedQuantity !== LARGEST_PIECES) throw new Error(`${borrowedQuantity} pieces are borrowed, not ${LARGEST_PIECES}`);
  const { version } = await clerk.get<Ref>(`/stocktakes/${stocktakeId}`);
  await clerk.post(`/stocktakes/${stocktakeId}/cancel`, { version, reason: '测量' });
  return ms;
}

function rowOf(what: string, figures: Figures[], boundMs: number): Row {
  const errors = figures.reduce((sum, each) => sum + each.errors, 0);
  const isOver = figures.some(({ p975Ms }) => p975Ms > boundMs);
  const [small, large] = figures;
  const grows = small && large && large.p50Ms > small.p50Ms * LARGER_FACTOR + LARGER_MS;
  const ratio = small && large ? large.p50Ms / small.p50Ms : null;
  return { what, figures, ratio, broken: errors > 0 ? `${errors} errors` : isOver ? `over ${boundMs} ms` : grows ? 'grows with the ledger' : '' };
}

function line({ what, figures, ratio, broken }: Row): string {
  const shown = figures.map(({ p50Ms, p975Ms }) => `p50${p50Ms.toFixed(0).padStart(6)} p97.5${p975Ms.toFixed(0).padStart(6)} ms`).join('   ');
  return `${what.padEnd(36)} ${shown}${ratio === null ? '' : `   × ${ratio.toFixed(2)}`}  ${broken}`;
}

function report(sizes: number[], rows: Row[]): void {
  const broken = rows.filter((row) => row.broken !== '');
  const folder = join(ROOT, '.local', 'bench');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `volume-${new Date().toISOString().replace(/[:.]/g, '-')}.json`);
  writeFileSync(file, `${JSON.stringify({ cores: cpus().length, node: process.version, inFlight: IN_FLIGHT, rounds: ROUNDS, movements: sizes, rows }, null, 2)}\n`);
  say(`${cpus().length} cores, node ${process.version}; ${sizes.join(' and ')} movements, ${rows.length} measured, ${broken.length} bounds broken; written to ${file}`);
  process.exitCode = broken.length > 0 ? 1 : 0;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
