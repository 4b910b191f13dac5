import { DealerChangedSchema, MoneyOpeningService, StatementService } from '@aftercare/contracts';
import { addDays, businessDate, newId } from '@aftercare/domain';
import { faultsOf, runImport } from '@aftercare/testing';
import { reasonOf, startInvoicing, type InvoicingWorld } from '../invoicing.fixture.js';

let world: InvoicingWorld;
let today: string;
let code: string;
let dealers = 0;
beforeAll(async () => {
  world = await startInvoicing();
  today = businessDate(await world.service.now());
}, 60_000);
afterAll(() => world.service.stop());
beforeEach(async () => {
  dealers += 1;
  code = `OPEN-${dealers}`;
  world.dealerId = newId();
  await world.service.publish(DealerChangedSchema, { dealerId: world.dealerId, code, name: '开账', status: 'active', version: 1 });
  await world.service.drain();
});

const openings = (ctx = world.as('service_supervisor')) => world.service.client(MoneyOpeningService, ctx);
const finance = (userId = newId()) => world.as('finance_clerk', { userId, idempotencyKey: undefined });
const row = (kind: string, amount: string, more: Record<string, string> = {}) => ({ dealerCode: code, kind, amount, cutOverOn: today, ...more });
const owed = (amount: string, number: string, daysAgo: number) => row('receivable', amount, { documentNumber: `${code}/${number}`, documentDate: addDays(today, -daysAgo) });
const run = (sheet: Record<string, string>[], given: { userId?: string; dryRun?: boolean } = {}) => runImport(world.service, finance(given.userId), { kind: 'import-opening-money', sheet, dryRun: given.dryRun ?? false });
const only = async () => (await openings().listMoneyOpenings({ dealerId: world.dealerId, state: 'draft' })).items[0];
const offered = async (id: string, action: string) => (await openings().getMoneyOpening({ id })).allowedActions.find((each) => each.action === action);
const balance = async (account: string): Promise<string> => {
  const [{ sum }] = await world.service.sql<{ sum: string }>('select coalesce(sum(debit - credit), 0.00)::text as sum from posting where dealer_id = $1 and account = $2', [world.dealerId, account]);
  return sum;
};

