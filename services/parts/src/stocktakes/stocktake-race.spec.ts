import { PartsRequestService, ReturnService, ShippingService } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { startParts, type PartsWorld } from '../parts.fixture.js';
import { returnsOf } from '../returns.fixture.js';
import { stocktakesOf } from '../stocktakes.fixture.js';

jest.setTimeout(120_000);
/** Each a dealer of its own, so that the races share one run of the clock. */
const DEALERS = 25;
let world: PartsWorld;
let takes: ReturnType<typeof stocktakesOf>;
const dealers = Array.from({ length: DEALERS }, newId);
beforeAll(async () => {
  world = await startParts();
  takes = stocktakesOf(world);
  world.around.coverage.set('IN', 'covered');
});
afterAll(() => world?.service.stop());

async function on(day: string): Promise<void> {
  await world.service.moveClock(`${day}T10:00:00+08:00`);
  await world.service.drain();
}

/** One piece for a dealer, shipped and delivered. */
async function issueOne(dealerId: string, partId: string): Promise<void> {
  const requests = world.service.client(PartsRequestService, world.dealer('dealer_manager', dealerId));
  const draft = await requests.createPartsRequest({ purpose: 'visit', visitOn: '2027-03-05', urgency: 'urgent', deliveryAddress: 'Pudong 1', lines: [{ partId, quantity: 1, unitSerial: 'IN', fault: 'leaks' }] });
  await world.service.client(PartsRequestService, world.dealer('dealer_manager', dealerId)).submitPartsRequest({ id: draft.id, version: draft.version });
  await world.review(draft.id);
  const [pickingId] = await world.pick(draft.id);
  const { id, version } = await world.ship(await world.plan(pickingId));
  await world.service.client(ShippingService, world.as('warehouse_keeper')).deliverOrder({ id, version });
}

/** Its parcel arrives at Taizhou. */
async function arrive(dealerId: string, partId: string): Promise<{ id: string; version: number }> {
  const dealer = () => world.service.client(ReturnService, world.dealer('dealer_manager', dealerId));
  const parcel = await dealer().announceReturn({ lines: [{ partId, quantity: 1, condition: 'old', unitSerial: '' }] });
  const sent = await dealer().sendReturn({ id: parcel.id, version: parcel.version, carrier: 'SF', waybillNumber: 'SF2' });
  return world.service.client(ReturnService, world.as('warehouse_keeper')).receiveReturn({ id: sent.id, version: sent.version, warehouseId: world.warehouseId });
}

const settlementsOf = (dealerId: string) =>
  world.service.sql<{ kind: string }>('select kind from obligation_settlement where dealer_id = $1 order by at, id', [dealerId]).then((rows) => rows.map(({ kind }) => kind));

it('H-7, H-1: a piece counted while the confirmation converts it: returned, or charged and then late; never both, never lost', async () => {
  await on('2027-03-05');
  const partId = await world.part({ stock: DEALERS });
  for (const dealerId of dealers) await issueOne(dealerId, partId);
  await on('2027-04-01');
  const job = await takes.opening({ dealerId: '', cutOffOn: '2027-03-31' });
  expect(JSON.parse(job.result)).toEqual({ dealers: DEALERS });
  await world.service.drain();
  const opened = await world.service.sql<{ id: string; dealerId: string; number: string }>('select id, dealer_id as "dealerId", number from stocktake order by number');
  expect(opened.map(({ number }) => Number(number.slice(-6)))).toEqual(dealers.map((_dealer, at) => at + 1));
  await on('2027-05-01');
  await on('2027-05-09');
  for (const { id, dealerId } of opened) {
    const parcel = await arrive(dealerId, partId);
    const [ended, counted] = await Promise.all([
      takes.confirming(id).then((job) => job()),
      world.service.client(ReturnService, world.as('warehouse_keeper')).countReturn({ id: parcel.id, version: parcel.version, lines: [{ partId, quantity: 1, condition: 'reusable', unitSerial: '' }] }),
    ]);
    expect([ended.state, ended.errors]).toEqual(['done', []]);
    const [line] = counted.lines;
    expect(line.metQuantity + line.lateQuantity).toBe(1);
    expect([line.surplusQuantity, line.refusedQuantity]).toEqual([0, 0]);
    const kinds = await settlementsOf(dealerId);
    expect(kinds).toEqual(line.metQuantity === 1 ? ['returned'] : ['charged', 'conversion_reversed', 'returned']);
    const [slips] = await world.service.sql<{ sum: string | null; count: number }>('select sum(gross_total)::text as sum, count(*)::int as count from charge_slip where dealer_id = $1', [dealerId]);
    expect(slips).toEqual(line.metQuantity === 1 ? { sum: null, count: 0 } : { sum: '0.00', count: 2 });
  }
  expect(await leftOpen()).toEqual({ open: 0, held: 0, credit: 0, outstanding: 0 });
});

/** Nothing is left open anywhere: late returns that wait, pieces held, credit, pieces outstanding. */
async function leftOpen() {
  const [row] = await world.service.sql<{ open: number; held: number; credit: number; outstanding: number }>(`
    select (select count(*) from late_return where state <> 'reversed')::int as open,
           coalesce((select sum(quantity) from dealer_holding), 0)::int as held,
           coalesce((select sum(quantity) from return_credit), 0)::int as credit,
           coalesce((select sum(outstanding_quantity) from obligation), 0)::int as outstanding`);
  return row;
}

it('H-1a: what the ledger says each dealer holds is nothing', async () => {
  const goods = returnsOf(world);
  const [{ id }] = await world.service.sql<{ id: string }>('select id from part limit 1');
  expect(await goods.heldByMovements(id)).toBe(0);
});
