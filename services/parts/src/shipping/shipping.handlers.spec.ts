import { ChargeSlipPaidSchema, ChargeSlipService, OrderChangeService, PartsRequestService, PickingService, SettingChangedSchema, ShippingService } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { reasonOf, startParts, type PartsWorld } from '../parts.fixture.js';

jest.setTimeout(60_000);
let world: PartsWorld;
beforeAll(async () => {
  world = await startParts();
  world.around.coverage.set('IN', 'covered').set('OUT', 'not_covered');
  // 120.00 with tax is no sum of whole fen at 13 percent, so these specs run at 20.
  await world.service.publish(SettingChangedSchema, { key: 'tax.ratePercent', value: '"20"', effectiveFrom: '2019-04-01', version: 1 });
  await world.service.drain();
});
afterAll(() => world?.service.stop());

const shipping = (ctx = world.as('warehouse_keeper')) => world.service.client(ShippingService, ctx);
const holdings = async (partId: string): Promise<number> =>
  (await world.service.sql<{ quantity: number }>('select quantity from dealer_holding where part_id = $1', [partId]))[0]?.quantity ?? 0;

/** A request with two covered lines and one charged line of 120.00 with tax, all picked, its slip confirmed. */
async function mixed(paymentMethod = 'bank_transfer') {
  const free = await world.part({ stock: 10 });
  const charged = await world.part({ stock: 10, price: '100' });
  const { id } = await world.request([[free, 1, 'IN'], [free, 2, 'IN'], [charged, 1, 'OUT']]);
  const { version, lines } = await world.review(id);
  await world.service.client(PartsRequestService, world.dealer()).acceptQuote({ id, version, lineIds: [lines[2].id], paymentMethod, invoiceWish: 'later' });
  const [pickingId] = await world.pick(id);
  const slipId = (await world.get(id)).chargeSlipIds[0];
  return { id, free, charged, pickingId, slipId, coveredIds: [lines[0].id, lines[1].id], chargedId: lines[2].id };
}

async function confirmSlip(slipId: string): Promise<void> {
  const { version } = await world.service.client(ChargeSlipService, world.as('finance_clerk')).getChargeSlip({ id: slipId });
  await world.service.client(ChargeSlipService, world.as('finance_clerk')).confirmChargeSlip({ id: slipId, version });
}

async function paid(slipId: string, given: { paid: boolean; paidTotal: string; version: number }): Promise<void> {
  await world.service.publish(ChargeSlipPaidSchema, { slipId, dealerId: world.dealerId, ...given });
  await world.service.drain();
}

