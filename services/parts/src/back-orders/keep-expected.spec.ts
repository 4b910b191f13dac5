import { PartService, PartUpkeepService, PartsRequestService, PartsStatisticsService, PurchaseOrderService, StockService, SubstituteService } from '@aftercare/contracts';
import { addDays, businessDate, monthOf, newId } from '@aftercare/domain';
import { reasonOf, startParts, type PartsWorld } from '../parts.fixture.js';
import { returnsOf } from '../returns.fixture.js';

jest.setTimeout(60_000);
let world: PartsWorld;
let today: string;
beforeAll(async () => {
  world = await startParts();
  world.around.coverage.set('IN', 'covered');
  today = businessDate(await world.service.now());
});
afterAll(() => world?.service.stop());

const orders = () => world.service.client(PurchaseOrderService, world.as('warehouse_keeper'));
const lists = (ctx = world.dealer()) => world.service.client(PartsStatisticsService, ctx);
const ordered = (partId: string, days: number, quantity = 5) =>
  orders().createPurchaseOrder({ warehouseId: world.warehouseId, supplier: '甲', expectedOn: addDays(today, days), lines: [{ partId, quantity }] });
const arrive = (partId: string, quantity: number, purchaseOrderId = '') =>
  world.service.client(StockService, world.as('warehouse_keeper')).receivePurchase({ warehouseId: world.warehouseId, reference: 'LS-2', purchaseOrderId, lines: [{ partId, quantity, unitCost: '1.5' }] });

/** A request of which two pieces wait. */
async function waiting(partId: string): Promise<string> {
  const { id } = await world.request([[partId, 2, 'IN']]);
  await world.review(id);
  return id;
}

/** The days told for the only line of a request, as the dealer reads them. */
const told = async (id: string): Promise<string[]> =>
  (await world.get(id, world.dealer())).lines[0].expectedDays.map(({ expectedOn, cause, reason }) => [cause, expectedOn, reason].filter((each) => each !== '').join(' '));

