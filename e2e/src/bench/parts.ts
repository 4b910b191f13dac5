import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { Agent, request as httpRequest } from 'node:http';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { migrate } from '@aftercare/service';
import { Client } from 'pg';
import { ROOT } from '../../../deploy/local/platform.mjs';
import { createServiceDatabases, serviceDatabaseUrl } from '../../../deploy/local/postgres.mjs';
import { inParallel } from '../contention/tally.js';
import { eventually, type Api, type Ref } from '../http/api.js';
import { databasesOf, visitedOn } from '../http/running.js';
import { startSpecPlatform, type SpecPlatform } from '../spec/platform-fixture.js';
import { createPart, receiveStock } from '../story/goods.js';
import { WAYBILL, type Request, type Stage } from '../story/loop.js';
import { setUpStage } from '../story/stage.js';
import { capture, type Captured } from './captured.js';
import { partsMigrations } from './floor-schema.js';

const PASSWORD = 'Bench-2026-aftercare';
const IN_FLIGHT = [1, 16];
const ROUNDS = 3;
const LINES = 3;
const STOCK = 100_000;
const RATIO_MIN = 0.3;
const PREPARING_AT_ONCE = 8;

/** The commands of a unit of work in their order; those that are measured, and what must be done between them. */
const COMMANDS = ['file', 'submit', 'review', 'print', 'pick', 'plan', 'ship'] as const;
type Command = (typeof COMMANDS)[number];
const BEFORE_SHIPPING = ['submit', 'review'] as const;
const BETWEEN = ['print', 'pick', 'plan'] as const;

/** One unit of work on its way: sends its commands one after the other. */
interface Unit {
  send(command: Command): Promise<void>;
}

interface Row {
  inFlight: number;
  platform: number[];
  floor: number[];
  /** The best run of the platform over the best of the floor. */
  ratio: number;
}

/**
 * `npm run bench:parts [-- --units 200]`: a request of three covered lines is submitted, reviewed and shipped, as units a second, beside a floor
 * that writes the same rows in the same transactions and does nothing else. What the rows are is captured from the platform first. Exit code 0 only when the
 * platform reaches 0.30 of the floor.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { units: { type: 'string', default: '200' } } });
  const world = await startSpecPlatform({ durable: true });
  let floor: Floor | undefined;
  try {
    const stage = await setUpStage(world.admin, { url: world.running.url, password: PASSWORD, suffix: 'bench' }, () => undefined);
    const platform = await platformOf(stage);
    floor = await startFloor(world, platform);
    say(`rows of a unit: ${COMMANDS.map((command) => `${command} ${floor?.rows[command]}`).join(', ')}`);
    const rows: Row[] = [];
    for (const inFlight of IN_FLIGHT) rows.push(await compare({ platform, floor }, { inFlight, units: Number(values.units) }));
    report(rows, floor.rows);
  } finally {
    floor?.child.kill('SIGTERM');
    await world.stop();
  }
}

interface Maker {
  begin(): Unit;
}

/** Runs floor and platform in turn, so that both meet the same minutes. */
async function compare({ platform, floor }: { platform: Maker; floor: Maker }, how: { inFlight: number; units: number }): Promise<Row> {
  const runs = { platform: [] as number[], floor: [] as number[] };
  for (let round = 0; round <= ROUNDS; round += 1) {
    const found = { floor: await unitsPerSecond(floor, how), platform: await unitsPerSecond(platform, how) };
    // The first round warms up.
    if (round === 0) continue;
    runs.floor.push(found.floor);
    runs.platform.push(found.platform);
  }
  const row = { inFlight: how.inFlight, ...runs, ratio: Math.max(...runs.platform) / Math.max(...runs.floor) };
  say(line(row));
  return row;
}

/** Only submit, review and ship are measured; all units are brought to each of them first. */
async function unitsPerSecond(maker: Maker, { inFlight, units }: { inFlight: number; units: number }): Promise<number> {
  const under = Array.from({ length: units }, () => maker.begin());
  const all = async (atOnce: number, commands: readonly Command[]): Promise<number> => {
    const startedAt = performance.now();
    await inParallel(under, atOnce, async (unit) => {
      for (const command of commands) await unit.send(command);
    });
    return performance.now() - startedAt;
  };
  await all(PREPARING_AT_ONCE, ['file']);
  const decidingMs = await all(inFlight, BEFORE_SHIPPING);
  await all(PREPARING_AT_ONCE, BETWEEN);
  const shippingMs = await all(inFlight, ['ship']);
  return units / ((decidingMs + shippingMs) / 1_000);
}

