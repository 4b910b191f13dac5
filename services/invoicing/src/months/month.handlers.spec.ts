import { JobService, MonthListService, MonthService, OperationsService, PartsShippedSchema, TieOutService, type GetJobResponse } from '@aftercare/contracts';
import { addMonths, atOnce, businessDate, compareInstant, monthOf, newId, startOfDay } from '@aftercare/domain';
import { ServiceError } from '@aftercare/messaging';
import { digestOf } from '@aftercare/service';
import { fake } from '@aftercare/testing';
import { reasonOf, startInvoicing, type InvoicingWorld } from '../invoicing.fixture.js';
import { sumsOf, type ListedLine } from './month-close.rules.js';
import { MonthEvidence } from './month-evidence.js';

jest.setTimeout(120_000);

/** What parts and the figures say of each month. */
const around = {
  lines: new Map<string, ListedLine[]>(), figures: new Map<string, ListedLine[]>(), unsent: 0, letters: 0, others: 0, since: '', model: 'ready', faults: 0, silent: '', asked: 0, read: [] as string[],
  backlog: { until: '', eventTypes: [] as string[] },
};
/** No event tells the stock ledger’s lines. */
const figuresOf = (month: string): ListedLine[] => (around.figures.get(month) ?? []).filter(({ term }) => term !== 'holdings');
const firstOf = (lines: Map<string, ListedLine[]>): string => [...lines].filter(([, each]) => each.length > 0).map(([month]) => month).sort()[0] ?? '';

let world: InvoicingWorld;
let months: [first: string, second: string];
beforeAll(async () => {
  world = await startInvoicing([
    fake(MonthListService, {
      getFirstMonth: async () => {
        if (around.silent !== '') throw new ServiceError('unavailable', around.silent, 'away');
        return { month: firstOf(around.lines) };
      },
      digestMonth: async ({ month }) => ({ digest: atOnce(digestOf(around.lines.get(month) ?? [])) }),
      listMonth: async ({ month, after }) => {
        around.asked += 1;
        around.read.push(month);
        const lines = around.lines.get(month) ?? [];
        const from = Number(after || 0);
        return { lines: lines.slice(from, from + 2), next: from + 2 < lines.length ? String(from + 2) : '', firstMonth: firstOf(around.lines) };
      },
    }),
    fake(TieOutService, {
      proveMonth: async ({ month }) => {
        if (around.silent !== '') throw new ServiceError('unavailable', around.silent, 'away');
        const sums = atOnce(sumsOf(figuresOf(month)));
        return { sums, next: '', proved: around.faults === 0, model: around.model, faultCount: around.faults };
      },
      listTieOutLines: async ({ month, dealerId, partId, after }) => {
        const lines = figuresOf(month).filter((line) => line.dealerId === dealerId && line.partId === partId);
        const from = Number(after || 0);
        return { lines: lines.slice(from, from + 1), next: from + 1 < lines.length ? String(from + 1) : '' };
      },
    }),
    fake(OperationsService, { getBacklog: async ({ until, eventTypes }) => {
      around.backlog = { until, eventTypes };
      return { unsentEvents: around.unsent, deadLetters: around.letters, otherDeadLetters: around.others, runningSince: around.since };
    } }, 'parts'),
    fake(OperationsService, { getBacklog: async () => ({ unsentEvents: 0, deadLetters: 0 }) }, 'insights'),
  ]);
  const present = monthOf(businessDate(await world.service.now()));
  months = [present, monthOf(addMonths(`${present}-01`, 1))];
});
afterAll(() => world?.service.stop());

