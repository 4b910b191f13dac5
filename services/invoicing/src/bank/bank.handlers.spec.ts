import { BankService, DealerChangedSchema, JobService } from '@aftercare/contracts';
import { addDays, businessDate, newId } from '@aftercare/domain';
import { Database } from '@aftercare/service';
import { faultsOf } from '@aftercare/testing';
import { reasonOf, startInvoicing, type InvoicingWorld } from '../invoicing.fixture.js';
import { bookUnidentified } from './bank-line.store.js';
import { BankLineRow } from './bank.entity.js';

let world: InvoicingWorld;
let today: string;
let formatId: string;
let accounts = 0;
beforeAll(async () => {
  world = await startInvoicing();
  today = businessDate(await world.service.now());
}, 60_000);
afterAll(() => world.service.stop());

const bank = (ctx = world.as('finance_clerk')) => world.service.client(BankService, ctx);
const COLUMNS = { date: '日期', amount: '收入', reference: '摘要', payerName: '户名', payerAccount: '账号', transactionNumber: '流水号' };
const HEADINGS = ['日期', '收入', '摘要', '户名', '账号', '流水号'];
const file = async (lines: string[][], given: { dryRun?: boolean; format?: string } = {}) => {
  const ctx = world.as('finance_clerk', { idempotencyKey: undefined });
  const jobs = world.service.client(JobService, ctx);
  const { id } = await jobs.beginJob({ kind: 'import-bank-lines', options: JSON.stringify({ formatId: given.format ?? formatId }), dryRun: given.dryRun ?? false, fileName: 'bank.csv' });
  const rows = [HEADINGS, ...lines].map((cells, at) => ({ row: at + 1, cells: Object.fromEntries(cells.map((cell, column) => [String.fromCharCode(65 + column), cell])) }));
  await jobs.appendRows({ id, frame: 1, rows });
  await jobs.startJob({ id, totalRows: rows.length });
  await world.service.drain();
  return jobs.getJob({ id });
};
const result = async (lines: string[][]): Promise<Record<string, number>> => JSON.parse((await file(lines)).result) as Record<string, number>;
const line = (amount: string, reference: string, more: { name?: string; account?: string; number?: string } = {}): string[] =>
  [today, amount, reference, more.name ?? '', more.account ?? '', more.number ?? newId()];
const linesOf = async (state: string) => (await bank().listBankLines({ state })).items;
const balanceOf = async (account: string): Promise<string> => {
  const balance = await world.ledger().getTrialBalance({});
  expect(balance.balanced).toBe(true);
  return balance.accounts.find((each) => each.account === account)?.balance ?? '0.00';
};

beforeEach(async () => {
  world.dealerId = await world.newDealer();
  accounts += 1;
  formatId = (await bank().createBankFormat({ name: `某银行 ${accounts}`, ownAccount: `1001-${accounts}`, columns: COLUMNS })).id;
});

