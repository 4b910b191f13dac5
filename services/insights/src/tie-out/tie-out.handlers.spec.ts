import { ChargeSlipReversedSchema, DealerChangedSchema, MonthComparedSchema, PartCataloguedSchema, PartsShippedSchema, ReadModelService, TieOutService, type TieOutRow } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { deliver, specEvent, startInsights, tell, type InsightsWorld, type SpecEvent } from '../insights.fixture.js';
import { examplesOf, TieStory, type Whose } from './tie-out.fixture.js';

jest.setTimeout(60_000);
let world: InsightsWorld;
beforeAll(async () => {
  world = await startInsights(200);
  await rebuilt();
});
afterAll(() => world?.service.stop());

const tieOut = (role: 'auditor' | 'service_clerk' | 'dealer_manager' = 'auditor', locale: 'zh-CN' | 'en' = 'en') => world.service.client(TieOutService, world.service.ctx({ role, locale }));
const admin = () => world.service.client(ReadModelService, world.service.ctx({ role: 'admin', idempotencyKey: newId() }));

async function rebuilt(): Promise<void> {
  for (const until = Date.now() + 30_000; (await admin().getReadModel({})).state !== 'ready'; await new Promise((resolve) => setTimeout(resolve, 50))) {
    if (Date.now() > until) throw new Error('the rebuilding does not end');
  }
}

let names = 0;
async function somebody(): Promise<Whose> {
  const whose = { dealerId: newId(), partId: newId() };
  names += 1;
  const at = '2026-01-01T00:00:00.000Z';
  await tell(world, [
    specEvent(DealerChangedSchema, { dealerId: whose.dealerId, code: `T${names}`, name: '经销商', status: 'active', version: 1 }, at),
    specEvent(PartCataloguedSchema, { partId: whose.partId, number: `P-${names}`, name: '阀芯', version: 1 }, at),
  ]);
  return whose;
}

const monthsOf = async ({ dealerId }: Whose): Promise<Record<string, TieOutRow | undefined>> => {
  const months = ['2026-03', '2026-04', '2026-05', '2026-06', '2026-07', '2026-08'];
  return Object.fromEntries(await Promise.all(months.map(async (month) => [month, (await tieOut().listTieOut({ month, dealerId })).items[0]] as const)));
};
const faultsOf = async (month: string, { dealerId }: Whose, role: 'auditor' = 'auditor') => (await tieOut(role).listTieOutFaults({ month, dealerId })).items;
/** Ids of all pages of one row each. */
async function paged(page: (asked: { limit: number; cursor: string }) => Promise<{ items: { id: string }[]; nextCursor: string }>): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor = '', first = true; first || cursor !== ''; first = false) {
    const { items, nextCursor } = await page({ limit: 1, cursor });
    ids.push(...items.map(({ id }) => id));
    cursor = nextCursor;
  }
  return ids;
}
async function tellAll(events: readonly SpecEvent[]): Promise<void> {
  await tell(world, events);
  await world.service.drain();
}

const EXAMPLES = {
  '2026-03': { shipped: 15, charged: 3, owed: 10, free: 2, due: 10, returned: 4, outstandingChange: 6, revenue: '37.04', shippedNet: '37.04', proved: true },
  '2026-04': { shipped: 0, due: 0, returned: 5, outstandingChange: -5, revenue: '0.00', proved: true },
  '2026-05': { due: 6, returned: 1, converted: 1, reversed: 1, outstandingChange: 5, revenue: '0.00', convertedNet: '12.35', reversedNet: '12.35', proved: true },
  '2026-06': { due: 0, returned: 8, outstandingChange: -6, creditChange: 2, proved: true },
  '2026-07': { due: 3, returned: 0, outstandingChange: 1, creditChange: -2, proved: true },
  '2026-08': { shipped: 3, shortage: 1, charged: 2, excused: 1, outstandingChange: -1, revenue: '40.00', shippedNet: '20.00', manualNet: '20.00', proved: true },
};

