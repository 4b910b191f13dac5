import { StatementService } from '@aftercare/contracts';
import { businessDate, monthOf, newId } from '@aftercare/domain';
import { reasonOf, startInvoicing, type InvoicingWorld } from '../invoicing.fixture.js';

let world: InvoicingWorld;
beforeAll(async () => {
  world = await startInvoicing();
}, 60_000);
afterAll(() => world.service.stop());
beforeEach(async () => {
  world.dealerId = await world.newDealer();
});

const statements = (ctx = world.as('finance_clerk')) => world.service.client(StatementService, ctx);
const ages = async (ctx = world.dealer()) => (await statements(ctx).listReceivablesByAge({ dealerId: world.dealerId })).items;
const month = async (): Promise<string> => monthOf(await world.service.now());
const dunnings = async (ctx = world.dealer()) => (await statements(ctx).listDunnings({ dealerId: world.dealerId })).items;
const daysPass = async (days: number): Promise<void> => {
  await world.service.moveClock(`${days * 24}h`);
  await world.service.drain();
};

describe('B-5: what dealers owe', () => {
  it('B-5: a month has what was owed before it, every movement and what is owed after it; a match is no movement', async () => {
    const slip = await world.slip();
    const { id } = await world.pay('200.00', 'later');
    await world.payments().matchPayment({ id, version: 1, allocations: [{ slipId: slip.slipId, amount: '113.00' }], restToDeposit: true });
    const reversed = await world.slip({ nets: ['10.00'] });
    const reversalId = newId();
    await world.receivables().releaseSlip({ slipId: reversed.slipId, reversalId, lines: [{ lineId: reversed.lineIds[0], quantity: 1 }] });
    await world.reversed(reversed, reversalId);
    const mine = await statements(world.dealer()).getDealerStatement({ month: await month() });
    expect(mine).toMatchObject({ dealerName: '某经销商', openingBalance: '0.00', debitTotal: '124.30', creditTotal: '211.30', closingBalance: '-87.00', preliminary: true });
    expect(mine.items.map(({ kind, documentNumber, debit, credit, balance }) => [kind, documentNumber, debit, credit, balance])).toEqual([
      ['slip_confirmed', slip.number, '113.00', '0.00', '113.00'], ['payment_received', expect.stringMatching(/^PY-/), '0.00', '200.00', '-87.00'],
      ['slip_confirmed', reversed.number, '11.30', '0.00', '-75.70'], ['slip_reversed', `R-${reversed.number}`, '0.00', '11.30', '-87.00'],
    ]);
    const first = await statements(world.dealer()).getDealerStatement({ month: await month(), page: { limit: 3 } });
    const rest = await statements(world.dealer()).getDealerStatement({ month: await month(), page: { limit: 3, cursor: first.nextCursor } });
    expect([...first.items, ...rest.items]).toEqual(mine.items);
    expect(await statements().getDealerStatement({ dealerId: world.dealerId, month: '2020-01' })).toMatchObject({ items: [], closingBalance: '0.00', preliminary: false });
    expect(await reasonOf(statements().getDealerStatement({ dealerId: world.dealerId, month: '2026-13' }))).toBe('MONTH_INVALID');
    expect(await reasonOf(statements().getDealerStatement({ month: '2026-03' }))).toBe('FIELD_MISSING');
    expect(await reasonOf(statements(world.dealer(await world.newDealer())).getDealerStatement({ dealerId: world.dealerId, month: '2026-03' }))).toBe('NOT_FOUND');
  });

  it('B-5: receivables by age, 0 to 30, 31 to 60, 61 to 90 and more than 90 days; reminders at each level once, the last one told to finance as well', async () => {
    await world.slip({ nets: ['100.00'] });
    expect(await ages()).toMatchObject([{ slipCount: 1, upTo30: '113.00', upTo60: '0.00', outstanding: '113.00', creditBalance: '0.00' }]);
    await daysPass(30);
    expect(await ages()).toMatchObject([{ upTo30: '113.00' }]);
    expect(await dunnings()).toEqual([]);
    await daysPass(1);
    expect(await ages()).toMatchObject([{ upTo30: '0.00', upTo60: '113.00' }]);
    expect(await dunnings()).toMatchObject([{ level: 1, slipCount: 1, outstanding: '113.00' }]);
    await daysPass(1);
    expect(await dunnings()).toHaveLength(1);
    const young = await world.slip({ nets: ['1.00'] });
    await world.pay('2.00');
    await daysPass(60);
    expect(await ages()).toMatchObject([{ upTo30: '0.00', upTo60: '1.13', over90: '113.00', outstanding: '114.13', creditBalance: '2.00' }]);
    const [last, first] = await dunnings();
    expect([first.level, last]).toMatchObject([1, { level: 3, slipCount: 2, outstanding: '114.13' }]);
    const read = await statements(world.dealer()).getDunning({ id: last.id });
    expect(read.slips.map(({ slipNumber, level, outstanding }) => [slipNumber === young.number, level, outstanding])).toEqual([[false, 3, '113.00'], [true, 1, '1.13']]);
    const told = (await world.told<{ documentId: string; kind: string; recipientRole: string }>('NoticeRequested')).filter(({ documentId }) => documentId === last.id);
    expect(told.map(({ kind, recipientRole }) => [kind, recipientRole])).toEqual([
      ['receivable.overdue', 'dealer_manager'], ['receivable.final_reminder', 'finance_clerk'], ['receivable.final_reminder', 'service_supervisor'],
    ]);
    expect(await reasonOf(statements(world.dealer(await world.newDealer())).getDunning({ id: last.id }))).toBe('NOT_FOUND');
    expect((await statements().listDunnings({ level: 3, dealerId: world.dealerId })).items).toHaveLength(1);
    expect(businessDate(await world.service.now()) > businessDate(read.at)).toBe(false);
  });

  it('B-5: finance reminds a dealer at once, of each slip once', async () => {
    await world.slip();
    const remind = () => statements().remindDealer({ dealerId: world.dealerId });
    expect(await remind()).toMatchObject({ number: expect.stringMatching(/^DN-/) as string });
    expect(await dunnings()).toMatchObject([{ level: 1, slipCount: 1 }]);
    expect(await reasonOf(remind())).toBe('NOTHING_TO_REMIND');
    expect(await reasonOf(statements(world.dealer()).remindDealer({ dealerId: world.dealerId }))).toBe('ROLE_NOT_ALLOWED');
    await daysPass(31);
    expect(await dunnings()).toHaveLength(1);
  });

  it('B-5: what is paid is owed no more and not reminded of', async () => {
    const slip = await world.slip();
    await world.pay('113.00', slip.number);
    await daysPass(40);
    expect([await ages(), await dunnings()]).toEqual([[], []]);
  });
});
