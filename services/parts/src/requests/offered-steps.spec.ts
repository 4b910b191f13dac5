import { ChargeSlipPaidSchema, ChargeSlipService, OrderChangeService, PartsRequestService, PickingService, ShippingService } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import type { CallContext } from '@aftercare/messaging';
import { reasonOf, startParts, type PartsWorld } from '../parts.fixture.js';

jest.setTimeout(60_000);
let world: PartsWorld;
beforeAll(async () => {
  world = await startParts();
  world.around.coverage.set('IN', 'covered');
  world.around.coverage.set('OUT', 'not_covered');
});
afterAll(() => world?.service.stop());

const requests = (ctx = world.dealer()) => world.service.client(PartsRequestService, ctx);
const clerk = (given: Partial<CallContext> = {}) => world.as('service_clerk', given);
const shipping = (ctx: CallContext) => world.service.client(ShippingService, ctx);
const picking = () => world.service.client(PickingService, world.as('warehouse_keeper'));
const slips = () => world.service.client(ChargeSlipService, world.as('finance_clerk'));

/** What a request offers somebody: why not by step, empty where he may. */
const offered = async (id: string, ctx: CallContext): Promise<Record<string, string>> =>
  Object.fromEntries((await world.get(id, ctx)).allowedActions.map(({ action, allowed, reason }) => [action, allowed ? '' : reason]));

/** A quote over two pieces, accepted; its slip is a draft, its picking order open. */
async function accepted() {
  const partId = await world.part({ stock: 2 });
  const { id } = await world.request([[partId, 2, 'OUT']]);
  const { version, lines: [line] } = await world.review(id);
  await requests().acceptQuote({ id, version, lineIds: [line.id], paymentMethod: 'bank_transfer', invoiceWish: 'later' });
  const [slipId] = (await world.get(id)).chargeSlipIds;
  return { id, lineId: line.id, slipId };
}

async function confirmSlip(id: string): Promise<void> {
  await slips().confirmChargeSlip({ id, version: (await slips().getChargeSlip({ id })).version });
}

const steps = ({ id, lineId }: { id: string; lineId: string }) => ({
  withdraw: async () => reasonOf(requests().withdrawPartsRequest({ id, version: (await world.get(id)).version })),
  cancel: async () => reasonOf(requests().cancelRequestLine({ id, lineId, version: (await world.get(id)).version })),
  'ask-change': () => reasonOf(world.service.client(OrderChangeService, world.dealer()).askOrderChange({ requestId: id, lineId, kind: 'cancel', reason: '不要了' })),
});

