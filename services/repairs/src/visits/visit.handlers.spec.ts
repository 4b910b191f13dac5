import { AppointmentSettledSchema, CallResolvedSchema, CallVisitService, CustomerAnonymisedSchema, CustomerChangedSchema } from '@aftercare/contracts';
import { addHours, newId } from '@aftercare/domain';
import type { CallContext, Client } from '@aftercare/messaging';
import { assignedCall, calls, goodRecord, phoneCall, startRepairs, type RepairsWorld } from '../repairs.fixture.js';

let world: RepairsWorld;
beforeAll(async () => {
  world = await startRepairs();
});
afterAll(() => world.service.stop());

const reason = (text: string) => expect.objectContaining({ reason: text });
const visits = (ctx: CallContext): Client<typeof CallVisitService> => world.service.client(CallVisitService, ctx);
const windowIn = async (hours: number) => {
  const now = await world.service.now();
  return { appointmentFrom: addHours(now, hours), appointmentTo: addHours(now, hours + 2) };
};
const at = ({ id, version }: { id: string; version: number }) => ({ id, version });
const outcomes = async (id: string) => (await calls(world, world.manager).getCall({ id })).appointments.map(({ outcome }) => outcome);

/** What was told of a call's windows, in order. */
async function settledOf(id: string): Promise<object[]> {
  const told = await world.service.sql<{ payload: unknown }>('select payload from outbox where event_type = $1 order by created_at, id', [AppointmentSettledSchema.typeName]);
  return told.map(({ payload }) => (typeof payload === 'string' ? JSON.parse(payload) : payload) as { callId: string }).filter(({ callId }) => callId === id);
}

/** A call with an appointment, begun an hour ago unless told. */
async function appointedCall(hours = -1): Promise<{ id: string; version: number }> {
  const { id, version } = await calls(world, world.manager).openCall(phoneCall);
  return calls(world, world.manager).assignCall({ id, version, technicianUserId: world.technicianId, ...(await windowIn(hours)) });
}

/** A call whose appointment was over hours ago. */
async function missedCall(): Promise<{ id: string; version: number }> {
  const call = await appointedCall(1);
  await world.service.moveClock('6h');
  return call;
}

