import { CallIntakeService, CallVisitService, ModelPublishedSchema, UnitDispatchedSchema } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import type { CallContext } from '@aftercare/messaging';
import type { QueryRunner } from 'typeorm';
import { CallsForFigures1795000100000 } from '../migrations/1795000100000-calls-for-figures.js';
import { calls, goodRecord, phoneCall, startRepairs, type RepairsWorld } from '../repairs.fixture.js';
import { clocksTogether } from './call-clock.rules.js';

let world: RepairsWorld;
beforeAll(async () => {
  world = await startRepairs();
  const modelId = newId();
  await world.service.publish(ModelPublishedSchema, { modelId, code: 'M', name: '龙头', family: 'faucet', version: 1 });
  await world.service.publish(UnitDispatchedSchema, { unitId: world.unitId, serial: 'SN-0001', modelId, dealerId: world.dealerId, dispatchedOn: '2026-01-01' });
  await world.service.drain();
});
afterAll(() => world?.service.stop());

type Told = Record<string, unknown>;

async function workers(callId: string): Promise<Told[]> {
  const rows = await world.service.sql<{ payload: string }>(
    `select payload from outbox where event_type = 'aftercare.repairs.v1.CallAssigned' and payload like $1 order by created_at, id`, [`%${callId}%`]);
  return rows.map(({ payload }) => JSON.parse(payload) as Told);
}

async function told(callId: string): Promise<{ name: string; event: Told }[]> {
  const rows = await world.service.sql<{ event_type: string; payload: string }>(
    `select event_type, payload from outbox where event_type like 'aftercare.repairs.v1.Call%' and event_type not like '%CallAssigned' and payload like $1 order by created_at, id`, [`%${callId}%`]);
  return rows.map(({ event_type: name, payload }) => ({ name: name.slice(name.lastIndexOf('.') + 1), event: JSON.parse(payload) as Told }));
}

