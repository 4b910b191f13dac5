import { PayableService } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { reasonOf, startInvoicing, type InvoicingWorld, type ToldSlip } from '../invoicing.fixture.js';

let world: InvoicingWorld;
beforeAll(async () => {
  world = await startInvoicing();
}, 60_000);
afterAll(() => world.service.stop());
beforeEach(async () => {
  world.dealerId = await world.newDealer();
});

const payables = (ctx = world.as('finance_clerk')) => world.service.client(PayableService, ctx);
const reimbursement = (net = '80.00', payeeKind = 'dealer'): Promise<ToldSlip> => world.slip({ nets: [net], untaxed: true, direction: 'reimbursement', payeeKind });
const of = (slip: ToldSlip, ctx = world.as('finance_clerk')) => payables(ctx).getPayable({ slipId: slip.slipId });
const balance = async (account: string): Promise<string> => {
  const [{ sum }] = await world.service.sql<{ sum: string }>('select coalesce(sum(debit - credit), 0.00)::text as sum from posting where dealer_id = $1 and account = $2', [world.dealerId, account]);
  return sum;
};

describe('R-14: reimbursements over the bus', () => {
  it('R-14, F-6: a confirmed reimbursement is owed to the dealer and no receivable of it', async () => {
    const slip = await reimbursement();
    expect(await of(slip, world.dealer())).toMatchObject({ slipNumber: slip.number, state: 'open', grossTotal: '80.00', outstanding: '80.00', entries: [] });
    expect([await balance('reimbursement_payable'), await balance('reimbursement_expense'), await balance('receivable'), await balance('revenue')]).toEqual(['-80.00', '80.00', '0.00', '0.00']);
    expect((await world.receivables().listReceivables({ dealerId: world.dealerId })).items).toEqual([]);
    expect(await reasonOf(of(slip, world.dealer(await world.newDealer())))).toBe('NOT_FOUND');
  });

  it('R-14: finance pays it once', async () => {
    const slip = await reimbursement();
    const pay = (given: object = {}, ctx = world.as('finance_clerk')) => payables(ctx).payPayable({ slipId: slip.slipId, version: 1, method: 'bank_transfer', reference: 'T-1', ...given });
    expect(await reasonOf(pay({}, world.as('service_clerk')))).toBe('ROLE_NOT_ALLOWED');
    expect(await reasonOf(pay({ method: 'deposit' }))).toBe('PAYMENT_METHOD_UNKNOWN');
    const paid = await Promise.all([1, 2, 3].map(() => reasonOf(pay())));
    expect(paid.sort()).toEqual(['STALE_VERSION', 'STALE_VERSION', 'no error']);
    expect(await of(slip)).toMatchObject({ state: 'settled', outstanding: '0.00', entries: [{ way: 'bank_transfer', amount: '80.00', reference: 'T-1' }] });
    expect(await reasonOf(pay({ version: 2 }))).toBe('STEP_NOT_ALLOWED');
    expect([await balance('reimbursement_payable'), await balance('bank_transfer')]).toEqual(['0.00', '-80.00']);
    const told = (await world.told<{ slipId: string; settled: boolean; way: string }>('ReimbursementPaid')).filter(({ slipId }) => slipId === slip.slipId);
    expect(told).toMatchObject([{ settled: true, way: 'bank_transfer', amount: '80.00' }]);
  });

  it('R-14: it is set off against slips of the same dealer, the rest is paid', async () => {
    const [slip, owed] = [await reimbursement('150.00'), await world.slip()];
    const setOff = (version: number, amount: string, slipId = owed.slipId) => payables().setOffPayable({ slipId: slip.slipId, version, allocations: [{ slipId, amount }] });
    expect(await reasonOf(setOff(1, '113.01'))).toBe('OVER_ALLOCATED');
    expect(await reasonOf(setOff(1, '1.00', newId()))).toBe('NOT_FOUND');
    expect(await reasonOf(payables().setOffPayable({ slipId: slip.slipId, version: 1, allocations: [] }))).toBe('ALLOCATIONS_MISSING');
    expect(await setOff(1, '113.00')).toMatchObject({ state: 'open', version: 2 });
    expect(await world.receivables().getReceivable({ slipId: owed.slipId })).toMatchObject({ paid: true });
    expect(await of(slip)).toMatchObject({ outstanding: '37.00', entries: [{ way: 'set_off', reference: owed.number }] });
    await payables().payPayable({ slipId: slip.slipId, version: 2, method: 'cash' });
    expect(await balance('reimbursement_payable')).toBe('0.00');
    expect((await world.ledger().getTrialBalance({})).balanced).toBe(true);
  });

  it('R-14: what the customer or a third party gets is paid and not set off', async () => {
    const [slip, owed] = [await reimbursement('80.00', 'customer'), await world.slip()];
    expect(await of(slip)).toMatchObject({ payeeKind: 'customer', allowedActions: [{ action: 'pay', allowed: true }, { action: 'set-off', allowed: false, reason: 'REIMBURSEMENT_NOT_DEALERS' }] });
    const allocations = [{ slipId: owed.slipId, amount: '80.00' }];
    expect(await reasonOf(payables().setOffPayable({ slipId: slip.slipId, version: 1, allocations }))).toBe('REIMBURSEMENT_NOT_DEALERS');
    expect(await payables().payPayable({ slipId: slip.slipId, version: 1, method: 'alipay' })).toMatchObject({ state: 'settled' });
  });

  it('F-5, R-14: its reversal is released only while nothing of it was paid, and takes it back', async () => {
    const [kept, taken] = [await reimbursement(), await reimbursement()];
    await payables().payPayable({ slipId: kept.slipId, version: 1, method: 'cash' });
    const release = (slip: ToldSlip, reversalId = newId()) => world.receivables().releaseSlip({ slipId: slip.slipId, reversalId, lines: [{ lineId: slip.lineIds[0], quantity: 1 }] });
    expect(await release(kept)).toEqual(expect.objectContaining({ released: false, reason: 'REIMBURSEMENT_PAID' }));
    const reversalId = newId();
    expect(await release(taken, reversalId)).toMatchObject({ released: true });
    expect(await reasonOf(payables().payPayable({ slipId: taken.slipId, version: 1, method: 'cash' }))).toBe('STALE_VERSION');
    expect(await release(taken, reversalId)).toMatchObject({ released: true });
    await world.reversed(taken, reversalId);
    expect(await of(taken)).toMatchObject({ state: 'reversed', outstanding: '0.00' });
    expect(await balance('reimbursement_payable')).toBe('0.00');
  });

  it('F-5, R-14: released and then not reversed it is paid after all, once the release is given back', async () => {
    const slip = await reimbursement();
    const lines = [{ lineId: slip.lineIds[0], quantity: 1 }];
    const ask = (reversalId: string, given = lines) => world.receivables().releaseSlip({ slipId: slip.slipId, reversalId, lines: given });
    const [first, second] = [newId(), newId()];
    await ask(first);
    await ask(second);
    await ask(first, []);
    expect(await of(slip)).toMatchObject({ state: 'released' });
    expect(await reasonOf(ask(first))).toBe('STALE_VERSION');
    await ask(second, []);
    const open = await of(slip);
    expect(open).toMatchObject({ state: 'open', outstanding: '80.00' });
    expect(await payables().payPayable({ slipId: slip.slipId, version: open.version, method: 'cash' })).toMatchObject({ state: 'settled' });
    expect(await ask(newId())).toMatchObject({ released: false, reason: 'REIMBURSEMENT_PAID' });
  });

  it('F-5, R-14: taken back in part it stays released for a reversal that was granted meanwhile', async () => {
    const slip = await reimbursement();
    const ask = (reversalId: string, pieces = 1) => world.receivables().releaseSlip({ slipId: slip.slipId, reversalId, lines: pieces === 0 ? [] : [{ lineId: slip.lineIds[0], quantity: pieces }] });
    const [part, rest] = [newId(), newId()];
    await ask(part);
    await ask(rest);
    await world.reversed({ ...slip, netTotal: '30.00', grossTotal: '30.00' }, part);
    expect(await of(slip)).toMatchObject({ state: 'released', outstanding: '50.00' });
    await ask(rest, 0);
    expect(await of(slip)).toMatchObject({ state: 'open', outstanding: '50.00' });
  });
});