describe('X-9: what dealers owed and had when the platform went live', () => {
  it('X-9: is drafted from a sheet, booked when somebody else approves, and counts its age from its own dates', async () => {
    const sheet = [owed('100.00', '1', 45), owed('20.00', '2', 5), row('deposit', '30.00'), row('credit_line', '1000.00')];
    const userId = newId();
    expect(await run(sheet, { dryRun: true })).toMatchObject({ state: 'done', result: '{"valid":true}' });
    expect(await run(sheet, { userId })).toMatchObject({ state: 'done' });
    expect(faultsOf(await run([row('deposit', '1.00')]))).toEqual(['2 dealerCode OPENED_ALREADY']);
    const draft = await only();
    expect(draft).toMatchObject({ receivableTotal: '120.00', depositTotal: '30.00', cutOverOn: today });
    expect(await balance('receivable')).toBe('0.00');
    expect(await reasonOf(openings(world.as('service_supervisor', { userId })).approveMoneyOpening({ id: draft.id, version: 1 }))).toBe('APPROVER_IS_REQUESTER');
    await openings().approveMoneyOpening({ id: draft.id, version: 1 });
    expect([await balance('receivable'), await balance('deposit'), await balance('opening_balance'), await balance('revenue')]).toEqual(['120.00', '-30.00', '-90.00', '0.00']);
    const [ages] = (await world.service.client(StatementService, world.dealer()).listReceivablesByAge({})).items;
    expect(ages).toMatchObject({ upTo30: '20.00', upTo60: '100.00', outstanding: '120.00', creditBalance: '30.00' });
    expect(await world.credit(world.dealer()).getCreditLine({})).toMatchObject({ limit: '1000.00', state: 'approved', room: '1000.00' });
    const read = await openings().getMoneyOpening({ id: draft.id });
    expect(read).toMatchObject({ state: 'approved', creditLimit: '1000.00' });
    expect(await offered(draft.id, 'reverse')).toMatchObject({ allowed: true });
    const oldest = read.lines.find(({ documentNumber }) => documentNumber === `${code}/1`);
    await world.pay('100.00', `${code}/1`);
    expect(await world.receivables().getReceivable({ slipId: oldest?.slipId })).toMatchObject({ paid: true, invoiceWish: 'never' });
    expect((await world.told<{ slipId: string }>('ChargeSlipPaid')).some(({ slipId }) => slipId === oldest?.slipId)).toBe(false);
    expect(await offered(draft.id, 'reverse')).toMatchObject({ allowed: false, reason: 'OPENING_IN_USE' });
    expect(await reasonOf(openings().reverseMoneyOpening({ id: draft.id, version: 2, reason: '错' }))).toBe('OPENING_IN_USE');
    const { version } = await world.receivables().getReceivable({ slipId: oldest?.slipId });
    expect((await world.receivables().getReceivable({ slipId: oldest?.slipId })).allowedActions).toMatchObject([{ action: 'set-invoice-wish', allowed: false, reason: 'NOTHING_TO_INVOICE' }]);
    expect(await reasonOf(world.receivables().setInvoiceWish({ slipId: oldest?.slipId, version, invoiceWish: 'later', askedBy: '王经理' }))).toBe('NOTHING_TO_INVOICE');
    expect((await world.ledger().getTrialBalance({})).balanced).toBe(true);
  });

  it('X-9: is taken back as a whole while nothing of it was used, and the dealer may be opened anew', async () => {
    const sheet = [owed('100.00', '1', 10), row('deposit', '30.00'), row('credit_line', '5.00')];
    await run(sheet);
    const { id } = await only();
    await openings().approveMoneyOpening({ id, version: 1 });
    expect(await reasonOf(openings(world.as('finance_clerk')).reverseMoneyOpening({ id, version: 2, reason: '错' }))).toBe('ROLE_NOT_ALLOWED');
    await openings().reverseMoneyOpening({ id, version: 2, reason: '期初有误' });
    expect([await balance('receivable'), await balance('deposit'), await balance('opening_balance')]).toEqual(['0.00', '0.00', '0.00']);
    expect(await world.credit(world.dealer()).getCreditLine({})).toMatchObject({ limit: '0.00' });
    expect((await world.receivables().listReceivables({ dealerId: world.dealerId, onlyOpen: true })).items).toEqual([]);
    expect(await run(sheet)).toMatchObject({ state: 'done' });
    await openings(world.as('finance_clerk')).discardMoneyOpening({ id: (await only()).id, version: 1, reason: '重来' });
    expect(await run(sheet)).toMatchObject({ state: 'done' });
  });

  it('X-9: one of a deposit alone is taken back without touching what any dealer owes', async () => {
    const neighbour = world.dealerId;
    await run([owed('70.00', '1', 3)]);
    await openings().approveMoneyOpening({ id: (await only()).id, version: 1 });
    code = `${code}-B`;
    world.dealerId = newId();
    await world.service.publish(DealerChangedSchema, { dealerId: world.dealerId, code, name: '押金', status: 'active', version: 1 });
    await world.service.drain();
    await run([row('deposit', '30.00')]);
    const { id } = await only();
    await openings().approveMoneyOpening({ id, version: 1 });
    await openings().reverseMoneyOpening({ id, version: 2, reason: '期初有误' });
    expect([await balance('receivable'), await balance('deposit'), await balance('opening_balance')]).toEqual(['0.00', '0.00', '0.00']);
    const { items } = await world.receivables().listReceivables({ dealerId: neighbour, onlyOpen: true });
    expect(items).toMatchObject([{ outstanding: '70.00' }]);
  });

  it('X-9: its credit line is nought again, unless another limit was approved since; nor does it take the place of one', async () => {
    await run([row('credit_line', '500.00')]);
    const { id } = await only();
    await openings().approveMoneyOpening({ id, version: 1 });
    await world.creditLine('800.00');
    expect(await reasonOf(openings().reverseMoneyOpening({ id, version: 2, reason: '错' }))).toBe('OPENING_IN_USE');
    expect(await world.credit(world.dealer()).getCreditLine({})).toMatchObject({ limit: '800.00' });
    code = `${code}-B`;
    world.dealerId = newId();
    await world.service.publish(DealerChangedSchema, { dealerId: world.dealerId, code, name: '额度', status: 'active', version: 1 });
    await world.service.drain();
    await run([row('credit_line', '500.00')]);
    const draft = await only();
    expect(await offered(draft.id, 'approve')).toMatchObject({ allowed: true });
    await world.creditLine('800.00');
    expect(await offered(draft.id, 'approve')).toMatchObject({ allowed: false, reason: 'CREDIT_LINE_APPROVED' });
    expect(await reasonOf(openings().approveMoneyOpening({ id: draft.id, version: 1 }))).toBe('CREDIT_LINE_APPROVED');
    expect(await world.credit(world.dealer()).getCreditLine({})).toMatchObject({ limit: '800.00' });
  });

  it('X-9: two sheets of one dealer at once: one is drafted; of three who approve at once one books', async () => {
    const sheet = [row('deposit', '30.00')];
    expect((await Promise.all([run(sheet), run(sheet)])).map(({ state }) => state).sort()).toEqual(['done', 'failed']);
    const { id } = await only();
    const answers = await Promise.all([1, 2, 3].map(() => reasonOf(openings().approveMoneyOpening({ id, version: 1 }))));
    expect(answers.sort()).toEqual(['STALE_VERSION', 'STALE_VERSION', 'no error']);
    expect(await balance('deposit')).toBe('-30.00');
    expect(await reasonOf(openings(world.dealer()).getMoneyOpening({ id }))).toBe('ROLE_NOT_ALLOWED');
  });
});