describe('the expected day of a line that waits for goods', () => {
  it('P-7, P-10: each day is kept with what changed it and why, also with the back-order, and the dealer is told', async () => {
    const partId = await world.part();
    const id = await waiting(partId);
    expect(await told(id)).toEqual([]);
    const late = await ordered(partId, 9);
    const early = await ordered(partId, 5);
    const moved = await orders().changeExpectedDate({ id: early.id, version: early.version, expectedOn: addDays(today, 7), reason: '供应商延期' });
    await ordered(partId, 20);
    await orders().closePurchaseOrder({ id: early.id, version: moved.version, reason: '供应商停产' });
    await arrive(partId, 1, late.id);
    const days = [`ordered ${addDays(today, 9)}`, `ordered ${addDays(today, 5)}`, `moved ${addDays(today, 7)} 供应商延期`, `closed ${addDays(today, 9)} 供应商停产`];
    expect(await told(id)).toEqual(days);
    const [back] = (await lists().listBackOrders({ partId })).items;
    expect([back.quantity, back.expectedOn, back.expectedDays.map(({ cause }) => cause)]).toEqual([1, addDays(today, 9), ['ordered', 'ordered', 'moved', 'closed']]);
    await arrive(partId, 1);
    expect(await told(id)).toEqual([...days, 'served']);
    expect((await returnsOf(world).toldOf(id)).filter((kind) => /back_order_(not_)?expected/.test(kind))).toEqual(days.map(() => 'parts.back_order_expected dealer_manager'));
  });

  it('P-10: a line that starts to wait is told the day of what is on order; when nothing is any more, that is told as well', async () => {
    const partId = await world.part();
    const order = await ordered(partId, 4);
    const id = await waiting(partId);
    expect(await told(id)).toEqual([`waiting ${addDays(today, 4)}`]);
    await orders().closePurchaseOrder({ id: order.id, version: order.version, reason: '缺料' });
    expect(await told(id)).toEqual([`waiting ${addDays(today, 4)}`, 'closed 缺料']);
    expect(await returnsOf(world).toldOf(id)).toContain('parts.back_order_not_expected dealer_manager');
  });

  it('P-7, P-10: a substitute serves the line: no day is told any more, and the promise is kept by that day', async () => {
    const old = await world.part();
    const next = await world.part({ stock: 2 });
    const clerk = world.as('service_clerk');
    const { version: before, name, nameEn, unit, partClass } = await world.service.client(PartService, clerk).getPart({ id: next });
    await world.service.client(PartUpkeepService, clerk).changePart({ id: next, version: before, name, nameEn, unit, partClass, returnRequired: true, supersedesPartId: old });
    await ordered(old, 4);
    const id = await waiting(old);
    const { version, lines } = await world.get(id);
    await world.service.client(SubstituteService, world.dealer()).acceptSubstitute({ id, version, lineId: lines[0].id, partId: next });
    expect(await told(id)).toEqual([`waiting ${addDays(today, 4)}`, 'served']);
    const { items } = await lists().listPromises({ month: monthOf(addDays(today, 4)), kind: 'back_order', page: { limit: 200 } });
    expect(items.filter(({ partsRequestId }) => partsRequestId === id)).toMatchObject([{ promisedOn: addDays(today, 4), shippedOn: today, outcome: 'kept' }]);
  });

  it('P-10: what an order brought to others moves the day to the next order', async () => {
    const partId = await world.part();
    const first = await ordered(partId, 3, 2);
    await ordered(partId, 8);
    await waiting(partId);
    const id = await waiting(partId);
    await arrive(partId, 2, first.id);
    expect(await told(id)).toEqual([`waiting ${addDays(today, 3)}`, `received ${addDays(today, 8)}`]);
  });

  it('P-10: a line that starts to wait and an order that is moved at the same moment do not miss each other', async () => {
    for (let round = 0; round < 5; round += 1) {
      const partId = await world.part();
      const order = await ordered(partId, 3);
      const [id] = await Promise.all([waiting(partId), orders().changeExpectedDate({ id: order.id, version: order.version, expectedOn: addDays(today, 6), reason: '延期' })]);
      expect((await told(id)).at(-1)).toContain(addDays(today, 6));
    }
  });

  it('P-10: nobody changes a day that was told, and a dealer sees his own', async () => {
    const partId = await world.part();
    await ordered(partId, 3);
    await waiting(partId);
    await expect(world.service.sql(`update back_order_promise set reason = 'x'`)).rejects.toThrow('never changed');
    const raw = await world.service.database.many(world.dealer('dealer_manager', newId()), { name: 'raw_days', text: 'select id from back_order_promise', values: [] });
    expect(raw).toEqual([]);
  });

  it('P-10: it is kept when the line has its pieces by it, broken when the day has passed, also where it was moved only afterwards; a cancelled line is promised nothing', async () => {
    const parts = [await world.part(), await world.part(), await world.part()];
    const [kept, broken] = parts;
    const placed = [];
    for (const partId of parts) placed.push(await ordered(partId, 2));
    const ids = [];
    for (const partId of parts) ids.push(await waiting(partId));
    const month = monthOf(addDays(today, 2));
    const of = async (id: string, given: Record<string, string> = {}) =>
      (await lists().listPromises({ month, kind: 'back_order', page: { limit: 200 }, ...given })).items.filter(({ partsRequestId }) => partsRequestId === id);
    const figures = () => lists().getPromiseKept({ month, kind: 'back_order' });
    const before = await figures();
    expect(await of(ids[0])).toMatchObject([{ kind: 'back_order', promisedOn: addDays(today, 2), shippedOn: '', outcome: 'open', daysLate: 0, shippingOrderId: '', dealerId: world.dealerId }]);
    await arrive(kept, 2);
    const { version, lines } = await world.get(ids[2]);
    await world.service.client(PartsRequestService, world.dealer()).cancelRequestLine({ id: ids[2], lineId: lines[0].id, version });
    await world.service.moveClock('4d');
    await orders().changeExpectedDate({ id: placed[1].id, version: placed[1].version, expectedOn: addDays(today, 6), reason: '延期' });
    expect(await of(ids[0])).toMatchObject([{ shippedOn: today, outcome: 'kept' }]);
    expect(await of(ids[1], { outcome: 'broken' })).toMatchObject([{ promisedOn: addDays(today, 2), daysLate: 2 }]);
    expect(await of(ids[2])).toEqual([]);
    const after = await figures();
    expect([after.kept - before.kept, after.broken >= 1]).toEqual([1, true]);
    await arrive(broken, 2);
    expect(await of(ids[1], { outcome: 'broken' })).toMatchObject([{ promisedOn: addDays(today, 2), shippedOn: addDays(today, 4), daysLate: 2 }]);
    const all = await lists().getPromiseKept({ month });
    expect(all.promised).toBe((await figures()).promised + (await lists().getPromiseKept({ month, kind: 'shipment' })).promised);
    expect(await reasonOf(lists().getPromiseKept({ month, kind: 'other' }))).toBe('INVALID_FIELD');
  });
});
