import { ReadModelService } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { systemContext } from '@aftercare/messaging';
import type { Page, Statement, Tx } from '@aftercare/service';
import { assert, asyncProperty, array, constantFrom, integer, nat, oneof, record, type Arbitrary } from 'fast-check';
import { startInsights, type InsightsWorld } from '../insights.fixture.js';
import { KeptMonths } from './kept-months.js';
import { forgetChanges, keepMonth, keptMonth, type KeptMonth } from './kept-months.queries.js';
import { keptRows } from './kept-rows.queries.js';
import type { TieLine } from './tie-line.rules.js';
import { tieFaults, tieRows, type TieAsked } from './tie-out.queries.js';
import { keepLines } from './tie-store.js';

jest.setTimeout(180_000);
const MONTHS = ['2031-01', '2031-02', '2031-03'] as const;
const [dealers, parts] = [[newId(), newId()], [newId(), newId()]];
const system = () => systemContext('insights');

let world: InsightsWorld;
let kept: KeptMonths;
let generation = 0;
beforeAll(async () => {
  world = await startInsights(200);
  const admin = world.service.client(ReadModelService, world.service.ctx({ role: 'admin' }));
  for (const until = Date.now() + 30_000; (await admin.getReadModel({})).state !== 'ready'; await new Promise((resolve) => setTimeout(resolve, 50))) {
    if (Date.now() > until) throw new Error('the rebuilding does not end');
  }
  [{ generation }] = await world.service.sql<{ generation: number }>('select current as generation from read_model');
  kept = new KeptMonths(world.service.database);
});
afterAll(() => world?.service.stop());
beforeEach(() => world.service.sql('delete from tie_line'));

function line(given: Pick<TieLine, 'term' | 'key' | 'month'> & Partial<TieLine>): TieLine {
  return {
    lineId: newId(), dealerId: dealers[0], partId: parts[0], pieces: 1, amount: '0.00', net: '0.00', link: '', documentKind: 'charge_slip', documentId: newId(), documentNumber: 'D', reason: '',
    at: `${given.month}-05T04:00:00.000Z`, ...given,
  };
}
const tell = (lines: readonly TieLine[], before: (tx: Tx) => Promise<unknown> = () => Promise.resolve(), of = generation): Promise<object> =>
  world.service.database.command(system(), async (tx) => {
    await keepLines({ tx, generation: of }, lines);
    await before(tx);
    return {};
  });
const faultCount = async (month: string): Promise<number> => (await kept.of(system(), month)).faultCount;
const writtenBy = async (month: string): Promise<string[]> =>
  (await world.service.sql<{ xmin: string }>('select xmin::text from tie_month where generation = $1 and month = $2', [generation, month])).map(({ xmin }) => xmin);

const asked = (month: string) => ({ month, dealerId: null, partId: null, onlyFaults: false });
const PAGE: Page = { list: 'tie-out', after: null, limit: 200 };
interface Come { kept: Partial<KeptMonth>; faults: unknown[]; faulty: unknown[]; rows: unknown[] }
const cameTo = ({ known: _known, changed: _changed, unsettled: _unsettled, ...month }: KeptMonth): Partial<KeptMonth> => month;

/** What is answered of a month. */
async function answered(month: string): Promise<Come> {
  const { database } = world.service;
  const answer = await kept.of(system(), month);
  const rowsOf = (onlyFaults: boolean) => database.many(system(), keptRows({ ...asked(month), onlyFaults }, PAGE, answer));
  const [faults, faulty, rows] = await Promise.all([database.many(system(), tieFaults(asked(month), PAGE, answer.generation)), rowsOf(true), rowsOf(false)]);
  return { kept: cameTo(answer), faults, faulty, rows };
}

async function until(sql: string): Promise<void> {
  for (const limit = Date.now() + 20_000; (await world.service.sql(sql)).length === 0; await new Promise((resolve) => setTimeout(resolve, 20))) {
    if (Date.now() > limit) throw new Error(`nothing comes: ${sql}`);
  }
}

class Undone extends Error {}

type Named = Pick<TieLine, 'dealerId' | 'partId'>;
const named = ({ dealerId, partId }: Named): string => `${dealerId} ${partId}`;

