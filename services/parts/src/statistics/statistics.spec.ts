import { PartsStatisticsService, PurchaseOrderService, ReturnService, SettingChangedSchema, ShippingService } from '@aftercare/contracts';
import { addDays, businessDate, monthOf, newId } from '@aftercare/domain';
import type { CallContext } from '@aftercare/messaging';
import { reasonOf, startParts, type PartsWorld } from '../parts.fixture.js';

jest.setTimeout(60_000);
let world: PartsWorld;
let month: string;
let today: string;
beforeAll(async () => {
  world = await startParts();
  world.around.coverage.set('IN', 'covered');
  today = businessDate(await world.service.now());
  month = monthOf(today);
});
afterAll(() => world?.service.stop());

const lists = (ctx: CallContext = world.as('auditor')) => world.service.client(PartsStatisticsService, ctx);

/** Warranty pieces shipped at once; answers the shipping order. */
async function issue(partId: string, quantity: number) {
  const request = await world.request([[partId, quantity, 'IN']]);
  await world.review(request.id);
  const [pickingId] = await world.pick(request.id);
  return { requestId: request.id, pickingId, ...(await world.ship(await world.plan(pickingId))) };
}

describe('what was issued and what came back', () => {
  it('P-13: a month’s list has every issued line with its documents, and sums by dealer, part and kind; shortages never left', async () => {
    const partId = await world.part({ stock: 10 });
    const order = await issue(partId, 4);
    const { lines } = await world.service.client(ShippingService, world.as('auditor')).getShippingOrder({ id: order.id });
    const delivered = await world.service.client(ShippingService, world.as('warehouse_keeper')).deliverOrder({ id: order.id, version: order.version });
    await world.service.client(ShippingService, world.dealer()).confirmReceipt({ id: order.id, version: delivered.version, lines: [{ lineId: lines[0].id, receivedQuantity: 3, note: '少' }] });
    const [discrepancy] = (await world.service.client(ShippingService, world.as('auditor')).getShippingOrder({ id: order.id })).discrepancies;
    await world.service.client(ShippingService, world.as('warehouse_keeper')).agreeDiscrepancy({ id: discrepancy.id, version: discrepancy.version, outcome: 'shortage', reason: '核实' });
    const { items } = await lists().listIssues({ month, partId });
    expect(items).toMatchObject([{
      dealerId: world.dealerId, supplyKind: 'warranty', quantity: 4, shortageQuantity: 1, returnDue: true, unitSerial: 'IN', shippingOrderId: order.id, pickingOrderId: order.pickingId,
      partsRequestId: order.requestId, slipId: '', slipNumber: '',
    }]);
    expect(items[0].obligationId).not.toBe('');
    const by = async (key: string) => (await lists().summariseIssues({ month, by: key })).items;
    expect(await by('part')).toMatchObject([{ quantity: 3, chargedQuantity: 0, freeQuantity: 3, returnDueQuantity: 3 }]);
    expect([await by('dealer'), await by('kind')]).toMatchObject([[{ key: world.dealerId, quantity: 3 }], [{ key: 'warranty', quantity: 3 }]]);
    expect((await lists().summariseIssues({ month, by: 'part', page: { limit: 1 } })).nextCursor).toBe('');
    expect(await reasonOf(lists().listIssues({ month: '2026-13' }))).toBe('MONTH_INVALID');
    expect((await lists().listIssues({ month: '2020-01' })).items).toEqual([]);
  });

  it('P-13: sums by kind go on from page to page', async () => {
    await world.service.sql(`insert into shipping_line
      select (jsonb_populate_record(l, jsonb_build_object('id', gen_random_uuid(), 'supply_kind', kind, 'shipped_at', '2019-05-20T04:00:00Z'))).*
        from shipping_line l, unnest(array['gift', 'office', 'warranty']) kind where l.id = (select min(id::text)::uuid from shipping_line)`);
    const kinds: string[] = [];
    for (let cursor = ''; kinds.length === 0 || cursor !== '';) {
      const { items, nextCursor } = await lists().summariseIssues({ month: '2019-05', by: 'kind', page: { limit: 1, cursor } });
      kinds.push(...items.map(({ key }) => key));
      cursor = nextCursor;
    }
    expect(kinds).toEqual(['gift', 'office', 'warranty']);
  });

  it('H-8: the return list has what was counted and accepted, whatever was announced; a wrong part is not in it', async () => {
    const [partId, wrong] = [await world.part({ stock: 5 }), await world.part()];
    await issue(partId, 3);
    const parcels = (ctx: CallContext) => world.service.client(ReturnService, ctx);
    const parcel = await parcels(world.dealer()).announceReturn({ lines: [{ partId, quantity: 5, condition: 'old' }] });
    const sent = await parcels(world.dealer()).sendReturn({ id: parcel.id, version: parcel.version, carrier: 'SF', waybillNumber: '1' });
    const received = await parcels(world.as('warehouse_keeper')).receiveReturn({ id: parcel.id, version: sent.version, warehouseId: world.warehouseId });
    await parcels(world.as('warehouse_keeper')).countReturn({
      id: parcel.id, version: received.version, lines: [{ partId, quantity: 4, condition: 'scrap' }, { partId: wrong, quantity: 1, condition: 'wrong_part' }],
    });
    expect((await lists().listReturnedParts({ month })).items).toMatchObject([{ partId, condition: 'scrap', quantity: 4, metQuantity: 3, surplusQuantity: 1, parcelId: parcel.id }]);
  });

  it('P-13: a dealer sees its own lines, its technician none', async () => {
    expect((await lists(world.dealer()).listIssues({ month })).items.length).toBeGreaterThan(0);
    const stranger = world.dealer('dealer_manager', newId());
    expect((await lists(stranger).listIssues({ month })).items).toEqual([]);
    expect((await lists(stranger).listIssues({ month, dealerId: world.dealerId })).items).toEqual([]);
    expect((await lists(stranger).summariseIssues({ month, by: 'part' })).items).toEqual([]);
    expect((await lists(stranger).listReturnedParts({ month })).items).toEqual([]);
    expect((await lists(stranger).listHoldingsByAge({})).items).toEqual([]);
    expect((await lists(stranger).getPromiseKept({ month })).promised).toBe(0);
    expect(await reasonOf(lists(world.dealer('dealer_technician')).listIssues({ month }))).toBe('ROLE_NOT_ALLOWED');
  });
});

