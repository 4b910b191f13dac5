import { Client } from 'pg';
import type { Api } from '../http/api.js';
import type { SpecPlatform } from '../spec/platform-fixture.js';
import { startStoryPlatform } from '../spec/story-platform.js';
import { publishModel } from '../story/goods.js';
import { hireStaff, registerDealer } from '../story/people.js';
import { asCsv, asWorkbook, cleanRows, plantFaults, type DispatchCells, type Fault } from './sheet.js';

const SERIALS = 10_000;
const WITHIN_MS = 15_000;
const FAULTS = 37;
const SEED = 20_261_126;

interface Job {
  state: string;
  progress: number;
  result: string;
  errors: (Fault & { message: string })[];
}

describe('dispatch sheets of 10 000 serials, with separate processes', () => {
  let world: SpecPlatform;
  let clerk: Api;
  let database: Client;
  let of: { modelCode: string; dealerCode: string };

  beforeAll(async () => {
    world = await startStoryPlatform({ services: ['gateway', 'dealers', 'customers'] });
    const accounts = { url: world.running.url, password: 'Import-spec-2026-x', suffix: 'imp' };
    const people = await hireStaff(world.admin, accounts);
    clerk = people.clerk;
    const model = await publishModel(people, 'IMP-1');
    const dealer = await registerDealer(people, accounts, { code: 'IMP', name: '进口', regionCode: '310104', territory: ['310000'] });
    of = { modelCode: model.number, dealerCode: dealer.code };
    database = new Client({ connectionString: world.running.databases.customers });
    await database.connect();
    await until(async () => (await count('known_dealer')) > 0, 'customers hears of the dealer');
  }, 120_000);
  afterAll(async () => {
    await database?.end();
    await world?.stop();
  }, 60_000);

  const count = async (table: string, condition = 'true'): Promise<number> =>
    (await database.query<{ count: number }>(`select count(*)::int as count from ${table} where ${condition}`)).rows[0]!.count;
  const begin = async (content: Buffer, query = ''): Promise<string> => {
    const form = new FormData();
    form.append('file', new Blob([new Uint8Array(content)]), 'units.xlsx');
    const { status, body } = await clerk.raw<{ id: string }>('POST', `/imports/units${query}`, form, { timeoutMs: WITHIN_MS });
    expect([status, body]).toEqual([202, { id: expect.any(String) as string, service: 'customers' }]);
    return body.id;
  };
  const job = (id: string): Promise<Job> => clerk.get<Job>(`/jobs/customers/${id}`);
  const finished = async (id: string): Promise<Job> => {
    let last = await job(id);
    await until(async () => ['done', 'failed'].includes((last = await job(id)).state), `job ${id} ends`);
    return last;
  };
  const timed = async (content: Buffer, query = ''): Promise<{ done: Job; tookMs: number }> => {
    const startedAt = Date.now();
    const done = await finished(await begin(content, query));
    return { done, tookMs: Date.now() - startedAt };
  };
  const faulty = async (rows: DispatchCells[]): Promise<DispatchCells[]> => plantFaults(rows, FAULTS, SEED).rows;

  it('C-3: 37 planted faults are named by row and cell, exactly those, and nothing is imported', async () => {
    const rows = cleanRows('FAULTY', SERIALS, of);
    const { faults } = plantFaults(rows, FAULTS, SEED);
    for (const query of ['?dryRun=true', '']) {
      const { done } = await timed(await asWorkbook(await faulty(rows)), query);
      expect(done.state).toBe('failed');
      expect(done.errors.map(({ row, column, code }) => ({ row, column, code }))).toEqual(faults);
      expect(done.errors.every(({ message }) => message !== '')).toBe(true);
    }
    expect(await count('product_unit')).toBe(0);
    expect(await count('outbox', `event_type like '%UnitDispatched'`)).toBe(0);
  }, 60_000);

  it('C-3: a clean workbook of 10 000 serials is in within 15 seconds, and the same file again changes nothing', async () => {
    const workbook = await asWorkbook(cleanRows('CLEAN', SERIALS, of));
    const dry = await timed(workbook, '?dryRun=true');
    expect(dry.done).toMatchObject({ state: 'done', errors: [] });
    expect(await count('product_unit')).toBe(0);
    const { done, tookMs } = await timed(workbook);
    console.info(`10 000 serials: ${tookMs} ms, dry ${dry.tookMs} ms`);
    expect(JSON.parse(done.result)).toEqual({ registered: SERIALS, unchanged: 0 });
    expect(tookMs).toBeLessThan(WITHIN_MS);
    expect(JSON.parse((await timed(workbook)).done.result)).toEqual({ registered: 0, unchanged: SERIALS });
    expect([await count('product_unit'), await count('unit_dispatch'), await count('unit_event')]).toEqual([SERIALS, SERIALS, SERIALS]);
  }, 60_000);

  it('C-3: killed in the middle, nothing is half done; after the restart it is completed once', async () => {
    const id = await begin(asCsv(cleanRows('KILLED', SERIALS, of)));
    await until(async () => (await count('job', `id = '${id}' and progress > 0`)) > 0, 'the job is in its middle', 1);
    world.platform.services.customers!.kill();
    expect(await count('job', `id = '${id}' and state = 'running'`)).toBe(1);
    expect(await count('product_unit', `serial like 'KILLED-%'`)).toBe(0);
    await world.platform.waitReady('customers');
    const done = await finished(id);
    expect(JSON.parse(done.result)).toEqual({ registered: SERIALS, unchanged: 0 });
    const dispatched = await count('outbox', `event_type like '%UnitDispatched' and payload like '%KILLED-%'`);
    expect([await count('product_unit', `serial like 'KILLED-%'`), dispatched]).toEqual([SERIALS, SERIALS]);
  }, 90_000);

  it('X-2: a gateway that is killed while it reads a sheet it has taken reads it after its restart', async () => {
    const id = await begin(asCsv(cleanRows('TAKEN', SERIALS, of)));
    world.platform.services.gateway!.kill();
    expect(await count('job', `id = '${id}' and state in ('reading', 'staging')`)).toBe(1);
    await world.platform.waitReady('gateway');
    const done = await finished(id);
    expect(JSON.parse(done.result)).toEqual({ registered: SERIALS, unchanged: 0 });
    expect(await count('product_unit', `serial like 'TAKEN-%'`)).toBe(SERIALS);
  }, 90_000);
});

/** Looks again and again; gives up after a minute. */
async function until(done: () => Promise<boolean>, what: string, pauseMs = 100): Promise<void> {
  for (const end = Date.now() + 60_000; !(await done()); ) {
    if (Date.now() > end) throw new Error(`${what}: not within a minute`);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