/** What its lines come to now, of which nothing stays. */
async function computed(month: string): Promise<Come> {
  let come: Come | undefined;
  await world.service.database.command(system(), async (tx) => {
    await tx.sql(keepMonth(month));
    const [fresh] = await tx.sql<KeptMonth>(keptMonth(month));
    const faults = await tx.sql<Named>(tieFaults(asked(month), PAGE, generation));
    const rows = await tx.sql<Named>(tieRows(asked(month), PAGE));
    const atFault = new Set(faults.map(named));
    come = { kept: cameTo(fresh), faults, faulty: rows.filter((row) => atFault.has(named(row))), rows };
    throw new Undone();
  }).catch((error: unknown) => {
    if (!(error instanceof Undone)) throw error;
  });
  if (!come) throw new Error('nothing was computed');
  return come;
}

const month: Arbitrary<string> = constantFrom(...MONTHS);
type Step = TieLine[] | { sql: string; pick: number };
/** A line of one slip, its shipments or one obligation: what was taken out may be told again. */
const told: Arbitrary<Step> = record({
  of: constantFrom(
    ['slip_line', 'L', 'L'], ['shipped_charged', 'S', 'L'], ['shipped_charged', 'T', 'L'], ['shipped_charged', 'S', 'L'], ['shipped_charged', 'T', 'L'], ['slip_reversed', 'R', 'L'], ['revenue_reversed', 'R', 'L'],
    ['shortage_charged', 'H', 'S'], ['returned_late', 'A', 'O'], ['late_reversed', 'B', 'O'], ['shipped_due', 'S', 'S'], ['opened', 'O', 'S'],
  ), month, pieces: integer({ min: 1, max: 3 }), whose: nat(11),
}).map(({ of: [term, key, link], pieces, whose, ...rest }) => [line({
  ...rest, term: term as TieLine['term'], key, link, pieces, amount: term === 'slip_line' || term === 'slip_reversed' ? '0.00' : `${pieces}.00`, net: `${pieces}.00`,
  dealerId: dealers[Math.floor(whose / 11)], partId: parts[Math.floor(whose / 11)],
})]);
const edited: Arbitrary<Step> = record({
  pick: nat(),
  sql: oneof(
    month.map((to) => `update tie_line set month = '${to}'`), constantFrom('L', 'S', 'O').map((link) => `update tie_line set link = '${link}'`), constantFrom('L', 'S', 'K').map((key) => `update tie_line set key = '${key}'`),
    constantFrom('pieces = pieces + 1', 'amount = amount + 1', 'net = net + 1', `at = at + interval '40 days'`, `at = at - interval '40 days'`).map((set) => `update tie_line set ${set}`),
    constantFrom('delete from tie_line'), constantFrom('shipped_charged', 'slip_reversed', 'slip_line').map((term) => `update tie_line set term = '${term}'`),
  ),
});

async function take(step: Step): Promise<void> {
  if (Array.isArray(step)) {
    await tell(step);
    return;
  }
  // Two lines of one name cannot be: such an edit is none.
  await world.service.sql(`${step.sql} where ctid = (select ctid from tie_line order by term, key offset $1 % greatest(1, (select count(*) from tie_line)) limit 1)`, [step.pick % 1_000]).catch((error: unknown) => {
    expect(error).toMatchObject({ code: '23505' });
  });
}

