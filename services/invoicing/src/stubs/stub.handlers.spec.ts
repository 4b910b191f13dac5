import { JobService, ListStubsRequestSchema, SettingChangedSchema, StubService } from '@aftercare/contracts';
import { addDays, businessDate, newId } from '@aftercare/domain';
import { pageOf } from '@aftercare/service';
import { planOf } from '@aftercare/testing';
import { create } from '@bufbuild/protobuf';
import { reasonOf, startInvoicing, type InvoicingWorld } from '../invoicing.fixture.js';
import { listStubs } from './stub.handlers.js';

let world: InvoicingWorld;
let today: string;
beforeAll(async () => {
  world = await startInvoicing();
  today = businessDate(await world.service.now());
}, 60_000);
afterAll(() => world.service.stop());
beforeEach(async () => {
  world.dealerId = await world.newDealer();
});

const stubs = (ctx = world.as('finance_clerk')) => world.service.client(StubService, ctx);
const register = async (ctx = world.dealer()) => (await stubs(ctx).listStubs({})).items;
const period = () => ({ from: today, to: today });
const finance = () => world.as('finance_clerk', { idempotencyKey: undefined });
const begin = async (given: object = {}): Promise<string> => {
  const jobs = world.service.client(JobService, finance());
  const options = { dealerId: world.dealerId, ...period(), includeNow: false, kind: 'general', ...given };
  const { id } = await jobs.beginJob({ kind: 'consolidate-invoices', options: JSON.stringify(options), dryRun: false, fileName: '' });
  await jobs.startJob({ id, totalRows: 0 });
  return id;
};
const ended = async (jobId: string) => {
  await world.service.drain();
  const job = await world.service.client(JobService, world.as('service_supervisor')).getJob({ id: jobId });
  return { ...job, runId: (JSON.parse(job.result || '{}') as { consolidationId?: string }).consolidationId ?? '' };
};
const dealersOf = async (id: string) => (await stubs().listConsolidationDealers({ id })).items;
const limit = async (yuan: number, version: number): Promise<void> => {
  await world.service.publish(SettingChangedSchema, { key: 'invoice.limitYuan', value: String(yuan), effectiveFrom: today, version });
  await world.service.drain();
};

describe('F-4: the stub register over the bus', () => {
  it('F-4: shows what is later, for whom, since when and how much; never and now are not in it', async () => {
    const slips = [await world.slip({ nets: ['37.04'] }), await world.slip({ nets: ['100.00', '0.30'] })];
    await world.slip({ invoiceWish: 'never' });
    await world.slip({ invoiceWish: 'now' });
    expect(await register()).toMatchObject([
      { slipId: slips[0].slipId, slipNumber: slips[0].number, dealerId: world.dealerId, taxTitle: '上海某公司', netAmount: '37.04', taxAmount: '4.82', grossAmount: '41.86' },
      { slipId: slips[1].slipId, netAmount: '100.30', taxAmount: '13.04' },
    ]);
    const totals = async (ctx = world.dealer()) => (await stubs(ctx).listStubTotals({ dealerId: world.dealerId })).items;
    expect(await totals()).toMatchObject([{ dealerId: world.dealerId, slipCount: 2, netAmount: '137.34', taxAmount: '17.86', grossAmount: '155.20', taxTitle: '上海某公司' }]);
    expect(await totals(finance())).toHaveLength(1);
    expect(await totals(world.dealer(await world.newDealer()))).toEqual([]);
    expect((await stubs(world.dealer()).listStubs({ from: addDays(today, 1) })).items).toEqual([]);
    expect(await reasonOf(stubs().listStubs({ from: '2026-02-30' }))).toBe('INVALID_DATE');
  });

  it('F-4: a slip leaves it when its wish changes, when it is invoiced, and as far as it is released; a red letter or a withdrawal brings it back', async () => {
    const slip = await world.slip({ nets: ['10.00', '20.00'] });
    const { version } = await world.receivables().getReceivable({ slipId: slip.slipId });
    const wish = (invoiceWish: string, at: number) => world.receivables().setInvoiceWish({ slipId: slip.slipId, version: at, invoiceWish, askedBy: '王经理' });
    const changed = await wish('never', version);
    expect(await register()).toEqual([]);
    await wish('later', changed.version);
    await world.receivables().releaseSlip({ slipId: slip.slipId, reversalId: crypto.randomUUID(), lines: [{ lineId: slip.lineIds[0], quantity: 1 }] });
    expect(await register()).toMatchObject([{ netAmount: '20.00', taxAmount: '2.60' }]);
    const invoice = await world.invoices().requestInvoice({ dealerId: world.dealerId, slipIds: [slip.slipId], kind: 'general' });
    expect(await register()).toEqual([]);
    await world.invoices().withdrawInvoice({ id: invoice.id, version: 1, reason: '重复' });
    expect(await register()).toMatchObject([{ netAmount: '20.00' }]);
  });

  it('is read in index order', async () => {
    const plan = (ctx: ReturnType<InvoicingWorld['dealer']>) => planOf(world.service.dataSource, listStubs(create(ListStubsRequestSchema, {}), ctx, pageOf({}, { list: 'stubs', key: 'instant' })).text);
    expect(await plan(world.dealer())).toContain('using receivable_dealer_stub ');
    expect(await plan(world.as('finance_clerk'))).toContain('using receivable_stub ');
  });
});

