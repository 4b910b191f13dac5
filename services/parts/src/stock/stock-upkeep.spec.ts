import { PurchaseOrderService, StockAdjustmentService, StockCountService, StockReportService, StockService, StockTransferService, PartUpkeepService } from '@aftercare/contracts';
import type { CallContext } from '@aftercare/messaging';
import { addDays, businessDate, newId } from '@aftercare/domain';
import { reasonOf, startParts, type PartsWorld } from '../parts.fixture.js';

jest.setTimeout(60_000);
let world: PartsWorld;
let secondId: string;
beforeAll(async () => {
  world = await startParts();
  secondId = (await world.service.client(StockService, world.as('admin')).createWarehouse({ code: 'GZ', name: '广州', kind: 'receiving' })).id;
  world.around.coverage.set('IN', 'covered');
});
afterAll(() => world?.service.stop());

const keeper = (given: Partial<CallContext> = {}): CallContext => world.as('warehouse_keeper', given);
const supervisor = (given: Partial<CallContext> = {}): CallContext => world.as('service_supervisor', given);
const counts = (ctx = keeper()) => world.service.client(StockCountService, ctx);
const adjustments = (ctx = keeper()) => world.service.client(StockAdjustmentService, ctx);
const transfers = (ctx = keeper()) => world.service.client(StockTransferService, ctx);
const orders = (ctx = keeper()) => world.service.client(PurchaseOrderService, ctx);
const reports = (ctx: CallContext) => world.service.client(StockReportService, ctx);
const today = async (): Promise<string> => businessDate(await world.service.now());
const at = async (partId: string, warehouseId: string) => (await world.service.client(StockService, keeper()).listStock({ partId, warehouseId })).items[0];
/** In part order is how movements were made: none of a part may be left in transit. */
const inTransit = async (partId: string): Promise<number> => {
  const [{ pieces }] = await world.service.sql<{ pieces: number }>(
    `select coalesce(sum(case when to_account = 'in_transit' then quantity else -quantity end), 0)::int as pieces from stock_movement where part_id = $1 and 'in_transit' in (from_account, to_account)`, [partId]);
  return pieces;
};

describe('orders with suppliers', () => {
  it('P-1: what is on order comes off it as goods are received, never more than was ordered', async () => {
    const [partId, other] = [await world.part(), await world.part()];
    const expectedOn = addDays(await today(), 14);
    expect(await reasonOf(orders().createPurchaseOrder({ warehouseId: world.warehouseId, supplier: '甲', expectedOn: '2020-01-01', lines: [{ partId, quantity: 1 }] }))).toBe('DATE_IN_PAST');
    expect(await reasonOf(orders(world.as('service_clerk')).createPurchaseOrder({ warehouseId: world.warehouseId, supplier: '甲', expectedOn, lines: [{ partId, quantity: 1 }] }))).toBe('ROLE_NOT_ALLOWED');
    const { id } = await orders().createPurchaseOrder({ warehouseId: world.warehouseId, supplier: '甲', expectedOn, lines: [{ partId, quantity: 10 }] });
    const receive = (quantity: number, given: object = {}) => world.service.client(StockService, keeper()).receivePurchase({
      warehouseId: world.warehouseId, reference: 'LS', purchaseOrderId: id, lines: [{ partId, quantity, unitCost: '2' }], ...given,
    });
    expect(await reasonOf(receive(11))).toBe('MORE_THAN_ORDERED');
    expect(await reasonOf(receive(1, { warehouseId: secondId }))).toBe('OTHER_SITE');
    expect(await reasonOf(receive(1, { lines: [{ partId: other, quantity: 1, unitCost: '2' }] }))).toBe('NOT_ORDERED');
    await receive(4);
    expect(await orders().getPurchaseOrder({ id })).toMatchObject({ state: 'open', lines: [{ quantity: 10, receivedQuantity: 4 }] });
    const { version } = await orders().getPurchaseOrder({ id });
    await orders().changeExpectedDate({ id, version, expectedOn: addDays(expectedOn, 3), reason: '船期延误' });
    await receive(6);
    expect((await orders().listPurchaseOrders({ partId })).items).toMatchObject([{ id, state: 'received', missingQuantity: 0, expectedOn: addDays(expectedOn, 3) }]);
    expect(await reasonOf(receive(1))).toBe('STEP_NOT_ALLOWED');
    expect(await world.balance(partId)).toEqual({ onHand: 10, reserved: 0 });
  });
});

