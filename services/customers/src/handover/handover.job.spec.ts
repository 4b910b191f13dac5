import {
  CustomerChangedSchema, CustomerClassService, CustomerHandoverService, CustomerService, DealerChangedSchema, InstallationService, NoticeRequestedSchema, ProductUnitService,
} from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import type { CallContext } from '@aftercare/messaging';
import { CustomersPlatform, refusal } from '../customers.fixture.js';

const DAY_MS = 86_400_000;
const window = { appointmentFrom: '2026-12-01T01:00:00Z', appointmentTo: '2026-12-01T03:00:00Z' };
const passed = { checklist: [{ code: 'no_leak', passed: true }], customerInstructed: true };

describe('customers of a terminated dealer', () => {
  const platform = new CustomersPlatform();
  const customers = (ctx: CallContext) => platform.service.client(CustomerService, ctx);
  const units = (ctx: CallContext) => platform.service.client(ProductUnitService, ctx);
  const installations = (ctx: CallContext) => platform.service.client(InstallationService, ctx);
  const supervisor = () => platform.service.ctx({ role: 'service_supervisor' });

  beforeAll(() => platform.start());
  afterAll(() => platform.service.stop());

  type Dealer = Awaited<ReturnType<CustomersPlatform['dealer']>>;
  const ended = async (dealer: Dealer, successorDealerId = '', version = 2): Promise<void> => {
    platform.statuses.set(dealer.id, 'terminated');
    await platform.service.publish(DealerChangedSchema, { dealerId: dealer.id, code: dealer.code, name: dealer.code, status: 'terminated', successorDealerId, version });
    await platform.service.drain();
  };
  const countAt = (dealer: Dealer) => platform.service.client(CustomerHandoverService, platform.service.ctx()).countCustomerHandover({ dealerId: dealer.id });
  const technicianOf = (dealer: Dealer): CallContext => {
    const technician = platform.service.dealerCtx(dealer.id, 'dealer_technician');
    platform.technicians.set(technician.userId, { dealerId: dealer.id, active: true });
    return technician;
  };

  /** Two owners one after the other, a merged file, an installation that was done, one that is open, an extension and a pinned class. */
  async function lived() {
    const [dealer, follower] = [await platform.dealer(), await platform.dealer()];
    const { manager } = dealer;
    const [first, second, twin] = [await platform.customer(manager), await platform.customer(manager, { name: '赵六' }), await platform.customer(manager, { name: '赵六六' })];
    const model = await platform.model();
    const [done, open] = await platform.units(model, dealer, 2);
    const installed = await platform.sold(manager, done, { customerId: first.id, purchaseDate: '2024-03-15', salePrice: '1999.00' });
    const waiting = await platform.sold(manager, open, { customerId: second.id, purchaseDate: '2024-03-15' });
    const technician = technicianOf(dealer);
    const past = await installations(manager).scheduleInstallation({ unitId: installed.id, technicianUserId: technician.userId, ...window });
    await installations(technician).completeInstallation({ id: past.id, version: 1, ...passed });
    const appointment = await installations(manager).scheduleInstallation({ unitId: waiting.id, technicianUserId: technician.userId, ...window });
    await units(manager).transferUnit({ id: installed.id, version: 3, customerId: second.id, transferredOn: '2024-04-01', reason: '转让' });
    await units(supervisor()).extendWarranty({ id: installed.id, version: 4, until: '2030-01-01', reason: '补偿', basis: 'campaign' });
    await customers(manager).mergeCustomer({ id: twin.id, version: 1, intoId: second.id, intoVersion: 1 });
    await platform.service.client(CustomerClassService, manager).pinCustomerClass({ id: first.id, version: 1, class: 'A', reason: '老客户' });
    return { dealer, follower, technician, first, second, twin, installed, waiting, past, appointment };
  }

  it('D-1: go to the successor with everything of their file, and the dealer that left sees none of them', async () => {
    const { dealer, follower, first, second, twin, installed, appointment } = await lived();
    const before = { file: await customers(dealer.manager).listCustomerTimeline({ id: second.id }), unit: await units(dealer.manager).getUnitFile({ id: installed.id }) };
    await expect(countAt(dealer)).resolves.toMatchObject({ customers: 2, units: 2, appointments: 1 });
    await ended(dealer, follower.id);
    await expect(countAt(dealer)).resolves.toMatchObject({ customers: 0, units: 0, appointments: 0 });
    await expect(countAt(follower)).resolves.toMatchObject({ customers: 2, units: 2, appointments: 1 });
    const kept = await customers(follower.manager).getCustomer({ id: second.id });
    expect(kept).toMatchObject({ number: second.number, dealerId: follower.id, phones: [expect.any(String), expect.any(String)] });
    expect(kept.units).toHaveLength(2);
    await expect(customers(follower.manager).getCustomer({ id: first.id })).resolves.toMatchObject({ class: 'A' });
    await expect(customers(follower.manager).getCustomer({ id: twin.id })).resolves.toMatchObject({ mergedInto: second.id });
    expect((await customers(follower.manager).listCustomers({ q: 'zl' })).items.map(({ id }) => id)).toEqual([second.id]);
    const timeline = await customers(follower.manager).listCustomerTimeline({ id: second.id });
    expect(timeline.items.map(({ kind }) => kind)).toEqual(['handed_over', ...before.file.items.map(({ kind }) => kind)]);
    const file = await units(follower.manager).getUnitFile({ id: installed.id });
    expect({ owners: file.owners.length, extensions: file.extensions, installations: file.installations.length }).toEqual(
      { owners: 2, extensions: before.unit.extensions, installations: 1 });
    for (const id of [first.id, second.id, twin.id]) {
      await expect(customers(dealer.manager).getCustomer({ id })).rejects.toEqual(refusal('not_found', 'NOT_FOUND'));
      await expect(customers(dealer.manager).revealCustomer({ id, reason: '回访' })).rejects.toEqual(refusal('not_found', 'NOT_FOUND'));
    }
    await expect(installations(dealer.manager).getInstallation({ id: appointment.id })).rejects.toEqual(refusal('not_found', 'NOT_FOUND'));
    const [row] = await platform.service.sql<{ found: number }>(
      `select (select count(*) from customer_phone where dealer_id = $1) + (select count(*) from customer_name_key where dealer_id = $1)
        + (select count(*) from unit_transfer where dealer_id = $1) + (select count(*) from installation where dealer_id = $1) as found`, [dealer.id]);
    expect(Number(row.found)).toBe(0);
  });

  it('D-1, C-2: who sold and who installed stays, prices stay the seller’s, and each dealer keeps its own steps of a unit', async () => {
    const { dealer, follower, first, installed, past } = await lived();
    await ended(dealer, follower.id);
    const seen = await units(follower.manager).getUnit({ id: installed.id });
    expect(seen).toMatchObject({ sellingDealerId: dealer.id, servingDealerId: follower.id, purchaseDate: '2024-03-15', salePrice: '' });
    expect(seen.flow.map(({ kind }) => kind)).toEqual(['taken_over']);
    const finance = platform.service.ctx({ role: 'finance_clerk' });
    await expect(units(finance).getUnit({ id: installed.id })).resolves.toMatchObject({ salePrice: '1999.00' });
    const left = await units(dealer.manager).getUnit({ id: installed.id }).catch(() => null);
    expect(left?.flow.map(({ kind }) => kind)).toEqual(['dispatched', 'sold', 'installed', 'transferred', 'extended', 'handed_over']);
    expect(left).toMatchObject({ customerId: '', salePrice: '' });
    await expect(installations(follower.manager).getInstallation({ id: past.id })).resolves.toMatchObject({ dealerId: follower.id, installerDealerId: dealer.id, state: 'accepted' });
    const standing = await platform.service.client(CustomerClassService, follower.manager).getCustomerStanding({ id: first.id });
    expect(standing).toMatchObject({ class: 'A', sales: [{ amount: '' }], value: { base: '' } });
  });

  it('C-4, D-1: an open appointment waits for the successor, who gives it to a technician of its own', async () => {
    const { dealer, follower, technician, appointment } = await lived();
    await ended(dealer, follower.id);
    const taken = await installations(follower.manager).getInstallation({ id: appointment.id });
    expect(taken).toMatchObject({ dealerId: follower.id, technicianUserId: '', state: 'scheduled', version: 2 });
    const times = { appointmentFrom: new Date(Date.now() + DAY_MS).toISOString(), appointmentTo: new Date(Date.now() + DAY_MS + 3_600_000).toISOString() };
    const ask = { id: appointment.id, version: 2, reason: '接手', ...times };
    await expect(installations(follower.manager).rescheduleInstallation({ ...ask, technicianUserId: technician.userId })).rejects.toEqual(refusal('not_found', 'NOT_FOUND'));
    const own = technicianOf(follower);
    await expect(installations(own).getInstallation({ id: appointment.id })).rejects.toEqual(refusal('not_found', 'NOT_FOUND'));
    await expect(installations(follower.manager).rescheduleInstallation({ ...ask, technicianUserId: own.userId })).resolves.toMatchObject({ state: 'scheduled', version: 3 });
    await expect(installations(own).completeInstallation({ id: appointment.id, version: 3, ...passed })).resolves.toMatchObject({ state: 'accepted' });
    await expect(installations(follower.manager).getInstallation({ id: appointment.id })).resolves.toMatchObject({ installerDealerId: follower.id });
  });

  it('D-1: each file is told and audited once, however often the end is told; the successor hears how many came', async () => {
    const { dealer, follower, first, second, twin } = await lived();
    for (let time = 0; time < 2; time += 1) await ended(dealer, follower.id);
    for (const id of [first.id, second.id, twin.id]) {
      const told = await platform.service.sql<{ payload: string }>('select payload from outbox where event_type = $1 and payload like $2 and payload like $3', [CustomerChangedSchema.typeName, `%"customerId":"${id}"%`, '%["dealerId"]%']);
      expect(told.map(({ payload }) => (JSON.parse(payload) as { dealerId: string }).dealerId)).toEqual([follower.id]);
      const audited = await platform.service.sql<{ changed: object; dealer_id: string }>(`select changed, dealer_id from audit_entry where document_id = $1 and action = 'hand-over'`, [id]);
      expect(audited).toEqual([{ changed: { dealerId: { before: dealer.id, after: follower.id } }, dealer_id: follower.id }]);
    }
    const notices = await platform.service.sql<{ payload: string }>('select payload from outbox where event_type = $1 and payload like $2 order by payload', [NoticeRequestedSchema.typeName, `%${dealer.code}%`]);
    expect(notices.map(({ payload }) => JSON.parse(payload) as { recipientRole: string; params: string })).toEqual([
      expect.objectContaining({ kind: 'dealer.customers_taken_over', params: '{"customers":2}' }), expect.objectContaining({ params: '{"customers":2}' }),
    ]);
  });

  it.each([['in order', [0, 1]], ['the later end first', [1, 0]]] as const)('D-1: two ends in a row, told %s, lead to the last who follows', async (_told, order) => {
    const [first, second, third] = [await platform.dealer(), await platform.dealer(), await platform.dealer()];
    const files = [await platform.customer(first.manager), await platform.customer(second.manager)];
    const ends = [() => ended(first, second.id), () => ended(second, third.id)];
    for (const at of order) await ends[at]();
    for (const { id } of files) await expect(customers(third.manager).getCustomer({ id })).resolves.toMatchObject({ dealerId: third.id });
  });

  it('D-1: wait while nobody follows, and go when a successor is named; an older word that comes late changes nothing', async () => {
    const [dealer, follower] = [await platform.dealer(), await platform.dealer()];
    const file = await platform.customer(dealer.manager);
    await ended(dealer);
    await expect(customers(dealer.manager).getCustomer({ id: file.id })).resolves.toMatchObject({ dealerId: dealer.id });
    await ended(dealer, follower.id, 3);
    await platform.service.publish(DealerChangedSchema, { dealerId: dealer.id, code: dealer.code, name: dealer.code, status: 'active', version: 1 });
    await platform.service.drain();
    await expect(customers(follower.manager).getCustomer({ id: file.id })).resolves.toMatchObject({ dealerId: follower.id });
  });

  it('D-1, C-5: while nobody follows, the dealer that left reads its customers masked, reveals and exports none; the manufacturer does', async () => {
    const { dealer, technician, first, second, appointment } = await lived();
    const open = async (ctx: CallContext): Promise<string[]> => {
      const { customerName, customerPhone, customerAddress } = await installations(ctx).getInstallation({ id: appointment.id });
      return [customerName, customerPhone, customerAddress];
    };
    expect((await open(dealer.manager)).join()).not.toContain('*');
    await ended(dealer);
    for (const left of [dealer.manager, { ...dealer.manager, dealerStatus: 'terminated' as const }, technician]) {
      expect((await open(left)).every((value) => value.includes('*'))).toBe(true);
      await expect(customers(left).revealCustomer({ id: second.id, reason: '回访' })).rejects.toEqual(refusal('permission_denied', 'DEALER_TERMINATED'));
    }
    await expect(customers(dealer.manager).exportCustomer({ id: first.id, reason: '本人要求' })).rejects.toEqual(refusal('permission_denied', 'DEALER_TERMINATED'));
    const asLeft = await customers({ ...dealer.manager, dealerStatus: 'terminated' }).getCustomer({ id: first.id });
    expect(asLeft.allowedActions.filter(({ reason }) => reason === 'DEALER_TERMINATED').map(({ action }) => action)).toEqual(expect.arrayContaining(['reveal', 'export']));
    await expect(customers(supervisor()).revealCustomer({ id: first.id, reason: '回访' })).resolves.toMatchObject({ name: '张三' });
    const logged = await platform.service.sql<{ action: string }>(`select action from audit_entry where document_id = any($1) and action in ('reveal', 'export')`, [[first.id, second.id]]);
    expect(logged.map(({ action }) => action)).toEqual(['reveal']);
  });

  it('D-1: nothing new is left behind: a file that was on its way when the end was heard is refused', async () => {
    const dealer = await platform.dealer();
    await ended(dealer);
    platform.statuses.set(dealer.id, 'active');
    await expect(platform.customer(dealer.manager)).rejects.toEqual(refusal('failed_precondition', 'DEALER_NOT_ACTIVE'));
  });

  it('D-1: a large dealer’s files go in several transactions, and none is lost', async () => {
    const [dealer, follower] = [await platform.dealer(), await platform.dealer()];
    await platform.service.sql(`insert into customer (id, dealer_id, number, name, masked_name, masked_phone, region_code, address_detail, language, consent_service, consent_marketing, version)
      select gen_random_uuid(), $1, 'CU-MANY-' || n, '张三', '张*', '138****0000', '310104', '', 'zh-CN', true, false, 1 from generate_series(1, 250) n`, [dealer.id]);
    await ended(dealer, follower.id);
    await expect(countAt(follower)).resolves.toMatchObject({ customers: 250 });
    await expect(countAt(dealer)).resolves.toMatchObject({ customers: 0 });
  });

  it('D-1: what a termination moves is the manufacturer’s and the dealer’s own to know', async () => {
    const [dealer, stranger] = [await platform.dealer(), await platform.dealer()];
    const ask = platform.service.client(CustomerHandoverService, stranger.manager);
    for (const dealerId of [dealer.id, newId(), 'x']) await expect(ask.countCustomerHandover({ dealerId })).rejects.toEqual(refusal('not_found', 'NOT_FOUND'));
  });
});
