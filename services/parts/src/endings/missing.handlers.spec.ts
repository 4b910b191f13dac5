import { ChargeSlipService, CountObjectionService, LateReturnService, ObligationEndService, PartService, PartUpkeepService, ShippingService } from '@aftercare/contracts';
import { addDays, businessDate, newId } from '@aftercare/domain';
import { LateReturnReversals } from '../late-returns/reverse-late.js';
import { reasonOf, startParts, type PartsWorld } from '../parts.fixture.js';
import { returnsOf } from '../returns.fixture.js';
import { stocktakesOf } from '../stocktakes.fixture.js';

jest.setTimeout(120_000);
let world: PartsWorld;
let goods: ReturnType<typeof returnsOf>;
let takes: ReturnType<typeof stocktakesOf>;
beforeAll(async () => {
  world = await startParts();
  goods = returnsOf(world);
  takes = stocktakesOf(world);
  world.around.coverage.set('IN', 'covered');
});
afterAll(() => world?.service.stop());
beforeEach(() => {
  world.around.release = async () => ({ released: true });
});

const evidence = [{ id: newId(), sha256: 'a'.repeat(64) }];
const shipping = (ctx = world.as('warehouse_keeper')) => world.service.client(ShippingService, ctx);
const late = () => world.service.client(LateReturnService, world.as('finance_clerk'));

/** Pieces that were shipped free and delivered. */
async function delivered(partId: string, quantity: number) {
  const { id } = await world.request([[partId, quantity, 'IN']]);
  await world.review(id);
  const [pickingId] = await world.pick(id);
  const shipped = await world.ship(await world.plan(pickingId));
  return shipping().deliverOrder({ id: shipped.id, version: shipped.version });
}

/** The dealer missed pieces of a delivered order, and the warehouse decides. */
async function missed({ id, version }: { id: string; version: number }, pieces: number, outcome = 'shortage') {
  const { lines: [line] } = await shipping().getShippingOrder({ id });
  await shipping(world.dealer()).confirmReceipt({ id, version, lines: [{ lineId: line.id, receivedQuantity: line.quantity - pieces, note: '箱破' }] });
  const { discrepancies: [discrepancy] } = await shipping().getShippingOrder({ id });
  return shipping().agreeDiscrepancy({ id: discrepancy.id, version: 1, outcome, reason: '核实', evidence });
}

/** Issued, returned, charged, excused, outstanding; then holdings as kept and as moved. */
const all = async (partId: string) => [await goods.tallyOf(partId), await goods.held(partId), await goods.heldByMovements(partId)];

async function credit(partId: string): Promise<number> {
  const [{ pieces }] = await world.service.sql<{ pieces: number }>('select coalesce(sum(quantity), 0)::int as pieces from return_credit where part_id = $1', [partId]);
  return pieces;
}

/** What was told of the ends of a part's pieces, in order. */
async function toldOf(partId: string): Promise<string[]> {
  const rows = await world.service.sql<{ told: string }>(
    `select (payload::json ->> 'kind') || ' ' || (payload::json ->> 'quantity') as told from outbox
      where event_type like '%.ObligationSettled' and payload::json ->> 'partId' = $1 order by occurred_at, id`, [partId]);
  return rows.map(({ told }) => told);
}

/** A stocktake of the dealer that charges what is outstanding; its slip. */
async function converted(): Promise<string> {
  const cutOffOn = businessDate(await world.service.now());
  await later('1d');
  const { id } = await takes.open(cutOffOn, addDays(cutOffOn, 1));
  for (const step of ['1d', '8d']) await later(step);
  const done = await takes.confirm(id);
  expect(done).toMatchObject({ state: 'done', errors: [] });
  return (JSON.parse(done.result) as { slipIds: string[] }).slipIds[0];
}

/** The red letters came: what waits for them is reversed. */
async function redLetter(): Promise<void> {
  world.around.release = async () => ({ released: true });
  await world.service.sql(`update late_return set retry_at = now() where state = 'waiting'`);
  await world.service.app.get(LateReturnReversals).tryDue(null);
}

