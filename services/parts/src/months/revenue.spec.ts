import { MonthListService, ObligationEndService, ObligationService, ReimbursementApprovedSchema } from '@aftercare/contracts';
import { addDays, businessDate, monthOf, newId } from '@aftercare/domain';
import type { QueryRunner } from 'typeorm';
import { RevenueMonths1800710000000 } from '../migrations/1800710000000-revenue-months.js';
import { reasonOf, startParts, type PartsWorld } from '../parts.fixture.js';
import { returnsOf } from '../returns.fixture.js';
import { stocktakesOf } from '../stocktakes.fixture.js';
import { revenueOf } from './revenue.fixture.js';

jest.setTimeout(120_000);
let world: PartsWorld;
let goods: ReturnType<typeof returnsOf>;
let takes: ReturnType<typeof stocktakesOf>;
const months: string[] = [];
beforeAll(async () => {
  world = await startParts();
  goods = returnsOf(world);
  takes = stocktakesOf(world);
  world.around.coverage.set('IN', 'covered').set('OUT', 'not_covered');
  await story();
});
afterAll(() => world?.service.stop());

const lists = () => world.service.client(MonthListService, world.as('auditor'));
const today = async (): Promise<string> => businessDate(await world.service.now());
async function later(by: string): Promise<void> {
  await world.service.moveClock(by);
  await world.service.drain();
}

/** Two months with everything that is revenue, and with what is none. */
async function story(): Promise<void> {
  const { slips, paid, leaves, reversed, manual, confirmed } = revenueOf(world);
  const [partly, excluded, owed, tool] = [
    await world.part({ price: '12.345', stock: 1 }), await world.part({ price: '30', stock: 3 }), await world.part({ price: '0.333', stock: 3 }), await world.part({ price: '99.99', stock: 9 }),
  ];
  const whole = await paid(tool, 3);
  await leaves(whole.requestId);
  const parted = await paid(partly, 3);
  await leaves(parted.requestId);
  const never = await paid(tool, 2);
  await reversed(never.slip);
  await goods.issued(excluded, 3);
  const [obligation] = (await world.service.client(ObligationService, world.as('service_clerk')).listObligations({ partId: excluded })).items;
  const exclusion = await world.service.client(ObligationEndService, world.as('service_clerk')).chargeObligation({
    id: obligation.id, version: obligation.version, quantity: 2, exclusion: 'misuse', cause: 'forced', evidence: takes.photo(), paymentMethod: 'cash', invoiceWish: 'later',
  });
  const byHand = await confirmed(await manual(world.dealerId, [tool, partly]));
  await confirmed(await manual(newId(), [tool], 5));
  await manual(world.dealerId, [tool]);
  const twice = await manual(world.dealerId, [tool]);
  await slips().discardChargeSlip({ id: twice.id, version: twice.version, reason: 'entered twice' });
  await world.service.publish(ReimbursementApprovedSchema, {
    claimId: newId(), dealerId: world.dealerId, callId: newId(), amount: '180.50', number: 'RB-1', callNumber: 'RC-1', payeeKind: 'third_party', approvedAt: await world.service.now(),
  });
  await world.service.drain();
  const [claimed] = (await slips().listChargeSlips({ direction: 'reimbursement' })).items;
  await confirmed(claimed);
  await reversed(claimed);
  await goods.issued(owed, 3);
  months.push(monthOf(await today()));
  await later('31d');
  months.push(monthOf(await today()));
  await world.receive(partly, 1);
  await leaves(parted.requestId);
  await reversed(parted.slip, [{ lineId: parted.lineId, quantity: 2 }]);
  await reversed(whole.slip, [{ lineId: whole.lineId, quantity: 1 }]);
  await reversed(exclusion, [{ lineId: (await slips().getChargeSlip({ id: exclusion.id })).lines[0].id, quantity: 1 }]);
  await reversed(byHand);
  const cutOffOn = await today();
  await later('1d');
  const { id } = await takes.open(cutOffOn, addDays(cutOffOn, 1));
  for (const step of ['1d', '8d']) await later(step);
  expect(await takes.confirm(id)).toMatchObject({ state: 'done' });
  const last = monthOf(await today());
  if (!months.includes(last)) months.push(last);
}

