import { ChargeSlipService, LateReturnService, ObligationEndService } from '@aftercare/contracts';
import { addDays, businessDate, newId } from '@aftercare/domain';
import { reasonOf, startParts, type PartsWorld } from '../parts.fixture.js';
import { returnsOf } from '../returns.fixture.js';
import { stocktakesOf } from '../stocktakes.fixture.js';
import { LateReturnReversals } from './reverse-late.js';

jest.setTimeout(60_000);
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

const slips = () => world.service.client(ChargeSlipService, world.as('finance_clerk'));
const late = (role: Parameters<PartsWorld['as']>[0]) => world.service.client(LateReturnService, world.as(role));
const listed = async (partId: string) => (await late('auditor').listLateReturns({})).items.filter((each) => each.partId === partId);

/** Pieces issued, of which a stocktake charged some. */
async function chargedAfterwards(issued: number, quantity: number): Promise<{ partId: string; slipId: string }> {
  const partId = await world.part({ stock: issued });
  await goods.issued(partId, issued);
  if (issued > quantity) await goods.returned([{ partId, quantity: issued - quantity }]);
  const cutOffOn = businessDate(await world.service.now());
  await later('1d');
  const { id } = await takes.open(cutOffOn, addDays(cutOffOn, 1));
  for (const step of ['1d', '8d']) await later(step);
  const done = await takes.confirm(id);
  expect(done).toMatchObject({ state: 'done', errors: [] });
  return { partId, slipId: (JSON.parse(done.result) as { slipIds: string[] }).slipIds[0] };
}

async function later(by: string): Promise<void> {
  await world.service.moveClock(by);
  await world.service.drain();
}

const all = async (partId: string) => [await goods.tallyOf(partId), await goods.held(partId), await goods.heldByMovements(partId)];

