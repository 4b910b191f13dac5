import { CustomerClassService, CustomerReceiptChangedSchema, CustomerService, DealerChangedSchema, SettingChangedSchema } from '@aftercare/contracts';
import { addMonths, newId, startOfDay } from '@aftercare/domain';
import type { CallContext } from '@aftercare/messaging';
import type { QueryRunner } from 'typeorm';
import { CustomersPlatform, refusal } from '../customers.fixture.js';
import { ClassesOfBoth1800914000000 } from '../migrations/1800914000000-classes-of-both.js';
import { ClassesHandedOver1800924000000 } from '../migrations/1800924000000-classes-handed-over.js';

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
    await handedOver(dealer, successor);
    expect((await files(successor.manager).getCustomer({ id: great.id })).dealerId).toBe(successor.id);
    const finance = client(platform.service.ctx({ role: 'finance_clerk' }));
    const standing = await finance.getCustomerStanding({ id: great.id });
    expect(standing).toMatchObject({ class: 'A', computed: { month, class: 'A', contribution: '800.00' }, value: { yearlyValue: '400.00' }, history: [{ month }] });
    expect(standing.sales.map(({ counted }) => counted)).toEqual([true, true]);
    const next = await nextMonth();
    expect((await finance.getCustomerStanding({ id: great.id })).computed).toMatchObject({ month: next, contribution: '800.00' });
  });

  /** The dealer ends, and another takes its customers over. */
  async function handedOver(dealer: { id: string; code: string }, successor: { id: string }): Promise<void> {
    await platform.service.publish(DealerChangedSchema, { dealerId: dealer.id, code: dealer.code, name: dealer.code, status: 'terminated', successorDealerId: successor.id, version: 2 });
    await platform.service.drain();
  }

  it('C-7, D-1: the classes go with the file: the successor’s manager reads class, computation and history as the clerk does, without the sums of the dealer before', async () => {
    const { dealer, great, none } = await threeCustomers();
    const follower = await threeCustomers();
    const month = await nextMonth();
    await handedOver(dealer, follower.dealer);
    for (const { id } of [great, none]) {
      const [manager, clerk] = await Promise.all([follower.manager, platform.service.ctx()].map((ctx) => client(ctx).getCustomerStanding({ id })));
      expect(manager).toEqual({ ...clerk, allowedActions: expect.anything() as unknown });
    }
    expect(await client(follower.manager).getCustomerStanding({ id: great.id })).toMatchObject({
      class: 'A', computed: { month, class: 'A', contribution: '', frequency: 2, shareBefore: '0.00' }, history: [{ month, class: 'A', contribution: '' }], value: { yearlyValue: '' },
    });
    expect(await client(follower.manager).getCustomerStanding({ id: follower.great.id })).toMatchObject({ computed: { contribution: '800.00' } });
    const later = await nextMonth();
    expect((await client(follower.manager).getCustomerStanding({ id: great.id })).history.map((each) => [each.month, each.frequency])).toEqual([[later, 2], [month, 2]]);
  });

  it('C-7, C-2, D-1: what a customer paid the dealer before stays that one’s to see, also as a sum of its own', async () => {
    const { dealer, none } = await threeCustomers();
    const successor = await platform.dealer();
    const on = addMonths((await platform.service.now()).slice(0, 10), -1);
    await platform.service.publish(CustomerReceiptChangedSchema, { receiptId: newId(), number: 'RE-2026-000077', dealerId: dealer.id, customerId: none.id, total: '9000.00', givenOn: on, state: 'given', version: 1 });
    await platform.service.drain();
    await platform.service.sql('delete from unit_sale where buyer_id = $1', [none.id]);
    await nextMonth();
    await handedOver(dealer, successor);
    const standing = await client(successor.manager).getCustomerStanding({ id: none.id });
    expect(standing).toMatchObject({ class: 'A', computed: { class: 'A', contribution: '' }, history: [{ contribution: '' }], value: { yearlyValue: '', base: '' } });
    expect((await client(platform.service.ctx({ role: 'finance_clerk' })).getCustomerStanding({ id: none.id })).receipts).toMatchObject([{ amount: '9000.00', counted: true }]);
    const later = await nextMonth();
    const finance = await client(platform.service.ctx({ role: 'finance_clerk' })).getCustomerStanding({ id: none.id });
    expect(finance).toMatchObject({ class: 'C', computed: { month: later, class: 'C', contribution: '0.00' }, receipts: [{ counted: false }] });
  });

  it('C-7, D-1: a pin set and taken off by the successor leaves the class that was computed before the hand-over', async () => {
    const { dealer, small } = await threeCustomers();
    const follower = await threeCustomers();
    await nextMonth();
    await handedOver(dealer, follower.dealer);
    const { version } = await files(follower.manager).getCustomer({ id: small.id });
    const pinned = await client(follower.manager).pinCustomerClass({ id: small.id, version, class: 'A', reason: '老客户' });
    await client(follower.manager).unpinCustomerClass({ id: small.id, version: pinned.version });
    for (const ctx of [follower.manager, platform.service.ctx()]) expect(await client(ctx).getCustomerStanding({ id: small.id })).toMatchObject({ class: 'B', computed: { class: 'B' } });
  });

  it('C-7, D-1: whoever brought nothing in the last month before the hand-over is C, whatever he was in a month before', async () => {
    const { dealer, great } = await threeCustomers();
    const successor = await platform.dealer();
    await nextMonth();
    const later = await nextMonth();
    await platform.service.sql('delete from customer_class where customer_id = $1 and month = $2', [great.id, later]);
    await handedOver(dealer, successor);
    const { version } = await files(successor.manager).getCustomer({ id: great.id });
    await client(successor.manager).pinCustomerClass({ id: great.id, version, class: 'A', reason: '老客户' });
    await client(successor.manager).unpinCustomerClass({ id: great.id, version: version + 1 });
    for (const ctx of [successor.manager, platform.service.ctx()]) {
      expect(await client(ctx).getCustomerStanding({ id: great.id })).toMatchObject({ class: 'C', computed: { month: later, class: 'C', frequency: 0 } });
    }
  });

  it('C-7, B-7: a dealer to which a call was routed classes no customer of another by its receipt; nor does one that left', async () => {
    const [here, there] = [await threeCustomers(), await threeCustomers()];
    const on = addMonths((await platform.service.now()).slice(0, 10), -1);
    await platform.service.publish(CustomerReceiptChangedSchema, { receiptId: newId(), number: 'RE-2026-000088', dealerId: there.dealer.id, customerId: here.great.id, total: '70000.00', givenOn: on, state: 'given', version: 1 });
    await platform.service.drain();
    await nextMonth();
    const computed = (await client(here.manager).getCustomerStanding({ id: here.great.id })).computed;
    expect(computed).toMatchObject({ class: 'A', contribution: '800.00' });
    expect((await client(platform.service.ctx({ role: 'finance_clerk' })).getCustomerStanding({ id: here.great.id })).receipts).toMatchObject([{ amount: '70000.00', counted: false }]);
    await handedOver(here.dealer, there.dealer);
    const later = await nextMonth();
    expect(await platform.service.sql('select from customer_class_run where dealer_id = $1 and month = $2', [here.dealer.id, later])).toEqual([]);
  });

  it('C-7, D-1: classes of files that went over before follow them by the migration, and a class that a pin taken off had lost holds again', async () => {
    const { dealer, great, small } = await threeCustomers();
    const successor = await platform.dealer();
    const month = await nextMonth();
    await handedOver(dealer, successor);
    const migration = new ClassesHandedOver1800924000000();
    const runner = { query: async (text: string) => platform.service.sql(text) } as QueryRunner;
    await migration.down(runner);
    await platform.service.sql(`update customer set class = 'C' where id = $1`, [small.id]);
    await migration.up(runner);
    expect(await client(successor.manager).getCustomerStanding({ id: small.id })).toMatchObject({ class: 'B', computed: { month, class: 'B' }, history: [{ month }] });
    expect(await platform.service.sql('select dealer_id, computed_by from customer_class where customer_id = $1', [great.id])).toEqual([{ dealer_id: successor.id, computed_by: dealer.id }]);
  });

  it('C-1, C-7, D-1: a merge puts the classes together also where another dealer served one of the files before', async () => {
    const { dealer, great } = await threeCustomers();
    const follower = await threeCustomers();
    const month = await nextMonth();
    await handedOver(dealer, follower.dealer);
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
    const later = new ClassesHandedOver1800924000000();
    await later.down(runner);
    await migration.down(runner);
    await migration.up(runner);
    await later.up(runner);
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
