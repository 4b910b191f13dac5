import { CountObjectionService, WrongPartService } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import type { CallContext } from '@aftercare/messaging';
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

const wrongs = (ctx: CallContext = world.dealer()) => world.service.client(WrongPartService, ctx);
const keeper = (given = {}) => wrongs(world.as('warehouse_keeper', given));

/** A parcel with so many pieces of a wrong part; answers the wrong part that waits. */
async function wrong(partId: string, quantity: number) {
  const said = await world.part();
  const parcel = await goods.count(await goods.arrived([{ partId: said, quantity }]), [{ partId, quantity, condition: 'wrong_part' }]);
  const waiting = (await wrongs().listWrongParts({ state: 'waiting' })).items.find(({ parcelId }) => parcelId === parcel.id);
  if (!waiting) throw new Error('no wrong part waits');
  return { parcel, waiting };
}

describe('wrong parts', () => {
  it('H-5: it waits for the dealer’s instruction and is sent back with a waybill; nothing has moved', async () => {
    const partId = await world.part({ stock: 1 });
    const { parcel, waiting } = await wrong(partId, 2);
    expect(await goods.toldOf(parcel.id)).toContain('return.wrong_part dealer_manager');
    expect(waiting).toMatchObject({ partId, quantity: 2, instruction: '', parcelNumber: parcel.number });
    const { id } = waiting;
    expect(await reasonOf(keeper().carryOutWrongPart({ id, version: 1, carrier: 'SF', waybillNumber: 'B1' }))).toBe('STEP_NOT_ALLOWED');
    expect(await reasonOf(wrongs().instructWrongPart({ id, version: 1, instruction: 'sell' }))).toBe('INSTRUCTION_UNKNOWN');
    const said = await wrongs().instructWrongPart({ id, version: 1, instruction: 'send_back', note: '寄回门店' });
    expect(await goods.toldOf(id)).toEqual(['return.wrong_part_instructed warehouse_keeper']);
    expect(await reasonOf(keeper().carryOutWrongPart({ id, version: said.version }))).toBe('WAYBILL_MISSING');
    expect(await reasonOf(keeper({ siteId: newId() }).carryOutWrongPart({ id, version: said.version, carrier: 'SF', waybillNumber: 'B1' }))).toBe('SITE_NOT_YOURS');
    expect(await keeper().carryOutWrongPart({ id, version: said.version, carrier: 'SF', waybillNumber: 'B1' })).toMatchObject({ state: 'done' });
    expect((await world.balance(partId)).onHand).toBe(1);
    expect((await wrongs().listWrongParts({ state: 'done' })).items).toMatchObject([{ id, carrier: 'SF', waybillNumber: 'B1', note: '寄回门店' }]);
  });

  it('H-5, H-7: what is kept is counted like any piece: it meets what is owed of its part, the rest is credit', async () => {
    const partId = await world.part({ stock: 1 });
    await goods.issued(partId, 1);
    const { waiting: { id } } = await wrong(partId, 3);
    const said = await wrongs().instructWrongPart({ id, version: 1, instruction: 'keep' });
    expect(await reasonOf(keeper().carryOutWrongPart({ id, version: said.version }))).toBe('CONDITION_MISSING');
    await keeper().carryOutWrongPart({ id, version: said.version, condition: 'reusable' });
    expect([await goods.tallyOf(partId), (await world.balance(partId)).onHand, await goods.held(partId)]).toEqual([[1, 1, 0, 0, 0], 3, 0]);
    const [{ credit }] = await world.service.sql<{ credit: number }>('select sum(quantity)::int as credit from return_credit where part_id = $1', [partId]);
    expect(credit).toBe(2);
  });

  it('H-5: the dealer is reminded while it waits, the warehouse once it is instructed, nobody when it is done', async () => {
    const { waiting: { id } } = await wrong(await world.part(), 1);
    const later = async () => {
      await world.service.moveClock('4d');
      await world.service.drain();
      return (await goods.toldOf(id)).filter((each) => /waits|left/.test(each));
    };
    expect(await later()).toEqual(['return.wrong_part_waits dealer_manager']);
    const said = await wrongs().instructWrongPart({ id, version: 1, instruction: 'scrap' });
    const both = ['return.wrong_part_waits dealer_manager', 'return.wrong_part_left warehouse_keeper'];
    expect(await later()).toEqual(both);
    await keeper().carryOutWrongPart({ id, version: said.version });
    expect(await later()).toEqual(both);
  });

  it('H-5: a corrected count takes it from the list; what was scrapped or kept is corrected no more', async () => {
    const partId = await world.part({ stock: 2 });
    const { parcel, waiting } = await wrong(partId, 2);
    const objections = (ctx: CallContext) => world.service.client(CountObjectionService, ctx);
    const asked = { parcelId: parcel.id, lineId: parcel.lines.find(({ condition }) => condition === 'wrong_part')?.lineId ?? '', kind: 'wrong_part', reason: '是同一件' };
    const filed = await objections(world.dealer()).objectToCount(asked);
    const corrected = [{ partId, quantity: 1, condition: 'scrap', unitSerial: '' }, { partId, quantity: 1, condition: 'wrong_part', unitSerial: '' }];
    await objections(world.as('service_clerk')).decideCountObjection({ id: filed.id, version: 1, decision: 'uphold', reason: '一件属实', lines: corrected });
    const of = async (state: string) => (await wrongs().listWrongParts({ state })).items.filter(({ parcelId }) => parcelId === parcel.id);
    expect(await of('withdrawn')).toMatchObject([{ id: waiting.id }]);
    const [left] = await of('waiting');
    expect(left).toMatchObject({ quantity: 1 });
    const said = await wrongs().instructWrongPart({ id: left.id, version: 1, instruction: 'scrap' });
    expect(await keeper().carryOutWrongPart({ id: left.id, version: said.version })).toMatchObject({ state: 'done' });
    expect(await reasonOf(wrongs().instructWrongPart({ id: left.id, version: said.version + 1, instruction: 'keep' }))).toBe('STEP_NOT_ALLOWED');
  });

  it('a foreign wrong part is missing; only its manager instructs and only the warehouse carries out', async () => {
    const { waiting: { id } } = await wrong(await world.part(), 1);
    const stranger = world.dealer('dealer_manager', newId());
    const missing = await wrongs(stranger).instructWrongPart({ id: newId(), version: 1, instruction: 'scrap' }).catch((error: unknown) => error);
    expect(await wrongs(stranger).instructWrongPart({ id, version: 1, instruction: 'scrap' }).catch((error: unknown) => error)).toEqual(missing);
    expect((await wrongs(stranger).listWrongParts({})).items).toEqual([]);
    expect(await reasonOf(keeper().instructWrongPart({ id, version: 1, instruction: 'scrap' }))).toBe('ROLE_NOT_ALLOWED');
    expect(await reasonOf(wrongs().carryOutWrongPart({ id, version: 1 }))).toBe('ROLE_NOT_ALLOWED');
    expect(await reasonOf(wrongs().instructWrongPart({ id, version: 9, instruction: 'scrap' }))).toBe('STALE_VERSION');
    const [rls] = await world.service.sql<{ forced: boolean }>(`select relforcerowsecurity as forced from pg_class where relname = 'wrong_part'`);
    expect(rls.forced).toBe(true);
  });
});
