import {
  ChargeSlipService, DealerChangedSchema, OrderChangeService, PartService, PartUpkeepService, PartsRequestService, PickingService, ShippingService, SubstituteService,
} from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { reasonOf, startParts, type PartsWorld } from '../parts.fixture.js';
import { returnsOf } from '../returns.fixture.js';

jest.setTimeout(60_000);
let world: PartsWorld;
beforeEach(async () => {
  world = await startParts();
  world.around.coverage.set('IN', 'covered');
  world.around.coverage.set('OUT', 'not_covered');
});
afterEach(() => world?.service.stop());

const requests = (ctx = world.dealer()) => world.service.client(PartsRequestService, ctx);
const clerk = () => world.as('service_clerk');
const supervisor = () => world.as('service_supervisor', { userId: newId() });
const picking = () => world.service.client(PickingService, world.as('warehouse_keeper'));
const shipping = (ctx = clerk()) => world.service.client(ShippingService, ctx);
const told = async (status: string, version = 2) => {
  await world.service.publish(DealerChangedSchema, { dealerId: world.dealerId, code: 'SH001', name: '上海', status, version });
  await world.service.drain();
};

/** A quote on the first line of a request; `declined` ones wait for the supervisor. */
async function quoted(partId: string, given: Record<string, unknown>, declined = false) {
  const { id } = await world.request([[partId, 1, 'OUT']], given);
  const { version, lines: [line] } = await world.review(id);
  if (!declined) return { id, version, lineId: line.id };
  const ref = await requests().declineQuote({ id, version, lineIds: [line.id], reason: '太贵' });
  return { id, version: ref.version, lineId: line.id };
}
type Quoted = Awaited<ReturnType<typeof quoted>>;

const accept = ({ id, version, lineId }: Quoted) => reasonOf(requests().acceptQuote({ id, version, lineIds: [lineId], paymentMethod: 'bank_transfer', invoiceWish: 'later' }));
const decide = ({ id, version, lineId }: Quoted, decision: string) =>
  reasonOf(requests(supervisor()).decideEscalation({ id, version, lineId, decision, reason: '老客户', returnDue: true, specialPrice: decision === 'lower' ? '1.00' : '' }));

/** An old number without stock and the part that replaces it, of which there is enough. */
async function chain(): Promise<[old: string, next: string]> {
  const [old, next] = [await world.part(), await world.part({ stock: 5 })];
  const part = await world.service.client(PartService, clerk()).getPart({ id: next });
  await world.service.client(PartUpkeepService, clerk()).changePart({
    id: next, version: part.version, name: part.name, nameEn: part.nameEn, unit: part.unit, partClass: part.partClass, returnRequired: true, supersedesPartId: old,
  });
  return [old, next];
}

