import { CallAnonymisedSchema, CustomerAnonymisedSchema, PartsRequestService } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { tablesHolding } from '@aftercare/testing';
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

  it('C-5: go with the person, once, from requests and orders; lines and quantities stay', async () => {
    const [callId, installationId] = [newId(), newId()];
    world.around.calls.set(callId, { dealerId: world.dealerId, openedOn: '2026-01-05' });
    world.around.coverage.set('SN-1', 'covered');
    const part = await world.part({ stock: 5 });
    const { id } = await world.request([[part, 2, 'SN-1']], { purpose: 'repair', callId, deliveryAddress: '金丝雀路 7 号' });
    await world.review(id);
    const [picking] = await world.pick(id);
    await world.plan(picking);
    const other = await world.request([[part, 1, 'SN-1']], { purpose: 'visit', deliveryAddress: '金丝雀路 8 号' });
    await world.service.sql(`update parts_request set installation_id = $2 where id = $1`, [other.id, installationId]);
    await world.service.sql(`update parts_request_line set fault = '皇甫家漏 139 8888 7777', decision_reason = '致电 139 8888 7777 已同意',
      decisions = decisions || '[{"step": "decline", "reason": "打 139 8888 7777", "role": "dealer_manager", "by": "u", "at": "2026-01-01T00:00:00.000Z"}]' where request_id = $1`, [id]);
    const before = await world.get(id);
    const eventId = newId();
    for (const told of [eventId, eventId, newId()]) await world.service.publish(CallAnonymisedSchema, { callId, dealerId: world.dealerId }, { eventId: told });
    await world.service.publish(CustomerAnonymisedSchema, { customerId: newId(), dealerId: world.dealerId, installationIds: [installationId] });
    await world.service.drain();
    for (const text of ['金丝雀路', '皇甫', '139 8888 7777']) expect(await tablesHolding(world.service, text)).toEqual([]);
    const after = await world.get(id);
    expect(after).toMatchObject({ deliveryAddress: '***', version: before.version + 1, lines: [{ fault: '***', quantity: 2, state: before.lines[0].state, decisions: [{ step: 'review', reason: '' }, { step: 'decline', reason: '打 ***' }] }] });
    expect(await world.service.sql(`select 1 from audit_entry where action = 'anonymise'`)).toHaveLength(3);
  });

  it('C-5: of an erasure of before that is told again those of then go, an installation’s later ones are for others', async () => {
    const installationId = newId();
    const part = await world.part({ stock: 5 });
    const ask = async (deliveryAddress: string) => {
      const { id } = await world.request([[part, 1, 'SN-1']], { purpose: 'visit', deliveryAddress });
      await world.service.sql('update parts_request set installation_id = $2 where id = $1', [id, installationId]);
      return id;
    };
    const before = await ask('金丝雀路 7 号');
    const writtenUntil = await world.service.now();
    await world.service.moveClock('1h');
    const later = await ask('画眉路 9 号');
    const version = async () => (await world.get(before)).version;
    const told = await version();
    for (let times = 0; times < 2; times += 1) {
      await world.service.publish(CustomerAnonymisedSchema, { customerId: newId(), dealerId: world.dealerId, installationIds: [installationId], writtenUntil });
      await world.service.drain();
    }
    expect([await world.get(before), await world.get(later)]).toMatchObject([{ deliveryAddress: '***' }, { deliveryAddress: '画眉路 9 号' }]);
    expect(await version()).toBe(told + 1);
  });

  it('C-2, C-5: of a former owner the requests of until the unit passed on go, what the present owner’s side asked and noted since stays', async () => {
    const [passedId, keptId] = [newId(), newId()];
    const part = await world.part({ stock: 5 });
    const ask = async (installationId: string, deliveryAddress: string) => {
      const { id } = await world.request([[part, 1, 'SN-1']], { purpose: 'visit', deliveryAddress });
      await world.service.sql('update parts_request set installation_id = $2 where id = $1', [id, installationId]);
      await world.service.sql('update parts_request_line set fault = $2 where request_id = $1', [id, `${deliveryAddress}缺件`]);
      return id;
    };
    const before = await ask(passedId, '夜莺路 7 号');
    await world.review(before);
    const [picking] = await world.pick(before);
    const order = await world.plan(picking);
    const passedAt = await world.service.now();
    await world.service.moveClock('1h');
    const after = await ask(passedId, '画眉路 9 号');
    const own = await ask(keptId, '夜莺路 8 号');
    await world.service.sql(
      `insert into discrepancy (id, dealer_id, shipping_order_id, shipping_line_id, missing_quantity, note, state, reason, version)
       select gen_random_uuid(), dealer_id, shipping_order_id, id, 1, '画眉家少件', 'open', '', 1 from shipping_line where shipping_order_id = $1`, [order.id]);
    await world.service.publish(CustomerAnonymisedSchema, {
      customerId: newId(), dealerId: world.dealerId, installationIds: [passedId, keptId], passedOn: [{ ref: passedId, writtenUntil: passedAt }],
    });
    await world.service.drain();
    expect(await tablesHolding(world.service, '夜莺')).toEqual([]);
    expect([await world.get(before), await world.get(own)]).toMatchObject([{ deliveryAddress: '***', lines: [{ fault: '***' }] }, { deliveryAddress: '***', lines: [{ fault: '***' }] }]);
    expect(await world.get(after)).toMatchObject({ deliveryAddress: '画眉路 9 号', lines: [{ fault: '画眉路 9 号缺件' }] });
    expect(await tablesHolding(world.service, '画眉家')).toEqual(['discrepancy']);
  });
});
