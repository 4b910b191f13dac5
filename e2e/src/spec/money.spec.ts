import { businessDate, monthOf } from '@aftercare/domain';
import { check, countOf, tableOf } from '../check/check.js';
import { eventually, ProblemError, type Api, type Ref } from '../http/api.js';
import { photo } from '../http/photo.js';
import { sendSheet } from '../http/sheets.js';
import { callAndRequest, sellAndInstall, type Stage } from '../story/loop.js';
import { createPart, type Job } from '../story/goods.js';
import { setUpStage } from '../story/stage.js';
import type { SpecPlatform } from './platform-fixture.js';
import { startStoryPlatform } from './story-platform.js';

let world: SpecPlatform;
let stage: Stage & { serials: string[] };
beforeAll(async () => {
  world = await startStoryPlatform();
  stage = await setUpStage(world.admin, { url: world.running.url, password: 'Money-spec-2026-x', suffix: 'mo' }, () => undefined);
}, 180_000);
afterAll(() => world?.stop(), 60_000);

const today = (): string => businessDate(stage.now());
const PRICES = { 'MO-A': '12.345', 'MO-B': '100', 'MO-C': '0.1', 'MO-D': '50' } as const;
type Number = keyof typeof PRICES;
const partIds = new Map<string, string>();

interface Slip extends Ref {
  grossTotal: string;
}

const slips: Record<string, Slip> = {};
let consolidated: Ref;

/** A slip by hand, confirmed and known to invoicing (F-1, F-5). */
async function charged(number: Number, quantity: number, invoiceWish: string): Promise<Slip> {
  const { clerk, finance } = stage.people;
  const draft = await clerk.post('/charge-slips', { dealerId: stage.dealer.id, lines: [{ partId: partIds.get(number), quantity }], paymentMethod: 'bank_transfer', invoiceWish, reason: '补收' });
  await clerk.post(`/charge-slips/${draft.id}/confirm`, { version: draft.version });
  await eventually(() => finance.raw('GET', `/receivables/${draft.id}`), ({ status }) => status === 200, 'the receivable');
  return finance.get<Slip>(`/charge-slips/${draft.id}`);
}

const reasonOf = (work: Promise<unknown>): Promise<string> => work.then(() => 'done', (error: unknown) => (error instanceof ProblemError ? error.problem.reason : Promise.reject(error as Error)));
const stubs = async (): Promise<string[]> => (await stage.people.finance.get<{ items: { slipId: string }[] }>(`/stubs?dealerId=${stage.dealer.id}`)).items.map(({ slipId }) => slipId).sort();
const ids = (names: string[]): string[] => names.map((name) => slips[name]?.id ?? '').sort();
const pdf = async (api: Api, path: string): Promise<string> => {
  const answer = await fetch(`${world.running.url}/api/v1${path}`, { headers: { cookie: api.cookie } });
  return `${answer.status} ${answer.headers.get('content-type')} ${Buffer.from(await answer.arrayBuffer()).subarray(0, 5).toString('latin1')}`;
};
let papers = 0;
const paper = ({ version }: Ref): object => {
  papers += 1;
  return { version, invoiceNumber: String(papers).padStart(20, '9'), invoiceDate: today() };
};

