import fc from 'fast-check';
import { MonthlyDuties1797000000000 } from '../migrations/1797000000000-monthly-duties.js';
import { DutiesPlatform } from './duties.fixture.js';
import { nextMonth, owesMonth, type StatusSpan } from './duty.rules.js';

const DAY_MS = 86_400_000;

describe('exactly one report per dealer, month and kind', () => {
  const platform = new DutiesPlatform();
  let successor: string;

  beforeAll(async () => {
    await platform.start();
    successor = await platform.activeDealer();
  });
  afterAll(() => platform.service.stop());

  const owedOf = (dealerId: string) => platform.service.sql<{ month: string; kind: string }>('select month, kind from monthly_report where dealer_id = $1 order by month, kind', [dealerId]);
  const spansOf = (dealerId: string) => platform.service.sql<StatusSpan>(
    `select status, iso(since) as since, iso(lead(since) over (order by version)) as until from dealer_status_change where dealer_id = $1 order by version`, [dealerId]);

  /** What the history says, month by month from the first activation to today. */
  async function owedByHistory(dealerId: string): Promise<string[]> {
    const spans = await spansOf(dealerId);
    const today = (await platform.service.now()).slice(0, 7);
    const months: string[] = [];
    for (let month = platform.month; month <= nextMonth(today); month = nextMonth(month)) if (owesMonth(spans, month)) months.push(month);
    const running = new Date(Date.parse(await platform.service.now()) + 8 * 3_600_000).toISOString().slice(0, 7);
    return months.filter((month) => month <= running).flatMap((month) => [`${month} installation`, `${month} repair`]);
  }

  it('D-7: whatever a dealer’s history, however long nobody looked, and whoever comes first: a month’s beginning, an activation or an event', async () => {
    const step = fc.record({ days: fc.integer({ min: 0, max: 75 }), action: fc.constantFrom('activate', 'suspend', 'terminate', 'install'), drains: fc.boolean() });
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 5 }), async (steps) => {
      const dealerId = await platform.activeDealer();
      let version = 2;
      for (const { days, action, drains } of steps) {
        await platform.service.moveClock(`${days}d`);
        if (drains) await platform.service.drain();
        if (action === 'install') {
          await platform.installed(dealerId, (await platform.service.now()).slice(0, 10));
          continue;
        }
        const commands = platform.supervisor();
        const change = { activate: commands.activateDealer, suspend: commands.suspendDealer, terminate: commands.terminateDealer }[action] as (request: object) => Promise<{ version: number }>;
        ({ version } = await change({ id: dealerId, version, reason: '整改', successorDealerId: successor }).catch(() => ({ version })));
      }
      await platform.service.drain(60_000);
      expect((await owedOf(dealerId)).map(({ month, kind }) => `${month} ${kind}`)).toEqual(await owedByHistory(dealerId));
    }), { numRuns: 12, endOnFailure: true });
  }, 240_000);

  it('D-7: dealers that were there before have their history from the audit trail, and owe from the running month on', async () => {
    const dealerId = await platform.activeDealer();
    const left = await platform.activeDealer();
    await platform.supervisor().terminateDealer({ id: left, version: 2, reason: '协议到期', successorDealerId: dealerId });
    const [before, leftBefore] = [await spansOf(dealerId), await spansOf(left)];
    const running = (await owedOf(dealerId)).map(({ month }) => month);
    const migration = new MonthlyDuties1797000000000();
    const runner = platform.service.dataSource.createQueryRunner();
    try {
      const sql = { query: (text: string) => platform.service.sql(text) } as unknown as typeof runner;
      await migration.down(sql);
      await migration.up(sql);
    } finally {
      await runner.release();
    }
    expect((await spansOf(dealerId)).map(({ status, since }) => [status, Math.round(Date.parse(since) / DAY_MS)])).toEqual(before.map(({ status, since }) => [status, Math.round(Date.parse(since) / DAY_MS)]));
    expect((await spansOf(left)).map(({ status }) => status)).toEqual(leftBefore.map(({ status }) => status));
    expect((await owedOf(dealerId)).map(({ month }) => month)).toEqual(running);
    expect((await owedOf(left)).map(({ month }) => month)).toEqual(running);
    const armed = await platform.service.sql<{ month: string }>(`select payload ->> 'month' as month from deadline where kind = 'duties-month' and ref = $1`, [dealerId]);
    expect(armed).toEqual([{ month: nextMonth(running[0]) }]);
  });
});