const service = (ctx = world.as('finance_clerk')) => world.service.client(MonthService, ctx);
async function close(month: string, ctx = world.as('finance_clerk'), dryRun = false): Promise<GetJobResponse> {
  const jobs = world.service.client(JobService, ctx);
  const { id } = await jobs.beginJob({ kind: 'close-month', options: JSON.stringify({ month }), dryRun, fileName: '' });
  await jobs.startJob({ id, totalRows: 0 });
  for (;;) {
    const job = await jobs.getJob({ id });
    if (job.state === 'done' || job.state === 'failed') return job;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
const codes = ({ errors }: GetJobResponse): string[] => errors.map(({ code }) => code);

const partId = newId();
let documents = 0;
const listed = (term: string, pieces: number, more: Partial<ListedLine> = {}): ListedLine => {
  documents += 1;
  return {
    term, lineId: newId(), dealerId: world.dealerId, partId, pieces, amount: '0.00', documentKind: 'shipping_order', documentId: newId(), documentNumber: `SO-${documents}`, reason: '', partNumber: 'P-0001', ...more,
  };
};

/** A month in which a slip by hand was confirmed and pieces shipped and came back, as parts and the figures have it. */
async function fill(month: string): Promise<void> {
  const slip = await world.slip();
  const request = await world.slip({ origin: 'request', nets: ['37.04'], quantity: 3 });
  const order = newId();
  await world.service.publish(PartsShippedSchema, {
    shippingOrderId: order, number: 'SO-R', dealerId: world.dealerId, lines: [{ shippingLineId: newId(), partId, quantity: 3, supplyKind: 'charged', chargeSlipId: request.slipId, chargeSlipLineId: request.lineIds[0], revenueNet: '37.04' }],
  });
  await world.service.drain();
  const lines = [
    listed('shipped_due', 10), listed('opened', 10), listed('settled_returned', 4), listed('holdings', 6), listed('shipped_charged', 3, { amount: '37.04', documentId: order, documentNumber: 'SO-R' }), listed('returned_met', 4, { documentKind: 'return_parcel' }),
    listed('manual', 1, { amount: '100.00', documentKind: 'charge_slip', documentId: slip.slipId, documentNumber: slip.number }),
  ];
  around.lines.set(month, lines);
  around.figures.set(month, lines.map((line) => ({ ...line, lineId: newId() })));
}

describe('B-6: month close', () => {
  it('B-6: a month that has not ended is not closed, and one before an open month neither', async () => {
    const [first, second] = months;
    await fill(first);
    expect(await service().getMonth({ month: first })).toMatchObject({ month: first, state: 'open', over: false, hash: '' });
    expect(await reasonOf(service().checkMonthClose({ month: first }))).toBe('MONTH_NOT_OVER');
    expect(codes(await close(first))).toEqual(['MONTH_NOT_OVER']);
    await world.service.moveClock('31d');
    await fill(second);
    await world.service.moveClock('31d');
    await world.service.drain();
    expect(await service().checkMonthClose({ month: first })).toMatchObject({ state: 'open', over: true });
    expect(await reasonOf(service().checkMonthClose({ month: second }))).toBe('EARLIER_MONTH_OPEN');
    const refused = await close(second);
    expect(refused.errors).toMatchObject([{ row: 1, code: 'EARLIER_MONTH_OPEN', message: expect.stringContaining(first) as string }]);
  });

  it('B-6: the months begin with the first of which parts has anything, also where it has no posting; while parts are away, with what is known here', async () => {
    const [first, second] = months;
    const before = monthOf(addMonths(`${first}-01`, -1));
    const listedFrom = async (): Promise<string | undefined> => (await service().listMonths({})).items.at(-1)?.month;
    expect(await listedFrom()).toBe(first);
    around.lines.set(before, [listed('shipped_free', 3)]);
    expect(await listedFrom()).toBe(before);
    await expect(service().checkMonthClose({ month: second })).rejects.toMatchObject({ reason: 'EARLIER_MONTH_OPEN', details: { earlier: before } });
    expect(await service().checkMonthClose({ month: before })).toMatchObject({ state: 'open', over: true });
    around.silent = 'AWAY';
    expect(await listedFrom()).toBe(first);
    around.silent = '';
    around.lines.delete(before);
  });

  it('B-6: refused with every reason: events and dead letters, figures, faults, lists and the ledger', async () => {
    const [first] = months;
    const sound = around.figures.get(first) ?? [];
    const evidence = world.service.app.get(MonthEvidence);
    const patiently = evidence.gatherPatiently.bind(evidence);
    const once = jest.spyOn(evidence, 'gatherPatiently').mockImplementation((month) => patiently(month, 1));
    Object.assign(around, { unsent: 2, letters: 1, others: 5, faults: 3 });
    around.figures.set(first, sound.slice(1).map((line) => (line.term === 'shipped_charged' ? { ...line, amount: '37.05' } : line)));
    const refused = await close(first);
    expect(codes(refused).sort()).toEqual(['DEAD_LETTERS_OPEN', 'EVENTS_WAITING', 'LISTS_DIFFER', 'LISTS_DIFFER', 'TIE_OUT_FAULTS']);
    expect(refused.errors.filter(({ code }) => code === 'LISTS_DIFFER').map(({ column }) => column).sort()).toEqual([sound[0].documentNumber, 'SO-R'].sort());
    const { items: said, lookedAt } = await service().listMonthObstacles({ month: first });
    expect(lookedAt).toMatch(/^\d{4}-/);
    expect(said.filter(({ hint }) => !hint).map(({ code }) => code).sort()).toEqual(codes(refused).sort());
    expect(said.filter(({ hint }) => hint)).toMatchObject([{ code: 'DEAD_LETTERS_ELSEWHERE', service: 'parts', count: 5 }]);
    expect(around.backlog).toMatchObject({ until: startOfDay(addMonths(`${first}-01`, 1)), eventTypes: expect.arrayContaining([PartsShippedSchema.typeName]) as string[] });
    expect(await world.service.sql(`select changed from audit_entry where action = 'refuse-close' and document_id = $1 order by id desc limit 1`, [first])).toMatchObject([
      { changed: { obstacles: { after: ['DEAD_LETTERS_OPEN', 'EVENTS_WAITING', 'LISTS_DIFFER', 'TIE_OUT_FAULTS'] } } },
    ]);
    Object.assign(around, { unsent: 0, letters: 0, others: 0, faults: 0, model: 'rebuilding' });
    expect(codes(await close(first))).toEqual(['FIGURES_REBUILDING']);
    around.model = 'ready';
    around.silent = 'AWAY';
    expect(codes(await close(first))).toEqual(['SERVICE_SILENT']);
    // It answers; only its database did not have the time.
    around.silent = 'STATEMENT_TIMEOUT';
    expect(codes(await close(first))).toEqual(['SERVICE_OVERTAXED']);
    around.silent = '';
    around.figures.set(first, sound);
    around.since = new Date(Date.parse(around.backlog.until) - 10_000).toISOString();
    expect(codes(await close(first))).toEqual(['TRANSACTION_RUNNING']);
    around.since = '';
    const lines = around.lines.get(first) ?? [];
    const other = lines.map((line) => (line.term === 'manual' ? { ...line, amount: '99.00' } : line));
    around.lines.set(first, other);
    around.figures.set(first, other);
    expect(codes(await close(first))).toEqual(['REVENUE_DIFFERS']);
    const [ledger] = (await service().listMonthObstacles({ month: first })).items;
    expect(ledger).toMatchObject({ code: 'REVENUE_DIFFERS', service: 'invoicing', listed: '99.00', found: '100.00', documentKind: 'charge_slip' });
    expect(ledger.text).toContain('99.00 ≠ 100.00');
    around.lines.set(first, lines);
    around.figures.set(first, sound);
    expect(await service().getMonth({ month: first })).toMatchObject({ state: 'open' });
    expect(await world.told('MonthClosed')).toEqual([]);
    once.mockRestore();
  });

  it('B-6: a dry run finds the same and closes nothing; what stands against a month is what it found, with when, and asks nobody', async () => {
    const [first, second] = months;
    const { lookedAt: before } = await service().listMonthObstacles({ month: first });
    expect(await close(first, world.as('finance_clerk'), true)).toMatchObject({ state: 'done', errors: [] });
    const { asked } = around;
    const { items, lookedAt } = await service(world.as('auditor')).listMonthObstacles({ month: first });
    expect([items, around.asked]).toEqual([[], asked]);
    expect(compareInstant(before, lookedAt)).toBe(-1);
    expect(codes(await close(second, world.as('finance_clerk'), true))).toEqual(['EARLIER_MONTH_OPEN']);
    expect((await service().listMonthObstacles({ month: second })).items).toMatchObject([{ code: 'EARLIER_MONTH_OPEN', found: first }]);
    expect(await service().listMonthObstacles({ month: '2019-01' })).toMatchObject({ items: [], lookedAt: '' });
    expect(await service().getMonth({ month: first })).toMatchObject({ state: 'open' });
    expect(await world.told('MonthClosed')).toEqual([]);
  });

  it('B-6: two closes at once: one closes; what it froze is told and never changed', async () => {
    const [first] = months;
    const both = await Promise.all([close(first), close(first)]);
    expect(both.map(({ state }) => state).sort()).toEqual(['done', 'failed']);
    expect(both.flatMap(codes)).toEqual(['MONTH_CLOSED']);
    const closed = await service(world.as('auditor')).getMonth({ month: first });
    expect(closed).toMatchObject({ state: 'closed', issuedLines: 2, issuedPieces: 13, revenueLines: 2, revenueNet: '137.04', returnedLines: 1, returnedPieces: 4 });
    expect(closed.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(await world.told('MonthClosed')).toMatchObject([{ month: first, hash: closed.hash, issuedPieces: 13, revenueNet: '137.04', returnedPieces: 4, closedAt: closed.closedAt }]);
    expect(await reasonOf(service().checkMonthClose({ month: first }))).toBe('MONTH_CLOSED');
    for (const sql of ['update closed_line set quantity = quantity + 1', 'delete from closed_line', 'update closed_month set hash = $$x$$', 'delete from closed_month', 'truncate closed_line, closed_month']) {
      await expect(world.service.sql(sql)).rejects.toThrow('never changed');
    }
    await expect(world.service.sql(`insert into closed_line select (jsonb_populate_record(l, jsonb_build_object('id', gen_random_uuid(), 'position', 99))).* from closed_line l where month = $1 limit 1`, [first]))
      .rejects.toThrow('never changed');
    await expect(world.service.sql(`insert into closed_line select (jsonb_populate_record(l, jsonb_build_object('id', gen_random_uuid(), 'month', '2031-01'))).* from closed_line l where month = $1 limit 1`, [first]))
      .rejects.toThrow('never changed');
  });

  it('B-6: the frozen lists are read page by page, by dealer, as they were', async () => {
    const [first, second] = months;
    const all = async (list: string) => {
      const found = [];
      for (let cursor = ''; ;) {
        const page = await service().listClosedLines({ month: first, list, dealerId: world.dealerId, page: { limit: 1, cursor } });
        found.push(...page.items);
        if (page.nextCursor === '') return found;
        cursor = page.nextCursor;
      }
    };
    expect((await all('revenue')).map(({ position, term, quantity, netAmount, partNumber }) => [position, term, quantity, netAmount, partNumber]).sort()).toEqual(
      [[1, 'manual', 1, '100.00', 'P-0001'], [2, 'shipped_charged', 3, '37.04', 'P-0001']].sort(),
    );
    expect((await all('revenue')).map(({ position }) => position)).toEqual([1, 2]);
    expect((await all('issued')).map(({ term }) => term).sort()).toEqual(['shipped_charged', 'shipped_due']);
    expect((await all('returned')).map(({ term, quantity, dealerName }) => [term, quantity, dealerName])).toEqual([['returned_met', 4, '某经销商']]);
    expect(await reasonOf(service().listClosedLines({ month: second, list: 'issued' }))).toBe('MONTH_OPEN');
    expect(await reasonOf(service().listClosedLines({ month: first, list: 'sold' }))).toBe('INVALID_FIELD');
  });

  it('B-6: what was booked after the month’s end stands in the month of its document, and in no other', async () => {
    const [, second] = months;
    const after = await world.service.now();
    // Told in the last seconds of the second month, booked here in the one after it.
    const slip = await world.slip({ nets: ['8.00'] });
    const late = listed('manual', 1, { amount: '8.00', documentKind: 'charge_slip', documentId: slip.slipId, documentNumber: slip.number });
    around.lines.get(second)?.push(late);
    around.figures.get(second)?.push(late);
    expect(await close(second)).toMatchObject({ state: 'done', errors: [] });
    const present = monthOf(businessDate(after));
    await world.service.moveClock('31d');
    expect(await close(present)).toMatchObject({ state: 'done', errors: [] });
    expect(await service().getMonth({ month: present })).toMatchObject({ state: 'closed', revenueNet: '0.00', revenueLines: 0 });
    const listedMonths = (await service().listMonths({})).items.map(({ month, state }) => `${month} ${state}`);
    expect(listedMonths.slice(-3)).toEqual([`${present} closed`, `${second} closed`, `${months[0]} closed`]);
    const paged: string[] = [];
    for (let cursor = ''; paged.length === 0 || cursor !== '';) {
      const { items, nextCursor } = await service().listMonths({ page: { limit: 1, cursor } });
      paged.push(...items.map(({ month, state }) => `${month} ${state}`));
      cursor = nextCursor;
    }
    expect(paged).toEqual(listedMonths);
  });

  it('B-6: what came into a month after its close is taken up by the next one, once, under the name of its month', async () => {
    const closed = monthOf(addMonths(`${months[1]}-01`, 1));
    const [next, behind] = [1, 2].map((by) => monthOf(addMonths(`${closed}-01`, by)));
    const slip = await world.slip({ nets: ['6.00'] });
    const late = listed('manual', 1, { amount: '6.00', documentKind: 'charge_slip', documentId: slip.slipId, documentNumber: slip.number });
    around.lines.set(closed, [late]);
    await world.service.moveClock('31d');
    // Its event is still missing from the figures of its own month.
    expect(codes(await close(next))).toEqual(['LISTS_DIFFER']);
    expect((await world.told<{ month: string; agreed: boolean }>('MonthCompared')).at(-1)).toMatchObject({ month: next, agreed: false });
    around.figures.set(closed, [{ ...late, lineId: newId() }]);
    expect(await close(next)).toMatchObject({ state: 'done', errors: [], result: expect.stringContaining('"lateLines":1') as string });
    expect((await world.told<{ month: string; agreed: boolean }>('MonthCompared')).at(-1)).toMatchObject({ month: next, agreed: true });
    expect((await service().listClosedLines({ month: next, list: 'revenue' })).items).toMatchObject([{ ofMonth: closed, term: 'manual', netAmount: '6.00', documentNumber: slip.number }]);
    await world.service.moveClock('31d');
    expect(await close(behind)).toMatchObject({ state: 'done', errors: [] });
    expect(await service().getMonth({ month: behind })).toMatchObject({ revenueLines: 0, revenueNet: '0.00' });
  });

  it('B-6: a document of a closed month that is no longer as it was frozen is named by itself', async () => {
    const closed = monthOf(addMonths(`${months[1]}-01`, 3));
    const next = monthOf(addMonths(`${closed}-01`, 1));
    around.lines.set(next, [listed('shipped_free', 2)]);
    around.figures.set(next, around.lines.get(next) ?? []);
    await world.service.moveClock('31d');
    expect(await close(next)).toMatchObject({ state: 'done' });
    await world.service.moveClock('31d');
    const behind = monthOf(addMonths(`${next}-01`, 1));
    around.read = [];
    expect(await close(behind, world.as('finance_clerk'), true)).toMatchObject({ state: 'done', errors: [] });
    // What is as it was closed is not read again.
    expect([...new Set(around.read)]).toEqual([behind]);
    around.lines.set(next, [{ ...(around.lines.get(next) ?? [])[0], pieces: 3 }]);
    const refused = await close(behind);
    expect([...new Set(around.read)]).toEqual([behind, next]);
    expect(refused.errors).toMatchObject([{ code: 'CLOSED_LIST_DIFFERS', message: expect.stringContaining('3 ≠ 2') as string }]);
  });

  it('section 1: month close is finance’s; supervisors and auditors read', async () => {
    const [first] = months;
    for (const role of ['service_clerk', 'admin', 'warehouse_keeper'] as const) expect(await reasonOf(service(world.as(role)).getMonth({ month: first }))).toBe('ROLE_NOT_ALLOWED');
    expect(await reasonOf(service(world.dealer()).listClosedLines({ month: first, list: 'issued' }))).toBe('ROLE_NOT_ALLOWED');
    expect(await reasonOf(service(world.as('service_supervisor')).checkMonthClose({ month: first }))).toBe('ROLE_NOT_ALLOWED');
    await expect(close(first, world.as('service_supervisor'))).rejects.toMatchObject({ code: 'permission_denied' });
    expect(await reasonOf(service().getMonth({ month: '2026-3' }))).toBe('MONTH_INVALID');
    expect(await reasonOf(service().listMonthObstacles({ month: 'x' }))).toBe('MONTH_INVALID');
    const { id } = await close(first);
    const seen = (role: 'admin' | 'auditor' | 'finance_clerk') => world.service.client(JobService, world.as(role, { userId: newId() })).getJob({ id });
    // What it was refused with carries amounts.
    await expect(seen('admin')).rejects.toMatchObject({ code: 'not_found' });
    for (const role of ['auditor', 'finance_clerk'] as const) expect(await seen(role)).toMatchObject({ id, state: 'failed' });
    expect(await close('2026-13')).toMatchObject({ state: 'failed', errors: [{ code: 'MONTH_INVALID' }] });
  });
});
