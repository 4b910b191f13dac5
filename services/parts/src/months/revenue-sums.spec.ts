import { CustomerAnonymisedSchema, MonthListService, ObligationEndService, ObligationService, StockReportService } from '@aftercare/contracts';
import { businessDate, monthOf, newId } from '@aftercare/domain';
import { cursorOf, pageOf } from '@aftercare/service';
import { withClient } from '@aftercare/testing';
import type { Client } from 'pg';
import type { QueryRunner } from 'typeorm';
import { RevenueSums1800810000000 } from '../migrations/1800810000000-revenue-sums.js';
import { reasonOf, startParts, type PartsWorld } from '../parts.fixture.js';
import { returnsOf } from '../returns.fixture.js';
import { stocktakesOf } from '../stocktakes.fixture.js';
import { RevenueFolding } from './revenue-folding.job.js';
import { revenueOf } from './revenue.fixture.js';
import { revenueSums } from './revenue.queries.js';

jest.setTimeout(120_000);
let world: PartsWorld;
let revenue: ReturnType<typeof revenueOf>;
let folding: RevenueFolding;
let month = '';
beforeAll(async () => {
  world = await startParts();
  revenue = revenueOf(world);
  world.around.coverage.set('IN', 'covered').set('OUT', 'not_covered');
  month = monthOf(businessDate(await world.service.now()));
  folding = world.service.app.get(RevenueFolding);
  // What is written stays where it is until the spec folds it.
  await folding.onModuleDestroy();
});
afterAll(() => world?.service.stop());

type Query = <R extends object>(text: string) => Promise<R[]>;
type Sum = Record<'month' | 'by' | 'of' | 'term' | 'lines' | 'pieces' | 'net', string | null>;

const BY = `cross join lateral (values ('dealer', r.dealer_id::text), ('part', r.part_id::text), ('reason', r.reason)) k (by, of)`;
/** All sums as they are kept, with what was written since. */
const KEPT = `
  select month, by, of, term, sum(lines)::text as lines, sum(pieces)::text as pieces, sum(net)::text as net
    from (select month, by, of, term, lines, pieces, net from revenue_sum union all select r.month, k.by, k.of, r.term, r.lines, r.pieces, r.net from revenue_change r ${BY}) r
   group by 1, 2, 3, 4 having sum(lines) <> 0 or sum(pieces) <> 0 or sum(net) <> 0 order by 1, 2, 3, 4`;
const LINES = `
  select month, by, of, term, count(*)::text as lines, sum(pieces)::text as pieces, sum(net)::text as net
    from (select revenue_month as month, dealer_id, part_id, revenue_reason as reason, 'shipped_charged' as term, quantity as pieces, revenue_net as net from shipping_line
          union all
          select revenue_month, dealer_id, part_id, reason,
                 case when reverses_line_id is not null then 'revenue_reversed' when origin_kind in ('obligation', 'stocktake_line') then 'converted' else 'manual' end, revenue_quantity, revenue_net
            from charge_slip_line) r ${BY}
   where month is not null group by 1, 2, 3, 4 order by 1, 2, 3, 4`;

const superuser: Query = (text) => world.service.sql(text);
const written = (query: Query = superuser): Promise<object[]> => query('select * from revenue_change order by month, dealer_id, part_id, reason, term, lines, pieces, net');

/** What is kept is what the lines come to. */
async function holds(query: Query = superuser): Promise<Sum[]> {
  const sums = await query<Sum>(KEPT);
  expect(sums).toEqual(await query<Sum>(LINES));
  return sums;
}

const netOf = async (): Promise<string> => (await lists().summariseRevenue({ month, by: 'reason' })).netTotal;
const lists = () => world.service.client(MonthListService, world.as('auditor'));

async function foldAll(): Promise<void> {
  for (let more = true; more; ) more = await folding.fold();
  expect(await written()).toEqual([]);
}

/** By hand as the tables' owner, who is under row-level security as well. */
function byHand<T>(work: (client: Client) => Promise<T>): Promise<T> {
  return withClient(world.service.testDatabase.ownerUrl, async (client) => {
    await client.query(`select set_config('app.dealers', '*', false), set_config('app.own_dealer', '*', false)`);
    return work(client);
  });
}

