import { ChargeSlipService, OrderChangeService, PartsRequestService, PickingService, ShippingService } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import type { CallContext } from '@aftercare/messaging';
import { reasonOf, startParts, type LineOf, type PartsWorld } from '../parts.fixture.js';
import { returnsOf } from '../returns.fixture.js';

jest.setTimeout(60_000);
const ROUNDS = 25;
let world: PartsWorld;
let goods: ReturnType<typeof returnsOf>;
beforeAll(async () => {
  world = await startParts();
  goods = returnsOf(world);
  world.around.coverage.set('IN', 'covered');
  world.around.coverage.set('OUT', 'not_covered');
});
afterAll(() => world?.service.stop());

const changes = (ctx: CallContext = world.dealer()) => world.service.client(OrderChangeService, ctx);
const keeper = (given: Partial<CallContext> = {}) => changes(world.as('warehouse_keeper', given));
const picking = () => world.service.client(PickingService, world.as('warehouse_keeper'));
const ordersOf = async (requestId: string) => (await picking().listPickingOrders({ requestId })).items;

/** An approved request whose picking order is printed; answers the request and its lines. */
async function printed(lines: LineOf[]) {
  const { id } = await world.request(lines);
  await world.review(id);
  for (const order of await ordersOf(id)) await picking().printPickingOrder({ id: order.id, version: order.version });
  return { id, lines: (await world.get(id)).lines };
}

/** What came of it; a lock that was not given in time, on a busy machine, is asked for again. */
async function outcome<T>(work: () => Promise<T>): Promise<T | string> {
  const done = await work().catch((error: { reason: string }) => error.reason);
  return done === 'LOCK_TIMEOUT' ? outcome(work) : done;
}

const lineOf = async (id: string, at = 0) => (await world.get(id)).lines[at];

