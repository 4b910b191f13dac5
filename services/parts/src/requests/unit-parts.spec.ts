import { PartsRequestService, PartService } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { startParts, type PartsWorld } from '../parts.fixture.js';

describe('the parts of a unit over the bus', () => {
  let world: PartsWorld;
  beforeAll(async () => {
    world = await startParts();
    for (const serial of ['SN-7', 'OTHER']) world.around.coverage.set(serial, 'covered');
  });
  afterAll(() => world.service.stop());

  it('C-2, H-1: shows what was asked for, issued and is still owed for one serial, however it was typed', async () => {
    const part = await world.part({ stock: 10 });
    const request = await world.request([[part, 2, 'sn-7'], [part, 1, 'OTHER']]);
    await world.review(request.id);
    const items = async (ctx = world.dealer(), serial = ' SN-7') => (await world.service.client(PartsRequestService, ctx).listUnitParts({ serial })).items;
    expect(await items()).toMatchObject([{
      requestId: request.id, partId: part, quantity: 2, state: 'approved', supplyKind: 'warranty', coverageReason: 'reason_covered', shippedQuantity: 0,
      outstandingQuantity: 0, dueOn: '', dealerId: world.dealerId,
    }]);
    for (const orderId of await world.pick(request.id)) {
      const planned = await world.plan(orderId);
      await world.ship(planned);
    }
    expect(await items()).toMatchObject([{ shippedQuantity: 2, outstandingQuantity: 2, state: 'shipped' }]);
    expect(await items(world.as('auditor'))).toHaveLength(1);
    expect(await items(world.service.dealerCtx(newId()))).toEqual([]);
    expect(await items(world.dealer(), '')).toEqual([]);
    expect(await items(world.dealer(), 'SN-8')).toEqual([]);
  });

  it('P-1: those of some part numbers and ids that the catalogue has are found at once', async () => {
    const id = await world.part();
    const { number } = await world.service.client(PartService, world.dealer()).getPart({ id });
    await expect(world.service.client(PartService, world.dealer()).findParts({ numbers: [number, 'NONE-1'] })).resolves.toMatchObject({ items: [{ id, number, partClass: 'cartridge' }] });
    await expect(world.service.client(PartService, world.dealer()).findParts({ ids: [id, newId(), 'cartridge'] })).resolves.toMatchObject({ items: [{ id, number }] });
    await expect(world.service.client(PartService, world.dealer()).findParts({ ids: Array.from({ length: 501 }, newId) })).rejects.toMatchObject({ code: 'invalid_argument' });
    await expect(world.service.client(PartService, world.dealer()).findParts({ numbers: Array.from({ length: 501 }, String) })).rejects.toMatchObject({ code: 'invalid_argument' });
  });
});