describe('H-8: the tie-out from events', () => {
  it('H-8: the months of the examples tie out, term by term, and their totals are those of all dealers', async () => {
    const whose = await somebody();
    await tellAll(examplesOf(whose));
    expect(await monthsOf(whose)).toMatchObject(EXAMPLES);
    const march = await tieOut().getTieOut({ month: '2026-03' });
    expect(march).toMatchObject({ proved: true, tied: true, comparison: 'agreed', model: 'ready', faultCount: 0, rowCount: 1, dealerCount: 1, partCount: 1, closed: true, totals: { ...EXAMPLES['2026-03'], dealerId: '' } });
    expect(await tieOut().getTieOut({ month: '2020-01' })).toMatchObject({ proved: false, tied: true, rowCount: 0, closed: false, totals: { shipped: 0, revenue: '0.00' } });
  });

  it('H-8: a month is proved when its events tie out and the services’ lists agreed at the last look, or when it is closed', async () => {
    const whose = await somebody();
    await tellAll(new TieStory(whose).ship('2029-03-05', { due: 2 }).events);
    const month = '2029-03';
    expect(await tieOut().getTieOut({ month })).toMatchObject({ tied: true, proved: false, comparison: 'not_compared', comparedAt: '' });
    const looked = (hour: string, agreed: boolean) => specEvent(MonthComparedSchema, { month, comparedAt: `2029-04-01T0${hour}:00:00.000Z`, agreed }, `2029-04-01T0${hour}:00:00.000Z`);
    const [first, second, third] = [looked('1', false), looked('2', true), looked('3', false)];
    await tellAll([first]);
    expect(await tieOut().getTieOut({ month })).toMatchObject({ tied: true, proved: false, comparison: 'differing', comparedAt: '2029-04-01T01:00:00.000Z' });
    await tellAll([second]);
    await deliver(world, first);
    expect(await tieOut().getTieOut({ month })).toMatchObject({ tied: true, proved: true, comparison: 'agreed', comparedAt: '2029-04-01T02:00:00.000Z' });
    await tellAll([third]);
    expect(await tieOut().getTieOut({ month })).toMatchObject({ tied: true, proved: false, comparison: 'differing' });
    await tellAll(new TieStory(whose).close(month).events);
    expect(await tieOut().getTieOut({ month })).toMatchObject({ tied: true, proved: true, closed: true });
    await world.service.sql('delete from tie_line where dealer_id = $1', [whose.dealerId]);
  });

  it('H-8: while a model is rebuilt the one that answers is relied on, unless it was built without the lines of the lists', async () => {
    const stateOf = async (current: string) => {
      await world.service.sql(`update read_model set tied_from = ${current}`);
      return (await tieOut().getTieOut({ month: '2020-02' })).model;
    };
    expect(await stateOf('current + 1')).toBe('rebuilding');
    expect(await stateOf('current')).toBe('ready');
    await world.service.sql('update read_model set building = current + 1');
    expect((await tieOut().proveMonth({ month: '2020-02' })).model).toBe('ready');
    await world.service.sql('update read_model set building = null');
    await world.service.sql('delete from rebuild_source');
  });

  it('P-8: what a dealer says was missing covers no shipment by itself; its agreed shortage does, for what ships after it', async () => {
    const whose = await somebody();
    const events = new TieStory(whose).shipMissing('2029-05-03', 2, 1, '20.00').events;
    await tellAll(events.filter(({ schema }) => schema.name !== 'ShortageAgreed'));
    expect((await faultsOf('2029-05', whose)).map(({ kind, difference }) => [kind, difference])).toEqual([['not_on_slip', 1]]);
    await tellAll(events.filter(({ schema }) => schema.name === 'ShortageAgreed'));
    expect(await faultsOf('2029-05', whose)).toEqual([]);
    await world.service.sql('delete from tie_line where dealer_id = $1', [whose.dealerId]);
  });

  it('H-8: repeated and reordered events come to the same, and so does a rebuilding', async () => {
    const whose = await somebody();
    const events = examplesOf(whose);
    world.outbox.push(...events);
    for (const event of [...events].reverse()) await deliver(world, event);
    for (const event of events.slice(0, 5)) await deliver(world, event);
    await world.service.drain();
    expect(await monthsOf(whose)).toMatchObject(EXAMPLES);
    const before = await monthsOf(whose);
    await world.service.sql('delete from tie_line');
    await admin().rebuildReadModel({});
    await rebuilt();
    expect(await monthsOf(whose)).toEqual(before);
  });

  it('P-8, H-8: pieces that never arrived after a count or credit tie out in the month of the decision; credit of them that was not told is named', async () => {
    const whose = await somebody();
    const story = new TieStory(whose).ship('2026-03-01', { due: 3 }).count('2026-03-10', 3);
    const counted = story.obligationId;
    story.ship('2026-03-15', { due: 2 });
    const other = { obligationId: story.obligationId, quantity: 2 };
    story.obligationId = counted;
    story.neverArrived('2026-04-02', 'return_reversed', 3, other).ship('2026-05-01', { due: 1 }).useCredit('2026-05-01', 1).neverArrived('2026-05-20', 'credit_reversed', 1, { ...other, quantity: 0 });
    const kept = story.events.filter(({ schema }) => schema.name === 'ReturnCreditChanged').at(-1);
    await tellAll(story.events.filter((event) => event !== kept));
    expect((await faultsOf('2026-05', whose)).map(({ term, pieces }) => [term, pieces])).toEqual([['undone_credit', 1]]);
    await tellAll(kept ? [kept] : []);
    expect(await monthsOf(whose)).toMatchObject({
      '2026-03': { due: 5, returned: 3, outstandingChange: 2, proved: true }, '2026-04': { due: -3, returned: 0, outstandingChange: -2, creditChange: 1, proved: true },
      '2026-05': { due: 0, returned: 0, outstandingChange: 0, creditChange: 0, proved: true },
    });
  });

  it('H-8: a lost event names the line that has no counterpart, and no other', async () => {
    const without = async (lost: string): Promise<string[]> => {
      const whose = await somebody();
      await tellAll(examplesOf(whose).filter(({ schema }) => schema.name !== lost));
      return (await Promise.all(['2026-03', '2026-04', '2026-05', '2026-06', '2026-07'].map((month) => faultsOf(month, whose)))).flat().map(({ kind, term, pieces }) => `${kind} ${term} ${pieces}`);
    };
    expect(await without('ObligationOpened')).toEqual(['unmatched shipped_due 10', 'unmatched shipped_due 6', 'unmatched shipped_due 3']);
    expect(await without('PartsShipped')).toEqual(['unmatched opened 10', 'unmatched opened 6', 'unmatched opened 3']);
    expect(await without('ReturnAccepted')).toEqual(['unmatched settled_returned 4', 'unmatched settled_returned 5', 'late_unknown late_reversed 1', 'unmatched credit_kept 2', 'unmatched settled_returned 6']);
    expect(await without('ObligationSettled')).toEqual([
      'unmatched returned_met 4', 'unmatched returned_met 5', 'unmatched conversion_reversed 1', 'unmatched converted 1', 'unmatched late_reversed 1', 'unmatched returned_met 6', 'unmatched credit_used 2',
    ]);
    expect(await without('ChargeSlipConfirmed')).toEqual(['not_on_slip shipped_charged 3', 'unmatched settled_charged 1']);
    expect(await without('ReturnCreditChanged')).toEqual(['unmatched returned_surplus 2', 'unmatched settled_credit 2']);
    expect(await without('LateReturnReversed')).toEqual(['unmatched settled_returned 1']);
  });

  it('H-8: a row of the read model that was edited or stands twice is named, and nothing else', async () => {
    const change = async (sql: string, month = '2026-03'): Promise<string[]> => {
      const whose = await somebody();
      await tellAll(examplesOf(whose));
      await world.service.sql(sql, [whose.dealerId]);
      expect(await tieOut().getTieOut({ month })).toMatchObject({ proved: false });
      const faults = await faultsOf(month, whose);
      const rows = (await tieOut().listTieOut({ month, dealerId: whose.dealerId, onlyFaults: true })).items;
      expect(rows.map(({ dealerId }) => dealerId)).toEqual(faults.length > 0 ? [whose.dealerId] : []);
      await world.service.sql('delete from tie_line where dealer_id = $1', [whose.dealerId]);
      return faults.map(({ kind, term, pieces, amount }) => `${kind} ${term} ${pieces} ${amount}`);
    };
    const twice = (term: string): string => `insert into tie_line select (jsonb_populate_record(null::tie_line, to_jsonb(t) || jsonb_build_object('key', gen_random_uuid()::text))).*
      from tie_line t, read_model where generation = current and dealer_id = $1 and term = '${term}' and month = '2026-03'`;
    const edit = (term: string, set: string): string => `update tie_line set ${set} from read_model where generation = current and dealer_id = $1 and term = '${term}' and month = '2026-03'`;
    expect(await change(twice('shipped_due'))).toEqual(['altered shipped_due 10 0.00']);
    expect(await change(twice('shipped_free'))).toEqual(['altered shipped_free 2 0.00']);
    expect(await change(twice('shipped_charged'))).toEqual(['altered shipped_charged 3 37.04']);
    expect(await change(edit('opened', 'pieces = 9'))).toEqual(['altered opened 9 0.00']);
    expect(await change(edit('settled_returned', 'pieces = 5'))).toEqual(['altered settled_returned 5 0.00']);
    expect(await change(edit('shipped_charged', 'amount = 37.05'))).toEqual(['altered shipped_charged 3 37.05']);
    expect(await change(edit('slip_line', 'pieces = 2'))).toEqual(['altered slip_line 2 0.00']);
  });

  it('F-8, H-8: revenue that is not the share of its slip is named, in the reader’s language', async () => {
    const whose = await somebody();
    const story = new TieStory(whose);
    story.ship('2026-03-05', { charged: 3, net: '37.04' });
    const events = story.events.map((event) => ({ ...event, payload: event.schema.name === 'PartsShipped' ? event.payload.replace('37.04', '37.03') : event.payload }));
    await tellAll(events);
    const [fault, ...others] = await faultsOf('2026-03', whose);
    expect(others).toEqual([]);
    expect(fault).toMatchObject({ identity: 2, kind: 'revenue_differs', term: 'shipped_charged', amount: '37.03', documentKind: 'shipping_order' });
    expect(fault.text).toContain(fault.documentNumber);
    const zh = (await tieOut('auditor', 'zh-CN').listTieOutFaults({ month: '2026-03', dealerId: whose.dealerId })).items[0];
    expect(zh.text).toContain('与单据金额不符');
    await world.service.sql('delete from tie_line where dealer_id = $1', [whose.dealerId]);
  });

  it('F-8, H-8: a reversal of a request’s slip that takes back another revenue than had become one is named', async () => {
    const reversed = async (revenueNet: string): Promise<string[]> => {
      const whose = await somebody();
      const story = new TieStory(whose);
      const [slipId, lineId, at] = [newId(), newId(), '2029-06-05T04:00:00.000Z'];
      const charged = { partId: whose.partId, supplyKind: 'charged', chargeSlipId: slipId, chargeSlipLineId: lineId, reason: 'term_over' };
      story.confirm('2029-06-05', 'request', { slipId, lineId, quantity: 2, net: '24.69', originKind: 'parts_request_line', revenue: '0.00' });
      await tellAll([
        ...story.events,
        specEvent(PartsShippedSchema, { shippingOrderId: newId(), number: 'SO', dealerId: whose.dealerId, lines: [{ shippingLineId: newId(), quantity: 1, ...charged, revenueNet: '12.35' }], shippedAt: at, month: '2029-06' }, at),
        specEvent(ChargeSlipReversedSchema, {
          slipId, reversingSlipId: newId(), reversingNumber: 'CS', dealerId: whose.dealerId, direction: 'charge', origin: 'request', month: '2029-06', reversedAt: at,
          lines: [{ lineId, partId: whose.partId, quantity: 2, netAmount: '24.69', originKind: 'parts_request_line', revenueNet, revenueQuantity: 1 }],
        }, at),
      ]);
      const faults = await faultsOf('2029-06', whose);
      await world.service.sql('delete from tie_line where dealer_id = $1', [whose.dealerId]);
      return faults.map(({ kind, term, amount }) => `${kind} ${term} ${amount}`);
    };
    expect(await reversed('12.35')).toEqual([]);
    expect(await reversed('24.69')).toEqual(['revenue_differs revenue_reversed 24.69']);
    expect(await reversed('12.34')).toEqual(['revenue_differs revenue_reversed 12.34']);
  });

  it('B-6: the terms of a month in frames, and the lines behind those of a dealer and part', async () => {
    const whose = await somebody();
    await tellAll(new TieStory(whose).ship('2027-01-05', { due: 2 }).events);
    const { sums, next, proved, model } = await tieOut().proveMonth({ month: '2027-01' });
    expect({ next, proved, model }).toEqual({ next: '', proved: true, model: 'ready' });
    expect(sums.map(({ term, pieces }) => [term, pieces])).toEqual([['opened', 2], ['shipped_due', 2]]);
    const { lines } = await tieOut().listTieOutLines({ month: '2027-01', ...whose });
    expect(lines).toMatchObject([{ term: 'opened', pieces: 2, documentKind: 'shipping_order' }, { term: 'shipped_due', pieces: 2, partNumber: `P-${names}` }]);
    await expect(tieOut().listTieOutLines({ month: '2027-01', ...whose, after: 'x' })).rejects.toMatchObject({ reason: 'CURSOR_INVALID' });
    await expect(tieOut().listTieOutLines({ month: '2027-01', dealerId: whose.dealerId })).rejects.toMatchObject({ reason: 'ID_INVALID' });
    await expect(tieOut().proveMonth({ month: '2027-01', after: 'x' })).rejects.toMatchObject({ reason: 'CURSOR_INVALID' });
    await expect(tieOut().getTieOut({ month: '2027-13' })).rejects.toMatchObject({ reason: 'MONTH_INVALID' });
    await expect(tieOut('service_clerk').getTieOut({ month: '2027-01' })).rejects.toMatchObject({ reason: 'ROLE_NOT_ALLOWED' });
    await expect(tieOut('dealer_manager').listTieOut({ month: '2027-01' })).rejects.toMatchObject({ reason: 'ROLE_NOT_ALLOWED' });
  });

  it('H-8: rows and faults go on from page to page, each once', async () => {
    const month = '2030-04';
    await world.service.sql(`
      insert into tie_line (generation, term, key, line_id, month, dealer_id, part_id, pieces, amount, net, link, document_kind, document_id, document_number, reason, at, seal)
      select (select current from read_model), 'shipped_free', 'page ' || n, gen_random_uuid(), $1, gen_random_uuid(), gen_random_uuid(), n, 0, 0, '', 'shipping_order', gen_random_uuid(), '', '', now(), 0
        from generate_series(1, 6) n`, [month]);
    const rows = await paged((page) => tieOut().listTieOut({ month, page }));
    const faults = await paged((page) => tieOut().listTieOutFaults({ month, page }));
    expect([rows.length, new Set(rows).size, faults.length, new Set(faults).size]).toEqual([6, 6, 6, 6]);
    await world.service.sql('delete from tie_line where month = $1', [month]);
  });

  it('H-8: terms and lines of which there are many come in frames, each once', async () => {
    const month = '2030-02';
    await world.service.sql(`
      insert into tie_line (generation, term, key, line_id, month, dealer_id, part_id, pieces, amount, net, link, document_kind, document_id, document_number, reason, at, seal)
      select (select current from read_model), t.term, t.term || n, gen_random_uuid(), $1, gen_random_uuid(), gen_random_uuid(), n, 0, 0, '', 'shipping_order', gen_random_uuid(), '', '', now(), 0
        from generate_series(1, 3700) n cross join (values ('shipped_free'), ('excess')) as t (term)`, [month]);
    const whose = await somebody();
    await world.service.sql(`
      insert into tie_line (generation, term, key, line_id, month, dealer_id, part_id, pieces, amount, net, link, document_kind, document_id, document_number, reason, at, seal)
      select (select current from read_model), t.term, 'many ' || n, gen_random_uuid(), $1, $2, $3, 1, 0, 0, '', 'shipping_order', gen_random_uuid(), '', '', now(), 0
        from generate_series(1, 600) n cross join (values ('opened'), ('shipped_due')) as t (term)`, [month, whose.dealerId, whose.partId]);
    const sums: string[] = [];
    const faultCounts: number[] = [];
    for (let after = ''; faultCounts.length === 0 || after !== '';) {
      const frame = await tieOut().proveMonth({ month, after });
      sums.push(...frame.sums.map(({ dealerId, term, pieces }) => `${dealerId} ${term} ${pieces}`));
      faultCounts.push(frame.faultCount);
      after = frame.next;
    }
    // The faults are counted once, behind the last sums.
    expect([sums.length, new Set(sums).size, faultCounts]).toEqual([3_702, 3_702, [0, expect.any(Number)]]);
    expect(faultCounts[1]).toBeGreaterThan(3_500);
    expect(sums.filter((sum) => sum.startsWith(whose.dealerId))).toEqual([`${whose.dealerId} opened 600`, `${whose.dealerId} shipped_due 600`]);
    const frames: number[] = [];
    const ids = new Set<string>();
    for (let after = ''; frames.length === 0 || after !== '';) {
      const { lines, next } = await tieOut().listTieOutLines({ month, ...whose, after });
      frames.push(lines.length);
      for (const { lineId } of lines) ids.add(lineId);
      after = next;
    }
    expect([frames, ids.size]).toEqual([[500, 500, 200], 1_200]);
    await world.service.sql('delete from tie_line where month = $1', [month]);
  });
});
