import {
  CallCancelledSchema, CallResolvedSchema, CallRevivedSchema, CallRoutedSchema, DealerChangedSchema, DealerFileService, PurchaseDateProvedSchema, RecordConfirmedSchema, UnitSoldSchema,
} from '@aftercare/contracts';
import { addDays, newId } from '@aftercare/domain';
import { migrate } from '@aftercare/service';
import { createTestDatabase, planOf, withClient } from '@aftercare/testing';
import fc from 'fast-check';
import { specEvent, startInsights, tell, type InsightsWorld, type SpecEvent } from '../insights.fixture.js';
import { insights } from '../insights.module.js';
import { FiguresOfMonths1800745000000 } from '../migrations/1800745000000-figures-of-months.js';
import { listFiles } from './file-list.queries.js';
import { waitsSince } from './figures.queries.js';

let world: InsightsWorld;
beforeAll(async () => {
  world = await startInsights(100);
}, 60_000);
afterAll(() => world?.service.stop());

const REGIONS = ['310104', '310115', '320106'];
const FIRST_DAY = '2025-10-20';
const DAYS = 120;

/** What may be told of a call, a unit or a record: which of the few, on which day, and what it changes. */
const told = fc.record({
  kind: fc.constantFrom('routed', 'resolved', 'revived', 'cancelled', 'confirmed', 'sold', 'proved'),
  which: fc.nat({ max: 7 }), dealer: fc.nat({ max: 1 }), region: fc.nat({ max: 2 }), day: fc.nat({ max: DAYS }), version: fc.integer({ min: 1, max: 6 }), pieces: fc.integer({ min: 1, max: 9 }),
});
type Told = typeof told extends fc.Arbitrary<infer T> ? T : never;

interface Cast {
  dealers: string[];
  calls: string[];
  units: string[];
  parts: string[];
}

/** A call's record names its parts with the dealer of that day, whoever has the call by now. */
function eventOf({ kind, which, dealer, region, day, version, pieces }: Told, { dealers, calls, units, parts }: Cast): SpecEvent {
  const [callId, unitId, dealerId, on] = [calls[which], units[which], dealers[dealer], addDays(FIRST_DAY, day)];
  const at = `${on}T04:00:00.000Z`;
  switch (kind) {
    case 'routed': return specEvent(CallRoutedSchema, { callId, dealerId, unitId, receivedAt: at, regionCode: REGIONS[region], family: 'faucet', version }, at);
    case 'resolved': return specEvent(CallResolvedSchema, { callId, dealerId, resolvedAt: at, version, clockSeconds: pieces * 9_000, firstVisit: pieces > 4, special: pieces > 7 }, at);
    case 'revived': return specEvent(CallRevivedSchema, { callId, dealerId, reason: 'refused', clockStartedAt: at, version }, at);
    case 'cancelled': return specEvent(CallCancelledSchema, { callId, dealerId, cancelledAt: at, version, ...(pieces > 5 ? { resolvedAt: at, clockSeconds: pieces * 9_000, special: pieces > 7 } : {}) }, at);
    case 'confirmed': return specEvent(RecordConfirmedSchema, {
      callId, recordId: newId(), dealerId, confirmedAt: at, confirmedOn: on, partsUsed: parts.slice(0, 1 + (pieces % 2)).map((partId) => ({ partId, quantity: pieces, source: 'holdings' })),
    }, at);
    case 'sold': return specEvent(UnitSoldSchema, { unitId, dealerId, purchaseDate: on }, at);
    default: return specEvent(PurchaseDateProvedSchema, { unitId, dealerId, purchaseDate: on, version }, at);
  }
}

const castOf = (): Cast => {
  const ids = (count: number): string[] => Array.from({ length: count }, () => newId());
  return { dealers: ids(2), calls: ids(8), units: ids(8), parts: ids(2) };
};

const dealerTold = (dealerId: string): SpecEvent => specEvent(DealerChangedSchema, {
  dealerId, code: `R-${dealerId.slice(-12)}`, name: '经销商', nameEn: '', status: 'active', territoryRegionCodes: [], version: 2, regionCode: '310104',
}, `${FIRST_DAY}T00:00:00.000Z`);

