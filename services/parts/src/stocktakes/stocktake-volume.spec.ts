import { newId } from '@aftercare/domain';
import { startParts, type PartsWorld } from '../parts.fixture.js';
import { stocktakesOf } from '../stocktakes.fixture.js';

jest.setTimeout(120_000);
const PIECES = 20_000;
const PARTS = 200;
let world: PartsWorld;
let takes: ReturnType<typeof stocktakesOf>;
beforeAll(async () => {
  world = await startParts();
  takes = stocktakesOf(world);
});
afterAll(() => world?.service.stop());

/** Single pieces of the dealer, as shipments leave them; with a price for each part. */
async function borrow(): Promise<void> {
  const { sql } = world.service;
  const run = sql.bind(world.service);
  const list = newId();
  await run(`insert into part (id, number, name, name_en, unit, part_class, families, return_required, weight_grams, version)
    select gen_random_uuid(), 'V-' || lpad(n::text, 4, '0'), '阀芯', '', 'piece', 'cartridge', '{}', true, 0, 1 from generate_series(1, ${PARTS}) n`);
  await run(`insert into price_list (id, number, state, effective_from, drafted_by, version) values ($1, 'PL-V', 'draft', '2020-01-01', '', 1)`, [list]);
  await run(`insert into price_line (price_list_id, part_id, position, dealer_price, suggested_price) select $1, id, row_number() over (), 12.345, 20 from part`, [list]);
  await run(`update price_list set state = 'published', published_at = now() where id = $1`, [list]);
  await run(`insert into obligation (id, dealer_id, part_id, shipping_order_id, shipping_line_id, request_id, unit_serial, issued_quantity, outstanding_quantity, due_on, opened_at, month)
    select gen_random_uuid(), $1, p.id, gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), '', 1, 1, (now() - interval '10 days')::date, now() - interval '40 days', '2026-01'
      from part p, generate_series(1, ${PIECES / PARTS})`, [world.dealerId]);
  await run('insert into dealer_holding (dealer_id, part_id, quantity) select dealer_id, part_id, count(*) from obligation group by 1, 2');
}

/** How long it takes is measured by npm run bench:volume. */
it('H-2, H-7: twenty thousand pieces are frozen by a job and converted in one transaction', async () => {
  await borrow();
  const [{ day }] = await world.service.sql<{ day: string }>(`select (business_now() at time zone 'Asia/Shanghai' - interval '1 day')::date::text as day`);
  const { id, borrowedQuantity, lineCount } = await takes.open(day);
  expect([borrowedQuantity, lineCount]).toEqual([PIECES, PARTS]);
  await world.service.moveClock('31d');
  await world.service.drain(60_000);
  await world.service.moveClock('8d');
  expect(await takes.confirm(id)).toMatchObject({ state: 'done', errors: [] });
  const [sums] = await world.service.sql<Record<string, number>>(`
    select (select sum(quantity) from dealer_holding)::int as held, (select sum(outstanding_quantity) from obligation)::int as outstanding,
           (select sum(quantity) from obligation_settlement where kind = 'charged')::int as charged,
           (select sum(quantity) from charge_slip_line)::int as slipped, (select sum(quantity) from stock_movement where kind = 'conversion')::int as moved`);
  expect(sums).toEqual({ held: 0, outstanding: 0, charged: PIECES, slipped: PIECES, moved: PIECES });
});