interface Source {
  month: string;
  id: string;
  term: string;
  dealerId: string;
  partId: string;
  partNumber: string;
  reason: string;
  quantity: number;
  netAmount: string;
  documentKind: string;
  documentId: string;
  documentNumber: string;
}

/** Every line of every month from the documents themselves, past everything that is kept for the list. */
const SOURCES = `
  select r.month, r.id, r.term, r.dealer_id as "dealerId", r.part_id as "partId", part.number as "partNumber", r.reason, r.pieces as quantity, r.net::numeric(20,2)::text as "netAmount",
         r.kind as "documentKind", r.document_id as "documentId", r.number as "documentNumber"
    from (
      select to_char(o.shipped_at at time zone 'Asia/Shanghai', 'YYYY-MM') as month, l.id, 'shipped_charged' as term, l.dealer_id, l.part_id, c.reason, l.quantity as pieces, l.revenue_net as net,
             'shipping_order' as kind, o.id as document_id, o.number
        from shipping_line l join shipping_order o on o.id = l.shipping_order_id join charge_slip_line c on c.id = l.charge_slip_line_id where l.supply_kind = 'charged' and o.shipped_at is not null
      union all
      select s.month, l.id, case when s.origin = 'manual' then 'manual' else 'converted' end, l.dealer_id, l.part_id, l.reason, l.quantity, l.net_amount, 'charge_slip', s.id, s.number
        from charge_slip s join charge_slip_line l on l.slip_id = s.id where s.confirmed_at is not null and s.direction = 'charge' and s.origin in ('exclusion', 'stocktake', 'manual')
      union all
      select s.month, l.id, 'revenue_reversed', l.dealer_id, l.part_id, l.reason, l.revenue_quantity, l.revenue_net, 'charge_slip', s.id, s.number
        from charge_slip s join charge_slip_line l on l.slip_id = s.id
       where s.origin = 'reversal' and s.direction = 'charge' and (l.revenue_net <> 0 or l.revenue_quantity <> 0)) r
    join part on part.id = r.part_id`;

function sourcesOf(month: string, dealerId = ''): Promise<Source[]> {
  return world.service.sql<Source>(`select * from (${SOURCES}) r where month = $1 and ($2 = '' or "dealerId"::text = $2) order by "dealerId", "partNumber" || ' ' || term, id`, [month, dealerId]);
}

const fen = (amount: string): number => Math.round(Number(amount) * 100);
const yuan = (amount: number): string => (amount / 100).toFixed(2);
const netOf = (lines: Source[], term = ''): string => yuan(lines.filter((line) => term === '' || line.term === term).reduce((sum, line) => sum + fen(line.netAmount), 0));

/** The sums of lines, one by one. */
function summed(lines: Source[], keyOf: (line: Source) => string): object[] {
  return [...new Set(lines.map(keyOf))].sort().map((key) => {
    const mine = lines.filter((line) => keyOf(line) === key);
    return {
      key, quantity: mine.reduce((sum, line) => sum + line.quantity, 0), netAmount: netOf(mine), shippedNet: netOf(mine, 'shipped_charged'), convertedNet: netOf(mine, 'converted'),
      manualNet: netOf(mine, 'manual'), reversedNet: netOf(mine, 'revenue_reversed'),
    };
  });
}

const KEYS: Record<string, (line: Source) => string> = { dealer: ({ dealerId }) => dealerId, part: ({ partNumber }) => partNumber, reason: ({ reason }) => reason };

/** All pages of so many rows. */
async function paged<R>(limit: number, page: (asked: { limit: number; cursor: string }) => Promise<{ items: R[]; nextCursor: string }>): Promise<R[]> {
  const all: R[] = [];
  for (let cursor = '', first = true; first || cursor !== ''; first = false) {
    const { items, nextCursor } = await page({ limit, cursor });
    all.push(...items);
    cursor = nextCursor;
  }
  return all;
}

