import { ObligationEndService, ShippingService } from '@aftercare/contracts';
import { addDays, businessDate, newId } from '@aftercare/domain';
import { LateReturnReversals } from '../late-returns/reverse-late.js';
import { startParts, type PartsWorld } from '../parts.fixture.js';
import { returnsOf } from '../returns.fixture.js';
import { stocktakesOf } from '../stocktakes.fixture.js';
import { monthTermsOf, type Terms } from './month-terms.fixture.js';

jest.setTimeout(120_000);
let world: PartsWorld;
let goods: ReturnType<typeof returnsOf>;
let takes: ReturnType<typeof stocktakesOf>;
let months: ReturnType<typeof monthTermsOf>;
beforeAll(async () => {
  world = await startParts();
  goods = returnsOf(world);
  takes = stocktakesOf(world);
  months = monthTermsOf(world);
  world.around.coverage.set('IN', 'covered');
});
afterAll(() => world?.service.stop());
beforeEach(() => {
  world.around.release = async () => ({ released: true });
});

const evidence = [{ id: newId(), sha256: 'a'.repeat(64) }];
const shipping = (ctx = world.as('warehouse_keeper')) => world.service.client(ShippingService, ctx);
const today = async (): Promise<string> => businessDate(await world.service.now());
async function later(by: string): Promise<void> {
  await world.service.moveClock(by);
  await world.service.drain();
}

/** Pieces that were shipped free and delivered. */
async function delivered(partId: string, quantity: number): Promise<{ id: string; version: number }> {
  const { id } = await world.request([[partId, quantity, 'IN']]);
  await world.review(id);
  const [pickingId] = await world.pick(id);
  const shipped = await world.ship(await world.plan(pickingId));
  return shipping().deliverOrder({ id: shipped.id, version: shipped.version });
}

/** The dealer missed pieces of a delivered order, and the warehouse decides. */
async function missed({ id, version }: { id: string; version: number }, pieces: number, outcome = 'shortage'): Promise<void> {
  const { lines: [line] } = await shipping().getShippingOrder({ id });
  await shipping(world.dealer()).confirmReceipt({ id, version, lines: [{ lineId: line.id, receivedQuantity: line.quantity - pieces, note: '箱破' }] });
  const { discrepancies: [discrepancy] } = await shipping().getShippingOrder({ id });
  await shipping().agreeDiscrepancy({ id: discrepancy.id, version: 1, outcome, reason: '核实', evidence });
}

async function excused(partId: string, quantity: number): Promise<void> {
  const [{ id, version }] = await goods.obligationsOf(partId);
  await world.service.client(ObligationEndService, world.as('service_supervisor')).excuseObligation({ id, version, quantity, basis: 'approval', reason: '批准', evidence });
}

/** A stocktake of the dealer that charges what is outstanding. */
async function converted(): Promise<void> {
  const cutOffOn = await today();
  await later('1d');
  const { id } = await takes.open(cutOffOn, addDays(cutOffOn, 1));
  for (const step of ['1d', '8d']) await later(step);
  expect(await takes.confirm(id)).toMatchObject({ state: 'done' });
}

/** The red letter came: what waits for it is reversed. */
async function redLetter(): Promise<void> {
  world.around.release = async () => ({ released: true });
  await world.service.sql(`update late_return set retry_at = now() where state = 'waiting'`);
  await world.service.app.get(LateReturnReversals).tryDue(null);
}

/** H-8 (3): by how much the left side exceeds the right one, `outstanding` being the change of what is outstanding. */
function differenceOf(terms: Terms, outstanding: number): number {
  const of = (term: string): number => terms[term] ?? 0;
  const returned = of('returned_met') + of('returned_late') + of('returned_surplus');
  const excusedNow = of('settled_excused') - of('undone_excused');
  const creditChange = of('credit_kept') - of('credit_used');
  const waiting = of('returned_late') - of('late_reversed');
  return of('shipped_due') - of('shortage_due') - (returned + (of('converted') - of('conversion_reversed')) + excusedNow + outstanding - creditChange - waiting);
}

