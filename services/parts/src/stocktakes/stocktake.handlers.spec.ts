import { ChargeSlipPaidSchema, ChargeSlipService, DealerChangedSchema, LateReturnService, ObligationEndService, ObligationService, PartsRequestService, PriceListService, ShippingService, StocktakeService } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { reasonOf, startParts, type PartsWorld } from '../parts.fixture.js';
import { returnsOf } from '../returns.fixture.js';
import { stocktakesOf } from '../stocktakes.fixture.js';

jest.setTimeout(60_000);
let world: PartsWorld;
let goods: ReturnType<typeof returnsOf>;
let takes: ReturnType<typeof stocktakesOf>;
beforeAll(async () => {
  world = await startParts();
  goods = returnsOf(world);
  takes = stocktakesOf(world);
  world.around.coverage.set('IN', 'covered').set('OUT', 'not_covered');
});
afterAll(() => world?.service.stop());

/** Moves the business clock to a moment of the manufacturer's day and lets come what comes by itself. */
async function on(day: string, time = '10:00:00'): Promise<void> {
  await world.service.moveClock(`${day}T${time}+08:00`);
  await world.service.drain();
}

/** Pieces as a gift, without return due. */
async function given(partId: string, quantity: number): Promise<void> {
  const { id } = await world.request([[partId, quantity, 'IN']]);
  const { version, lines } = await world.get(id);
  await world.service.client(PartsRequestService, world.as('service_clerk')).reviewPartsRequest({ id, version, lines: [{ lineId: lines[0].id, supplyKind: 'gift', reason: 'fair' }] });
  const [pickingId] = await world.pick(id);
  await world.ship(await world.plan(pickingId));
}

/** Pieces charged, paid and shipped. */
async function charged(partId: string, quantity: number): Promise<void> {
  const { id } = await world.request([[partId, quantity, 'OUT']]);
  const { version, lines } = await world.review(id);
  await world.service.client(PartsRequestService, world.dealer()).acceptQuote({ id, version, lineIds: [lines[0].id], paymentMethod: 'cash', invoiceWish: 'now' });
  const slips = world.service.client(ChargeSlipService, world.as('finance_clerk'));
  const [slip] = (await slips.listChargeSlips({ requestId: id })).items;
  await slips.confirmChargeSlip({ id: slip.id, version: slip.version });
  await world.service.publish(ChargeSlipPaidSchema, { slipId: slip.id, dealerId: world.dealerId, paid: true, paidTotal: slip.grossTotal, version: 1 });
  await world.service.drain();
  const [pickingId] = await world.pick(id);
  await world.ship(await world.plan(pickingId));
}

async function priced(partId: string, effectiveFrom: string, dealerPrice: string): Promise<void> {
  const draft = await world.service.client(PriceListService, world.as('finance_clerk')).createPriceList({ effectiveFrom, lines: [{ partId, dealerPrice, suggestedPrice: dealerPrice }] });
  await world.service.client(PriceListService, world.as('service_supervisor')).publishPriceList({ id: draft.id, version: draft.version });
}

const slipOf = (id: string) => world.service.client(ChargeSlipService, world.dealer()).getChargeSlip({ id });
const lateReturns = async () => (await world.service.client(LateReturnService, world.as('finance_clerk')).listLateReturns({})).items;