describe('the money of a dealer over HTTP', () => {
  it('F-7: finance imports a price list, checked first; the supervisor publishes it, and its prices hold from their day on', async () => {
    const { people, dealer } = stage;
    for (const number of Object.keys(PRICES)) partIds.set(number, (await createPart(people.clerk, { number, name: '阀芯', partClass: 'cartridge' })).id);
    const rows = Object.entries(PRICES).map(([partNumber, dealerPrice]) => ({ partNumber, dealerPrice, suggestedPrice: '200', effectiveFrom: today() }));
    const wrong = await sendSheet(people.finance, 'price-lists', [...rows, { partNumber: 'MO-X', dealerPrice: '1', suggestedPrice: '2', effectiveFrom: today() }], { dryRun: true });
    expect(wrong).toMatchObject({ state: 'failed', errors: [{ row: 6, column: 'partNumber' }] });
    expect(await sendSheet(people.finance, 'price-lists', rows, { dryRun: true })).toMatchObject({ state: 'done', errors: [] });
    expect((await people.finance.get<{ items: Ref[] }>('/price-lists?state=draft')).items).toEqual([]);
    expect(await sendSheet(people.finance, 'price-lists', rows)).toMatchObject({ state: 'done', errors: [] });
    const [draft] = (await people.finance.get<{ items: Ref[] }>('/price-lists?state=draft')).items;
    expect(await reasonOf(people.finance.post(`/price-lists/${draft?.id}/publish`, { version: draft?.version }))).toBe('ROLE_NOT_ALLOWED');
    await people.supervisor.post(`/price-lists/${draft?.id}/publish`, { version: draft?.version });
    const { items } = await dealer.manager.get<{ items: { partNumber: string; dealerPrice: string }[] }>(`/prices?on=${today()}&q=MO-A`);
    expect(items).toMatchObject([{ dealerPrice: '12.3450' }]);
  }, 60_000);

  it('F-4, B-1: three slips for later and one for never: the preview has 137.34, tax 17.86, together 155.20; the run makes one invoice of it, once', async () => {
    const { finance } = stage.people;
    Object.assign(slips, { a: await charged('MO-A', 3, 'later'), b: await charged('MO-B', 1, 'later'), c: await charged('MO-C', 3, 'later'), never: await charged('MO-D', 1, 'never') });
    expect(await stubs()).toEqual(ids(['a', 'b', 'c']));
    const asked = { dealerId: stage.dealer.id, from: today(), to: today() };
    expect(await finance.post('/consolidations/preview', asked)).toMatchObject({ netTotal: '137.34', taxTotal: '17.86', grossTotal: '155.20', invoices: [{ grossAmount: '155.20', slipCount: 3 }] });
    const job = await finance.post<Ref>('/consolidations', { ...asked, kind: 'general' });
    const done = await eventually(() => finance.get<Job>(`/jobs/invoicing/${job.id}`), ({ state }) => state === 'done' || state === 'failed', 'the end of the run');
    expect(done).toMatchObject({ state: 'done' });
    const { consolidationId } = JSON.parse(done.result) as { consolidationId: string };
    await eventually(() => finance.get<Ref>(`/consolidations/${consolidationId}`), ({ state }) => state === 'done', 'the run');
    const { items } = await finance.get<{ items: (Ref & { grossTotal: string })[] }>(`/invoices?dealerId=${stage.dealer.id}`);
    expect(items).toMatchObject([{ grossTotal: '155.20', state: 'requested' }]);
    consolidated = items[0] as Ref;
    expect(await stubs()).toEqual([]);
    expect(await reasonOf(finance.post('/invoices', { dealerId: stage.dealer.id, slipIds: [slips.never?.id], kind: 'general' }))).toBe('NOTHING_TO_INVOICE');
    for (const name of ['a', 'b']) expect(await reasonOf(finance.post('/invoices', { dealerId: stage.dealer.id, slipIds: [slips[name]?.id], kind: 'general' }))).toBe('ALREADY_REQUESTED');
  }, 60_000);

  it('B-2, F-5: a slip on an invoice is not reversed before its red letter; one over a line frees that line alone', async () => {
    const { finance, supervisor } = stage.people;
    await finance.post(`/invoices/${consolidated.id}/issue`, paper(consolidated));
    expect(await pdf(stage.dealer.manager, `/invoices/${consolidated.id}/print`)).toBe('200 application/pdf %PDF-');
    const reverse = (): Promise<Ref> => finance.get<Ref>(`/charge-slips/${slips.c?.id}`).then(({ version }) => finance.post(`/charge-slips/${slips.c?.id}/reverse`, { version, lines: [], reason: '错收' }));
    expect(await reasonOf(reverse())).toBe('RED_LETTER_FIRST');
    const { lines } = await finance.get<{ lines: { lineId: string }[] }>(`/receivables/${slips.c?.id}`);
    const drafted = await finance.post(`/invoices/${consolidated.id}/draft-red-letter`, { lineIds: lines.map(({ lineId }) => lineId), reason: '错开' });
    expect(await reasonOf(finance.post(`/red-letters/${drafted.id}/approve`, { version: drafted.version }))).toBe('ROLE_NOT_ALLOWED');
    const approved = await supervisor.post(`/red-letters/${drafted.id}/approve`, { version: drafted.version });
    expect(await stubs()).toEqual([]);
    await finance.post(`/red-letters/${drafted.id}/issue`, paper(approved));
    expect(await stubs()).toEqual(ids(['c']));
    expect(await finance.get(`/invoices/${consolidated.id}`)).toMatchObject({ state: 'issued', redTotal: '0.34' });
    await reverse();
    expect(await finance.get(`/charge-slips/${slips.c?.id}`)).toMatchObject({ state: 'void' });
    await eventually(stubs, (left) => left.length === 0, 'the reversal in the register');
  }, 60_000);

  it('B-4, R-14: one payment over two slips with the rest as deposit; a claim of the dealer is approved, set off against a slip and the rest paid', async () => {
    const { finance, supervisor, clerk } = stage.people;
    const { manager, id: dealerId } = stage.dealer;
    const payment = await finance.post('/payments', { dealerId, method: 'bank_transfer', amount: '200.00', reference: '三月' });
    const allocations = ['a', 'b'].map((name) => ({ slipId: slips[name]?.id, amount: slips[name]?.grossTotal }));
    expect(await reasonOf(finance.post(`/payments/${payment.id}/match`, { version: payment.version, allocations: [...allocations, { slipId: slips.never?.id, amount: '56.51' }] }))).toBe('OVER_ALLOCATED');
    await finance.post(`/payments/${payment.id}/match`, { version: payment.version, allocations, restToDeposit: true });
    expect(await manager.get('/deposits')).toMatchObject({ balance: '45.14' });

    const sold = await sellAndInstall(stage, { serial: stage.serials[0] ?? '', customerId: '', unitId: '', customerName: '王小明', customerPhone: '13800138000', purchaseDate: today() });
    const { callId } = await callAndRequest(stage, sold, stage.goods.cartridgeId);
    const claim = await manager.post('/reimbursements', {
      callId, reason: 'too_far', performedOn: today(), performedBy: '小李五金', description: '更换角阀', amount: '120.00', payeeKind: 'dealer', proofs: [await manager.upload(await photo(9), 'receipt.jpg', 'image/jpeg')],
    });
    const submitted = await manager.post(`/reimbursements/${claim.id}/submit`, { version: claim.version });
    expect(await reasonOf(clerk.post(`/reimbursements/${claim.id}/approve`, { version: submitted.version, amount: '120.00' }))).toBe('ROLE_NOT_ALLOWED');
    await supervisor.post(`/reimbursements/${claim.id}/approve`, { version: submitted.version, amount: '100.00', note: '按标准' });
    const drafts = () => clerk.get<{ items: Ref[] }>(`/charge-slips?dealerId=${dealerId}&direction=reimbursement`);
    const { items: [draft] } = await eventually(drafts, ({ items }) => items.length === 1, 'the slip of the claim');
    await finance.post(`/charge-slips/${draft?.id}/confirm`, { version: draft?.version });
    const owed = () => finance.raw<Ref & { outstanding: string }>('GET', `/payables/${draft?.id}`);
    const { body: payable } = await eventually(owed, ({ status }) => status === 200, 'what is owed to the dealer');
    expect(payable).toMatchObject({ outstanding: '100.00' });
    const set = await finance.post(`/payables/${draft?.id}/set-off`, { version: payable.version, allocations: [{ slipId: slips.never?.id, amount: '56.50' }] });
    await finance.post(`/payables/${draft?.id}/pay`, { version: set.version, method: 'bank_transfer', reference: 'T-100' });
    expect((await owed()).body).toMatchObject({ state: 'settled', outstanding: '0.00' });
    const told = () => manager.get<{ payoutState: string; paidAmount: string }>(`/reimbursements/${claim.id}`);
    expect(await eventually(told, ({ payoutState }) => payoutState === 'paid', 'what became of the claim')).toMatchObject({ paidAmount: '100.00' });
  }, 90_000);

  it('B-5, B-4: the dealer’s statement has each movement once, its end is what is owed less what is kept, on screen and on paper; the ledger balances', async () => {
    const { finance } = stage.people;
    const { manager, id: dealerId } = stage.dealer;
    const month = monthOf(today());
    const statement = await manager.get<{ items: { kind: string; debit: string; credit: string; balance: string }[]; closingBalance: string; debitTotal: string; creditTotal: string }>(`/statements/dealer?month=${month}`);
    expect(statement.items.map(({ kind, debit, credit }) => `${kind} ${debit} ${credit}`).sort()).toEqual([
      'payment_received 0.00 200.00', 'set_off 0.00 56.50', 'slip_confirmed 0.34 0.00', 'slip_confirmed 113.00 0.00', 'slip_confirmed 41.86 0.00', 'slip_confirmed 56.50 0.00', 'slip_reversed 0.00 0.34',
    ]);
    expect(statement).toMatchObject({ debitTotal: '211.70', creditTotal: '256.84', closingBalance: '-45.14' });
    expect(statement.items.at(-1)?.balance).toBe('-45.14');
    expect(await pdf(manager, `/statements/dealer/print?month=${month}`)).toBe('200 application/pdf %PDF-');
    expect(await finance.get<{ items: object[] }>(`/statements/receivables-by-age?dealerId=${dealerId}`)).toMatchObject({ items: [] });
    const accounts = await finance.get<{ balanced: boolean; accounts: { account: string; balance: string }[] }>('/ledger/trial-balance');
    const of = (account: string): string | undefined => accounts.accounts.find((each) => each.account === account)?.balance;
    expect([accounts.balanced, of('receivable'), of('deposit'), of('reimbursement_payable'), of('bank_transfer')]).toEqual([true, '0.00', '-45.14', '0.00', '156.50']);
    expect(await finance.get(`/ledger/trial-balance?asOf=${today()}`)).toEqual(accounts);
  }, 60_000);

  it('the checker finds no violation afterwards', async () => {
    const { verdicts } = await check(world.running);
    expect(`${countOf(verdicts)}\n${tableOf(verdicts)}`).toMatch(/^0\n/);
  }, 90_000);
});
