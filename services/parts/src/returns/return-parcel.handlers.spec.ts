import { CountObjectionService, ObligationService, ReturnService, ShippingService, StockService } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { reasonOf, startParts, type PartsWorld } from '../parts.fixture.js';

jest.setTimeout(60_000);
let world: PartsWorld;
let transitId: string;
beforeAll(async () => {
  world = await startParts();
  world.around.coverage.set('IN', 'covered').set('S1', 'covered').set('S2', 'covered');
  transitId = (await world.service.client(StockService, world.as('admin')).createWarehouse({ code: 'SH', name: '上海', nameEn: 'Shanghai', kind: 'transit' })).id;
});
afterAll(() => world?.service.stop());

const dealer = (ctx = world.dealer()) => world.service.client(ReturnService, ctx);
const keeper = (given = {}) => world.service.client(ReturnService, world.as('warehouse_keeper', given));
const obligations = (ctx = world.dealer()) => world.service.client(ObligationService, ctx);
const open = async (partId: string) => (await obligations().listObligations({ partId, onlyOutstanding: true })).items;
const holdings = async (partId: string): Promise<number> =>
  (await world.service.sql<{ quantity: number }>('select quantity from dealer_holding where part_id = $1', [partId]))[0]?.quantity ?? 0;
type Counted = { partId: string; quantity: number; condition?: string; unitSerial?: string };

/** Ships pieces free with their return due and delivers them. */
async function issued(partId: string, quantity: number, serial = 'IN'): Promise<void> {
  const { id } = await world.request([[partId, quantity, serial]]);
  await world.review(id);
  const [pickingId] = await world.pick(id);
  const shipped = await world.ship(await world.plan(pickingId));
  await world.service.client(ShippingService, world.as('warehouse_keeper')).deliverOrder({ id: shipped.id, version: shipped.version });
}

async function announced(lines: Counted[]): Promise<{ id: string; version: number }> {
  const parcel = await dealer().announceReturn({ lines: lines.map((line) => ({ unitSerial: '', ...line, condition: 'old' })) });
  return dealer().sendReturn({ id: parcel.id, version: parcel.version, carrier: 'SF', waybillNumber: 'SF2' });
}

/** Announces, sends, receives and counts a parcel. */
async function returned(said: Counted[], counted: Counted[]) {
  const sent = await announced(said);
  const received = await keeper().receiveReturn({ id: sent.id, version: sent.version, warehouseId: world.warehouseId });
  return keeper().countReturn({ id: sent.id, version: received.version, lines: counted.map((line) => ({ unitSerial: '', condition: 'reusable', ...line })) });
}