describe('counts of a warehouse', () => {
  it('P-2: is blind, needs every part, and a second person lets the differences be booked', async () => {
    const [less, more, same] = [await world.part({ stock: 10 }), await world.part({ stock: 2 }), await world.part({ stock: 3 })];
    const who = keeper({ userId: newId() });
    const { id, version } = await counts(who).openStockCount({ warehouseId: world.warehouseId, partIds: [less, more, same], reason: '月末' });
    expect(await reasonOf(counts().openStockCount({ warehouseId: world.warehouseId, reason: '再来' }))).toBe('COUNT_RUNNING');
    expect((await counts().listStockCountLines({ id })).items.map(({ openedQuantity, difference }) => [openedQuantity, difference])).toEqual([[0, 0], [0, 0], [0, 0]]);
    expect((await counts(supervisor()).listStockCountLines({ id })).items.map(({ openedQuantity }) => openedQuantity)).toEqual([10, 2, 3]);
    const first = await counts(keeper({ userId: who.userId })).enterStockCount({ id, version, lines: [{ partId: less, quantity: 8 }] });
    expect(await reasonOf(counts().submitStockCount({ id, version: first.version }))).toBe('NOT_ALL_COUNTED');
    const [goods] = [await world.receive(less, 5)];
    expect(goods).toBeUndefined();
    const second = await counts().enterStockCount({ id, version: first.version, lines: [{ partId: more, quantity: 3 }, { partId: same, quantity: 3 }] });
    const { version: handed } = await counts().submitStockCount({ id, version: second.version });
    expect(await reasonOf(counts(keeper()).approveStockCount({ id, version: handed }))).toBe('ROLE_NOT_ALLOWED');
    expect(await reasonOf(counts(supervisor({ userId: who.userId })).approveStockCount({ id, version: handed }))).toBe('APPROVER_IS_REQUESTER');
    expect((await counts(supervisor()).listStockCountLines({ id, onlyDifferences: true })).items).toMatchObject([{ partId: less, difference: -2 }, { partId: more, difference: 1 }]);
    await counts(supervisor()).approveStockCount({ id, version: handed });
    // Five pieces came while it was counted: they are no difference.
    expect([await world.balance(less), await world.balance(more), await world.balance(same)]).toMatchObject([{ onHand: 13 }, { onHand: 3 }, { onHand: 3 }]);
    const { items } = await world.service.client(StockService, keeper()).listMovements({ partId: less });
    expect(items[0]).toMatchObject({ quantity: 2, toAccount: 'adjustment', kind: 'adjustment', documentKind: 'stock_count', documentId: id });
    expect(await counts().getStockCount({ id })).toMatchObject({ state: 'approved', blind: false, lineCount: 3, countedCount: 3 });
  });

  it('P-2: a gap that was corrected after it was counted is not booked again: the part is counted anew', async () => {
    const partId = await world.part({ stock: 10 });
    const { id, version } = await counts().openStockCount({ warehouseId: world.warehouseId, partIds: [partId], reason: '月末' });
    const enter = async (quantity: number, from: number) => {
      const { version: entered } = await counts().enterStockCount({ id, version: from, lines: [{ partId, quantity }] });
      return (await counts().submitStockCount({ id, version: entered })).version;
    };
    const handed = await enter(8, version);
    const asked = await adjustments().requestAdjustment({ warehouseId: world.warehouseId, kind: 'correction', reason: '少两件', lines: [{ partId, quantity: -2 }] });
    await adjustments(supervisor()).approveAdjustment({ id: asked.id, version: 1 });
    expect(await reasonOf(counts(supervisor()).approveStockCount({ id, version: handed }))).toBe('COUNT_OUTDATED');
    expect(await world.balance(partId)).toMatchObject({ onHand: 8 });
    const back = await counts(supervisor()).rejectStockCount({ id, version: handed, reason: '再数' });
    await counts(supervisor()).approveStockCount({ id, version: await enter(7, back.version) });
    expect(await world.balance(partId)).toMatchObject({ onHand: 7 });
  });

  it('P-2: what was found is offered to who waits; promised pieces are not counted away; a count may be sent back or cancelled', async () => {
    const partId = await world.part({ stock: 2 });
    const { id: requestId } = await world.request([[partId, 3, 'IN']]);
    await world.review(requestId);
    expect(await world.balance(partId)).toEqual({ onHand: 2, reserved: 2 });
    const { id, version } = await counts().openStockCount({ warehouseId: world.warehouseId, partIds: [partId], reason: '核对' });
    const enter = async (quantity: number, from: number) => {
      const { version: entered } = await counts().enterStockCount({ id, version: from, lines: [{ partId, quantity }] });
      return (await counts().submitStockCount({ id, version: entered })).version;
    };
    const lost = await enter(1, version);
    expect(await reasonOf(counts(supervisor()).approveStockCount({ id, version: lost }))).toBe('STOCK_SHORT');
    const back = await counts(supervisor()).rejectStockCount({ id, version: lost, reason: '再数' });
    const found = await enter(3, back.version);
    await counts(supervisor()).approveStockCount({ id, version: found });
    expect(await world.balance(partId)).toEqual({ onHand: 3, reserved: 3 });
    const other = await counts().openStockCount({ warehouseId: world.warehouseId, partIds: [partId], reason: '核对' });
    await counts().cancelStockCount({ id: other.id, version: other.version, reason: '停' });
    expect((await counts().listStockCounts({ state: 'cancelled' })).items).toMatchObject([{ id: other.id }]);
    expect(await reasonOf(counts(keeper({ siteId: secondId })).openStockCount({ warehouseId: world.warehouseId, partIds: [partId], reason: 'x' }))).toBe('OTHER_SITE');
  });
});

