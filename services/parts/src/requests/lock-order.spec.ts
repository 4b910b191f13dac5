import { OrderChangeService, PartService, PartsRequestService, PartUpkeepService, PickingService, ShippingService, SubstituteService } from '@aftercare/contracts';
import { startParts, type PartsWorld } from '../parts.fixture.js';

jest.setTimeout(60_000);
let world: PartsWorld;
beforeAll(async () => {
  world = await startParts();
  world.around.coverage.set('IN', 'covered').set('OUT', 'not_covered');
});
afterAll(() => world?.service.stop());

/** Long enough for a command to have asked for the lock that another holds, and shorter than it waits for it. */
const ASKED_MS = 300;
const PAIRS = 40;
const dealers = () => world.service.client(PartsRequestService, world.dealer());

/** A part without stock, the one that replaces it, and a request for it that waits, with a second line that is not decided. */
async function waiting(serial = 'IN'): Promise<{ id: string; partId: string; nextId: string; lineIds: string[] }> {
  const [partId, nextId] = [await world.part(), await world.part({ stock: 9 })];
  const { version, name, nameEn, unit, partClass } = await world.service.client(PartService, world.as('service_clerk')).getPart({ id: nextId });
  await world.service.client(PartUpkeepService, world.as('service_clerk')).changePart({ id: nextId, version, name, nameEn, unit, partClass, returnRequired: true, supersedesPartId: partId });
  const { id } = await world.request([[partId, 2, 'IN'], [partId, 1, serial]]);
  const { version: seen, lines } = await world.get(id);
  await world.service.client(PartsRequestService, world.as('service_clerk')).reviewPartsRequest({ id, version: seen, lines: [{ lineId: lines[0].id }] });
  expect((await world.get(id)).lines[0].backorderedQuantity).toBe(2);
  return { id, partId, nextId, lineIds: lines.map((line) => line.id) };
}

type Waiting = Awaited<ReturnType<typeof waiting>>;
const versionOf = async (id: string): Promise<number> => (await world.get(id)).version;

const COMMANDS: [string, (of: Waiting) => Promise<unknown>][] = [
  ['a review', async ({ id, lineIds }) => world.service.client(PartsRequestService, world.as('service_clerk')).reviewPartsRequest({ id, version: await versionOf(id), lines: [{ lineId: lineIds[1] }] })],
  ['a cancellation', async ({ id, lineIds }) => dealers().cancelRequestLine({ id, version: await versionOf(id), lineId: lineIds[0] })],
  ['a withdrawal', async ({ id }) => dealers().withdrawPartsRequest({ id, version: await versionOf(id) })],
  ['a substitute', async ({ id, lineIds, nextId }) => world.service.client(SubstituteService, world.dealer()).acceptSubstitute({ id, version: await versionOf(id), lineId: lineIds[0], partId: nextId })],
];

/** A transaction of its own, which is given back. */
async function beside<T>(work: (run: (text: string, values: unknown[]) => Promise<unknown>) => Promise<T>): Promise<T> {
  const runner = world.service.dataSource.createQueryRunner();
  await runner.startTransaction();
  try {
    await runner.query(`select set_config('app.dealers', '*', true)`);
    return await work((text, values) => runner.query(text, values));
  } finally {
    await runner.rollbackTransaction();
    await runner.release();
  }
}

const asked = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, ASKED_MS));

describe('P-2, P-7: parts before requests, requests before their lines and orders', () => {
  it.each(COMMANDS)('P-7: %s waits for a part without holding its request', async (_name, command) => {
    const of = await waiting();
    const done = await beside(async (run) => {
      await run('select id from part where id = $1 for no key update', [of.partId]);
      const going = command(of);
      await asked();
      await run('select id from parts_request where id = $1 for update nowait', [of.id]);
      return { going };
    });
    await expect(done.going).resolves.toMatchObject({ id: of.id });
  });

  it('P-7, P-10: so does the acceptance of a change of a printed line', async () => {
    const of = await waiting();
    await world.receive(of.partId, 1);
    const picking = () => world.service.client(PickingService, world.as('warehouse_keeper'));
    const { items: [order] } = await picking().listPickingOrders({ requestId: of.id });
    await picking().printPickingOrder({ id: order.id, version: order.version });
    const changes = (ctx = world.as('warehouse_keeper')) => world.service.client(OrderChangeService, ctx);
    const change = await changes(world.dealer()).askOrderChange({ requestId: of.id, lineId: of.lineIds[0], kind: 'cancel', reason: '客户改期' });
    const done = await beside(async (run) => {
      await run('select id from part where id = $1 for no key update', [of.partId]);
      const going = changes().decideOrderChange({ id: change.id, version: change.version, decision: 'accept', reason: '' });
      await asked();
      await run('select id from parts_request where id = $1 for update nowait', [of.id]);
      return { going };
    });
    await expect(done.going).resolves.toMatchObject({ state: 'accepted' });
  });

  it('P-7, P-8: so does a shipment of what is there of a line that waits for more', async () => {
    const of = await waiting();
    await world.receive(of.partId, 1);
    const { id, version } = await world.agree(await world.plan((await world.pick(of.id))[0]));
    const done = await beside(async (run) => {
      await run('select id from part where id = $1 for no key update', [of.partId]);
      const going = world.service.client(ShippingService, world.as('warehouse_keeper')).shipOrder({ id, version, carrier: 'SF', waybillNumber: 'SF1', parcels: 1, weightGrams: 500 });
      await asked();
      await run('select id from parts_request where id = $1 for update nowait', [of.id]);
      return { going };
    });
    await expect(done.going).resolves.toMatchObject({ state: 'shipped' });
  });

  it('P-7: an arrival waits for a request without holding its lines or orders', async () => {
    const of = await waiting();
    await world.receive(of.partId, 1);
    const done = await beside(async (run) => {
      await run('select id from parts_request where id = $1 for update', [of.id]);
      const going = world.receive(of.partId, 1);
      await asked();
      await run('select id from parts_request_line where request_id = $1 for update nowait', [of.id]);
      await run('select id from picking_order where request_id = $1 for update nowait', [of.id]);
      return { going };
    });
    await done.going;
    expect((await world.get(of.id)).lines[0].backorderedQuantity).toBe(0);
  });

  it('P-7: an arrival and a cancellation at once: the line is cancelled and the pieces are there, and no deadlock is met', async () => {
    const before = await deadlocks();
    for (let pair = 0; pair < PAIRS; pair += 1) {
      const partId = await world.part();
      const { id } = await world.request([[partId, 1, 'IN']]);
      const { version, lines } = await world.review(id);
      const [, cancelled] = await Promise.allSettled([world.receive(partId, 1), dealers().cancelRequestLine({ id, version, lineId: lines[0].id })]);
      // Served first, the request is another than its author saw.
      if (cancelled.status === 'rejected') expect(cancelled.reason).toMatchObject({ reason: 'STALE_VERSION' });
      await world.service.drain();
      expect(await world.balance(partId)).toEqual({ onHand: 1, reserved: cancelled.status === 'rejected' ? 1 : 0 });
    }
    expect(await deadlocks()).toBe(before);
  });
});

async function deadlocks(): Promise<number> {
  await world.service.sql('select pg_stat_force_next_flush()');
  const [{ count }] = await world.service.sql<{ count: number }>('select deadlocks::int as count from pg_stat_database where datname = current_database()');
  return count;
}
