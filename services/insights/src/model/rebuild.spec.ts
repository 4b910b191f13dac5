import { ReadModelService } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { assert, asyncProperty, infiniteStream, nat } from 'fast-check';
import { deliver, factNames, fileOf, januaryOf, startInsights, tell, type InsightsWorld, type SpecEvent } from '../insights.fixture.js';
import { FACT_TABLES } from './old-rows.js';
import { sources } from './sources.js';

/** A rebuilding takes what it takes beside other suites; that it ends is asked here, never how fast. */
const PATIENCE_MS = 90_000;
jest.setTimeout(2 * PATIENCE_MS);

let world: InsightsWorld;
beforeAll(async () => {
  world = await startInsights();
  await rebuilt();
});
afterAll(() => world?.service.stop());
afterEach(() => {
  world.beforeFrame = () => Promise.resolve();
});

const admin = () => world.service.client(ReadModelService, world.service.ctx({ role: 'admin', idempotencyKey: newId() }));

async function rebuilt(): Promise<void> {
  for (const until = Date.now() + PATIENCE_MS; ;) {
    const { state, sources } = await admin().getReadModel({});
    if (state === 'ready') return;
    if (Date.now() > until) throw new Error(`the rebuilding does not end: ${JSON.stringify(sources)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function rebuild(): Promise<void> {
  await admin().rebuildReadModel({});
  await rebuilt();
}

describe('the read model', () => {
  it('D-4: every event it is made of is in the spec', () => {
    const told = new Set([...januaryOf({ id: newId(), code: 'X' }).map(({ schema }) => schema.typeName), 'aftercare.gateway.v1.SettingChanged']);
    expect([...factNames].sort()).toEqual([...told].sort());
  });

  it('D-4: dropped and rebuilt from the outboxes it says the same', async () => {
    const id = newId();
    await tell(world, januaryOf({ id, code: 'R' }));
    await world.service.drain();
    const before = await fileOf(world, id);
    expect(before.figures).toMatchObject({ calls: 10, holdings: 3, partsUsed: 10, certified: 1 });
    for (const table of FACT_TABLES) await world.service.sql(`delete from ${table}`);
    await expect(fileOf(world, id)).rejects.toMatchObject({ code: 'not_found' });
    await rebuild();
    expect(await fileOf(world, id)).toEqual(before);
    const { generation, sources } = await admin().getReadModel({});
    expect(generation).toBeGreaterThan(2);
    expect(sources.map(({ finished }) => finished)).toEqual(sources.map(() => true));
    expect(sources.reduce((sum, { events }) => sum + events, 0)).toBe(world.outbox.length);
  });

  it('D-4: the present model answers until the new one is whole, and what is told meanwhile is in both', async () => {
    const [early, late] = [newId(), newId()];
    await tell(world, januaryOf({ id: early, code: 'E' }));
    await world.service.drain();
    const before = await fileOf(world, early);
    const meanwhile: unknown[] = [];
    // The outboxes of the others are read to their ends by then: what they tell now comes as events only.
    const last = [...sources.keys()].at(-1);
    world.beforeFrame = async (frames, service) => {
      if (meanwhile.length > 0 || service !== last) return;
      meanwhile.push(frames);
      await tell(world, januaryOf({ id: late, code: 'L' }));
      await world.service.drain();
      const [there, told] = [await fileOf(world, early), await fileOf(world, late)];
      meanwhile.push(there.figures, there.rebuilding, told.figures);
    };
    await rebuild();
    expect(meanwhile.slice(1)).toEqual([before.figures, true, (await fileOf(world, late)).figures]);
    expect((await fileOf(world, early)).figures).toEqual(before.figures);
    expect((await fileOf(world, late)).figures).toMatchObject({ calls: 10, resolved: 9 });
  });

  it('D-4: what was told before this service listened is read from the outbox, once', async () => {
    const id = newId();
    const events = januaryOf({ id, code: 'O' });
    world.outbox.push(...events);
    await rebuild();
    const read = await fileOf(world, id);
    expect(read.figures).toMatchObject({ calls: 10, resolved: 9, partsUsed: 10 });
    for (const event of events) await deliver(world, event);
    await world.service.drain();
    expect(await fileOf(world, id)).toEqual(read);
  });

  it('a second rebuilding waits for the first, and who is no administrator asks for none', async () => {
    let refused: unknown;
    world.beforeFrame = async () => {
      refused ??= await admin().rebuildReadModel({}).catch((error: unknown) => error);
    };
    await rebuild();
    expect(refused).toMatchObject({ reason: 'REBUILD_RUNNING' });
    const supervisor = world.service.client(ReadModelService, world.service.ctx({ role: 'service_supervisor', idempotencyKey: newId() }));
    await expect(supervisor.rebuildReadModel({})).rejects.toMatchObject({ reason: 'ROLE_NOT_ALLOWED' });
  });

  it('goes on after a restart where it stood', async () => {
    const id = newId();
    await tell(world, januaryOf({ id, code: 'S' }));
    await world.service.drain();
    const before = await fileOf(world, id);
    let restarted: Promise<void> | undefined;
    world.beforeFrame = async (frames) => {
      if (restarted || frames % 3 !== 0) return;
      restarted = world.service.restart();
    };
    await admin().rebuildReadModel({});
    while (!restarted) await new Promise((resolve) => setTimeout(resolve, 20));
    await restarted;
    await rebuilt();
    expect(await fileOf(world, id)).toEqual(before);
  });

  it('leaves nothing of the models before', async () => {
    await rebuild();
    for (const until = Date.now() + 40_000; ;) {
      const counts = await Promise.all(FACT_TABLES.map((table) => world.service.sql<{ old: number }>(`select count(*)::int as old from ${table}, read_model where generation < current`)));
      if (counts.every(([{ old }]) => old === 0)) return;
      if (Date.now() > until) throw new Error(`rows are left: ${JSON.stringify(counts)}`);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  });

  it('D-4: repeated and reordered events come to the same figures, and so does a rebuilding', async () => {
    const shape = ({ dealerId: _dealer, code: _code, name: _name, nameEn: _en, network: _network, families, parts, holdings, ...file }: Awaited<ReturnType<typeof fileOf>>) =>
      ({ ...file, families, parts: parts.map(({ quantity }) => quantity), holdings: holdings.map(({ quantity, overdue }) => [quantity, overdue]) });
    const model = newId();
    await tell(world, januaryOf({ id: model, code: 'M' }));
    await world.service.drain();
    const expected = JSON.stringify(shape(await fileOf(world, model)));
    await assert(asyncProperty(infiniteStream(nat(1_000)), async (numbers) => {
      const id = newId();
      const events = januaryOf({ id, code: `Z${id.slice(-6)}` });
      world.outbox.push(...events);
      const shuffled = events.map((event) => ({ event, key: numbers.next().value as number })).sort((a, b) => a.key - b.key).map(({ event }) => event);
      const heard: SpecEvent[] = shuffled.flatMap((event) => ((numbers.next().value as number) % 4 === 0 ? [event, event] : [event]));
      for (const event of heard) await deliver(world, event);
      await world.service.drain();
      expect(JSON.stringify(shape(await fileOf(world, id)))).toBe(expected);
    }), { numRuns: 4 });
    await rebuild();
    expect(JSON.stringify(shape(await fileOf(world, model)))).toBe(expected);
  });
});