describe('adjustments', () => {
  it('P-2: nothing moves before somebody else approves; scrap and write-offs leave by their own accounts', async () => {
    const partId = await world.part({ stock: 10 });
    const who = keeper({ userId: newId() });
    const ask = (kind: string, quantity: number, ctx = keeper({ userId: who.userId })) => adjustments(ctx).requestAdjustment({ warehouseId: world.warehouseId, kind, reason: '摔坏', lines: [{ partId, quantity }] });
    expect(await reasonOf(ask('scrap', 1))).toBe('QUANTITY_INVALID');
    expect(await reasonOf(ask('scrap', -1, keeper({ siteId: secondId })))).toBe('OTHER_SITE');
    const scrap = await ask('scrap', -3);
    expect(await world.balance(partId)).toMatchObject({ onHand: 10 });
    expect((await adjustments(supervisor({ userId: who.userId })).getAdjustment({ id: scrap.id })).allowedActions).toMatchObject([{ action: 'approve', allowed: false, reason: 'APPROVER_IS_REQUESTER' }, {}, {}]);
    expect(await reasonOf(adjustments(supervisor({ userId: who.userId })).approveAdjustment({ id: scrap.id, version: 1 }))).toBe('APPROVER_IS_REQUESTER');
    await adjustments(supervisor()).approveAdjustment({ id: scrap.id, version: 1 });
    expect(await reasonOf(adjustments(supervisor()).approveAdjustment({ id: scrap.id, version: 2 }))).toBe('STEP_NOT_ALLOWED');
    const lost = await ask('write_off', -8);
    expect(await reasonOf(adjustments(supervisor()).approveAdjustment({ id: lost.id, version: 1 }))).toBe('STOCK_SHORT');
    await adjustments(supervisor()).rejectAdjustment({ id: lost.id, version: 1, reason: '没有那么多' });
    const found = await ask('correction', 2);
    await adjustments(supervisor()).approveAdjustment({ id: found.id, version: 1 });
    expect(await world.balance(partId)).toMatchObject({ onHand: 9 });
    expect((await adjustments().listAdjustments({ state: 'rejected' })).items).toMatchObject([{ id: lost.id, kind: 'write_off' }]);
  });

  it('P-2: 60 adjustments at once that each take one of 40 pieces: 40 are booked, 20 refused, nothing below zero', async () => {
    const partId = await world.part({ stock: 40 });
    const asked = await Promise.all(Array.from({ length: 60 }, () => adjustments().requestAdjustment({ warehouseId: world.warehouseId, kind: 'write_off', reason: '丢失', lines: [{ partId, quantity: -1 }] })));
    const approve = (id: string): Promise<string> => adjustments(supervisor()).approveAdjustment({ id, version: 1 })
      .then(() => 'booked', (error: { code: string; reason: string }) => (error.code === 'unavailable' ? approve(id) : error.reason));
    const answers = await Promise.all(asked.map(({ id }) => approve(id)));
    expect([answers.filter((each) => each === 'booked').length, answers.filter((each) => each === 'STOCK_SHORT').length]).toEqual([40, 20]);
    expect(await world.balance(partId)).toEqual({ onHand: 0, reserved: 0 });
  });
});