/** As often as told the first line that left charged, once more. */
const ONCE_MORE = (times: number): string => `
  insert into shipping_line select (jsonb_populate_record(l, jsonb_build_object('id', gen_random_uuid()))).* from shipping_line l, generate_series(1, ${times})
   where l.id = (select id from shipping_line where revenue_month is not null order by id limit 1)`;

interface Chapter {
  slip: { id: string };
  exclusion: { id: string };
}
const of: Partial<Chapter> = {};

const steps: [what: string, earned: string, step: () => Promise<unknown>][] = [
  ['a slip by hand is confirmed', '199.98', async () => {
    of.slip = await revenue.confirmed(await revenue.manual(world.dealerId, [await world.part({ price: '99.99' })]));
  }],
  ['one of another dealer is confirmed', '1.67', async () => revenue.confirmed(await revenue.manual(newId(), [await world.part({ price: '0.333' })], 5))],
  ['a charged line leaves in part', '24.69', async () => revenue.leaves((await revenue.paid(await world.part({ price: '12.345', stock: 2 }), 3)).requestId)],
  ['a free line is charged after the fact', '60.00', async () => {
    const partId = await world.part({ price: '30', stock: 3 });
    await returnsOf(world).issued(partId, 3);
    const [obligation] = (await world.service.client(ObligationService, world.as('service_clerk')).listObligations({ partId })).items;
    of.exclusion = await world.service.client(ObligationEndService, world.as('service_clerk')).chargeObligation({
      id: obligation.id, version: obligation.version, quantity: 2, exclusion: 'misuse', cause: 'forced', evidence: stocktakesOf(world).photo(), paymentMethod: 'cash', invoiceWish: 'later',
    });
  }],
  ['a piece of it is taken back', '-30.00', async () => {
    const { id } = of.exclusion as Chapter['exclusion'];
    await revenue.reversed({ id }, [{ lineId: (await revenue.slips().getChargeSlip({ id })).lines[0].id, quantity: 1 }]);
  }],
  ['a slip is reversed whole', '-199.98', () => revenue.reversed(of.slip as Chapter['slip'])],
];

