import { ChargeSlipService, ObligationEndService, ObligationService } from '@aftercare/contracts';
import { addDays, businessDate, newId } from '@aftercare/domain';
import { reasonOf, startParts, type PartsWorld } from '../parts.fixture.js';
import { returnsOf } from '../returns.fixture.js';

jest.setTimeout(60_000);
let world: PartsWorld;
let goods: ReturnType<typeof returnsOf>;
beforeAll(async () => {
  world = await startParts();
  goods = returnsOf(world);
  world.around.coverage.set('IN', 'covered');
});
afterAll(() => world?.service.stop());

const ends = (role: Parameters<PartsWorld['as']>[0]) => world.service.client(ObligationEndService, world.as(role));
const evidence = [{ id: newId(), sha256: 'a'.repeat(64) }];
const why = (id: string, ctx = world.dealer()) => world.service.client(ObligationService, ctx).explainObligation({ id });
const excuse = { basis: 'approval', reason: 'burnt down', evidence, quantity: 1 };
const charge = { exclusion: 'misuse', cause: 'opened by force', evidence, quantity: 1, paymentMethod: 'bank_transfer', invoiceWish: 'later' };

async function issuedOne(quantity = 3) {
  const partId = await world.part({ stock: quantity, price: '12.345' });
  await goods.issued(partId, quantity);
  const [{ id, version, dueOn }] = await goods.obligationsOf(partId);
  return { partId, id, version, dueOn };
}

