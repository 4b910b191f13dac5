import { CallClockService, CallResolvedSchema, SettingChangedSchema } from '@aftercare/contracts';
import { addDays, businessDate } from '@aftercare/domain';
import { assignedCall, calls, goodRecord, noticesOf, phoneCall, resolvedCall, startRepairs, type RepairsWorld } from '../repairs.fixture.js';

let world: RepairsWorld;
beforeAll(async () => {
  world = await startRepairs();
});
afterAll(() => world.service.stop());

const compare = () => world.service.client(CallClockService, world.supervisor).compareClocks({});
const HOUR_MS = 3_600_000;

/** As if the platform were down: the clock's deadline does not fire until somebody moves it. */
async function holdDeadline(callId: string): Promise<void> {
  await world.service.sql(`update deadline set retry_at = now() + interval '1 hour' where ref in (select id::text from call_clock where call_id = $1)`, [callId]);
}

describe('the clocks that are kept', () => {
  it('R-3, R-4: are what the events of each call say, through special, strike, refusal, reopening and cancelling', async () => {
    const [manager, technician] = [calls(world, world.manager), calls(world, world.technician)];
    const plain = await manager.openCall(phoneCall);
    await calls(world, world.clerk).openCall({ ...phoneCall, channel: 'hotline' });
    const special = await manager.openCall(phoneCall);
    const struck = await manager.markSpecial({ id: special.id, version: 1, reason: 'remote_area' });
    const [refusedLater, reopenedLater, cancelled] = [await resolvedCall(world), await resolvedCall(world), await assignedCall(world)];
    await world.service.moveClock('20h');
    await world.service.drain();
    await manager.cancelCall({ id: cancelled.id, version: cancelled.version, reason: '客户已自行解决' });
    await world.service.moveClock('17h');
    await world.service.drain();
    await calls(world, world.supervisor).strikeSpecial({ id: special.id, version: struck.version, reason: '不成立' });
    await technician.refuseCall({ id: refusedLater.id, version: refusedLater.version, reason: '还是漏水' });
    await manager.reopenCall({ id: reopenedLater.id, version: reopenedLater.version, reason: '又漏了' });
    await world.service.drain();
    expect((await noticesOf(world, special.id)).map(({ kind }) => kind).sort()).toEqual(['call.sla_breach', 'call.sla_warning', 'call.sla_warning']);
    await world.service.moveClock('50h');
    await world.service.drain();
    expect(await compare()).toMatchObject({ compared: 6, differences: [], nextCursor: '' });
    expect((await manager.getCall({ id: plain.id })).clocks[0]?.breachedAt).not.toBe('');
  });

  it('R-4: a warning that became known before the special was struck is told, also when its deadline had not fired yet', async () => {
    const call = await calls(world, world.manager).openCall(phoneCall);
    const special = await calls(world, world.manager).markSpecial({ id: call.id, version: 1, reason: 'remote_area' });
    await holdDeadline(call.id);
    await world.service.moveClock('36h');
    await calls(world, world.supervisor).strikeSpecial({ id: call.id, version: special.version, reason: '不成立' });
    await world.service.drain();
    expect((await noticesOf(world, call.id)).map(({ kind }) => kind).sort()).toEqual(['call.sla_breach', 'call.sla_warning', 'call.sla_warning']);
    expect((await compare()).differences).toEqual([]);
  });

  it('R-3: solved in time is judged by the term of the day the clock started, also when it is shorter by now', async () => {
    await calls(world, world.manager).openCall(phoneCall);
    const call = await assignedCall(world);
    const { receivedAt } = await calls(world, world.manager).getCall({ id: call.id });
    const effectiveFrom = addDays(businessDate(receivedAt), 1);
    await world.service.publish(SettingChangedSchema, { key: 'call.solveHours', value: '1', effectiveFrom, version: 1 });
    await world.service.drain();
    await world.service.moveClock('23h');
    const later = await calls(world, world.manager).openCall(phoneCall);
    await calls(world, world.technician).recordRepair({ ...goodRecord, id: call.id, version: call.version });
    const [{ payload }] = await world.service.sql<{ payload: string }>(
      `select payload::text from outbox where event_type = $1 and payload::text like $2`, [CallResolvedSchema.typeName, `%${call.id}%`]);
    expect(JSON.parse(payload)).toMatchObject({ onTime: true });
    const term = businessDate(later.receivedAt) >= effectiveFrom ? 1 : 24;
    expect(Date.parse(later.dueAt) - Date.parse(later.receivedAt)).toBe(term * HOUR_MS);
    await world.service.drain();
    expect((await compare()).differences).toEqual([]);
  });

  it('R-2, R-3: each clock of a reopened call is shown with the term of its own day', async () => {
    const call = await resolvedCall(world);
    const today = businessDate(await world.service.now());
    await world.service.publish(SettingChangedSchema, { key: 'call.solveHours', value: '12', effectiveFrom: addDays(today, 2), version: 1 });
    await world.service.drain();
    const before = (await calls(world, world.manager).getCall({ id: call.id })).clocks[0];
    await world.service.moveClock('72h');
    await calls(world, world.manager).reopenCall({ id: call.id, version: call.version, reason: '又漏了' });
    const { clocks } = await calls(world, world.manager).getCall({ id: call.id });
    expect(clocks[0]).toEqual(before);
    expect(Date.parse(clocks[1]!.dueAt) - Date.parse(clocks[1]!.startedAt)).toBe(12 * HOUR_MS);
  });

  it('R-4: a clock that was changed past the rules is named; nobody but supervisor, administrator and auditor asks', async () => {
    const call = await calls(world, world.manager).openCall(phoneCall);
    // What fell due for the calls before is told first.
    await world.service.drain();
    await world.service.sql(`update call_clock set breached_at = started_at where call_id = $1`, [call.id]);
    const { differences } = await compare();
    expect(differences).toMatchObject([{ callId: call.id, number: call.number, position: 1, field: 'breachedAt', kept: new Date(call.receivedAt).toISOString(), derived: '' }]);
    await world.service.sql(`update call_clock set breached_at = null where call_id = $1`, [call.id]);
    for (const ctx of [world.manager, world.technician, world.clerk]) {
      await expect(world.service.client(CallClockService, ctx).compareClocks({})).rejects.toThrow(expect.objectContaining({ reason: 'ROLE_NOT_ALLOWED' }));
    }
  });
});
