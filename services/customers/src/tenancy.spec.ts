import { CallAssignedSchema, CustomerReceiptChangedSchema, CustomerService, InstallationService, ProductUnitService, PurchaseProofService } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { withClient } from '@aftercare/testing';
import { appointment, CustomersPlatform } from './customers.fixture.js';

const TABLES = [
  'customer', 'customer_phone', 'customer_name_key', 'customer_event', 'unit_dispatch', 'unit_sale', 'dealer_unit', 'unit_transfer', 'unit_event', 'installation', 'known_call', 'known_receipt', 'warranty_extension', 'purchase_proof',
];
/** Filled once a month (C-7). */
const CLASSES = ['customer_class', 'customer_class_pin', 'customer_class_run'];
/** Nobody's in particular: its drafts are the manufacturer's. */
const DRAFTS = ['model_document'];
/** Written by everybody, read by nobody but the limit of look-ups. */
const OPEN = ['serial_lookup'];

describe('tenancy of customers, each fence by itself', () => {
  const platform = new CustomersPlatform();
  let owner: string;
  let customerId: string;
  let unitId: string;
  let installationId: string;

  beforeAll(async () => {
    await platform.start();
    const dealer = await platform.dealer();
    owner = dealer.id;
    const [serial] = await platform.units(await platform.model(), dealer);
    customerId = (await platform.customer(dealer.manager)).id;
    unitId = (await platform.sold(dealer.manager, serial, { customerId, purchaseDate: '2024-03-15' })).id;
    const technicianUserId = newId();
    platform.technicians.set(technicianUserId, { dealerId: owner, active: true });
    installationId = (await platform.service.client(InstallationService, dealer.manager).scheduleInstallation({ unitId, technicianUserId, ...appointment })).id;
    await platform.service.publish(CallAssignedSchema, { callId: newId(), dealerId: owner, customerId, unitId, userIds: [technicianUserId], version: 1 });
    await platform.service.publish(CustomerReceiptChangedSchema, { receiptId: newId(), number: 'RE-2026-000001', dealerId: owner, customerId, total: '80.00', givenOn: '2026-03-01', state: 'given', version: 1 });
    await platform.service.drain();
    const supervisor = platform.service.client(ProductUnitService, platform.service.ctx({ role: 'service_supervisor' }));
    const { id: heir } = await platform.customer(dealer.manager);
    await platform.service.client(ProductUnitService, dealer.manager).transferUnit({ id: unitId, version: 2, customerId: heir, transferredOn: '2024-04-01', reason: '转让' });
    await supervisor.extendWarranty({ id: unitId, version: 3, until: '2030-01-01', basis: 'campaign', reason: '投诉补偿' });
    const proof = { purchaseDate: '2024-03-10', evidence: { id: newId(), sha256: 'a'.repeat(64) }, reason: '发票日期' };
    await platform.service.client(PurchaseProofService, dealer.manager).provePurchase({ id: unitId, version: 4, ...proof });
  });
  afterAll(() => platform.service.stop());

  it('every table with a dealer is under row-level security, forced on its owner as well', async () => {
    const fenced = await platform.service.sql<{ name: string }>(`select relname as name from pg_class where relrowsecurity and relforcerowsecurity and relname not like 'audit%'`);
    expect(fenced.map(({ name }) => name).sort()).toEqual([...TABLES, ...CLASSES, ...DRAFTS].sort());
    const withDealer = await platform.service.sql<{ name: string }>(`select distinct table_name as name from information_schema.columns where column_name = 'dealer_id' and table_schema = 'public' and table_name not like 'audit%'`);
    for (const { name } of withDealer) expect([...TABLES, ...CLASSES, ...OPEN]).toContain(name);
  });

  it('row-level security alone: without a condition a stranger reads nothing', async () => {
    const count = (table: string, dealerId: string): Promise<number> =>
      withClient(platform.service.testDatabase.appUrl, async (client) => {
        await client.query('begin');
        await client.query(`select set_config('app.dealers', $1, true), set_config('app.own_dealer', $1, true)`, [dealerId]);
        const { rows } = await client.query<{ count: number }>(`select count(*)::int as count from ${table}`);
        await client.query('rollback');
        return rows[0].count;
      });
    for (const table of TABLES) {
      expect(await count(table, owner)).toBeGreaterThan(0);
      expect(await count(table, newId())).toBe(0);
      expect(await count(table, '')).toBe(0);
    }
  });

  it('a row of one dealer cannot hang on another dealer’s document', async () => {
    await expect(platform.service.sql('update unit_sale set dealer_id = $1 where unit_id = $2', [newId(), unitId])).rejects.toMatchObject({ code: '23503' });
    await expect(platform.service.sql('update customer_phone set dealer_id = $1 where customer_id = $2', [newId(), customerId])).rejects.toMatchObject({ code: '23503' });
  });

  it('the condition alone: with row-level security switched off, foreign and missing still look the same', async () => {
    for (const table of TABLES) await platform.service.sql(`alter table ${table} disable row level security`);
    const stranger = platform.service.dealerCtx(newId());
    const customers = platform.service.client(CustomerService, stranger);
    const units = platform.service.client(ProductUnitService, stranger);
    const installations = platform.service.client(InstallationService, stranger);
    const same = async (ask: (id: string) => Promise<unknown>, id: string): Promise<void> => {
      const missing = await ask(newId()).catch((error: unknown) => error);
      expect(missing).toMatchObject({ code: 'not_found', reason: 'NOT_FOUND' });
      await expect(ask(id)).rejects.toEqual(missing);
    };
    await same((id) => customers.getCustomer({ id }), customerId);
    await same((id) => customers.revealCustomer({ id, reason: 'x' }), customerId);
    await same((id) => customers.updateCustomer({ id, version: 1, name: 'x', phones: ['13812345678'] }), customerId);
    await same((id) => customers.listCustomerTimeline({ id }), customerId);
    await same((id) => customers.mergeCustomer({ id, version: 1, intoId: newId(), intoVersion: 1 }), customerId);
    await same((id) => units.getUnit({ id }), unitId);
    await same((id) => units.sellUnit({ id, version: 4, customerId }), unitId);
    await same((id) => units.transferUnit({ id, version: 4, customerId, transferredOn: '2024-05-01', reason: 'x' }), unitId);
    await same((id) => installations.getInstallation({ id }), installationId);
    await same((id) => installations.completeInstallation({ id, version: 1 }), installationId);
    await same((id) => installations.scheduleInstallation({ unitId: id, technicianUserId: newId() }), unitId);
    for (const list of [customers.listCustomers({}), customers.listCustomers({ q: '三' }), units.listUnits({}), installations.listInstallations({})]) {
      expect((await list).items).toEqual([]);
    }
  });
});