describe('what is no longer needed', () => {
  it.each([['was cancelled', 'CALL_CLOSED'], ['went to another dealer', 'CALL_MOVED']] as const)(
    'P-5, R-2: of a call that %s no quote is accepted, lowered or waived and no substitute sent; its lines end by rejection and withdrawal', async (what, reason) => {
      const [old, next] = await chain();
      const callId = newId();
      const call = (given: object) => world.around.calls.set(callId, { dealerId: world.dealerId, openedOn: '2026-01-05', ...given });
      call({ state: 'assigned' });
      const repair = { purpose: 'repair', callId };
      const [offer, declined] = [await quoted(next, repair), await quoted(next, repair, true)];
      const { id: waiting } = await world.request([[old, 1, 'IN']], repair);
      const { version, lines: [line] } = await world.review(waiting);
      call(what === 'was cancelled' ? { state: 'cancelled' } : { dealerId: newId(), state: 'assigned' });
      expect(await accept(offer)).toBe(reason);
      for (const decision of ['lower', 'waive']) expect(await decide(declined, decision)).toBe(reason);
      for (const ctx of [world.dealer(), clerk()]) {
        expect(await reasonOf(world.service.client(SubstituteService, ctx).acceptSubstitute({ id: waiting, version, lineId: line.id, partId: next }))).toBe(reason);
      }
      expect(await world.balance(next)).toEqual({ onHand: 5, reserved: 0 });
      expect(await decide(declined, 'reject')).toBe('no error');
      expect(await reasonOf(requests().withdrawPartsRequest({ id: offer.id, version: offer.version }))).toBe('no error');
      expect(await reasonOf(requests().withdrawPartsRequest({ id: waiting, version }))).toBe('no error');
      expect((await Promise.all([offer.id, declined.id, waiting].map((id) => world.get(id)))).map(({ state }) => state)).toEqual(['withdrawn', 'rejected', 'withdrawn']);
    });

  it('R-2, P-5: what was asked for goes on after the repair: its quote is accepted and its escalation decided', async () => {
    const partId = await world.part({ stock: 5 });
    const callId = newId();
    world.around.calls.set(callId, { dealerId: world.dealerId, openedOn: '2026-01-05', state: 'assigned' });
    const [offer, declined] = [await quoted(partId, { purpose: 'repair', callId }), await quoted(partId, { purpose: 'repair', callId }, true)];
    world.around.calls.set(callId, { dealerId: world.dealerId, openedOn: '2026-01-05', state: 'filed' });
    expect([await accept(offer), await decide(declined, 'waive')]).toEqual(['no error', 'no error']);
  });

  it('X-8: an acceptance that is sent again answers the same, also after its call was cancelled', async () => {
    const partId = await world.part({ stock: 5 });
    const callId = newId();
    world.around.calls.set(callId, { dealerId: world.dealerId, openedOn: '2026-01-05', state: 'assigned' });
    const { id, version, lineId } = await quoted(partId, { purpose: 'repair', callId });
    const mine = world.dealer();
    const send = () => requests(mine).acceptQuote({ id, version, lineIds: [lineId], paymentMethod: 'cash', invoiceWish: 'now' });
    const first = await send();
    world.around.calls.set(callId, { dealerId: world.dealerId, openedOn: '2026-01-05', state: 'cancelled' });
    expect(await send()).toEqual(first);
  });

  it('D-1, P-5: a suspended dealer agrees to nothing new for its stock, and to what its customers need; active again, to both', async () => {
    const [old, next] = await chain();
    const [stock, visit, declined, open] = [
      await quoted(next, { purpose: 'stock' }), await quoted(next, {}), await quoted(next, { purpose: 'stock' }, true), await world.request([[old, 1, '']], { purpose: 'stock' }),
    ];
    await told('suspended');
    const { lines: [line], version } = await world.get(open.id);
    const steps = () => [
      () => accept(stock), () => decide(declined, 'lower'),
      () => reasonOf(world.service.client(SubstituteService, clerk()).acceptSubstitute({ id: open.id, version, lineId: line.id, partId: next })),
    ];
    for (const step of steps()) expect(await step()).toBe('DEALER_SUSPENDED');
    expect(await decide(declined, 'waive')).toBe('DEALER_SUSPENDED');
    expect(await reasonOf(world.review(open.id))).toBe('DEALER_SUSPENDED');
    expect((await world.get(stock.id, world.dealer())).allowedActions).toContainEqual(expect.objectContaining({ action: 'accept-quote', allowed: false, reason: 'DEALER_SUSPENDED' }));
    expect(await accept(visit)).toBe('no error');
    await told('active', 3);
    for (const step of steps()) expect(await step()).toBe('no error');
  });
});