describe('what is held, waited for and promised', () => {
  it('P-7: back-orders say how long they wait and when goods are expected', async () => {
    const partId = await world.part({ stock: 1 });
    const request = await world.request([[partId, 3, 'IN']]);
    await world.review(request.id);
    const back = async () => (await lists().listBackOrders({ partId })).items;
    expect(await back()).toMatchObject([{ partsRequestId: request.id, quantity: 2, ageDays: 0, urgency: 'urgent', expectedOn: '' }]);
    const order = (expectedOn: string) => world.service.client(PurchaseOrderService, world.as('warehouse_keeper')).createPurchaseOrder({ warehouseId: world.warehouseId, supplier: '甲', expectedOn, lines: [{ partId, quantity: 1 }] });
    await order(addDays(today, 9));
    await order(addDays(today, 5));
    expect(await back()).toMatchObject([{ expectedOn: addDays(today, 5) }]);
    await world.receive(partId, 2);
    expect(await back()).toEqual([]);
  });

  it('P-10: a promise is kept when it is shipped by the day, broken when the day has passed', async () => {
    // What is promised for today is so at any hour of the day that this runs.
    await world.service.publish(SettingChangedSchema, { key: 'shipping.cutOffHour', value: '24', effectiveFrom: today, version: 1 });
    await world.service.drain();
    const partId = await world.part({ stock: 5 });
    const promise = async (plannedDate: string) => {
      const request = await world.request([[partId, 1, 'IN']], { urgency: 'scheduled', wishedDate: '' });
      await world.review(request.id);
      const [pickingOrderId] = await world.pick(request.id);
      return world.service.client(ShippingService, world.as('service_clerk')).planShipment({ pickingOrderId, requestLineIds: [], plannedDate });
    };
    const kept = await promise(today);
    const agreed = await world.service.client(ShippingService, world.as('service_clerk')).agreeShippingDate({ id: kept.id, version: kept.version, agreedDate: today });
    await world.ship({ id: kept.id, version: agreed.version });
    const waiting = await promise(addDays(today, 1));
    const of = async (given: string) => (await lists().listPromises({ month: given })).items;
    expect((await of(month)).find(({ shippingOrderId }) => shippingOrderId === kept.id)).toMatchObject({ promisedOn: today, shippedOn: today, outcome: 'kept', daysLate: 0 });
    const later = monthOf(addDays(today, 1));
    expect((await of(later)).find(({ shippingOrderId }) => shippingOrderId === waiting.id)).toMatchObject({ outcome: 'open', shippedOn: '' });
    await world.service.moveClock('3d');
    expect((await lists().listPromises({ month: later, outcome: 'broken' })).items).toMatchObject([{ shippingOrderId: waiting.id, daysLate: 2 }]);
    const { promised, kept: good, broken, open } = await lists().getPromiseKept({ month });
    expect([good >= 1, promised]).toEqual([true, good + broken + open]);
  });

  it('H-1: holdings by age move from month to month and tell what is overdue', async () => {
    const partId = await world.part({ stock: 5 });
    const order = await issue(partId, 2);
    await world.service.client(ShippingService, world.as('warehouse_keeper')).deliverOrder({ id: order.id, version: order.version });
    const held = async () => (await lists(world.dealer()).listHoldingsByAge({ partId })).items;
    expect(await held()).toMatchObject([{ outstandingQuantity: 2, days30: 2, days60: 0, overdueQuantity: 0 }]);
    await world.service.moveClock('31d');
    expect(await held()).toMatchObject([{ days30: 0, days60: 2, overdueQuantity: 2 }]);
    await world.service.moveClock('60d');
    expect(await held()).toMatchObject([{ days90: 0, daysMore: 2, outstandingQuantity: 2 }]);
  });

  it('H-1: the pages of holdings name each dealer’s part once, and their sums are what is outstanding; what has ended is not among them', async () => {
    const parts = await Promise.all([3, 4, 5].map((stock) => world.part({ stock })));
    for (const partId of parts) await issue(partId, 2);
    const owed = await world.service.sql<{ pair: string; pieces: number }>(
      `select dealer_id || ' ' || part_id as pair, sum(outstanding_quantity)::int as pieces from obligation group by 1 having sum(outstanding_quantity) > 0`);
    const held: { pair: string; pieces: number; number: string }[] = [];
    for (let cursor = ''; held.length === 0 || cursor !== '';) {
      const { items, nextCursor } = await lists().listHoldingsByAge({ page: { limit: 2, cursor } });
      held.push(...items.map((each) => ({ pair: `${each.dealerId} ${each.partId}`, pieces: each.outstandingQuantity, number: each.partNumber })));
      cursor = nextCursor;
    }
    const byPair = (rows: { pair: string; pieces: number }[]): string[] => rows.map(({ pair, pieces }) => `${pair} ${pieces}`).sort();
    expect(byPair(held)).toEqual(byPair(owed));
    expect(held.map(({ number }) => number)).toEqual(held.map(({ number }) => number).sort());
  });
});