describe('F-8: the revenue list beside the documents it is of', () => {
  it('F-8: the months of the story have every term and what is no revenue', async () => {
    const terms = (await Promise.all(months.map((month) => sourcesOf(month)))).map((lines) => lines.map(({ term, quantity, netAmount }) => `${term} ${quantity} ${netAmount}`));
    expect(terms[0]?.sort()).toEqual(['converted 2 60.00', 'manual 2 199.98', 'manual 2 24.69', 'manual 5 499.95', 'shipped_charged 1 12.35', 'shipped_charged 3 299.97']);
    // One piece of the parted line had not left, and is reversed first; what is taken back of an exclusion is owed again.
    expect(terms.slice(1).flat().sort()).toEqual([
      'converted 2 60.00', 'converted 3 1.00', 'revenue_reversed -1 -12.34', 'revenue_reversed -1 -30.00', 'revenue_reversed -1 -99.99', 'revenue_reversed -2 -199.98', 'revenue_reversed -2 -24.69',
      'shipped_charged 1 12.34',
    ]);
  });

  it('F-8: has exactly the documents’ lines, page by page and filtered', async () => {
    for (const month of months) {
      const sources = await sourcesOf(month);
      const shown = sources.map(({ month: _month, ...line }) => line);
      for (const limit of [1, 2, 200]) {
        expect(await paged(limit, (page) => lists().listRevenue({ month, page }))).toMatchObject(shown);
      }
      for (const filter of sources) {
        for (const [name, value] of [['dealerId', filter.dealerId], ['partId', filter.partId], ['reason', filter.reason]] as const) {
          expect((await lists().listRevenue({ month, [name]: value })).items).toMatchObject(shown.filter((line) => line[name] === value));
        }
      }
    }
  });

  it.each(Object.keys(KEYS))('F-8: is summed up by %s to the piece and the fen, with what it comes to on each page', async (by) => {
    for (const month of months) {
      for (const dealerId of ['', world.dealerId]) {
        const sources = await sourcesOf(month, dealerId);
        for (const limit of [1, 200]) {
          const sums = await paged(limit, async (page) => {
            const answer = await lists().summariseRevenue({ month, by, dealerId, page });
            expect(answer.netTotal).toBe(netOf(sources));
            return answer;
          });
          expect(sums).toMatchObject(summed(sources, KEYS[by]));
          expect(sums).toHaveLength(new Set(sources.map(KEYS[by])).size);
        }
      }
    }
  });

  it('F-8: a month without lines, and a dealer without any, come to nothing', async () => {
    expect(await lists().summariseRevenue({ month: '2020-01', by: 'part' })).toMatchObject({ items: [], nextCursor: '', netTotal: '0.00' });
    expect(await lists().summariseRevenue({ month: months[0], by: 'reason', dealerId: newId() })).toMatchObject({ items: [], nextCursor: '', netTotal: '0.00' });
    expect((await lists().listRevenue({ month: '2020-01' })).items).toEqual([]);
  });

  it('F-8: a cursor that names no dealer was not made by the list', async () => {
    const cursor = Buffer.from(JSON.stringify(['revenue', 'P-0001 manual', newId()])).toString('base64url');
    expect(await reasonOf(lists().listRevenue({ month: months[0], page: { limit: 1, cursor } }))).toBe('CURSOR_INVALID');
  });

  it('F-8: what stood before is filled in as it is kept from then on', async () => {
    const kept = () => world.service.sql(`
      select id, revenue_month, revenue_reason from shipping_line union all select id, revenue_month, null from charge_slip_line order by 1`);
    const before = await kept();
    const migration = new RevenueMonths1800710000000();
    const runner = { query: (text: string) => world.service.sql(text) } as unknown as QueryRunner;
    await migration.down(runner);
    await migration.up(runner);
    expect(before.length).toBeGreaterThan(20);
    expect(await kept()).toEqual(before);
  });
});
