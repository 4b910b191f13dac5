import { PartService, PartsRequestService, PriceListService } from '@aftercare/contracts';
import { ROLES, isDealerRole, seesPrices, type Role } from '@aftercare/domain';
import type { CallContext } from '@aftercare/messaging';
import { startParts, type PartsWorld } from '../parts.fixture.js';

let world: PartsWorld;
let partId: string;
let requestId: string;
beforeAll(async () => {
  world = await startParts();
  partId = await world.part({ price: '12.3450' });
  ({ id: requestId } = await world.request([[partId, 3]], { purpose: 'stock' }));
  await world.review(requestId);
});
afterAll(() => world?.service.stop());

const ctxOf = (role: Role): CallContext => (isDealerRole(role) ? world.dealer(role) : world.as(role));

it.each([...ROLES])('F-7: prices are one rule for parts, requests and price lists: %s', async (role) => {
  const [ctx, sees] = [ctxOf(role), seesPrices(role)];
  const one = await world.service.client(PartService, ctx).getPart({ id: partId });
  const listed = (await world.service.client(PartService, ctx).listParts({ q: one.number })).items.find(({ id }) => id === partId);
  for (const part of [one, listed]) expect(part).toMatchObject({ dealerPrice: sees ? '12.3450' : '', suggestedPrice: '12.3450' });
  const request = await world.service.client(PartsRequestService, ctx).getPartsRequest({ id: requestId });
  expect(request.lines).toMatchObject([{ state: 'quoted', supplyKind: 'charged', unitPrice: sees ? '12.3450' : '', netAmount: sees ? '37.04' : '', taxAmount: sees ? '4.82' : '' }]);
  const lists = world.service.client(PriceListService, ctx).listPriceLists({}).then(({ items }) => items.length > 0, (error: { reason: string }) => error.reason);
  expect(await lists).toBe(sees ? true : 'ROLE_NOT_ALLOWED');
});