describe('F-4, B-1: the consolidated run over the bus', () => {
  it('F-4, B-1: three slips `later` and one `never`: 137.34, tax 17.86, together 155.20, one request; nothing is left', async () => {
    for (const net of ['37.04', '100.00', '0.30']) await world.slip({ nets: [net] });
    await world.slip({ nets: ['50.00'], invoiceWish: 'never' });
    const preview = await stubs().previewConsolidation({ dealerId: world.dealerId, ...period() });
    expect(preview).toMatchObject({ netTotal: '137.34', taxTotal: '17.86', grossTotal: '155.20', limitAmount: '1000000.00', invoices: [{ taxRate: '13', part: 1, parts: 1, slipCount: 3, lineCount: 3, problem: '' }] });
    const job = await ended(await begin());
    expect(job).toMatchObject({ state: 'done' });
    expect(await stubs().getConsolidation({ id: job.runId })).toMatchObject({ state: 'done', dealerCount: 1, doneCount: 1, invoiceCount: 1, grossTotal: '155.20' });
    const [dealer] = await dealersOf(job.runId);
    expect(dealer).toMatchObject({ state: 'requested', reason: '', invoiceNumbers: [expect.stringMatching(/^IR-/)], grossTotal: '155.20' });
    const { items: [invoice] } = await world.invoices().listInvoices({ dealerId: world.dealerId });
    expect(await world.invoices().getInvoice({ id: invoice.id })).toMatchObject({ kind: 'general', state: 'requested', consolidationId: job.runId });
    expect(await register()).toEqual([]);
    expect(await reasonOf(stubs().previewConsolidation({ dealerId: world.dealerId, ...period() }))).toBe('NOTHING_TO_INVOICE');
    expect(await ended(await begin())).toMatchObject({ state: 'failed', errors: [{ code: 'NOTHING_TO_INVOICE' }] });
  });

  it('F-4: split by tax rate and by the limit of the settings; the parts come to the whole', async () => {
    await limit(100, 1);
    await world.slip({ nets: ['60.00', '40.00'] });
    await world.slip({ nets: ['30.00'], untaxed: true });
    await world.slip({ nets: ['70.00'] });
    const { invoices, netTotal } = await stubs().previewConsolidation({ dealerId: world.dealerId, ...period() });
    expect(invoices.map(({ taxRate, part, parts, netAmount }) => [taxRate, part, parts, netAmount])).toEqual([['0', 1, 1, '30.00'], ['13', 1, 2, '100.00'], ['13', 2, 2, '70.00']]);
    const { runId } = await ended(await begin());
    expect([netTotal, (await dealersOf(runId))[0].invoiceCount]).toEqual(['200.00', 3]);
    await limit(0, 2);
  });

  it('B-1: a dealer without tax identity is skipped and says so; slips that wish now are taken when asked', async () => {
    world.dealerId = await world.newDealer('');
    await world.slip();
    expect(await stubs().previewConsolidation({ dealerId: world.dealerId, ...period() })).toMatchObject({ grossTotal: '0.00', invoices: [{ problem: 'TAX_IDENTITY_MISSING' }] });
    const { runId } = await ended(await begin());
    expect(await dealersOf(runId)).toMatchObject([{ state: 'skipped', reason: 'TAX_IDENTITY_MISSING', invoiceCount: 0 }]);
    world.dealerId = await world.newDealer();
    await world.slip({ invoiceWish: 'now' });
    expect(await reasonOf(stubs().previewConsolidation({ dealerId: world.dealerId, ...period() }))).toBe('NOTHING_TO_INVOICE');
    expect(await stubs().previewConsolidation({ dealerId: world.dealerId, ...period(), includeNow: true })).toMatchObject({ grossTotal: '113.00' });
  });

  it('F-4, B-1: two runs at once, with a request and a reversal beside them, never invoice a line twice', async () => {
    const slips = [];
    for (let at = 0; at < 6; at += 1) slips.push(await world.slip({ nets: ['10.00'] }));
    const [first, second] = await Promise.all([begin(), begin({ kind: 'special' })]);
    await Promise.all([
      ended(first), reasonOf(world.invoices().requestInvoice({ dealerId: world.dealerId, slipIds: [slips[0].slipId], kind: 'general' })),
      reasonOf(world.receivables().releaseSlip({ slipId: slips[1].slipId, reversalId: crypto.randomUUID(), lines: [{ lineId: slips[1].lineIds[0], quantity: 1 }] })),
    ]);
    const runs = [await ended(first), await ended(second)];
    for (const { state, runId } of runs.filter(({ runId: id }) => id !== '')) expect([state, (await stubs().getConsolidation({ id: runId })).state]).toEqual(['done', 'done']);
    const live = await world.service.sql<{ count: number }>('select count(*)::int as count from invoice_line where live and dealer_id = $1 group by line_id', [world.dealerId]);
    expect(live.every(({ count }) => count === 1)).toBe(true);
    const [{ both }] = await world.service.sql<{ both: number }>(
      'select count(*)::int as both from invoice_line i join receivable_line l on l.line_id = i.line_id where i.live and l.released_quantity > 0 and l.dealer_id = $1', [world.dealerId]);
    expect(both).toBe(0);
    expect(await register()).toEqual([]);
  });

  it('F-4: a run whose process was lost goes on and requests each invoice once', async () => {
    const dealers = [world.dealerId, await world.newDealer(), await world.newDealer()];
    for (const dealerId of dealers) await world.slip({ dealerId });
    const jobId = await begin({ dealerId: '' });
    await world.service.restart();
    const { runId } = await ended(jobId);
    const mine = (await dealersOf(runId)).filter(({ dealerId }) => dealers.includes(dealerId));
    expect(mine.map(({ state, invoiceCount }) => [state, invoiceCount])).toEqual(dealers.map(() => ['requested', 1]));
    expect(await stubs().getConsolidation({ id: runId })).toMatchObject({ state: 'done' });
    const nobody = newId();
    expect([await reasonOf(stubs().getConsolidation({ id: nobody })), await reasonOf(stubs().listConsolidationDealers({ id: nobody }))]).toEqual(['NOT_FOUND', 'NOT_FOUND']);
  });

  it('F-4: only finance begins a run; what came of it the manufacturer reads', async () => {
    expect(await reasonOf(world.service.client(JobService, world.dealer()).beginJob({ kind: 'consolidate-invoices', options: '{}', dryRun: false, fileName: '' }))).toBe('ROLE_NOT_ALLOWED');
    expect(await reasonOf(stubs(world.dealer()).listConsolidations({}))).toBe('ROLE_NOT_ALLOWED');
    expect((await stubs(world.as('auditor')).listConsolidations({ state: 'done' })).items.length).toBeGreaterThan(0);
  });
});
