import { CallAssignedSchema, CustomerClassService, CustomerService, InstallationService, ProductUnitService, PurchaseProofService } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import type { CallContext } from '@aftercare/messaging';
import { appointment, CustomersPlatform, refusal } from '../customers.fixture.js';

/** Domain 1: a technician sees and touches his own work; a customer he has none with looks like a missing one. */
describe('a technician\'s own work', () => {
  const platform = new CustomersPlatform();
  const customers = (ctx: CallContext) => platform.service.client(CustomerService, ctx);
  const units = (ctx: CallContext) => platform.service.client(ProductUnitService, ctx);
  beforeAll(() => platform.start());
  afterAll(() => platform.service.stop());

  const NOT_FOUND = refusal('not_found', 'NOT_FOUND');
  const technicianOf = (dealerId: string): CallContext => {
    const technician = platform.service.dealerCtx(dealerId, 'dealer_technician');
    platform.technicians.set(technician.userId, { dealerId, active: true });
    return technician;
  };
  const form = { name: '张三', phones: ['13800001234'], address: { regionCode: '310104', detail: '漕溪路' }, acceptSharedPhone: true };
  const listed = async (ctx: CallContext, asked: object = {}) => (await customers(ctx).listCustomers(asked)).items.map(({ id }) => id);
  const assigned = async (call: object) => {
    await platform.service.publish(CallAssignedSchema, { unitId: '', version: 1, ...call });
    await platform.service.drain();
  };
  /** Every way a technician has to a customer. */
  const ways = (ctx: CallContext, id: string, version: number): (() => Promise<unknown>)[] => [
    () => customers(ctx).getCustomer({ id }), () => customers(ctx).listCustomerTimeline({ id }), () => customers(ctx).revealCustomer({ id, reason: '上门' }),
    () => platform.service.client(CustomerClassService, ctx).getCustomerStanding({ id }), () => customers(ctx).updateCustomer({ ...form, id, version }),
  ];

  it('C-5, D-9: neither reads, reveals nor changes a customer he has no work with, exactly as a missing one, and lists none', async () => {
    const dealer = await platform.dealer();
    const technician = technicianOf(dealer.id);
    const { id, version } = await platform.customer(dealer.manager, { name: '王没干活' });
    for (const way of [...ways(technician, id, version), ...ways(technician, newId(), 1)]) await expect(way()).rejects.toEqual(NOT_FOUND);
    for (const asked of [{}, { q: '王没' }, { q: '王' }]) {
      expect(await listed(technician, asked)).toEqual([]);
      expect(await listed(dealer.manager, asked)).toEqual([id]);
    }
    expect(await platform.service.sql(`select 1 from audit_entry where action = 'reveal' and document_id = $1`, [id])).toEqual([]);
  });

  it('C-5: his are those of his calls while they are his, of his installations, and those he registered', async () => {
    const dealer = await platform.dealer();
    const [technician, colleague] = [technicianOf(dealer.id), technicianOf(dealer.id)];
    const [called, installed] = [await platform.customer(dealer.manager), await platform.customer(dealer.manager)];
    const call = { callId: newId(), dealerId: dealer.id, customerId: called.id };
    await assigned({ ...call, userIds: [technician.userId], version: 2 });
    const [serial] = await platform.units(await platform.model(), dealer);
    const unit = await platform.sold(dealer.manager, serial, { customerId: installed.id });
    await platform.service.client(InstallationService, dealer.manager).scheduleInstallation({ unitId: unit.id, technicianUserId: technician.userId, ...appointment });
    const registered = await platform.customer(technician);
    expect((await listed(technician)).sort()).toEqual([called.id, installed.id, registered.id].sort());
    expect(await listed(colleague)).toEqual([]);
    for (const file of [called, installed, registered]) for (const way of ways(technician, file.id, file.version)) await expect(way()).resolves.toBeDefined();
    await assigned({ ...call, userIds: [], version: 1 });
    expect(await listed(technician)).toContain(called.id);
    await assigned({ ...call, userIds: [colleague.userId], version: 3 });
    expect(await listed(colleague)).toEqual([called.id]);
    expect(await listed(technician)).not.toContain(called.id);
  });

  it('C-1, C-5: work with a merged file is work with the surviving one, told before or after', async () => {
    const dealer = await platform.dealer();
    const technician = technicianOf(dealer.id);
    const [merged, surviving] = [await platform.customer(dealer.manager), await platform.customer(dealer.manager)];
    const call = { callId: newId(), dealerId: dealer.id, customerId: merged.id, userIds: [technician.userId] };
    await assigned(call);
    await customers(dealer.manager).mergeCustomer({ id: merged.id, version: 1, intoId: surviving.id, intoVersion: 1 });
    await assigned({ ...call, version: 2 });
    expect(await listed(technician)).toEqual([surviving.id]);
    await expect(customers(technician).getCustomer({ id: merged.id })).resolves.toMatchObject({ mergedInto: surviving.id });
  });

  it('C-2, C-5: he sells and hands over to customers of his own work only, and hands over and proves the purchase of what he works on', async () => {
    const dealer = await platform.dealer();
    const technician = technicianOf(dealer.id);
    const [mine, strange, other] = [await platform.customer(technician), await platform.customer(dealer.manager), await platform.customer(dealer.manager)];
    const [first, second] = await platform.units(await platform.model(), dealer, 2);
    await expect(platform.sold(technician, first, { customerId: strange.id })).rejects.toEqual(NOT_FOUND);
    await platform.sold(technician, first, { customerId: mine.id });
    const theirs = await platform.sold(dealer.manager, second, { customerId: other.id, purchaseDate: '2024-03-15' });
    const handOver = (customerId: string) => units(technician).transferUnit({ id: theirs.id, version: theirs.version, customerId, transferredOn: '2024-04-01', reason: '转让' });
    const mayHandOver = async () => (await units(technician).getUnit({ id: theirs.id })).allowedActions.find(({ action }) => action === 'transfer');
    await expect(handOver(strange.id)).rejects.toEqual(NOT_FOUND);
    await expect(handOver(mine.id)).rejects.toEqual(NOT_FOUND);
    expect(await mayHandOver()).toMatchObject({ allowed: false, reason: 'NOT_FOUND' });
    const prove = () => platform.service.client(PurchaseProofService, technician).provePurchase({ id: theirs.id, version: theirs.version, purchaseDate: '2024-03-14', evidence: { id: newId(), sha256: 'a'.repeat(64) }, reason: '小票' });
    await expect(prove()).rejects.toEqual(NOT_FOUND);
    await assigned({ callId: newId(), dealerId: dealer.id, customerId: '', unitId: theirs.id, userIds: [technician.userId] });
    await expect(prove()).resolves.toMatchObject({ state: 'submitted' });
    expect(await mayHandOver()).toMatchObject({ allowed: true });
    await expect(handOver(mine.id)).resolves.toMatchObject({ state: 'sold' });
  });

  /** A unit of a customer whom the technician has no work with, its proof of purchase handed in by the manager. */
  async function strangersUnit() {
    const dealer = await platform.dealer();
    const technician = technicianOf(dealer.id);
    const owner = await platform.customer(dealer.manager);
    const [serial] = await platform.units(await platform.model(), dealer);
    const unit = await platform.sold(dealer.manager, serial, { customerId: owner.id, purchaseDate: '2024-03-15', proof: { id: newId(), sha256: 'c'.repeat(64) } });
    const asked = { id: unit.id, version: unit.version, purchaseDate: '2024-03-14', evidence: { id: newId(), sha256: 'a'.repeat(64) }, reason: '小票' };
    const proof = await platform.service.client(PurchaseProofService, dealer.manager).provePurchase(asked);
    return { dealer, technician, owner, unit, proof };
  }

  it('C-4, C-5: he makes appointments for customers of his own work only, so that none becomes his by one; another\'s unit looks like a missing one', async () => {
    const { dealer, technician, owner, unit } = await strangersUnit();
    const installations = (ctx: CallContext) => platform.service.client(InstallationService, ctx);
    const plan = { unitId: unit.id, technicianUserId: technician.userId, ...appointment };
    for (const unitId of [unit.id, newId()]) {
      for (const times of [appointment, { appointmentFrom: appointment.appointmentTo, appointmentTo: appointment.appointmentFrom }]) {
        await expect(installations(technician).scheduleInstallation({ ...plan, ...times, unitId })).rejects.toEqual(NOT_FOUND);
      }
    }
    expect(await listed(technician)).toEqual([]);
    await expect(customers(technician).getCustomer({ id: owner.id })).rejects.toEqual(NOT_FOUND);
    await assigned({ callId: newId(), dealerId: dealer.id, customerId: owner.id, userIds: [technician.userId] });
    const made = await installations(technician).scheduleInstallation(plan);
    await expect(installations(technician).cancelInstallation({ id: made.id, version: made.version, reason: '改期' })).resolves.toMatchObject({ state: 'cancelled' });
    await expect(installations(dealer.manager).scheduleInstallation(plan)).resolves.toMatchObject({ state: 'scheduled' });
  });

  it('C-2, C-5: what he did for a former owner opens nothing of the present one', async () => {
    const { dealer, technician, unit } = await strangersUnit();
    const [mine, next] = [await platform.customer(technician), await platform.customer(dealer.manager)];
    const plan = { unitId: unit.id, technicianUserId: technician.userId, ...appointment };
    const { id, version } = await platform.service.client(InstallationService, dealer.manager).scheduleInstallation(plan);
    await platform.service.client(InstallationService, technician).cancelInstallation({ id, version, reason: '改期' });
    const now = await units(dealer.manager).getUnit({ id: unit.id });
    await units(dealer.manager).transferUnit({ id: unit.id, version: now.version, customerId: next.id, transferredOn: '2024-04-01', reason: '转让' });
    const handOver = units(technician).transferUnit({ id: unit.id, version: now.version + 1, customerId: mine.id, transferredOn: '2024-04-02', reason: '转让' });
    await expect(handOver).rejects.toEqual(NOT_FOUND);
    await expect(platform.service.client(InstallationService, technician).scheduleInstallation(plan)).rejects.toEqual(NOT_FOUND);
  });

  it('C-5: units name him no customer and show him no paper of people who are not his own work', async () => {
    const { dealer, technician, owner, unit, proof } = await strangersUnit();
    const [shown] = (await units(technician).listUnits({})).items;
    expect(shown).toMatchObject({ id: unit.id, customerId: '' });
    expect((await units(technician).listUnits({ customerId: owner.id })).items).toEqual([]);
    const file = await units(technician).getUnitFile({ id: unit.id });
    expect(file).toMatchObject({ unit: { customerId: '' }, owners: [], purchaseProofs: [] });
    expect(file.unit?.proof).toBeUndefined();
    expect(JSON.stringify(file)).not.toContain(owner.id);
    expect(await units(dealer.manager).getUnitFile({ id: unit.id })).toMatchObject({ unit: { customerId: owner.id, proof: { sha256: 'c'.repeat(64) } }, owners: [{ customerId: owner.id }], purchaseProofs: [{ id: proof.id }] });
    await assigned({ callId: newId(), dealerId: dealer.id, customerId: owner.id, userIds: [technician.userId] });
    for (const asked of [{}, { customerId: owner.id }]) expect((await units(technician).listUnits(asked)).items).toMatchObject([{ id: unit.id, customerId: owner.id }]);
    expect(await units(technician).getUnitFile({ id: unit.id })).toMatchObject({ unit: { customerId: owner.id, proof: { sha256: 'c'.repeat(64) } }, owners: [{ customerId: owner.id }], purchaseProofs: [{ id: proof.id }] });
  });

  it('C-5, W-4: proofs of purchase are his where he works on the unit or handed them in; any other is not found', async () => {
    const { dealer, technician, owner, proof } = await strangersUnit();
    const proofs = platform.service.client(PurchaseProofService, technician);
    const ids = async (asked: object = {}) => (await proofs.listPurchaseProofs(asked)).items.map(({ id }) => id);
    for (const id of [proof.id, newId()]) await expect(proofs.getPurchaseProof({ id })).rejects.toEqual(NOT_FOUND);
    expect(await ids()).toEqual([]);
    const mine = await platform.customer(technician);
    const [serial] = await platform.units(await platform.model(), dealer);
    const unit = await platform.sold(technician, serial, { customerId: mine.id });
    const own = await proofs.provePurchase({ id: unit.id, version: unit.version, purchaseDate: '2024-03-14', evidence: { id: newId(), sha256: 'a'.repeat(64) }, reason: '小票' });
    expect(await ids()).toEqual([own.id]);
    await assigned({ callId: newId(), dealerId: dealer.id, customerId: owner.id, userIds: [technician.userId] });
    expect((await ids()).sort()).toEqual([own.id, proof.id].sort());
    await expect(proofs.getPurchaseProof({ id: proof.id })).resolves.toMatchObject({ id: proof.id });
  });
});