describe('F-8: sums of the revenue list are kept', () => {
  it.each(steps)('F-8: %s: what is kept is what the lines come to, before it is added up and after', async (_what, earned, step) => {
    const [net, sums] = [await netOf(), await holds()];
    expect(await written()).toEqual([]);
    await step();
    expect(await written()).not.toEqual([]);
    expect(await holds()).not.toEqual(sums);
    expect(Number(await netOf()) - Number(net)).toBeCloseTo(Number(earned), 6);
    const before = await Promise.all(['dealer', 'part', 'reason'].map((by) => lists().summariseRevenue({ month, by })));
    await foldAll();
    await holds();
    expect(await Promise.all(['dealer', 'part', 'reason'].map((by) => lists().summariseRevenue({ month, by })))).toEqual(before);
  });

  it('F-8: what is no revenue writes nothing: another cost, an erased person, a line that is received', async () => {
    const [{ id: partId }] = await world.service.sql<{ id: string }>('select part_id as id from shipping_line where revenue_month is not null limit 1');
    await world.service.client(StockReportService, world.as('finance_clerk')).setUnitCost({ partId, effectiveFrom: `${month}-01`, unitCost: '7.5', reason: 'counted anew' });
    const installationId = newId();
    await world.service.sql('update parts_request set installation_id = $1', [installationId]);
    await world.service.publish(CustomerAnonymisedSchema, { customerId: newId(), dealerId: world.dealerId, installationIds: [installationId] });
    await world.service.drain();
    expect(await world.service.sql(`select from parts_request where delivery_address <> '***'`)).toEqual([]);
    await byHand((client) => client.query('update shipping_line set received_quantity = 0'));
    await byHand((client) => client.query('update shipping_line set revenue_net = revenue_net where revenue_month is not null'));
    expect(await written()).toEqual([]);
    await holds();
  });

  it('F-8: what comes to nothing has its row as long as it has a line', async () => {
    const rowOf = async () => (await lists().summariseRevenue({ month, by: 'part' })).items.filter(({ netAmount }) => netAmount === '0.00');
    const nothing = { quantity: 0, netAmount: '0.00', manualNet: '199.98', reversedNet: '-199.98' };
    expect(await rowOf()).toMatchObject([nothing]);
    await byHand(async (client) => {
      await client.query('alter table charge_slip_line disable trigger charge_slip_line_stays');
      await client.query(`update charge_slip_line set revenue_month = null where part_id = (select part_id from charge_slip_line where slip_id = $1)`, [of.slip?.id]);
    });
    expect(await rowOf()).toEqual([]);
    await foldAll();
    expect(await rowOf()).toEqual([]);
    await byHand(async (client) => {
      await client.query(`update charge_slip_line set revenue_month = $2 where part_id = (select part_id from charge_slip_line where slip_id = $1)`, [of.slip?.id, month]);
      await client.query('alter table charge_slip_line enable trigger charge_slip_line_stays');
    });
    expect(await rowOf()).toMatchObject([nothing]);
    await foldAll();
    expect(await rowOf()).toMatchObject([nothing]);
  });

  it.each([
    ['a line that is written', ONCE_MORE(3)],
    ['a line for other money and pieces', 'update shipping_line set revenue_net = revenue_net + 1, quantity = quantity + 2 where revenue_month is not null'],
    ['a line of another month, dealer, part and reason', `update shipping_line set revenue_month = '2031-01', revenue_reason = 'by hand' where revenue_month is not null`],
    ['a line of no month', 'update charge_slip_line set revenue_month = null where reverses_line_id is null'],
    ['a line without a part', `update charge_slip_line set part_id = null, reason = 'third_party_repair' where revenue_month is not null`],
    ['a line that was of a stocktake', `update charge_slip_line set origin_kind = 'stocktake_line' where origin_kind = 'manual'`],
    ['a line that is taken out', 'delete from charge_slip_line where reverses_line_id is not null'],
  ])('F-8: by hand as owner: %s', async (_what, sql) => {
    const before = await holds();
    await byHand(async (client) => {
      const query: Query = async (text) => (await client.query(text)).rows;
      await client.query('begin');
      await client.query('alter table charge_slip_line disable trigger charge_slip_line_stays');
      await client.query(sql);
      expect(await holds(query)).not.toEqual(before);
      await client.query('rollback');
    });
    expect(await holds()).toEqual(before);
  });

  it.each(['shipping_line', 'charge_slip_line'])('F-8: by hand as owner: what is not told line by line is refused: truncate %s', async (table) => {
    await expect(byHand((client) => client.query(`truncate ${table} cascade`))).rejects.toMatchObject({ constraint: 'revenue_lines_stay' });
  });

  it('F-8: who ships a part waits for nobody who ships the same, nor does folding, and each is told once', async () => {
    const before = await netOf();
    await byHand((one) => byHand(async (other) => {
      for (const client of [one, other]) await client.query(`begin; set local lock_timeout = '500ms'`);
      for (const client of [one, other, one]) await client.query(ONCE_MORE(1));
      await other.query('commit');
      expect(await written()).toHaveLength(1);
      expect(await folding.fold()).toBe(false);
      expect(await written()).toEqual([]);
      await one.query('commit');
    }));
    expect(await written()).toHaveLength(2);
    expect(Number(await netOf()) - Number(before)).toBeCloseTo(3 * 24.69, 6);
    await holds();
  });

  it('F-8: two processes that fold at once add each change once, some at a time, while lines are written', async () => {
    const writing = byHand(async (client) => {
      for (let at = 0; at < 60; at += 1) await client.query(ONCE_MORE(1));
    });
    const both = [folding, new RevenueFolding(world.service.database)];
    for (let at = 0; at < 20; at += 1) {
      await Promise.all(both.map((each) => each.fold(3)));
      await holds(oneMoment);
    }
    await writing;
    await foldAll();
    await holds();
  });

  /** Both sides of a comparison as they were at one moment. */
  let moment: Record<string, object[]> | undefined;
  const oneMoment: Query = async <R extends object>(text: string): Promise<R[]> => {
    if (text === KEPT) [moment] = await world.service.sql<Record<string, object[]>>(`select (select coalesce(json_agg(k), '[]') from (${KEPT}) k) as kept, (select coalesce(json_agg(l), '[]') from (${LINES}) l) as lines`);
    return (text === KEPT ? moment?.kept : moment?.lines) as R[];
  };

  it('F-8: one process folds at a time; another one leaves it to that', async () => {
    await byHand((client) => client.query(ONCE_MORE(1)));
    await byHand(async (client) => {
      await client.query(`begin; select pg_advisory_xact_lock(hashtextextended('revenue sums', 0))`);
      expect(await folding.fold()).toBe(false);
      expect(await written()).toHaveLength(1);
      await client.query('commit');
    });
    await foldAll();
    await holds();
  });

  it('F-8: pages of kept sums follow each other by their key', async () => {
    const { items } = await lists().summariseRevenue({ month, by: 'part' });
    expect(items.length).toBeGreaterThan(3);
    const behind = pageOf({ limit: 2, cursor: cursorOf('revenue-by-part', items[1].partNumber, items[1].id) }, { list: 'revenue-by-part' });
    const rows = await world.service.database.many<{ id: string }>(world.as('auditor'), revenueSums({ month, dealerId: null, by: 'part' }, behind));
    expect(rows.map(({ id }) => id)).toEqual(items.slice(2, 5).map(({ id }) => id));
  });

  it('F-8: no dealer’s session reads what is kept or writes another one’s, a parent is summed up only its own lines, and the list is refused to both', async () => {
    await byHand((client) => client.query(ONCE_MORE(1)));
    const parent = world.service.dealerCtx(world.dealerId, 'dealer_manager', { childDealerIds: [newId()] });
    const { database } = world.service;
    for (const ctx of [parent, world.service.dealerCtx(world.dealerId)]) {
      for (const table of ['revenue_sum', 'revenue_change']) {
        expect(await database.many(ctx, { name: `spec_${table}`, text: `select from ${table}`, values: [] })).toEqual([]);
        const taking = database.command(ctx, async (tx) => ({ taken: (await tx.sql({ name: `spec_take_${table}`, text: `delete from ${table} returning 1 as one`, values: [] })).length }));
        expect(await taking).toEqual({ taken: 0 });
      }
      const telling = database.command(ctx, async (tx) => tx.sql({ name: 'spec_tell', text: `insert into revenue_change values ($1, $2, null, null, 'manual', 1, 1, 1)`, values: [month, newId()] }));
      await expect(telling).rejects.toMatchObject({ reason: 'ROW_NOT_YOURS' });
      expect(await database.many(ctx, revenueSums({ month, dealerId: null, by: 'dealer' }, pageOf({}, { list: 'l' })))).toMatchObject([{ id: null, netTotal: '0.00' }]);
      const own = await database.many(ctx, revenueSums({ month, dealerId: world.dealerId, by: 'dealer' }, pageOf({}, { list: 'l' })));
      expect(own).toMatchObject([{ key: world.dealerId, netTotal: (await lists().summariseRevenue({ month, dealerId: world.dealerId })).netTotal }]);
      expect(await reasonOf(world.service.client(MonthListService, ctx).summariseRevenue({ month }))).toBe('ROLE_NOT_ALLOWED');
    }
    await foldAll();
    await holds();
  });

  it('F-8: what a dealer’s own session writes of its lines is told', async () => {
    const { database } = world.service;
    await database.command(world.dealer(), async (tx) => ({ more: (await tx.sql({ name: 'spec_own', text: `${ONCE_MORE(1)} returning 1 as one`, values: [] })).length }));
    expect(await written()).toHaveLength(1);
    await holds();
  });

  it('F-8: the service adds up what was written by itself', async () => {
    expect(await written()).toHaveLength(1);
    folding.onApplicationBootstrap();
    for (const until = Date.now() + 20_000; (await written()).length > 0 && Date.now() < until; ) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await written()).toEqual([]);
    await folding.onModuleDestroy();
    await holds();
  });

  it('F-8: what stood before is filled in as it is kept from then on', async () => {
    const before = await holds();
    expect(before.length).toBeGreaterThan(10);
    const migration = new RevenueSums1800810000000();
    const runner = { query: (text: string) => world.service.sql(text) } as unknown as QueryRunner;
    await migration.down(runner);
    await world.service.sql(ONCE_MORE(1));
    await migration.up(runner);
    expect(await written()).toEqual([]);
    expect(await holds()).not.toEqual(before);
    await world.service.sql(ONCE_MORE(1));
    expect(await written()).toHaveLength(1);
    await holds();
  });
});
