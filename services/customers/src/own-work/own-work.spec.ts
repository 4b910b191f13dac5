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
    await expect(handOver(strange.id)).rejects.toEqual(NOT_FOUND);
    await expect(handOver(mine.id)).rejects.toEqual(NOT_FOUND);
    const prove = () => platform.service.client(PurchaseProofService, technician).provePurchase({ id: theirs.id, version: theirs.version, purchaseDate: '2024-03-14', evidence: { id: newId(), sha256: 'a'.repeat(64) }, reason: '小票' });
    await expect(prove()).rejects.toEqual(NOT_FOUND);
    await assigned({ callId: newId(), dealerId: dealer.id, customerId: '', unitId: theirs.id, userIds: [technician.userId] });
    await expect(prove()).resolves.toMatchObject({ state: 'submitted' });
    await expect(handOver(mine.id)).resolves.toMatchObject({ state: 'sold' });
  });
});
