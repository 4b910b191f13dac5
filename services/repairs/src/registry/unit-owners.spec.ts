import { CallIntakeService, CallTimelineService, CustomerAnonymisedSchema, CustomerChangedSchema, PublicIntakeService, UnitDispatchedSchema, UnitOwnedSchema } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { tablesHolding, withClient } from '@aftercare/testing';
import { callSteps } from '../calls/call.rules.js';
import { calls, phoneCall, startRepairs, type RepairsWorld } from '../repairs.fixture.js';

let world: RepairsWorld;
beforeAll(async () => {
  world = await startRepairs();
});
afterAll(() => world.service.stop());

const PAST = '2020-01-01T00:00:00Z';
const person = { contactName: '欧阳金丝', contactPhone: '13987650002', address: { regionCode: '310104', detail: '金丝路9号' }, symptoms: '欧阳金丝家漏水' };

interface Owner {
  customerId: string;
  since?: string;
  until?: string;
}

async function file(dealerId = world.dealerId, given: { customerId?: string; mergedInto?: string } = {}): Promise<string> {
  const { customerId = newId(), mergedInto = '' } = given;
  await world.service.publish(CustomerChangedSchema, { customerId, dealerId, fields: [], version: 1, mergedInto });
  await world.service.drain();
  return customerId;
}

async function owned(unitId: string, owners: Owner[], version = 2): Promise<void> {
  await world.service.publish(UnitOwnedSchema, { unitId, owners, version });
  await world.service.drain();
}

async function unit(owners: Owner[] = []): Promise<{ unitId: string; unitSerial: string }> {
  const [unitId, unitSerial] = [newId(), `OW-${newId().toUpperCase()}`];
  await world.service.publish(UnitDispatchedSchema, { unitId, serial: unitSerial, modelId: newId(), dealerId: world.dealerId, dispatchedOn: '2019-01-05' });
  await world.service.drain();
  if (owners.length > 0) await owned(unitId, owners);
  return { unitId, unitSerial };
}

async function scan(serial: string): Promise<{ id: string; version: number }> {
  const anonymous = world.service.client(PublicIntakeService, world.service.ctx({ role: 'customer', userId: '', userName: '' }));
  const { number } = await anonymous.openPublicCall({ ...person, serial });
  const [call] = await world.service.sql<{ id: string; version: number }>('select id, version from repair_call where number = $1', [number]);
  return call;
}

const open = (unitSerial: string, ctx = world.manager) => calls(world, ctx).openCall({ ...phoneCall, ...person, unitSerial });
const fileOf = async (id: string): Promise<string> => (await calls(world, world.clerk).getCall({ id })).customerId;
const stateOf = async (id: string): Promise<string> => (await calls(world, world.clerk).getCall({ id })).state;
const erase = async (customerId: string): Promise<void> => {
  await world.service.publish(CustomerAnonymisedSchema, { customerId, dealerId: world.dealerId });
  await world.service.drain();
};
const standing = async (): Promise<string[]> => (await Promise.all([person.contactName, person.contactPhone, person.address.detail].map((text) => tablesHolding(world.service, text)))).flat();
const unfinished = async (customerId: string): Promise<number> =>
  (await world.service.client(CallTimelineService, world.supervisor).countUnfinishedCalls({ customerId })).open;
const shown = async (customerId: string): Promise<string[]> =>
  (await world.service.client(CallTimelineService, world.manager).listCallTimeline({ customerId })).items.map(({ documentId }) => documentId);

describe('whose a call is that names a unit and no file', () => {
  it('C-5, C-6: is the owner’s at once when a serial is named, and stands in his time line and export', async () => {
    const customerId = await file();
    const { unitSerial } = await unit([{ customerId, since: PAST }]);
    const { id } = await open(unitSerial);
    expect(await fileOf(id)).toBe(customerId);
    expect(await shown(customerId)).toEqual([id]);
    expect((await calls(world, world.manager).exportCalls({ customerId, reason: '本人要求' })).items.map(({ callId }) => callId)).toEqual([id]);
    await erase(customerId);
  });

  it('R-1, C-5: of a call from the label it is the owner’s as soon as his dealer has it', async () => {
    const customerId = await file();
    const { unitSerial } = await unit([{ customerId, since: PAST }]);
    const { id, version } = await scan(unitSerial);
    expect(await fileOf(id)).toBe('');
    await calls(world, world.clerk).routeCall({ id, version, dealerId: world.dealerId });
    expect(await fileOf(id)).toBe(customerId);
    await erase(customerId);
  });

  it('D-9: another dealer is never told the file', async () => {
    const customerId = await file();
    const { unitSerial } = await unit([{ customerId, since: PAST }]);
    const { id } = await open(unitSerial, world.otherManager);
    expect(await fileOf(id)).toBe('');
    const scanned = await scan(unitSerial);
    await calls(world, world.clerk).routeCall({ ...scanned, dealerId: world.otherDealerId });
    expect(await fileOf(scanned.id)).toBe('');
    const owners = (dealerId: string) => withClient(world.service.testDatabase.appUrl, async (client) => {
      await client.query('begin');
      await client.query(`select set_config('app.dealers', $1, true), set_config('app.own_dealer', $1, true)`, [dealerId]);
      const { rowCount } = await client.query('select 1 from known_owner where customer_id = $1', [customerId]);
      await client.query('rollback');
      return rowCount;
    });
    expect([await owners(world.dealerId), await owners(world.otherDealerId)]).toEqual([1, 0]);
    await erase(customerId);
  });

  it('C-1: is the surviving file’s', async () => {
    const [merged, surviving] = [await file(), await file()];
    const { unitSerial } = await unit([{ customerId: merged, since: PAST }]);
    await file(world.dealerId, { customerId: merged, mergedInto: surviving });
    expect(await fileOf((await open(unitSerial)).id)).toBe(surviving);
    await erase(surviving);
  });

  it('C-5: no stranger’s unit shows its owner to the technician who names it, until somebody else gives him the call', async () => {
    const customerId = await file();
    const { unitSerial } = await unit([{ customerId, since: PAST }]);
    const { id, version } = await open(unitSerial, world.technician);
    expect(await fileOf(id)).toBe('');
    await calls(world, world.manager).assignCall({ id, version, technicianUserId: world.technicianId });
    expect(await fileOf(id)).toBe(customerId);
    await erase(customerId);
  });

  it('R-11: follows the right unit when the call is corrected, unless somebody named the file', async () => {
    const [wrong, right, named] = [await file(), await file(), await file()];
    const [{ unitSerial }, other] = [await unit([{ customerId: wrong, since: PAST }]), await unit([{ customerId: right, since: PAST }])];
    const correct = async (customerId: string): Promise<string> => {
      const { id, version } = await calls(world, world.manager).openCall({ ...phoneCall, unitSerial, customerId });
      await world.service.client(CallIntakeService, world.clerk).correctCall({ id, version, fields: ['unit'], unitSerial: other.unitSerial, reason: '听错' });
      return fileOf(id);
    };
    expect([await correct(''), await correct(named)]).toEqual([right, named]);
  });

  it('C-5, C-6: calls of before go to the owner when his unit is told, those of before his time do not', async () => {
    const customerId = await file();
    const { unitId, unitSerial } = await unit();
    const { id } = await open(unitSerial);
    await owned(unitId, [{ customerId, since: '2099-01-01T00:00:00Z' }], 2);
    expect(await fileOf(id)).toBe('');
    await owned(unitId, [{ customerId, since: PAST }], 3);
    await owned(unitId, [{ customerId: newId(), since: PAST }], 2);
    expect(await fileOf(id)).toBe(customerId);
    await erase(customerId);
  });
});

