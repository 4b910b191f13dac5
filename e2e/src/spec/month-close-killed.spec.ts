import { addMonths, businessDate } from '@aftercare/domain';
import { Client } from 'pg';
import { check, countOf, tableOf } from '../check/check.js';
import { eventually } from '../http/api.js';
import { moveBusinessClock, rowsIn } from '../http/running.js';
import { beginClose, issueTo, reasonOf, stockedPart, suppliedDealer, tieOutOf, type Supplied } from '../story/closes.js';
import { publishModel, sitesOf, type Job } from '../story/goods.js';
import { sendBack } from '../story/parts-steps.js';
import { hireStaff, type People } from '../story/people.js';
import { killed, until } from './held.js';
import type { SpecPlatform } from './platform-fixture.js';
import { startStoryPlatform } from './story-platform.js';

const MODEL = 'FA-KILLED';
/** Whoever closes a month waits here for as long as the spec holds it. */
const TURN = 4711;
const today = businessDate(new Date());
const present = today.slice(0, 7);

/** Where a close is held and killed: before it wrote the month, between the month and its lines, and before it is told. */
const MOMENTS = [
  ['the month is written', 'closed_month', 'true'],
  ['its lines are written', 'closed_line', 'true'],
  ['it is told', 'outbox', `new.event_type = 'aftercare.invoicing.v1.MonthClosed'`],
] as const;

let world: SpecPlatform;
let people: People;
let dealer: Supplied;
let partId: string;
beforeAll(async () => {
  world = await startStoryPlatform();
  const accounts = { url: world.running.url, password: 'Killed-spec-2026-x', suffix: 'ki' };
  people = await hireStaff(world.admin, accounts);
  await publishModel(people, MODEL);
  const { receivingSiteId } = await sitesOf(world.admin);
  dealer = await suppliedDealer(people, accounts, { code: 'KILLED', modelCode: MODEL, receivingSiteId, today });
  partId = await stockedPart(people, receivingSiteId, { number: 'KILLED-P', stock: 60, from: today });
  await inInvoicing(`create function wait_for_turn() returns trigger language plpgsql as $$ begin perform pg_advisory_xact_lock_shared(${TURN}); return new; end $$`);
}, 240_000);
afterAll(() => world?.stop(), 60_000);

const inInvoicing = (text: string, values?: unknown[]) => rowsIn<Record<string, unknown>>(world.running.databases, 'invoicing', text, values);
const jobOf = (path: string) => people.finance.get<Job>(path);
const ended = ({ state }: Job): boolean => state === 'done' || state === 'failed';

/** Something of each list in the present month, which then is over. */
async function aMonth(month: string, next: string): Promise<void> {
  await issueTo(dealer, { partId, quantity: 3 });
  await issueTo(dealer, { partId, quantity: 2 }, 'charged');
  await sendBack(dealer.stage, { partId, quantity: 3 });
  await moveBusinessClock(world.running.databases, `${next}-01T10:00:00+08:00`);
  await eventually(() => tieOutOf(people, month), ({ totals, tied }) => tied && totals.returned === 3 && totals.shipped === 5, 'the tie-out of the month');
}

const standing = async (month: string) => (await inInvoicing(`
  select (select count(*)::int from closed_month where month = $1) as closed, (select count(*)::int from closed_line where month = $1) as lines,
         (select count(*)::int from outbox where event_type = 'aftercare.invoicing.v1.MonthClosed' and payload::jsonb ->> 'month' = $1) as told`, [month]))[0];
const NOTHING = { closed: 0, lines: 0, told: 0 };
/** Two shipments, one of them revenue, and what came back. */
const WHOLE = { closed: 1, lines: 4, told: 1 };

describe('B-6: invoicing is killed while it closes a month', () => {
  let month = present;
  afterEach(() => { month = addMonths(`${month}-01`, 1).slice(0, 7); });
  const next = (): string => addMonths(`${month}-01`, 1).slice(0, 7);

  it.each(MOMENTS)('before %s: nothing of it stays, and the same close is done after all, once', async (_what, table, when) => {
    await aMonth(month, next());
    const holder = new Client({ connectionString: world.running.databases.invoicing });
    await holder.connect();
    try {
      await inInvoicing(`create trigger waits_for_turn before insert on ${table} for each row when (${when}) execute function wait_for_turn()`);
      await holder.query('select pg_advisory_lock($1)', [TURN]);
      const job = await beginClose(people.finance, month);
      await until(async () => (await holder.query(`select from pg_locks where locktype = 'advisory' and objid = $1 and not granted`, [TURN])).rowCount, (waiting) => waiting === 1);
      await killed(world, 'invoicing');
      await holder.query('select pg_advisory_unlock($1)', [TURN]);
      await until(async () => (await holder.query(`select from pg_locks where locktype = 'advisory' and objid = $1`, [TURN])).rowCount, (left) => left === 0);
      expect(await standing(month)).toEqual(NOTHING);
      await inInvoicing(`drop trigger waits_for_turn on ${table}`);
      expect(await until(() => jobOf(job), ended)).toMatchObject({ state: 'done' });
      expect(await standing(month)).toEqual(WHOLE);
    } finally {
      await holder.end();
    }
  }, 120_000);

  it('while it asks the others: the same close is done after all, once', async () => {
    await aMonth(month, next());
    const job = await beginClose(people.finance, month);
    await until(() => inInvoicing(`select from job where kind = 'close-month' and state = 'running'`), (running) => running.length === 1);
    await killed(world, 'invoicing');
    expect(await until(() => jobOf(job), ended)).toMatchObject({ state: 'done' });
    expect(await standing(month)).toEqual(WHOLE);
  }, 120_000);

  it('once it is closed, before its event is sent: it is told once', async () => {
    await aMonth(month, next());
    const job = await beginClose(people.finance, month);
    await until(() => standing(month), (found) => found?.closed === 1);
    await killed(world, 'invoicing');
    expect(await until(() => jobOf(job), ended)).toMatchObject({ state: 'done' });
    expect(await standing(month)).toEqual(WHOLE);
    await until(() => tieOutOf(people, month), ({ closed }) => closed);
  }, 120_000);

  it('two close it at once: one does, and the other is told that it is closed', async () => {
    await aMonth(month, next());
    const asked = await Promise.allSettled([beginClose(people.finance, month), beginClose(people.finance, month)]);
    const outcomes = await Promise.all(asked.map(async (each) => {
      if (each.status === 'rejected') return reasonOf(Promise.reject(each.reason as Error));
      const { state, errors } = await until(() => jobOf(each.value), ended);
      return state === 'done' ? 'done' : errors[0]?.code;
    }));
    expect(outcomes.sort()).toEqual(['MONTH_CLOSED', 'done']);
    expect(await standing(month)).toEqual(WHOLE);
  }, 60_000);

  it('the checker finds no violation afterwards', async () => {
    const { verdicts } = await check(world.running);
    expect(`${countOf(verdicts)}\n${tableOf(verdicts)}`).toMatch(/^0\n/);
    expect((await people.finance.get<{ items: { state: string }[] }>('/months')).items.map(({ state }) => state)).toEqual(['open', ...Array<string>(6).fill('closed')]);
  }, 90_000);
});