describe('shipping', () => {
  it('P-9: covered lines ship at once, the charged line stays until its 120.00 are wholly paid', async () => {
    const { id, free, charged, pickingId, slipId, coveredIds, chargedId } = await mixed();
    const covered = await world.plan(pickingId, coveredIds);
    expect(covered).toMatchObject({ state: 'ready' });
    expect(covered.number).toMatch(/^SO-\d{4}-\d{6}$/);
    expect(await world.ship(covered)).toMatchObject({ state: 'shipped' });
    expect(await holdings(free)).toBe(3);
    const order = await world.plan(pickingId, [chargedId]);
    expect(await reasonOf(world.ship(order))).toBe('PAYMENT_MISSING');
    await confirmSlip(slipId);
    expect(await reasonOf(world.ship(order))).toBe('PAYMENT_MISSING');
    await paid(slipId, { paid: false, paidTotal: '60.00', version: 1 });
    expect(await reasonOf(world.ship(order))).toBe('PAYMENT_MISSING');
    await paid(slipId, { paid: true, paidTotal: '120.00', version: 2 });
    expect(await world.ship(order)).toMatchObject({ state: 'shipped' });
    expect(await world.balance(charged)).toEqual({ onHand: 9, reserved: 0 });
    expect(await holdings(charged)).toBe(0);
    expect((await world.get(id)).lines.map((line) => line.state)).toEqual(['shipped', 'shipped', 'shipped']);
    const told = await world.service.sql<{ payload: { lines: { chargeSlipId: string; supplyKind: string }[] } }>(
      `select payload::jsonb as payload from outbox where event_type = 'aftercare.parts.v1.PartsShipped' and payload::text like $1`, [`%${order.id}%`]);
    expect(told).toHaveLength(1);
    expect(told[0].payload.lines).toMatchObject([{ supplyKind: 'charged', chargeSlipId: slipId }]);
  });

  it('P-9: on account it ships with room exactly equal and not with less', async () => {
    const { pickingId, slipId, coveredIds, chargedId } = await mixed('account');
    await world.plan(pickingId, coveredIds);
    const order = await world.plan(pickingId, [chargedId]);
    await confirmSlip(slipId);
    expect(await reasonOf(world.ship(order))).toBe('CREDIT_EXHAUSTED');
    // A line of 1 000: with 950 used it does not ship, with 880 used the room is exactly equal.
    world.around.room.set(world.dealerId, 5_000);
    expect(await reasonOf(world.ship(order))).toBe('CREDIT_EXHAUSTED');
    world.around.room.set(world.dealerId, 12_000);
    expect(await world.ship(order)).toMatchObject({ state: 'shipped' });
    expect(world.around.room.get(world.dealerId)).toBe(0);
    const cancel = shipping(world.as('service_clerk')).cancelShippingOrder({ id: order.id, version: order.version + 1 });
    expect(await reasonOf(cancel)).toBe('STEP_NOT_ALLOWED');
    expect(world.around.held.has(order.id)).toBe(true);
  });

  it('P-9: two shipments at once with room for one: one ships', async () => {
    const both = [await mixed('account'), await mixed('account')];
    const orders = await Promise.all(both.map(async ({ pickingId, slipId, chargedId }) => {
      await confirmSlip(slipId);
      return world.plan(pickingId, [chargedId]);
    }));
    world.around.room.set(world.dealerId, 12_000);
    const answers = await Promise.all(orders.map((order) => reasonOf(world.ship(order))));
    expect(answers.sort()).toEqual(['CREDIT_EXHAUSTED', 'no error']);
  });

  it('P-8: a cancelled order frees its lines to be planned anew', async () => {
    const { pickingId, coveredIds } = await mixed();
    const order = await world.plan(pickingId, coveredIds);
    expect(await reasonOf(world.plan(pickingId, coveredIds))).toBe('NOTHING_TO_SHIP');
    expect(await reasonOf(world.plan(newId()))).toBe('NOT_FOUND');
    const clerk = shipping(world.as('service_clerk'));
    expect(await clerk.cancelShippingOrder({ id: order.id, version: order.version })).toMatchObject({ state: 'cancelled' });
    expect(await world.plan(pickingId, coveredIds)).toMatchObject({ state: 'ready' });
  });

  it('P-9: a cancelled order gives held credit back', async () => {
    const { pickingId, coveredIds } = await mixed();
    const order = await world.plan(pickingId, coveredIds);
    world.around.room.set(world.dealerId, 0);
    world.around.held.set(order.id, { dealerId: world.dealerId, amount: '120.00' });
    const cancel = () => shipping(world.as('service_clerk')).cancelShippingOrder({ id: order.id, version: order.version });
    await cancel();
    expect(world.around.room.get(world.dealerId)).toBe(12_000);
    // A release that was lost is made up for when somebody asks again.
    world.around.held.set(order.id, { dealerId: world.dealerId, amount: '1.00' });
    expect(await reasonOf(cancel())).toBe('STALE_VERSION');
    expect(world.around.held.has(order.id)).toBe(false);
  });

  it('X-8: the same key ships once and answers the same', async () => {
    const { free, pickingId, coveredIds } = await mixed();
    const order = await world.plan(pickingId, coveredIds);
    const ship = (ctx = world.as('warehouse_keeper')) => shipping(ctx).shipOrder({ id: order.id, version: order.version, carrier: 'SF', waybillNumber: '1', parcels: 1 });
    const keeper = world.as('warehouse_keeper');
    const [first, again] = [await ship(keeper), await ship(keeper)];
    expect(again).toMatchObject({ id: first.id, state: 'shipped', version: first.version });
    expect(await reasonOf(ship())).toBe('STALE_VERSION');
    expect(await holdings(free)).toBe(3);
  });

  it('P-9, F-5: pieces whose charge was reversed before they left do not leave; the line is reduced to what is charged, and that leaves', async () => {
    const partId = await world.part({ stock: 10, price: '100' });
    const { id } = await world.request([[partId, 3, 'OUT']]);
    const { version, lines } = await world.review(id);
    await world.service.client(PartsRequestService, world.dealer()).acceptQuote({ id, version, lineIds: [lines[0].id], paymentMethod: 'bank_transfer', invoiceWish: 'later' });
    const [pickingId] = await world.pick(id);
    const [slipId] = (await world.get(id)).chargeSlipIds;
    await confirmSlip(slipId);
    await paid(slipId, { paid: true, paidTotal: '360.00', version: 1 });
    const order = await world.plan(pickingId);
    const slips = world.service.client(ChargeSlipService, world.as('finance_clerk'));
    const slip = await slips.getChargeSlip({ id: slipId });
    await slips.reverseChargeSlip({ id: slipId, version: slip.version, lines: [{ lineId: slip.lines[0].id, quantity: 2 }], reason: '多收' });
    expect(await reasonOf(world.ship(order))).toBe('CHARGE_REVERSED');
    await world.service.client(ShippingService, world.as('service_clerk')).cancelShippingOrder({ id: order.id, version: order.version });
    const changes = (ctx: Parameters<PartsWorld['service']['client']>[1]) => world.service.client(OrderChangeService, ctx);
    const asked = await changes(world.dealer()).askOrderChange({ requestId: id, lineId: lines[0].id, kind: 'reduce', quantity: 1, reason: '只要一件' });
    await changes(world.as('warehouse_keeper')).decideOrderChange({ id: asked.id, version: 1, decision: 'accept' });
    expect(await world.ship(await world.plan(pickingId))).toMatchObject({ state: 'shipped' });
  });

  it('P-11: of the same urgency what was paid first is picked first, then what waits for money; urgent orders come before', async () => {
    const picking = world.service.client(PickingService, world.as('warehouse_keeper'));
    const charged = await world.part({ stock: 10, price: '100' });
    const free = await world.part({ stock: 10 });
    const ordered = async (partId: string, serial: string, urgency: string) => {
      const { id } = await world.request([[partId, 1, serial]], { urgency });
      const { version, lines } = await world.review(id);
      if (serial === 'OUT') await world.service.client(PartsRequestService, world.dealer()).acceptQuote({ id, version, lineIds: [lines[0].id], paymentMethod: 'bank_transfer', invoiceWish: 'later' });
      const [slipId = ''] = (await world.get(id)).chargeSlipIds;
      if (slipId !== '') await confirmSlip(slipId);
      return { id, slipId };
    };
    const [first, second, third] = [await ordered(charged, 'OUT', 'scheduled'), await ordered(charged, 'OUT', 'scheduled'), await ordered(charged, 'OUT', 'urgent')];
    const given = await ordered(free, 'IN', 'scheduled');
    const all = [first, second, third, given];
    const names = ['first', 'second', 'third', 'given'];
    const queue = async (limit: number) => {
      const found: string[] = [];
      let cursor = '';
      do {
        const { items, nextCursor } = await picking.listPickingOrders({ state: 'open', page: { limit, cursor } });
        found.push(...items.map(({ requestId }) => names[all.findIndex(({ id }) => id === requestId)] ?? ''));
        cursor = nextCursor;
      } while (cursor !== '');
      return found.filter(Boolean);
    };
    expect(await queue(50)).toEqual(['third', 'given', 'first', 'second']);
    await paid(second.slipId, { paid: true, paidTotal: '120.00', version: 1 });
    expect(await queue(1)).toEqual(['third', 'given', 'second', 'first']);
    await paid(first.slipId, { paid: true, paidTotal: '120.00', version: 1 });
    expect(await queue(2)).toEqual(['third', 'given', 'second', 'first']);
    await paid(second.slipId, { paid: false, paidTotal: '0.00', version: 2 });
    expect(await queue(3)).toEqual(['third', 'given', 'first', 'second']);
    const [order] = (await picking.listPickingOrders({ requestId: first.id })).items;
    expect([order.paidAt !== '', (await picking.listPickingOrders({ requestId: second.id })).items[0].paidAt]).toEqual([true, '']);
  });

  it('P-8: not urgent: the clerk agrees the date with the dealer before it ships, who is told', async () => {
    const partId = await world.part({ stock: 2 });
    const { id } = await world.request([[partId, 1, 'IN']], { urgency: 'scheduled' });
    await world.review(id);
    const [pickingId] = await world.pick(id);
    const order = await world.plan(pickingId);
    expect(order.state).toBe('planned');
    expect(await reasonOf(world.ship(order))).toBe('DATE_NOT_AGREED');
    const agree = (agreedDate: string, ctx = world.as('service_clerk')) => shipping(ctx).agreeShippingDate({ id: order.id, version: order.version, agreedDate });
    expect(await reasonOf(agree('2099-01-01', world.dealer()))).toBe('ROLE_NOT_ALLOWED');
    expect(await reasonOf(agree('2020-01-01'))).toBe('DATE_TOO_EARLY');
    expect(await world.ship(await agree('2099-01-01'))).toMatchObject({ state: 'shipped' });
    const told = await world.service.sql<{ kind: string }>(`select payload::json ->> 'kind' as kind from outbox where event_type like '%.NoticeRequested' and payload::json ->> 'documentId' = $1 order by occurred_at, id`, [order.id]);
    expect(told.map(({ kind }) => kind)).toEqual(['parts.shipping_date_proposed', 'parts.shipping_date_agreed', 'parts.shipped']);
  });

  it('P-8, H-1a: a partial receipt opens a discrepancy; an agreed shortage takes the piece off stock ledger and obligation alike', async () => {
    const partId = await world.part({ stock: 5 });
    const { id } = await world.request([[partId, 3, 'IN']]);
    await world.review(id);
    const [pickingId] = await world.pick(id);
    const shipped = await world.ship(await world.plan(pickingId));
    const dealer = () => shipping(world.dealer());
    expect(await reasonOf(dealer().confirmReceipt({ id: shipped.id, version: shipped.version }))).toBe('STEP_NOT_ALLOWED');
    const delivered = await shipping().deliverOrder({ id: shipped.id, version: shipped.version });
    const { lines: [line] } = await dealer().getShippingOrder({ id: shipped.id });
    const confirm = (receivedQuantity: number) =>
      dealer().confirmReceipt({ id: shipped.id, version: delivered.version, lines: [{ lineId: line.id, receivedQuantity, note: 'box open' }] });
    expect(await reasonOf(confirm(4))).toBe('QUANTITY_INVALID');
    expect(await confirm(2)).toMatchObject({ state: 'received' });
    expect((await world.get(id)).lines[0]).toMatchObject({ state: 'received', receivedQuantity: 2, shippedQuantity: 3 });
    expect((await world.get(id)).state).toBe('fulfilled');
    const { discrepancies: [discrepancy] } = await dealer().getShippingOrder({ id: shipped.id });
    expect(discrepancy).toMatchObject({ missingQuantity: 1, state: 'open', version: 1 });
    expect(await holdings(partId)).toBe(3);
    const agree = { id: discrepancy.id, version: 1, outcome: 'shortage', reason: 'counted again' };
    expect(await shipping().agreeDiscrepancy(agree)).toMatchObject({ state: 'agreed', version: 2 });
    expect(await reasonOf(shipping().agreeDiscrepancy({ ...agree, version: 2 }))).toBe('STEP_NOT_ALLOWED');
    expect(await holdings(partId)).toBe(2);
    const [owed] = await world.service.sql<{ outstanding: number; dated: boolean }>(
      `select (sum(o.issued_quantity) - (select coalesce(sum(s.quantity), 0) from obligation_settlement s where s.obligation_id = any(array_agg(o.id))))::int as outstanding,
              bool_and(o.due_on is not null) as dated
         from obligation o where o.part_id = $1`, [partId]);
    expect(owed).toEqual({ outstanding: 2, dated: true });
    expect(await world.balance(partId)).toEqual({ onHand: 3, reserved: 0 });
  });

  it('X-6: shipping orders are numbered without gaps, also when many are planned at once and some are refused', async () => {
    const many = await Promise.all(Array.from({ length: 4 }, () => mixed()));
    await Promise.all(many.flatMap(({ pickingId, coveredIds }) => [
      reasonOf(world.plan(pickingId, coveredIds)), reasonOf(world.plan(pickingId, coveredIds)), reasonOf(world.plan(pickingId, [newId()])),
    ]));
    const rows = await world.service.sql<{ number: string }>('select number from shipping_order order by number');
    expect(rows.map((row) => Number(row.number.slice(-6)))).toEqual(rows.map((_, index) => index + 1));
  });

  it('P-8: a keeper works at his own site, and a foreign order looks like none', async () => {
    const { pickingId, coveredIds } = await mixed();
    const order = await world.plan(pickingId, coveredIds);
    const elsewhere = shipping(world.as('warehouse_keeper', { siteId: newId() }));
    expect(await reasonOf(elsewhere.shipOrder({ id: order.id, version: order.version, carrier: 'SF', parcels: 1 }))).toBe('OTHER_SITE');
    const foreign = shipping(world.dealer('dealer_manager', newId()));
    expect(await reasonOf(foreign.getShippingOrder({ id: order.id }))).toBe('NOT_FOUND');
    expect(await reasonOf(foreign.confirmReceipt({ id: order.id, version: order.version }))).toBe('NOT_FOUND');
    expect((await foreign.listShippingOrders({})).items).toEqual([]);
    const raw = await world.service.database.many(world.dealer('dealer_manager', newId()), { name: 'raw', text: 'select id from shipping_line', values: [] });
    expect(raw).toEqual([]);
  });
});