describe('what is told of a call for the figures', () => {
  it('D-4: the routing says region, family and version, whether the unit is named by id or by serial', async () => {
    for (const named of [{ unitId: world.unitId }, { unitSerial: 'SN-0001' }]) {
      const { id } = await calls(world, world.manager).openCall({ ...phoneCall, ...named });
      expect(await told(id)).toMatchObject([{ name: 'CallRouted', event: { regionCode: '310104', family: 'faucet', version: 1 } }]);
    }
    const { id } = await calls(world, world.manager).openCall(phoneCall);
    expect(await told(id)).toMatchObject([{ event: { family: '' } }]);
  });

  it('D-4, R-2, R-13: solving, refusing and reopening are told with rising versions, the longest clock and the technician', async () => {
    const opened = await calls(world, world.manager).openCall(phoneCall);
    const assigned = await calls(world, world.manager).assignCall({ id: opened.id, version: opened.version, technicianUserId: world.technicianId });
    await world.service.moveClock('3h');
    const solved = await calls(world, world.technician).recordRepair({ ...goodRecord, id: opened.id, version: assigned.version });
    const refused = await calls(world, world.technician).refuseCall({ id: opened.id, version: solved.version, reason: '还在漏' });
    await world.service.moveClock('2h');
    const again = await calls(world, world.technician).recordRepair({ ...goodRecord, id: opened.id, version: refused.version });
    await calls(world, world.manager).reopenCall({ id: opened.id, version: again.version, reason: '又漏了' });
    const events = (await told(opened.id)).slice(1);
    expect(events.map(({ name, event }) => [name, event.version, event.reason ?? ''])).toEqual([
      ['CallResolved', solved.version, ''], ['CallRevived', refused.version, 'refused'], ['CallResolved', again.version, ''], ['CallRevived', again.version + 1, 'reopened'],
    ]);
    expect(events[0].event).toMatchObject({ special: false, reopened: false, firstVisit: true, technicianUserId: world.technicianId });
    const seconds = [events[0], events[2]].map(({ event }) => Math.floor(Number(event.clockSeconds) / 3_600));
    expect(seconds).toEqual([3, 5]);
    expect(events[3].event).toMatchObject({ reopened: true });
  });

  it('C-5: whose work a call is, is told whenever it changes: taken, assigned, handed over, handed back, another customer', async () => {
    const [manager, technician] = [calls(world, world.manager), calls(world, world.technician)];
    const { technicianId, colleagueId, customerId, unitId, dealerId } = world;
    const { id, version } = await manager.openCall({ ...phoneCall, customerId, unitId });
    expect(await workers(id)).toEqual([]);
    const taken = world.manager.userId;
    const assigned = await manager.assignCall({ id, version, technicianUserId: technicianId });
    const over = await world.service.client(CallVisitService, world.manager).handOverCall({ id, version: assigned.version, technicianUserId: colleagueId, reason: '病假' });
    const back = await calls(world, { ...world.technician, userId: colleagueId }).handBackCall({ id, version: over.version, reason: '太远' });
    await world.service.client(CallIntakeService, world.manager).correctCall({ id, version: back.version, reason: '听错', fields: ['customer'], customerId: '' });
    const same = { callId: id, dealerId, unitId };
    expect(await workers(id)).toMatchObject([
      { ...same, customerId, userIds: [technicianId, taken], version: assigned.version }, { ...same, customerId, userIds: [colleagueId, taken], version: over.version },
      { ...same, customerId, userIds: [taken], version: back.version }, { ...same, userIds: [taken], version: back.version + 1 },
    ]);
    const own = await technician.openCall({ ...phoneCall, customerId });
    expect(await workers(own.id)).toMatchObject([{ callId: own.id, customerId, userIds: [technicianId], version: 1 }]);
  });

  it('C-2, C-5: a unit that a technician names himself makes nobody\'s work of it, until the call is given to somebody', async () => {
    const [manager, technician] = [calls(world, world.manager), calls(world, world.technician)];
    const correct = (ctx: CallContext, asked: object) => world.service.client(CallIntakeService, ctx).correctCall({ reason: '听错', fields: ['unit'], ...asked });
    const { technicianId, unitId } = world;
    const own = await technician.openCall({ ...phoneCall, unitId });
    const given = await manager.assignCall({ id: own.id, version: own.version, technicianUserId: technicianId });
    expect((await workers(own.id)).map((told) => told.unitId ?? '')).toEqual(['', unitId]);
    const cleared = await correct(world.technician, { id: own.id, version: given.version, unitDescription: '龙头' });
    const named = await correct(world.technician, { id: own.id, version: cleared.version, unitId });
    const handed = await world.service.client(CallVisitService, world.technician).handOverCall({ id: own.id, version: named.version, technicianUserId: world.colleagueId, reason: '病假' });
    await correct(world.manager, { id: own.id, version: (await correct(world.manager, { id: own.id, version: handed.version, unitDescription: '龙头' })).version, unitId });
    expect((await workers(own.id)).slice(2).map((told) => told.unitId ?? '')).toEqual(['', '', '', '', unitId]);
  });

  it('D-4: a cancelled call is told', async () => {
    const { id } = await calls(world, world.manager).openCall(phoneCall);
    await calls(world, world.manager).cancelCall({ id, version: 1, reason: '用户自行解决' });
    expect((await told(id)).at(-1)).toMatchObject({ name: 'CallCancelled', event: { dealerId: world.dealerId, version: 2 } });
  });

  it('D-4: calls of before are told once more, as they stand', async () => {
    const before = await world.service.sql<{ id: string }>('select id from outbox');
    await new CallsForFigures1795000100000().up({ query: (text: string) => world.service.sql(text) } as unknown as QueryRunner);
    const rows = await world.service.sql<{ id: string }>('select id from repair_call');
    const fresh = await world.service.sql<{ id: string; payload: string }>('select id, payload from outbox where id <> all($1::uuid[])', [before.map(({ id }) => id)]);
    for (const { id } of rows) {
      const events = await told(id);
      const live = events.filter(({ event }) => !isRetold(event, fresh));
      const retold = events.filter(({ event }) => isRetold(event, fresh));
      expect(retold[0]).toMatchObject({ name: 'CallRouted', event: { regionCode: '310104', family: live[0].event.family } });
      const last = live.filter(({ name }) => name !== 'CallRouted').at(-1);
      if (last) {
        const { name, event } = retold[1];
        expect(name).toBe(last.name);
        // A cancelled call of then had no clock to tell.
        const clock = name === 'CallCancelled' ? [] : ['clockSeconds', 'special', 'reopened', 'technicianUserId'];
        expect(event).toMatchObject({ ...pick(last.event, ['dealerId', 'version', ...clock]) });
      }
    }
    expect(fresh.length).toBeGreaterThan(rows.length);
  });

  it('R-3: of the clocks of a call the longest counts, and the one that runs counts up to now', () => {
    const clock = (startedAt: string, stoppedAt: string | null, specialReason: string | null = null) => ({ startedAt, stoppedAt, specialReason });
    const now = '2026-01-03T00:00:00.000Z';
    expect(clocksTogether([clock('2026-01-01T00:00:00.000Z', '2026-01-01T10:00:00.000Z', 'workshop'), clock('2026-01-02T22:00:00.000Z', null)], now)).toEqual({ seconds: 36_000, special: true });
    expect(clocksTogether([clock('2026-01-02T22:00:00.000Z', '2026-01-02T23:59:59.999Z')], now)).toEqual({ seconds: 7_199, special: false });
    expect(clocksTogether([], now)).toEqual({ seconds: 0, special: false });
  });
});

function isRetold(event: Told, fresh: { payload: string }[]): boolean {
  return fresh.some(({ payload }) => JSON.stringify(JSON.parse(payload)) === JSON.stringify(event));
}

function pick(event: Told, fields: string[]): Told {
  return Object.fromEntries(fields.filter((field) => field in event).map((field) => [field, event[field]]));
}