describe('what a dealer asked for that was terminated', () => {
  it('D-1, P-7: is neither picked nor planned nor shipped, no arrival serves it, and the warehouse reads why', async () => {
    const partId = await world.part({ stock: 3 });
    const [open, printed, picked, planned, waiting] = await Promise.all([[1], [1], [1], [1], [2]].map(([quantity]) => world.request([[partId, quantity, 'IN']])));
    for (const { id } of [planned, picked, printed]) await world.review(id);
    const [plannedId] = await world.pick(planned.id);
    const order = await world.plan(plannedId);
    const [pickedId] = await world.pick(picked.id);
    const orderOf = async (id: string) => (await picking().listPickingOrders({ requestId: id })).items[0];
    const toPick = await orderOf(printed.id);
    await picking().printPickingOrder({ id: toPick.id, version: toPick.version });
    await world.review(waiting.id);
    await told('terminated');
    await world.receive(partId, 4);
    await world.service.drain();
    expect((await world.get(waiting.id)).lines).toMatchObject([{ state: 'approved', backorderedQuantity: 2 }]);
    expect(await world.balance(partId)).toEqual({ onHand: 7, reserved: 3 });
    expect(await reasonOf(world.review(open.id))).toBe('DEALER_NOT_ACTIVE');
    expect(await reasonOf(picking().pickPickingOrder({ id: toPick.id, version: toPick.version + 1 }))).toBe('DEALER_NOT_ACTIVE');
    expect(await reasonOf(world.plan(pickedId))).toBe('DEALER_NOT_ACTIVE');
    expect(await reasonOf(world.ship(order))).toBe('DEALER_NOT_ACTIVE');
    expect(await reasonOf(shipping().moveShippingDate({ id: order.id, version: order.version, plannedDate: '2030-01-01', reason: '改期' }))).toBe('DEALER_NOT_ACTIVE');
    const refused = async (read: Promise<{ allowedActions: { action: string; reason: string }[] }>, action: string) => (await read).allowedActions.find((each) => each.action === action)?.reason;
    expect(await refused(picking().getPickingOrder({ id: toPick.id }), 'pick')).toBe('DEALER_NOT_ACTIVE');
    expect(await refused(shipping(world.as('warehouse_keeper')).getShippingOrder({ id: order.id }), 'ship')).toBe('DEALER_NOT_ACTIVE');
    expect(await refused(shipping().getShippingOrder({ id: order.id }), 'cancel')).toBe('');
  });

  it('D-1, P-10: ends line by line, whatever stands on paper: its pieces are free for who waits, and nothing stays open', async () => {
    const partId = await world.part({ stock: 4 });
    const free = await world.request([[partId, 1, 'IN']]);
    const planned = await world.request([[partId, 2, 'IN']]);
    const charged = await quoted(partId, {});
    await accept(charged);
    const short = await world.request([[partId, 3, 'IN']]);
    for (const { id } of [free, planned, short]) await world.review(id);
    const draft = await requests().createPartsRequest({ purpose: 'stock', urgency: 'urgent', lines: [{ partId, quantity: 1 }] });
    const [pickingId] = await world.pick(planned.id);
    const order = await world.plan(pickingId);
    const [slipId] = (await world.get(charged.id)).chargeSlipIds;
    const slips = () => world.service.client(ChargeSlipService, world.as('finance_clerk'));
    await slips().confirmChargeSlip({ id: slipId, version: (await slips().getChargeSlip({ id: slipId })).version });
    await told('terminated');

    const cancel = async (id: string) => {
      const { version, lines: [line] } = await world.get(id);
      return reasonOf(requests(clerk()).cancelRequestLine({ id, version, lineId: line.id }));
    };
    expect(await cancel(charged.id)).toBe('SLIP_CONFIRMED');
    const slip = await slips().getChargeSlip({ id: slipId });
    await slips().reverseChargeSlip({ id: slipId, version: slip.version, lines: [{ lineId: slip.lines[0].id, quantity: 1 }], reason: '协议终止' });
    expect(await cancel(planned.id)).toBe('PICKING_PRINTED');
    await shipping().cancelShippingOrder({ id: order.id, version: order.version });
    const { lines: [line] } = await world.get(planned.id);
    const changes = (ctx = clerk()) => world.service.client(OrderChangeService, ctx);
    const asked = await changes().askOrderChange({ requestId: planned.id, lineId: line.id, kind: 'cancel', reason: '协议终止', askedBy: '王' });
    await changes(world.as('warehouse_keeper')).decideOrderChange({ id: asked.id, version: 1, decision: 'accept' });
    for (const { id } of [free, charged, short, draft]) expect(await cancel(id)).toBe('no error');

    const { items } = await requests(clerk()).listPartsRequests({ dealerId: world.dealerId });
    expect(items.map(({ state }) => state)).toEqual(items.map(() => 'withdrawn'));
    await world.service.drain();
    expect(await world.balance(partId)).toEqual({ onHand: 4, reserved: 0 });
    expect((await picking().listPickingOrders({})).items.map(({ state }) => state).filter((state) => state !== 'cancelled')).toEqual([]);
  });

  it('D-1, X-5: the clerk is told how many requests are left to end, once, and not where none is', async () => {
    const partId = await world.part({ stock: 1 });
    await world.request([[partId, 1, 'IN']]);
    const done = await world.request([[partId, 1, 'IN']]);
    await requests().withdrawPartsRequest({ id: done.id, version: done.version });
    await told('terminated');
    await told('terminated', 3);
    expect(await returnsOf(world).toldOf(world.dealerId)).toEqual(['parts.left_open service_clerk']);
    const [{ params }] = await world.service.sql<{ params: string }>(`select payload::json ->> 'params' as params from outbox where payload::text like '%parts.left_open%'`);
    expect(JSON.parse(params)).toEqual({ requests: 1 });
    const other = newId();
    await world.service.publish(DealerChangedSchema, { dealerId: other, code: 'BJ001', name: '北京', status: 'terminated', version: 2 });
    await world.service.drain();
    expect(await returnsOf(world).toldOf(other)).toEqual([]);
  });
});
