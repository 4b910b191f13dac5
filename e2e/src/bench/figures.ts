import { cpus } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { addDays, addMonths, businessDate } from '@aftercare/domain';
import { Client } from 'pg';
import { ROOT } from '../../../deploy/local/platform.mjs';
import { BY } from '../figures/brute-force.js';
import { differences, figuresReady } from '../figures/compare.js';
import { openSources } from '../figures/sources.js';
import type { Api } from '../http/api.js';
import { databasesOf } from '../http/running.js';
import { startListsTarget, type ListsTarget } from './lists-target.js';
import { measure, median, type Figures } from './load.js';

const BOUND_MS = 300;
const ROUNDS = 3;
const MONTHS = 24;

/**
 * `npm run bench:figures [-- --dir <folder>] [--amount 40] [--calls 200000] [--in-flight 1] [--skip-compare]`: quality figures over 24 months with a large
 * registry. First every figure is compared with SQL over the source tables, then each Pareto is measured at the gateway, load client
 * included, median of three runs. The data are those of bench:lists. Exit code 0 only when all are equal and hold their bound.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      dir: { type: 'string' }, amount: { type: 'string', default: '40' }, 'in-flight': { type: 'string', default: '1' }, 'skip-compare': { type: 'boolean' },
      customers: { type: 'string', default: '100000' }, units: { type: 'string', default: '300000' }, calls: { type: 'string', default: '200000' },
    },
  });
  const dir = resolve(values.dir ?? join(ROOT, '.local', 'lists'));
  const target = await startListsTarget({ dir, customers: Number(values.customers), units: Number(values.units), calls: Number(values.calls), say });
  try {
    const databases = databasesOf(target.platform.postgres.superuserUrl, ['customers', 'parts', 'repairs', 'insights']);
    await ready(databases.insights ?? '');
    const found = values['skip-compare'] ? [] : await compared(target, databases);
    const slow = await measured(target, { amount: Number(values.amount), inFlight: Number(values['in-flight']) });
    say(`${cpus().length} cores, node ${process.version}; ${found.length} figures differ, ${slow} over ${BOUND_MS} ms`);
    process.exitCode = found.length + slow > 0 ? 1 : 0;
  } finally {
    await target.stop();
  }
}

async function ready(url: string): Promise<void> {
  const insights = new Client({ connectionString: url });
  await insights.connect();
  try {
    say('the figures are built from the outboxes');
    await figuresReady(insights, 60 * 60_000);
    await insights.query('vacuum analyze');
  } finally {
    await insights.end();
  }
}

async function compared(target: ListsTarget, databases: Record<string, string>): Promise<string[]> {
  const sources = await openSources({ url: target.platform.gatewayUrl, dir: target.platform.dir, databases });
  try {
    const found = await differences(target.people.clerk, sources, lastMonths(), say);
    for (const line of found) say(line);
    return found;
  } finally {
    await sources.end();
  }
}

/** Whole months and the days of the present one. */
function lastMonths(): { from: string; to: string } {
  const to = businessDate(new Date());
  return { from: addDays(addMonths(to, -MONTHS), 1), to };
}

async function measured(target: ListsTarget, how: { amount: number; inFlight: number }): Promise<number> {
  const { from, to } = lastMonths();
  const period = `from=${from}&to=${to}`;
  const [part, lot] = await Promise.all([firstKey(target.people.clerk, 'part', period), firstKey(target.people.clerk, 'lot', period)]);
  const narrowed = [`fault&family=faucet`, `cause&partId=${part}`, `part&faultCode=F01`, `dealer&stage=in_warranty`, `fault&lot=${encodeURIComponent(lot)}`];
  let slow = 0;
  for (const by of [...BY, ...narrowed]) {
    const figures = await threeTimes(target, `/quality/pareto?by=${by}&${period}`, how);
    const over = figures.errors > 0 || figures.p975Ms > BOUND_MS;
    slow += over ? 1 : 0;
    say(`pareto ${by.padEnd(60)} p50 ${figures.p50Ms.toFixed(0).padStart(5)} p97.5 ${figures.p975Ms.toFixed(0).padStart(5)} ms${over ? `  over ${BOUND_MS} ms, ${figures.errors} errors` : ''}`);
  }
  for (const path of ['records?', 'records?family=faucet&faultCode=F01&', `records?partId=${part}&`, 'months-in-service?', 'rates?by=dealer&', 'calls?only=repeated&', 'hints?']) {
    const figures = await threeTimes(target, `/quality/${path}${period}`, how);
    if (figures.errors > 0) slow += 1;
    say(`${path.padEnd(67)} p50 ${figures.p50Ms.toFixed(0).padStart(5)} p97.5 ${figures.p975Ms.toFixed(0).padStart(5)} ms`);
  }
  return slow;
}

async function firstKey(api: Api, by: string, period: string): Promise<string> {
  const { items } = await api.get<{ items: { key: string }[] }>(`/quality/pareto?by=${by}&${period}&limit=1`);
  return items[0]?.key ?? '';
}

async function threeTimes(target: ListsTarget, path: string, { amount, inFlight }: { amount: number; inFlight: number }): Promise<Figures> {
  const runs: Figures[] = [];
  const request = { method: 'GET' as const, path: `/api/v1${path}` };
  for (let round = 0; round < ROUNDS; round += 1) {
    runs.push(await measure({ url: target.platform.gatewayUrl, inFlight, seconds: 1, amount, requests: [request], headers: { cookie: target.people.clerk.cookie } }));
  }
  return median(runs);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