/** Change of what is outstanding in a month, by its ends. */
function changeOf(terms: Terms): number {
  const sum = (prefix: string): number => Object.entries(terms).reduce((total, [term, pieces]) => total + (term.startsWith(prefix) ? pieces : 0), 0);
  return (terms['opened'] ?? 0) - (terms['shortage_due'] ?? 0) - sum('settled_') + sum('undone_');
}

/** The lists of a part tie out at this moment, month by month and with what is outstanding, and its events tell the same. */
async function tied(partId: string): Promise<Terms> {
  await world.service.drain();
  const { holdings = 0, ...terms } = await months.termsOf(partId);
  const outstanding = (await goods.tallyOf(partId))[4];
  expect(months.told(terms)).toEqual(months.told(await months.toldOf(partId)));
  // H-1a: what the stock ledger holds for the dealer is what is outstanding.
  expect([changeOf(terms), differenceOf(terms, outstanding), holdings]).toEqual([outstanding, 0, outstanding]);
  for (const [month, each] of await months.byMonth(partId)) expect([month, differenceOf(each, changeOf(each))]).toEqual([month, 0]);
  // H-8: line by line, ends that were taken back are credit again under the same document, and credit that was used ended pieces there.
  expect(await unmet(partId)).toEqual([]);
  return terms;
}

/** Documents of a part under which the two records of the same pieces do not meet. */
async function unmet(partId: string): Promise<string[]> {
  const rows = await world.service.sql<{ told: string }>(`
    with ends as (select s.kind, s.quantity, s.document_id from obligation_settlement s join obligation o on o.id = s.obligation_id where o.part_id = $1),
         kept as (select document_id, sum(quantity) filter (where quantity > 0) as up, -sum(quantity) filter (where quantity < 0) as down from return_credit where part_id = $1 and document_kind <> 'return_parcel' group by document_id),
         ended as (select document_id, sum(quantity) filter (where kind in ('return_reversed', 'credit_reversed')) as up, sum(quantity) filter (where kind = 'credit') as down from ends
                    where kind in ('return_reversed', 'credit_reversed', 'credit') group by document_id)
    select document_id::text as told from kept full join ended using (document_id)
     where (coalesce(kept.up, 0), coalesce(kept.down, 0)) <> (coalesce(ended.up, 0), coalesce(ended.down, 0))`, [partId]);
  return rows.map(({ told }) => told);
}