describe('stocktakes', () => {
  it('H: the table of part P and dealer A, from the issue to the piece that arrives after all', async () => {
    await on('2027-03-05');
    const partId = await world.part({ stock: 20, price: '12.345' });
    await goods.issued(partId, 10);
    await charged(partId, 3);
    await given(partId, 2);
    expect([await goods.tallyOf(partId), await goods.held(partId)]).toEqual([[10, 0, 0, 0, 10], 10]);
    await on('2027-03-20');
    await goods.count(await goods.arrived([{ partId, quantity: 5 }]), [{ partId, quantity: 4 }]);
    expect(await goods.tallyOf(partId)).toEqual([10, 4, 0, 0, 6]);
    await on('2027-04-01');
    const { id, number } = await takes.open('2027-03-31');
    expect(await takes.get(id)).toMatchObject({ state: 'open', number: expect.stringMatching(/^ST-2027-0+1$/), borrowedQuantity: 6, returnedQuantity: 0, returnUntil: '2027-04-30', variance: -6 });
    expect((await takes.exclusions(id)).map(({ rule, quantity }) => [rule, quantity])).toEqual([['charged', 3], ['gift', 2]]);
    await priced(partId, '2027-04-10', '99');
    await on('2027-04-20');
    await goods.returned([{ partId, quantity: 5 }]);
    expect(await takes.lines(id)).toMatchObject([{ partId, borrowedQuantity: 6, returnedQuantity: 5, variance: -1, outstandingQuantity: 1 }]);
    const [{ id: obligationId }] = await goods.obligationsOf(partId);
    expect((await world.service.client(ObligationService, world.dealer()).explainObligation({ id: obligationId })).holds).toMatchObject([{ code: 'in_stocktake', documentNumber: number }]);
    await on('2027-05-01', '00:00:01');
    expect(await takes.get(id)).toMatchObject({ state: 'closed', objectUntil: '2027-05-08', variance: -1, outstandingQuantity: 1, netTotal: '12.35' });
    await on('2027-05-08', '23:59:59');
    expect((await takes.confirm(id)).errors).toMatchObject([{ code: 'OBJECTION_WINDOW_RUNS' }]);
    await on('2027-05-09', '00:00:00');
    const done = await takes.confirm(id);
    expect(done).toMatchObject({ state: 'done', errors: [] });
    const { slipIds, month, state } = await takes.get(id);
    expect([state, month, slipIds.length]).toEqual(['confirmed', '2027-05', 1]);
    expect(await slipOf(slipIds[0])).toMatchObject({ origin: 'stocktake', month: '2027-05', state: 'confirmed', lines: [{ partId, quantity: 1, unitPrice: '12.3450', reason: 'stocktake_deficit', originKind: 'stocktake_line' }] });
    expect([await goods.tallyOf(partId), await goods.held(partId), await goods.heldByMovements(partId)]).toEqual([[10, 9, 1, 0, 0], 0, 0]);
    await on('2027-05-20');
    const counted = await goods.returned([{ partId, quantity: 1 }]);
    expect(counted.lines).toMatchObject([{ metQuantity: 0, surplusQuantity: 0, lateQuantity: 1, refusedQuantity: 0 }]);
    expect([await goods.tallyOf(partId), await goods.held(partId), await goods.heldByMovements(partId)]).toEqual([[10, 10, 0, 0, 0], 0, 0]);
    const [late] = await lateReturns();
    expect(late).toMatchObject({ state: 'reversed', quantity: 1, chargedOn: '2027-05-09', arrivedOn: '2027-05-20' });
    expect(await slipOf(late.reversingSlipId)).toMatchObject({ origin: 'reversal', month: '2027-05', reversesSlipId: slipIds[0], lines: [{ quantity: -1 }] });
    const kinds = (await world.service.client(ObligationService, world.dealer()).explainObligation({ id: obligationId })).ends.map(({ kind }) => kind);
    expect(kinds).toEqual(['returned', 'returned', 'charged', 'conversion_reversed', 'returned']);
    expect(await goods.toldOf(id)).toEqual([
      'stocktake.opened dealer_manager', ...Array<string>(3).fill('stocktake.reminder dealer_manager'), 'stocktake.closed dealer_manager', 'stocktake.closed service_clerk',
      'stocktake.to_confirm service_supervisor', 'stocktake.confirmed dealer_manager', 'stocktake.charged finance_clerk',
    ]);
  });

  it('H-6, H-7: borrowed 6, counted 8: +2 are a surplus kept as credit; nothing is charged and it is confirmed at once', async () => {
    await on('2027-06-01');
    const partId = await world.part({ stock: 20 });
    const other = await world.part({ stock: 1 });
    await goods.issued(partId, 6);
    await on('2027-06-02');
    const { id } = await takes.open('2027-06-01');
    await goods.returned([{ partId, quantity: 8 }]);
    await goods.returned([{ partId: other, quantity: 1 }]);
    const { version } = await takes.get(id);
    await takes.clerk().closeStocktake({ id, version });
    expect((await takes.lines(id)).map(({ borrowedQuantity, returnedQuantity, variance }) => [borrowedQuantity, returnedQuantity, variance])).toEqual([[6, 8, 2], [0, 1, 1]]);
    expect(await takes.confirm(id)).toMatchObject({ state: 'done' });
    expect(await takes.get(id)).toMatchObject({ state: 'confirmed', variance: 3, slipIds: [], netTotal: '0.00' });
    await goods.issued(partId, 3);
    expect(await goods.tallyOf(partId)).toEqual([9, 8, 0, 0, 1]);
    await goods.returned([{ partId, quantity: 1 }]);
  });

  it('H-7, X-8: a closed stocktake is confirmed once: a second confirmation of the version that was seen ends at once with what it met, not tried again', async () => {
    await on('2027-06-10');
    const partId = await world.part({ stock: 5 });
    await goods.issued(partId, 2);
    await on('2027-06-11');
    const { id } = await takes.open('2027-06-10');
    await goods.returned([{ partId, quantity: 2 }]);
    const opened = await takes.get(id);
    await takes.clerk().closeStocktake({ id, version: opened.version });
    const twice = [await takes.confirming(id), await takes.confirming(id)];
    const ends = [await twice[0](), await twice[1]()];
    expect(ends.map(({ state, errors }) => [state, errors.map(({ code }) => code)])).toEqual([['done', []], ['failed', ['STALE_VERSION']]]);
    const tries = await world.service.sql<{ attempts: number }>(`select attempts from job where kind = 'confirm-stocktake' and options ->> 'stocktakeId' = $1`, [id]);
    expect(tries).toEqual([{ attempts: 1 }, { attempts: 1 }]);
    expect((await takes.confirm(id)).errors).toMatchObject([{ code: 'STEP_NOT_ALLOWED' }]);
    expect((await takes.opening({ cutOffOn: '2027-06-10' })).errors).toMatchObject([{ code: 'CUT_OFF_BEFORE_LAST' }]);
  });

  it('H-2: opened later, borrowed is still what was out at the end of the cut-off day, as the ledger has it', async () => {
    await on('2027-07-01');
    const partId = await world.part({ stock: 20 });
    await goods.issued(partId, 5);
    await on('2027-07-02', '23:59:00');
    await goods.returned([{ partId, quantity: 1 }]);
    await on('2027-07-03', '00:00:00');
    await goods.returned([{ partId, quantity: 2 }]);
    await goods.issued(partId, 4);
    await on('2027-07-10');
    const { id } = await takes.open('2027-07-02');
    const [line] = await takes.lines(id);
    const [{ pieces }] = await world.service.sql<{ pieces: number }>(
      `select sum(case when to_account like 'dealer:%' then quantity else -quantity end)::int as pieces from stock_movement
        where part_id = $1 and (to_account like 'dealer:%' or from_account like 'dealer:%') and at < '2027-07-02T16:00:00Z'`, [partId]);
    expect([line, pieces]).toMatchObject([{ borrowedQuantity: 4, returnedQuantity: 2, variance: -2, outstandingQuantity: 2 }, 4]);
    expect((await takes.opening({ cutOffOn: '2027-07-09' })).errors).toMatchObject([{ code: 'STOCKTAKE_OPEN' }]);
    await takes.clerk().cancelStocktake({ id, version: 1, reason: 'wrong day' });
    expect(await takes.get(id)).toMatchObject({ state: 'cancelled', cancelReason: 'wrong day', outstandingQuantity: 2 });
    expect(await goods.tallyOf(partId)).toEqual([9, 3, 0, 0, 6]);
    expect((await takes.opening({ cutOffOn: '2027-06-01' })).errors).toMatchObject([{ code: 'DATE_IN_PAST' }]);
    expect((await takes.opening({ cutOffOn: '2027-06-01', returnUntil: '2027-08-01' })).errors).toMatchObject([{ code: 'CUT_OFF_BEFORE_LAST' }]);
    expect((await takes.opening({ cutOffOn: '2027-07-10' })).errors).toMatchObject([{ code: 'CUT_OFF_NOT_OVER' }]);
    await goods.returned([{ partId, quantity: 6 }]);
  });

  it('P-8, H-7: pieces that the dealer missed and nobody has decided are not charged; decided, only what came is', async () => {
    await on('2027-08-01');
    const partId = await world.part({ stock: 9 });
    const { id: requestId } = await world.request([[partId, 3, 'IN']]);
    await world.review(requestId);
    const [pickingId] = await world.pick(requestId);
    const order = await world.ship(await world.plan(pickingId));
    const shipping = (ctx = world.as('warehouse_keeper')) => world.service.client(ShippingService, ctx);
    const delivered = await shipping().deliverOrder({ id: order.id, version: order.version });
    const { lines: [line] } = await shipping().getShippingOrder({ id: order.id });
    await shipping(world.dealer()).confirmReceipt({ id: order.id, version: delivered.version, lines: [{ lineId: line.id, receivedQuantity: 1, note: '少两件' }] });
    await on('2027-08-02');
    const { id } = await takes.open('2027-08-01', '2027-08-10');
    await on('2027-08-11');
    await on('2027-08-20');
    expect((await takes.confirm(id)).errors).toMatchObject([{ code: 'DISCREPANCY_OPEN' }]);
    const { discrepancies: [discrepancy] } = await shipping().getShippingOrder({ id: order.id });
    await shipping().agreeDiscrepancy({ id: discrepancy.id, version: discrepancy.version, outcome: 'shortage', reason: '核实' });
    expect(await takes.confirm(id)).toMatchObject({ state: 'done' });
    expect(await goods.tallyOf(partId)).toEqual([1, 0, 1, 0, 0]);
  });

  it('P-8, H-7: nothing of a part is charged while a difference of it is open, also where a count had met the very pieces that never came', async () => {
    await on('2027-08-21');
    const partId = await world.part({ stock: 2 });
    const shipping = (ctx = world.as('warehouse_keeper')) => world.service.client(ShippingService, ctx);
    const { id: requestId } = await world.request([[partId, 1, 'IN']]);
    await world.review(requestId);
    const [pickingId] = await world.pick(requestId);
    const order = await world.ship(await world.plan(pickingId));
    const { version } = await shipping().deliverOrder({ id: order.id, version: order.version });
    await goods.issued(partId, 1);
    await goods.returned([{ partId, quantity: 1 }]);
    const { lines: [line] } = await shipping().getShippingOrder({ id: order.id });
    await shipping(world.dealer()).confirmReceipt({ id: order.id, version, lines: [{ lineId: line.id, receivedQuantity: 0, note: '未到' }] });
    expect((await goods.obligationsOf(partId)).map(({ shippingOrderId, outstandingQuantity }) => [shippingOrderId === order.id, outstandingQuantity]).sort()).toEqual([[false, 1], [true, 0]]);
    await on('2027-08-22');
    const { id } = await takes.open('2027-08-21', '2027-08-22');
    await on('2027-08-23');
    await on('2027-08-31');
    expect((await takes.confirm(id)).errors).toMatchObject([{ code: 'DISCREPANCY_OPEN' }]);
    expect((await takes.supervisor().getStocktake({ id })).allowedActions.find(({ action }) => action === 'confirm')).toMatchObject({ allowed: false, reason: 'DISCREPANCY_OPEN' });
    const { discrepancies: [discrepancy] } = await shipping().getShippingOrder({ id: order.id });
    await shipping().agreeDiscrepancy({ id: discrepancy.id, version: discrepancy.version, outcome: 'shortage', reason: '核实' });
    expect(await takes.confirm(id)).toMatchObject({ state: 'done' });
    expect([await goods.tallyOf(partId), (await takes.get(id)).slipIds]).toEqual([[1, 1, 0, 0, 0], []]);
  });

  it('H-7: the dealer objects, the supervisor excuses, extends or charges each line; a parcel that came in time is counted first', async () => {
    await on('2027-09-01');
    const parts = [await world.part({ stock: 9 }), await world.part({ stock: 9 }), await world.part({ stock: 9 }), await world.part({ stock: 9 })];
    for (const partId of parts) await goods.issued(partId, 2);
    await on('2027-09-02');
    const { id } = await takes.open('2027-09-01', '2027-09-10');
    await on('2027-09-10');
    const parcel = await goods.arrived([{ partId: parts[3], quantity: 2 }]);
    await on('2027-09-11');
    const lines = await takes.lines(id);
    const version = async () => (await takes.get(id)).version;
    const object = async (at: number[]) => takes.dealer().objectToStocktake({ id, version: await version(), lines: at.map((each) => ({ lineId: lines[each].id, reason: 'sent back' })) });
    await object([0, 1]);
    const decide = async (at: number, decision: object) =>
      takes.supervisor().decideStocktake({ id, version: await version(), lines: [{ lineId: lines[at].id, reason: 'seen', dueOn: '', evidence: [], ...decision }] as never });
    expect(await reasonOf(decide(0, { decision: 'excuse' }))).toBe('EVIDENCE_MISSING');
    await decide(0, { decision: 'charge' });
    await object([0]);
    await decide(0, { decision: 'excuse', evidence: takes.photo() });
    await on('2027-09-20');
    expect(await reasonOf(object([2]))).toBe('OBJECTION_WINDOW_OVER');
    expect((await takes.confirm(id)).errors).toMatchObject([{ code: 'OBJECTION_UNDECIDED' }]);
    await decide(1, { decision: 'extend', dueOn: '2027-12-01' });
    // H-7: a second objection and a second decision stand beside the first ones.
    expect((await takes.lines(id))[0].words.map(({ kind, reason, decision, role }) => [kind, reason, decision, role])).toEqual([
      ['objection', 'sent back', '', 'dealer_manager'], ['decision', 'seen', 'charge', 'service_supervisor'], ['objection', 'sent back', '', 'dealer_manager'], ['decision', 'seen', 'excuse', 'service_supervisor'],
    ]);
    expect((await takes.dealer().listStocktakeLines({ id })).items[0].words.every(({ by, at }) => by === '' && at !== '')).toBe(true);
    expect((await takes.confirm(id)).errors).toMatchObject([{ code: 'PARCEL_NOT_COUNTED' }]);
    expect((await takes.supervisor().getStocktake({ id })).allowedActions.find(({ action }) => action === 'confirm')).toMatchObject({ allowed: false, reason: 'PARCEL_NOT_COUNTED' });
    await goods.count(parcel, [{ partId: parts[3], quantity: 2 }]);
    expect(await takes.confirm(id)).toMatchObject({ state: 'done' });
    expect(await Promise.all(parts.map((partId) => goods.tallyOf(partId)))).toEqual([[2, 0, 0, 2, 0], [2, 0, 0, 0, 2], [2, 0, 2, 0, 0], [2, 2, 0, 0, 0]]);
    for (const partId of parts) expect(await goods.held(partId)).toBe(await goods.heldByMovements(partId));
    expect(await goods.obligationsOf(parts[1])).toMatchObject([{ dueOn: '2027-12-01' }]);
    const [{ id: excused }] = await goods.obligationsOf(parts[0]);
    expect((await world.service.client(ObligationService, world.dealer()).explainObligation({ id: excused })).ends).toMatchObject([{ kind: 'excused', basis: 'approval', reason: 'seen' }]);
    expect((await takes.lines(id)).map(({ decision, slipId, variance }) => [decision, slipId !== '', variance])).toEqual([['excuse', false, -2], ['extend', false, -2], ['', true, -2], ['', false, 0]]);
    expect(await goods.toldOf(id)).toEqual(expect.arrayContaining(['stocktake.objected service_supervisor', 'stocktake.decided dealer_manager']));
    await on('2027-09-21');
    const again = await takes.open('2027-09-20', '2027-10-31');
    expect((await takes.lines(again.id)).map(({ partId, borrowedQuantity }) => [partId, borrowedQuantity])).toEqual([[parts[1], 2]]);
    await takes.clerk().cancelStocktake({ id: again.id, version: 1, reason: 'done' });
    await goods.returned([{ partId: parts[1], quantity: 2 }]);
  });

  it('H-3: reminders at opening, half time, three days before and on the day, while something is out; the clerk reminds as well', async () => {
    await on('2028-01-01');
    const partId = await world.part({ stock: 9 });
    await goods.issued(partId, 1);
    await on('2028-01-02');
    const { id } = await takes.open('2028-01-01');
    expect(await reasonOf(takes.clerk().closeStocktake({ id, version: 1 }))).toBe('RETURN_DEADLINE_RUNS');
    await takes.clerk().remindStocktake({ id, version: 1 });
    for (const day of ['2028-01-16', '2028-01-28', '2028-01-31']) await on(day);
    expect((await goods.toldOf(id)).filter((told) => told.startsWith('stocktake.reminder')).length).toBe(4);
    await goods.returned([{ partId, quantity: 1 }]);
    expect(await reasonOf(takes.clerk().remindStocktake({ id, version: 2 }))).toBe('NOTHING_OUTSTANDING');
    await on('2028-02-01');
    expect((await goods.toldOf(id)).at(-1)).toBe('stocktake.all_returned service_clerk');
    expect(await takes.confirm(id)).toMatchObject({ state: 'done' });
  });

  it('D-1, H-2: a dealer that ends gets its final stocktake as of the end of that day, once', async () => {
    await on('2028-02-10');
    const partId = await world.part({ stock: 1 });
    await goods.issued(partId, 1);
    const told = (status: string, version: number) => world.service.publish(DealerChangedSchema, { dealerId: world.dealerId, code: 'A', name: 'A', status, version });
    await told('terminated', 3);
    await world.service.drain();
    await on('2028-02-11', '00:00:01');
    const [final, ...others] = (await takes.clerk().listStocktakes({ state: 'open' })).items;
    expect([final, others]).toMatchObject([{ cutOffOn: '2028-02-10', returnUntil: '2028-03-11', borrowedQuantity: 1 }, []]);
    await takes.clerk().cancelStocktake({ id: final.id, version: final.version, reason: 'by mistake' });
    await told('terminated', 4);
    await on('2028-02-13');
    expect((await takes.clerk().listStocktakes({ state: 'open' })).items).toEqual([]);
    await told('active', 5);
    await goods.returned([{ partId, quantity: 1 }]);
    await world.service.drain();
  });

  it('D-1, H-2: the final stocktake waits for one that is not finished and is opened when that ends, also when all dealers get one meanwhile', async () => {
    await on('2028-02-14');
    const partId = await world.part({ stock: 1 });
    await goods.issued(partId, 1);
    await on('2028-02-15');
    const { id } = await takes.open('2028-02-14', '2028-02-20');
    const told = (status: string, version: number) => world.service.publish(DealerChangedSchema, { dealerId: world.dealerId, code: 'A', name: 'A', status, version });
    await told('terminated', 6);
    await world.service.drain();
    await takes.opening({ dealerId: '', cutOffOn: '2028-02-14' });
    await on('2028-02-16', '00:00:01');
    expect((await takes.clerk().listStocktakes({ state: 'open' })).items).toMatchObject([{ id }]);
    await on('2028-02-21');
    await on('2028-02-29');
    expect(await takes.confirm(id)).toMatchObject({ state: 'done', errors: [] });
    await world.service.drain();
    const [final, ...others] = (await takes.clerk().listStocktakes({ state: 'open' })).items;
    expect([final, others]).toMatchObject([{ cutOffOn: '2028-02-15', returnUntil: '2028-03-30', borrowedQuantity: 1 }, []]);
    expect(await takes.lines(final.id)).toMatchObject([{ partId, borrowedQuantity: 1, otherwiseQuantity: 1, outstandingQuantity: 0 }]);
    await takes.clerk().cancelStocktake({ id: final.id, version: final.version, reason: 'done' });
    await told('active', 7);
    await world.service.drain();
  });

  it('another dealer’s stocktake is missing, also for the parent of a sub-dealer; technicians read none; wrong roles change nothing', async () => {
    await on('2028-03-01');
    const partId = await world.part({ stock: 9 });
    await goods.issued(partId, 1);
    await on('2028-03-02');
    const { id } = await takes.open('2028-03-01', '2028-03-20');
    expect(await takes.dealer().getStocktake({ id })).toMatchObject({ borrowedQuantity: 1, allowedActions: expect.arrayContaining([expect.objectContaining({ action: 'object', reason: 'STEP_NOT_ALLOWED' })]) });
    const parent = world.service.dealerCtx(newId(), 'dealer_manager', { childDealerIds: [world.dealerId] });
    for (const stranger of [takes.dealer(newId()), world.service.client(StocktakeService, parent)]) {
      const missing = await stranger.getStocktake({ id: newId() }).catch((error: unknown) => error);
      for (const asked of [stranger.getStocktake({ id }), stranger.listStocktakeLines({ id }), stranger.listStocktakeExclusions({ id }), stranger.objectToStocktake({ id, version: 1, lines: [{ lineId: newId(), reason: 'x' }] })]) {
        expect(await asked.catch((error: unknown) => error)).toEqual(missing);
      }
      expect((await stranger.listStocktakes({})).items).toEqual([]);
    }
    expect(await reasonOf(takes.clerk().decideStocktake({ id, version: 1, lines: [] }))).toBe('ROLE_NOT_ALLOWED');
    expect(await reasonOf(takes.dealer().cancelStocktake({ id, version: 1, reason: 'x' }))).toBe('ROLE_NOT_ALLOWED');
    expect(await reasonOf(takes.clerk().cancelStocktake({ id, version: 9, reason: 'x' }))).toBe('STALE_VERSION');
    expect(await reasonOf(takes.clerk().cancelStocktake({ id, version: 1, reason: ' ' }))).toBe('REASON_MISSING');
    await on('2028-03-21');
    const { version } = await takes.get(id);
    const [line] = await takes.lines(id);
    expect(await reasonOf(takes.dealer().objectToStocktake({ id, version, lines: [{ lineId: newId(), reason: 'x' }] }))).toBe('LINE_UNKNOWN');
    expect(await reasonOf(takes.dealer().objectToStocktake({ id, version, lines: [{ lineId: line.id, reason: 'x' }, { lineId: line.id, reason: 'x' }] }))).toBe('LINE_DOUBLE');
    expect(await reasonOf(takes.dealer().objectToStocktake({ id, version, lines: [] }))).toBe('LINES_MISSING');
    await takes.clerk().cancelStocktake({ id, version, reason: 'done' });
    await goods.returned([{ partId, quantity: 1 }]);
  });

  it('H-1, H-7: a piece whose time was extended by hand beyond the last day for returns is not charged, and the next stocktake has it', async () => {
    await on('2028-04-03');
    const partId = await world.part({ stock: 3 });
    await goods.issued(partId, 2);
    await goods.issued(partId, 1);
    const [{ id: obligationId, version }] = (await goods.obligationsOf(partId)).filter(({ issuedQuantity }) => issuedQuantity === 2);
    await world.service.client(ObligationEndService, world.as('service_supervisor')).extendObligation({ id: obligationId, version, dueOn: '2028-05-20', reason: '用户出国' });
    await on('2028-04-04');
    const { id } = await takes.open('2028-04-03', '2028-04-05');
    await on('2028-04-06');
    expect(await takes.get(id)).toMatchObject({ state: 'closed', outstandingQuantity: 3, netTotal: '12.35' });
    expect(await takes.lines(id)).toMatchObject([{ partId, outstandingQuantity: 3, extendedQuantity: 2, netAmount: '12.35' }]);
    await on('2028-04-14');
    expect(await takes.confirm(id)).toMatchObject({ state: 'done', errors: [] });
    expect([await goods.tallyOf(partId), await goods.held(partId), await goods.heldByMovements(partId)]).toEqual([[3, 0, 1, 0, 2], 2, 2]);
    expect(await takes.lines(id)).toMatchObject([{ outstandingQuantity: 3, extendedQuantity: 2, netAmount: '12.35' }]);
    await goods.returned([{ partId, quantity: 2 }]);
  });
});
