import { addMonths, businessDate } from '@aftercare/domain';
import type { QueryResultRow } from 'pg';
import { check, countOf, tableOf } from '../check/check.js';
import { eventually, type Ref } from '../http/api.js';
import { moveBusinessClock, rowsIn } from '../http/running.js';
import { sendSheet } from '../http/sheets.js';
import { closeMonth, faultsOf, issueTo, reasonOf, stockedPart, suppliedDealer, tieOutOf, tieRowOf, type Supplied } from '../story/closes.js';
import { publishModel, sitesOf } from '../story/goods.js';
import { confirmStocktake, openStocktake, sendBack, untilClosed, type PartsStage, type Supply } from '../story/parts-steps.js';
import { hireStaff, type People } from '../story/people.js';
import { doubleOpening, editShipment, loseNoMore, loseOpenings, tellKept } from '../year/faults.js';
import type { SpecPlatform } from './platform-fixture.js';
import { startStoryPlatform } from './story-platform.js';

interface Month {
  state: string;
  over: boolean;
  hash: string;
  issuedPieces: number;
  revenueNet: string;
  returnedPieces: number;
}

const MODEL = 'FA-CLOSE';
const today = businessDate(new Date());
const afterNext = addMonths(`${today.slice(0, 7)}-01`, 2);
// The days of the worked examples, in the first March that comes.
const year = Number(afterNext.slice(0, 4)) + (afterNext.slice(5, 7) > '03' ? 1 : 0);
const date = (day: string): string => `${year}-${day}`;

let world: SpecPlatform;
let people: People;
let dealer: Supplied;
let stage: PartsStage;
let partP: string;
beforeAll(async () => {
  world = await startStoryPlatform();
  const accounts = { url: world.running.url, password: 'Close-spec-2026-x', suffix: 'cl' };
  people = await hireStaff(world.admin, accounts);
  await publishModel(people, MODEL);
  const { receivingSiteId } = await sitesOf(world.admin);
  dealer = await suppliedDealer(people, accounts, { code: 'CLOSE', modelCode: MODEL, receivingSiteId, today });
  ({ stage } = dealer);
}, 240_000);
afterAll(() => world?.stop(), 60_000);

const on = (day: string, time = '10:00:00') => moveBusinessClock(world.running.databases, `${date(day)}T${time}+08:00`);
const issued = (partId: string, quantity: number, supply?: Supply) => issueTo(dealer, { partId, quantity }, supply);
const month = (of: string): string => `/months/${date(of)}`;
const tieOut = (of: string) => tieOutOf(people, date(of));
const rowOf = (of: string, partId: string) => tieRowOf(people, date(of), partId);
const faults = (of: string) => faultsOf(people, date(of));
const part = (number: string, stock: number, from: string) => stockedPart(people, stage.receivingSiteId, { number, stock, from: date(from) });
const close = (of: string) => closeMonth(people.finance, date(of));
const sql = <R extends QueryResultRow>(service: string, text: string, values?: unknown[]) => rowsIn<R>(world.running.databases, service, text, values);

