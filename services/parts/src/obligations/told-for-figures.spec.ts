import { ShippingService } from '@aftercare/contracts';
import { addDays, businessDate } from '@aftercare/domain';
import type { QueryRunner } from 'typeorm';
import { PartsForFigures1795000200000 } from '../migrations/1795000200000-parts-for-figures.js';
import { startParts, type PartsWorld } from '../parts.fixture.js';

let world: PartsWorld;
beforeAll(async () => {
  world = await startParts();
  world.around.coverage.set('IN', 'covered');
});
afterAll(() => world?.service.stop());

const told = async (name: string): Promise<Record<string, unknown>[]> =>
  (await world.service.sql<{ payload: string }>('select payload from outbox where event_type = $1 order by created_at, id', [`aftercare.parts.v1.${name}`]))
    .map(({ payload }) => JSON.parse(payload) as Record<string, unknown>);

describe('what is told of parts and obligations for the figures', () => {
  it('P-1: a new part is told by number and name', async () => {
    const partId = await world.part();
    expect((await told('PartCatalogued')).at(-1)).toMatchObject({ partId, name: '阀芯', nameEn: 'Cartridge', version: 1 });
  });

  it('H-1: the due date of an obligation is told when delivery sets it', async () => {
    const { id } = await world.request([[await world.part({ stock: 5 }), 2, 'IN']]);
    await world.review(id);
    const [pickingId] = await world.pick(id);
    const { id: orderId, version } = await world.ship(await world.plan(pickingId));
    expect(await told('ObligationDue')).toEqual([]);
    await world.service.client(ShippingService, world.as('warehouse_keeper')).deliverOrder({ id: orderId, version });
    const [opened] = await told('ObligationOpened');
    const dueOn = addDays(businessDate(await world.service.now()), 30);
    expect(await told('ObligationDue')).toEqual([{ obligationId: opened.obligationId, dealerId: world.dealerId, dueOn }]);
  });

  it('P-1, H-1: parts and due dates of before are told as those of now', async () => {
    const before = [await told('PartCatalogued'), await told('ObligationDue')];
    await new PartsForFigures1795000200000().up({ query: (text: string) => world.service.sql(text) } as unknown as QueryRunner);
    const both = [await told('PartCatalogued'), await told('ObligationDue')];
    const byText = (events: object[]): string[] => events.map((event) => JSON.stringify(event)).sort();
    expect(both.map(byText)).toEqual(before.map((events) => byText([...events, ...events])));
  });
});
