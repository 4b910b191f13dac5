import { DealerChangedSchema, InvoiceBatchService, RedLetterService } from '@aftercare/contracts';
import { businessDate } from '@aftercare/domain';
import { faultsOf, runImport } from '@aftercare/testing';
import type { EntityManager } from 'typeorm';
import { reasonOf, startInvoicing, type InvoicingWorld } from '../invoicing.fixture.js';

let world: InvoicingWorld;
let today: string;
let serial = 0;
beforeAll(async () => {
  world = await startInvoicing();
  today = businessDate(await world.service.now());
}, 60_000);
afterAll(() => world.service.stop());
beforeEach(async () => {
  world.dealerId = await world.newDealer();
});

const batches = () => world.service.client(InvoiceBatchService, world.as('finance_clerk'));
const letters = (ctx = world.as('finance_clerk')) => world.service.client(RedLetterService, ctx);
const paper = () => ({ invoiceNumber: String((serial += 1)).padStart(20, '0'), invoiceDate: today });
const request = async () => world.invoices().requestInvoice({ dealerId: world.dealerId, slipIds: [(await world.slip()).slipId], kind: 'special' });
const approvedLetter = async (): Promise<{ id: string; version: number }> => {
  const { id, version } = await request();
  await world.invoices().issueInvoice({ id, version, ...paper() });
  const draft = await letters().draftRedLetter({ invoiceId: id, reason: '错' });
  return letters(world.as('service_supervisor')).approveRedLetter({ id: draft.id, version: draft.version });
};
const send = () => batches().createInvoiceBatch({ dealerId: world.dealerId });
const outcomes = async (id: string): Promise<string[]> => (await batches().listInvoiceBatchRows({ id })).items.map(({ outcome }) => outcome);

/** What `work` gives while somebody else has changed the row and not committed yet. */
const whileChanged = (change: string, id: string, work: () => Promise<string>): Promise<string> =>
  world.service.dataSource.transaction(async (em) => {
    await em.query(`select set_config('app.dealers', '*', true)`);
    expect(await em.query<[unknown, number]>(change, [id])).toEqual([[], 1]);
    return work();
  });

describe('B-3: a document goes out in one way', () => {
  it.each([
    ['an invoice that is being withdrawn', request, `update invoice set state = 'withdrawn' where id = $1`],
    ['a red letter that is being discarded', approvedLetter, `update red_letter set state = 'discarded' where id = $1`],
  ])('B-3: %s goes into no batch', async (_what, made, change) => {
    const { id } = await made();
    expect(await whileChanged(change, id, () => reasonOf(send()))).toBe('NOTHING_TO_SEND');
    expect(await reasonOf(send())).toBe('NOTHING_TO_SEND');
  });

  it('B-3: what waits in an open batch is not withdrawn or discarded; its batch is closed or its result read first', async () => {
    const [invoice, letter] = [await request(), await approvedLetter()];
    const batch = await send();
    const withdraw = () => world.invoices().withdrawInvoice({ id: invoice.id, version: invoice.version, reason: '重复' });
    const discard = () => letters().discardRedLetter({ id: letter.id, version: letter.version, reason: '不用了' });
    expect([await reasonOf(withdraw()), await reasonOf(discard())]).toEqual(['IN_BATCH', 'IN_BATCH']);
    expect(await outcomes(batch.id)).toEqual(['waiting', 'waiting']);
    const offered = async (): Promise<object[]> => [
      ...(await world.invoices().getInvoice({ id: invoice.id })).allowedActions.filter(({ action }) => action === 'withdraw'),
      ...(await letters().getRedLetter({ id: letter.id })).allowedActions.filter(({ action }) => action === 'discard'),
    ];
    expect(await offered()).toMatchObject([{ action: 'withdraw', allowed: false, reason: 'IN_BATCH' }, { action: 'discard', allowed: false, reason: 'IN_BATCH' }]);
    await batches().closeInvoiceBatch({ id: batch.id, version: batch.version, reason: '平台未收' });
    expect(await offered()).toMatchObject([{ action: 'withdraw', allowed: true }, { action: 'discard', allowed: true }]);
    expect(await withdraw()).toMatchObject({ state: 'withdrawn' });
    expect(await discard()).toMatchObject({ state: 'discarded' });
    expect(await outcomes(batch.id)).toEqual(['closed', 'closed']);
  });

  it('B-3: asked at once with a withdrawal one of the two wins, and a withdrawn invoice waits in no batch', async () => {
    for (let at = 0; at < 5; at += 1) {
      const { id, version } = await request();
      const [sent, withdrawn] = await Promise.all([reasonOf(send()), reasonOf(world.invoices().withdrawInvoice({ id, version, reason: '重复' }))]);
      expect([['no error', 'IN_BATCH'], ['NOTHING_TO_SEND', 'no error']]).toContainEqual([sent, withdrawn]);
    }
  });
});

