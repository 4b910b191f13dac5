import { InstallationService, ProductModelService, ProductUnitService, RecordConfirmedSchema } from '@aftercare/contracts';
import { addMonths, businessDate, newId } from '@aftercare/domain';
import { appointment, CustomersPlatform, refusal } from '../customers.fixture.js';

describe('the file of a unit over the bus', () => {
  const platform = new CustomersPlatform();
  const units = (ctx?: Parameters<typeof platform.service.client>[1]) => platform.service.client(ProductUnitService, ctx);

  beforeAll(() => platform.start());
  afterAll(() => platform.service.stop());

  it('C-2: holds owners, extensions, replaced parts and installations, each dealer its own', async () => {
    const [factoryDealer, seller] = [await platform.dealer(), await platform.dealer()];
    const [serial] = await platform.units(await platform.model(), factoryDealer);
    const buyer = await platform.customer(seller.manager, { name: '李四光' });
    const heir = await platform.customer(seller.manager);
    const proof = { id: newId(), sha256: 'c'.repeat(64) };
    const seen = await units(seller.manager).getUnitBySerial({ serial });
    await units(seller.manager).sellUnit({ id: seen.id, version: seen.version, serial, customerId: buyer.id, purchaseDate: '2024-03-15', proof });
    const technicianUserId = newId();
    platform.technicians.set(technicianUserId, { dealerId: seller.id, active: true });
    const installation = await platform.service.client(InstallationService, seller.manager).scheduleInstallation({ unitId: seen.id, technicianUserId, ...appointment });
    await units(seller.manager).transferUnit({ id: seen.id, version: 2, customerId: heir.id, transferredOn: '2024-05-01', reason: '李四光转让' });
    const supervisor = units(platform.service.ctx({ role: 'service_supervisor' }));
    await supervisor.extendWarranty({ id: seen.id, version: 3, until: '2026-09-30', basis: 'settlement', reference: 'TS-2026-0001', reason: '投诉补偿' });
    const [partId, recordId] = [newId(), newId()];
    await platform.service.publish(RecordConfirmedSchema, {
      callId: newId(), recordId, dealerId: seller.id, unitId: seen.id, customerId: heir.id, confirmedAt: '2025-02-01T02:00:00.000Z',
      confirmedOn: '2025-02-01', partsUsed: [{ partId, quantity: 1, source: 'holdings' }],
    });
    await platform.service.drain();

    const file = await units(seller.manager).getUnitFile({ id: seen.id });
    expect(file.unit).toMatchObject({ serial, proof, crossTerritory: true, warrantyUntil: '2026-09-30' });
    expect(file.unit?.flow.map(({ kind }) => kind)).toEqual(['sold', 'transferred', 'extended', 'part_replaced']);
    expect(file.owners).toMatchObject([
      { customerId: buyer.id, customerNumber: buyer.number, since: '2024-03-15', reason: '' }, { customerId: heir.id, since: '2024-05-01', reason: '***转让' },
    ]);
    expect(file.extensions).toMatchObject([{ until: '2026-09-30', basis: 'settlement', reference: 'TS-2026-0001', reason: '投诉补偿', withdrawnAt: '' }]);
    expect(file.replacedParts).toMatchObject([{ partId, replacedOn: '2025-02-01', quantity: 1, recordId }]);
    expect(file.installations).toMatchObject([{ id: installation.id, state: 'scheduled' }]);

    const others = await units(factoryDealer.manager).getUnitFile({ id: seen.id });
    expect(others).toMatchObject({ owners: [], extensions: [], installations: [], purchaseProofs: [], replacedParts: [{ partId, recordId: '' }], unit: { customerId: '', sellingDealerId: '' } });
    expect(others.unit?.proof).toBeUndefined();
    expect(others.unit?.flow.map(({ kind }) => kind)).toEqual(['dispatched']);
    for (const hidden of [seller.id, buyer.id, heir.id, recordId, proof.id]) expect(JSON.stringify(others)).not.toContain(hidden);
    await expect(units(platform.service.ctx({ role: 'auditor' })).getUnitFile({ id: seen.id })).resolves.toMatchObject({ owners: [{}, {}] });
  });

  it('W-9: terms that are published anew hold for whoever reads a unit next, drafted ones for nobody', async () => {
    const dealer = await platform.dealer();
    const model = await platform.model();
    const [serial] = await platform.units(model, dealer);
    const buyer = await platform.customer(dealer.manager);
    const bought = businessDate(await platform.service.now());
    const { id } = await platform.sold(dealer.manager, serial, { customerId: buyer.id, purchaseDate: bought });
    const until = async (): Promise<string> => (await units(dealer.manager).getUnit({ id })).warrantyUntil;
    expect(await until()).toBe(addMonths(bought, 12));
    const clerk = platform.service.client(ProductModelService);
    const { name, version } = await clerk.getProductModel({ id: model.id });
    const longer = [{ partClass: '*', months: 36, coversParts: true, startBasis: 'purchase' }];
    const changed = await clerk.updateProductModel({ id: model.id, name, version, terms: longer });
    await platform.service.moveClock('24h');
    expect(await until()).toBe(addMonths(bought, 12));
    await platform.service.client(ProductModelService, platform.service.ctx({ role: 'service_supervisor' })).publishProductModel({ id: model.id, version: changed.version });
    await platform.service.moveClock('24h');
    await platform.service.sql('update product_unit set purchase_date = $2 where id = $1', [id, businessDate(await platform.service.now())]);
    expect(await until()).toBe(addMonths(businessDate(await platform.service.now()), 36));
  });

  it('C-2: a foreign unit looks like a missing one', async () => {
    const [owner, stranger] = [await platform.dealer(), await platform.dealer()];
    const [serial] = await platform.units(await platform.model(), owner);
    const { id } = await units(owner.manager).getUnitBySerial({ serial });
    const missing = await units(stranger.manager).getUnitFile({ id: newId() }).catch((error: unknown) => error);
    expect(missing).toEqual(refusal('not_found', 'NOT_FOUND'));
    await expect(units(stranger.manager).getUnitFile({ id })).rejects.toEqual(missing);
  });
});
