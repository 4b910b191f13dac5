import { SettingChangedSchema } from '@aftercare/contracts';
import { businessDate } from '@aftercare/domain';
import { calls, phoneCall, startRepairs, type RepairsWorld } from '../repairs.fixture.js';

let world: RepairsWorld;
beforeAll(async () => {
  world = await startRepairs();
});
afterAll(() => world?.service.stop());

it('R-3: what makes a call special is the list of the settings, on the call’s button too', async () => {
  const special = async (reason: string) => {
    const { id, version } = await calls(world, world.manager).openCall(phoneCall);
    return calls(world, world.manager).markSpecial({ id, version, reason }).then(() => 'special', (error: { reason: string }) => error.reason);
  };
  expect([await special('workshop'), await special('typhoon')]).toEqual(['special', 'REASON_UNKNOWN']);
  await world.service.publish(SettingChangedSchema, { key: 'call.specialReasons', value: '["typhoon","remote_area"]', effectiveFrom: businessDate(await world.service.now()), version: 1 });
  await world.service.drain();
  expect([await special('workshop'), await special('typhoon')]).toEqual(['REASON_UNKNOWN', 'special']);
  const { id } = await calls(world, world.manager).openCall(phoneCall);
  expect((await calls(world, world.manager).getCall({ id })).allowedActions.find(({ action }) => action === 'extend')).toMatchObject({ allowed: true });
});