describe('returns and obligations', () => {
  it('H-1, H-5: 10 issued; 5 announced, 4 counted leave 6; 5 more leave 1; holdings are the outstanding pieces', async () => {
    const partId = await world.part({ stock: 10 });
    await issued(partId, 10);
    const parcel = await returned([{ partId, quantity: 5 }], [{ partId, quantity: 4 }]);
    expect(parcel).toMatchObject({ state: 'counted', difference: true, lines: [{ announcedQuantity: 5, countedQuantity: 4, metQuantity: 4, surplusQuantity: 0 }] });
    expect(await open(partId)).toMatchObject([{ issuedQuantity: 10, returnedQuantity: 4, outstandingQuantity: 6, overdue: false }]);
    await returned([{ partId, quantity: 5 }], [{ partId, quantity: 5, condition: 'scrap' }]);
    const [obligation] = await open(partId);
    expect(obligation).toMatchObject({ returnedQuantity: 9, outstandingQuantity: 1 });
    expect(obligation.settlements.map((each) => [each.kind, each.quantity])).toEqual([['returned', 4], ['returned', 5]]);
    expect([await holdings(partId), (await world.balance(partId)).onHand]).toEqual([1, 4]);
    const why = await obligations().explainObligation({ id: obligation.id });
    expect([why.sentenceEn, why.sentenceZh].join()).toContain('1 outstanding');
    expect(why.sentenceZh).toContain('尚欠 1 件');
  });

  it('H-7: borrowed 6, counted 8: 2 are credit, and the next issue of 3 owes 1', async () => {
    const partId = await world.part({ stock: 20 });
    await issued(partId, 6);
    const parcel = await returned([{ partId, quantity: 8 }], [{ partId, quantity: 8 }]);
    expect(parcel.lines).toMatchObject([{ metQuantity: 6, surplusQuantity: 2 }]);
    expect(await holdings(partId)).toBe(0);
    await issued(partId, 3);
    expect(await open(partId)).toMatchObject([{ issuedQuantity: 3, returnedQuantity: 2, outstandingQuantity: 1, settlements: [{ kind: 'credit', quantity: 2 }] }]);
    expect(await holdings(partId)).toBe(1);
  });

  it('H-1a: the same serial first, then the oldest; a wrong part meets nothing and moves nothing', async () => {
    const partId = await world.part({ stock: 10 });
    await issued(partId, 1, 'S1');
    await issued(partId, 1, 'S2');
    await returned([{ partId, quantity: 1 }], [{ partId, quantity: 1, unitSerial: 'S2' }, { partId, quantity: 1, condition: 'wrong_part' }]);
    expect(await open(partId)).toMatchObject([{ unitSerial: 'S1', outstandingQuantity: 1 }]);
    expect([await holdings(partId), (await world.balance(partId)).onHand]).toEqual([1, 9]);
  });

  it('H-5: the counter does not see what was announced until he has counted; clerk and dealer are told of the difference', async () => {
    const partId = await world.part({ stock: 5 });
    await issued(partId, 2);
    const sent = await announced([{ partId, quantity: 2 }]);
    expect((await keeper().getReturn({ id: sent.id })).lines).toMatchObject([{ announcedQuantity: 0 }]);
    expect((await dealer().getReturn({ id: sent.id })).lines).toMatchObject([{ announcedQuantity: 2 }]);
    const received = await keeper().receiveReturn({ ...sent, warehouseId: world.warehouseId });
    await keeper().countReturn({ id: sent.id, version: received.version, lines: [{ partId, quantity: 1, condition: 'supplier_claim' }] });
    expect((await keeper().getReturn({ id: sent.id })).lines).toMatchObject([{ announcedQuantity: 2, countedQuantity: 1 }]);
    const notices = await world.service.sql<{ kind: string; role: string }>(
      `select payload::json ->> 'kind' as kind, payload::json ->> 'recipientRole' as role from outbox
        where event_type like '%.NoticeRequested' and payload::json ->> 'documentId' = $1 order by 2`, [sent.id]);
    expect(notices).toEqual([{ kind: 'return.difference', role: 'dealer_manager' }, { kind: 'return.difference', role: 'service_clerk' }]);
  });

  it('H-4: Shanghai only passes on, only Taizhou receives and counts, a keeper acts at his site', async () => {
    const partId = await world.part({ stock: 1 });
    const sent = await announced([{ partId, quantity: 1 }]);
    expect(await reasonOf(keeper().receiveReturn({ ...sent, warehouseId: transitId }))).toBe('SITE_NOT_RECEIVING');
    expect(await reasonOf(keeper().transitReturn({ ...sent, warehouseId: world.warehouseId }))).toBe('SITE_NOT_TRANSIT');
    expect(await reasonOf(keeper({ siteId: newId() }).transitReturn({ ...sent, warehouseId: transitId }))).toBe('SITE_NOT_YOURS');
    const passed = await keeper({ siteId: transitId }).transitReturn({ ...sent, warehouseId: transitId });
    expect(passed).toMatchObject({ state: 'at_transit_site' });
    expect(await reasonOf(keeper().countReturn({ id: sent.id, version: passed.version, lines: [] }))).toBe('STEP_NOT_ALLOWED');
    expect(await reasonOf(keeper().receiveReturn({ ...sent, warehouseId: world.warehouseId }))).toBe('STALE_VERSION');
    const received = await keeper().receiveReturn({ id: sent.id, version: passed.version, warehouseId: world.warehouseId });
    expect((await keeper().getReturn({ id: sent.id })).allowedActions.filter((each) => each.allowed).map((each) => each.action)).toEqual(['count']);
    expect(await reasonOf(dealer().sendReturn({ id: sent.id, version: received.version }))).toBe('STEP_NOT_ALLOWED');
    expect(await reasonOf(world.service.client(ReturnService, world.as('service_clerk')).countReturn({ id: sent.id, version: received.version, lines: [] }))).toBe('ROLE_NOT_ALLOWED');
  });

  it('H-4: the transit site passes a parcel on and Taizhou is told; one that stays is told of until it goes', async () => {
    const partId = await world.part({ stock: 1 });
    await issued(partId, 1);
    const sent = await announced([{ partId, quantity: 1 }]);
    const arrived = await keeper({ siteId: transitId }).transitReturn({ ...sent, warehouseId: transitId });
    const told = async (kind: string): Promise<string[]> => (await world.service.sql<{ role: string }>(
      `select payload::json ->> 'recipientRole' as role from outbox where payload::json ->> 'documentId' = $1 and payload::json ->> 'kind' = $2 order by 1`, [sent.id, kind])).map(({ role }) => role);
    await world.service.moveClock('4d');
    await world.service.drain();
    expect([await told('return.at_transit_site'), await told('return.stays')]).toEqual([['warehouse_keeper'], ['service_clerk', 'warehouse_keeper']]);
    const way = { carrier: '德邦', waybillNumber: 'DB7' };
    expect(await reasonOf(keeper({ siteId: newId() }).passOnReturn({ id: sent.id, version: arrived.version, ...way }))).toBe('SITE_NOT_YOURS');
    const passed = await keeper({ siteId: transitId }).passOnReturn({ id: sent.id, version: arrived.version, ...way });
    expect([passed.state, await told('return.passed_on')]).toEqual(['in_transit', ['warehouse_keeper']]);
    expect(await dealer().getReturn({ id: sent.id })).toMatchObject({ carrier: 'SF', onwardCarrier: '德邦', onwardWaybillNumber: 'DB7', viaTransitId: transitId });
    await world.service.moveClock('8d');
    await world.service.drain();
    expect(await told('return.stays')).toHaveLength(2);
    expect(await keeper().receiveReturn({ id: sent.id, version: passed.version, warehouseId: world.warehouseId })).toMatchObject({ state: 'received' });
  });

  it('H-1a: two counts and an issue at once: settlements never exceed what was issued', async () => {
    const partId = await world.part({ stock: 30 });
    await issued(partId, 6);
    const parcels = [];
    for (let index = 0; index < 2; index += 1) {
      const sent = await announced([{ partId, quantity: 4 }]);
      parcels.push(await keeper().receiveReturn({ ...sent, warehouseId: world.warehouseId }));
    }
    await Promise.all([
      ...parcels.map(({ id, version }) => keeper().countReturn({ id, version, lines: [{ partId, quantity: 4, condition: 'reusable' }] })),
      issued(partId, 3),
    ]);
    const all = (await obligations().listObligations({ partId })).items;
    const sum = (pick: (each: (typeof all)[number]) => number): number => all.reduce((total, each) => total + pick(each), 0);
    expect([sum((each) => each.issuedQuantity), sum((each) => each.returnedQuantity), sum((each) => each.outstandingQuantity)]).toEqual([9, 8, 1]);
    expect(all.every((each) => each.outstandingQuantity >= 0)).toBe(true);
    const [{ credit }] = await world.service.sql<{ credit: number }>('select coalesce(sum(quantity), 0)::int as credit from return_credit where part_id = $1', [partId]);
    expect([credit, await holdings(partId)]).toEqual([0, 1]);
  });

  it('a foreign parcel, site, part or obligation is missing; wrong lines change nothing', async () => {
    const partId = await world.part({ stock: 1 });
    const stranger = world.dealer('dealer_manager', newId());
    const parcel = await dealer().announceReturn({ lines: [{ partId, quantity: 1, condition: 'unused' }] });
    const missing = await dealer(stranger).getReturn({ id: newId() }).catch((error: unknown) => error);
    expect(await dealer(stranger).getReturn({ id: parcel.id }).catch((error: unknown) => error)).toEqual(missing);
    expect(await reasonOf(dealer(stranger).sendReturn({ id: parcel.id, version: 1 }))).toBe('NOT_FOUND');
    expect(await reasonOf(dealer().announceReturn({ dealerId: newId(), lines: [{ partId, quantity: 1, condition: 'old' }] }))).toBe('NOT_FOUND');
    expect(await reasonOf(dealer().announceReturn({ lines: [{ partId: newId(), quantity: 1, condition: 'old' }] }))).toBe('PART_UNKNOWN');
    expect(await reasonOf(dealer().announceReturn({ viaTransitId: world.warehouseId, lines: [{ partId, quantity: 1, condition: 'old' }] }))).toBe('SITE_UNKNOWN');
    expect(await reasonOf(dealer().announceReturn({ lines: [] }))).toBe('LINES_MISSING');
    expect(await reasonOf(dealer().announceReturn({ lines: [{ partId, quantity: -1, condition: 'old' }] }))).toBe('QUANTITY_INVALID');
    expect((await dealer(stranger).listReturns({})).items).toEqual([]);
    expect((await obligations(stranger).listObligations({})).items).toEqual([]);
  });

  it('H-1: due 30 days after delivery the dealer is reminded, the day after the clerk is told as well; nothing is converted', async () => {
    const partId = await world.part({ stock: 1 });
    await issued(partId, 1);
    const [{ id, dueOn }] = await open(partId);
    await world.service.moveClock('32d');
    await world.service.drain();
    expect(await open(partId)).toMatchObject([{ id, dueOn, overdue: true, outstandingQuantity: 1 }]);
    const told = await world.service.sql<{ kind: string; role: string }>(
      `select payload::json ->> 'kind' as kind, payload::json ->> 'recipientRole' as role from outbox where payload::json ->> 'documentId' = $1 order by 1, 2`, [id]);
    expect(told).toEqual([
      { kind: 'obligation.due', role: 'dealer_manager' }, { kind: 'obligation.overdue', role: 'dealer_manager' }, { kind: 'obligation.overdue', role: 'service_clerk' },
    ]);
  });

  it('H-4, H-5: photos of the dealer and of the count are seen by who sees the parcel, the dealer’s by the counter only after his count, and stand with the objection', async () => {
    const partId = await world.part({ stock: 1 });
    const photo = (of: string) => ({ id: newId(), sha256: of.repeat(64) });
    const [mine, theirs] = [photo('a'), photo('b')];
    const { id, version } = await dealer(world.dealer('dealer_technician')).announceReturn({ lines: [{ partId, quantity: 2, condition: 'old', unitSerial: '' }], photos: [mine] });
    expect(await dealer().getReturn({ id })).toMatchObject({ announcedPhotos: [mine], countedPhotos: [] });
    const received = await keeper().receiveReturn({ id, version, warehouseId: world.warehouseId });
    expect((await keeper().getReturn({ id })).announcedPhotos).toEqual([]);
    const counted = await keeper().countReturn({ id, version: received.version, lines: [{ partId, quantity: 1, condition: 'scrap', unitSerial: '' }], photos: [theirs] });
    expect(counted).toMatchObject({ announcedPhotos: [mine], countedPhotos: [theirs] });
    expect(await dealer().getReturn({ id })).toMatchObject({ announcedPhotos: [mine], countedPhotos: [theirs] });
    expect(await reasonOf(dealer(world.dealer('dealer_manager', newId())).getReturn({ id }))).toBe('NOT_FOUND');
    const objections = (ctx = world.dealer()) => world.service.client(CountObjectionService, ctx);
    const filed = await objections().objectToCount({ parcelId: id, lineId: counted.lines[0].lineId, kind: 'quantity', quantity: 2, reason: '少点了' });
    expect(await objections(world.as('service_clerk')).getCountObjection({ id: filed.id })).toMatchObject({ announcedPhotos: [mine], countedPhotos: [theirs], photos: [] });
  });
});