describe('another time', () => {
  it('R-12: a new window with its reason; those before stay on the call, and an arrival within the last one is kept', async () => {
    const { id, version } = await appointedCall(3);
    const moved = await visits(world.technician).rescheduleCall({ id, version, ...(await windowIn(-1)), reason: '客户临时外出' });
    expect(moved.state).toBe('assigned');
    const shown = await calls(world, world.technician).getCall({ id });
    expect(shown.appointments).toMatchObject([{ outcome: 'moved', reason: '' }, { outcome: '', reason: '客户临时外出', promisedBy: world.technicianId, arrivedAt: '' }]);
    expect(shown.history.at(-1)).toMatchObject({ action: 'reschedule', reason: '客户临时外出', toState: 'assigned' });
    await calls(world, world.technician).arriveCall({ id, version: moved.version });
    expect(await outcomes(id)).toEqual(['moved', 'kept']);
  });

  it('R-12: the same window, promised again, goes to whom the call is assigned anew', async () => {
    const { id, version } = await appointedCall(3);
    const { appointmentFrom, appointmentTo } = await calls(world, world.manager).getCall({ id });
    const same = { appointmentFrom, appointmentTo };
    const again = await calls(world, world.manager).assignCall({ id, version, technicianUserId: world.colleagueId, ...same });
    await world.service.moveClock('4h');
    await calls(world, world.manager).arriveCall({ id, version: again.version });
    expect(await settledOf(id)).toMatchObject([{ technicianUserId: world.colleagueId, outcome: 'kept' }]);
  });

  it('R-12, R-13: a call that comes back shows no appointment until another is promised', async () => {
    const { id, version } = await appointedCall();
    const solved = await calls(world, world.technician).recordRepair({ ...goodRecord, id, version });
    const refused = await calls(world, world.manager).refuseCall({ id, version: solved.version, reason: '还漏' });
    expect(await calls(world, world.manager).getCall({ id })).toMatchObject({ state: 'assigned', appointmentFrom: '', appointmentTo: '' });
    const again = await calls(world, world.technician).recordRepair({ ...goodRecord, id, version: refused.version });
    await calls(world, world.manager).reopenCall({ id, version: again.version, reason: '又漏' });
    expect(await calls(world, world.manager).getCall({ id })).toMatchObject({ state: 'assigned', appointmentFrom: '', appointmentTo: '' });
    expect(await outcomes(id)).toEqual(['kept']);
  });

  it('R-12: a window that was over before another was promised stays missed', async () => {
    const { id, version } = await missedCall();
    await visits(world.technician).rescheduleCall({ id, version, ...(await windowIn(2)), reason: '堵车' });
    expect(await outcomes(id)).toEqual(['missed', '']);
  });

  it('R-12: from the site as well: the technician comes again, and the call counts both visits for the figures', async () => {
    const { id, version } = await appointedCall();
    const arrived = await calls(world, world.technician).arriveCall({ id, version });
    const again = await visits(world.technician).rescheduleCall({ id, version: arrived.version, ...(await windowIn(1)), reason: '缺配件' });
    expect(again.state).toBe('assigned');
    await calls(world, world.technician).recordRepair({ ...goodRecord, id, version: again.version });
    expect(await outcomes(id)).toEqual(['kept', 'missed']);
    const told = await world.service.sql<{ payload: unknown }>('select payload from outbox where event_type = $1', [CallResolvedSchema.typeName]);
    const figures = told.map(({ payload }) => (typeof payload === 'string' ? JSON.parse(payload) : payload) as { callId: string }).find(({ callId }) => callId === id);
    expect(figures).toMatchObject({ windowsKept: 1, windowsMissed: 1 });
  });

  it('R-12: each window is told once it is settled, with the dealer and technician whose promise it was', async () => {
    const { id, version } = await appointedCall(3);
    const passed = await visits(world.manager).handOverCall({ id, version, technicianUserId: world.colleagueId, reason: '同区' });
    const moved = await visits(world.manager).handOverCall({ ...at(passed), technicianUserId: world.technicianId, reason: '请假', ...(await windowIn(-1)) });
    const arrived = await calls(world, world.technician).arriveCall({ id, version: moved.version });
    await calls(world, world.technician).handBackCall({ ...at(arrived), reason: '缺工具' });
    const shown = (await calls(world, world.manager).getCall({ id })).appointments;
    const windowsOf = (at: number) => ({ windowFrom: shown[at].windowFrom, windowTo: shown[at].windowTo, outcome: shown[at].outcome, ...(shown[at].arrivedAt === '' ? {} : { arrivedAt: shown[at].arrivedAt }) });
    expect(await settledOf(id)).toMatchObject([
      { dealerId: world.dealerId, technicianUserId: world.colleagueId, callNumber: passed.number, ...windowsOf(0) },
      { dealerId: world.dealerId, technicianUserId: world.technicianId, ...windowsOf(1) },
    ]);
    expect(shown.map(({ outcome }) => outcome)).toEqual(['moved', 'kept']);
  });

  it('R-12: a window that is over when the call is passed on was missed by who had it, not by who comes after him', async () => {
    const { id, version } = await missedCall();
    const passed = await visits(world.manager).handOverCall({ id, version, technicianUserId: world.colleagueId, reason: '没有去' });
    const missed = [expect.objectContaining({ outcome: 'missed', technicianUserId: world.technicianId, arrivedAt: '' })];
    expect(await settledOf(id)).toEqual(missed);
    const colleague = world.service.dealerCtx(world.dealerId, 'dealer_technician', { userId: world.colleagueId });
    await calls(world, colleague).arriveCall(at(passed));
    expect(await settledOf(id)).toEqual(missed);
    expect((await calls(world, world.manager).getCall({ id })).appointments).toMatchObject([{ outcome: 'missed', arrivedAt: '' }]);
  });

  it('R-12: who hands back or cancels in good time breaks no promise', async () => {
    const [gone, back] = [await missedCall(), await appointedCall(3)];
    await calls(world, world.technician).handBackCall({ ...at(back), reason: '车辆故障' });
    await calls(world, world.manager).cancelCall({ ...at(gone), reason: '客户取消' });
    expect([await outcomes(back.id), await outcomes(gone.id)]).toEqual([['moved'], ['missed']]);
  });

  it('R-12: refuses without a reason, without a whole window ahead, and on a call that nobody is to visit', async () => {
    const { id, version } = await appointedCall();
    const ask = (given: object) => visits(world.technician).rescheduleCall({ id, version, reason: '下雨', ...given });
    await expect(ask({ ...(await windowIn(1)), reason: ' ' })).rejects.toThrow(reason('REASON_MISSING'));
    await expect(ask({ appointmentFrom: addHours(await world.service.now(), 1) })).rejects.toThrow(reason('FIELD_MISSING'));
    await expect(ask(await windowIn(-5))).rejects.toThrow(reason('TIME_IN_PAST'));
    const open = await calls(world, world.manager).openCall(phoneCall);
    await expect(visits(world.manager).rescheduleCall({ ...at(open), ...(await windowIn(1)), reason: '下雨' })).rejects.toThrow(reason('STEP_NOT_ALLOWED'));
    await expect(visits(world.clerk).rescheduleCall({ id, version, ...(await windowIn(1)), reason: '下雨' })).rejects.toThrow(reason('ROLE_NOT_ALLOWED'));
    for (const each of [id, newId()]) await expect(visits(world.otherManager).rescheduleCall({ id: each, version, reason: '下雨' })).rejects.toThrow(reason('NOT_FOUND'));
  });
});

