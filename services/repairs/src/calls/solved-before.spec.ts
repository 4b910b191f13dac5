import { newId } from '@aftercare/domain';
import { assignedCall, calls, goodRecord, startRepairs, type RepairsWorld } from '../repairs.fixture.js';

let world: RepairsWorld;
beforeAll(async () => {
  world = await startRepairs();
});
afterAll(() => world?.service.stop());

async function cancelledOf(callId: string): Promise<Record<string, unknown>> {
  const [row] = await world.service.sql<{ payload: string }>(
    `select payload from outbox where event_type like '%CallCancelled' and payload::json ->> 'callId' = $1`, [callId]);
  return JSON.parse(row.payload) as Record<string, unknown>;
}

describe('a cancelled call', () => {
  it('D-4, Q-1: that was solved and reopened tells what was done before the reopening: who solved it, when, and how long the clock ran', async () => {
    const { id, version } = await assignedCall(world);
    await world.service.moveClock('30h');
    const resolvedAt = await world.service.now();
    const solved = await calls(world, world.technician).recordRepair({ ...goodRecord, id, version });
    const confirmed = await calls(world, world.technician).confirmCall({ id, version: solved.version, method: 'signature', evidence: { id: newId(), sha256: 'ab' } });
    await world.service.moveClock('24h');
    const reopened = await calls(world, world.manager).reopenCall({ id, version: confirmed.version, reason: '又漏水' });
    const passed = await calls(world, world.manager).assignCall({ id, version: reopened.version, technicianUserId: world.colleagueId });
    await world.service.moveClock('3h');
    await calls(world, world.manager).cancelCall({ id, version: passed.version, reason: '误开' });
    const told = await cancelledOf(id);
    expect(told).toMatchObject({ dealerId: world.dealerId, technicianUserId: world.technicianId });
    expect(Math.abs(Date.parse(told.resolvedAt as string) - Date.parse(resolvedAt))).toBeLessThan(60_000);
    expect(Math.abs((told.clockSeconds as number) - 30 * 3_600)).toBeLessThan(60);
  });

  it('D-4: that was never solved tells nothing of the kind', async () => {
    const { id, version } = await assignedCall(world);
    await calls(world, world.manager).cancelCall({ id, version, reason: '误报' });
    expect((await cancelledOf(id)).resolvedAt ?? '').toBe('');
  });
});

describe('a call that a colleague has', () => {
  it('domain 1, R-11: who took it reads it and corrects it, and takes no step of it until it is his', async () => {
    const [manager, taker] = [calls(world, world.manager), calls(world, world.technician)];
    const opened = await taker.openCall({ channel: 'phone', contactName: '王小明', contactPhone: '13912345678', address: { regionCode: '310104', detail: '中山西路1000号' }, symptoms: '滴水', unitDescription: '龙头' });
    const given = await manager.assignCall({ id: opened.id, version: opened.version, technicianUserId: world.colleagueId });
    const refused = expect.objectContaining({ reason: 'CALL_OF_COLLEAGUE' });
    await expect(taker.arriveCall({ id: opened.id, version: given.version })).rejects.toThrow(refused);
    await expect(taker.recordRepair({ ...goodRecord, id: opened.id, version: given.version })).rejects.toThrow(refused);
    const shown = await taker.getCall({ id: opened.id });
    expect(shown.allowedActions.find(({ action }) => action === 'record')).toMatchObject({ allowed: false, reason: 'CALL_OF_COLLEAGUE' });
    expect(shown.allowedActions.find(({ action }) => action === 'correct')).toMatchObject({ allowed: true });
    const back = await manager.handBackCall({ id: opened.id, version: given.version, reason: '请假' });
    const own = await manager.assignCall({ id: opened.id, version: back.version, technicianUserId: world.technicianId });
    await expect(taker.arriveCall({ id: opened.id, version: own.version })).resolves.toMatchObject({ state: 'on_site' });
  });
});
