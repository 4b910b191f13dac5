import { CustomerService, InstallationService, ProductUnitService } from '@aftercare/contracts';
import type { CallContext } from '@aftercare/messaging';
import { tablesHolding } from '@aftercare/testing';
import { appointment, CustomersPlatform, refusal } from '../customers.fixture.js';

const MISSING = refusal('invalid_argument', 'ASKED_BY_MISSING');
const ASKER = '代办人欧阳';
const askedBy = ASKER;
const address = { regionCode: '310104', detail: '漕溪路 100 弄' };

describe('the manufacturer acts for a dealer', () => {
  const platform = new CustomersPlatform();
  const files = (ctx: CallContext) => platform.service.client(CustomerService, ctx);
  const units = (ctx: CallContext) => platform.service.client(ProductUnitService, ctx);
  const installations = (ctx: CallContext) => platform.service.client(InstallationService, ctx);
  let clerk: CallContext;

  beforeAll(async () => {
    await platform.start();
    clerk = platform.service.ctx();
  });
  afterAll(() => platform.service.stop());

  /** A customer, an heir, a sold unit and its appointment, all registered by the clerk; each command is refused without who asked. */
  async function registered() {
    const dealer = await platform.dealer();
    const technician = platform.service.dealerCtx(dealer.id, 'dealer_technician');
    platform.technicians.set(technician.userId, { dealerId: dealer.id, active: true });
    const [serial] = await platform.units(await platform.model(), dealer);
    await expect(platform.customer(clerk, { dealerId: dealer.id })).rejects.toEqual(MISSING);
    const [customer, heir] = [await platform.customer(clerk, { dealerId: dealer.id, askedBy }), await platform.customer(dealer.manager, { askedBy: 'x' })];
    const seen = await units(clerk).getUnitBySerial({ serial });
    const sale = { id: seen.id, version: seen.version, customerId: customer.id, purchaseDate: '2024-03-15' };
    await expect(units(clerk).sellUnit(sale)).rejects.toEqual(MISSING);
    await units(clerk).sellUnit({ ...sale, askedBy });
    const plan = { unitId: seen.id, technicianUserId: technician.userId, ...appointment };
    await expect(installations(clerk).scheduleInstallation(plan)).rejects.toEqual(MISSING);
    const { id: installationId } = await installations(clerk).scheduleInstallation({ ...plan, askedBy });
    return { dealer, customer, heir, unitId: seen.id, plan, installationId };
  }

  it('X-4, C-1: names who asked for a customer’s file, a change and a merge; the dealer’s own change names nobody', async () => {
    const { dealer, customer, heir } = await registered();
    expect(await files(clerk).getCustomer({ id: customer.id })).toMatchObject({ askedBy });
    expect(await files(clerk).getCustomer({ id: heir.id })).toMatchObject({ askedBy: '' });
    const change = { id: customer.id, name: '张三丰', phones: ['13812340001'], address, consentService: true };
    await expect(files(clerk).updateCustomer({ ...change, version: 1 })).rejects.toEqual(MISSING);
    await files(dealer.manager).updateCustomer({ ...change, version: 1 });
    expect(await files(clerk).getCustomer({ id: customer.id })).toMatchObject({ askedBy: '' });
    await files(clerk).updateCustomer({ ...change, version: 2, name: '张三风', askedBy });
    const merge = { id: customer.id, version: 3, intoId: heir.id, intoVersion: 1 };
    await expect(files(clerk).mergeCustomer(merge)).rejects.toEqual(MISSING);
    await files(clerk).mergeCustomer({ ...merge, askedBy });
    for (const id of [customer.id, heir.id]) expect(await files(dealer.manager).getCustomer({ id })).toMatchObject({ askedBy });
  });

  it('X-4, C-2, C-4: names who asked for a sale, an appointment, its change and a transfer; audit and document keep it', async () => {
    const { dealer, customer, heir, unitId, plan, installationId } = await registered();
    const read = () => installations(dealer.manager).getInstallation({ id: installationId });
    expect(await read()).toMatchObject({ askedBy });
    const move = { id: installationId, version: 1, technicianUserId: plan.technicianUserId, ...appointment, reason: '改期' };
    await expect(installations(clerk).rescheduleInstallation(move)).rejects.toEqual(MISSING);
    await installations(dealer.manager).rescheduleInstallation(move);
    expect(await read()).toMatchObject({ askedBy: '', version: 2 });
    await expect(installations(clerk).cancelInstallation({ id: installationId, version: 2, reason: '取消' })).rejects.toEqual(MISSING);
    await installations(clerk).cancelInstallation({ id: installationId, version: 2, reason: '取消', askedBy });
    expect(await read()).toMatchObject({ state: 'cancelled', askedBy });
    const { version } = await units(clerk).getUnit({ id: unitId });
    const transfer = { id: unitId, version, customerId: heir.id, transferredOn: '2024-04-01', reason: '转让' };
    await expect(units(clerk).transferUnit(transfer)).rejects.toEqual(MISSING);
    await units(clerk).transferUnit({ ...transfer, askedBy });
    expect((await units(dealer.manager).getUnitFile({ id: unitId })).owners).toMatchObject([{ customerId: customer.id, askedBy }, { customerId: heir.id, askedBy }]);
    const kept = await platform.service.sql<{ action: string }>(
      `select a.action from audit_entry a join audit_personal p on p.entry_id = a.id where p.personal_values like $1 and a.document_id = any($2::text[]) order by a.id`, [`%${ASKER}%`, [customer.id, unitId, installationId]]);
    expect(kept.map(({ action }) => action)).toEqual(['create', 'sell', 'schedule', 'cancel', 'transfer']);
  });

  it('C-5: who asked goes with the customer, in whose files he may stand, and no event names him', async () => {
    const { dealer, customer, heir, unitId, installationId } = await registered();
    await installations(clerk).cancelInstallation({ id: installationId, version: 1, reason: '取消', askedBy: `${ASKER}二` });
    const { version } = await units(clerk).getUnit({ id: unitId });
    await units(clerk).transferUnit({ id: unitId, version, customerId: heir.id, transferredOn: '2024-04-01', reason: '转让', askedBy: `${ASKER}二` });
    const admin = platform.service.ctx({ role: 'admin' });
    for (const table of ['outbox', 'audit_entry']) expect(await tablesHolding(platform.service, ASKER)).not.toContain(table);
    for (const id of [customer.id, heir.id]) await files(admin).anonymiseCustomer({ id, version: (await files(admin).getCustomer({ id })).version, reason: '本人要求' });
    const left = await platform.service.sql<{ n: string }>(
      `select (select count(*) from customer where asked_by <> '' and dealer_id = $1) + (select count(*) from unit_sale where asked_by <> '' and dealer_id = $1)
        + (select count(*) from unit_transfer where asked_by <> '' and dealer_id = $1) + (select count(*) from installation where asked_by <> '' and dealer_id = $1)
        + (select count(*) from audit_personal p join audit_entry a on a.id = p.entry_id where p.personal_values like $2 and a.dealer_id = $1) as n`, [dealer.id, `%${ASKER}%`]);
    expect(Number(left[0].n)).toBe(0);
  });
});