describe('another technician', () => {
  it('R-12: takes the call over with its appointment; the one before does not see it any more', async () => {
    const { id, version } = await appointedCall(1);
    const ask = { id, version, technicianUserId: world.colleagueId, reason: '同区' };
    const passed = await visits(world.technician).handOverCall(ask);
    expect(passed).toMatchObject({ state: 'assigned', technicianCertificate: 'family_unknown' });
    await expect(calls(world, world.technician).getCall({ id })).rejects.toThrow(reason('NOT_FOUND'));
    const shown = await calls(world, world.manager).getCall({ id });
    expect(shown).toMatchObject({ technicianUserId: world.colleagueId, history: expect.arrayContaining([expect.objectContaining({ action: 'hand-over', reason: '同区' })]) });
    expect(shown.appointments.map(({ outcome }) => outcome)).toEqual(['']);
  });

  it('R-12: a new window may come with him', async () => {
    const { id, version } = await appointedCall(1);
    await visits(world.manager).handOverCall({ id, version, technicianUserId: world.colleagueId, reason: '同区', ...(await windowIn(4)) });
    expect((await calls(world, world.manager).getCall({ id })).appointments).toMatchObject([{ outcome: 'moved' }, { outcome: '', reason: '同区' }]);
  });

  it('R-12: refuses the same, an unknown one, and without a reason', async () => {
    const call = await assignedCall(world);
    const ask = (given: object) => visits(world.manager).handOverCall({ ...at(call), technicianUserId: world.colleagueId, reason: '同区', ...given });
    await expect(ask({ technicianUserId: world.technicianId })).rejects.toThrow(reason('TECHNICIAN_SAME'));
    await expect(ask({ technicianUserId: newId() })).rejects.toThrow(reason('TECHNICIAN_UNKNOWN'));
    await expect(ask({ reason: '' })).rejects.toThrow(reason('REASON_MISSING'));
  });
});

it('C-5: reasons of windows go with the person', async () => {
  const customerId = newId();
  await world.service.publish(CustomerChangedSchema, { customerId, dealerId: world.dealerId, fields: [], version: 1 });
  await world.service.drain();
  const opened = await calls(world, world.manager).openCall({ ...phoneCall, customerId });
  const assigned = await calls(world, world.manager).assignCall({ ...at(opened), technicianUserId: world.technicianId, ...(await windowIn(1)) });
  await visits(world.technician).rescheduleCall({ ...at(assigned), ...(await windowIn(2)), reason: '王小明不在家' });
  await world.service.publish(CustomerAnonymisedSchema, { customerId, dealerId: world.dealerId, installationIds: [] });
  await world.service.drain();
  expect((await calls(world, world.manager).getCall({ id: opened.id })).appointments.map((each) => each.reason)).toEqual(['', '***']);
});

/** Moves the business clock over days, so it comes last. */
describe('nobody comes', () => {
  const missedAlone = async (call: { id: string; version: number }): Promise<void> => {
    await world.service.moveClock('48h');
    await world.service.drain();
    expect(await outcomes(call.id)).toEqual(['missed']);
  };

  it('R-12: the window is missed once its day is over, told once, and whoever comes later does not undo it', async () => {
    const call = await appointedCall(1);
    await missedAlone(call);
    const once = [expect.objectContaining({ outcome: 'missed', dealerId: world.dealerId, technicianUserId: world.technicianId })];
    expect(await settledOf(call.id)).toEqual(once);
    const recorded = await calls(world, world.technician).recordRepair({ ...goodRecord, ...call });
    expect(recorded.state).toBe('resolved');
    expect((await calls(world, world.manager).getCall({ id: call.id })).appointments).toMatchObject([{ outcome: 'missed', arrivedAt: '' }]);
    expect(await settledOf(call.id)).toEqual(once);
    const told = await world.service.sql<{ payload: string }>('select payload::text as payload from outbox where event_type = $1', [CallResolvedSchema.typeName]);
    expect(told.map(({ payload }) => JSON.parse(payload) as object)).toContainEqual(expect.objectContaining({ callId: call.id, windowsMissed: 1 }));
  });

  it('R-12: another window may be promised then, and one that was settled before its day was over is left alone', async () => {
    const missed = await appointedCall(1);
    const met = await appointedCall();
    await calls(world, world.technician).arriveCall(at(met));
    await missedAlone(missed);
    expect(await outcomes(met.id)).toEqual(['kept']);
    expect(await settledOf(met.id)).toHaveLength(1);
    await visits(world.technician).rescheduleCall({ ...at(missed), ...(await windowIn(2)), reason: '堵车' });
    expect(await outcomes(missed.id)).toEqual(['missed', '']);
  });

  it('R-12: it waits while the day of the last window lasts, whatever was promised before', async () => {
    const { id, version } = await appointedCall(1);
    await visits(world.manager).rescheduleCall({ id, version, ...(await windowIn(96)), reason: '业主出差' });
    await world.service.moveClock('72h');
    await world.service.drain();
    expect(await outcomes(id)).toEqual(['moved', '']);
    expect(await settledOf(id)).toHaveLength(1);
  });
});
