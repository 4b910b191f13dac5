import { ReturnService, StockService, UnannouncedReturnService } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import type { CallContext } from '@aftercare/messaging';
import { reasonOf, startParts, type PartsWorld } from '../parts.fixture.js';
import { returnsOf } from '../returns.fixture.js';

jest.setTimeout(60_000);
let world: PartsWorld;
let goods: ReturnType<typeof returnsOf>;
beforeAll(async () => {
  world = await startParts();
  goods = returnsOf(world);
  world.around.coverage.set('IN', 'covered');
});
afterAll(() => world?.service.stop());

const unannounced = (ctx: CallContext = world.as('warehouse_keeper')) => world.service.client(UnannouncedReturnService, ctx);
const parcels = (ctx: CallContext = world.as('warehouse_keeper')) => world.service.client(ReturnService, ctx);
const arrives = (given: object) => ({ warehouseId: world.warehouseId, carrier: '德邦', waybillNumber: '', ...given });

describe('parcels that nobody announced', () => {
  it('H-5: the dealer is found from the label, its lines are counted and meet obligations by the same rules', async () => {
    const partId = await world.part({ stock: 3 });
    await goods.issued(partId, 3);
    expect(await unannounced().findReturnByLabel({ label: 'SF1' })).toMatchObject({ dealerId: world.dealerId, parcelId: '' });
    const received = await unannounced().receiveUnannounced(arrives({ label: ' SF1 ' }));
    expect(received).toMatchObject({ state: 'received', version: 1 });
    expect(await goods.toldOf(received.id)).toEqual(['return.unannounced dealer_manager']);
    const counted = await goods.count(received, [{ partId, quantity: 2 }]);
    expect(counted).toMatchObject({ unannounced: true, difference: true, lines: [{ announcedQuantity: 0, countedQuantity: 2, metQuantity: 2 }] });
    expect(await goods.tallyOf(partId)).toEqual([3, 2, 0, 0, 1]);
    expect(await parcels(world.dealer()).getReturn({ id: received.id })).toMatchObject({ dealerId: world.dealerId, number: received.number });
  });

  it('H-5: what was announced is received as announced; a label that tells nobody wants the dealer entered', async () => {
    const partId = await world.part({ stock: 1 });
    const sent = await goods.sent([{ partId, quantity: 1 }]);
    expect(await unannounced().findReturnByLabel({ label: sent.number })).toMatchObject({ parcelId: sent.id, state: 'in_transit', version: sent.version });
    expect(await reasonOf(unannounced().receiveUnannounced(arrives({ label: sent.number })))).toBe('RETURN_ANNOUNCED');
    expect(await reasonOf(unannounced().findReturnByLabel({ label: 'NONE' }))).toBe('LABEL_UNKNOWN');
    expect(await reasonOf(unannounced().receiveUnannounced(arrives({ label: 'NONE' })))).toBe('LABEL_UNKNOWN');
    const stranger = newId();
    expect(await unannounced().receiveUnannounced(arrives({ dealerId: stranger }))).toMatchObject({ state: 'received' });
    expect((await parcels(world.dealer('dealer_manager', stranger)).listReturns({})).items).toHaveLength(1);
  });

  it('H-4, H-5: what was only announced is found by its label and received; what was called off comes as unannounced', async () => {
    const partId = await world.part({ stock: 1 });
    const asDealer = parcels(world.dealer('dealer_technician'));
    const lines = [{ partId, quantity: 1, condition: 'old', unitSerial: '' }];
    const announced = await asDealer.announceReturn({ lines });
    const { parcelId, version } = await unannounced().findReturnByLabel({ label: announced.number });
    expect(await parcels().receiveReturn({ id: parcelId, version, warehouseId: world.warehouseId })).toMatchObject({ id: announced.id, state: 'received' });
    expect(await reasonOf(parcels(world.dealer()).cancelReturn({ id: parcelId, version: version + 1 }))).toBe('STEP_NOT_ALLOWED');
    const other = await parcels(world.dealer('dealer_technician')).announceReturn({ lines });
    expect(await reasonOf(parcels().cancelReturn({ id: other.id, version: 1 }))).toBe('ROLE_NOT_ALLOWED');
    expect(await reasonOf(parcels(world.dealer('dealer_manager', newId())).cancelReturn({ id: other.id, version: 1 }))).toBe('NOT_FOUND');
    expect(await parcels(world.dealer('dealer_technician')).cancelReturn({ id: other.id, version: 1 })).toMatchObject({ state: 'cancelled', version: 2 });
    expect(await unannounced().receiveUnannounced(arrives({ label: other.number }))).toMatchObject({ state: 'received' });
  });

  it('H-4, H-5: only the warehouse of a receiving site receives; the dealer must be known', async () => {
    const { id: transitId } = await world.service.client(StockService, world.as('admin')).createWarehouse({ code: 'SH', name: '上海', nameEn: 'Shanghai', kind: 'transit' });
    const dealerId = newId();
    expect(await reasonOf(unannounced(world.dealer()).findReturnByLabel({ label: 'SF1' }))).toBe('ROLE_NOT_ALLOWED');
    expect(await reasonOf(unannounced(world.as('service_clerk')).receiveUnannounced(arrives({ dealerId })))).toBe('ROLE_NOT_ALLOWED');
    expect(await reasonOf(unannounced().receiveUnannounced(arrives({ dealerId, warehouseId: transitId })))).toBe('SITE_NOT_RECEIVING');
    expect(await reasonOf(unannounced().receiveUnannounced(arrives({ dealerId, warehouseId: newId() })))).toBe('SITE_UNKNOWN');
    expect(await reasonOf(unannounced().receiveUnannounced(arrives({})))).toBe('LABEL_OR_DEALER');
    world.around.standing.set(dealerId, 'missing');
    expect(await reasonOf(unannounced().receiveUnannounced(arrives({ dealerId })))).toBe('NOT_FOUND');
  });
});
