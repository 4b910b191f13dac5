import { addMonths, endOfDay, lastDayOfMonth, startOfDay } from '@aftercare/domain';
import { DutyService } from '@aftercare/contracts';
import { DutiesPlatform, type ToldNotice } from './duties.fixture.js';
import { nextMonth } from './duty.rules.js';

const DEALERS = 30;
const MONTHS = 12;
const KINDS = ['installation', 'repair'] as const;
/** A deadline fires within a minute of its moment. */
const MINUTE_MS = 60_000;

interface OwedReport {
  id: string;
  dealerId: string;
  month: string;
  kind: string;
}

describe('the duties over a simulated year of 30 dealers', () => {
  const platform = new DutiesPlatform();
  const months: string[] = [];
  const dealers: string[] = [];
  /** When each report was handed in; absent: never. */
  const handedIn = new Map<string, string>();
  let suspended: string;
  let terminated: string;
  let activatedLast: string;

  beforeAll(() => platform.start());
  afterAll(() => platform.service.stop());

  /** The day of the next month on which a dealer hands a report in: early, on the due day, late, or never. */
  const habit = (dealer: number, month: number, kind: number): number | null => [1, 2, 3, 4, 6, null][(dealer * 7 + month * 3 + kind * 5) % 6];

  /** Everybody whose day it is hands in what the month asks for. */
  async function handIn(month: string, day: number): Promise<void> {
    const clerk = platform.service.client(DutyService, platform.service.ctx());
    const { items } = await clerk.listMonthlyReports({ month, state: 'open', page: { limit: 200 } });
    const today = items.filter(({ dealerId, kind }) => habit(dealers.indexOf(dealerId), months.indexOf(month), KINDS.indexOf(kind as 'repair')) === day);
    await Promise.all(today.map(async (report) => {
      await platform.reports(report.dealerId).submitMonthlyReport({ id: report.id, version: report.version, nil: true });
      handedIn.set(report.id, await platform.service.now());
    }));
  }

  it('D-7: runs: one is suspended in the middle of a month, one terminated on the 1st, one activated on a last day, one month the platform is away', async () => {
    await platform.to(`${nextMonth(platform.month)}-01T08:00:00`);
    const first = nextMonth(platform.month);
    for (let at = first; months.length < MONTHS; at = addMonths(`${at}-01`, 1).slice(0, 7)) months.push(at);
    const started = Array.from({ length: DEALERS - 1 }, () => platform.activeDealer());
    dealers.push(...(await Promise.all(started)));
    [suspended, terminated] = dealers;
    activatedLast = await platform.applicant();
    dealers.push(activatedLast);
    for (const month of months) {
      const index = months.indexOf(month);
      if (index === 2) await suspendInTheMiddle(month);
      if (index === 4) await activateOnLastDay(month);
      const due = nextMonth(month);
      if (index === 6) await awayUntil(`${due}-05T12:00:00`);
      else for (const day of [1, 2, 3, 4, 6]) {
        await platform.to(`${due}-0${day}T00:00:00`);
        if (index === 5 && day === 1) await terminateOnTheFirst();
        await handIn(month, day);
      }
    }
    await platform.service.drain();
  }, 240_000);

  async function suspendInTheMiddle(month: string): Promise<void> {
    await platform.to(`${month}-15T10:00:00`);
    await platform.supervisor().suspendDealer({ id: suspended, version: 2, reason: '整改' });
  }

  async function activateOnLastDay(month: string): Promise<void> {
    await platform.to(`${lastDayOfMonth(month)}T23:30:00`);
    await platform.supervisor().activateDealer({ id: activatedLast, version: 1 });
  }

  async function terminateOnTheFirst(): Promise<void> {
    await platform.supervisor().terminateDealer({ id: terminated, version: 2, reason: '协议到期', successorDealerId: dealers[5] });
  }

  /** The service is down while the 1st, the due day and the day after pass. */
  async function awayUntil(local: string): Promise<void> {
    await platform.service.running.stop();
    await platform.service.moveClock(`${local}+08:00`);
    await platform.service.restart();
    await platform.service.drain(60_000);
  }

  const reports = (): Promise<OwedReport[]> => platform.service.sql<OwedReport & Record<string, string>>('select id, dealer_id as "dealerId", month, kind from monthly_report where month = any($1)', [months]);

  it('D-7: there is exactly one report per dealer, month and kind, for every month in which the dealer was active or suspended on any day', async () => {
    const owes = (dealer: string, index: number): boolean => (dealer === terminated ? index <= 6 : dealer !== activatedLast || index >= 4);
    const wanted = dealers.flatMap((dealer) => months.flatMap((month, index) => (owes(dealer, index) ? KINDS.map((kind) => `${dealer} ${month} ${kind}`) : [])));
    expect((await reports()).map(({ dealerId, month, kind }) => `${dealerId} ${month} ${kind}`).sort()).toEqual(wanted.sort());
  });

  it('D-7: each reminder is told once, on the 1st and on the 3rd, and only while the report is not handed in', async () => {
    const told = byDocument((await platform.notices()).filter(({ kind }) => kind === 'duty.owed'));
    const wrong: unknown[] = [];
    for (const { id, month } of await reports()) {
      const due = nextMonth(month);
      if (months.indexOf(month) === 6) {
        if (told(id).length !== 2) wrong.push([id, month, told(id)]);
        continue;
      }
      const moments = ['01', '03'].map((day) => startOfDay(`${due}-${day}`)).filter((moment) => !(Date.parse(handedIn.get(id) ?? '9999') < Date.parse(moment)));
      const right = told(id).length === moments.length && moments.every((moment, index) => within(told(id)[index].at, moment));
      if (!right) wrong.push([id, month, handedIn.get(id), told(id)]);
    }
    expect(wrong).toEqual([]);
    expect((await platform.notices()).every(({ kind, role }) => (kind === 'duty.owed' ? role === 'dealer_manager' : role === 'service_supervisor'))).toBe(true);
  });

  it('D-7: late is exactly what was not handed in by the 4th 00:00, told to the supervisor once', async () => {
    const told = byDocument((await platform.notices()).filter(({ kind }) => kind === 'duty.late'));
    const clerk = platform.service.client(DutyService, platform.service.ctx({ role: 'service_supervisor' }));
    const wrong: unknown[] = [];
    for (const month of months) {
      const { items } = await clerk.listMonthlyReports({ month, page: { limit: 200 } });
      expect(items.length).toBeGreaterThan(DEALERS);
      for (const { id, late, dueOn } of items) {
        const moment = endOfDay(dueOn);
        const wasLate = !(Date.parse(handedIn.get(id) ?? '9999') < Date.parse(moment));
        const inTime = months.indexOf(month) === 6 || told(id).every(({ at }) => within(at, moment));
        if (late !== wasLate || told(id).length !== (wasLate ? 1 : 0) || !inTime) wrong.push([id, month, late, handedIn.get(id), told(id)]);
      }
    }
    expect(wrong).toEqual([]);
    expect([...handedIn.values()].length).toBeGreaterThan(DEALERS * MONTHS);
  });
});

const within = (at: string, moment: string): boolean => Date.parse(at) >= Date.parse(moment) && Date.parse(at) < Date.parse(moment) + MINUTE_MS;

function byDocument(notices: ToldNotice[]): (id: string) => ToldNotice[] {
  const found = new Map<string, ToldNotice[]>();
  for (const notice of notices) found.set(notice.documentId, [...(found.get(notice.documentId) ?? []), notice]);
  return (id) => found.get(id) ?? [];
}