describe('three months and their closes over HTTP', () => {
  it('H-8, B-6: March ties out as in the examples, is closed once it has ended, and its lists stand', async () => {
    await on('03-05');
    partP = await part('CLOSE-P', 30, '03-05');
    await issued(partP, 10);
    await issued(partP, 3, 'charged');
    await issued(partP, 2, 'gift');
    await on('03-20');
    await sendBack(stage, { partId: partP, quantity: 5 }, 4);
    expect(await reasonOf(people.finance.post(`${month('03')}/close`, {}))).toBe('MONTH_NOT_OVER');
    await on('04-01');
    const march = await eventually(() => tieOut('03'), ({ totals }) => totals.returned === 4, 'the tie-out of March');
    expect(march).toMatchObject({ tied: true, proved: false, comparison: 'not_compared', model: 'ready', faultCount: 0, closed: false });
    expect(await rowOf('03', partP)).toMatchObject({ shipped: 15, charged: 3, owed: 10, free: 2, due: 10, returned: 4, converted: 0, excused: 0, outstandingChange: 6, revenue: '37.04', proved: true });
    expect(await people.finance.get(`${month('03')}/obstacles`)).toMatchObject({ items: [], lookedAt: '' });
    const { id: checking } = await people.finance.post<Ref>(`${month('03')}/check`, {});
    await eventually(() => people.finance.get<{ state: string }>(`/jobs/invoicing/${checking}`), ({ state }) => state === 'done', 'the check of March');
    expect(await people.finance.get(`${month('03')}/obstacles`)).toMatchObject({ items: [], lookedAt: expect.stringMatching(/^\d{4}-/) as string });
    expect(await people.auditor.get<Month>(month('03'))).toMatchObject({ state: 'open' });
    expect(await close('03')).toMatchObject({ state: 'done' });
    const closed = await people.auditor.get<Month>(month('03'));
    expect(closed).toMatchObject({ state: 'closed', over: true, issuedPieces: 15, revenueNet: '37.04', returnedPieces: 4 });
    expect(closed.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(await reasonOf(people.finance.post(`${month('03')}/close`, {}))).toBe('MONTH_CLOSED');
    await eventually(() => tieOut('03'), (told) => told.closed, 'the figures have heard of the close');
    const lines = (await people.supervisor.get<{ items: Record<string, unknown>[] }>(`${month('03')}/lines?list=revenue`)).items;
    expect(lines).toMatchObject([{ term: 'shipped_charged', quantity: 3, netAmount: '37.04', partNumber: 'CLOSE-P', dealerCode: 'CLOSE' }]);
    expect((await people.finance.get<{ items: object[] }>(`/revenue?month=${date('03')}`)).items).toHaveLength(1);
  }, 120_000);

  it('H-8, B-6: April is what came back; May takes the late piece’s charge back, and their revenue is nought', async () => {
    const id = await openStocktake(stage, { cutOffOn: date('03-31') });
    await on('04-20');
    await sendBack(stage, { partId: partP, quantity: 5 });
    await on('05-01', '00:00:01');
    await untilClosed(stage, id);
    await eventually(() => rowOf('04', partP), (row) => row?.returned === 5, 'the tie-out of April');
    expect(await rowOf('04', partP)).toMatchObject({ due: 0, returned: 5, outstandingChange: -5, revenue: '0.00', proved: true });
    expect(await close('04')).toMatchObject({ state: 'done' });
    await on('05-09', '00:00:00');
    expect(await confirmStocktake(stage, id)).toMatchObject({ state: 'confirmed', netTotal: '12.35' });
    await on('05-20');
    await sendBack(stage, { partId: partP, quantity: 1 });
    await eventually(async () => (await stage.dealer.manager.get<{ items: { state: string }[] }>('/late-returns')).items, ([late]) => late?.state === 'reversed', 'the reversal');
    await on('06-01');
    await eventually(() => rowOf('05', partP), (row) => row?.reversed === 1, 'the tie-out of May');
    expect(await rowOf('05', partP)).toMatchObject({ due: 0, returned: 1, converted: 1, reversed: 1, outstandingChange: -1, lateChange: 0, revenue: '0.00', convertedNet: '12.35', reversedNet: '12.35', proved: true });
    expect(await close('05')).toMatchObject({ state: 'done' });
    expect(await people.finance.get<Month>(month('05'))).toMatchObject({ state: 'closed', revenueNet: '0.00', returnedPieces: 1, issuedPieces: 0 });
  }, 120_000);

  it('H-8: a lost event, a row that stands twice and an edited one are named, and nothing else; the month is not closed', async () => {
    const [lost, twice, edited] = [await part('CLOSE-LOST', 3, '06-01'), await part('CLOSE-TWICE', 3, '06-01'), await part('CLOSE-EDIT', 3, '06-01')];
    // The event of one obligation is never told: its row is gone before it is sent.
    await loseOpenings(world.running.databases, lost);
    for (const partId of [lost, twice, edited]) await issued(partId, 2);
    await loseNoMore(world.running.databases);
    await on('07-01');
    await eventually(() => rowOf('06', edited), (row) => row?.owed === 2, 'the tie-out of June');
    const [{ number = '' } = {}] = await sql<{ number: string }>('parts', 'select o.number from shipping_order o join shipping_line l on l.shipping_order_id = o.id where l.part_id = $1', [lost]);
    expect((await faults('06')).map(({ kind, term, partId, documentNumber }) => [kind, term, partId, documentNumber])).toEqual([['unmatched', 'shipped_due', lost, number]]);
    await doubleOpening(world.running.databases, twice);
    await editShipment(world.running.databases, edited, 3);
    const found = await faults('06');
    expect(found.map(({ kind, term, partId, pieces }) => `${kind} ${term} ${partId} ${pieces}`).sort()).toEqual(
      [`altered opened ${twice} 2`, `altered shipped_due ${edited} 3`, `unmatched shipped_due ${lost} 2`].sort(),
    );
    expect(await tieOut('06')).toMatchObject({ proved: false, faultCount: 3 });
    const refused = await close('06');
    expect(refused.state).toBe('failed');
    expect(refused.errors.map(({ code }) => code).sort()).toEqual(['LISTS_DIFFER', 'LISTS_DIFFER', 'LISTS_DIFFER', 'TIE_OUT_FAULTS']);
    const obstacles = (await people.finance.get<{ items: { code: string; term: string; partId: string; listed: string; found: string }[] }>(`${month('06')}/obstacles`)).items;
    expect(obstacles.filter(({ code }) => code === 'LISTS_DIFFER').map(({ term, partId, listed, found: figures }) => `${term} ${partId} ${listed} ${figures}`).sort()).toEqual(
      [`opened ${lost} 2 `, `opened ${twice} 2 4`, `shipped_due ${edited} 2 3`].sort(),
    );
    expect(await people.finance.get<Month>(month('06'))).toMatchObject({ state: 'open', over: true });
  }, 120_000);

  it('H-8, B-6: told once more and built anew, it ties out and is closed', async () => {
    await tellKept(world.running.databases);
    await world.admin.post('/dealer-files/rebuild', {});
    await eventually(() => world.admin.get<{ state: string }>('/dealer-files/read-model'), ({ state }) => state === 'ready', 'the rebuilding');
    await eventually(() => tieOut('06'), ({ tied }) => tied, 'the tie-out of June');
    expect(await faults('06')).toEqual([]);
    expect(await rowOf('03', partP)).toMatchObject({ shipped: 15, returned: 4, proved: true });
    expect(await close('06')).toMatchObject({ state: 'done' });
    const months = (await people.auditor.get<{ items: { month: string; state: string }[] }>('/months')).items.map(({ month: of, state }) => `${of} ${state}`);
    expect(months.slice(0, 5)).toEqual([`${date('07')} open`, ...['06', '05', '04', '03'].map((of) => `${date(of)} closed`)]);
  }, 120_000);

  it('H-8, X-9: what was held at the cut-over is named in its month; then the months of a surplus and of the issue that uses it', async () => {
    const held = await part('CLOSE-HELD', 5, '07-01');
    const opening = { dealerCode: 'CLOSE', partNumber: 'CLOSE-HELD', quantity: '6', dueOn: date('07-31'), cutOverOn: date('06-30') };
    expect(await sendSheet(people.clerk, 'opening-holdings', [opening])).toMatchObject({ state: 'done' });
    const [draft] = (await people.supervisor.get<{ items: Ref[] }>('/openings?state=draft')).items;
    await people.supervisor.post(`/openings/${draft?.id}/approve`, { version: draft?.version });
    await on('08-01');
    await eventually(() => rowOf('07', held), (row) => row?.opening === 6 && row.outstandingChange === 6, 'the tie-out of July');
    expect(await rowOf('07', held)).toMatchObject({ shipped: 0, owed: 0, due: 0, opening: 6, returned: 0, outstandingChange: 6, creditChange: 0, proved: true });
    expect(await close('07')).toMatchObject({ state: 'done' });

    await sendBack(stage, { partId: held, quantity: 8 });
    await on('09-01');
    await eventually(() => rowOf('08', held), (row) => row?.returned === 8 && row.outstandingChange === -6 && row.creditChange === 2, 'the tie-out of August');
    expect(await rowOf('08', held)).toMatchObject({ due: 0, opening: 0, returned: 8, converted: 0, excused: 0, outstandingChange: -6, creditChange: 2, proved: true });
    expect(await close('08')).toMatchObject({ state: 'done' });

    await issued(held, 3);
    await on('10-01');
    await eventually(() => rowOf('09', held), (row) => row?.owed === 3 && row.outstandingChange === 1 && row.creditChange === -2, 'the tie-out of September');
    expect(await rowOf('09', held)).toMatchObject({ shipped: 3, owed: 3, due: 3, returned: 0, converted: 0, excused: 0, outstandingChange: 1, creditChange: -2, proved: true });
    expect(await close('09')).toMatchObject({ state: 'done' });
    const closed = await Promise.all(['07', '08', '09'].map((of) => people.finance.get<Month>(month(of))));
    expect(closed.map(({ issuedPieces, returnedPieces, revenueNet }) => [issuedPieces, returnedPieces, revenueNet])).toEqual([[0, 0, '0.00'], [0, 8, '0.00'], [3, 0, '0.00']]);
  }, 120_000);

  it('the checker finds no violation afterwards', async () => {
    const { verdicts } = await check(world.running);
    expect(`${countOf(verdicts)}\n${tableOf(verdicts)}`).toMatch(/^0\n/);
  }, 90_000);
});
