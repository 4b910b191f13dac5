import { DealerChangedSchema, PartsRequestService, ShippingService } from '@aftercare/contracts';
import type { CallContext } from '@aftercare/messaging';
import { reasonOf, startParts, type PartsWorld } from '../parts.fixture.js';
import { returnsOf } from '../returns.fixture.js';

jest.setTimeout(60_000);
let world: PartsWorld;
let goods: ReturnType<typeof returnsOf>;
beforeEach(async () => {
  world = await startParts();
  goods = returnsOf(world);
  world.around.coverage.set('IN', 'covered');
});
afterEach(() => world?.service.stop());

const shipping = (ctx: CallContext = world.as('service_clerk')) => world.service.client(ShippingService, ctx);
const told = async (status: string) => {
  await world.service.publish(DealerChangedSchema, { dealerId: world.dealerId, code: 'SH001', name: '上海', status, version: 2 });
  await world.service.drain();
};

/** Three pieces that must come back, delivered. */
async function delivered() {
  const partId = await world.part({ stock: 3 });
  const { id: requestId } = await world.request([[partId, 3, 'IN']]);
  await world.review(requestId);
  const [pickingId] = await world.pick(requestId);
  const left = await world.ship(await world.plan(pickingId));
  const order = { partId, requestId, id: left.id, version: left.version };
  return { ...order, deliver: async () => (await shipping(world.as('warehouse_keeper')).deliverOrder(order)).version };
}

const actionFor = async (id: string, ctx: CallContext) => (await shipping(ctx).getShippingOrder({ id })).allowedActions.find(({ action }) => action === 'confirm-receipt');

describe('a delivery to a dealer that left', () => {
  it('P-8, D-1, X-4: goes on where it was on the way; the clerk confirms what came with who asked, and what is missing is never charged', async () => {
    const { partId, requestId, id, deliver } = await delivered();
    await told('terminated');
    const version = await deliver();
    const [line] = (await shipping().getShippingOrder({ id })).lines;
    const confirm = (ctx: CallContext, askedBy = '') => shipping(ctx).confirmReceipt({ id, version, askedBy, lines: [{ lineId: line.id, receivedQuantity: 1, note: '少两件' }] });
    expect(await reasonOf(confirm(world.dealer()))).toBe('DEALER_TERMINATED');
    expect(await reasonOf(confirm(world.as('warehouse_keeper')))).toBe('ROLE_NOT_ALLOWED');
    expect(await reasonOf(confirm(world.as('service_clerk')))).toBe('ASKED_BY_MISSING');
    expect(await actionFor(id, world.as('service_clerk'))).toMatchObject({ allowed: true });
    expect(await reasonOf(confirm(world.as('service_clerk'), '王经理'))).toBe('no error');
    expect(await world.get(requestId)).toMatchObject({ state: 'fulfilled', lines: [{ state: 'received', receivedQuantity: 1 }] });
    const trail = await world.service.sql<{ said: string }>(
      `select p.personal_values::text as said from audit_entry a join audit_personal p on p.entry_id = a.id where a.action = 'confirm-receipt' and a.document_id = $1`, [id]);
    expect(trail.map(({ said }) => said.includes('王经理'))).toEqual([true]);

    const { discrepancies: [difference] } = await shipping().getShippingOrder({ id });
    expect(difference).toMatchObject({ missingQuantity: 2, state: 'open', note: '少两件' });
    await shipping(world.as('warehouse_keeper')).agreeDiscrepancy({ id: difference.id, version: difference.version, outcome: 'shortage', reason: '未发' });
    expect([await goods.held(partId), (await goods.tallyOf(partId))[4]]).toEqual([1, 1]);
  });

  it('P-8: of a dealer that serves, only its own people confirm what it received', async () => {
    const { requestId, id, deliver } = await delivered();
    const version = await deliver();
    for (const status of ['active', 'suspended']) {
      await told(status);
      expect(await reasonOf(shipping().confirmReceipt({ id, version, askedBy: '王经理' }))).toBe('ROLE_NOT_ALLOWED');
    }
    expect(await actionFor(id, world.as('service_clerk'))).toMatchObject({ allowed: false, reason: 'ROLE_NOT_ALLOWED' });
    expect(await actionFor(id, world.dealer('dealer_technician'))).toMatchObject({ allowed: true });
    expect(await reasonOf(shipping(world.dealer('dealer_technician')).confirmReceipt({ id, version }))).toBe('no error');
    expect((await world.service.client(PartsRequestService, world.dealer()).getPartsRequest({ id: requestId })).state).toBe('fulfilled');
  });
});
