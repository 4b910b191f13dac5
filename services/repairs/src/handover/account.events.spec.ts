import { AccountStandingChangedSchema, CallVisitService, DealerChangedSchema } from '@aftercare/contracts';
import { assignedCall, calls, noticesOf, phoneCall, resolvedCall, startRepairs, type RepairsWorld } from '../repairs.fixture.js';

const reason = (code: string): Error => expect.objectContaining({ reason: code }) as Error;

describe('calls of a technician whose account is disabled', () => {
  let world: RepairsWorld;

  beforeEach(async () => {
    world = await startRepairs();
  });
  afterEach(() => world.service.stop());

  const tell = async (disabled: boolean, version: number, userId = world.technicianId): Promise<void> => {
    await world.service.publish(AccountStandingChangedSchema, { userId, dealerId: world.dealerId, disabled, version });
    await world.service.drain();
  };
  const told = async (callId: string): Promise<string[]> => (await noticesOf(world, callId)).filter(({ kind }) => kind === 'call.technician_left').map(({ role }) => role);

  it('X-9, R-12: each open one is told to the manager once, stays his until it is handed over, and what is solved or another’s is not told', async () => {
    const [open, solved] = [await assignedCall(world), await resolvedCall(world)];
    const unassigned = await calls(world, world.manager).openCall(phoneCall);
    await tell(true, 2, world.colleagueId);
    for (let time = 0; time < 2; time += 1) await tell(true, 2);
    expect([await told(open.id), await told(solved.id), await told(unassigned.id)]).toEqual([['dealer_manager'], [], []]);
    await expect(calls(world, world.manager).getCall({ id: open.id })).resolves.toMatchObject({ state: 'assigned', technicianUserId: world.technicianId, version: open.version });
    const handed = await world.service.client(CallVisitService, world.manager).handOverCall({ id: open.id, version: open.version, technicianUserId: world.colleagueId, reason: '离职' });
    expect(handed.state).toBe('assigned');
  });

  it('X-9: enabled in between it is told anew when he leaves again; a word that comes late tells nothing', async () => {
    const open = await assignedCall(world);
    await tell(false, 3);
    await tell(true, 2);
    expect(await told(open.id)).toEqual([]);
    await tell(true, 4);
    await tell(false, 5);
    await tell(true, 4);
    expect(await told(open.id)).toHaveLength(1);
    await tell(true, 6);
    expect(await told(open.id)).toHaveLength(2);
  });

  it('X-9, R-2, R-13: a solved call that comes back to a leaver by a refusal or a reopening is told; one of who is here is not', async () => {
    const [refused, reopened] = [await resolvedCall(world), await resolvedCall(world)];
    await tell(true, 2);
    await calls(world, world.manager).refuseCall({ id: refused.id, version: refused.version, reason: '还在漏' });
    await calls(world, world.manager).reopenCall({ id: reopened.id, version: reopened.version, reason: '又漏' });
    expect([await told(refused.id), await told(reopened.id)]).toEqual([['dealer_manager'], ['dealer_manager']]);
    await tell(false, 3);
    const here = await resolvedCall(world);
    await calls(world, world.manager).reopenCall({ id: here.id, version: here.version, reason: '又漏' });
    expect(await told(here.id)).toEqual([]);
  });

  it('X-9, D-1: where the dealer left as well and nobody follows, the clerk is told', async () => {
    const open = await assignedCall(world);
    await world.service.publish(DealerChangedSchema, { dealerId: world.dealerId, code: 'SH001', name: '上海', status: 'terminated', version: 2 });
    await world.service.drain();
    await tell(true, 2);
    expect(await told(open.id)).toEqual(['service_clerk']);
  });

  it('X-9: who gets no more work is neither assigned nor handed a call, and the refusal says why; of another dealer’s it says nothing', async () => {
    const call = await calls(world, world.manager).openCall(phoneCall);
    const assign = (technicianUserId: string) => calls(world, world.manager).assignCall({ id: call.id, version: call.version, technicianUserId });
    await expect(assign(world.leaverId)).rejects.toThrow(reason('TECHNICIAN_INACTIVE'));
    await expect(assign(world.otherLeaverId)).rejects.toThrow(reason('TECHNICIAN_UNKNOWN'));
    const { version } = await assign(world.technicianId);
    const handOver = (technicianUserId: string) => world.service.client(CallVisitService, world.manager).handOverCall({ id: call.id, version, technicianUserId, reason: '换人' });
    await expect(handOver(world.leaverId)).rejects.toThrow(reason('TECHNICIAN_INACTIVE'));
    await expect(handOver(world.otherLeaverId)).rejects.toThrow(reason('TECHNICIAN_UNKNOWN'));
  });
});
