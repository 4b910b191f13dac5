import {
  ListChargeSlipsRequestSchema, ListCountObjectionsRequestSchema, ListHoldingsByAgeRequestSchema, ListLateReturnsRequestSchema, ListMovementsRequestSchema, ListObligationsRequestSchema,
  ListOrderChangesRequestSchema, ListPromisesRequestSchema, ListReturnsRequestSchema, ListStocktakesRequestSchema, ListWrongPartsRequestSchema,
} from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { cursorOf, pageOf } from '@aftercare/service';
import { planOf } from '@aftercare/testing';
import { create } from '@bufbuild/protobuf';
import { listOrderChanges } from './changes/order-change.reads.js';
import { slipRegister } from './charging/slip-register.js';
import { listLateReturns } from './late-returns/late-return.handlers.js';
import { movements } from './ledger/movement-list.js';
import { revenueLines, revenueSums } from './months/revenue.queries.js';
import { listCountObjections } from './objections/count-objection.reads.js';
import { listObligations } from './obligations/obligation.handlers.js';
import { startParts, type PartsWorld } from './parts.fixture.js';
import { listParcels } from './returns/return-parcel.reads.js';
import { holdingsByAge } from './statistics/holdings-list.js';
import { promises } from './statistics/waiting.handlers.js';
import { listStocktakes } from './stocktakes/stocktake.reads.js';
import { listWrongParts } from './wrong-parts/wrong-part.handlers.js';

let world: PartsWorld;
beforeAll(async () => {
  world = await startParts();
});
afterAll(() => world.service.stop());

const plan = (text: string): Promise<string> => planOf(world.service.dataSource, text);
const LIST = { list: 'list' };
const page = pageOf({}, LIST);
const deep = pageOf({ cursor: cursorOf(LIST.list, '2026-03-01', newId()) }, LIST);

