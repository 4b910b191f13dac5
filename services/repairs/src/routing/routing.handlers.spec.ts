import { RoutingService } from '@aftercare/contracts';
import type { CallContext } from '@aftercare/messaging';
import { calls, phoneCall, resolvedCall, startRepairs, type RepairsWorld } from '../repairs.fixture.js';

let world: RepairsWorld;
beforeAll(async () => {
  world = await startRepairs();
});
afterAll(() => world.service.stop());

it('R-2: a dealer’s open work is what it has and has not solved; overdue is what is due already; each dealer sees its own', async () => {
  const count = async (ctx: CallContext) => (await world.service.client(RoutingService, ctx).countOpenWork({ dealerIds: [world.dealerId, world.otherDealerId, 'x'] })).items;
  expect(await count(world.clerk)).toEqual([]);
  await resolvedCall(world);
  await calls(world, world.manager).openCall(phoneCall);
  await calls(world, world.otherManager).openCall(phoneCall);
  await world.service.moveClock('25h');
  await calls(world, world.manager).openCall(phoneCall);
  const rows = await count(world.clerk);
  expect(rows.find(({ dealerId }) => dealerId === world.dealerId)).toMatchObject({ open: 2, overdue: 1 });
  expect(rows.find(({ dealerId }) => dealerId === world.otherDealerId)).toMatchObject({ open: 1, overdue: 1 });
  expect((await count(world.otherManager)).map(({ dealerId }) => dealerId)).toEqual([world.otherDealerId]);
});