describe('changes of what is printed', () => {
  it('P-10: the dealer asks, the warehouse is told and accepts: the line is cancelled, its pieces are free and the order ends', async () => {
    const partId = await world.part({ stock: 5 });
    const { id: requestId, lines: [line] } = await printed([[partId, 4, 'IN']]);
    expect(await reasonOf(world.service.client(PartsRequestService, world.dealer()).cancelRequestLine({ id: requestId, lineId: line.id, version: (await world.get(requestId)).version }))).toBe('PICKING_PRINTED');
    const asked = await changes().askOrderChange({ requestId, lineId: line.id, kind: 'cancel', reason: '客户取消' });
    expect(asked).toMatchObject({ state: 'open', version: 1 });
    expect(await goods.toldOf(asked.id)).toEqual(['parts.change_asked warehouse_keeper']);
    expect(await changes().getOrderChange({ id: asked.id })).toMatchObject({
      number: asked.number, kind: 'cancel', quantityBefore: 4, quantity: 0, partId, requestId, allowedActions: [{ action: 'accept', allowed: false }, { action: 'refuse', allowed: false }, { action: 'withdraw', allowed: true }],
    });
    expect(await world.balance(partId)).toEqual({ onHand: 5, reserved: 4 });
    expect(await keeper().decideOrderChange({ id: asked.id, version: 1, decision: 'accept' })).toMatchObject({ state: 'accepted', version: 2 });
    expect(await world.get(requestId)).toMatchObject({ state: 'withdrawn', lines: [{ state: 'cancelled', quantity: 4 }] });
    expect([await world.balance(partId), (await ordersOf(requestId)).map(({ state }) => state)]).toEqual([{ onHand: 5, reserved: 0 }, ['cancelled']]);
    const trail = await world.service.sql<{ state: string }>(`select changed->'state'->>'after' as state from audit_entry where kind = 'picking_order' and document_id = $1 order by id`, [(await ordersOf(requestId))[0]?.id]);
    expect(trail.at(-1)).toEqual({ state: 'cancelled' });
    expect(await goods.toldOf(asked.id)).toEqual(['parts.change_asked warehouse_keeper', 'parts.change_accepted dealer_manager']);
  });

  it('P-10, P-7: fewer pieces stay on the order; what is given up goes to the line that waits', async () => {
    const partId = await world.part({ stock: 6 });
    const { id: requestId, lines: [line] } = await printed([[partId, 6, 'IN']]);
    const { id: waiting } = await world.request([[partId, 2, 'IN']]);
    await world.review(waiting);
    const asked = await changes().askOrderChange({ requestId, lineId: line.id, kind: 'reduce', quantity: 3, reason: '只需三件' });
    await keeper().decideOrderChange({ id: asked.id, version: 1, decision: 'accept' });
    await world.service.drain();
    expect(await lineOf(requestId)).toMatchObject({ state: 'approved', quantity: 3, backorderedQuantity: 0 });
    expect(await ordersOf(requestId)).toMatchObject([{ state: 'printed', lines: [{ quantity: 3 }] }]);
    expect([(await lineOf(waiting)).backorderedQuantity, await world.balance(partId)]).toEqual([0, { onHand: 6, reserved: 5 }]);
  });

  it('P-10: a refusal says why and leaves everything; it may be asked anew, and be taken back', async () => {
    const partId = await world.part({ stock: 3 });
    const { id: requestId, lines: [line] } = await printed([[partId, 3, 'IN']]);
    const ask = () => changes().askOrderChange({ requestId, lineId: line.id, kind: 'reduce', quantity: 1, reason: '多了' });
    const first = await ask();
    expect(await reasonOf(ask())).toBe('CHANGE_OPEN');
    expect(await reasonOf(keeper().decideOrderChange({ id: first.id, version: 1, decision: 'refuse', reason: ' ' }))).toBe('REASON_MISSING');
    expect(await reasonOf(keeper().decideOrderChange({ id: first.id, version: 1, decision: 'maybe' }))).toBe('DECISION_UNKNOWN');
    expect(await reasonOf(keeper().decideOrderChange({ id: first.id, version: 5, decision: 'accept' }))).toBe('STALE_VERSION');
    expect(await reasonOf(keeper({ siteId: newId() }).decideOrderChange({ id: first.id, version: 1, decision: 'accept' }))).toBe('OTHER_SITE');
    await keeper().decideOrderChange({ id: first.id, version: 1, decision: 'refuse', reason: '已装箱' });
    expect(await changes().getOrderChange({ id: first.id })).toMatchObject({ state: 'refused', decisionReason: '已装箱' });
    const second = await ask();
    expect(await changes().withdrawOrderChange({ id: second.id, version: 1 })).toMatchObject({ state: 'withdrawn' });
    expect(await reasonOf(keeper().decideOrderChange({ id: second.id, version: 2, decision: 'accept' }))).toBe('STEP_NOT_ALLOWED');
    expect([await world.balance(partId), (await lineOf(requestId)).quantity]).toEqual([{ onHand: 3, reserved: 3 }, 3]);
    expect((await changes().listOrderChanges({ requestId })).items.map(({ state }) => state)).toEqual(['withdrawn', 'refused']);
  });

  it('P-10: is not for what is not printed, planned or shipped; a line with an open change is not planned', async () => {
    const partId = await world.part({ stock: 9 });
    const { id: open } = await world.request([[partId, 1, 'IN']]);
    await world.review(open);
    const cancel = { kind: 'cancel', reason: '取消' };
    expect(await reasonOf(changes().askOrderChange({ ...cancel, requestId: open, lineId: (await lineOf(open)).id }))).toBe('CHANGE_NOT_NEEDED');
    const mayAsk = async (id: string) => (await world.get(id, world.dealer())).allowedActions.find(({ action }) => action === 'ask-change');
    expect(await mayAsk(open)).toMatchObject({ allowed: false, reason: 'CHANGE_NOT_NEEDED' });
    const { id: requestId } = await world.request([[partId, 4, 'IN'], [partId, 2, 'IN']]);
    const { lines: [line, other] } = await world.review(requestId);
    const [pickingId] = await world.pick(requestId);
    expect(await mayAsk(requestId)).toMatchObject({ allowed: true });
    const asked = await changes().askOrderChange({ requestId, lineId: line.id, kind: 'reduce', quantity: 3, reason: '少要一件' });
    expect(await reasonOf(world.plan(pickingId))).toBe('CHANGE_OPEN');
    const planned = await world.plan(pickingId, [other.id]);
    expect(await reasonOf(changes().askOrderChange({ ...cancel, requestId, lineId: other.id }))).toBe('ALREADY_PLANNED');
    await keeper().decideOrderChange({ id: asked.id, version: 1, decision: 'accept' });
    await world.ship(planned);
    expect(await reasonOf(changes().askOrderChange({ ...cancel, requestId, lineId: other.id }))).toBe('STEP_NOT_ALLOWED');
    const shipped = await world.ship(await world.plan(pickingId));
    expect([shipped.state, (await lineOf(requestId)).shippedQuantity, await world.balance(partId)]).toEqual(['shipped', 3, { onHand: 4, reserved: 1 }]);
  });

  it('P-8, P-10: what a partly shipped line still waits for is given up, and the line is shipped', async () => {
    const partId = await world.part({ stock: 2 });
    const { id: requestId } = await world.request([[partId, 5, 'IN']]);
    const { lines: [line] } = await world.review(requestId);
    const [pickingId] = await world.pick(requestId);
    const planned = await world.plan(pickingId);
    const { version } = await world.service.client(ShippingService, world.as('service_clerk')).agreeShippingDate({ id: planned.id, version: planned.version, agreedDate: '2099-01-01' });
    await world.ship({ id: planned.id, version });
    expect(await reasonOf(changes().askOrderChange({ requestId, lineId: line.id, kind: 'cancel', reason: '不等了' }))).toBe('PARTLY_SHIPPED');
    const asked = await changes().askOrderChange({ requestId, lineId: line.id, kind: 'reduce', quantity: 2, reason: '不等了' });
    await keeper().decideOrderChange({ id: asked.id, version: 1, decision: 'accept' });
    expect(await lineOf(requestId)).toMatchObject({ state: 'shipped', quantity: 2, shippedQuantity: 2, backorderedQuantity: 0 });
  });

  it('P-10, F-5: the draft slip of a charged line charges what is left; a confirmed one is reversed first', async () => {
    const partId = await world.part({ stock: 4, price: '10' });
    const { id: requestId } = await world.request([[partId, 4, 'OUT']]);
    const { lines: [line], version } = await world.review(requestId);
    await world.service.client(PartsRequestService, world.dealer()).acceptQuote({ id: requestId, version, lineIds: [line.id], paymentMethod: 'bank_transfer', invoiceWish: 'now' });
    for (const order of await ordersOf(requestId)) await picking().printPickingOrder({ id: order.id, version: order.version });
    const ask = (quantity: number) => changes().askOrderChange({ requestId, lineId: line.id, kind: 'reduce', quantity, reason: '少要' });
    await keeper().decideOrderChange({ id: (await ask(3)).id, version: 1, decision: 'accept' });
    const slips = () => world.service.client(ChargeSlipService, world.as('finance_clerk'));
    const [slipId] = (await world.get(requestId)).chargeSlipIds;
    const slip = await slips().getChargeSlip({ id: slipId });
    expect(slip).toMatchObject({ state: 'draft', netTotal: '30.00', taxTotal: '3.90', grossTotal: '33.90', lines: [{ quantity: 3, netAmount: '30.00' }] });
    expect(await lineOf(requestId)).toMatchObject({ quantity: 3, netAmount: '30.00', taxAmount: '3.90' });
    await slips().confirmChargeSlip({ id: slipId, version: slip.version });
    const { id } = await ask(2);
    expect(await reasonOf(keeper().decideOrderChange({ id, version: 1, decision: 'accept' }))).toBe('SLIP_CONFIRMED');
    expect([(await lineOf(requestId)).quantity, (await changes().getOrderChange({ id })).state]).toEqual([3, 'open']);
  });

  it('P-10: accepted and taken back at once, planned and asked at once: one outcome each', async () => {
    const partId = await world.part({ stock: 2 * ROUNDS });
    let promised = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      // Pieces that the last round gave back are offered to whoever waits, before a new approval may have them.
      await world.service.drain();
      const { id: requestId } = await world.request([[partId, 2, 'IN']]);
      const { lines: [line] } = await world.review(requestId);
      const [pickingId] = await world.pick(requestId);
      const raced = await Promise.all([
        outcome(() => world.plan(pickingId).then(() => 'planned')), outcome(() => changes().askOrderChange({ requestId, lineId: line.id, kind: 'cancel', reason: '取消' }).then(({ id }) => id)),
      ]);
      if (raced[0] === 'planned') {
        expect(raced[1]).toBe('ALREADY_PLANNED');
        promised += 2;
        continue;
      }
      expect(raced[0]).toBe('CHANGE_OPEN');
      const ended = await Promise.all([
        outcome(() => keeper().decideOrderChange({ id: raced[1], version: 1, decision: 'accept' }).then(() => 'done')), outcome(() => changes().withdrawOrderChange({ id: raced[1], version: 1 }).then(() => 'done')),
      ]);
      expect([...ended].sort()).toEqual(['STALE_VERSION', 'done']);
      promised += ended[0] === 'done' ? 0 : 2;
    }
    expect(await world.balance(partId)).toEqual({ onHand: 2 * ROUNDS, reserved: promised });
  }, 120_000);

  it('a foreign request, line or change is missing; only the dealer’s manager or a clerk for it asks, only the warehouse decides', async () => {
    const partId = await world.part({ stock: 2 });
    const { id: requestId, lines: [line] } = await printed([[partId, 2, 'IN']]);
    const asked = { requestId, lineId: line.id, kind: 'reduce', quantity: 1, reason: '多了' };
    const stranger = world.dealer('dealer_manager', newId());
    expect(await reasonOf(changes(stranger).askOrderChange(asked))).toBe('NOT_FOUND');
    expect(await reasonOf(changes().askOrderChange({ ...asked, lineId: newId() }))).toBe('NOT_FOUND');
    expect(await reasonOf(changes(world.dealer('dealer_technician')).askOrderChange(asked))).toBe('ROLE_NOT_ALLOWED');
    expect(await reasonOf(changes().askOrderChange({ ...asked, reason: ' ' }))).toBe('REASON_MISSING');
    expect(await reasonOf(changes().askOrderChange({ ...asked, kind: 'swap' }))).toBe('CHANGE_KIND_UNKNOWN');
    expect(await reasonOf(changes().askOrderChange({ ...asked, quantity: 2 }))).toBe('QUANTITY_INVALID');
    const clerk = changes(world.as('service_clerk'));
    expect(await reasonOf(clerk.askOrderChange(asked))).toBe('ASKED_BY_MISSING');
    const { id } = await clerk.askOrderChange({ ...asked, askedBy: '李经理' });
    expect(await clerk.getOrderChange({ id })).toMatchObject({ askedBy: '李经理' });
    const missing = await changes(stranger).getOrderChange({ id: newId() }).catch((error: unknown) => error);
    expect(await changes(stranger).getOrderChange({ id }).catch((error: unknown) => error)).toEqual(missing);
    expect(await reasonOf(changes(stranger).withdrawOrderChange({ id, version: 1 }))).toBe('NOT_FOUND');
    expect((await changes(stranger).listOrderChanges({})).items).toEqual([]);
    expect(await reasonOf(changes().decideOrderChange({ id, version: 1, decision: 'accept' }))).toBe('ROLE_NOT_ALLOWED');
    const [rls] = await world.service.sql<{ forced: boolean }>(`select relforcerowsecurity as forced from pg_class where relname = 'order_change'`);
    expect(rls.forced).toBe(true);
  });
});