describe('calls on an erased customer’s units that name no file', () => {
  it('C-5: are erased with him and cancelled, from the label and at another dealer’s; they count before', async () => {
    const customerId = await file();
    const { unitSerial } = await unit([{ customerId, since: PAST }]);
    const ids = [(await scan(unitSerial)).id, (await open(unitSerial, world.otherManager)).id, (await open(unitSerial)).id];
    const closed = await open(unitSerial);
    await calls(world, world.manager).cancelCall({ id: closed.id, version: closed.version, reason: '误报' });
    expect(await unfinished(customerId)).toBe(3);
    expect((await standing()).length).toBeGreaterThan(0);
    await erase(customerId);
    expect(await standing()).toEqual([]);
    expect(await Promise.all(ids.map(stateOf))).toEqual(['cancelled', 'cancelled', 'cancelled']);
    expect(await unfinished(customerId)).toBe(0);
  });

  it('C-5: a call counts in every state but filed and cancelled, whether it names his file or only his unit', async () => {
    const customerId = await file();
    const { unitSerial } = await unit([{ customerId, since: PAST }]);
    const named = await calls(world, world.manager).openCall({ ...phoneCall, customerId });
    const linked = await open(unitSerial, world.otherManager);
    expect(await fileOf(linked.id)).toBe('');
    const counted: Record<string, number> = {};
    for (const state of callSteps.states) {
      await world.service.sql('update repair_call set state = $1 where id = any($2)', [state, [named.id, linked.id]]);
      counted[state] = await unfinished(customerId);
    }
    expect(counted).toEqual({ new: 2, received: 2, assigned: 2, on_site: 2, resolved: 2, confirmed: 2, filed: 0, cancelled: 0 });
    await erase(customerId);
  });

  it('C-1, C-5: of a file that was merged as well', async () => {
    const [merged, surviving] = [await file(), await file()];
    const { unitSerial } = await unit([{ customerId: merged, since: PAST }]);
    await scan(unitSerial);
    await file(world.dealerId, { customerId: merged, mergedInto: surviving });
    expect(await unfinished(surviving)).toBe(1);
    await erase(surviving);
    expect(await standing()).toEqual([]);
  });

  it('C-2, C-5: a call of before or after his time stays', async () => {
    const [before, now, after] = [await file(), await file(), await file()];
    const { unitSerial } = await unit([
      { customerId: before, until: PAST }, { customerId: now, since: PAST, until: '2099-01-01T00:00:00Z' }, { customerId: after, since: '2099-01-01T00:00:00Z' },
    ]);
    await scan(unitSerial);
    for (const other of [before, after]) await erase(other);
    expect((await standing()).length).toBeGreaterThan(0);
    await erase(now);
    expect(await standing()).toEqual([]);
  });

  it('C-5: are erased too when whose the unit was is told after the erasure; what somebody opens later stays', async () => {
    const customerId = await file();
    const { unitId, unitSerial } = await unit();
    await scan(unitSerial);
    await erase(customerId);
    expect((await standing()).length).toBeGreaterThan(0);
    await owned(unitId, [{ customerId, since: PAST }]);
    expect(await standing()).toEqual([]);
    const later = await scan(unitSerial);
    await erase(customerId);
    await owned(unitId, [{ customerId, since: PAST }], 3);
    expect(await stateOf(later.id)).toBe('new');
  });

  it('C-5: who may not erase is not told how many calls wait', async () => {
    const timeline = world.service.client(CallTimelineService, world.manager);
    await expect(timeline.countUnfinishedCalls({ customerId: newId() })).rejects.toMatchObject({ reason: 'ROLE_NOT_ALLOWED' });
  });
});
