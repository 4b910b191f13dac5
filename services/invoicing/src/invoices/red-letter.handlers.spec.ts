import { InvoiceBatchService, ListRedLettersRequestSchema, RedLetterService } from '@aftercare/contracts';
import { businessDate, newId } from '@aftercare/domain';
import { pageOf } from '@aftercare/service';
import { expectSchemaMatchesEntities, faultsOf, planOf, runImport } from '@aftercare/testing';
import { create } from '@bufbuild/protobuf';
import type { QueryRunner } from 'typeorm';
import { WhollyInvoiced1800791000000 } from '../migrations/1800791000000-wholly-invoiced.js';
import { reasonOf, startInvoicing, type InvoicingWorld, type ToldSlip } from '../invoicing.fixture.js';
import { papersOf } from './invoice-papers.js';
import { listRedLetters } from './red-letter.handlers.js';

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

const letters = (ctx = world.as('finance_clerk')) => world.service.client(RedLetterService, ctx);
const batches = (ctx = world.as('finance_clerk')) => world.service.client(InvoiceBatchService, ctx);
const supervisor = () => letters(world.as('service_supervisor'));
const paper = () => ({ invoiceNumber: String((serial += 1)).padStart(20, '0'), invoiceDate: today });
const request = (slipIds: string[] = []) => world.invoices().requestInvoice({ dealerId: world.dealerId, slipIds, kind: 'special' });
const issued = async (slipIds: string[] = []): Promise<string> => {
  const { id, version } = await request(slipIds);
  await world.invoices().issueInvoice({ id, version, ...paper() });
  return id;
};
const redden = async (invoiceId: string, lineIds: string[] = []) => {
  const draft = await letters().draftRedLetter({ invoiceId, lineIds, reason: '抬头有误' });
  const approved = await supervisor().approveRedLetter({ id: draft.id, version: draft.version });
  return letters().issueRedLetter({ id: draft.id, version: approved.version, ...paper() });
};
const preview = async (): Promise<string[]> => (await world.invoices().previewInvoice({ dealerId: world.dealerId })).slips.map(({ slipId }) => slipId);
const release = (slip: ToldSlip) => world.receivables().releaseSlip({ slipId: slip.slipId, reversalId: newId(), lines: [{ lineId: slip.lineIds[0], quantity: 1 }] });

