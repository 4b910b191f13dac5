import { CountObjectionService, LateReturnService, PartsStatisticsService, ReturnService, SupplierClaimService } from '@aftercare/contracts';
import { businessDate, monthOf, newId } from '@aftercare/domain';
import type { CallContext } from '@aftercare/messaging';
import { reasonOf, startParts, type PartsWorld } from '../parts.fixture.js';
import { returnsOf } from '../returns.fixture.js';
import { stocktakesOf } from '../stocktakes.fixture.js';

jest.setTimeout(60_000);
let world: PartsWorld;
let goods: ReturnType<typeof returnsOf>;
beforeAll(async () => {
  world = await startParts();
  goods = returnsOf(world);
  world.around.coverage.set('IN', 'covered');
});
afterAll(() => world?.service.stop());

const objections = (ctx: CallContext = world.dealer()) => world.service.client(CountObjectionService, ctx);
const clerk = () => objections(world.as('service_clerk'));
const parcelOf = (id: string, ctx: CallContext = world.dealer()) => world.service.client(ReturnService, ctx).getReturn({ id });
const claimable = async (partId: string) => (await world.service.client(SupplierClaimService, world.as('quality_engineer')).listClaimablePieces({ partId })).items;
const piece = (partId: string, quantity: number, condition = 'reusable') => ({ partId, quantity, condition, unitSerial: '' });
const moreOf = (parcelId: string, lineId: string, quantity: number) => ({ parcelId, lineId, kind: 'quantity', quantity, reason: '少点了' });

/** Pieces issued, announced and counted otherwise; answers the parcel. */
async function counted(partId: string, said: number, came: { partId: string; quantity: number; condition?: string }[]) {
  const parcel = await goods.arrived([{ partId, quantity: said }]);
  return goods.count(parcel, came);
}

