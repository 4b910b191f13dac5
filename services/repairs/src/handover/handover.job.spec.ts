import { CallHandoverService, CallRoutedSchema, CustomerChangedSchema, DealerChangedSchema, InstallationFailedSchema, QualityReportService } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import type { CallContext } from '@aftercare/messaging';
import { assignedCall, calls, goodRecord, noticesOf, phoneCall, resolvedCall, startRepairs, type RepairsWorld } from '../repairs.fixture.js';

const reason = (code: string): Error => expect.objectContaining({ reason: code }) as Error;

describe('calls of a terminated dealer', () => {
  let world: RepairsWorld;

  beforeEach(async () => {
    world = await startRepairs();
  });
  afterEach(() => world.service.stop());

  const ended = async (dealerId: string, successorDealerId = '', version = 2): Promise<void> => {
    await world.service.publish(DealerChangedSchema, { dealerId, code: 'SH001', name: '上海', status: 'terminated', successorDealerId, version });
    await world.service.drain();
  };
  const reports = (ctx: CallContext) => world.service.client(QualityReportService, ctx);
  const countAt = (dealerId: string) => world.service.client(CallHandoverService, world.clerk).countCallHandover({ dealerId });

  it('D-1, R-2: open ones are re-routed to the successor and the clock runs on; solved ones stay with who solved them', async () => {
    const open = await assignedCall(world);
    const solved = await resolvedCall(world);
    const before = await calls(world, world.clerk).getCall({ id: open.id });
    await expect(countAt(world.dealerId)).resolves.toMatchObject({ openCalls: 1, dueReports: 0 });
    await ended(world.dealerId, world.otherDealerId);
    await expect(countAt(world.dealerId)).resolves.toMatchObject({ openCalls: 0 });
    const after = await calls(world, world.otherManager).getCall({ id: open.id });
    expect(after).toMatchObject({
      dealerId: world.otherDealerId, state: 'received', technicianUserId: '', appointmentFrom: '', receivedAt: before.receivedAt, dueAt: before.dueAt, clocks: before.clocks,
    });
    expect(after.history.at(-1)).toMatchObject({ action: 're-route', fromState: 'assigned', reason: 'dealer_terminated', role: 'system' });
    await expect(calls(world, world.manager).getCall({ id: open.id })).rejects.toThrow(reason('NOT_FOUND'));
    await expect(calls(world, world.technician).recordRepair({ ...goodRecord, id: open.id, version: after.version })).rejects.toThrow(reason('NOT_FOUND'));
    await expect(calls(world, world.manager).getCall({ id: solved.id })).resolves.toMatchObject({ dealerId: world.dealerId, state: 'resolved' });
  });

  it('D-1, C-5: what stayed with a dealer that left it reads masked and reveals no more, its open calls neither; the manufacturer does, logged', async () => {
    const [solved, waiting] = [await resolvedCall(world), await assignedCall(world)];
    const plain = await calls(world, world.manager).getCall({ id: solved.id });
    expect(plain.contactPhone).not.toContain('*');
    await ended(world.dealerId);
    for (const left of [world.manager, { ...world.manager, dealerStatus: 'terminated' as const }, world.technician]) {
      for (const { id } of [solved, waiting]) {
        const shown = await calls(world, left).getCall({ id });
        expect([shown.contactName, shown.contactPhone, shown.addressDetail].every((value) => value.includes('*'))).toBe(true);
        await expect(calls(world, left).revealCall({ id, reason: '回访' })).rejects.toThrow(reason('DEALER_TERMINATED'));
      }
      if (left !== world.technician) await expect(calls(world, left).exportCalls({ customerId: world.customerId, reason: '本人要求' })).rejects.toThrow(reason('DEALER_TERMINATED'));
    }
    const { contactPhone } = await calls(world, world.clerk).revealCall({ id: solved.id, reason: '回访' });
    expect(contactPhone).toBe(plain.contactPhone);
    expect(await world.service.sql(`select user_id from audit_entry where document_id = $1 and action = 'reveal'`, [solved.id])).toEqual([{ user_id: world.clerk.userId }]);
  });

  it('D-1: each is told, noticed and audited once, however often the end is told', async () => {
    const open = await assignedCall(world);
    for (let time = 0; time < 2; time += 1) await ended(world.dealerId, world.otherDealerId);
    const told = await world.service.sql<{ payload: string }>('select payload from outbox where event_type = $1 and payload like $2 order by id', [CallRoutedSchema.typeName, `%${open.id}%`]);
    expect(told.map(({ payload }) => JSON.parse(payload) as object).at(-1)).toMatchObject({ dealerId: world.otherDealerId, previousDealerId: world.dealerId });
    expect(told).toHaveLength(2);
    expect((await noticesOf(world, open.id)).filter(({ kind }) => kind === 'call.routed')).toHaveLength(1);
    const audited = await world.service.sql<{ dealer_id: string }>(`select dealer_id from audit_entry where document_id = $1 and action = 're-route'`, [open.id]);
    expect(audited).toEqual([{ dealer_id: world.otherDealerId }]);
  });

  it('D-1: more than one transaction’s worth go over, none is lost', async () => {
    for (let at = 0; at < 55; at += 1) await calls(world, world.manager).openCall(phoneCall);
    await ended(world.dealerId, world.otherDealerId);
    await expect(countAt(world.dealerId)).resolves.toMatchObject({ openCalls: 0 });
    await expect(countAt(world.otherDealerId)).resolves.toMatchObject({ openCalls: 55 });
  });

  it('D-1: wait while nobody follows; the later of two ends may be told first', async () => {
    const open = await assignedCall(world);
    const third = newId();
    await ended(world.dealerId);
    await expect(calls(world, world.clerk).getCall({ id: open.id })).resolves.toMatchObject({ dealerId: world.dealerId, state: 'assigned' });
    await ended(world.otherDealerId, third);
    await ended(world.dealerId, world.otherDealerId, 3);
    await world.service.publish(DealerChangedSchema, { dealerId: world.dealerId, code: 'SH001', name: '上海', status: 'active', version: 1 });
    await world.service.drain();
    await expect(calls(world, world.clerk).getCall({ id: open.id })).resolves.toMatchObject({ dealerId: third, state: 'received' });
  });

  it('D-1: nothing new is left behind: a call on its way when the end was heard is refused, also where the clerk routes it', async () => {
    const waiting = await calls(world, world.clerk).openCall(phoneCall);
    await ended(world.dealerId, world.otherDealerId);
    await expect(calls(world, world.manager).openCall(phoneCall)).rejects.toThrow(reason('DEALER_NOT_ACTIVE'));
    await expect(calls(world, world.clerk).routeCall({ id: waiting.id, version: waiting.version, dealerId: world.dealerId })).rejects.toThrow(reason('DEALER_NOT_ACTIVE'));
    await expect(calls(world, world.clerk).routeCall({ id: waiting.id, version: waiting.version, dealerId: world.otherDealerId })).resolves.toMatchObject({ state: 'received' });
  });

  it('D-1, R-2: one that is reopened after its dealer left goes on to the successor, with its second clock', async () => {
    const solved = await resolvedCall(world);
    await ended(world.dealerId, world.otherDealerId);
    await expect(calls(world, world.manager).reopenCall({ id: solved.id, version: solved.version, reason: '又漏' })).rejects.toThrow(reason('DEALER_NOT_ACTIVE'));
    await expect(calls(world, world.clerk).reopenCall({ id: solved.id, version: solved.version, reason: '又漏', askedBy: '李四' })).resolves.toMatchObject({ state: 'received' });
    const taken = await calls(world, world.otherManager).getCall({ id: solved.id });
    expect(taken).toMatchObject({ state: 'received', reopenCount: 1, technicianUserId: '' });
    expect(taken.clocks).toHaveLength(2);
    expect(taken.history.slice(-2).map(({ action }) => action)).toEqual(['reopen', 're-route']);
  });

  it('D-1, R-6, R-13: the clerk makes the customer’s link for what the dealer solved; confirmed it is the dealer’s, refused it goes on', async () => {
    const [confirmed, refused] = [await resolvedCall(world), await resolvedCall(world)];
    await expect(calls(world, world.clerk).createConfirmationLink({ id: confirmed.id })).rejects.toThrow(reason('ROLE_NOT_ALLOWED'));
    await ended(world.dealerId, world.otherDealerId);
    const allowed = (await calls(world, world.clerk).getCall({ id: confirmed.id })).allowedActions.filter((each) => each.allowed).map(({ action }) => action);
    expect(allowed).toContain('confirmation-link');
    const yes = await calls(world, world.clerk).createConfirmationLink({ id: confirmed.id });
    await calls(world, world.clerk).answerConfirmationLink({ token: yes.token, confirmed: true });
    await expect(calls(world, world.clerk).getCall({ id: confirmed.id })).resolves.toMatchObject({ dealerId: world.dealerId, state: 'filed' });
    const no = await calls(world, world.clerk).createConfirmationLink({ id: refused.id });
    await calls(world, world.clerk).answerConfirmationLink({ token: no.token, confirmed: false, reason: '还在漏' });
    await expect(calls(world, world.otherManager).getCall({ id: refused.id })).resolves.toMatchObject({ state: 'received', clocks: [expect.objectContaining({ stoppedAt: '' })] });
  });

  it('D-1, R-6: the reminder of an unconfirmed record goes to the clerk once the dealer left', async () => {
    const solved = await resolvedCall(world);
    await ended(world.dealerId, world.otherDealerId);
    await world.service.moveClock(new Date(Date.parse(await world.service.now()) + 8 * 86_400_000).toISOString());
    await world.service.drain();
    expect((await noticesOf(world, solved.id)).filter(({ kind }) => kind === 'call.unconfirmed')).toEqual([expect.objectContaining({ role: 'service_clerk' })]);
  });

  it('D-1, R-7: quality reports that are due go to the successor with their term, also one that is opened late', async () => {
    const failed = (installationId: string) => world.service.publish(InstallationFailedSchema, { installationId, dealerId: world.dealerId, unitId: world.unitId, serial: 'SN-1', failedAt: '2026-01-01T00:00:00Z' });
    await failed(newId());
    await world.service.drain();
    const [due] = (await reports(world.manager).listQualityReports({})).items;
    await expect(countAt(world.dealerId)).resolves.toMatchObject({ dueReports: 1 });
    await ended(world.dealerId, world.otherDealerId);
    await failed(newId());
    await world.service.drain();
    expect((await reports(world.manager).listQualityReports({})).items).toEqual([]);
    expect((await reports(world.otherManager).listQualityReports({})).items).toHaveLength(2);
    await expect(reports(world.otherManager).getQualityReport({ id: due?.id ?? '' })).resolves.toMatchObject({ state: 'due', dueAt: due?.dueAt, version: 2 });
  });

  it('D-1: a customer’s file is the successor’s, whatever older word of it comes late', async () => {
    const customerId = newId();
    const tell = async (dealerId: string, version: number) => {
      await world.service.publish(CustomerChangedSchema, { customerId, dealerId, fields: [], version, mergedInto: '' });
      await world.service.drain();
    };
    await tell(world.otherDealerId, 3);
    await tell(world.dealerId, 2);
    expect(await world.service.sql('select dealer_id, version from known_customer where id = $1', [customerId])).toEqual([{ dealer_id: world.otherDealerId, version: 3 }]);
  });

  it('D-1, R-2: the customers of a suspended dealer still call, it works on their calls, and the clerk may re-route them', async () => {
    const suspended = { ...world.manager, dealerStatus: 'suspended' as const };
    const call = await calls(world, suspended).openCall(phoneCall);
    const assigned = await calls(world, suspended).assignCall({ id: call.id, version: call.version, technicianUserId: world.technicianId });
    expect(assigned.state).toBe('assigned');
    await expect(calls(world, world.clerk).routeCall({ id: call.id, version: assigned.version, dealerId: world.otherDealerId, reason: '暂停' })).resolves.toMatchObject({ state: 'received' });
  });

  it('D-1: what a termination moves is not another dealer’s to know', async () => {
    const ask = world.service.client(CallHandoverService, world.otherManager);
    for (const dealerId of [world.dealerId, newId(), 'x']) await expect(ask.countCallHandover({ dealerId })).rejects.toThrow(reason('NOT_FOUND'));
  });
});