describe('H-8 (3): pieces that never arrived tie out at every moment', () => {
  it('P-8, H-8: what a surplus had met is credit again, and the next issue uses it', async () => {
    const partId = await world.part({ stock: 5 });
    await goods.returned([{ partId, quantity: 2 }]);
    const order = await delivered(partId, 3);
    await tied(partId);
    await missed(order, 2);
    expect(await tied(partId)).toEqual({
      shipped_due: 3, opened: 3, returned_surplus: 2, credit_kept: 3, credit_used: 2, settled_credit: 2, undone_credit: 1, shortage_due: 2,
    });
    await delivered(partId, 1);
    expect(await tied(partId)).toMatchObject({ shipped_due: 4, credit_kept: 3, credit_used: 3, settled_credit: 3 });
  });

  it('P-8, H-1a, H-8: what a count had met in the month before is credit, which meets other pieces at once', async () => {
    const partId = await world.part({ stock: 5 });
    const order = await delivered(partId, 2);
    await goods.returned([{ partId, quantity: 2 }]);
    await later('31d');
    await delivered(partId, 1);
    await missed(order, 2);
    expect(await tied(partId)).toEqual({
      shipped_due: 3, opened: 3, returned_met: 2, settled_returned: 2, undone_returned: 2, shortage_due: 2, credit_kept: 2, credit_used: 1, settled_credit: 1,
    });
  });

  it('P-8, H-8: what was excused never left after all', async () => {
    const partId = await world.part({ stock: 2 });
    const order = await delivered(partId, 2);
    await excused(partId, 2);
    await tied(partId);
    await missed(order, 1);
    expect(await tied(partId)).toEqual({ shipped_due: 2, opened: 2, settled_excused: 2, undone_excused: 1, shortage_due: 1 });
  });

  it('P-8, H-7, H-8: what was converted ties out while it waits for the red letter and after it, and is no late return', async () => {
    const partId = await world.part({ stock: 3 });
    const order = await delivered(partId, 3);
    await converted();
    world.around.release = async () => ({ released: false, reason: 'RED_LETTER_FIRST' });
    await missed(order, 2);
    expect(await tied(partId)).toMatchObject({ converted: 3, settled_charged: 3 });
    await later('31d');
    await redLetter();
    expect(await tied(partId)).toEqual({
      shipped_due: 3, opened: 3, converted: 3, settled_charged: 3, conversion_reversed: 2, undone_charged: 2, revenue_reversed: 2, shortage_due: 2,
    });
  });

  it.each([['shortage', 'shortage_due'], ['lost', 'settled_excused']])('P-8, H-7, H-8: what had come late for pieces of a %s is credit as soon as their charge is taken back', async (outcome, end) => {
    const partId = await world.part({ stock: 4 });
    const order = await delivered(partId, 2);
    await converted();
    world.around.release = async () => ({ released: false, reason: 'RED_LETTER_FIRST' });
    await goods.returned([{ partId, quantity: 2 }]);
    await tied(partId);
    await missed(order, 1, outcome);
    expect(await tied(partId)).toMatchObject({ returned_late: 2, converted: 2, settled_charged: 2 });
    await delivered(partId, 2);
    await redLetter();
    expect(await tied(partId)).toEqual({
      shipped_due: 4, opened: 4, converted: 2, settled_charged: 2, conversion_reversed: 2, undone_charged: 2, revenue_reversed: 2, returned_late: 2, late_reversed: 2,
      settled_returned: 2, undone_returned: 1, [end]: 1, credit_kept: 1, credit_used: 1, settled_credit: 1,
    });
  });

  it('P-8, H-7, H-8: surplus that takes a charge back ties out while it waits for the red letter and after it', async () => {
    const partId = await world.part({ stock: 3 });
    const order = await delivered(partId, 2);
    await delivered(partId, 1);
    await goods.returned([{ partId, quantity: 2 }]);
    await converted();
    world.around.release = async () => ({ released: false, reason: 'RED_LETTER_FIRST' });
    await missed(order, 2);
    expect(await tied(partId)).toMatchObject({ credit_kept: 2, undone_returned: 2, converted: 1 });
    await later('31d');
    await redLetter();
    expect(await tied(partId)).toEqual({
      shipped_due: 3, opened: 3, returned_met: 2, settled_returned: 2, undone_returned: 2, shortage_due: 2, credit_kept: 2, credit_used: 1, settled_credit: 1,
      converted: 1, settled_charged: 1, conversion_reversed: 1, undone_charged: 1, revenue_reversed: 1,
    });
  });

  it('P-8, H-1a, H-8: surplus of a part that meets its successor ties out for both', async () => {
    const [old, next] = [await world.part({ stock: 2 }), await world.part({ stock: 1 })];
    await world.service.sql('update part set supersedes_part_id = $1 where id = $2', [old, next]);
    const order = await delivered(old, 2);
    await goods.returned([{ partId: old, quantity: 2 }]);
    await delivered(next, 1);
    await missed(order, 2);
    expect(await tied(old)).toEqual({ shipped_due: 2, opened: 2, returned_met: 2, settled_returned: 2, undone_returned: 2, shortage_due: 2, credit_kept: 2 });
    expect(await tied(next)).toEqual({ shipped_due: 1, opened: 1, credit_used: 1, settled_credit: 1 });
  });
});
