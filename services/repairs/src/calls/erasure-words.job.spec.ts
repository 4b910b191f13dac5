import { CallErasureService, CustomerAnonymisedSchema, CustomerChangedSchema } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { ServiceError } from '@aftercare/messaging';
import { tablesHolding } from '@aftercare/testing';
import { calls, phoneCall, startRepairs, type RepairsWorld } from '../repairs.fixture.js';
import { ErasureWordsJob } from './erasure-words.job.js';

const NAME = '令狐金丝雀';

let world: RepairsWorld;
beforeAll(async () => {
  world = await startRepairs();
});
afterAll(() => world.service.stop());

const look = (): Promise<void> => world.service.app.get(ErasureWordsJob).look();
const standing = (): Promise<string[]> => tablesHolding(world.service, NAME);
const say = (...customerIds: string[]) =>
  world.service.client(CallErasureService, world.service.ctx({ role: 'system', userId: '' })).keepErasureWords({ customerIds, words: [NAME] });
const erased = (customerId: string): void => void world.filesAtCustomers.set(customerId, async () => '2026-03-01T00:00:00.000Z');

async function file(): Promise<string> {
  const customerId = newId();
  await world.service.publish(CustomerChangedSchema, { customerId, dealerId: world.dealerId, fields: [], version: 1, mergedInto: '' });
  await world.service.drain();
  world.filesAtCustomers.set(customerId, async () => '');
  return customerId;
}

async function tell(customerId: string): Promise<void> {
  await world.service.publish(CustomerAnonymisedSchema, { customerId, dealerId: world.dealerId });
  await world.service.drain();
}

describe('words that name a person who was to be erased', () => {
  it('C-5: go a day after his erasure was given up, not before', async () => {
    await say(await file(), newId());
    await world.service.moveClock('23h');
    await look();
    expect(await standing()).toEqual(['erasure_words']);
    await world.service.moveClock('2h');
    await look();
    expect(await standing()).toEqual([]);
  });

  it('C-5: of an erasure that is committed wait until it is told, however late that is, and take the person out of all texts', async () => {
    const customerId = await file();
    const { id, version } = await calls(world, world.manager).openCall({ ...phoneCall, customerId });
    const { version: assigned } = await calls(world, world.manager).assignCall({ id, version, technicianUserId: world.technicianId });
    await calls(world, world.technician).recordRepair({
      id, version: assigned, faults: [{ faultDescription: `${NAME}报滴水`, cause: '阀芯磨损', action: '更换阀芯' }], labourFee: '0.00', travelFee: '0.00', resolved: true, toldCustomer: '好',
    });
    await say(customerId);
    erased(customerId);
    await world.service.moveClock('3d');
    await look();
    expect(await standing()).toEqual(['erasure_words', 'repair_record']);
    await tell(customerId);
    expect(await standing()).toEqual([]);
    expect((await calls(world, world.clerk).getCall({ id })).records[0]?.faults).toMatchObject([{ faultDescription: '***报滴水', cause: '阀芯磨损', action: '更换阀芯' }]);
  });

  it('C-5: that are said again wait anew, also when that happens while customers is asked', async () => {
    const [again, meanwhile] = [await file(), await file()];
    await say(again, meanwhile);
    world.filesAtCustomers.set(meanwhile, async () => {
      await say(meanwhile);
      return '';
    });
    await world.service.moveClock('23h');
    await say(again);
    await world.service.moveClock('2h');
    await look();
    expect((await world.service.sql<{ id: string }>('select customer_id as id from erasure_words')).map(({ id }) => id).sort()).toEqual([again, meanwhile].sort());
    for (const id of [again, meanwhile]) await tell(id);
    expect(await standing()).toEqual([]);
  });

  it('C-5: that came after his erasure was told go too', async () => {
    const customerId = await file();
    erased(customerId);
    await tell(customerId);
    await say(customerId);
    await world.service.moveClock('25h');
    await look();
    expect(await standing()).toEqual([]);
  });

  it('C-5: stay while nobody says whether he was erased', async () => {
    const customerId = await file();
    world.filesAtCustomers.set(customerId, async () => {
      throw new ServiceError('unavailable', 'DATABASE_UNAVAILABLE', 'not now');
    });
    await say(customerId);
    await world.service.moveClock('25h');
    await expect(look()).rejects.toMatchObject({ reason: 'DATABASE_UNAVAILABLE' });
    expect(await standing()).toEqual(['erasure_words']);
  });
});
