import { PartsShippedSchema } from '@aftercare/contracts';
import { businessDate, newId } from '@aftercare/domain';
import { reasonOf, startInvoicing, type InvoicingWorld } from '../invoicing.fixture.js';

describe('B-4: the ledger over the bus', () => {
  let world: InvoicingWorld;
  beforeAll(async () => {
    world = await startInvoicing();
  }, 60_000);
  afterAll(() => world.service.stop());

  it('B-4: slips, payments, deposits and reversals keep debit equal to credit at all times', async () => {
    const paid = await world.slip({ nets: ['37.04', '0.30'] });
    await world.pay(paid.grossTotal, paid.number);
    const reversed = await world.slip({ origin: 'request' });
    const payment = await world.pay('200.00');
    await world.payments().matchPayment({ id: payment.id, version: 1, allocations: [{ slipId: reversed.slipId, amount: '113.00' }], restToDeposit: true });
    const reversalId = newId();
    await world.receivables().releaseSlip({ slipId: reversed.slipId, reversalId, lines: [{ lineId: reversed.lineIds[0], quantity: 1 }] });
    await world.reversed(reversed, reversalId);
    await world.slip({ paymentMethod: 'deposit' });
    const balance = await world.ledger().getTrialBalance({});
    expect(balance.balanced).toBe(true);
    const of = (account: string) => balance.accounts.find((each) => each.account === account)?.balance;
    expect([of('receivable'), of('unmatched'), of('unearned_revenue'), of('deposit')]).toEqual(['0.00', '0.00', '0.00', '-87.00']);
    const [worst] = await world.service.sql<{ difference: string }>('select coalesce(max(abs(d)), 0)::text as difference from (select sum(debit - credit) as d from posting group by voucher_id) as v');
    expect(worst.difference).toBe('0.00');
  });

  it('B-4: the database refuses a voucher that does not balance, and any change of a posting', async () => {
    await world.slip();
    const { dataSource } = world.service;
    await expect(dataSource.transaction(async (em) => {
      await em.query(`select set_config('app.dealers', '*', true)`);
      await em.query(`insert into voucher (id, dealer_id, kind, document_kind, document_id, at, month) values ($1, $2, 'x', 'x', $1, now(), '2026-03')`, [newId(), world.dealerId]);
    })).rejects.toThrow('balance');
    for (const statement of ['update posting set debit = debit + 1', 'delete from posting', 'update voucher set month = month']) {
      await expect(dataSource.transaction(async (em) => {
        await em.query(`select set_config('app.dealers', '*', true)`);
        await em.query(statement);
      })).rejects.toThrow('never changed');
    }
  });

  it('B-4: a payment has at most 10 digits; totals have no limit, and what is stored is read whatever its size', async () => {
    world.dealerId = await world.newDealer();
    expect(await reasonOf(world.pay('999999999999.99'))).toBe('AMOUNT_INVALID');
    const payments = [await world.pay('9999999999.99'), await world.pay('9999999999.99')];
    const huge = (kind: string, account: string, other: string) => world.service.sql(`
      with v as (insert into voucher (id, dealer_id, kind, document_kind, document_id, at, month)
        values (gen_random_uuid(), $1, '${kind}', 'payment', gen_random_uuid(), business_now(), '2026-03') returning id, dealer_id, at, month)
      insert into posting (id, dealer_id, voucher_id, account, debit, credit, at, month)
      select gen_random_uuid(), dealer_id, id, a, d, c, at, month from v,
        (values ('${account}', 999999999999.99, 0.00), ('${other}', 0.00, 999999999999.99)) as side (a, d, c)`, [world.dealerId]);
    for (const kind of ['first', 'second']) await huge(kind, 'cash', 'deposit');
    for (const { id } of payments) await world.payments().matchPayment({ id, version: 1, allocations: [], restToDeposit: true });
    expect((await world.payments().getDeposit({ dealerId: world.dealerId })).balance).toBe('2019999999999.96');
    const balance = await world.ledger().getTrialBalance({});
    expect(balance.balanced).toBe(true);
    expect(balance.debitTotal).toMatch(/^20\d{11}\.\d\d$/);
  });

  it('X-9: the finance package gets every posting of a period under its account codes, each voucher balanced', async () => {
    world.dealerId = await world.newDealer();
    const slip = await world.slip();
    const shipped = await world.slip({ origin: 'request' });
    await world.service.publish(PartsShippedSchema, {
      shippingOrderId: newId(), number: 'SO-2026-000007', dealerId: world.dealerId,
      lines: [{ partId: newId(), quantity: 1, supplyKind: 'charged', chargeSlipId: shipped.slipId, chargeSlipLineId: shipped.lineIds[0], revenueNet: '100.00' }],
    });
    await world.service.drain();
    const today = businessDate(await world.service.now());
    const entries = [];
    for (let cursor = ''; ;) {
      const page = await world.ledger().listVoucherEntries({ from: today, to: today, page: { cursor, limit: 200 } });
      entries.push(...page.items);
      if (page.nextCursor === '') break;
      cursor = page.nextCursor;
    }
    expect(entries.filter(({ kind }) => kind === 'shipped').map(({ documentNumber }) => documentNumber)).toEqual(['SO-2026-000007', 'SO-2026-000007']);
    const mine = entries.filter(({ documentNumber, dealerName }) => documentNumber === slip.number && dealerName === '某经销商');
    expect(mine.map(({ accountCode, accountName, debit, credit, postedOn }) => [accountCode, accountName, debit, credit, postedOn]).sort()).toEqual([
      ['1122', '应收账款', '113.00', '0.00', today], ['222101', '应交增值税', '0.00', '13.00', today], ['6001', '主营业务收入', '0.00', '100.00', today],
    ]);
    const [{ count }] = await world.service.sql<{ count: number }>('select count(*)::int as count from posting');
    expect(entries).toHaveLength(count);
    expect(await reasonOf(world.ledger().listVoucherEntries({ from: today, to: '2020-01-01' }))).toBe('PERIOD_INVALID');
    expect(await reasonOf(world.ledger(world.dealer()).listVoucherEntries({ from: today, to: today }))).toBe('ROLE_NOT_ALLOWED');
  });

  it('B-6: postings carry the local month of the business clock; dealers do not read the ledger', async () => {
    const slip = await world.slip();
    const { items } = await world.ledger().listPostings({ account: 'receivable', dealerId: world.dealerId });
    expect(await reasonOf(world.ledger().listPostings({ account: 'gold' }))).toBe('ACCOUNT_UNKNOWN');
    const mine = items.find((each) => each.documentId === slip.slipId);
    const [{ month }] = await world.service.sql<{ month: string }>(`select to_char(business_now() at time zone 'Asia/Shanghai', 'YYYY-MM') as month`);
    expect(mine).toMatchObject({ month, debit: '113.00', credit: '0.00', documentKind: 'charge_slip' });
    expect(await reasonOf(world.ledger(world.dealer()).getTrialBalance({}))).toBe('ROLE_NOT_ALLOWED');
    const yesterday = await world.ledger().getTrialBalance({ asOf: '2020-01-01' });
    expect(yesterday).toMatchObject({ debitTotal: '0.00', balanced: true, accounts: [] });
  });
});