describe('stock that is moved from several sides', () => {
  it('P-2: transfers and corrections of two parts at once, named in opposite order, wait for each other and never deadlock', async () => {
    const [one, two] = [await world.part({ stock: 100 }), await world.part({ stock: 100 })];
    const settled = async (work: () => Promise<unknown>): Promise<string> => {
      const reason = await reasonOf(work());
      return reason === 'LOCK_TIMEOUT' ? settled(work) : reason;
    };
    const lines = (index: number, quantity: number) => (index % 2 ? [one, two] : [two, one]).map((partId) => ({ partId, quantity }));
    const answers = await Promise.all(Array.from({ length: 20 }, async (_, index) => {
      const { id } = await adjustments().requestAdjustment({ warehouseId: world.warehouseId, kind: 'correction', reason: '核对', lines: lines(index, index % 4 < 2 ? 1 : -1) });
      return Promise.all([
        settled(() => adjustments(supervisor()).approveAdjustment({ id, version: 1 })),
        settled(() => transfers().sendTransfer({ fromWarehouseId: world.warehouseId, toWarehouseId: secondId, lines: lines(index + 1, 2) })),
      ]);
    }));
    expect(answers.flat().filter((answer) => answer !== 'no error')).toEqual([]);
    expect([await at(one, world.warehouseId), await at(two, world.warehouseId)]).toMatchObject([{ onHand: 60 }, { onHand: 60 }]);
    expect([await inTransit(one), await inTransit(two)]).toEqual([40, 40]);
  });
});

describe('transfers between warehouses', () => {
  it('P-2: goods are in transit until they arrive; what is lost is written off by somebody else', async () => {
    const [partId, other] = [await world.part({ stock: 5 }), await world.part({ stock: 1 })];
    const who = keeper({ userId: newId(), siteId: world.warehouseId });
    const send = (quantity: number, ctx = keeper({ userId: who.userId, siteId: world.warehouseId })) => transfers(ctx).sendTransfer({
      fromWarehouseId: world.warehouseId, toWarehouseId: secondId, lines: [{ partId, quantity }, { partId: other, quantity: 1 }],
    });
    expect(await reasonOf(send(1, keeper({ siteId: secondId })))).toBe('OTHER_SITE');
    expect(await reasonOf(send(6))).toBe('STOCK_SHORT');
    const { id } = await send(4);
    expect([(await at(partId, world.warehouseId)).onHand, await inTransit(partId)]).toEqual([1, 4]);
    expect(await reasonOf(transfers(keeper({ siteId: world.warehouseId })).receiveTransfer({ id, version: 1, lines: [] }))).toBe('OTHER_SITE');
    const there = keeper({ siteId: secondId });
    expect(await reasonOf(transfers(there).receiveTransfer({ id, version: 1, lines: [{ partId, quantity: 5 }] }))).toBe('MORE_THAN_SENT');
    const { version } = await transfers(keeper({ siteId: secondId })).receiveTransfer({ id, version: 1, lines: [{ partId, quantity: 3 }] });
    expect(await transfers().getTransfer({ id })).toMatchObject({ state: 'short' });
    const later = await transfers(keeper({ siteId: secondId })).receiveTransfer({ id, version, lines: [{ partId: other, quantity: 1 }] });
    expect(await reasonOf(transfers(supervisor({ userId: who.userId })).writeOffTransfer({ id, version: later.version, reason: '丢失' }))).toBe('APPROVER_IS_REQUESTER');
    await transfers(supervisor()).writeOffTransfer({ id, version: later.version, reason: '丢失' });
    expect([(await at(partId, secondId)).onHand, (await at(other, secondId)).onHand, await inTransit(partId), await inTransit(other)]).toEqual([3, 1, 0, 0]);
    expect((await transfers().listTransfers({ warehouseId: secondId, state: 'written_off' })).items).toMatchObject([{ id, state: 'written_off' }]);
  });

  it('P-2: what was sent by mistake is taken back; Shanghai keeps no stock', async () => {
    const partId = await world.part({ stock: 2 });
    const { id: transitId } = await world.service.client(StockService, world.as('admin')).createWarehouse({ code: 'SH', name: '上海', kind: 'transit' });
    const send = (toWarehouseId: string) => transfers().sendTransfer({ fromWarehouseId: world.warehouseId, toWarehouseId, lines: [{ partId, quantity: 2 }] });
    expect(await reasonOf(send(transitId))).toBe('SITE_NOT_RECEIVING');
    const found = { warehouseId: transitId, kind: 'correction', reason: '多出', lines: [{ partId, quantity: 2 }] };
    expect(await reasonOf(adjustments(keeper({ siteId: transitId })).requestAdjustment(found))).toBe('SITE_NOT_RECEIVING');
    expect(await reasonOf(send(world.warehouseId))).toBe('SAME_WAREHOUSE');
    const { id } = await send(secondId);
    await transfers().cancelTransfer({ id, version: 1 });
    expect([await world.balance(partId), await inTransit(partId)]).toMatchObject([{ onHand: 2 }, 0]);
  });
});