/** The figures of a period from the facts themselves. */
const CALLS = 'from call_fact c where c.generation = d.generation and c.dealer_id = d.dealer_id and c.received_on between $1::date and $2::date and starts_with(c.region_code, $3)';
const COMPUTED = `
  select d.dealer_id as id, (select count(*)::int ${CALLS}) as calls, (select count(*)::int ${CALLS} and c.outcome = 'resolved') as resolved,
    (select coalesce(sum(u.quantity), 0)::int from part_use_fact u join call_fact c using (generation, call_id)
      where generation = d.generation and u.dealer_id = d.dealer_id and u.confirmed_on between $1::date and $2::date and starts_with(c.region_code, $3)) as "partsUsed",
    (select count(*)::int from sale_fact s where s.generation = d.generation and s.dealer_id = d.dealer_id and s.sold_on <= $2::date) as "unitsSold"
  from dealer_fact d where d.generation = (select current from read_model) and d.dealer_id = any($4::uuid[]) order by 1`;

describe('D-4: the figures kept of months', () => {
  // Before there are rows, so that no figures of small tables decide.
  it('are read along their indexes: whole months and the days beside them', async () => {
    const asked = { generation: 1, from: '2025-11-10', to: '2026-01-20', asOf: '2026-01-20', prefix: '' };
    for (const sort of ['code', '-calls', 'onTime24', 'firstFix', '-repeat', '-overdue']) {
      const plan = await planOf(world.service.dataSource, listFiles(asked, { status: '', page: { sort } } as Parameters<typeof listFiles>[1]).statement.text, { sorts: true });
      for (const index of ['call_month_pkey', 'call_day_day', 'part_use_month_pkey', 'part_use_fact_day', 'sale_month_pkey', 'sale_day_day']) expect(plan).toContain(`using ${index} `);
    }
  });

  it('R-13: calls that wait are found by the moment since when they do, in spite of row-level security', async () => {
    const plan = await planOf(world.service.dataSource, `select call_id from call_fact where generation = $1 and outcome = 'open' and ${waitsSince(48)}`);
    expect(plan).toMatch(/using call_fact_open .*\n\s+Index Cond: \(\(generation = \$1\) AND \(CASE/);
  });

  it('are what the facts say, of any period and region, in whatever order events are told', async () => {
    const period = fc.tuple(fc.nat({ max: DAYS }), fc.nat({ max: DAYS }), fc.constantFrom('', '310000', '310115', '320000'));
    await fc.assert(fc.asyncProperty(fc.array(told, { minLength: 40, maxLength: 90 }), fc.array(period, { minLength: 5, maxLength: 5 }), async (events, periods) => {
      const cast = castOf();
      await tell(world, [...cast.dealers.map(dealerTold), ...events.map((each) => eventOf(each, cast))]);
      await world.service.drain();
      const list = world.service.client(DealerFileService, world.service.ctx({ role: 'service_supervisor' }));
      for (const [one, other, region] of periods) {
        const [from, to] = [addDays(FIRST_DAY, Math.min(one, other)), addDays(FIRST_DAY, Math.max(one, other))];
        const items = [];
        for (let cursor = ''; ;) {
          const page = await list.listDealerFiles({ from, to, region, page: { cursor, limit: 200 } });
          items.push(...page.items.filter(({ id }) => cast.dealers.includes(id)).map(({ id, calls, resolved, partsUsed, unitsSold }) => ({ id, calls, resolved, partsUsed, unitsSold })));
          if (page.nextCursor === '') break;
          cursor = page.nextCursor;
        }
        const computed = await world.service.sql(COMPUTED, [from, to, region.replace(/(00){1,2}$/, ''), cast.dealers]);
        expect({ from, to, region, items: items.sort((a, b) => (a.id < b.id ? -1 : 1)) }).toEqual({ from, to, region, items: computed });
      }
    }), { numRuns: 8, endOnFailure: true });
  }, 120_000);

  it.each([
    ['call_month', `select generation, dealer_id, date_trunc('month', day)::date as month, region_code, sum(calls), sum(cancelled), sum(resolved), sum(within_24), sum(within_48), sum(special), sum(first_visit),
      sum(repeated) from call_day group by 1, 2, 3, 4`, 'generation, dealer_id, month, region_code, calls, cancelled, resolved, within_24, within_48, special, first_visit, repeated', 'calls'],
    ['part_use_month', `select generation, u.dealer_id, date_trunc('month', confirmed_on)::date, c.region_code, sum(quantity) from part_use_fact u join call_fact c using (generation, call_id) group by 1, 2, 3, 4`,
      'generation, dealer_id, month, region_code, pieces', 'pieces'],
    ['sale_month', `select generation, dealer_id, date_trunc('month', sold_on)::date, count(*) from sale_fact group by 1, 2, 3`, 'generation, dealer_id, month, units', 'units'],
  ])('%s holds every row of them and no other', async (table, computed, columns, filled) => {
    const [{ kept }] = await world.service.sql<{ kept: number }>(`select count(*)::int as kept from ${table} where ${filled} > 0`);
    expect(kept).toBeGreaterThan(20);
    const nothing = (from: string): string => `select * from (${from}) t (${columns}) where ${filled} <> 0`;
    const rows = nothing(`select ${columns} from ${table}`);
    expect(await world.service.sql(`(${rows} except ${nothing(computed)}) union all (${nothing(computed)} except ${rows})`)).toEqual([]);
  });
});

it('D-4: a model that was built before is summed up where it stands, its parts in the region of their call', async () => {
  const database = await createTestDatabase('insights');
  const through = (migrations: typeof insights.migrations) => migrate({ service: 'insights', url: database.ownerUrl, profile: 'test', migrations });
  await through(insights.migrations.slice(0, insights.migrations.indexOf(FiguresOfMonths1800745000000)));
  const rows = await withClient(database.adminUrl, async (client) => {
    const [dealerId, callId, partId] = [newId(), newId(), newId()];
    await client.query(`insert into call_fact (generation, call_id, dealer_id, region_code, family, routed_version, outcome, outcome_version, first_visit, special, reopened, repeated)
      values (1, $1, $2, '310104', 'faucet', 1, 'open', -1, false, false, false, false)`, [callId, dealerId]);
    await client.query(`insert into part_use_fact (generation, call_id, part_id, source, dealer_id, quantity, confirmed_on) values (1, $1, $2, 'own', $3, 4, '2026-01-31')`, [callId, partId, dealerId]);
    for (const [day, calls] of [['2026-01-01', 2], ['2026-01-31', 3], ['2026-02-01', 5]] as const) {
      await client.query(`insert into call_day (generation, dealer_id, day, region_code, family, calls, cancelled, resolved, within_24, within_48, special, first_visit, repeated)
        values (1, $1, $2, '310104', 'faucet', $3, 0, 1, 1, 1, 0, 1, 0)`, [dealerId, day, calls]);
      await client.query('insert into sale_day (generation, dealer_id, day, units) values (1, $1, $2, $3)', [dealerId, day, calls]);
    }
    await through(insights.migrations);
    const kept = async (text: string) => (await client.query<Record<string, unknown>>(text)).rows;
    return {
      calls: await kept('select month::text, region_code, calls, resolved from call_month order by 1'), sales: await kept('select month::text, units from sale_month order by 1'),
      parts: await kept('select month::text, region_code, pieces from part_use_month'),
    };
  });
  expect(rows).toEqual({
    calls: [{ month: '2026-01-01', region_code: '310104', calls: 5, resolved: 2 }, { month: '2026-02-01', region_code: '310104', calls: 5, resolved: 1 }],
    sales: [{ month: '2026-01-01', units: 5 }, { month: '2026-02-01', units: 5 }],
    parts: [{ month: '2026-01-01', region_code: '310104', pieces: 4 }],
  });
  await database.drop();
}, 60_000);
