import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type autocannon from 'autocannon';
import { ROOT } from '../../../deploy/local/platform.mjs';
import { submitAndReview } from './flow.js';
import { anyOf, best, inTurn, keyedPost, measure, type Figures } from './load.js';
import { natsEcho } from './nats-echo.js';
import { pgbench } from './pgbench.js';
import { residentMb } from './processes.js';
import { CALL_DRAFT, startTarget, type Target } from './target.js';

const IN_FLIGHT = [1, 16, 64];
const ROUNDS = 3;
const SECONDS = Number(process.env.BENCH_SECONDS ?? 2);
const WARM_UP_SECONDS = 4;
/** Processes beyond the product's core, whose memory is listed beside the sum. */
const BESIDE = ['insights'];
/** Services give memory back when they have been quiet for some ten seconds. */
const QUIET_MS = 25_000;

interface Row {
  what: string;
  inFlight: number;
  platform: Figures;
  floor: Figures | null;
  /** Requests a second of the platform over those of the floor, both the best of their runs. */
  ratio: number | null;
}

/** `npm run bench`: speed and memory, interleaved with the floor, as ratios to it. */
async function main(): Promise<void> {
  const target = await startTarget(say);
  try {
    await sleep(QUIET_MS);
    const idle = memoryOf(target);
    await warmUp(target);
    const rows: Row[] = [];
    for (const inFlight of IN_FLIGHT) {
      for (const { what, platform, floor } of pairs(target)) rows.push(await compare(target, { what, platform, floor, inFlight }));
      rows.push({ what: 'mix 70/30', inFlight, platform: await measure(mix(target, inFlight)), floor: null, ratio: null });
      rows.push({ what: 'submit + review', inFlight, platform: await submitAndReview(target, inFlight, SECONDS), floor: null, ratio: null });
    }
    await report(target, rows, idle);
  } finally {
    await target.stop();
  }
}

interface Pair {
  what: string;
  platform: autocannon.Request;
  floor: autocannon.Request;
}

function pairs(target: Target): Pair[] {
  const { floor, callIds } = target;
  return [
    { what: 'point read', platform: anyOf(callIds.map((id) => `/api/v1/repair-calls/${id}`)), floor: anyOf(floor.callIds.map((id) => `/read/${id}`)) },
    { what: 'list of 50', platform: get('/api/v1/repair-calls?limit=50'), floor: get(`/list/${floor.dealerId}`) },
    { what: 'list of 50 (floor json_agg)', platform: get('/api/v1/repair-calls?limit=50'), floor: get(`/list-json/${floor.dealerId}`) },
    { what: 'create call', platform: keyedPost('/api/v1/repair-calls', () => CALL_DRAFT), floor: keyedPost(`/create/${floor.dealerId}`, () => CALL_DRAFT) },
  ];
}

const get = (path: string): autocannon.Request => ({ method: 'GET', path });

