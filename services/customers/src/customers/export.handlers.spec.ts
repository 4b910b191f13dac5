import { CustomerService, InstallationService, ProductUnitService } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import type { CallContext } from '@aftercare/messaging';
import { appointment, CustomersPlatform, refusal } from '../customers.fixture.js';

const address = { regionCode: '310104', detail: '漕溪路 100 弄' };

describe('the export of a customer', () => {
  const platform = new CustomersPlatform();
  const client = (ctx: CallContext) => platform.service.client(CustomerService, ctx);
  beforeAll(() => platform.start());
  afterAll(() => platform.service.stop());

  it('C-5: holds what is kept of the person and of the files merged into it, former values with it, and is logged', async () => {
    const dealer = await platform.dealer();
    const { manager } = dealer;
    const customer = await platform.customer(manager, { name: '张旧名', phones: ['13800000001'] });
    await client(manager).updateCustomer({ id: customer.id, version: 1, name: '张新名', phones: ['13800000001'], address });
    const double = await platform.customer(manager, { name: '张二', phones: ['13800000002'] });
    await client(manager).mergeCustomer({ id: double.id, version: 1, intoId: customer.id, intoVersion: 2 });
    const [serial] = await platform.units(await platform.model(), dealer);
    const unit = await platform.sold(manager, serial, { customerId: customer.id, purchaseDate: '2024-03-15', salePrice: '99.50' });
    const technician = platform.service.dealerCtx(dealer.id, 'dealer_technician');
    platform.technicians.set(technician.userId, { dealerId: dealer.id, active: true });
    const planned = await platform.service.client(InstallationService, manager).scheduleInstallation({
      unitId: unit.id, technicianUserId: technician.userId, ...appointment,
    });
    const photo = { id: newId(), sha256: 'a'.repeat(64) };
    await platform.service.client(InstallationService, technician).failInstallation({ id: planned.id, version: 1, reason: '漏水', photos: [photo] });

    const told = await client({ ...manager, idempotencyKey: newId() }).exportCustomer({ id: double.id, reason: '本人要求 13800000001' });
    expect(told).toMatchObject({ id: customer.id, number: customer.number, attachments: [photo], installationIds: [planned.id] });
    const content = JSON.parse(told.content) as Record<string, object[]>;
    expect(content.files).toMatchObject([{ name: '张新名', phones: ['13800000001', '13800000002'] }, { name: '张二', mergedInto: customer.id }]);
    expect(content.units).toMatchObject([{ serial, salePrice: '99.50', purchaseDate: '2024-03-15', bought: true, owned: true }]);
    expect(content.installations).toMatchObject([{ note: '漏水', state: 'failed' }]);
    expect(content.events).toHaveLength(4);
    expect(JSON.stringify(content.formerValues)).toContain('张旧名');
    const [entry] = await platform.service.sql<{ changed: object }>(`select changed from audit_entry where action = 'export'`);
    expect(entry.changed).toEqual({ personal: ['reason'] });
    expect(told.content).not.toContain('本人要求');
    const again = await client(manager).exportCustomer({ id: double.id, reason: 'x' });
    expect(again.content).not.toContain('本人要求');
    const [{ stored }] = await platform.service.sql<{ stored: string }>(`select coalesce(string_agg(answer::text, ''), '') as stored from idempotency`);
    expect(stored).not.toContain('张');
  });

  it('C-5, C-2: a later owner gets neither the papers nor the price of the sale, and the manufacturer no price', async () => {
    const dealer = await platform.dealer();
    const { manager } = dealer;
    const [buyer, owner] = [await platform.customer(manager), await platform.customer(manager)];
    const [serial] = await platform.units(await platform.model(), dealer);
    const proof = { id: newId(), sha256: 'b'.repeat(64) };
    const unit = await platform.sold(manager, serial, { customerId: buyer.id, purchaseDate: '2024-03-15', salePrice: '99.50', proof });
    await platform.service.client(ProductUnitService, manager).transferUnit({ id: unit.id, version: unit.version, customerId: owner.id, transferredOn: '2024-05-01', reason: '转让' });
    const units = async (id: string, as = manager) => {
      const { content, attachments } = await client(as).exportCustomer({ id, reason: 'x' });
      return [(JSON.parse(content) as { units: object[] }).units[0], attachments] as const;
    };
    expect(await units(buyer.id)).toMatchObject([{ serial, bought: true, owned: false, salePrice: '99.50', proof }, [proof]]);
    expect(await units(owner.id)).toEqual([expect.objectContaining({ serial, bought: false, owned: true, salePrice: null, proof: null }), []]);
    expect(await units(buyer.id, platform.service.ctx({ role: 'service_supervisor' }))).toMatchObject([{ salePrice: null, proof }, [proof]]);
  });

  it('C-5: needs a role and a reason, and a foreign customer looks like a missing one', async () => {
    const { manager, id: dealerId } = await platform.dealer();
    const { id } = await platform.customer(manager);
    const stranger = await platform.dealer();
    const missing = await client(stranger.manager).exportCustomer({ id: newId(), reason: 'x' }).catch((error: unknown) => error);
    await expect(client(stranger.manager).exportCustomer({ id, reason: 'x' })).rejects.toEqual(missing);
    await expect(client(manager).exportCustomer({ id, reason: ' ' })).rejects.toEqual(refusal('invalid_argument', 'REASON_MISSING'));
    const technician = platform.service.dealerCtx(dealerId, 'dealer_technician');
    await expect(client(technician).exportCustomer({ id, reason: 'x' })).rejects.toEqual(missing);
    const own = await platform.customer(technician);
    await expect(client(technician).exportCustomer({ id: own.id, reason: 'x' })).rejects.toEqual(refusal('permission_denied', 'ROLE_NOT_ALLOWED'));
    await expect(client(platform.service.ctx({ role: 'service_supervisor' })).exportCustomer({ id, reason: 'x' })).resolves.toMatchObject({ id });
    expect(await platform.service.sql(`select 1 from audit_entry where action = 'export' and document_id = $1`, [id])).toHaveLength(1);
  });
});