/** A part, and the one that replaces it, in stock both. */
async function chain(): Promise<[old: string, next: string]> {
  const [old, next] = [await world.part({ stock: 5 }), await world.part({ stock: 5 })];
  const { version, name, nameEn, unit, partClass } = await world.service.client(PartService, world.as('service_clerk')).getPart({ id: next });
  await world.service.client(PartUpkeepService, world.as('service_clerk')).changePart({ id: next, version, name, nameEn, unit, partClass, returnRequired: true, supersedesPartId: old });
  return [old, next];
}

async function charge(partId: string, quantity: number): Promise<string> {
  const [{ id, version }] = await goods.obligationsOf(partId);
  const slip = await world.service.client(ObligationEndService, world.as('service_clerk')).chargeObligation({
    id, version, quantity, exclusion: 'misuse', cause: '使用不当', evidence, paymentMethod: 'bank_transfer', invoiceWish: 'later',
  });
  return slip.id;
}

describe('P-8, H-1: pieces that never arrived although something had ended them', () => {
  it('P-8, H-7: what a surplus had met is surplus again, and the next issue is met by it', async () => {
    const partId = await world.part({ stock: 5 });
    await goods.returned([{ partId, quantity: 2 }]);
    const order = await delivered(partId, 3);
    expect([await credit(partId), await all(partId)]).toEqual([0, [[3, 2, 0, 0, 1], 1, 1]]);
    await missed(order, 2);
    expect([await credit(partId), await all(partId)]).toEqual([1, [[1, 1, 0, 0, 0], 0, 0]]);
    expect(await toldOf(partId)).toEqual(['credit 2', 'credit_reversed 1', 'shortage 2']);
    expect(await world.balance(partId)).toEqual({ onHand: 6, reserved: 0 });
    await delivered(partId, 1);
    expect([await credit(partId), await all(partId)]).toEqual([0, [[2, 2, 0, 0, 0], 0, 0]]);
  });

  it('P-8, H-1a: what a count had met is surplus, which meets what else is outstanding of the part', async () => {
    const partId = await world.part({ stock: 5 });
    const order = await delivered(partId, 2);
    await goods.returned([{ partId, quantity: 2 }]);
    await goods.issued(partId, 1);
    await missed(order, 2);
    expect([await credit(partId), await all(partId)]).toEqual([1, [[1, 1, 0, 0, 0], 0, 0]]);
    expect(await toldOf(partId)).toEqual(['returned 2', 'return_reversed 2', 'shortage 2', 'credit 1']);
    expect(await world.balance(partId)).toEqual({ onHand: 6, reserved: 0 });
  });

  it('P-8, H-1: what was excused never left after all; what the carrier lost stays excused', async () => {
    const never = await world.part({ stock: 2 });
    const lost = await world.part({ stock: 2 });
    const orders = [await delivered(never, 2), await delivered(lost, 2)];
    for (const partId of [never, lost]) {
      const [{ id, version }] = await goods.obligationsOf(partId);
      await world.service.client(ObligationEndService, world.as('service_supervisor')).excuseObligation({ id, version, quantity: 2, basis: 'approval', reason: '批准', evidence });
    }
    await missed(orders[0], 2);
    await missed(orders[1], 2, 'lost');
    expect([await all(never), await all(lost)]).toEqual([[[0, 0, 0, 0, 0], 0, 0], [[2, 0, 0, 2, 0], 0, 0]]);
    expect(await toldOf(never)).toEqual(['excused 2', 'excuse_reversed 2', 'shortage 2']);
    expect((await world.balance(never)).onHand).toBe(2);
  });

  it('P-8, H-7: what was charged is taken back by a reversing slip; on an invoiced slip it waits for the red letter', async () => {
    const partId = await world.part({ stock: 3 });
    const order = await delivered(partId, 3);
    const slipId = await charge(partId, 2);
    world.around.release = async () => ({ released: false, reason: 'RED_LETTER_FIRST' });
    await missed(order, 2);
    expect(await all(partId)).toEqual([[2, 0, 2, 0, 0], 0, 0]);
    const [waiting] = (await late().listLateReturns({ state: 'waiting' })).items.filter((each) => each.partId === partId);
    expect(waiting).toMatchObject({ quantity: 1, slipId, waitsFor: 'RED_LETTER_FIRST', parcelId: '', parcelNumber: '', shippingOrderId: order.id, shippingOrderNumber: order.number });
    expect(await world.balance(partId)).toEqual({ onHand: 2, reserved: 0 });
    world.around.release = async () => ({ released: true });
    expect(await late().reverseLateReturn({ id: waiting.id, version: waiting.version })).toMatchObject({ state: 'reversed' });
    expect(await all(partId)).toEqual([[1, 0, 1, 0, 0], 0, 0]);
    expect(await toldOf(partId)).toEqual(['charged 2', 'shortage 1', 'conversion_reversed 1', 'shortage 1']);
    const { lines } = await world.service.client(ChargeSlipService, world.as('finance_clerk')).getChargeSlip({ id: slipId });
    expect(lines).toMatchObject([{ quantity: 2, reversedQuantity: 1 }]);
    const [{ reversingSlipId, cause }] = (await late().listLateReturns({})).items.filter((each) => each.partId === partId);
    const { reason } = await world.service.client(ChargeSlipService, world.as('finance_clerk')).getChargeSlip({ id: reversingSlipId });
    expect([cause, reason, await goods.toldOf(reversingSlipId)]).toEqual(['never_arrived', 'never_arrived', ['late_return.never_arrived dealer_manager']]);
  });

  it('P-8, H-7: a loss takes the charge of a stocktake back and is excused; what had come late for it is surplus', async () => {
    const partId = await world.part({ stock: 2 });
    const order = await delivered(partId, 2);
    await converted();
    world.around.release = async () => ({ released: false, reason: 'RED_LETTER_FIRST' });
    await goods.returned([{ partId, quantity: 2 }]);
    await missed(order, 1, 'lost');
    expect([await credit(partId), await all(partId)]).toEqual([0, [[2, 0, 2, 0, 0], 0, 0]]);
    await redLetter();
    expect([await credit(partId), await all(partId)]).toEqual([1, [[2, 1, 0, 1, 0], 0, 0]]);
    expect((await toldOf(partId)).sort()).toEqual(['charged 2', 'conversion_reversed 1', 'conversion_reversed 1', 'excused 1', 'return_reversed 1', 'returned 1', 'returned 1']);
    expect((await world.balance(partId)).onHand).toBe(2);
  });

  it('P-8: a stocktake that froze them counts no piece twice', async () => {
    const partId = await world.part({ stock: 3 });
    const order = await delivered(partId, 3);
    await goods.returned([{ partId, quantity: 1 }]);
    const cutOffOn = businessDate(await world.service.now());
    await later('1d');
    const { id } = await takes.open(cutOffOn);
    await missed(order, 3);
    const [line] = (await takes.lines(id)).filter((each) => each.partId === partId);
    // H-6: the piece was counted before the cut-off day, so that it is not returned in this stocktake, free though it is.
    expect(line).toMatchObject({ borrowedQuantity: 2, returnedQuantity: 0, otherwiseQuantity: 2, outstandingQuantity: 0 });
    const { version } = await takes.get(id);
    await takes.clerk().cancelStocktake({ id, version, reason: '重做' });
  });

  it('P-8, H-6: a piece that was counted since the cut-off day is returned in the stocktake also where it had met pieces that never arrived', async () => {
    const partId = await world.part({ stock: 2 });
    const orders = [await delivered(partId, 1), await delivered(partId, 1)];
    const cutOffOn = businessDate(await world.service.now());
    await later('1d');
    const { id } = await takes.open(cutOffOn);
    await goods.returned([{ partId, quantity: 1 }]);
    await missed(orders[0], 1);
    const [line] = (await takes.lines(id)).filter((each) => each.partId === partId);
    expect(line).toMatchObject({ borrowedQuantity: 2, returnedQuantity: 1, otherwiseQuantity: 2, variance: -1, outstandingQuantity: 0 });
    const { version } = await takes.get(id);
    await takes.clerk().cancelStocktake({ id, version, reason: '重做' });
  });

  it('P-8, H-5, H-6: a piece that only a corrected count found since the cut-off day is returned in the stocktake, also where it had met one that never arrived', async () => {
    const partId = await world.part({ stock: 3 });
    const order = await delivered(partId, 2);
    const parcel = await goods.count(await goods.arrived([{ partId, quantity: 2 }]), [{ partId, quantity: 1 }]);
    const cutOffOn = businessDate(await world.service.now());
    await later('1d');
    const { id } = await takes.open(cutOffOn);
    const objected = await world.service.client(CountObjectionService, world.dealer()).objectToCount({
      parcelId: parcel.id, lineId: parcel.lines[0].lineId, kind: 'quantity', quantity: 2, reason: '少点了',
    });
    await world.service.client(CountObjectionService, world.as('service_clerk')).decideCountObjection({
      id: objected.id, version: 1, decision: 'uphold', reason: '照片可见', lines: [{ partId, quantity: 2, condition: 'reusable', unitSerial: '' }],
    });
    await missed(order, 1);
    const [line] = (await takes.lines(id)).filter((each) => each.partId === partId);
    expect(line).toMatchObject({ borrowedQuantity: 1, returnedQuantity: 1, otherwiseQuantity: 1, variance: 0, outstandingQuantity: 0 });
    const { version } = await takes.get(id);
    await takes.clerk().cancelStocktake({ id, version, reason: '重做' });
  });

  it('P-8, H-6: a late piece that was counted before the cut-off day is not returned in the stocktake, whenever its charge is taken back and whatever becomes of it', async () => {
    const partId = await world.part({ stock: 3 });
    const order = await delivered(partId, 2);
    await converted();
    world.around.release = async () => ({ released: false, reason: 'RED_LETTER_FIRST' });
    await goods.returned([{ partId, quantity: 1 }]);
    await delivered(partId, 1);
    const cutOffOn = businessDate(await world.service.now());
    await later('1d');
    const { id } = await takes.open(cutOffOn);
    await redLetter();
    await missed(order, 2);
    const [line] = (await takes.lines(id)).filter((each) => each.partId === partId);
    expect(line).toMatchObject({ borrowedQuantity: 1, returnedQuantity: 0, otherwiseQuantity: 1, variance: -1, outstandingQuantity: 0 });
    const { version } = await takes.get(id);
    await takes.clerk().cancelStocktake({ id, version, reason: '重做' });
  });

  it('P-8, H-7: surplus that is free again takes back what a stocktake charged of the part; until invoicing releases it no issue uses it', async () => {
    const partId = await world.part({ stock: 5 });
    const order = await delivered(partId, 2);
    await delivered(partId, 1);
    await goods.returned([{ partId, quantity: 2 }]);
    await converted();
    expect(await all(partId)).toEqual([[3, 2, 1, 0, 0], 0, 0]);
    world.around.release = async () => ({ released: false, reason: 'RED_LETTER_FIRST' });
    await missed(order, 2);
    expect([await credit(partId), await all(partId)]).toEqual([2, [[1, 0, 1, 0, 0], 0, 0]]);
    await delivered(partId, 2);
    expect([await credit(partId), await all(partId)]).toEqual([1, [[3, 1, 1, 0, 1], 1, 1]]);
    await redLetter();
    expect([await credit(partId), await all(partId)]).toEqual([0, [[3, 2, 0, 0, 1], 1, 1]]);
    expect((await toldOf(partId)).slice(-2)).toEqual(['conversion_reversed 1', 'credit 1']);
    expect((await late().listLateReturns({})).items.filter((each) => each.partId === partId)).toMatchObject([{ state: 'reversed', cause: 'surplus', quantity: 1, parcelId: '', shippingOrderId: order.id }]);
  });

  it('P-8, H-7: after the time for late returns surplus takes no charge back and stays credit', async () => {
    const partId = await world.part({ stock: 3 });
    const order = await delivered(partId, 2);
    await delivered(partId, 1);
    await goods.returned([{ partId, quantity: 2 }]);
    await converted();
    await later('91d');
    await missed(order, 1);
    expect([await credit(partId), await all(partId)]).toEqual([1, [[2, 1, 1, 0, 0], 0, 0]]);
  });

  it('P-8, H-1a: surplus that is free again meets other parts of its supersession chain, and no piece of it is used twice', async () => {
    const [old, next] = await chain();
    const order = await delivered(old, 2);
    await goods.returned([{ partId: old, quantity: 2 }]);
    await delivered(next, 1);
    await missed(order, 2);
    expect([await all(old), await all(next)]).toEqual([[[0, 0, 0, 0, 0], 0, 0], [[1, 1, 0, 0, 0], 0, 0]]);
    await delivered(old, 2);
    expect([await all(old), await all(next)]).toEqual([[[2, 1, 0, 0, 1], 1, 1], [[1, 1, 0, 0, 0], 0, 0]]);
    // What was surplus of the successor itself is still its own.
    await goods.returned([{ partId: next, quantity: 2 }]);
    await delivered(next, 1);
    expect([await all(old), await all(next)]).toEqual([[[2, 2, 0, 0, 0], 0, 0], [[2, 2, 0, 0, 0], 0, 0]]);
  });

  it('P-8, H-7, F-5: what was counted for a piece that never arrived meets first what the same reversal made owed again', async () => {
    const partId = await world.part({ stock: 2 });
    const order = await delivered(partId, 1);
    await delivered(partId, 1);
    const slipId = await converted();
    world.around.release = async () => ({ released: false, reason: 'RED_LETTER_FIRST' });
    await goods.returned([{ partId, quantity: 1 }]);
    await missed(order, 1);
    expect(await all(partId)).toEqual([[2, 0, 2, 0, 0], 0, 0]);
    world.around.release = async () => ({ released: true });
    const slips = world.service.client(ChargeSlipService, world.as('finance_clerk'));
    const { version, lines } = await slips.getChargeSlip({ id: slipId });
    const line = lines.find((each) => each.partId === partId);
    await slips.reverseChargeSlip({ id: slipId, version, lines: [{ lineId: line?.id ?? '', quantity: 2 }], reason: '误收' });
    expect([await credit(partId), await all(partId)]).toEqual([0, [[1, 1, 0, 0, 0], 0, 0]]);
  });

  it('P-8, H-7: charged pieces that surplus was to meet and that never arrived themselves leave it free', async () => {
    const partId = await world.part({ stock: 3 });
    const [first, second] = [await delivered(partId, 1), await delivered(partId, 1)];
    await goods.returned([{ partId, quantity: 1 }]);
    await converted();
    world.around.release = async () => ({ released: false, reason: 'RED_LETTER_FIRST' });
    await missed(first, 1);
    await missed(second, 1);
    expect([await credit(partId), await all(partId)]).toEqual([1, [[1, 0, 1, 0, 0], 0, 0]]);
    await delivered(partId, 1);
    expect(await all(partId)).toEqual([[2, 0, 1, 0, 1], 1, 1]);
    await redLetter();
    expect([await credit(partId), await all(partId)]).toEqual([0, [[1, 1, 0, 0, 0], 0, 0]]);
  });

  it('P-8: nobody decides a difference twice', async () => {
    const partId = await world.part({ stock: 1 });
    const order = await delivered(partId, 1);
    await goods.returned([{ partId, quantity: 1 }]);
    const { id } = await missed(order, 1);
    expect(await reasonOf(shipping().agreeDiscrepancy({ id, version: 2, outcome: 'lost', reason: 'x', evidence }))).toBe('STEP_NOT_ALLOWED');
    await expect(world.service.sql(
      `insert into obligation_settlement (id, dealer_id, obligation_id, kind, quantity, document_kind, document_id, at, month)
       select gen_random_uuid(), dealer_id, id, 'return_reversed', 1, 'discrepancy', $2, now(), '2026-01' from obligation where part_id = $1`, [partId, newId()])).rejects.toThrow('settlements exceed');
  });
});

async function later(by: string): Promise<void> {
  await world.service.moveClock(by);
  await world.service.drain();
}