describe('B-2: red letters over the bus', () => {
  it('entities and migrated tables agree', async () => {
    await expect(expectSchemaMatchesEntities(world.service.dataSource)).resolves.toBeUndefined();
  });

  it('B-1, B-2: over the invoice it frees all three slips, over one line only that line', async () => {
    const slips = [await world.slip({ nets: ['37.04'] }), await world.slip({ nets: ['100.00'] }), await world.slip({ nets: ['0.30'] })];
    const first = await issued();
    await redden(first, [slips[1].lineIds[0]]);
    expect(await world.invoices().getInvoice({ id: first })).toMatchObject({ state: 'issued', redTotal: '113.00', grossTotal: '155.20' });
    expect(await preview()).toEqual([slips[1].slipId]);
    await redden(first);
    expect(await world.invoices().getInvoice({ id: first })).toMatchObject({ state: 'red_letter', redTotal: '155.20' });
    expect(await preview()).toEqual(slips.map(({ slipId }) => slipId));
    const second = await request();
    expect(await world.invoices().getInvoice({ id: second.id })).toMatchObject({ grossTotal: '155.20', state: 'requested' });
    const told = (await world.told<{ invoiceId: string; number: string; lineIds: string[]; slipIds: string[]; grossTotal: string }>('RedLetterIssued')).filter(({ invoiceId }) => invoiceId === first);
    expect(told).toMatchObject([{ grossTotal: '113.00', lineIds: slips[1].lineIds, slipIds: [slips[1].slipId] }, { grossTotal: '42.20' }]);
    expect(told[0].number).toMatch(/^RL-/);
  });

  it('B-2: a line that a red letter freed is invoiced anew by name beside the rest of its slip, which until then is listed as not invoiced', async () => {
    const slip = await world.slip({ nets: ['11.00', '100.00'] });
    const first = await issued([slip.slipId]);
    const listed = async (): Promise<(boolean | undefined)[]> => {
      const of = async (onlyNotInvoiced: boolean) => (await world.receivables().listReceivables({ dealerId: world.dealerId, onlyNotInvoiced })).items;
      return [(await of(false))[0]?.invoiced, (await of(true)).length > 0, (await world.receivables().getReceivable({ slipId: slip.slipId })).invoiced];
    };
    expect(await listed()).toEqual([true, false, true]);
    expect(await reasonOf(request([slip.slipId]))).toBe('ALREADY_REQUESTED');
    await redden(first, [slip.lineIds[0]]);
    expect(await listed()).toEqual([false, true, false]);
    // What was kept before is put right.
    const [runner, migration] = [{ query: (text: string) => world.service.sql(text) } as unknown as QueryRunner, new WhollyInvoiced1800791000000()];
    await migration.down(runner);
    expect(await listed()).toEqual([true, false, false]);
    await migration.up(runner);
    expect(await listed()).toEqual([false, true, false]);
    const again = await Promise.all([1, 2].map(() => request([slip.slipId]).then(({ id }) => id, (error: { reason: string }) => error.reason)));
    expect(again).toContain('ALREADY_REQUESTED');
    const second = again.find((each) => each !== 'ALREADY_REQUESTED');
    expect(await world.invoices().getInvoice({ id: second })).toMatchObject({ netTotal: '11.00', slips: [{ slipId: slip.slipId }] });
    expect(await listed()).toEqual([true, false, true]);
    expect(await world.invoices().getInvoice({ id: first })).toMatchObject({ state: 'issued' });
  });

  it('B-2: a further red letter is offered while a line is on none, and no longer', async () => {
    const slip = await world.slip({ nets: ['11.00', '100.00'] });
    const id = await issued([slip.slipId]);
    const offered = async () => (await world.invoices().getInvoice({ id })).allowedActions.find(({ action }) => action === 'draft-red-letter');
    await redden(id, [slip.lineIds[0]]);
    expect(await offered()).toMatchObject({ allowed: true });
    await letters().draftRedLetter({ invoiceId: id, reason: '错' });
    expect(await offered()).toMatchObject({ allowed: false, reason: 'RED_LETTER_EXISTS' });
    expect(await reasonOf(letters().draftRedLetter({ invoiceId: id, reason: '错' }))).toBe('RED_LETTER_EXISTS');
  });

  it('F-5, B-2: after the red letter a reversal is released', async () => {
    const slip = await world.slip();
    const id = await issued([slip.slipId]);
    expect(await release(slip)).toMatchObject({ released: false, reason: 'RED_LETTER_FIRST' });
    await redden(id);
    expect(await release(slip)).toMatchObject({ released: true });
  });

  it('B-2: finance drafts with a reason, somebody else approves, and what was sent is a state of its own', async () => {
    const slip = await world.slip();
    const requested = await request([slip.slipId]);
    expect(await reasonOf(letters().draftRedLetter({ invoiceId: requested.id, reason: '错' }))).toBe('INVOICE_NOT_ISSUED');
    await world.invoices().issueInvoice({ id: requested.id, version: 1, ...paper() });
    expect(await reasonOf(letters().draftRedLetter({ invoiceId: requested.id, reason: ' ' }))).toBe('REASON_MISSING');
    expect(await reasonOf(letters(world.as('service_clerk')).draftRedLetter({ invoiceId: requested.id, reason: '错' }))).toBe('ROLE_NOT_ALLOWED');
    expect(await reasonOf(letters().draftRedLetter({ invoiceId: requested.id, lineIds: [newId()], reason: '错' }))).toBe('LINE_UNKNOWN');
    const userId = newId();
    const draft = await letters(world.as('finance_clerk', { userId })).draftRedLetter({ invoiceId: requested.id, reason: '错' });
    expect(await reasonOf(letters().draftRedLetter({ invoiceId: requested.id, reason: '错' }))).toBe('RED_LETTER_EXISTS');
    expect(await reasonOf(letters(world.as('service_supervisor', { userId })).approveRedLetter({ id: draft.id, version: 1 }))).toBe('APPROVER_IS_REQUESTER');
    expect(await reasonOf(letters().approveRedLetter({ id: draft.id, version: 1 }))).toBe('ROLE_NOT_ALLOWED');
    const approved = await supervisor().approveRedLetter({ id: draft.id, version: 1 });
    expect(approved).toMatchObject({ state: 'approved', number: expect.stringMatching(/^RL-\d{4}-\d{6}$/) as string });
    const typed = paper();
    expect(await reasonOf(letters().issueRedLetter({ id: draft.id, version: 2, ...typed, invoiceDate: '2020-01-01' }))).toBe('DATE_BEFORE_INVOICE');
    expect(await reasonOf(letters().issueRedLetter({ id: draft.id, version: 2, ...typed, invoiceNumber: (await world.invoices().getInvoice({ id: requested.id })).invoiceNumber }))).toBe('INVOICE_NUMBER_TAKEN');
    await letters().issueRedLetter({ id: draft.id, version: 2, ...typed, files: [{ id: newId(), sha256: 'ab' }] });
    expect(await reasonOf(letters().discardRedLetter({ id: draft.id, version: 3, reason: '算了' }))).toBe('STEP_NOT_ALLOWED');
    const delivered = await letters().deliverRedLetter({ id: draft.id, version: 3 });
    expect(await letters().attachRedLetterFiles({ id: draft.id, version: delivered.version, files: [{ id: newId(), sha256: 'cd' }] })).toMatchObject({ state: 'delivered', version: 5 });
    const read = await letters(world.dealer()).getRedLetter({ id: draft.id });
    expect(read).toMatchObject({ ...typed, state: 'delivered', whole: true, grossTotal: '113.00', grossInWords: '负壹佰壹拾叁元整', reason: '错', lines: [{ slipNumber: slip.number, netAmount: '100.00' }] });
    expect(read.files).toHaveLength(2);
    expect(await reasonOf(letters(world.dealer(await world.newDealer())).getRedLetter({ id: draft.id }))).toBe('NOT_FOUND');
  });

  it('B-2: discarded, its lines may be on another one; a request that is not issued is withdrawn and frees its slips', async () => {
    const slip = await world.slip();
    const id = await issued([slip.slipId]);
    const draft = await letters().draftRedLetter({ invoiceId: id, reason: '错' });
    await letters().discardRedLetter({ id: draft.id, version: 1, reason: '不用了' });
    expect(await redden(id)).toMatchObject({ state: 'issued' });
    const again = await request([slip.slipId]);
    expect(await reasonOf(world.invoices().withdrawInvoice({ id: again.id, version: 1, reason: '' }))).toBe('REASON_MISSING');
    expect(await world.invoices().withdrawInvoice({ id: again.id, version: 1, reason: '税号有误' })).toMatchObject({ state: 'withdrawn' });
    expect(await reasonOf(world.invoices().issueInvoice({ id: again.id, version: 2, ...paper() }))).toBe('STEP_NOT_ALLOWED');
    expect(await preview()).toEqual([slip.slipId]);
  });

  it('X-6: numbers of red letters have no gap, also when 16 are approved at once', async () => {
    const drafts = [];
    for (let at = 0; at < 16; at += 1) {
      const slip = await world.slip();
      drafts.push(await letters().draftRedLetter({ invoiceId: await issued([slip.slipId]), reason: '错' }));
    }
    const [{ before }] = await world.service.sql<{ before: number }>(`select coalesce(max(last), 0)::int as before from number_counter where kind = 'red_letter'`);
    const approved = await Promise.all(drafts.map(({ id, version }) => supervisor().approveRedLetter({ id, version })));
    expect(approved.map(({ number }) => Number(number.slice(-6))).sort((a, b) => a - b)).toEqual(drafts.map((_draft, at) => before + at + 1));
  });

  it('B-2: two red letters over one line, drafted at once: one is; issued at once with a new request: each line stays on at most one live invoice', async () => {
    const slip = await world.slip();
    const id = await issued([slip.slipId]);
    const drafts = await Promise.all([1, 2, 3].map(() => reasonOf(letters().draftRedLetter({ invoiceId: id, reason: '错' }))));
    expect(drafts.sort()).toEqual(['RED_LETTER_EXISTS', 'RED_LETTER_EXISTS', 'no error']);
    const { items: [draft] } = await letters().listRedLetters({ invoiceId: id });
    const { version } = await supervisor().approveRedLetter({ id: draft.id, version: 1 });
    await Promise.all([letters().issueRedLetter({ id: draft.id, version, ...paper() }), reasonOf(request([slip.slipId])), reasonOf(request([slip.slipId]))]);
    const [{ live }] = await world.service.sql<{ live: number }>('select count(*) filter (where live)::int as live from invoice_line where slip_id = $1', [slip.slipId]);
    expect(live).toBeLessThanOrEqual(1);
    const again = await reasonOf(request([slip.slipId]));
    expect(['no error', 'ALREADY_REQUESTED']).toContain(again);
  });

  it('B-2: a dealer reads its papers of a period, invoices and red letters by date', async () => {
    const slip = await world.slip();
    const id = await issued([slip.slipId]);
    await redden(id);
    const of = (ctx = world.dealer()) => world.invoices(ctx).listInvoicePapers({ from: today, to: today });
    expect((await of()).items.map(({ documentKind, grossAmount }) => [documentKind, grossAmount]).sort()).toEqual([['invoice', '113.00'], ['red_letter', '-113.00']]);
    expect((await of(world.dealer(await world.newDealer()))).items).toEqual([]);
    expect(await reasonOf(of(world.as('finance_clerk')))).toBe('FIELD_MISSING');
    expect(await reasonOf(world.invoices(world.dealer()).listInvoicePapers({ from: '2026-01-01', to: '2027-01-01' }))).toBe('PERIOD_INVALID');
    expect(await reasonOf(world.invoices(world.dealer()).listInvoicePapers({ dealerId: await world.newDealer(), from: today, to: today }))).toBe('NOT_FOUND');
  });

  it('red letters and papers are read in their order', async () => {
    const plan = (asked: object) => planOf(world.service.dataSource, listRedLetters(create(ListRedLettersRequestSchema, asked), world.dealer(), pageOf({}, { list: 'red letters', key: 'instant' })).text);
    expect(await plan({})).toContain('using red_letter_dealer ');
    expect(await plan({ state: 'draft' })).toContain('using red_letter_dealer_state ');
    const papers = await planOf(world.service.dataSource, papersOf(world.dealerId, { from: today, to: today }, pageOf({}, { list: 'invoice papers', key: 'date' })).text);
    expect(papers).toContain('invoice_papers');
    expect(papers).toContain('red_letter_papers');
  });
});

