import { addMonths, businessDate } from '@aftercare/domain';
import { Client, type QueryResultRow } from 'pg';
import { check, countOf, tableOf } from '../check/check.js';
import { eventually, ProblemError, type Ref } from '../http/api.js';
import { moveBusinessClock } from '../http/running.js';
import { createPart, importUnits, publishModel, publishPrices, sitesOf, type Job } from '../story/goods.js';
import { confirmStocktake, issue, openStocktake, sendBack, untilClosed, type PartsStage, type Supply } from '../story/parts-steps.js';
import { activateDealer, hireManager, hireStaff, type People } from '../story/people.js';
import type { SpecPlatform } from './platform-fixture.js';
import { startStoryPlatform } from './story-platform.js';

interface TieOut {
  proved: boolean;
  tied: boolean;
  model: string;
  faultCount: number;
  closed: boolean;
  totals: Record<string, number | string | boolean>;
}

interface Fault {
  kind: string;
  term: string;
  partId: string;
  pieces: number;
  documentNumber: string;
  text: string;
}

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
const [covered, expired] = ['CLOSE-0001', 'CLOSE-0002'];

let world: SpecPlatform;
let people: People;
let stage: PartsStage;
let partP: string;
beforeAll(async () => {
  world = await startStoryPlatform();
  const accounts = { url: world.running.url, password: 'Close-spec-2026-x', suffix: 'cl' };
  people = await hireStaff(world.admin, accounts);
  await publishModel(people, MODEL);
  const { id } = await activateDealer(people, { code: 'CLOSE', name: '甲经销商', regionCode: '310104', territory: ['310000'] });
  const manager = await hireManager(people, accounts, { id, code: 'CLOSE' });
  const { receivingSiteId } = await sitesOf(world.admin);
  stage = { people, tell: () => undefined, receivingSiteId, dealer: { id, manager } };
  const dispatched = { modelCode: MODEL, dealerCode: 'CLOSE', manufacturedOn: addMonths(today, -26), dispatchedOn: addMonths(today, -25) };
  await eventually(() => importUnits(people.clerk, [covered, expired].map((serial) => ({ ...dispatched, serial }))), ({ state }) => state === 'done', 'the dealer is known where units are');
  const customer = await manager.post('/customers', { name: '赵六', phones: ['13812340019'], address: { regionCode: '310104', detail: '漕溪北路99弄' }, consentService: true });
  const unit = await manager.get<Ref>(`/product-units/by-serial/${expired}`);
  await manager.post(`/product-units/${unit.id}/sell`, { version: unit.version, customerId: customer.id, purchaseDate: addMonths(today, -24) });
}, 240_000);
afterAll(() => world?.stop(), 60_000);

const on = (day: string, time = '10:00:00') => moveBusinessClock(world.running.databases, `${date(day)}T${time}+08:00`);
const issued = (partId: string, quantity: number, supply: Supply = 'warranty') => issue(stage, { partId, quantity, unitSerial: supply === 'charged' ? expired : covered }, supply);
const month = (of: string): string => `/months/${date(of)}`;
const tieOut = (of: string) => people.finance.get<TieOut>(`${month(of)}/tie-out`);
const rowOf = async (of: string, partId: string) => (await people.auditor.get<{ items: Record<string, unknown>[] }>(`${month(of)}/tie-out/rows?partId=${partId}`)).items[0];
const faults = async (of: string) => (await people.auditor.get<{ items: Fault[] }>(`${month(of)}/tie-out/faults?limit=200`)).items;

async function part(number: string, stock: number, from: string): Promise<string> {
  const { id } = await createPart(people.clerk, { number, name: '阀芯', partClass: 'cartridge' });
  await publishPrices(people, date(from), [{ partId: id, dealerPrice: '12.345', suggestedPrice: '12.345' }]);
  await people.keeper.post('/purchase-receipts', { warehouseId: stage.receivingSiteId, reference: 'GRN', lines: [{ partId: id, quantity: stock, unitCost: '3' }] });
  return id;
}

/** The close as finance does it: the job to its end. */
async function close(of: string): Promise<Job> {
  const begun = await people.finance.post<{ id: string; service: string }>(`${month(of)}/close`, {});
  return eventually(() => people.finance.get<Job>(`/jobs/${begun.service}/${begun.id}`), ({ state }) => state === 'done' || state === 'failed', 'the close');
}
const reasonOf = (asked: Promise<unknown>) => asked.then(() => 'done', (error: unknown) => (error instanceof ProblemError ? error.problem.reason : String(error)));

async function sql<R extends QueryResultRow>(service: string, text: string, values: unknown[] = []): Promise<R[]> {
  const client = new Client({ connectionString: world.running.databases[service] });
  await client.connect();
  try {
    return (await client.query<R>(text, values)).rows;
  } finally {
    await client.end();
  }
}

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
    expect((await people.finance.get<{ items: object[] }>(`${month('03')}/obstacles`)).items).toEqual([]);
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
    await sql('parts', `create table kept_event as select * from outbox where false`);
    await sql('parts', `create function lose_event() returns trigger language plpgsql security definer as $$ begin insert into public.kept_event select new.*; return null; end $$`);
    await sql('parts', `create trigger lose_event before insert on outbox for each row when (new.event_type = 'aftercare.parts.v1.ObligationOpened' and new.payload like '%${lost}%') execute function lose_event()`);
    for (const partId of [lost, twice, edited]) await issued(partId, 2);
    await sql('parts', 'drop trigger lose_event on outbox');
    await on('07-01');
    await eventually(() => rowOf('06', edited), (row) => row?.owed === 2, 'the tie-out of June');
    const [{ number = '' } = {}] = await sql<{ number: string }>('parts', 'select o.number from shipping_order o join shipping_line l on l.shipping_order_id = o.id where l.part_id = $1', [lost]);
    expect((await faults('06')).map(({ kind, term, partId, documentNumber }) => [kind, term, partId, documentNumber])).toEqual([['unmatched', 'shipped_due', lost, number]]);
    await sql('insights', `insert into tie_line select (jsonb_populate_record(null::tie_line, to_jsonb(t) || jsonb_build_object('key', gen_random_uuid()::text))).* from tie_line t where term = 'opened' and part_id = $1`, [twice]);
    await sql('insights', `update tie_line set pieces = 3 where term = 'shipped_due' and part_id = $1`, [edited]);
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
    await sql('parts', `insert into outbox select * from kept_event`);
    await sql('parts', 'drop table kept_event');
    await sql('parts', 'drop function lose_event');
    await world.admin.post('/dealer-files/rebuild', {});
    await eventually(() => world.admin.get<{ state: string }>('/dealer-files/read-model'), ({ state }) => state === 'ready', 'the rebuilding');
    await eventually(() => tieOut('06'), ({ tied }) => tied, 'the tie-out of June');
    expect(await faults('06')).toEqual([]);
    expect(await rowOf('03', partP)).toMatchObject({ shipped: 15, returned: 4, proved: true });
    expect(await close('06')).toMatchObject({ state: 'done' });
    const months = (await people.auditor.get<{ items: { month: string; state: string }[] }>('/months')).items.map(({ month: of, state }) => `${of} ${state}`);
    expect(months.slice(0, 5)).toEqual([`${date('07')} open`, ...['06', '05', '04', '03'].map((of) => `${date(of)} closed`)]);
  }, 120_000);

  it('the checker finds no violation afterwards', async () => {
    const { verdicts } = await check(world.running);
    expect(`${countOf(verdicts)}\n${tableOf(verdicts)}`).toMatch(/^0\n/);
  }, 90_000);
});
