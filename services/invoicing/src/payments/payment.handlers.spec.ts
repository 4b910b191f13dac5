import { newId } from '@aftercare/domain';
import { reasonOf, startInvoicing, type InvoicingWorld } from '../invoicing.fixture.js';

describe('B-4: payments over the bus', () => {
  let world: InvoicingWorld;
  beforeAll(async () => {
    world = await startInvoicing();
  }, 60_000);
  afterAll(() => world.service.stop());
  beforeEach(async () => {
    world.dealerId = await world.newDealer();
  });
  const receivable = (slipId: string) => world.receivables().getReceivable({ slipId });
  const match = (id: string, version: number, allocations: { slipId: string; amount: string }[], restToDeposit = false) =>
    world.payments().matchPayment({ id, version, allocations, restToDeposit });

  it('B-4: an exact reference and amount posts by itself and is listed', async () => {
    const slip = await world.slip();
    const payment = await world.pay('113.00', slip.number);
    expect(payment).toMatchObject({ state: 'matched', suggestions: [] });
    expect(await receivable(slip.slipId)).toMatchObject({ paid: true, outstanding: '0.00' });
    expect((await world.told<{ documentId: string }>('NoticeRequested')).map((each) => each.documentId)).toContain(payment.id);
    expect((await world.payments().getPayment({ id: payment.id })).allocations).toMatchObject([{ slipId: slip.slipId, amount: '113.00' }]);
  });

  it('P-9: 60.00 of 120.00 paid: not paid; another 60.00: paid', async () => {
    const slip = await world.slip({ nets: ['120.00'], untaxed: true, origin: 'request' });
    for (const paid of [false, true]) {
      const payment = await world.pay('60.00', 'part');
      await match(payment.id, payment.version, [{ slipId: slip.slipId, amount: '60.00' }]);
      expect(await receivable(slip.slipId)).toMatchObject({ paid });
    }
  });

  it('B-4: else it is a suggestion, matched by hand; the rest goes to the deposit', async () => {
    const slip = await world.slip();
    const payment = await world.pay('150.00', 'thanks');
    expect(payment).toMatchObject({ state: 'open', suggestions: [{ slipId: slip.slipId, amount: '113.00', reason: 'oldest_first' }] });
    const matched = await match(payment.id, payment.version, [{ slipId: slip.slipId, amount: '100.00' }]);
    expect(matched).toMatchObject({ state: 'partly_matched', version: 2 });
    expect(await match(payment.id, 2, [{ slipId: slip.slipId, amount: '13.00' }], true)).toMatchObject({ state: 'matched' });
    expect((await world.payments().getDeposit({ dealerId: world.dealerId })).balance).toBe('37.00');
    expect((await world.payments(world.dealer()).getDeposit({})).balance).toBe('37.00');
    await expect(world.payments().getDeposit({})).rejects.toThrow(expect.objectContaining({ reason: 'FIELD_MISSING', details: { field: 'dealerId' } }));
  });

  it('B-4: over-allocation, a paid slip, a foreign slip, a stale version and a settled payment are refused and change nothing', async () => {
    const slip = await world.slip();
    const other = await world.newDealer();
    const foreign = await world.slip({ dealerId: other });
    const payment = await world.pay('200.00');
    const once = (slipId: string, amount: string, version = 1) => reasonOf(match(payment.id, version, [{ slipId, amount }]));
    expect(await once(slip.slipId, '113.01')).toBe('OVER_ALLOCATED');
    expect(await once(slip.slipId, '200.01')).toBe('OVER_ALLOCATED');
    expect(await once(foreign.slipId, '1.00')).toBe('NOT_FOUND');
    expect(await once(newId(), '1.00')).toBe('NOT_FOUND');
    expect(await once(slip.slipId, '1.00', 9)).toBe('STALE_VERSION');
    expect(await once(slip.slipId, '-1.00')).toBe('AMOUNT_INVALID');
    expect(await world.payments().getPayment({ id: payment.id })).toMatchObject({ unmatched: '200.00', version: 1 });
    await match(payment.id, 1, [{ slipId: slip.slipId, amount: '113.00' }]);
    expect(await once(slip.slipId, '1.00', 2)).toBe('SLIP_PAID');
    await match(payment.id, 2, [], true);
    expect(await once(slip.slipId, '1.00', 3)).toBe('STEP_NOT_ALLOWED');
  });

  it('B-4: two clerks match one payment at once: it is spent once', async () => {
    const slips = [await world.slip(), await world.slip()];
    const payment = await world.pay('114.00');
    const results = await Promise.all(slips.map((slip) => reasonOf(match(payment.id, 1, [{ slipId: slip.slipId, amount: '113.00' }]))));
    expect(results.sort()).toEqual(['STALE_VERSION', 'no error']);
    expect((await world.payments().getPayment({ id: payment.id })).unmatched).toBe('1.00');
  });

  it('X-8: the same key records a payment once, another amount under it is refused', async () => {
    const ctx = world.as('finance_clerk', { idempotencyKey: newId() });
    const record = (amount: string) => world.payments(ctx).recordPayment({ dealerId: world.dealerId, method: 'cash', amount, reference: '' });
    const first = await record('5.00');
    expect((await record('5.00')).id).toBe(first.id);
    expect(await reasonOf(record('6.00'))).toBe('IDEMPOTENCY_KEY_REUSED');
    expect((await world.payments().listPayments({ dealerId: world.dealerId })).items).toHaveLength(1);
  });

  it('F-3, P-9: the deposit is taken at confirmation, as far as it goes', async () => {
    const payment = await world.pay('150.00');
    await match(payment.id, 1, [], true);
    const first = await world.slip({ paymentMethod: 'deposit' });
    expect(await receivable(first.slipId)).toMatchObject({ paid: true });
    const second = await world.slip({ paymentMethod: 'deposit' });
    expect(await receivable(second.slipId)).toMatchObject({ paidTotal: '37.00', outstanding: '76.00', paid: false });
    expect((await world.payments().getDeposit({ dealerId: world.dealerId })).balance).toBe('0.00');
  });

  it('another dealer\'s payment is missing, his own he may read but not match', async () => {
    const payment = await world.pay('5.00');
    const other = await world.newDealer();
    expect(await reasonOf(world.payments(world.dealer(other)).getPayment({ id: payment.id }))).toBe('NOT_FOUND');
    expect((await world.payments(world.dealer()).getPayment({ id: payment.id })).allowedActions).toMatchObject([
      { action: 'match', allowed: false, reason: 'ROLE_NOT_ALLOWED' }, { action: 'unmatch', allowed: false, reason: 'ROLE_NOT_ALLOWED' },
    ]);
    expect(await reasonOf(world.payments().recordPayment({ dealerId: newId(), method: 'cash', amount: '1.00' }))).toBe('DEALER_UNKNOWN');
    for (const bad of [{ method: 'gold' }, { amount: '1e308' }, { bankDate: '2026-02-30' }, { bankDate: '2999-01-01' }, { bankDate: '1999-01-01' }]) {
      const reason = await reasonOf(world.payments().recordPayment({ dealerId: world.dealerId, method: 'cash', amount: '1.00', ...bad }));
      expect(['PAYMENT_METHOD_UNKNOWN', 'AMOUNT_INVALID', 'INVALID_DATE', 'DATE_IN_FUTURE', 'DATE_TOO_OLD']).toContain(reason);
    }
  });
});