describe('late returns', () => {
  it('H-7: while the slip’s invoice is only requested the reversal waits as well, and finance is told', async () => {
    const { partId, slipId } = await chargedAfterwards(2, 2);
    world.around.release = async () => ({ released: false, reason: 'INVOICE_REQUESTED' });
    await goods.returned([{ partId, quantity: 1 }]);
    const [waiting] = await listed(partId);
    expect(waiting).toMatchObject({ state: 'waiting', waitsFor: 'INVOICE_REQUESTED', slipId, quantity: 1 });
    expect(await goods.toldOf(slipId)).toContain('late_return.red_letter finance_clerk');
    world.around.release = async () => ({ released: true });
    expect(await late('finance_clerk').reverseLateReturn({ id: waiting.id, version: waiting.version })).toMatchObject({ state: 'reversed' });
  });

  it('H-7: on an invoiced slip the count stands and the reversal waits for the red letter; then it is made by hand or by itself', async () => {
    const { partId, slipId } = await chargedAfterwards(2, 2);
    world.around.release = async () => ({ released: false, reason: 'RED_LETTER_FIRST' });
    const before = (await world.balance(partId)).onHand;
    await goods.returned([{ partId, quantity: 1 }]);
    expect((await world.balance(partId)).onHand).toBe(before + 1);
    const [waiting] = await listed(partId);
    expect(waiting).toMatchObject({ state: 'waiting', waitsFor: 'RED_LETTER_FIRST', slipId, quantity: 1 });
    expect(await goods.toldOf(slipId)).toContain('late_return.red_letter finance_clerk');
    expect(await all(partId)).toEqual([[2, 0, 2, 0, 0], 0, 0]);
    expect(await reasonOf(late('finance_clerk').reverseLateReturn({ id: waiting.id, version: waiting.version }))).toBe('RED_LETTER_FIRST');
    expect(await reasonOf(late('warehouse_keeper').reverseLateReturn({ id: waiting.id, version: waiting.version }))).toBe('ROLE_NOT_ALLOWED');
    world.around.release = async () => ({ released: true });
    expect(await late('finance_clerk').reverseLateReturn({ id: waiting.id, version: waiting.version })).toMatchObject({ state: 'reversed' });
    expect(await all(partId)).toEqual([[2, 1, 1, 0, 0], 0, 0]);
    expect((await slips().getChargeSlip({ id: slipId })).lines).toMatchObject([{ reversedQuantity: 1 }]);
    world.around.release = () => Promise.reject(new Error('away'));
    await goods.returned([{ partId, quantity: 1 }]);
    expect(await listed(partId)).toMatchObject([{ state: 'waiting' }, { state: 'reversed' }]);
    world.around.release = async () => ({ released: true });
    await world.service.sql(`update late_return set retry_at = now() where state = 'waiting'`);
    await world.service.app.get(LateReturnReversals).tryDue(null);
    expect(await all(partId)).toEqual([[2, 2, 0, 0, 0], 0, 0]);
    expect(await slips().getChargeSlip({ id: slipId })).toMatchObject({ state: 'void' });
  });

  it('H-7: after 90 days it is refused, moves nothing, makes no credit, and is sent back at the dealer’s cost', async () => {
    const { partId } = await chargedAfterwards(1, 1);
    await world.service.moveClock('91d');
    const before = (await world.balance(partId)).onHand;
    const counted = await goods.returned([{ partId, quantity: 2 }]);
    expect(counted.lines).toMatchObject([{ metQuantity: 0, lateQuantity: 0, refusedQuantity: 1, surplusQuantity: 1 }]);
    expect((await world.balance(partId)).onHand).toBe(before + 1);
    const [refused] = await listed(partId);
    expect(refused).toMatchObject({ state: 'refused', quantity: 1 });
    expect(await goods.toldOf(refused.id)).toEqual(['late_return.refused dealer_manager', 'late_return.refused warehouse_keeper']);
    expect(await late('warehouse_keeper').sendBackLateReturn({ id: refused.id, version: refused.version, carrier: 'SF', waybillNumber: 'SF9' })).toMatchObject({ state: 'sent_back' });
    expect(await listed(partId)).toMatchObject([{ state: 'sent_back', carrier: 'SF', waybillNumber: 'SF9' }]);
    expect(await all(partId)).toEqual([[1, 0, 1, 0, 0], 0, 0]);
    // One old charge refuses its own piece once: what comes after it is surplus.
    expect((await goods.returned([{ partId, quantity: 2 }])).lines).toMatchObject([{ refusedQuantity: 0, surplusQuantity: 2 }]);
    expect(await listed(partId)).toHaveLength(1);
  });

  it('F-5, H-1: a charge that is taken back without a return is owed again and back on the holdings', async () => {
    const { partId, slipId } = await chargedAfterwards(3, 2);
    expect(await all(partId)).toEqual([[3, 1, 2, 0, 0], 0, 0]);
    const { version, lines } = await slips().getChargeSlip({ id: slipId });
    await slips().reverseChargeSlip({ id: slipId, version, lines: [{ lineId: lines[0].id, quantity: 1 }], reason: 'it was no misuse' });
    expect(await all(partId)).toEqual([[3, 1, 1, 0, 1], 1, 1]);
    await goods.returned([{ partId, quantity: 2 }]);
    expect(await all(partId)).toEqual([[3, 3, 0, 0, 0], 0, 0]);
  });

  it('F-5, H-7: a reversal that would part a waiting late return is refused before invoicing is asked, and the late returns are reversed afterwards', async () => {
    const { partId, slipId } = await chargedAfterwards(3, 3);
    world.around.release = async () => ({ released: false, reason: 'RED_LETTER_FIRST' });
    for (const quantity of [1, 2]) await goods.returned([{ partId, quantity }]);
    const asked: string[] = [];
    world.around.release = async ({ reversalId }) => ({ released: asked.push(reversalId) > 0 });
    const { version, lines } = await slips().getChargeSlip({ id: slipId });
    expect(await reasonOf(slips().reverseChargeSlip({ id: slipId, version, lines: [{ lineId: lines[0].id, quantity: 2 }], reason: 'x' }))).toBe('LATE_RETURN_WAITS');
    expect(asked).toEqual([]);
    await world.service.sql(`update late_return set retry_at = now() where slip_id = $1`, [slipId]);
    await world.service.app.get(LateReturnReversals).tryDue(null);
    expect(await all(partId)).toEqual([[3, 3, 0, 0, 0], 0, 0]);
    expect(await slips().getChargeSlip({ id: slipId })).toMatchObject({ state: 'void' });
  });

  it('W-5, F-1: what an exclusion charged stays charged, also when the piece comes back', async () => {
    const partId = await world.part({ stock: 1 });
    await goods.issued(partId, 1);
    const [{ id, version }] = await goods.obligationsOf(partId);
    const evidence = [{ id: newId(), sha256: 'a'.repeat(64) }];
    await world.service.client(ObligationEndService, world.as('service_clerk')).chargeObligation({
      id, version, quantity: 1, exclusion: 'misuse', cause: 'forced', evidence, paymentMethod: 'bank_transfer', invoiceWish: 'later',
    });
    expect((await goods.returned([{ partId, quantity: 1 }])).lines).toMatchObject([{ lateQuantity: 0, surplusQuantity: 1 }]);
    expect(await all(partId)).toEqual([[1, 0, 1, 0, 0], 0, 0]);
  });

  it('a dealer sees its own late returns only; a missing one is not found', async () => {
    const { partId } = await chargedAfterwards(1, 1);
    await goods.returned([{ partId, quantity: 1 }]);
    const asDealer = (dealerId = world.dealerId) => world.service.client(LateReturnService, world.dealer('dealer_manager', dealerId)).listLateReturns({});
    expect((await asDealer()).items.some((each) => each.partId === partId && each.state === 'reversed')).toBe(true);
    expect((await asDealer(newId())).items).toEqual([]);
    expect(await reasonOf(late('finance_clerk').reverseLateReturn({ id: newId(), version: 1 }))).toBe('NOT_FOUND');
    expect(await reasonOf(late('warehouse_keeper').sendBackLateReturn({ id: newId(), version: 1, carrier: '', waybillNumber: '' }))).toBe('NOT_FOUND');
  });
});