/** What a unit knows of its documents. */
interface Documents {
  request: { id: string; version: number; lineIds: string[] };
  picking: { id: string; version: number };
  order: { id: string; version: number };
}

interface PlatformMaker extends Maker {
  begin(keys?: Partial<Record<Command, string>>): Unit;
}

async function platformOf({ people, dealer, goods, serials, url }: Stage & { serials: string[] }): Promise<PlatformMaker> {
  const partIds: string[] = [];
  for (let number = 1; number <= LINES; number += 1) partIds.push((await createPart(people.clerk, { number: `BENCH-${number}`, name: '阀芯', partClass: 'cartridge' })).id);
  await receiveStock(people.keeper, goods.receivingSiteId, partIds.map((partId) => ({ partId, quantity: STOCK, unitCost: '8.5' })));
  const agent = new Agent({ keepAlive: true });
  const begin = (keys: Partial<Record<Command, string>> = {}): Unit => {
    const known = {} as Documents;
    const post = (command: Command, by: Api, path: string, body: object): Promise<Ref & Partial<Request>> =>
      send(`${url}/api/v1${path}`, { agent, cookie: by.cookie, key: keys[command] ?? randomUUID(), body });
    const steps: Record<Command, () => Promise<void>> = {
      file: async () => {
        const { id, version } = await post('file', dealer.manager, '/parts-requests', {
          purpose: 'visit', visitOn: visitedOn(), deliveryAddress: '上海市徐汇区建材市场1号', urgency: 'urgent', lines: partIds.map((partId, at) => ({ partId, quantity: 1, unitSerial: serials[at] })),
        });
        const { lines } = await people.clerk.get<Request>(`/parts-requests/${id}`);
        known.request = { id, version, lineIds: lines.map((each) => each.id) };
      },
      submit: async () => void ({ version: known.request.version } = await post('submit', dealer.manager, `/parts-requests/${known.request.id}/submit`, { version: known.request.version })),
      review: async () => {
        const { id, version, lineIds } = known.request;
        const reviewed = await post('review', people.clerk, `/parts-requests/${id}/review`, { version, lines: lineIds.map((lineId) => ({ lineId })) });
        known.picking = { id: reviewed.pickingOrderIds?.[0] ?? '', version: 1 };
      },
      print: async () => void (known.picking = await post('print', people.keeper, `/picking-orders/${known.picking.id}/print`, { version: known.picking.version })),
      pick: async () => void (known.picking = await post('pick', people.keeper, `/picking-orders/${known.picking.id}/pick`, { version: known.picking.version })),
      plan: async () => void (known.order = await post('plan', people.clerk, '/shipping-orders', { pickingOrderId: known.picking.id })),
      ship: async () => void (await post('ship', people.keeper, `/shipping-orders/${known.order.id}/ship`, { version: known.order.version, ...WAYBILL })),
    };
    return { send: (command) => steps[command]() };
  };
  return { begin };
}

interface Floor extends Maker {
  child: ChildProcess;
  /** Rows that each command writes. */
  rows: Record<Command, number>;
}

let units = 0;

