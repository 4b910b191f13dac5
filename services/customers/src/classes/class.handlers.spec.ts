import { CustomerClassService, CustomerReceiptChangedSchema, CustomerService, DealerChangedSchema, SettingChangedSchema } from '@aftercare/contracts';
import { addMonths, newId, startOfDay } from '@aftercare/domain';
import type { CallContext } from '@aftercare/messaging';
import type { QueryRunner } from 'typeorm';
import { CustomersPlatform, refusal } from '../customers.fixture.js';
import { ClassesOfBoth1800914000000 } from '../migrations/1800914000000-classes-of-both.js';

describe('classes over the bus', () => {
  const platform = new CustomersPlatform();
  const client = (ctx: CallContext) => platform.service.client(CustomerClassService, ctx);
  const files = (ctx: CallContext) => platform.service.client(CustomerService, ctx);

  beforeAll(() => platform.start());
  afterAll(() => platform.service.stop());

  /** A dealer with a customer of 80 % and one of 20 % of the contribution, and one without. */
  async function threeCustomers() {
    const dealer = await platform.dealer();
    const { manager } = dealer;
    const [great, small, none] = [await platform.customer(manager), await platform.customer(manager), await platform.customer(manager)];
    const serials = await platform.units(await platform.model(), dealer, 4);
    const today = (await platform.service.now()).slice(0, 10);
    const sell = (serial: string, sale: { customerId: string; purchaseDate?: string; salePrice?: string }) => platform.sold(manager, serial, sale);
    await sell(serials[0], { customerId: great.id, purchaseDate: addMonths(today, -2), salePrice: '500.00' });
    await sell(serials[1], { customerId: great.id, purchaseDate: addMonths(today, -3), salePrice: '300.00' });
    await sell(serials[2], { customerId: small.id, purchaseDate: addMonths(today, -2), salePrice: '200.00' });
    await sell(serials[3], { customerId: none.id, purchaseDate: addMonths(today, -40), salePrice: '9000.00' });
    return { dealer, manager, great, small, none, serials };
  }

  /** The beginning of the next month comes; answers it. */
  async function nextMonth(): Promise<string> {
    const month = addMonths(`${(await platform.service.now()).slice(0, 7)}-01`, 1).slice(0, 7);
    await platform.service.moveClock(startOfDay(`${month}-02`));
    await platform.service.drain();
    return month;
  }

  it('C-7: are computed at the beginning of the month, per dealer, with the sales behind them; history is kept', async () => {
    const { manager, great, small, none, serials } = await threeCustomers();
    expect((await client(manager).getCustomerStanding({ id: great.id })).class).toBe('C');
    const month = await nextMonth();
    const standing = await client(manager).getCustomerStanding({ id: great.id });
    expect(standing).toMatchObject({
      class: 'A',
      computed: { month, class: 'A', contribution: '800.00', frequency: 2, shareBefore: '0.00', aPercent: 70, bPercent: 90 },
      value: { yearlyValue: '400.00', expectedYears: 10, base: '4000.00', satisfied: '8000.00', dissatisfied: '-12000.00', toldSatisfied: 5, conversionPercent: 20 },
    });
    expect(standing.sales.map(({ serial, amount, counted }) => [serial, amount, counted])).toEqual([[serials[0], '500.00', true], [serials[1], '300.00', true]]);
    expect(await client(manager).getCustomerStanding({ id: small.id })).toMatchObject({ class: 'B', computed: { shareBefore: '80.00' } });
    expect(await client(manager).getCustomerStanding({ id: none.id })).toMatchObject({
      class: 'C', computed: { contribution: '0.00', frequency: 0, lastOn: '' }, sales: [{ serial: serials[3], counted: false }], history: [],
    });
    expect((await files(manager).listCustomers({ class: 'A' })).items).toMatchObject([{ id: great.id, class: 'A' }]);
    expect((await files(manager).listCustomers({ class: 'B', q: '张三' })).items.map(({ id }) => id)).toEqual([small.id]);
    const later = await nextMonth();
    expect((await client(manager).getCustomerStanding({ id: great.id })).history.map((each) => each.month)).toEqual([later, month]);
    expect(await platform.service.sql(`select month from customer_class_run group by month having count(*) <> count(distinct dealer_id)`)).toEqual([]);
  });

  it('C-7, B-7: receipts of the dealer count as what was bought does; one that is void does not, and they are shown with the sales', async () => {
    const { dealer, manager, great, none } = await threeCustomers();
    const on = addMonths((await platform.service.now()).slice(0, 10), -1);
    const told = { receiptId: newId(), number: 'RE-2026-000001', dealerId: dealer.id, customerId: none.id, total: '9000.00', givenOn: on, state: 'given', version: 1 };
    const other = { ...told, receiptId: newId(), number: 'RE-2026-000002', total: '500.00' };
    for (const each of [told, other, { ...other, state: 'void', version: 2 }, other, { ...told, receiptId: newId(), customerId: '' }]) await platform.service.publish(CustomerReceiptChangedSchema, each);
    await platform.service.drain();
    await nextMonth();
    expect(await client(manager).getCustomerStanding({ id: none.id })).toMatchObject({
      class: 'A', computed: { contribution: '9000.00', frequency: 1, lastOn: on }, receipts: [{ number: 'RE-2026-000001', on, amount: '9000.00', counted: true }],
    });
    expect(await client(manager).getCustomerStanding({ id: great.id })).toMatchObject({ class: 'C', receipts: [] });
    const { receipts } = await client(platform.service.ctx({ role: 'service_clerk' })).getCustomerStanding({ id: none.id });
    expect(receipts).toMatchObject([{ amount: '' }]);
  });

  it('C-7, B-7: a dealer to which a call was routed classes no customer of another by its receipt', async () => {
    const [here, there] = [await threeCustomers(), await threeCustomers()];
    const on = addMonths((await platform.service.now()).slice(0, 10), -1);
    await platform.service.publish(CustomerReceiptChangedSchema, { receiptId: newId(), number: 'RE-2026-000088', dealerId: there.dealer.id, customerId: here.great.id, total: '70000.00', givenOn: on, state: 'given', version: 1 });
    await platform.service.drain();
    await nextMonth();
    expect(await client(here.manager).getCustomerStanding({ id: here.great.id })).toMatchObject({ computed: { class: 'A', contribution: '800.00' } });
    expect((await client(platform.service.ctx({ role: 'finance_clerk' })).getCustomerStanding({ id: here.great.id })).receipts).toMatchObject([{ amount: '70000.00', counted: false }]);
  });

  it('C-7: limits and period are settings, and a computation is done once', async () => {
    const { manager, dealer, great, small } = await threeCustomers();
    const effectiveFrom = (await platform.service.now()).slice(0, 10);
    await platform.service.publish(SettingChangedSchema, { key: 'class.aPercent', value: '81', effectiveFrom, version: 1 });
    await platform.service.drain();
    const month = await nextMonth();
    expect(await client(manager).getCustomerStanding({ id: small.id })).toMatchObject({ class: 'A', computed: { aPercent: 81 } });
    await platform.service.sql(`update deadline set fired_at = null, due_at = business_now() where ref = $1`, [`${dealer.id} ${month}`]);
    await platform.service.drain();
    expect(await platform.service.sql(`select 1 from customer_class where customer_id = $1`, [great.id])).toHaveLength(1);
    await platform.service.publish(SettingChangedSchema, { key: 'class.aPercent', value: '70', effectiveFrom: `${month}-02`, version: 2 });
    await platform.service.drain();
  });

  it('C-7: a class is pinned by hand with a reason and holds through a computation, until it is unpinned', async () => {
    const { manager, great } = await threeCustomers();
    await nextMonth();
    const pin = { id: great.id, version: 1, class: 'C', reason: '长期欠款 张三' };
    await expect(client(manager).pinCustomerClass({ ...pin, reason: ' ' })).rejects.toEqual(refusal('invalid_argument', 'REASON_MISSING'));
    await expect(client(manager).pinCustomerClass({ ...pin, class: 'D' })).rejects.toEqual(refusal('invalid_argument', 'CLASS_UNKNOWN'));
    await expect(client(manager).pinCustomerClass({ ...pin, version: 7 })).rejects.toEqual(refusal('aborted', 'STALE_VERSION'));
    await expect(client(platform.service.ctx({ role: 'auditor' })).pinCustomerClass(pin)).rejects.toEqual(refusal('permission_denied', 'ROLE_NOT_ALLOWED'));
    await expect(client(manager).unpinCustomerClass({ id: great.id, version: 1 })).rejects.toEqual(refusal('failed_precondition', 'CLASS_NOT_PINNED'));
    const pinned = await client(manager).pinCustomerClass(pin);
    expect(await client(manager).getCustomerStanding({ id: great.id })).toMatchObject({ class: 'C', pin: { class: 'C', reason: '长期欠款 张三' }, computed: { class: 'A' } });
    await nextMonth();
    expect((await client(manager).getCustomerStanding({ id: great.id })).class).toBe('C');
    await client(manager).unpinCustomerClass({ id: great.id, version: pinned.version });
    expect(await client(manager).getCustomerStanding({ id: great.id })).not.toHaveProperty('pin');
    const audited = await platform.service.sql<{ action: string; changed: object }>(`select action, changed from audit_entry where document_id = $1 and action like '%pin%' order by id`, [great.id]);
    expect(JSON.stringify(audited)).not.toContain('欠款');
    expect(audited.map(({ action }) => action)).toEqual(['pin-class', 'unpin-class']);
  });

  it('C-1, C-7: a merge takes the pin and the classes over, and counts the purchases of both', async () => {
    const { manager, great, small } = await threeCustomers();
    await nextMonth();
    await client(manager).pinCustomerClass({ id: great.id, version: 1, class: 'B', reason: '老客户' });
    await files(manager).mergeCustomer({ id: great.id, version: 2, intoId: small.id, intoVersion: 1 });
    expect(await client(manager).getCustomerStanding({ id: great.id })).toMatchObject({ customerId: small.id, class: 'B', pin: { reason: '老客户' } });
    await nextMonth();
    expect((await client(manager).getCustomerStanding({ id: small.id })).computed).toMatchObject({ contribution: '1000.00', class: 'A' });
  });

  it('C-1, C-7, C-8: after a merge class, contribution and value are of what both bought, at once and in the month’s history, and a pin taken off leaves them', async () => {
    const { manager, great, small } = await threeCustomers();
    const month = await nextMonth();
    await files(manager).mergeCustomer({ id: great.id, version: 1, intoId: small.id, intoVersion: 1 });
    const both = { month, class: 'A', contribution: '1000.00', frequency: 2, shareBefore: '0.00' };
    const standing = await client(manager).getCustomerStanding({ id: small.id });
    expect(standing).toMatchObject({ class: 'A', computed: both, value: { yearlyValue: '500.00' }, history: [both] });
    expect(standing.sales.map(({ amount, counted }) => `${amount} ${counted}`).sort()).toEqual(['200.00 true', '300.00 true', '500.00 true']);
    await client(manager).pinCustomerClass({ id: small.id, version: 2, class: 'C', reason: '欠款' });
    await client(manager).unpinCustomerClass({ id: small.id, version: 3 });
    expect((await client(manager).getCustomerStanding({ id: small.id })).class).toBe('A');
    expect(await platform.service.sql('select customer_id from customer_class where customer_id in ($1, $2)', [great.id, small.id])).toEqual([{ customer_id: small.id }]);
    for (const { id } of [small, great]) {
      const { content } = await files(manager).exportCustomer({ id, reason: '本人要求' });
      expect((JSON.parse(content) as { classes: object[] }).classes).toEqual([expect.objectContaining({ month, class: 'A', contribution: '1000.00' })]);
    }
  });

  it('C-7, D-1: whoever went over to another dealer keeps what he was classed by until that one’s next computation', async () => {
    const { dealer, great } = await threeCustomers();
    const month = await nextMonth();
    const successor = await platform.dealer();
    await platform.service.publish(DealerChangedSchema, { dealerId: dealer.id, code: dealer.code, name: dealer.code, status: 'terminated', successorDealerId: successor.id, version: 2 });
    await platform.service.drain();
    expect((await files(successor.manager).getCustomer({ id: great.id })).dealerId).toBe(successor.id);
    const finance = client(platform.service.ctx({ role: 'finance_clerk' }));
    const standing = await finance.getCustomerStanding({ id: great.id });
    expect(standing).toMatchObject({ class: 'A', computed: { month, class: 'A', contribution: '800.00' }, value: { yearlyValue: '400.00' }, history: [{ month }] });
    expect(standing.sales.map(({ counted }) => counted)).toEqual([true, true]);
    const next = await nextMonth();
    expect((await finance.getCustomerStanding({ id: great.id })).computed).toMatchObject({ month: next, contribution: '800.00' });
  });

  it('C-7, D-1: the successor reads what the dealer before it computed, without its amounts, and a pin that is taken back leaves that class', async () => {
    const { dealer, great } = await threeCustomers();
    const { dealer: successor, manager } = await threeCustomers();
    const month = await nextMonth();
    await platform.service.publish(DealerChangedSchema, { dealerId: dealer.id, code: dealer.code, name: dealer.code, status: 'terminated', successorDealerId: successor.id, version: 2 });
    await platform.service.drain();
    const standing = await client(manager).getCustomerStanding({ id: great.id });
    const computed = { month, class: 'A', frequency: 2, shareBefore: '0.00', contribution: '' };
    expect(standing).toMatchObject({ class: 'A', computed, history: [computed], value: { yearlyValue: '' } });
    expect(standing.sales.map(({ counted, amount }) => [counted, amount])).toEqual([[true, ''], [true, '']]);
    const clerk = await client(platform.service.ctx()).getCustomerStanding({ id: great.id });
    expect([clerk.computed, clerk.history]).toEqual([standing.computed, standing.history]);
    const pinned = await client(manager).pinCustomerClass({ id: great.id, version: standing.version, class: 'B', reason: '老客户' });
    await client(manager).unpinCustomerClass({ id: great.id, version: pinned.version });
    expect(await client(manager).getCustomerStanding({ id: great.id })).toMatchObject({ class: 'A', computed });
    expect((await files(manager).getCustomer({ id: great.id })).dealerId).toBe(successor.id);
    const own = (await files(manager).listCustomers({ class: 'A' })).items.map(({ id }) => id);
    expect(own).toContain(great.id);
  });

  it('C-1, C-7, D-1: a merge puts the classes together also where another dealer served one of the files before', async () => {
    const { dealer, great } = await threeCustomers();
    const follower = await threeCustomers();
    const month = await nextMonth();
    await platform.service.publish(DealerChangedSchema, { dealerId: dealer.id, code: dealer.code, name: dealer.code, status: 'terminated', successorDealerId: follower.dealer.id, version: 2 });
    await platform.service.drain();
    const { version } = await files(follower.manager).getCustomer({ id: great.id });
    await files(follower.manager).mergeCustomer({ id: follower.small.id, version: 1, intoId: great.id, intoVersion: version });
    const finance = client(platform.service.ctx({ role: 'finance_clerk' }));
    expect(await finance.getCustomerStanding({ id: great.id })).toMatchObject({ class: 'A', history: [{ month, class: 'A', contribution: '1000.00' }] });
    expect(await platform.service.sql('select from customer_class where customer_id = $1', [follower.small.id])).toEqual([]);
  });

  it('C-1, C-7: classes that were left with a merged file before are put together by the migration', async () => {
    const { manager, great, small } = await threeCustomers();
    const month = await nextMonth();
    await platform.service.sql('update unit_sale set buyer_id = $2, customer_id = $2 where buyer_id = $1', [great.id, small.id]);
    await platform.service.sql('update customer set merged_into = $2 where id = $1', [great.id, small.id]);
    const migration = new ClassesOfBoth1800914000000();
    const runner = { query: async (text: string) => platform.service.sql(text) } as QueryRunner;
    await migration.down(runner);
    await migration.up(runner);
    expect((await client(manager).getCustomerStanding({ id: small.id })).history).toMatchObject([{ month, class: 'A', contribution: '1000.00', frequency: 2, shareBefore: '0.00' }]);
    expect(await platform.service.sql('select from customer_class where customer_id = $1', [great.id])).toEqual([]);
  });

  it('C-2, C-7: amounts are the dealer’s and finance’s; a foreign customer looks like a missing one', async () => {
    const { great } = await threeCustomers();
    await nextMonth();
    const clerk = await client(platform.service.ctx()).getCustomerStanding({ id: great.id });
    expect(clerk).toMatchObject({ class: 'A', computed: { contribution: '', frequency: 2 }, value: { yearlyValue: '', base: '' } });
    expect(clerk.sales.map(({ amount }) => amount)).toEqual(['', '']);
    expect((await client(platform.service.ctx({ role: 'finance_clerk' })).getCustomerStanding({ id: great.id })).computed).toMatchObject({ contribution: '800.00' });
    const stranger = await platform.dealer();
    const missing = await client(stranger.manager).getCustomerStanding({ id: newId() }).catch((error: unknown) => error);
    await expect(client(stranger.manager).getCustomerStanding({ id: great.id })).rejects.toEqual(missing);
    await expect(client(stranger.manager).pinCustomerClass({ id: great.id, version: 1, class: 'A', reason: 'x' })).rejects.toEqual(missing);
  });
});
