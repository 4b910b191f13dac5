import { CustomerService, InstallationFailedSchema, InstallationService, ProductUnitService } from '@aftercare/contracts';
import { addDays, businessDate, newId } from '@aftercare/domain';
import type { CallContext } from '@aftercare/messaging';
import type { QueryRunner } from 'typeorm';
import { appointment, CustomersPlatform, refusal } from '../customers.fixture.js';
import { WordsUntold1800473000000 } from '../migrations/1800473000000-words-untold.js';

const passed = { checklist: [{ code: 'no_leak', passed: true }], customerInstructed: true };

describe('installations over the bus', () => {
  const platform = new CustomersPlatform();
  const installations = (ctx: CallContext) => platform.service.client(InstallationService, ctx);

  beforeAll(() => platform.start());
  afterAll(() => platform.service.stop());

  /** A dealer with a technician and a unit sold to 张三. */
  async function scene(given: { sold?: boolean } = {}) {
    const dealer = await platform.dealer();
    const technician = platform.service.dealerCtx(dealer.id, 'dealer_technician');
    platform.technicians.set(technician.userId, { dealerId: dealer.id, active: true });
    const [serial] = await platform.units(await platform.model(), dealer);
    const customer = await platform.customer(dealer.manager, { name: '张三丰', phones: [`139${String(Math.floor(Math.random() * 1e8)).padStart(8, '0')}`] });
    const { id: unitId } = given.sold === false
      ? await platform.service.client(ProductUnitService, dealer.manager).getUnitBySerial({ serial })
      : await platform.sold(dealer.manager, serial, { customerId: customer.id, purchaseDate: '2026-01-01' });
    return { ...dealer, technician, unitId, serial, request: { unitId, technicianUserId: technician.userId, ...appointment } };
  }

  it('C-4: an accepted installation ends the unboxing stage and measures the days since the sale', async () => {
    const { manager, technician, unitId, request } = await scene();
    const { id, state } = await installations(manager).scheduleInstallation(request);
    expect(state).toBe('scheduled');
    await expect(installations(manager).scheduleInstallation(request)).rejects.toEqual(refusal('failed_precondition', 'INSTALLATION_OPEN'));
    await expect(installations(technician).completeInstallation({ id, version: 1, ...passed, checklist: [] })).rejects.toEqual(refusal('failed_precondition', 'CHECKLIST_INCOMPLETE'));
    await expect(installations(technician).completeInstallation({ id, version: 9, ...passed })).rejects.toEqual(refusal('aborted', 'STALE_VERSION'));
    await expect(installations(technician).completeInstallation({ id, version: 1, ...passed })).resolves.toMatchObject({ state: 'accepted', version: 2 });
    const done = await installations(manager).getInstallation({ id });
    expect(done.daysFromSale).toBeGreaterThan(300);
    const unit = await platform.service.client(ProductUnitService, manager).getUnit({ id: unitId });
    expect(unit).toMatchObject({ acceptedOn: done.completedOn, stage: 'in_warranty', version: 3 });
    expect(unit.flow.map(({ kind }) => kind)).toEqual(['dispatched', 'sold', 'installed']);
  });

  it('D-5: who is not certified for the unit’s family on the day of the visit is flagged, not refused', async () => {
    const { manager, technician, request } = await scene();
    const { id, technicianCertificate } = await installations(manager).scheduleInstallation(request);
    expect(technicianCertificate).toBe('missing');
    const visitOn = businessDate(request.appointmentFrom);
    const certified = { userId: technician.userId, family: 'toilet', validUntil: addDays(visitOn, -1) };
    platform.certificates.push({ ...certified, family: 'basin', validUntil: '2099-12-31' }, certified);
    const move = { ...request, id, reason: '改期' };
    expect(await installations(manager).rescheduleInstallation({ ...move, version: 1 })).toMatchObject({ state: 'scheduled', technicianCertificate: 'expired' });
    certified.validUntil = visitOn;
    expect(await installations(manager).rescheduleInstallation({ ...move, version: 2 })).toMatchObject({ technicianCertificate: 'valid' });
    expect(await installations(manager).getInstallation({ id })).toMatchObject({ technicianCertificate: 'valid' });
  });

  it('C-4, C-5: a failed installation is told at once, without a word of what people wrote', async () => {
    const { manager, technician, request } = await scene();
    const { id } = await installations(manager).scheduleInstallation(request);
    await expect(installations(technician).failInstallation({ id, version: 1, reason: '' })).rejects.toEqual(refusal('invalid_argument', 'REASON_MISSING'));
    await installations(technician).failInstallation({ id, version: 1, reason: '张女士（金丝雀弄堂77号，021-64330077）家水箱破裂' });
    const [{ payload }] = await platform.service.sql<{ payload: string }>('select payload from outbox where event_type = $1 and payload like $2', [InstallationFailedSchema.typeName, `%${id}%`]);
    expect(JSON.parse(payload)).toMatchObject({ installationId: id, technicianUserId: technician.userId });
    expect(payload).not.toMatch(/张女士|金丝雀|64330077|水箱/);
    const [{ found }] = await platform.service.sql<{ found: string }>(`select string_agg(changed::text, ' ') as found from audit_entry`);
    expect(found).not.toMatch(/张女士|金丝雀|64330077/);
    await expect(installations(manager).scheduleInstallation(request)).resolves.toMatchObject({ state: 'scheduled' });
  });

  it('C-5: words that were told before are taken out of what was told, and nothing else', async () => {
    const told = { installationId: newId(), serial: 'SN-1', reason: '张女士，金丝雀弄堂77号' };
    await platform.service.sql(`insert into outbox (id, event_type, payload, request_id, traceparent, published_at, confirmed_at) values ($1, $2, $3, '', '', now(), now())`,
      [told.installationId, InstallationFailedSchema.typeName, JSON.stringify(told)]);
    await new WordsUntold1800473000000().up({ query: (text: string) => platform.service.sql(text) } as unknown as QueryRunner);
    const [{ payload }] = await platform.service.sql<{ payload: string }>('select payload from outbox where id = $1', [told.installationId]);
    expect(JSON.parse(payload)).toEqual({ installationId: told.installationId, serial: 'SN-1' });
  });

  it('C-5: the customer is plain for its technician and the manager while it is open, masked for all others and afterwards', async () => {
    const { id: dealerId, manager, technician, request } = await scene();
    const { id } = await installations(manager).scheduleInstallation(request);
    const seenBy = async (ctx: CallContext): Promise<string> => (await installations(ctx).getInstallation({ id })).customerName;
    const parent = platform.service.dealerCtx(newId(), 'dealer_manager', { childDealerIds: [dealerId] });
    expect(await Promise.all([manager, technician, platform.service.ctx(), parent].map(seenBy))).toEqual(['张三丰', '张三丰', '张**', '张**']);
    await installations(technician).completeInstallation({ id, version: 1, ...passed });
    expect(await seenBy(manager)).toBe('张**');
  });

  it('C-4: an appointment moves to another time and technician with the reason; given up, it frees the unit', async () => {
    const { id: dealerId, manager, technician, request } = await scene();
    const { id } = await installations(manager).scheduleInstallation(request);
    const colleague = platform.service.dealerCtx(dealerId, 'dealer_technician');
    platform.technicians.set(colleague.userId, { dealerId, active: true });
    const later = { appointmentFrom: '2026-12-03T01:00:00Z', appointmentTo: '2026-12-03T03:00:00Z' };
    const move = { id, version: 1, technicianUserId: colleague.userId, ...later, reason: '张三丰改期' };
    await expect(installations(technician).rescheduleInstallation(move)).rejects.toMatchObject({ code: 'not_found' });
    await expect(installations(manager).rescheduleInstallation({ ...move, technicianUserId: newId() })).rejects.toMatchObject({ code: 'not_found' });
    await expect(installations(manager).rescheduleInstallation({ ...move, reason: ' ' })).rejects.toEqual(refusal('invalid_argument', 'REASON_MISSING'));
    await expect(installations(manager).rescheduleInstallation({ ...move, version: 9 })).rejects.toEqual(refusal('aborted', 'STALE_VERSION'));
    await expect(installations(manager).rescheduleInstallation(move)).resolves.toMatchObject({ state: 'scheduled', version: 2 });
    expect(await installations(colleague).getInstallation({ id })).toMatchObject({ technicianUserId: colleague.userId, appointmentFrom: later.appointmentFrom.replace('Z', '.000Z'), note: '张三丰改期' });
    await expect(installations(technician).getInstallation({ id })).rejects.toMatchObject({ code: 'not_found' });
    await expect(installations(platform.service.ctx()).cancelInstallation({ id, version: 2, reason: '', askedBy: '王经理' })).rejects.toEqual(refusal('invalid_argument', 'REASON_MISSING'));
    await expect(installations(platform.service.ctx()).cancelInstallation({ id, version: 2, reason: '张三丰退货', askedBy: '王经理' })).resolves.toMatchObject({ state: 'cancelled', version: 3 });
    const { items } = await platform.service.client(CustomerService, manager).listCustomerTimeline({ id: (await installations(manager).getInstallation({ id })).customerId });
    expect(items[0]).toMatchObject({ kind: 'installation_cancelled', documentId: id });
    await expect(installations(colleague).completeInstallation({ id, version: 3, ...passed })).rejects.toEqual(refusal('failed_precondition', 'STEP_NOT_ALLOWED'));
    const [{ found }] = await platform.service.sql<{ found: string }>(`select string_agg(changed::text, ' ') as found from audit_entry`);
    expect(found).not.toContain('张三丰');
    await expect(installations(manager).scheduleInstallation(request)).resolves.toMatchObject({ state: 'scheduled' });
  });

  it('a foreign unit, technician or installation looks like a missing one, and a technician does own work only', async () => {
    const { manager, technician, request } = await scene();
    const stranger = await scene();
    const { id } = await installations(manager).scheduleInstallation(request);
    const missing = await installations(manager).getInstallation({ id: newId() }).catch((error: unknown) => error);
    const colleague = { ...technician, userId: newId() };
    for (const ctx of [stranger.manager, stranger.technician, colleague]) {
      await expect(installations(ctx).getInstallation({ id })).rejects.toEqual(missing);
      await expect(installations(ctx).completeInstallation({ id, version: 1, ...passed })).rejects.toEqual(missing);
      await expect(installations(ctx).failInstallation({ id, version: 1, reason: 'x' })).rejects.toEqual(missing);
      await expect(installations(ctx).cancelInstallation({ id, version: 1, reason: 'x' })).rejects.toEqual(missing);
      await expect(installations(ctx).rescheduleInstallation({ ...request, id, version: 1, reason: 'x' })).rejects.toEqual(missing);
      expect((await installations(ctx).listInstallations({})).items.map((item) => item.id)).not.toContain(id);
    }
    const noUnit = await installations(stranger.manager).scheduleInstallation({ ...stranger.request, unitId: newId() }).catch((error: unknown) => error);
    await expect(installations(stranger.manager).scheduleInstallation({ ...stranger.request, unitId: request.unitId })).rejects.toEqual(noUnit);
    const noTechnician = await installations(stranger.manager).scheduleInstallation({ ...stranger.request, technicianUserId: newId() }).catch((error: unknown) => error);
    await expect(installations(stranger.manager).scheduleInstallation({ ...stranger.request, technicianUserId: technician.userId })).rejects.toEqual(noTechnician);
  });

  it('D-2: only a sold unit is installed, by a working technician of the dealer that sold it', async () => {
    const unsold = await scene({ sold: false });
    await expect(installations(unsold.manager).scheduleInstallation(unsold.request)).rejects.toEqual(refusal('failed_precondition', 'UNIT_NOT_SOLD'));
    const { manager, technician, request } = await scene();
    await expect(installations(manager).scheduleInstallation({ ...request, appointmentTo: request.appointmentFrom })).rejects.toEqual(refusal('invalid_argument', 'APPOINTMENT_INVALID'));
    const longAgo = { appointmentFrom: '2019-03-01T01:00:00Z', appointmentTo: '2019-03-01T03:00:00Z' };
    await expect(installations(manager).scheduleInstallation({ ...request, ...longAgo })).rejects.toEqual(refusal('invalid_argument', 'TIME_IN_PAST'));
    platform.technicians.set(technician.userId, { dealerId: technician.dealerId ?? '', active: false });
    await expect(installations(manager).scheduleInstallation(request)).rejects.toEqual(refusal('failed_precondition', 'TECHNICIAN_INACTIVE'));
    await expect(installations({ ...manager, dealerStatus: 'terminated' }).scheduleInstallation(request)).rejects.toEqual(refusal('failed_precondition', 'DEALER_NOT_ACTIVE'));
  });
});
