import { RefundService } from '@aftercare/contracts';
import { businessDate, newId } from '@aftercare/domain';
import { reasonOf, startInvoicing, type InvoicingWorld } from '../invoicing.fixture.js';

let world: InvoicingWorld;
beforeAll(async () => {
  world = await startInvoicing();
}, 60_000);
afterAll(() => world.service.stop());
beforeEach(async () => {
  world.dealerId = await world.newDealer();
});

const refunds = (ctx = world.as('finance_clerk')) => world.service.client(RefundService, ctx);
const supervisor = () => refunds(world.as('service_supervisor'));
const ask = (amount: string, more: object = {}) => refunds().requestRefund({ dealerId: world.dealerId, amount, method: 'bank_transfer', reason: '多付', ...more });
const deposit = async (): Promise<string> => (await world.payments().getDeposit({ dealerId: world.dealerId })).balance;
const payIn = async (amount: string): Promise<string> => {
  const { id } = await world.pay(amount);
  await world.payments().matchPayment({ id, version: 1, allocations: [], restToDeposit: true });
  return id;
};
const balanced = async (): Promise<boolean> => (await world.ledger().getTrialBalance({})).balanced;

describe('B-4: a match is taken back by new postings', () => {
  const match = (id: string, slipId: string, amount: string) => world.payments().matchPayment({ id, version: 1, allocations: [{ slipId, amount }] });
  const payment = (id: string) => world.payments().getPayment({ id });
  const unmatch = (id: string, version: number, given: object) => world.payments().unmatchPayment({ id, version, reason: '记错', ...given });

  it('B-4: the slip owes it again, the payment has it again, both postings stay', async () => {
    const slip = await world.slip();
    const { id } = await world.pay('200.00');
    await match(id, slip.slipId, '113.00');
    const { allocations: [posted] } = await payment(id);
    expect(posted).toMatchObject({ slipNumber: slip.number, amount: '113.00', undone: false });
    expect(await reasonOf(unmatch(id, 2, { allocationIds: [posted.id], reason: '' }))).toBe('REASON_MISSING');
    expect(await reasonOf(unmatch(id, 2, {}))).toBe('NOTHING_TO_UNDO');
    expect(await reasonOf(unmatch(id, 2, { allocationIds: [newId()] }))).toBe('ALLOCATION_UNKNOWN');
    expect(await unmatch(id, 2, { allocationIds: [posted.id] })).toMatchObject({ state: 'open', version: 3 });
    expect(await payment(id)).toMatchObject({ unmatched: '200.00', allocations: [{ undone: true }] });
    expect(await world.receivables().getReceivable({ slipId: slip.slipId })).toMatchObject({ paid: false, outstanding: '113.00' });
    expect((await world.told<{ slipId: string; paid: boolean }>('ChargeSlipPaid')).filter(({ slipId }) => slipId === slip.slipId).map(({ paid }) => paid)).toEqual([true, false]);
    expect(await reasonOf(unmatch(id, 3, { allocationIds: [posted.id] }))).toBe('ALREADY_UNDONE');
    const postings = (await world.ledger().listPostings({ account: 'receivable', dealerId: world.dealerId })).items;
    expect(postings.map(({ debit, credit }) => [debit, credit]).sort()).toEqual([['0.00', '113.00'], ['113.00', '0.00'], ['113.00', '0.00']]);
    expect(await balanced()).toBe(true);
  });

  it('B-4: one payment over several slips, several payments over one slip, and each match is taken back by itself', async () => {
    const slips = [await world.slip(), await world.slip()];
    const first = await world.pay('150.00');
    await world.payments().matchPayment({ id: first.id, version: 1, allocations: [{ slipId: slips[0].slipId, amount: '113.00' }, { slipId: slips[1].slipId, amount: '37.00' }] });
    const second = await world.pay('76.00', 'rest');
    if (second.state !== 'matched') await match(second.id, slips[1].slipId, '76.00');
    expect(await world.receivables().getReceivable({ slipId: slips[1].slipId })).toMatchObject({ paid: true });
    const { allocations } = await payment(first.id);
    await unmatch(first.id, 2, { allocationIds: [allocations.find(({ slipId }) => slipId === slips[1].slipId)?.id] });
    expect(await payment(first.id)).toMatchObject({ unmatched: '37.00', state: 'partly_matched' });
    expect(await world.receivables().getReceivable({ slipId: slips[1].slipId })).toMatchObject({ paidTotal: '76.00', paid: false });
  });

  it('B-4: what went to the deposit comes back as far as it is there; what a reversal moved does not', async () => {
    const id = await payIn('100.00');
    expect(await unmatch(id, 2, { fromDeposit: true })).toMatchObject({ state: 'open' });
    expect(await deposit()).toBe('0.00');
    await world.payments().matchPayment({ id, version: 3, allocations: [], restToDeposit: true });
    await world.slip({ paymentMethod: 'deposit', nets: ['10.00'] });
    const offered = async (of: string) => (await payment(of)).allowedActions.find(({ action }) => action === 'unmatch');
    expect(await offered(id)).toMatchObject({ allowed: false, reason: 'DEPOSIT_SHORT' });
    expect(await reasonOf(unmatch(id, 4, { fromDeposit: true }))).toBe('DEPOSIT_SHORT');
    const slip = await world.slip();
    const other = await world.pay('113.00', slip.number);
    const reversalId = newId();
    await world.receivables().releaseSlip({ slipId: slip.slipId, reversalId, lines: [{ lineId: slip.lineIds[0], quantity: 1 }] });
    expect(await offered(other.id)).toMatchObject({ allowed: true });
    await world.reversed(slip, reversalId);
    expect(await offered(other.id)).toMatchObject({ allowed: false, reason: 'PAID_MOVED' });
    const { allocations: [posted], version } = await payment(other.id);
    expect(await reasonOf(unmatch(other.id, version, { allocationIds: [posted.id] }))).toBe('PAID_MOVED');
  });

  it('B-4: the database takes an allocation back once and never changes it', async () => {
    const slip = await world.slip();
    const { id } = await world.pay('113.00', slip.number);
    const { allocations: [posted], version } = await payment(id);
    const tried = await Promise.all([1, 2, 3].map(() => reasonOf(unmatch(id, version, { allocationIds: [posted.id] }))));
    expect(tried.sort()).toEqual(['STALE_VERSION', 'STALE_VERSION', 'no error']);
    const [{ sum }] = await world.service.sql<{ sum: string }>('select sum(amount)::text as sum from allocation where slip_id = $1', [slip.slipId]);
    expect(sum).toBe('0.00');
  });
});