describe('B-4: bank files over the bus', () => {
  it('B-4: an exact reference and amount posts by itself and is listed; all else is received with suggestions or waits for who it is of', async () => {
    const [first, second] = [await world.slip(), await world.slip()];
    const sheet = [line('113.00', `货款 ${first.number}`), line('100.00', `部分 ${second.number}`), line('7.00', '不明')];
    expect(await file(sheet, { dryRun: true })).toMatchObject({ state: 'done', result: '{"valid":true}' });
    expect(await result(sheet)).toEqual({ lines: 3, known: 0, received: 2, postedByItself: 1, waiting: 1 });
    expect(await world.receivables().getReceivable({ slipId: first.slipId })).toMatchObject({ paid: true });
    const { items } = await world.payments().listPayments({ dealerId: world.dealerId, postedByItself: true });
    expect(items).toMatchObject([{ amount: '113.00', state: 'matched', postedByItself: true }]);
    const partly = (await linesOf('received')).find(({ amount, dealerId }) => amount === '100.00' && dealerId === world.dealerId);
    expect(partly).toMatchObject({ foundBy: 'slip_named', paymentState: 'open', postedByItself: false });
    expect((await world.payments().getPayment({ id: partly?.paymentId })).suggestions).toMatchObject([{ slipId: second.slipId, amount: '100.00', reason: 'named' }]);
    const waiting = (await linesOf('waiting')).find(({ remark, ownAccount }) => remark === '不明' && ownAccount === `1001-${accounts}`);
    expect(waiting).toMatchObject({ amount: '7.00', dealerId: '', paymentId: '' });
    expect(await balanceOf('unidentified')).toBe('-7.00');
    expect(await bank().assignBankLine({ id: waiting?.id, version: 1, dealerId: world.dealerId })).toMatchObject({ state: 'received' });
    expect(await balanceOf('unidentified')).toBe('0.00');
    expect(await reasonOf(bank().ignoreBankLine({ id: waiting?.id, version: 2, reason: '利息' }))).toBe('STEP_NOT_ALLOWED');
  });

  it('B-4: the same line is never taken twice, in the same file again, in another one, or in two at once', async () => {
    const sheet = [line('1.00', '甲', { number: '' }), line('1.00', '甲', { number: '' }), line('2.00', '乙')];
    expect(await result(sheet)).toMatchObject({ lines: 3, known: 0, waiting: 3 });
    expect(await result(sheet)).toMatchObject({ lines: 3, known: 3, waiting: 0 });
    const fresh = [line('3.00', '丙'), line('4.00', '丁')];
    const both = await Promise.all([file([...sheet, ...fresh]), file([...fresh, ...sheet])]);
    expect(both.map(({ state }) => state)).toEqual(['done', 'done']);
    const [{ count }] = await world.service.sql<{ count: number }>('select count(*)::int as count from bank_line where account = $1', [`1001-${accounts}`]);
    expect(count).toBe(5);
  });

  it('B-4: while a long import books lines of nobody, other lines of nobody are booked, assigned and ignored; the books have them all', async () => {
    await file([line('5.00', '己'), line('6.00', '庚')]);
    const waiting = (await linesOf('waiting')).filter(({ ownAccount }) => ownAccount === `1001-${accounts}`);
    const before = await balanceOf('unidentified');
    await world.service.app.get(Database).command(world.as('finance_clerk'), async (tx) => {
      const [{ id }] = waiting;
      await bookUnidentified(tx, await tx.em.findOneByOrFail(BankLineRow, { id }), 'in');
      expect(await bank().assignBankLine({ id: waiting[0].id, version: 1, dealerId: world.dealerId })).toMatchObject({ state: 'received' });
      expect(await bank().ignoreBankLine({ id: waiting[1].id, version: 1, reason: '利息' })).toMatchObject({ state: 'ignored' });
      expect(await result([line('8.00', '辛')])).toMatchObject({ waiting: 1 });
      return {};
    });
    expect(Number(await balanceOf('unidentified'))).toBe(Number(before) - Number(waiting[0].amount) + 11 - 8);
    const sum = (account: string, more: object = {}) => world.ledger().getAccountStatement({ account, from: today, to: today, ...more });
    await world.service.moveClock('40d');
    const later = businessDate(await world.service.now());
    const { openingBalance } = await sum('unidentified', { from: later, to: later });
    expect(openingBalance).toBe(await balanceOf('unidentified'));
    expect((await world.ledger().getTrialBalance({ asOf: later })).accounts.find(({ account }) => account === 'unidentified')?.balance).toBe(openingBalance);
    today = later;
  });

  it('B-4: a number comes again on another day as another line, and on the same day with another amount as a fault', async () => {
    const first = line('1.00', '甲', { number: '00000001' });
    const [earlier, other] = [[addDays(today, -30), ...first.slice(1)], line('2.00', '甲', { number: '00000001' })];
    expect(await result([first])).toMatchObject({ lines: 1, known: 0, waiting: 1 });
    expect(await result([first, earlier])).toMatchObject({ lines: 2, known: 1, waiting: 1 });
    expect(faultsOf(await file([earlier, other], { dryRun: true }))).toEqual(['3 F KNOWN_OTHERWISE']);
    expect(faultsOf(await file([earlier, other]))).toEqual(['3 F KNOWN_OTHERWISE']);
    expect(await result([first, earlier])).toMatchObject({ lines: 2, known: 2, waiting: 0 });
  });

  it('B-4: a format that is given the column of the bank’s number posts no old line twice, nor one that loses it', async () => {
    const replace = (version: number, columns: object) =>
      bank().replaceBankFormat({ id: formatId, version, name: `某银行 ${accounts}`, ownAccount: `1001-${accounts}`, columns: { ...COLUMNS, ...columns } });
    await replace(1, { transactionNumber: '' });
    const sheet = [line('1.00', '甲', { name: '某公司' }), line('1.00', '甲', { name: '某公司' })];
    expect(await result(sheet)).toMatchObject({ known: 0, waiting: 2 });
    await replace(2, {});
    const more = [...sheet, line('1.00', '甲', { name: '某公司' })];
    expect(await result(more)).toMatchObject({ known: 2, waiting: 1 });
    expect(await result(more)).toMatchObject({ known: 3, waiting: 0 });
    await replace(3, { transactionNumber: '' });
    expect(await result(more)).toMatchObject({ known: 3, waiting: 0 });
  });

  it('B-4: one transfer over several slips it names posts to all; the payer is found by account or name; a contradiction waits', async () => {
    const slips = [await world.slip(), await world.slip({ nets: ['10.00'] })];
    expect(await result([line('124.30', slips.map(({ number }) => number).join('，'))])).toMatchObject({ postedByItself: 1 });
    for (const { slipId } of slips) expect(await world.receivables().getReceivable({ slipId })).toMatchObject({ paid: true });
    const dealerId = newId();
    const told = { dealerId, code: 'BANKED', name: '有账号的', status: 'active', version: 1, taxIdentity: { title: `抬头${accounts}公司`, taxNumber: '91310000MA1FL0AAAA', account: `62220000${accounts}` } };
    await world.service.publish(DealerChangedSchema, told);
    await world.service.drain();
    const open = await world.slip();
    expect(await result([
      line('5.00', '货款', { account: `6222 0000 ${accounts}` }), line('6.00', '货款', { name: `抬头${accounts}公司` }), line('113.00', open.number, { account: `6222-0000-${accounts}` }),
    ])).toMatchObject({ received: 2, waiting: 1, postedByItself: 0 });
    expect((await world.payments().listPayments({ dealerId })).items.map(({ amount }) => amount).sort()).toEqual(['5.00', '6.00']);
    const conflict = (await linesOf('waiting')).find(({ foundBy }) => foundBy === 'conflict');
    expect(conflict).toMatchObject({ dealerId: world.dealerId });
    expect(await bank().ignoreBankLine({ id: conflict?.id, version: 1, reason: '退回' })).toMatchObject({ state: 'ignored' });
  });

  it('B-4: a file with faults takes nothing and names them by cell', async () => {
    const bad = await file([line('1.00', '甲'), [today, '一元', '乙', '', '', 'x'], ['2999-01-01', '1.00', '丙', '', '', 'y']]);
    expect(faultsOf(bad)).toEqual(['3 B AMOUNT_INVALID', '4 A DATE_IN_FUTURE']);
    const [{ count }] = await world.service.sql<{ count: number }>('select count(*)::int as count from bank_line where account = $1', [`1001-${accounts}`]);
    expect(count).toBe(0);
    expect(faultsOf(await file([line('1.00', '甲')], { format: (await bank().createBankFormat({ name: `另一银行 ${accounts}`, ownAccount: '2', columns: { ...COLUMNS, date: '记账日' } })).id }))).toEqual(['0  BANK_HEADINGS_MISSING']);
  });

  it('B-4: a format is saved, changed at its version, and named once', async () => {
    expect(await bank().getBankFormat({ id: formatId })).toMatchObject({ ownAccount: `1001-${accounts}`, columns: { ...COLUMNS, direction: '' }, version: 1 });
    const save = (given: object) => reasonOf(bank().replaceBankFormat({ id: formatId, version: 1, name: `某银行 ${accounts}`, ownAccount: '9', columns: COLUMNS, ...given }));
    expect(await save({ columns: { ...COLUMNS, amount: '' } })).toBe('FIELD_MISSING');
    expect(await save({ ownAccount: ' ' })).toBe('FIELD_MISSING');
    expect(await reasonOf(bank().createBankFormat({ name: `某银行 ${accounts}`, ownAccount: '9', columns: COLUMNS }))).toBe('BANK_FORMAT_NAME_TAKEN');
    expect(await save({})).toBe('no error');
    expect(await save({})).toBe('STALE_VERSION');
    expect((await bank(world.as('auditor')).listBankFormats({})).items.length).toBeGreaterThan(0);
    expect(await reasonOf(bank(world.dealer()).listBankLines({}))).toBe('ROLE_NOT_ALLOWED');
  });
});