describe('H-8: what a month has come to is kept', () => {
  it('H-8: whatever is told in whatever order, edited or taken out, of this month or of one that is linked with it: the answer is what the lines come to', async () => {
    await assert(asyncProperty(array(oneof({ weight: 3, arbitrary: told }, { weight: 2, arbitrary: edited }), { minLength: 40, maxLength: 50 }), async (steps) => {
      await world.service.sql('delete from tie_line');
      for (const step of steps) {
        await take(step);
        for (const each of MONTHS) expect(await answered(each)).toEqual(await computed(each));
      }
    }), { numRuns: 4, endOnFailure: true });
  });

  const [BEFORE, OF, AFTER] = MONTHS;
  const slip = (pieces: number): TieLine => line({ term: 'slip_line', key: 'L', month: BEFORE, link: 'L', pieces, net: `${pieces}.00` });
  const shipped = (key: string, month: string, pieces: number, amount = `${pieces}.00`): TieLine => line({ term: 'shipped_charged', key, month, link: 'L', pieces, amount });
  const reversed = (month: string): TieLine => line({ term: 'slip_reversed', key: 'R', month, link: 'L', pieces: 1, net: '1.00' });
  const late = (term: 'returned_late' | 'late_reversed', key: string, month: string): TieLine => line({ term, key, month, link: 'O' });
  it.each<[string, TieLine[], (TieLine | string)[], [before: number, after: number]]>([
    ['its slip', [shipped('S', OF, 2)], [slip(2)], [1, 0]],
    ['its slip, taken out', [slip(2), shipped('S', OF, 2)], [`delete from tie_line where term = 'slip_line'`], [0, 1]],
    ['its slip, edited', [slip(2), shipped('S', OF, 2)], [`update tie_line set pieces = 9 where term = 'slip_line'`], [0, 1]],
    ['its slip with another link, edited', [slip(2), shipped('S', OF, 2)], [`update tie_line set link = 'X' where term = 'slip_line'`, '', `update tie_line set pieces = 1 where term = 'slip_line'`], [0, 0]],
    ['an earlier shipment of its slip', [slip(2), shipped('S', OF, 2)], [shipped('T', BEFORE, 1)], [0, 1]],
    ['an earlier shipment that goes to another slip', [slip(2), shipped('S', OF, 2), shipped('T', BEFORE, 1)], [`update tie_line set link = 'X' where key = 'T'`], [1, 0]],
    ['a later reversal of its slip', [slip(2), shipped('S', OF, 2)], [reversed(AFTER)], [0, 1]],
    ['earlier revenue of its slip that was taken back', [slip(2), shipped('S', OF, 1), reversed(OF)], [line({ term: 'revenue_reversed', key: 'R', month: BEFORE, link: 'L', amount: '2.00', net: '2.00' })], [0, 1]],
    ['an agreed shortage of an earlier shipment', [slip(1), shipped('S', BEFORE, 1), shipped('T', OF, 1, '0.00')], [line({ term: 'shortage_charged', key: 'H', month: BEFORE, link: 'S' })], [1, 0]],
    ['late pieces that were counted', [late('late_reversed', 'B', OF)], [late('returned_late', 'A', BEFORE)], [2, 1]],
    ['late pieces that were taken back again', [late('returned_late', 'A', BEFORE), late('late_reversed', 'B', OF)], [late('late_reversed', 'C', AFTER)], [1, 2]],
  ])('H-8: a line of another month changes what is answered: %s', async (_what, lines, changes, counts) => {
    await tell(lines);
    const before = await answered(OF);
    for (const change of changes) {
      if (typeof change !== 'string') await tell([change]);
      else if (change === '') await answered(OF);
      else await world.service.sql(change);
    }
    const after = await answered(OF);
    expect([before.kept.faultCount, after.kept.faultCount]).toEqual(counts);
    expect(after).toEqual(await computed(OF));
    expect(after).not.toEqual(before);
  });

  it('H-8: what is kept is answered until a line of the month, or of one that is linked with it, is written', async () => {
    await tell([line({ term: 'shipped_charged', key: 'S', month: '2031-02', link: 'L' })]);
    expect(await faultCount('2031-02')).toBe(1);
    const before = await writtenBy('2031-02');
    await tell([line({ term: 'manual', key: 'M', month: '2031-01', link: 'M' }), line({ term: 'slip_line', key: 'K', month: '2031-01', link: 'K' })]);
    expect([await faultCount('2031-02'), await writtenBy('2031-02')]).toEqual([1, before]);
    await tell([line({ term: 'slip_line', key: 'L', month: '2031-01', link: 'L' })]);
    expect(await faultCount('2031-02')).toBe(0);
    expect(await writtenBy('2031-02')).not.toEqual(before);
    await world.service.sql('truncate tie_line');
    expect(await kept.of(system(), '2031-02')).toMatchObject({ faultCount: 0, rowCount: 0, pieces: {} });
  });

  it('H-8: who needs nothing kept waits for nothing, and what is kept then is there for the next', async () => {
    await world.service.sql('delete from tie_month');
    await tell([line({ term: 'shipped_charged', key: 'S', month: '2031-02', link: 'L' })]);
    expect(await kept.held(system(), '2031-02')).toBeNull();
    await until(`select from tie_month where month = '2031-02'`);
    expect(await kept.held(system(), '2031-02')).toMatchObject({ faultCount: 1, rowCount: 1 });
    await tell([line({ term: 'manual', key: 'M', month: '2031-02', link: 'M' })]);
    const before = await writtenBy('2031-02');
    expect([await kept.held(system(), '2031-02'), await writtenBy('2031-02')]).toEqual([null, before]);
  });

  it('H-8: who needs nothing kept waits for no link to be looked up, and begins nothing of a month without lines', async () => {
    await world.service.sql('delete from tie_month');
    await tell([line({ term: 'shipped_charged', key: 'S', month: '2031-02', link: 'L' })]);
    expect(await faultCount('2031-02')).toBe(1);
    await world.service.database.command(system(), async (tx) => {
      // What another is just looking up, he has in his hands until he is done.
      await tell([line({ term: 'slip_line', key: 'L', month: '2031-01', link: 'L' })]);
      await tx.sql({ name: 'spec_links_held', text: 'select from tie_change where month is null for update', values: [] });
      expect(await kept.held(system(), '2031-02')).toBeNull();
      return {};
    });
    expect(await kept.held(system(), '1900-01')).toBeNull();
    expect(await kept.of(system(), '2031-02')).toMatchObject({ faultCount: 0 });
    expect(await world.service.sql(`select from tie_month where month = '1900-01'`)).toEqual([]);
  });

  it('H-8: a month that links concern is noted once, however often', async () => {
    await tell([line({ term: 'shipped_charged', key: 'S', month: '2031-02', link: 'L' })]);
    for (const pieces of [1, 2, 3]) {
      await tell([line({ term: 'slip_line', key: `L ${pieces}`, month: '2031-01', link: 'L', pieces })]);
      await faultCount('2031-03');
    }
    expect(await world.service.sql(`select from tie_change where generation = $1 and month = '2031-02'`, [generation])).toHaveLength(1);
  });

  it('D-4: what changed of the model that answers is not forgotten, as a rebuilding that another process ended would', async () => {
    await tell([line({ term: 'shipped_charged', key: 'S', month: '2031-02', link: 'L' })]);
    expect(await faultCount('2031-02')).toBe(1);
    await tell([line({ term: 'manual', key: 'M', month: '2031-02', link: 'M' }), line({ term: 'slip_line', key: 'L', month: '2031-01', link: 'L' })]);
    await world.service.database.command(system(), async (tx) => ({ forgotten: (await tx.sql(forgetChanges(generation))).length }));
    expect(await faultCount('2031-02')).toBe(0);
  });

  it('H-8: pages of a kept month are those of its lines, whatever the dealers’ codes are and whoever is unknown', async () => {
    const month = '2031-04';
    const codes = ['A', 'A A', 'A B', 'AB', 'B', 'B'];
    const ids = [...codes.map(() => newId()), newId(), newId()];
    for (const [at, code] of codes.entries()) await world.service.sql(`insert into dealer_fact (generation, dealer_id, code, name, name_en, status, region_code, territory, version) values ($1, $2, $3, '', '', 'active', '', '{}', 1)`, [generation, ids[at], code]);
    const catalogue = ['1', 'A 2', 'B 1'].map((number) => ({ partId: newId(), number }));
    for (const { partId, number } of catalogue) await world.service.sql(`insert into part_fact (generation, part_id, number, name, name_en, version) values ($1, $2, $3, '', '', 1)`, [generation, partId, number]);
    await tell(ids.flatMap((dealerId, at) => [...catalogue, { partId: newId() }].slice(0, 2 + (at % 3)).map(({ partId }) => line({ term: 'manual', key: newId(), month, dealerId, partId }))));
    await kept.of(system(), month);
    const pages = async (limit: number, statement: (page: Page) => Statement): Promise<object[][]> => {
      const found: object[][] = [];
      for (let after: Page['after'] = null; ;) {
        const rows: { key: string; id: string }[] = await world.service.database.many(system(), statement({ ...PAGE, after, limit }));
        found.push(rows);
        if (rows.length <= limit) return found;
        after = rows[limit - 1];
      }
    };
    for (const limit of [1, 2, 3, 50]) {
      const byLines = await pages(limit, (page) => tieRows(asked(month), page));
      expect(await pages(limit, (page) => keptRows(asked(month), page, { generation }))).toEqual(byLines);
      expect(new Set(byLines.flat().map((row) => JSON.stringify(row))).size).toBe(ids.reduce((sum, _id, at) => sum + 2 + (at % 3), 0));
      for (const some of [{ dealerId: ids[2] }, { partId: catalogue[1].partId }, { dealerId: ids[5], partId: catalogue[2].partId }, { dealerId: newId() }] satisfies Partial<TieAsked>[]) {
        expect(await pages(limit, (page) => keptRows({ ...asked(month), ...some }, page, { generation }))).toEqual(await pages(limit, (page) => tieRows({ ...asked(month), ...some }, page)));
      }
    }
  });

  it('H-8: links of which there are many are all looked up', async () => {
    await tell([line({ term: 'shipped_charged', key: 'S', month: '2031-02', link: 'many 2500' })]);
    expect(await faultCount('2031-02')).toBe(1);
    await tell(Array.from({ length: 2_500 }, (_each, at) => line({ term: 'slip_line', key: `many ${at + 1}`, month: '2031-01', link: `many ${at + 1}` })));
    expect(await faultCount('2031-02')).toBe(0);
    expect(await world.service.sql('select from tie_change where month is null')).toEqual([]);
  });

  it('H-8: of two that are written at the same time and do not see each other, the later one is taken into account', async () => {
    let commit = (): void => undefined;
    let written = (): void => undefined;
    const wrote = new Promise<void>((resolve) => (written = resolve));
    const slip = tell([line({ term: 'slip_line', key: 'L', month: '2031-01', link: 'L' })], () => {
      written();
      return new Promise<void>((resolve) => (commit = resolve));
    });
    await wrote;
    try {
      await tell([line({ term: 'shipped_charged', key: 'S', month: '2031-02', link: 'L' })]);
      expect(await faultCount('2031-02')).toBe(1);
    } finally {
      commit();
      await slip;
    }
    expect(await faultCount('2031-02')).toBe(0);
  });

  it('H-8: what is written while a month is computed is in the next answer, and in that of who asks after it', async () => {
    await tell([line({ term: 'shipped_charged', key: 'S', month: '2031-02', link: 'L' })]);
    expect(await faultCount('2031-02')).toBe(1);
    await tell([line({ term: 'manual', key: 'M', month: '2031-02', link: 'M' })]);
    let release = (): void => undefined;
    const held = world.service.database.command(system(), async (tx) => {
      await tx.sql({ name: 'spec_hold', text: `select from tie_month where month = '2031-02' for update`, values: [] });
      return new Promise<object>((resolve) => (release = () => resolve({})));
    });
    await until(`select from pg_locks where relation = 'tie_month'::regclass and mode = 'RowShareLock'`);
    const counts: Promise<number>[] = [];
    try {
      counts.push(faultCount('2031-02'));
      // It has looked at the lines and waits for the row that it writes.
      await until(`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`);
      await tell([line({ term: 'slip_line', key: 'L', month: '2031-01', link: 'L' })]);
      counts.push(faultCount('2031-02'));
      await new Promise((resolve) => setTimeout(resolve, 100));
    } finally {
      release();
      await held;
    }
    expect([...(await Promise.all(counts)), await faultCount('2031-02')]).toEqual([1, 0, 0]);
  });

  it('H-8: months are computed one after the other, each once for all who ask', async () => {
    await tell(MONTHS.map((each) => line({ term: 'shipped_charged', key: `S ${each}`, month: each, link: 'L' })));
    const answers = await Promise.all([...MONTHS, ...MONTHS, ...MONTHS].map(faultCount));
    expect(answers).toEqual(Array.from({ length: 9 }, () => 1));
    expect(new Set((await Promise.all(MONTHS.map(writtenBy))).flat()).size).toBe(3);
  });

  it('H-8: another model has what its own lines come to', async () => {
    const opened = line({ term: 'opened', key: 'O', month: '2031-01', link: 'S' });
    await tell([opened]);
    expect(await faultCount('2031-01')).toBe(1);
    await tell([opened, line({ term: 'shipped_due', key: 'S', month: '2031-01', link: 'S' })], undefined, generation + 1);
    expect(await faultCount('2031-01')).toBe(1);
    await world.service.sql('update read_model set current = current + 1');
    expect(await kept.of(system(), '2031-01')).toMatchObject({ generation: generation + 1, faultCount: 0, rowCount: 1 });
  });
});