/** Captures a unit of the platform, and starts the process that writes its rows into a database with the same tables and the rows that are there now. */
async function startFloor(world: SpecPlatform, platform: PlatformMaker): Promise<Floor> {
  const { superuserUrl } = world.platform.postgres;
  const parts = world.running.databases.parts ?? '';
  await createServiceDatabases(superuserUrl, ['floor']);
  await migrate({ service: 'floor', url: serviceDatabaseUrl(superuserUrl, 'floor', { role: 'owner' }), profile: 'demo', migrations: partsMigrations });
  const { floor: url = '' } = databasesOf(superuserUrl, ['floor']);
  // Once before: counters and holdings are there, as they are for every unit that is measured.
  const first = platform.begin();
  for (const command of COMMANDS) await first.send(command);
  await untilSent(parts);
  await copyRows(parts, url);
  const captured: Captured<Command> = await capture(parts, async () => {
    const keys = Object.fromEntries(COMMANDS.map((command) => [command, randomUUID()])) as Record<Command, string>;
    const unit = platform.begin(keys);
    for (const command of COMMANDS) await unit.send(command);
    return keys;
  });
  const file = join(world.running.dir, 'captured.json');
  writeFileSync(file, JSON.stringify(captured));
  const child = spawn(process.execPath, [join(__dirname, 'parts-floor.js'), url, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  const port = await new Promise<number>((resolve, reject) => {
    child.stdout.once('data', (text: Buffer) => resolve((JSON.parse(text.toString('utf8')) as { port: number }).port));
    child.once('exit', (code) => reject(new Error(`the floor ended with ${code}`)));
  });
  const agent = new Agent({ keepAlive: true });
  const begin = (): Unit => {
    units += 1;
    const name = `u${units}`;
    return { send: async (command) => void (await send(`http://127.0.0.1:${port}/${command}/${name}`, { agent, cookie: '', key: '', body: {} })) };
  };
  return { child, begin, rows: Object.fromEntries(COMMANDS.map((command) => [command, captured[command].length])) as Record<Command, number> };
}

/** Parts have been told to everybody; the floor's copy is one of a service at rest. */
async function untilSent(url: string): Promise<void> {
  await withClient(url, (client) => eventually(
    () => client.query<{ waiting: number }>('select count(*)::int as waiting from outbox where published_at is null').then(({ rows }) => rows[0]?.waiting ?? 0),
    (waiting) => waiting === 0, 'the sending of all events',
  ));
}

/** All rows of the public tables, past triggers, as superuser. */
async function copyRows(from: string, to: string): Promise<void> {
  await withClient(from, (source) => withClient(to, async (target) => {
    const { rows: tables } = await target.query<{ name: string; columns: string }>(`
      select table_name as name, string_agg(format('%I', column_name), ', ') as columns from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
      where c.table_schema = 'public' and t.table_type = 'BASE TABLE' and c.is_generated = 'NEVER' group by table_name`);
    await target.query(`set session_replication_role = replica`);
    for (const { name, columns } of tables) {
      const { rows: [kept] } = await source.query<{ rows: string }>(`select coalesce(json_agg(t), '[]')::text as rows from "${name}" t`);
      await target.query(`delete from "${name}"`);
      await target.query(`insert into "${name}" (${columns}) overriding system value select ${columns} from json_populate_recordset(null::"${name}", $1::json)`, [kept?.rows ?? '[]']);
    }
    await target.query('analyze');
  }));
}

async function withClient<T>(connectionString: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

interface Sending {
  agent: Agent;
  cookie: string;
  key: string;
  body: object;
}

/** A POST as a load client sends it; anything but a success is an error of the bench. */
function send(url: string, { agent, cookie, key, body }: Sending): Promise<Ref & Partial<Request>> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { agent, method: 'POST', headers: { cookie, 'content-type': 'application/json', 'idempotency-key': key } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        if ((response.statusCode ?? 0) >= 300) reject(new Error(`${url} answered ${response.statusCode}: ${text}`));
        else resolve(JSON.parse(text) as Ref);
      });
    });
    request.once('error', reject);
    request.end(JSON.stringify(body));
  });
}

function report(rows: Row[], written: Record<Command, number>): void {
  const folder = join(ROOT, '.local', 'bench');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `parts-${new Date().toISOString().replace(/[:.]/g, '-')}.json`);
  writeFileSync(file, `${JSON.stringify({ cores: cpus().length, node: process.version, lines: LINES, written, rows }, null, 2)}\n`);
  const low = rows.filter(({ ratio }) => ratio < RATIO_MIN);
  say(`${cpus().length} cores, node ${process.version}; ${low.length} of ${rows.length} below ${RATIO_MIN.toFixed(2)}; written to ${file}`);
  process.exitCode = low.length > 0 ? 1 : 0;
}

function line({ inFlight, platform, floor, ratio }: Row): string {
  const shown = (runs: number[]): string => runs.map((each) => each.toFixed(1)).join(' ');
  return `submit + review + ship, ${inFlight} in flight: ${shown(platform)} units/s, floor ${shown(floor)}, ratio ${ratio.toFixed(2)}`;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