describe('B-4: refunds over the bus', () => {
  it('B-4: finance asks, the supervisor approves, and only then the deposit gives it', async () => {
    await payIn('100.00');
    const asked = await ask('40.00');
    expect(await deposit()).toBe('100.00');
    const userId = newId();
    const own = await refunds(world.as('finance_clerk', { userId })).requestRefund({ dealerId: world.dealerId, amount: '1.00', method: 'cash', reason: '退' });
    expect(await reasonOf(refunds(world.as('service_supervisor', { userId })).approveRefund({ id: own.id, version: 1 }))).toBe('APPROVER_IS_REQUESTER');
    expect(await reasonOf(refunds().approveRefund({ id: asked.id, version: 1 }))).toBe('ROLE_NOT_ALLOWED');
    expect(await supervisor().approveRefund({ id: asked.id, version: 1 })).toMatchObject({ state: 'approved', version: 2 });
    expect(await deposit()).toBe('60.00');
    expect(await reasonOf(supervisor().approveRefund({ id: asked.id, version: 2 }))).toBe('STEP_NOT_ALLOWED');
    expect(await refunds(world.dealer()).getRefund({ id: asked.id })).toMatchObject({ amount: '40.00', reason: '多付', state: 'approved', allowedActions: [{ allowed: false }, { allowed: false }] });
    expect(await supervisor().rejectRefund({ id: own.id, version: 1, reason: '不退' })).toMatchObject({ state: 'rejected' });
    expect(await balanced()).toBe(true);
    expect(await reasonOf(refunds(world.dealer(await world.newDealer())).getRefund({ id: asked.id }))).toBe('NOT_FOUND');
  });

  it('B-4: what a payment has left is paid back, and no more than there is', async () => {
    const { id } = await world.pay('50.00');
    expect(await reasonOf(ask('50.01', { paymentId: id }))).toBe('OVER_ALLOCATED');
    expect(await reasonOf(ask('0.01'))).toBe('DEPOSIT_SHORT');
    const asked = await ask('20.00', { paymentId: id });
    await supervisor().approveRefund({ id: asked.id, version: 1 });
    expect(await world.payments().getPayment({ id })).toMatchObject({ unmatched: '30.00', refunded: '20.00', state: 'partly_matched' });
    world.dealerId = await world.newDealer();
    expect(await reasonOf(ask('1.00', { paymentId: id }))).toBe('DEALER_MISMATCH');
  });

  it('B-4: two refunds of one deposit approved at once: what is not there is not paid', async () => {
    await payIn('100.00');
    const [first, second] = [await ask('80.00'), await ask('80.00')];
    const tried = await Promise.all([first, second].map(({ id }) => reasonOf(supervisor().approveRefund({ id, version: 1 }))));
    expect(tried.sort()).toEqual(['DEPOSIT_SHORT', 'no error']);
    expect(await deposit()).toBe('20.00');
  });

  it('B-4: an approval is offered while the money is there, in the deposit or in the payment', async () => {
    const approve = async (id: string) => (await supervisor().getRefund({ id })).allowedActions.find(({ action }) => action === 'approve');
    await payIn('100.00');
    const [first, second] = [await ask('80.00'), await ask('80.00')];
    expect(await approve(second.id)).toMatchObject({ allowed: true });
    await supervisor().approveRefund({ id: first.id, version: 1 });
    expect(await approve(second.id)).toMatchObject({ allowed: false, reason: 'DEPOSIT_SHORT' });
    const slip = await world.slip();
    const { id, version } = await world.pay('113.00', 'x');
    const asked = await ask('50.00', { paymentId: id });
    expect(await approve(asked.id)).toMatchObject({ allowed: true });
    await world.payments().matchPayment({ id, version, allocations: [{ slipId: slip.slipId, amount: '100.00' }] });
    expect(await approve(asked.id)).toMatchObject({ allowed: false, reason: 'OVER_ALLOCATED' });
    expect(await reasonOf(supervisor().approveRefund({ id: asked.id, version: 1 }))).toBe('OVER_ALLOCATED');
  });
});

