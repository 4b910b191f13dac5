import { CustomerService, InstallationService, ProductUnitService } from '@aftercare/contracts';
import { businessDate, newId } from '@aftercare/domain';
import { appointment, CustomersPlatform } from '../customers.fixture.js';

const address = { regionCode: '310104', detail: '漕溪路 100 弄' };

describe('a customer’s time line', () => {
  const platform = new CustomersPlatform();
  beforeAll(() => platform.start());
  afterAll(() => platform.service.stop());

  /** A customer to whom everything happened once. */
  async function story() {
    const dealer = await platform.dealer();
    const { manager } = dealer;
    const files = platform.service.client(CustomerService, manager);
    const units = platform.service.client(ProductUnitService, manager);
    const installations = platform.service.client(InstallationService, manager);
    const technician = platform.service.dealerCtx(dealer.id, 'dealer_technician');
    platform.technicians.set(technician.userId, { dealerId: dealer.id, active: true });
    const customer = await platform.customer(manager, { name: '金丝雀', phones: ['13700001111'] });
    const heir = await platform.customer(manager);
    const double = await platform.customer(manager);
    const [serial] = await platform.units(await platform.model(), dealer);
    await files.updateCustomer({ id: customer.id, version: 1, name: '金丝雀', phones: ['13700001111', '13700002222'], address, consentService: true });
    const unit = await platform.sold(manager, serial, { customerId: customer.id, purchaseDate: '2024-03-15' });
    const planned = await installations.scheduleInstallation({
      unitId: unit.id, technicianUserId: technician.userId, ...appointment,
    });
    await platform.service.client(InstallationService, technician).failInstallation({ id: planned.id, version: 1, reason: '漏水' });
    const supervisor = platform.service.client(ProductUnitService, platform.service.ctx({ role: 'service_supervisor' }));
    await supervisor.extendWarranty({ id: unit.id, version: 2, until: '2030-01-01', basis: 'campaign', reason: '补偿' });
    await units.transferUnit({ id: unit.id, version: 3, customerId: heir.id, transferredOn: '2024-06-01', reason: '转让' });
    await files.mergeCustomer({ id: double.id, version: 1, intoId: customer.id, intoVersion: 2 });
    return { files, customer, heir, double, serial };
  }

  it('C-6: shows what the service knows, newest first, page by page, and a merged file shows the surviving one’s', async () => {
    const { files, customer, heir, double, serial } = await story();
    const { items } = await files.listCustomerTimeline({ id: customer.id });
    expect(items.map(({ kind, on }) => `${kind} ${on}`.trim())).toEqual([
      'merged', 'unit_given 2024-06-01', 'warranty_extended 2030-01-01', expect.stringMatching(/^installation_failed \d{4}/) as string,
      `installation_scheduled ${businessDate(appointment.appointmentTo)}`, 'bought 2024-03-15', 'changed', 'registered', 'registered',
    ]);
    expect(items[0]).toMatchObject({ documentId: double.id, unitId: '', serial: '' });
    expect(items[5]).toMatchObject({ serial });
    expect(items[6].fields).toEqual(['phones']);
    const paged: string[] = [];
    for (let cursor = ''; ;) {
      const page = await files.listCustomerTimeline({ id: customer.id, page: { limit: 2, cursor } });
      paged.push(...page.items.map(({ kind }) => kind));
      cursor = page.nextCursor;
      if (cursor === '') break;
    }
    expect(paged).toEqual(items.map(({ kind }) => kind));
    expect(await files.listCustomerTimeline({ id: double.id })).toMatchObject({ items, customerId: customer.id });
    expect((await files.listCustomerTimeline({ id: heir.id })).items.map(({ kind }) => kind)).toEqual(['unit_received', 'registered']);
  });

  it('C-5, C-6: holds nothing personal, and a foreign customer’s looks like a missing one', async () => {
    const { files, customer } = await story();
    const { items } = await files.listCustomerTimeline({ id: customer.id });
    for (const canary of ['金丝雀', '1370000', '漕溪路']) expect(JSON.stringify(items)).not.toContain(canary);
    const stranger = platform.service.client(CustomerService, (await platform.dealer()).manager);
    const missing = await stranger.listCustomerTimeline({ id: newId() }).catch((error: unknown) => error);
    await expect(stranger.listCustomerTimeline({ id: customer.id })).rejects.toEqual(missing);
  });
});