describe('B-1: who a batch is made out to', () => {
  it('B-1: a row names one tax identity as a whole, the one of the day on which the invoice was asked for', async () => {
    const told = (version: number, taxIdentity: object) => world.service.publish(DealerChangedSchema, { dealerId: world.dealerId, code: 'TAX', name: '某经销商', status: 'active', version, taxIdentity })
      .then(() => world.service.drain());
    await told(2, { title: '旧抬头', taxNumber: '91310000OLD', bank: '旧银行', account: '111', address: '旧地址', phone: '021' });
    const { id } = await request();
    await told(3, { title: '新抬头', taxNumber: '91310000NEW', bank: '新银行', account: '222', address: '新地址', phone: '022' });
    const sent = await send();
    const [row] = (await batches().listInvoiceBatchRows({ id: sent.id })).items;
    expect(row).toMatchObject({ taxTitle: '旧抬头', taxNumber: '91310000OLD', taxBank: '旧银行', taxAccount: '111', taxAddress: '旧地址', taxPhone: '021' });
    expect(await world.invoices().getInvoice({ id })).toMatchObject({ title: '旧抬头', taxNumber: '91310000OLD' });
  });
});

describe('B-3: results that come late or again', () => {
  const results = (...sheet: Record<string, string>[]) =>
    runImport(world.service, world.as('finance_clerk', { idempotencyKey: undefined }), { kind: 'import-invoice-results', sheet, dryRun: false });
  const refused = (number: string, note = '税号不存在') => ({ number, invoiceNumber: '', invoiceDate: '', note });

  it('B-3: a file with a refusal may come again, and refuses nothing that was sent anew since', async () => {
    const [first, second] = [await request(), await request()];
    await send();
    const sheet = [{ number: first.number, ...paper(), note: '' }, refused(second.number)];
    expect(JSON.parse((await results(...sheet)).result)).toEqual({ issued: 1, refused: 1, rows: 2 });
    expect(JSON.parse((await results(...sheet)).result)).toEqual({ issued: 0, refused: 0, rows: 2 });
    const again = await send();
    expect((await batches().listInvoiceBatchRows({ id: again.id })).items).toMatchObject([{ number: second.number, batchNumber: again.number }]);
    expect(JSON.parse((await results(...sheet)).result)).toEqual({ issued: 0, refused: 0, rows: 2 });
    expect(await outcomes(again.id)).toEqual(['waiting']);
    expect(JSON.parse((await results({ ...refused(second.number), batchNumber: again.number })).result)).toMatchObject({ refused: 1 });
    expect(await outcomes(again.id)).toEqual(['refused']);
  });

  it('B-3: what was issued or given up between check and refusal is not refused', async () => {
    const { id, number } = await request();
    const batch = await send();
    let reading: ReturnType<typeof results> | undefined;
    await world.service.dataSource.transaction(async (em) => {
      await em.query(`select set_config('app.dealers', '*', true)`);
      await em.query('select from dealer_account where dealer_id = $1 for update', [world.dealerId]);
      reading = results(refused(number));
      await untilSomebodyWaits();
      await em.query(`update invoice set state = 'withdrawn' where id = $1`, [id]);
      await em.query(`update invoice_batch_row set outcome = 'closed' where batch_id = $1`, [batch.id]);
    });
    expect(faultsOf(await reading!)).toEqual(['0 number STEP_NOT_ALLOWED']);
    expect(await world.invoices().getInvoice({ id })).toMatchObject({ state: 'withdrawn', platformNote: '' });
  });
});

describe('B-3: a batch is closed with its last document', () => {
  const hold = (work: (em: EntityManager) => Promise<void>): Promise<void> => world.service.dataSource.transaction(async (em) => {
    await em.query(`select set_config('app.dealers', '*', true)`);
    await work(em);
  });

  it('B-3: also when its last two get their results at once', async () => {
    const [first, second] = [await request(), await request()];
    const batch = await send();
    let typing: Promise<unknown> = Promise.resolve();
    await hold(async (em) => {
      await em.query('select from invoice_batch where id = $1 for update', [batch.id]);
      await em.query(`update invoice_batch_row set outcome = 'issued' where document_id = $1`, [first.id]);
      typing = world.invoices().issueInvoice({ id: second.id, version: second.version, ...paper() });
      await Promise.race([typing, untilSomebodyWaits()]);
    });
    await typing;
    expect(await batches().getInvoiceBatch({ id: batch.id })).toMatchObject({ state: 'closed', waitingCount: 0 });
  });

  it('B-3: who waits for a dealer holds no batch, so that a file and a hand never wait for each other', async () => {
    const [first, last] = [world.dealerId, await world.newDealer()].sort((a, b) => a.localeCompare(b));
    const requested: string[] = [];
    for (const dealerId of [first, last]) {
      world.dealerId = dealerId;
      requested.push((await request()).number);
    }
    const batch = await batches().createInvoiceBatch({});
    let reading: Promise<unknown> = Promise.resolve();
    await hold(async (em) => {
      await em.query('select from dealer_account where dealer_id = $1 for update', [last]);
      const sheet = requested.map((number) => ({ number, ...paper(), note: '' }));
      reading = runImport(world.service, world.as('finance_clerk', { idempotencyKey: undefined }), { kind: 'import-invoice-results', sheet, dryRun: false });
      await untilSomebodyWaits();
      await em.query('select from invoice_batch where id = $1 for update nowait', [batch.id]);
    });
    expect(await reading).toMatchObject({ state: 'done' });
  });
});

async function untilSomebodyWaits(): Promise<void> {
  for (let at = 0; at < 200; at += 1) {
    const waiting = await world.service.sql(`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`);
    if (waiting.length > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('nobody waits');
}