describe('what is missing, promised and worth', () => {
  it('P-1: below the minimum is what is available, and what is on order comes off what to order', async () => {
    const partId = await world.part({ stock: 3 });
    const { id } = await world.request([[partId, 2, 'IN']]);
    await world.review(id);
    await world.service.client(PartUpkeepService, world.as('service_clerk')).setMinimumStock({ id: partId, warehouseId: world.warehouseId, minimum: 10 });
    await orders().createPurchaseOrder({ warehouseId: world.warehouseId, supplier: '乙', expectedOn: addDays(await today(), 5), lines: [{ partId, quantity: 4 }] });
    const below = (await reports(keeper()).listBelowMinimum({ warehouseId: world.warehouseId })).items;
    expect(below).toMatchObject([{ partId, onHand: 3, reserved: 2, available: 1, minimum: 10, onOrder: 4, toOrder: 5 }]);
    expect((await reports(keeper()).listReservations({ partId })).items).toMatchObject([{ dealerId: world.dealerId, partsRequestId: id, quantity: 2, state: 'open' }]);
    expect(await reasonOf(reports(world.dealer()).listReservations({ partId }))).toBe('ROLE_NOT_ALLOWED');
    const [pickingId] = await world.pick(id);
    await world.ship(await world.plan(pickingId));
    expect((await reports(keeper()).listReservations({ partId })).items).toEqual([]);
  });

  it('P-2, F-7: stock is valued at the cost of a day, as the ledger has that day’s end; only finance, supervisor and auditor see it', async () => {
    const partId = await world.part({ stock: 3 });
    const before = await today();
    await world.service.moveClock('2d');
    const after = await today();
    await reports(world.as('finance_clerk')).setUnitCost({ partId, effectiveFrom: after, unitCost: '12.345', reason: '年度核价' });
    await world.receive(partId, 1);
    const value = async (on: string) => (await reports(world.as('auditor')).listStockValues({ on })).items.find((line) => line.partId === partId);
    // The receipt of today said 1.5 again, and it is the last word of that day.
    expect([await value(before), await value(after)]).toMatchObject([{ quantity: 3, unitCost: '1.5000', value: '4.50' }, { quantity: 4, unitCost: '1.5000', value: '6.00' }]);
    await reports(world.as('finance_clerk')).setUnitCost({ partId, effectiveFrom: after, unitCost: '12.345', reason: '年度核价' });
    expect(await value('')).toMatchObject({ quantity: 4, unitCost: '12.3450', value: '49.38' });
    expect(await value(addDays(before, -1))).toBeUndefined();
    const sums = await reports(world.as('service_supervisor')).getStockValue({ on: after });
    const lines = (await reports(world.as('auditor')).listStockValues({ on: after, warehouseId: world.warehouseId })).items;
    const total = lines.reduce((sum, line) => sum + Math.round(Number(line.value || '0') * 100), 0);
    expect(Math.round(Number(sums.warehouses.find(({ warehouseId }) => warehouseId === world.warehouseId)?.value) * 100)).toBe(total);
    for (const role of ['warehouse_keeper', 'service_clerk', 'admin', 'quality_engineer', 'dealer_manager'] as const) {
      expect(await reasonOf(reports(role === 'dealer_manager' ? world.dealer() : world.as(role)).getStockValue({}))).toBe('ROLE_NOT_ALLOWED');
    }
    expect(await reasonOf(reports(world.as('auditor')).getStockValue({ on: addDays(after, 1) }))).toBe('DATE_IN_FUTURE');
    expect((await reports(world.as('finance_clerk')).listUnitCosts({ partId })).items).toMatchObject([{ unitCost: '12.3450' }, { documentKind: 'purchase_receipt' }, { unitCost: '12.3450', documentKind: 'manual' }, { unitCost: '1.5000' }]);
  });

  it('P-2: one cost beyond all measure that once was kept spoils no answer; a new one is refused at its field', async () => {
    const partId = await world.part({ stock: 1 });
    await world.receive(partId, 100_000);
    const finance = () => reports(world.as('finance_clerk'));
    expect(await reasonOf(finance().setUnitCost({ partId, effectiveFrom: await today(), unitCost: '1000000.0001', reason: '手误' }))).toBe('COST_TOO_HIGH');
    await finance().setUnitCost({ partId, effectiveFrom: await today(), unitCost: '12', reason: '核价' });
    await world.service.sql(`insert into part_cost (id, part_id, effective_from, unit_cost, document_kind, reason, entered_by, entered_at)
      select $1, part_id, effective_from, 9999999999.9999, 'manual', '', entered_by, entered_at + interval '1 second' from part_cost where part_id = $2 order by entered_at desc limit 1`, [newId(), partId]);
    const line = (await reports(world.as('auditor')).listStockValues({})).items.find((each) => each.partId === partId);
    expect(line).toMatchObject({ quantity: 100_001, value: '1000009999999990.00' });
    const { warehouses } = await reports(world.as('auditor')).getStockValue({});
    expect(Number(warehouses.find(({ warehouseId }) => warehouseId === world.warehouseId)?.value)).toBeGreaterThan(1_000_009_999_999_990);
    await finance().setUnitCost({ partId, effectiveFrom: await today(), unitCost: '12', reason: '更正' });
  });

  it('P-2: stock of any past day, across months, is what the ledger says of it, place by place along the pages', async () => {
    const [one, two] = [await world.part({ stock: 8 }), await world.part()];
    const first = await today();
    await world.service.moveClock('20d');
    const { id } = await transfers().sendTransfer({ fromWarehouseId: world.warehouseId, toWarehouseId: secondId, lines: [{ partId: one, quantity: 3 }] });
    await transfers(keeper({ siteId: secondId })).receiveTransfer({ id, version: 1, lines: [{ partId: one, quantity: 3 }] });
    await world.service.moveClock('45d');
    await world.receive(two, 6);
    await world.receive(one, 1);
    const last = await today();
    for (let on = first; on <= last; on = addDays(on, 5)) {
      const said = await world.service.sql<{ place: string; quantity: number }>(
        `select part_id || ' ' || substr(account, 11) as place, sum(pieces)::int as quantity
           from (select to_account as account, part_id, at, quantity as pieces from stock_movement union all select from_account, part_id, at, -quantity from stock_movement) leg
          where account like 'warehouse:%' and (at at time zone 'Asia/Shanghai')::date <= $1::date group by 1 having sum(pieces) <> 0`, [on]);
      const shown: { partId: string; warehouseId: string; quantity: number }[] = [];
      for (let cursor = ''; shown.length === 0 || cursor !== '';) {
        const { items, nextCursor } = await reports(world.as('auditor')).listStockValues({ on, page: { limit: 3, cursor } });
        shown.push(...items);
        cursor = nextCursor;
      }
      const places = shown.map(({ partId, warehouseId, quantity }) => `${partId} ${warehouseId} ${quantity}`);
      expect([new Set(places).size, [...places].sort()]).toEqual([said.length, said.map(({ place, quantity }) => `${place} ${quantity}`).sort()]);
      const { warehouses } = await reports(world.as('auditor')).getStockValue({ on });
      expect(warehouses.reduce((sum, { quantity }) => sum + quantity, 0)).toBe(said.reduce((sum, { quantity }) => sum + quantity, 0));
    }
  });
});