describe('the steps that a request offers', () => {
  it('P-5: a running quote is not reviewed, one that ran out is not accepted; each says what its step says', async () => {
    const { id } = await world.request([[await world.part(), 1, 'OUT']]);
    expect(await offered(id, clerk())).toMatchObject({ review: '' });
    const { version, lines: [line] } = await world.review(id);
    expect([await offered(id, clerk()), await offered(id, world.dealer())]).toMatchObject([{ review: 'STEP_NOT_ALLOWED' }, { 'accept-quote': '', 'decline-quote': '' }]);
    expect(await reasonOf(world.review(id))).toBe('STEP_NOT_ALLOWED');
    await world.service.moveClock('16d');
    await world.service.drain();
    expect([await offered(id, clerk()), await offered(id, world.dealer())]).toMatchObject([{ review: '' }, { 'accept-quote': 'QUOTE_EXPIRED', 'decline-quote': '' }]);
    expect(await reasonOf(requests().acceptQuote({ id, version, lineIds: [line.id], paymentMethod: 'cash', invoiceWish: 'now' }))).toBe('QUOTE_EXPIRED');
    expect(await reasonOf(world.review(id))).toBe('no error');
  });

  it('P-5: who filed a request on behalf of a dealer does not review it, another clerk does', async () => {
    const filing = () => clerk({ userId: filer });
    const filer = newId();
    const draft = await requests(filing()).createPartsRequest({ purpose: 'stock', urgency: 'urgent', dealerId: world.dealerId, askedBy: '王', lines: [{ partId: await world.part(), quantity: 1 }] });
    await requests(filing()).submitPartsRequest({ id: draft.id, version: draft.version });
    const { version, lines: [line] } = await world.get(draft.id);
    expect([await offered(draft.id, filing()), await offered(draft.id, clerk({ userId: newId() }))]).toMatchObject([{ review: 'APPROVER_IS_REQUESTER' }, { review: '' }]);
    expect(await reasonOf(requests(filing()).reviewPartsRequest({ id: draft.id, version, lines: [{ lineId: line.id }] }))).toBe('APPROVER_IS_REQUESTER');
  });

  it('P-4, F-5, P-10: a charged line offers its end until its slip is confirmed or its list printed, and then a change until it is planned', async () => {
    const order = await accepted();
    const { id, slipId } = order;
    const says = async (action: keyof ReturnType<typeof steps>, reason: string) => {
      expect((await offered(id, world.dealer()))[action]).toBe(reason);
      if (reason !== '') expect(await steps(order)[action]()).toBe(reason);
    };
    await says('withdraw', '');
    await says('cancel', '');
    await says('ask-change', 'CHANGE_NOT_NEEDED');
    await confirmSlip(slipId);
    await says('withdraw', 'SLIP_CONFIRMED');
    await says('cancel', 'SLIP_CONFIRMED');
    const [open] = (await picking().listPickingOrders({ requestId: id })).items;
    const printed = await picking().printPickingOrder({ id: open.id, version: open.version });
    await says('withdraw', 'PICKING_PRINTED');
    await says('cancel', 'PICKING_PRINTED');
    await says('ask-change', '');
    await picking().pickPickingOrder({ id: open.id, version: printed.version });
    const changes = world.service.client(OrderChangeService, world.dealer());
    const asked = await changes.askOrderChange({ requestId: id, lineId: order.lineId, kind: 'reduce', quantity: 1, reason: '只要一件' });
    await says('ask-change', 'CHANGE_OPEN');
    await world.service.client(OrderChangeService, world.dealer()).withdrawOrderChange({ id: asked.id, version: 1 });
    const planned = await world.plan(open.id);
    await says('ask-change', 'ALREADY_PLANNED');

    const ship = async () => (await shipping(world.as('warehouse_keeper')).getShippingOrder({ id: planned.id })).allowedActions.find(({ action }) => action === 'ship')?.reason;
    expect([await ship(), await reasonOf(world.ship(planned))]).toEqual(['PAYMENT_MISSING', 'PAYMENT_MISSING']);
    const { grossTotal } = await slips().getChargeSlip({ id: slipId });
    await world.service.publish(ChargeSlipPaidSchema, { slipId, dealerId: world.dealerId, paid: true, paidTotal: grossTotal, version: 1 });
    await world.service.drain();
    expect([await ship(), await reasonOf(world.ship(planned))]).toEqual(['', 'no error']);
    expect(await offered(id, world.dealer())).toMatchObject({ withdraw: 'STEP_NOT_ALLOWED', cancel: 'STEP_NOT_ALLOWED', 'ask-change': 'STEP_NOT_ALLOWED' });
  });

  it('P-4: one printed line forbids to withdraw the whole, and the other line is cancelled still', async () => {
    const [there, short] = [await world.part({ stock: 1 }), await world.part()];
    const { id } = await world.request([[there, 1, 'IN'], [short, 1, 'IN']]);
    await world.review(id);
    const { lines } = await world.get(id);
    await world.pick(id);
    expect(await offered(id, world.dealer())).toMatchObject({ withdraw: 'PICKING_PRINTED', cancel: '' });
    expect(await steps({ id, lineId: lines[0].id }).withdraw()).toBe('PICKING_PRINTED');
    expect(await steps({ id, lineId: lines[1].id }).cancel()).toBe('no error');
    expect(await offered(id, world.dealer())).toMatchObject({ withdraw: 'PICKING_PRINTED', cancel: 'PICKING_PRINTED' });
  });

  it('F-7: a parent is offered no answer to its child’s quote', async () => {
    const { id } = await world.request([[await world.part(), 1, 'OUT']]);
    await world.review(id);
    const parent = { ...world.dealer('dealer_manager', newId()), childDealerIds: [world.dealerId] };
    expect(await offered(id, parent)).toMatchObject({ 'accept-quote': 'OTHER_DEALERS_MONEY', 'decline-quote': 'OTHER_DEALERS_MONEY' });
  });
});