describe('B-3: batches for the tax platform over the bus', () => {
  const finance = () => world.as('finance_clerk', { idempotencyKey: undefined });
  const results = (sheet: Record<string, string>[], dryRun = false) => runImport(world.service, finance(), { kind: 'import-invoice-results', sheet, dryRun });
  const done = async (sheet: Record<string, string>[]): Promise<unknown> => JSON.parse((await results(sheet)).result);
  const rows = async (id: string) => (await batches().listInvoiceBatchRows({ id })).items;

  it('B-3: what waits goes out once, its results come back, and the same file may come again', async () => {
    const slips = [await world.slip({ nets: ['37.04', '100.00'] }), await world.slip({ nets: ['0.30'] })];
    const [first, second] = [await request([slips[0].slipId]), await request([slips[1].slipId])];
    const batch = await batches().createInvoiceBatch({ dealerId: world.dealerId });
    expect(await reasonOf(batches().createInvoiceBatch({ dealerId: world.dealerId }))).toBe('NOTHING_TO_SEND');
    expect(await rows(batch.id)).toMatchObject([
      { number: first.number, kind: 'special', taxTitle: '上海某公司', itemName: '售后服务材料', taxRate: '13', netAmount: '137.04', taxAmount: '17.82', grossAmount: '154.86', outcome: 'waiting' },
      { number: second.number, netAmount: '0.30' },
    ]);
    const typed = paper();
    const sheet = [{ number: first.number, ...typed, note: '' }, { number: second.number, invoiceNumber: '', invoiceDate: '', note: '税号不存在' }];
    expect(await results(sheet, true)).toMatchObject({ state: 'done', result: '{"valid":true}' });
    expect(await done(sheet)).toEqual({ issued: 1, refused: 1, rows: 2 });
    expect(await world.invoices().getInvoice({ id: first.id })).toMatchObject({ state: 'issued', ...typed, version: 2 });
    expect(await world.invoices().getInvoice({ id: second.id })).toMatchObject({ state: 'requested', platformNote: '税号不存在' });
    expect(await batches().getInvoiceBatch({ id: batch.id })).toMatchObject({ state: 'closed', documentCount: 2, waitingCount: 0, issuedCount: 1, refusedCount: 1 });
    expect(await done([sheet[0]])).toEqual({ issued: 0, refused: 0, rows: 1 });
    expect(faultsOf(await results([{ ...sheet[0], invoiceNumber: '9'.repeat(20) }]))).toEqual(['2 invoiceNumber KNOWN_OTHERWISE']);
    expect(await done(sheet)).toEqual({ issued: 0, refused: 0, rows: 2 });
    expect(faultsOf(await results([{ ...sheet[1], note: '别的' }]))).toEqual(['2 number NOT_IN_BATCH']);
    expect((await world.told<{ invoiceId: string }>('InvoiceIssued')).filter(({ invoiceId }) => invoiceId === first.id)).toHaveLength(1);
  });

  it('B-3: red letters go with their negative amounts; one result that is wrong keeps back the whole file', async () => {
    const slip = await world.slip();
    const id = await issued([slip.slipId]);
    const draft = await letters().draftRedLetter({ invoiceId: id, reason: '错' });
    const letter = await supervisor().approveRedLetter({ id: draft.id, version: 1 });
    const other = await world.slip();
    const requested = await request([other.slipId]);
    const batch = await batches().createInvoiceBatch({ dealerId: world.dealerId });
    expect(await rows(batch.id)).toMatchObject([{ number: requested.number }, { number: letter.number, documentKind: 'red_letter', netAmount: '-100.00', grossAmount: '-113.00', reason: '错' }]);
    const typed = { number: letter.number, ...paper(), note: '' };
    expect(faultsOf(await results([typed, { ...typed, number: 'IR-2020-999999' }]))).toEqual(['3 number DOCUMENT_UNKNOWN']);
    expect(await letters().getRedLetter({ id: draft.id })).toMatchObject({ state: 'approved' });
    expect(await results([typed])).toMatchObject({ state: 'done' });
    expect(await letters().getRedLetter({ id: draft.id })).toMatchObject({ state: 'issued', invoiceNumber: typed.invoiceNumber });
    expect(await batches().closeInvoiceBatch({ id: batch.id, version: 1, reason: '平台未收' })).toMatchObject({ state: 'closed' });
    expect(await batches().createInvoiceBatch({ dealerId: world.dealerId })).toMatchObject({ state: 'open' });
  });

  it('B-3: typed by hand, a document leaves its batch, which is closed with the last one', async () => {
    const slips = [await world.slip(), await world.slip()];
    const [first, second] = [await request([slips[0].slipId]), await request([slips[1].slipId])];
    const batch = await batches().createInvoiceBatch({ dealerId: world.dealerId });
    await world.invoices().issueInvoice({ id: first.id, version: 1, ...paper() });
    expect((await rows(batch.id)).map(({ outcome }) => outcome)).toEqual(['issued', 'waiting']);
    expect(await batches().getInvoiceBatch({ id: batch.id })).toMatchObject({ state: 'open', waitingCount: 1 });
    await world.invoices().issueInvoice({ id: second.id, version: 1, ...paper() });
    expect(await batches().getInvoiceBatch({ id: batch.id })).toMatchObject({ state: 'closed', waitingCount: 0 });
    expect(await reasonOf(batches(world.dealer()).getInvoiceBatch({ id: batch.id }))).toBe('ROLE_NOT_ALLOWED');
  });

  it('B-3: two batches at once share no document', async () => {
    for (let at = 0; at < 4; at += 1) await request([(await world.slip()).slipId]);
    const made = await Promise.all([1, 2].map(() => reasonOf(batches().createInvoiceBatch({ dealerId: world.dealerId }))));
    expect(made.sort()).toEqual(['NOTHING_TO_SEND', 'no error']);
  });
});