/** Runs platform and floor in turn, so that both meet the same minutes. */
async function compare(target: Target, pair: Pair & { inFlight: number }): Promise<Row> {
  const runs: { platform: Figures[]; floor: Figures[] } = { platform: [], floor: [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    runs.floor.push(await measure({ url: target.floor.url, inFlight: pair.inFlight, seconds: SECONDS, requests: [pair.floor] }));
    runs.platform.push(await measure({ url: target.platform.gatewayUrl, inFlight: pair.inFlight, seconds: SECONDS, requests: [pair.platform], headers: cookie(target) }));
  }
  const [platform, floor] = [best(runs.platform), best(runs.floor)];
  const row = { what: pair.what, inFlight: pair.inFlight, platform, floor, ratio: platform.requestsPerSecond / floor.requestsPerSecond };
  say(`${row.what}, ${row.inFlight} in flight: ${platform.requestsPerSecond}/s, ratio ${row.ratio.toFixed(2)}`);
  return row;
}

/** 7 reads and 3 creates, as a shift is. */
function mix(target: Target, inFlight: number): Parameters<typeof measure>[0] {
  const read = anyOf(target.callIds.map((id) => `/api/v1/repair-calls/${id}`));
  const create = keyedPost('/api/v1/repair-calls', () => CALL_DRAFT);
  const list = get('/api/v1/repair-calls?limit=50');
  return {
    url: target.platform.gatewayUrl, inFlight, seconds: SECONDS * ROUNDS, headers: cookie(target),
    requests: [inTurn([read, create, read, list, read, create, read, read, create, read])],
  };
}

const cookie = (target: Target): Record<string, string> => ({ cookie: target.cookie.manager });

async function warmUp(target: Target): Promise<void> {
  say('warming up');
  for (const { platform, floor } of pairs(target)) {
    await measure({ url: target.platform.gatewayUrl, inFlight: 16, seconds: WARM_UP_SECONDS, requests: [platform], headers: cookie(target) });
    await measure({ url: target.floor.url, inFlight: 16, seconds: WARM_UP_SECONDS, requests: [floor] });
  }
}

/** Resident memory in MB of each service, PostgreSQL's first process and the broker. */
function memoryOf(target: Target): Record<string, number> {
  const { services, postgres, nats } = target.platform;
  const pids = { ...Object.fromEntries(Object.entries(services).map(([name, { pid }]) => [name, pid])), postgres: postgres.pid, nats: nats.pid };
  return Object.fromEntries(Object.entries(pids).map(([name, pid]) => [name, residentMb(pid)]));
}

async function report(target: Target, rows: Row[], idle: Record<string, number>): Promise<void> {
  const hello = await measure({ url: target.platform.gatewayUrl, inFlight: 64, seconds: SECONDS, requests: [get('/health/live')] });
  const storeDir = mkdtempSync(join(tmpdir(), 'aftercare-echo-'));
  const echo = await natsEcho(storeDir, 64, SECONDS);
  rmSync(storeDir, { recursive: true, force: true });
  const memory = { idleMb: idle, afterLoadMb: memoryOf(target) };
  const services = Object.keys(target.platform.services).filter((name) => !BESIDE.includes(name));
  const idleServicesMb = services.reduce((sum, name) => sum + (idle[name] ?? 0), 0);
  const beside = { gatewayHelloPerSecond: hello.requestsPerSecond, natsEchoPerSecond: echo, pgbench: await pgbench(target) };
  say('');
  say('what                        in flight   req/s     p50   p97.5     p99  errors   floor/s   ratio');
  for (const row of rows) say(line(row));
  say(`(the platform's list passes on the line that each call keeps; the floor's two build their rows from the columns)`);
  say(`gateway hello ${hello.requestsPerSecond}/s, bare NATS request-reply ${echo}/s, pgbench ${JSON.stringify(beside.pgbench)}`);
  say(`idle memory of the services ${idleServicesMb} MB, beside them ${BESIDE.join(', ')}: ${JSON.stringify(idle)}; after load ${JSON.stringify(memory.afterLoadMb)}`);
  const folder = join(ROOT, '.local', 'bench');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${new Date().toISOString().replace(/[:.]/g, '-')}.json`);
  writeFileSync(file, `${JSON.stringify({ cores: cpus().length, node: process.version, seconds: SECONDS, rounds: ROUNDS, rows, beside, memory, idleServicesMb }, null, 2)}\n`);
  say(`written to ${file}`);
}

function line({ what, inFlight, platform, floor, ratio }: Row): string {
  const ms = (value: number): string => value.toFixed(1).padStart(8);
  const figures = `${String(platform.requestsPerSecond).padStart(8)}${ms(platform.p50Ms)}${ms(platform.p975Ms)}${ms(platform.p99Ms)}${String(platform.errors).padStart(8)}`;
  return `${what.padEnd(28)}${String(inFlight).padStart(9)}${figures}${String(floor?.requestsPerSecond ?? '').padStart(10)}${ratio === null ? '' : ratio.toFixed(2).padStart(8)}`;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