describe('objections to a count', () => {
  it('H-5: the dealer objects to a short count, the count stands meanwhile; upheld, the missing piece meets its obligation', async () => {
    const partId = await world.part({ stock: 10 });
    await goods.issued(partId, 10);
    const parcel = await counted(partId, 5, [{ partId, quantity: 4 }]);
    const mine = await parcelOf(parcel.id);
    expect(mine.objectUntil > businessDate(await world.service.now())).toBe(true);
    expect(mine.allowedActions.find(({ action }) => action === 'object')).toMatchObject({ allowed: true });
    const photos = [{ id: newId(), sha256: 'a'.repeat(64) }];
    const filed = await objections().objectToCount({ ...moreOf(parcel.id, mine.lines[0].lineId, 5), photos });
    expect(filed).toMatchObject({ state: 'open', version: 1 });
    expect(await goods.toldOf(filed.id)).toEqual(['return.objected service_clerk']);
    expect(await reasonOf(objections().objectToCount(moreOf(parcel.id, mine.lines[0].lineId, 6)))).toBe('OBJECTION_OPEN');
    expect(await goods.tallyOf(partId)).toEqual([10, 4, 0, 0, 6]);
    const decided = await clerk().decideCountObjection({ id: filed.id, version: 1, decision: 'uphold', reason: '照片可见', lines: [piece(partId, 5)] });
    expect(decided).toMatchObject({ state: 'upheld', photos, countedQuantity: 4, quantity: 5, decisionReason: '照片可见', lines: [{ countedQuantity: 1, metQuantity: 1, condition: 'reusable' }] });
    expect(await goods.tallyOf(partId)).toEqual([10, 5, 0, 0, 5]);
    expect([await goods.held(partId), await goods.heldByMovements(partId), (await world.balance(partId)).onHand]).toEqual([5, 5, 5]);
    expect(await parcelOf(parcel.id)).toMatchObject({ difference: false, version: parcel.version + 1, lines: [{ announcedQuantity: 5, countedQuantity: 4 }, { countedQuantity: 1 }] });
    expect(await goods.toldOf(filed.id)).toEqual(['return.objected service_clerk', 'return.objection_upheld dealer_manager']);
    expect(await reasonOf(clerk().decideCountObjection({ id: filed.id, version: 2, decision: 'refuse', reason: '再议' }))).toBe('STEP_NOT_ALLOWED');
  });

  it('H-5: a part of which nothing was counted is objected to by its announced line; a refusal changes nothing and says why', async () => {
    const [partId, other] = [await world.part({ stock: 2 }), await world.part({ stock: 2 })];
    await goods.issued(partId, 2);
    const parcel = await counted(partId, 2, [{ partId: other, quantity: 1, condition: 'wrong_part' }]);
    const asked = { parcelId: parcel.id, partId, kind: 'quantity', quantity: 2, reason: '已装箱' };
    const { id } = await objections().objectToCount(asked);
    expect(await reasonOf(objections().objectToCount({ ...asked, partId: newId() }))).toBe('LINE_UNKNOWN');
    expect(await reasonOf(clerk().decideCountObjection({ id, version: 1, decision: 'refuse', reason: '' }))).toBe('REASON_MISSING');
    expect(await reasonOf(clerk().decideCountObjection({ id, version: 1, decision: 'refuse', reason: '无', lines: [piece(partId, 1)] }))).toBe('LINES_NOT_WANTED');
    expect(await reasonOf(clerk().decideCountObjection({ id, version: 1, decision: 'uphold', reason: '属实' }))).toBe('LINES_MISSING');
    expect(await reasonOf(clerk().decideCountObjection({ id, version: 7, decision: 'refuse', reason: '箱内没有' }))).toBe('STALE_VERSION');
    expect(await clerk().decideCountObjection({ id, version: 1, decision: 'refuse', reason: '箱内没有' })).toMatchObject({ state: 'refused', lines: [], decisionReason: '箱内没有' });
    expect(await goods.tallyOf(partId)).toEqual([2, 0, 0, 0, 2]);
    expect(await goods.toldOf(id)).toEqual(['return.objected service_clerk', 'return.objection_refused dealer_manager']);
  });

  it('H-5: a wrong part that was the right one meets its obligation and stands in the return list instead of the wrong one', async () => {
    const [partId, other] = [await world.part({ stock: 3 }), await world.part({ stock: 1 })];
    await goods.issued(partId, 2);
    const parcel = await counted(partId, 2, [{ partId: other, quantity: 2, condition: 'wrong_part' }]);
    const line = parcel.lines.find(({ condition }) => condition === 'wrong_part');
    const { id } = await objections().objectToCount({ parcelId: parcel.id, lineId: line?.lineId ?? '', kind: 'wrong_part', reason: '是同一件' });
    await clerk().decideCountObjection({ id, version: 1, decision: 'uphold', reason: '核对属实', lines: [piece(partId, 2, 'scrap')] });
    expect(await goods.tallyOf(partId)).toEqual([2, 2, 0, 0, 0]);
    expect(await parcelOf(parcel.id)).toMatchObject({ difference: false, lines: [{ partId, announcedQuantity: 2, countedQuantity: 2, condition: 'scrap', metQuantity: 2 }] });
    const month = monthOf(await world.service.now());
    const { items } = await world.service.client(PartsStatisticsService, world.as('auditor')).listReturnedParts({ month });
    expect(items.filter(({ parcelId }) => parcelId === parcel.id)).toMatchObject([{ partId, quantity: 2, condition: 'scrap', metQuantity: 2 }]);
    const again = { parcelId: parcel.id, lineId: line?.lineId ?? '', kind: 'wrong_part', reason: '再次' };
    expect(await reasonOf(objections().objectToCount(again))).toBe('LINE_UNKNOWN');
  });

  it('H-5, Q-6: another condition moves the piece and leaves its end; what is claimed from the supplier keeps its condition', async () => {
    const partId = await world.part({ stock: 4 });
    await goods.issued(partId, 4);
    const parcel = await counted(partId, 4, [{ partId, quantity: 3, condition: 'scrap' }, { partId, quantity: 1, condition: 'supplier_claim' }]);
    const [scrap, claim] = parcel.lines;
    const { id } = await objections().objectToCount({ parcelId: parcel.id, lineId: scrap.lineId, kind: 'condition', condition: 'reusable', reason: '未使用' });
    await clerk().decideCountObjection({ id, version: 1, decision: 'uphold', reason: '完好', lines: [piece(partId, 2), piece(partId, 1, 'supplier_claim')] });
    expect([await goods.tallyOf(partId), (await world.balance(partId)).onHand]).toEqual([[4, 4, 0, 0, 0], 2]);
    expect((await claimable(partId)).map(({ quantity }) => quantity).sort()).toEqual([1, 1]);
    await world.service.client(SupplierClaimService, world.as('quality_engineer')).openSupplierClaim({ supplier: '甲厂', lineIds: [claim.lineId], grounds: '砂眼' });
    const next = await objections().objectToCount({ parcelId: parcel.id, lineId: claim.lineId, kind: 'condition', condition: 'reusable', reason: '未使用' });
    expect(await reasonOf(clerk().decideCountObjection({ id: next.id, version: 1, decision: 'uphold', reason: '完好', lines: [piece(partId, 1)] }))).toBe('ALREADY_CLAIMED');
    expect(await reasonOf(clerk().decideCountObjection({ id: next.id, version: 1, decision: 'uphold', reason: '完好', lines: [piece(partId, 1, 'supplier_claim')] }))).toBe('CORRECTION_SAME');
  });

  it('H-5, H-7: a piece that was charged meanwhile takes its charge back; after the window the count is final', async () => {
    const takes = stocktakesOf(world);
    const partId = await world.part({ stock: 2 });
    await goods.issued(partId, 2);
    const today = businessDate(await world.service.now());
    await world.service.moveClock('1d');
    const parcel = await counted(partId, 2, [{ partId, quantity: 1 }]);
    const { id } = await objections().objectToCount(moreOf(parcel.id, parcel.lines[0].lineId, 2));
    await takes.open(today);
    await world.service.moveClock('40d');
    await world.service.drain();
    expect(await reasonOf(objections().objectToCount(moreOf(parcel.id, parcel.lines[0].lineId, 2)))).toBe('OBJECTION_WINDOW_OVER');
    expect((await parcelOf(parcel.id)).allowedActions.find(({ action }) => action === 'object')).toMatchObject({ allowed: false, reason: 'OBJECTION_WINDOW_OVER' });
    await world.service.moveClock('9d');
    await world.service.drain();
    const [stocktake] = (await takes.clerk().listStocktakes({ state: 'closed' })).items;
    await (await takes.confirming(stocktake.id))();
    expect((await goods.tallyOf(partId))[2]).toBe(1);
    expect(await clerk().decideCountObjection({ id, version: 1, decision: 'uphold', reason: '属实', lines: [piece(partId, 2)] })).toMatchObject({ lines: [{ lateQuantity: 1, metQuantity: 0 }] });
    expect(await goods.tallyOf(partId)).toEqual([2, 2, 0, 0, 0]);
    const late = (await world.service.client(LateReturnService, world.as('finance_clerk')).listLateReturns({})).items;
    expect(late).toMatchObject([{ parcelId: parcel.id, state: 'reversed', quantity: 1 }]);
    expect(await goods.held(partId)).toBe(await goods.heldByMovements(partId));
  });

  it('H-5: the dealer takes an open objection back; the count stands and may be objected to anew, what is decided stays', async () => {
    const partId = await world.part({ stock: 3 });
    await goods.issued(partId, 3);
    const parcel = await counted(partId, 3, [{ partId, quantity: 2 }]);
    const file = () => objections().objectToCount(moreOf(parcel.id, parcel.lines[0].lineId, 3));
    const { id } = await file();
    expect(await reasonOf(objections().withdrawCountObjection({ id, version: 4 }))).toBe('STALE_VERSION');
    expect(await reasonOf(clerk().withdrawCountObjection({ id, version: 1 }))).toBe('ROLE_NOT_ALLOWED');
    expect(await reasonOf(objections(world.dealer('dealer_manager', newId())).withdrawCountObjection({ id, version: 1 }))).toBe('NOT_FOUND');
    expect(await objections().withdrawCountObjection({ id, version: 1 })).toMatchObject({ state: 'withdrawn', version: 2 });
    expect(await goods.toldOf(id)).toEqual(['return.objected service_clerk', 'return.objection_withdrawn service_clerk']);
    expect(await reasonOf(clerk().decideCountObjection({ id, version: 2, decision: 'uphold', reason: '属实', lines: [piece(partId, 3)] }))).toBe('STEP_NOT_ALLOWED');
    expect(await goods.tallyOf(partId)).toEqual([3, 2, 0, 0, 1]);
    const again = await file();
    await clerk().decideCountObjection({ id: again.id, version: 1, decision: 'refuse', reason: '箱内没有' });
    expect(await reasonOf(objections().withdrawCountObjection({ id: again.id, version: 2 }))).toBe('STEP_NOT_ALLOWED');
  });

  it('H-5: taken back and upheld at once: one outcome', async () => {
    const partId = await world.part({ stock: 2 });
    await goods.issued(partId, 2);
    const parcel = await counted(partId, 2, [{ partId, quantity: 1 }]);
    const { id } = await objections().objectToCount(moreOf(parcel.id, parcel.lines[0].lineId, 2));
    const done = await Promise.all([
      reasonOf(objections().withdrawCountObjection({ id, version: 1 })),
      reasonOf(clerk().decideCountObjection({ id, version: 1, decision: 'uphold', reason: '属实', lines: [piece(partId, 2)] })),
    ]);
    expect([...done].sort()).toEqual(['STALE_VERSION', 'no error']);
    expect(await goods.tallyOf(partId)).toEqual(done[0] === 'no error' ? [2, 1, 0, 0, 1] : [2, 2, 0, 0, 0]);
  });

  it('H-5: the clerk is reminded of an open objection every three days, until it is decided', async () => {
    const partId = await world.part({ stock: 2 });
    await goods.issued(partId, 2);
    const parcel = await counted(partId, 2, [{ partId, quantity: 1 }]);
    const { id } = await objections().objectToCount(moreOf(parcel.id, parcel.lines[0].lineId, 2));
    for (const reminded of [1, 2]) {
      await world.service.moveClock('4d');
      await world.service.drain();
      expect((await goods.toldOf(id)).filter((each) => each === 'return.objection_waits service_clerk')).toHaveLength(reminded);
    }
    await clerk().decideCountObjection({ id, version: 1, decision: 'refuse', reason: '箱内没有' });
    await world.service.moveClock('8d');
    await world.service.drain();
    expect(await goods.toldOf(id)).toHaveLength(4);
  });

  it('H-5: two decisions at once and two objections at once: one outcome each', async () => {
    const partId = await world.part({ stock: 4 });
    await goods.issued(partId, 4);
    const parcel = await counted(partId, 4, [{ partId, quantity: 2 }]);
    const filed = await Promise.all([1, 2].map(() => objections().objectToCount(moreOf(parcel.id, parcel.lines[0].lineId, 4)).catch((error: { reason: string }) => error.reason)));
    expect(filed.filter((each) => each === 'OBJECTION_OPEN')).toHaveLength(1);
    const { id } = filed.find((each) => typeof each !== 'string') as { id: string };
    const uphold = (): Promise<string> => reasonOf(clerk().decideCountObjection({ id, version: 1, decision: 'uphold', reason: '属实', lines: [piece(partId, 4)] }));
    expect((await Promise.all([uphold(), uphold()])).sort()).toEqual(['STALE_VERSION', 'no error']);
    expect(await goods.tallyOf(partId)).toEqual([4, 4, 0, 0, 0]);
  });

  it('a foreign parcel, line or objection is missing; only the manager objects and only the clerk decides', async () => {
    const partId = await world.part({ stock: 1 });
    await goods.issued(partId, 1);
    const parcel = await counted(partId, 2, [{ partId, quantity: 1 }]);
    const asked = moreOf(parcel.id, parcel.lines[0].lineId, 2);
    const stranger = world.dealer('dealer_manager', newId());
    expect(await reasonOf(objections(stranger).objectToCount(asked))).toBe('NOT_FOUND');
    expect(await reasonOf(objections(world.dealer('dealer_technician')).objectToCount(asked))).toBe('ROLE_NOT_ALLOWED');
    expect(await reasonOf(objections().objectToCount({ ...asked, lineId: newId() }))).toBe('LINE_UNKNOWN');
    expect(await reasonOf(objections().objectToCount({ ...asked, reason: ' ' }))).toBe('REASON_MISSING');
    expect(await reasonOf(objections().objectToCount({ ...asked, quantity: 1 }))).toBe('CLAIM_AS_COUNTED');
    const { id } = await objections().objectToCount(asked);
    const missing = await objections(stranger).getCountObjection({ id: newId() }).catch((error: unknown) => error);
    expect(await objections(stranger).getCountObjection({ id }).catch((error: unknown) => error)).toEqual(missing);
    expect((await objections(stranger).listCountObjections({})).items).toEqual([]);
    expect(await reasonOf(objections().decideCountObjection({ id, version: 1, decision: 'uphold', reason: '属实', lines: [piece(partId, 2)] }))).toBe('ROLE_NOT_ALLOWED');
    expect((await objections().getCountObjection({ id })).allowedActions).toMatchObject([{ action: 'uphold', allowed: false }, { action: 'refuse', allowed: false }, { action: 'withdraw', allowed: true }]);
    expect((await clerk().listCountObjections({ state: 'open', parcelId: parcel.id })).items).toMatchObject([{ id, parcelNumber: parcel.number, kind: 'quantity', quantity: 2 }]);
    expect((await clerk().listCountObjections({ state: 'upheld', parcelId: parcel.id })).items).toEqual([]);
    expect(await reasonOf(clerk().decideCountObjection({ id, version: 1, decision: 'maybe', reason: 'x' }))).toBe('DECISION_UNKNOWN');
    expect(await reasonOf(clerk().decideCountObjection({ id, version: 1, decision: 'uphold', reason: 'x', lines: [piece(newId(), 2)] }))).toBe('PART_UNKNOWN');
    const [rls] = await world.service.sql<{ forced: boolean }>(`select relforcerowsecurity as forced from pg_class where relname = 'return_objection'`);
    expect(rls.forced).toBe(true);
  });
});