describe('obligations end and are put off', () => {
  it('H-1, H-1a: a supervisor excuses pieces with evidence; holdings and movements follow; the dealer reads why', async () => {
    const { partId, id, version } = await issuedOne();
    const done = await ends('service_supervisor').excuseObligation({ ...excuse, id, version, quantity: 2 });
    expect(done).toMatchObject({ state: 'open' });
    expect(done.version).toBeGreaterThan(version);
    expect([await goods.tallyOf(partId), await goods.held(partId), await goods.heldByMovements(partId)]).toEqual([[3, 0, 0, 2, 1], 1, 1]);
    const told = await why(id);
    expect(told).toMatchObject({ ends: [{ kind: 'excused', quantity: 2, basis: 'approval', reason: 'burnt down', evidence }] });
    expect([told.sentenceEn, told.ends[0].sentenceZh].join()).toContain('免退 2 件（主管批准）');
    expect(await goods.toldOf(id)).toContain('obligation.excused dealer_manager');
    expect(await reasonOf(ends('service_supervisor').excuseObligation({ ...excuse, id, version }))).toBe('STALE_VERSION');
    expect(await reasonOf(ends('service_supervisor').excuseObligation({ ...excuse, id, version: done.version, quantity: 2 }))).toBe('MORE_THAN_OUTSTANDING');
    expect(await ends('service_supervisor').excuseObligation({ ...excuse, id, version: done.version })).toMatchObject({ state: 'ended' });
    const { allowedActions, holds } = await why(id, world.as('service_supervisor'));
    expect([holds, allowedActions.map(({ reason }) => reason)]).toEqual([[], ['NOTHING_OUTSTANDING', 'NOTHING_OUTSTANDING', 'ROLE_NOT_ALLOWED']]);
  });

  it('F-1, W-5: an exclusion found after the fact converts at the dealer price of the day, in this month', async () => {
    const { partId, id, version } = await issuedOne();
    const slip = await ends('service_clerk').chargeObligation({ ...charge, id, version });
    expect(slip).toMatchObject({ state: 'confirmed', number: expect.stringMatching(/^CS-/) });
    const month = businessDate(await world.service.now()).slice(0, 7);
    expect(await world.service.client(ChargeSlipService, world.dealer()).getChargeSlip({ id: slip.id })).toMatchObject({
      origin: 'exclusion', month, grossTotal: '13.96', lines: [{ partId, quantity: 1, unitPrice: '12.3450', reason: 'misuse', originKind: 'obligation', originId: id }],
    });
    expect([await goods.tallyOf(partId), await goods.held(partId), await goods.heldByMovements(partId)]).toEqual([[3, 0, 1, 0, 2], 2, 2]);
    const [told] = (await why(id)).ends;
    expect(told).toMatchObject({ kind: 'charged', basis: 'misuse', reason: 'opened by force', documentNumber: slip.number });
    expect(await goods.toldOf(slip.id)).toEqual(['obligation.charged dealer_manager']);
    const [{ payload }] = await world.service.sql<{ payload: string }>(`select payload from outbox where event_type like '%.ChargeSlipConfirmed' and payload::json ->> 'slipId' = $1`, [slip.id]);
    expect(JSON.parse(payload)).toMatchObject({ origin: 'exclusion', month, grossTotal: '13.96' });
  });

  it('H-1: a due date is put off with a reason; reminders move with it, and nothing is overdue before', async () => {
    const { partId, id, version, dueOn } = await issuedOne(1);
    const later = addDays(dueOn, 20);
    expect(await reasonOf(ends('service_supervisor').extendObligation({ id, version, dueOn, reason: 'strike' }))).toBe('DATE_INVALID');
    await ends('service_supervisor').extendObligation({ id, version, dueOn: later, reason: 'strike' });
    expect(await goods.obligationsOf(partId)).toMatchObject([{ dueOn: later, outstandingQuantity: 1 }]);
    expect(await why(id)).toMatchObject({ extensions: [{ fromDueOn: dueOn, toDueOn: later, reason: 'strike' }], holds: [{ code: 'extended' }] });
    const deadlines = await world.service.sql<{ due: string }>(`select (due_at at time zone 'Asia/Shanghai')::date::text as due from deadline where ref = $1 order by due_at`, [id]);
    expect(deadlines.map(({ due }) => due)).toEqual([later, addDays(later, 1)]);
    expect(await goods.held(partId)).toBe(1);
  });

  it('H-1: what is overdue is a list of its own, oldest first', async () => {
    const { partId, id } = await issuedOne(1);
    const overdue = async (ctx = world.dealer()) => (await world.service.client(ObligationService, ctx).listObligations({ partId, onlyOverdue: true })).items;
    expect(await overdue()).toEqual([]);
    await world.service.moveClock('31d');
    expect(await overdue()).toMatchObject([{ id, overdue: true }]);
    expect(await overdue(world.dealer('dealer_manager', newId()))).toEqual([]);
    await goods.returned([{ partId, quantity: 1 }]);
    expect(await overdue()).toEqual([]);
  });

  it('H-1: a parcel on its way is named until it is counted', async () => {
    const { partId, id } = await issuedOne(1);
    const { number } = await goods.sent([{ partId, quantity: 1 }]);
    expect((await why(id)).holds).toMatchObject([{ code: 'on_the_way', documentNumber: number, sentenceEn: `Return ${number} is not counted yet.` }]);
  });

  it('a foreign or missing obligation is not found; wrong roles, entries and versions change nothing', async () => {
    const { partId, id, version } = await issuedOne(1);
    const stranger = world.dealer('dealer_manager', newId());
    expect(await reasonOf(why(id, stranger))).toBe('NOT_FOUND');
    expect(await reasonOf(ends('service_supervisor').excuseObligation({ ...excuse, id: newId(), version }))).toBe('NOT_FOUND');
    expect(await reasonOf(ends('service_clerk').excuseObligation({ ...excuse, id, version }))).toBe('ROLE_NOT_ALLOWED');
    expect(await reasonOf(ends('service_supervisor').chargeObligation({ ...charge, id, version }))).toBe('ROLE_NOT_ALLOWED');
    expect(await reasonOf(world.service.client(ObligationEndService, world.dealer()).extendObligation({ id, version, dueOn: '2099-01-01', reason: 'x' }))).toBe('ROLE_NOT_ALLOWED');
    expect(await reasonOf(ends('service_supervisor').excuseObligation({ ...excuse, id, version, evidence: [] }))).toBe('EVIDENCE_MISSING');
    expect(await reasonOf(ends('service_clerk').chargeObligation({ ...charge, id, version, exclusion: 'x' }))).toBe('EXCLUSION_UNKNOWN');
    expect(await reasonOf(ends('service_clerk').chargeObligation({ ...charge, id, version, quantity: 0 }))).toBe('QUANTITY_INVALID');
    expect(await goods.tallyOf(partId)).toEqual([1, 0, 0, 0, 1]);
    await expect(world.service.sql('update obligation_excuse set quantity = 9')).rejects.toThrow('never changed');
  });

  it('H-1: an excuse and a count of the same piece at once have one outcome', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { partId, id, version } = await issuedOne(1);
      const parcel = await goods.arrived([{ partId, quantity: 1 }]);
      await Promise.all([goods.count(parcel, [{ partId, quantity: 1 }]), reasonOf(ends('service_supervisor').excuseObligation({ ...excuse, id, version }))]);
      const [, returned, , excused, outstanding] = await goods.tallyOf(partId);
      expect([returned + excused, outstanding, await goods.held(partId), await goods.heldByMovements(partId)]).toEqual([1, 0, 0, 0]);
    }
  });

  it('H-1: the list says of each obligation what its explanation says, however it ended', async () => {
    const { id } = await issuedOne(9);
    const ended = ['returned', 'charged', 'charged', 'excused', 'credit', 'shortage', 'conversion_reversed'];
    for (const [at, kind] of ended.entries()) {
      await world.service.sql(`insert into obligation_settlement (id, dealer_id, obligation_id, kind, quantity, document_kind, document_id, at, month)
        values ($1, $2, $3, $4, 1, 'return_parcel', $1, business_now() + $5 * interval '1 second', '2026-01')`, [newId(), world.dealerId, id, kind, at]);
    }
    const { items } = await world.service.client(ObligationService, world.dealer()).listObligations({ page: { limit: 200 } });
    expect(items.find((each) => each.id === id)).toMatchObject({ issuedQuantity: 8, returnedQuantity: 2, chargedQuantity: 1, excusedQuantity: 1, outstandingQuantity: 4 });
    for (const each of items) expect((await why(each.id)).obligation).toEqual(each);
  });
});