describe('obligations', () => {
  const listed = (ctx = world.dealer(), asked: object = {}, of = page): string => listObligations(create(ListObligationsRequestSchema, asked), ctx, of).text;

  it('are read in the order of their due dates, one dealer’s along its own index, a page far down from its cursor on', async () => {
    expect(await plan(listed())).toContain('using obligation_dealer_by_due ');
    expect(await plan(listed(world.as('service_clerk')))).toContain('using obligation_by_due ');
    expect(await plan(listed(world.as('service_clerk'), {}, deep))).toMatch(/using obligation_by_due [\s\S]*Index Cond: \(ROW/);
    expect(await plan(listed(world.as('service_clerk'), { partId: newId() }))).toContain('using obligation_part_by_due ');
    expect(await plan(listed(world.dealer(), { partId: newId() }))).toContain('using obligation_dealer_part_by_due ');
  });

  it('that are outstanding are read past none that ended', async () => {
    expect(await plan(listed(world.dealer(), { onlyOutstanding: true }))).toContain('using obligation_dealer_open ');
    expect(await plan(listed(world.dealer(), { onlyOverdue: true }))).toContain('using obligation_dealer_open ');
    expect(await plan(listed(world.as('service_clerk'), { onlyOutstanding: true }, deep))).toMatch(/using obligation_open [\s\S]*Index Cond: \(ROW/);
  });
});

it('stocktakes and late returns are read newest first along their indexes, of a dealer in one state past none in another', async () => {
  const stocktakes = (ctx = world.dealer(), asked: object = {}): Promise<string> => plan(listStocktakes(create(ListStocktakesRequestSchema, asked), ctx, page).text);
  const late = (ctx = world.dealer(), asked: object = {}): Promise<string> => plan(listLateReturns(create(ListLateReturnsRequestSchema, asked), ctx, page).text);
  expect(await stocktakes()).toContain('using stocktake_dealer ');
  expect(await stocktakes(world.as('service_clerk'))).toContain('using stocktake_newest ');
  expect(await stocktakes(world.dealer(), { state: 'open' })).toContain('using stocktake_dealer_state ');
  expect(await late()).toContain('using late_return_dealer ');
  expect(await late(world.as('finance_clerk'), { state: 'waiting' })).toContain('using late_return_state ');
});

it('changes of printed lists are read newest first along their indexes', async () => {
  const changes = (ctx = world.dealer(), asked: object = {}): Promise<string> => plan(listOrderChanges(create(ListOrderChangesRequestSchema, asked), ctx, page).text);
  expect(await changes()).toContain('using order_change_dealer ');
  expect(await changes(world.dealer(), { state: 'open' })).toContain('using order_change_dealer_state ');
  expect(await changes(world.as('warehouse_keeper'))).toContain('using order_change_newest ');
  expect(await changes(world.as('warehouse_keeper'), { state: 'open' })).toContain('using order_change_state ');
  expect(await changes(world.as('warehouse_keeper'), { requestId: newId() })).toContain('using order_change_request ');
});

it('wrong parts are read newest first along their indexes', async () => {
  const wrong = (ctx = world.dealer(), asked: object = {}): Promise<string> => plan(listWrongParts(create(ListWrongPartsRequestSchema, asked), ctx, page).text);
  expect(await wrong()).toContain('using wrong_part_dealer ');
  expect(await wrong(world.dealer(), { state: 'waiting' })).toContain('using wrong_part_dealer_state ');
  expect(await wrong(world.as('warehouse_keeper'), { state: 'instructed' })).toContain('using wrong_part_state ');
});

it('objections are read newest first along their indexes, of a dealer in one state past none in another', async () => {
  const objections = (ctx = world.dealer(), asked: object = {}): Promise<string> => plan(listCountObjections(create(ListCountObjectionsRequestSchema, asked), ctx, page).text);
  expect(await objections()).toContain('using return_objection_dealer ');
  expect(await objections(world.dealer(), { state: 'open' })).toContain('using return_objection_dealer_state ');
  expect(await objections(world.as('service_clerk'), { state: 'open' })).toContain('using return_objection_state ');
  expect(await objections(world.as('service_clerk'))).toContain('using return_objection_newest ');
});

it('parcels and slips of a dealer in one state are read past none in another', async () => {
  expect(await plan(listParcels(create(ListReturnsRequestSchema, { state: 'announced' }), world.dealer(), page).text)).toContain('using return_parcel_dealer_state ');
  const register = (asked: object, ctx = world.dealer()): Promise<string> => plan(slipRegister(create(ListChargeSlipsRequestSchema, asked), ctx, page).text);
  expect(await register({ state: 'draft' })).toContain('using charge_slip_dealer_state ');
  expect(await register({ month: '2026-03' })).toContain('using charge_slip_dealer_month ');
  expect(await register({ month: '2026-03' }, world.as('finance_clerk'))).toContain('using charge_slip_month ');
});

it('holdings are read part by part, a dealer’s own among its balances, and only the page’s obligations that are open', async () => {
  const held = (ctx = world.as('service_clerk'), asked: object = {}, of = page): Promise<string> => plan(holdingsByAge(create(ListHoldingsByAgeRequestSchema, asked), ctx, of).text);
  expect(await held()).toMatch(/using part_number_key [\s\S]*using dealer_holding_part [\s\S]*using obligation_held /);
  expect(await held(world.as('service_clerk'), {}, deep)).toMatch(/using part_number_key [\s\S]*Index Cond: \(number >= /);
  expect(await held(world.dealer())).toMatch(/using obligation_held /);
});

it('promised days are read in their order, a dealer’s along its own index', async () => {
  const promised = (ctx = world.as('service_clerk'), of = page): Promise<string> => plan(promises(create(ListPromisesRequestSchema, { month: '2026-03' }), ctx, of).text);
  expect(await promised()).toMatch(/using shipping_order_promised [\s\S]*Index Cond: \(/);
  expect(await promised(world.as('service_clerk'), deep)).toMatch(/using shipping_order_promised [\s\S]*ROW\(/);
  const expected = (ctx = world.as('service_clerk'), of = page): Promise<string> => plan(promises(create(ListPromisesRequestSchema, { month: '2026-03', kind: 'back_order' }), ctx, of).text);
  expect(await expected()).toMatch(/using back_order_promise_day [\s\S]*Index Cond: \(/);
  expect(await expected(world.dealer())).toMatch(/using back_order_promise_dealer_day [\s\S]*Index Cond: \(\(dealer_id = /);
  expect(await promised(world.dealer())).toMatch(/using shipping_order_dealer_promised [\s\S]*Index Cond: \(\(dealer_id = /);
});

it('movements of an account are what left it and what came to it, each in its index’ order', async () => {
  const { text } = movements(create(ListMovementsRequestSchema, { account: 'supplier' }), page);
  const read = await plan(text);
  for (const index of ['stock_movement_from', 'stock_movement_to']) expect(read).toContain(`using ${index} `);
});

describe('F-8: the revenue of a month', () => {
  const month = '2026-03';
  const INDEXES = ['shipping_line_revenue', 'charge_slip_line_revenue'];
  const behind = pageOf({ cursor: cursorOf(LIST.list, `${newId()} P-0001 manual`, newId()) }, LIST);
  const lines = (asked: object = {}, of = page): Promise<string> => plan(revenueLines({ month, dealerId: null, partId: null, reason: '', ...asked }, of).text);

  it('is summed up from what is kept of the month and what was written since', async () => {
    for (const by of ['dealer', 'part', 'reason'] as const) {
      const read = await planOf(world.service.dataSource, revenueSums({ month, dealerId: null, by }, page).text, { sorts: true });
      expect(read).toMatch(new RegExp(`using revenue_sum_of [^\n]*\n\\s*Index Cond: \\(\\(month = \\$1\\) AND \\(by = '${by}'`));
      expect(read).toMatch(/using revenue_change_month [^\n]*\n\s*Index Cond: \(month = \$1\)/);
      expect(read).not.toMatch(/Seq Scan|Bitmap|shipping_line|charge_slip/);
    }
  });

  it('is summed up of one dealer from two indexes alone, and only its entries', async () => {
    for (const by of ['dealer', 'part', 'reason'] as const) {
      const own = await planOf(world.service.dataSource, revenueSums({ month, dealerId: newId(), by }, page).text, { sorts: true });
      for (const index of INDEXES) expect(own).toContain(`Index Only Scan using ${index} `);
      expect(own.match(/Index Cond: \(\(revenue_month = \$1\) AND \(dealer_id = \$2\)\)/g)).toHaveLength(2);
      expect(own).not.toMatch(/Seq Scan|Bitmap|Index Scan using (?:shipping_line|charge_slip)/);
    }
  });

  it('is listed dealer after dealer along both indexes, a page far down from its dealer on, and only its page is looked up', async () => {
    for (const read of [await lines(), await lines({ partId: newId() }), await lines({ reason: 'manual' })]) {
      expect(read).toMatch(/Presorted Key: l\.dealer_id[\s\S]*Merge Append/);
      for (const index of INDEXES) expect(read).toContain(`Index Only Scan using ${index} `);
      expect(read).not.toMatch(/Seq Scan|Bitmap|Hash/);
    }
    expect((await lines({}, behind)).match(/Index Cond: \(\(revenue_month = \$1\) AND \(dealer_id >= \$2\)\)/g)).toHaveLength(2);
  });
});