describe('B-4: the statement of an account', () => {
  it('B-4: opening, every posting with the balance after it, and closing', async () => {
    const today = businessDate(await world.service.now());
    const slip = await world.slip();
    await world.pay('113.00', slip.number);
    await world.slip({ nets: ['10.00'] });
    const asked = { account: 'receivable', dealerId: world.dealerId, from: today, to: today };
    const whole = await world.ledger().getAccountStatement(asked);
    expect(whole).toMatchObject({ openingBalance: '0.00', debitTotal: '124.30', creditTotal: '113.00', closingBalance: '11.30', nextCursor: '' });
    expect(whole.items.map(({ kind, balance }) => [kind, balance])).toEqual([['slip_confirmed', '113.00'], ['payment_matched', '0.00'], ['slip_confirmed', '11.30']]);
    const page = await world.ledger().getAccountStatement({ ...asked, page: { limit: 2 } });
    const next = await world.ledger().getAccountStatement({ ...asked, page: { limit: 2, cursor: page.nextCursor } });
    expect([...page.items, ...next.items]).toEqual(whole.items);
    expect(next).toMatchObject({ openingBalance: '0.00', closingBalance: '11.30' });
    expect(await reasonOf(world.ledger().getAccountStatement({ ...asked, account: 'gold' }))).toBe('ACCOUNT_UNKNOWN');
    expect(await reasonOf(world.ledger().getAccountStatement({ ...asked, to: '2020-01-01' }))).toBe('PERIOD_INVALID');
    expect(await reasonOf(world.ledger(world.dealer()).getAccountStatement(asked))).toBe('ROLE_NOT_ALLOWED');
  });
});
