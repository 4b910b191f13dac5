import { PartsRequestService } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { startParts, type PartsWorld } from '../parts.fixture.js';

describe('the delivery addresses of a customer', () => {
  let world: PartsWorld;
  beforeAll(async () => {
    world = await startParts();
  });
  afterAll(() => world.service.stop());

  it('C-5: are those of the requests for the calls and of the orders that went out, to whom may export', async () => {
    const callId = newId();
    world.around.calls.set(callId, { dealerId: world.dealerId, openedOn: '2026-01-05' });
    world.around.coverage.set('SN-1', 'covered');
    const part = await world.part({ stock: 5 });
    const { id } = await world.request([[part, 1, 'SN-1']], { purpose: 'repair', callId, deliveryAddress: '漕溪路 100 弄 张三' });
    await world.review(id);
    const [picking] = await world.pick(id);
    const order = await world.plan(picking);
    const ask = (ctx: ReturnType<PartsWorld['dealer']>) => world.service.client(PartsRequestService, ctx).exportDeliveries({ callIds: [callId, 'x'] });
    const { items } = await ask(world.dealer());
    expect(items.map(({ shippingNumber, deliveryAddress }) => [shippingNumber, deliveryAddress])).toEqual([['', '漕溪路 100 弄 张三'], [order.number, '漕溪路 100 弄 张三']]);
    expect((await ask(world.as('service_supervisor'))).items).toHaveLength(2);
    expect((await ask(world.dealer('dealer_manager', newId()))).items).toEqual([]);
    await expect(ask(world.dealer('dealer_technician'))).rejects.toMatchObject({ reason: 'ROLE_NOT_ALLOWED' });
  });
});
