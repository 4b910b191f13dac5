import {
  DealerChangedSchema, ModelPublishedSchema, NoticeRequestedSchema, PartCataloguedSchema, QualityWatchService, SettingChangedSchema, UnitDispatchedSchema, UnitSoldSchema,
} from '@aftercare/contracts';
import { addDays, newId } from '@aftercare/domain';
import { startInsights, specEvent, tell, type InsightsWorld, type SpecEvent } from '../insights.fixture.js';
import { told, type LifeCase, type LifeUnit } from '../quality/quality.fixture.js';

let world: InsightsWorld;
let today: string;
const [modelId, partId, rarePartId] = [newId(), newId(), newId()];
const [dealerId, otherId] = [newId(), newId()];
let units: LifeUnit[];

beforeAll(async () => {
  world = await startInsights(100);
  await world.service.drain();
  today = (await world.service.sql<{ on: string }>(`select (business_now() at time zone 'Asia/Shanghai')::date::text as on`))[0].on;
  // Six lots of twenty units each, all sold 200 days ago.
  units = Array.from({ length: 120 }, (_each, at): LifeUnit => ({
    unitId: newId(), serial: `W-${at}`, modelId, family: 'faucet', madeOn: `2025-0${1 + (at % 6)}-10`, dealerId, soldOn: addDays(today, -200),
  }));
  const at = `${addDays(today, -300)}T04:00:00.000Z`;
  await tell(world, [
    ...[dealerId, otherId].map((id, n) => specEvent(DealerChangedSchema, { dealerId: id, code: `D${n}`, name: '经销商', status: 'active', version: 1 }, at)),
    specEvent(ModelPublishedSchema, { modelId, code: 'M-1', name: '龙头', family: 'faucet', version: 1 }, at),
    ...[partId, rarePartId].map((id, n) => specEvent(PartCataloguedSchema, { partId: id, number: `P-${n}`, name: '阀芯', version: 1 }, at)),
    ...units.flatMap((unit) => [
      specEvent(UnitDispatchedSchema, { ...unit, dispatchedOn: addDays(unit.soldOn, -20), manufacturedOn: unit.madeOn }, at),
      specEvent(UnitSoldSchema, { ...unit, purchaseDate: unit.soldOn }, `${unit.soldOn}T04:00:00.000Z`),
    ]),
  ]);
  await world.service.drain();
}, 60_000);
afterAll(() => world?.service.stop());

let number = 0;
function found(given: Partial<LifeCase>): { each: LifeCase; event: SpecEvent } {
  number += 1;
  const each: LifeCase = {
    caseId: newId(), kind: 'repair-call', number: `RC-${number}`, dealerId, unit: null, stage: 'in_warranty', family: 'faucet', faults: [{
      faultCode: 'F01', causeCode: '', actionCode: '', problemDimension: '', designDefect: false,
    }], parts: [], fees: 0, on: addDays(today, -40), photos: [], minutes: 120, ...given,
  };
  return { each, event: told(each, 1) };
}

const reader = (locale: 'en' | 'zh-CN' = 'en') => world.service.client(QualityWatchService, world.service.ctx({ role: 'quality_engineer', locale }));
const ofLot = (lot: number) => units.filter(({ madeOn }) => madeOn === `2025-0${lot}-10`);

async function tellAll(events: SpecEvent[]): Promise<void> {
  await tell(world, events);
  await world.service.drain();
}

/** The next night. */
async function evaluated(): Promise<void> {
  await world.service.moveClock('24h');
  await world.service.drain();
}

async function noticesOf(alertId: string): Promise<{ kind: string; recipientRole: string; params: string }[]> {
  const rows = await world.service.sql<{ payload: string }>('select payload from outbox where event_type = $1 and payload like $2 order by id', [NoticeRequestedSchema.typeName, `%${alertId}%`]);
  return rows.map(({ payload }) => JSON.parse(payload) as { kind: string; recipientRole: string; params: string });
}

describe('control limits', () => {
  it('Q-3: a lot beyond its limit raises an alert, told once to the quality engineer, with its figures', async () => {
    // One case on every lot, and eight more on the third.
    await tellAll([...[1, 2, 3, 4, 5, 6].map((lot) => found({ unit: ofLot(lot)[0] }).event), ...ofLot(3).slice(1, 9).map((unit) => found({ unit }).event)]);
    await evaluated();
    const { items: [point, ...others] } = await reader().listControlPoints({ kind: 'lot' });
    expect(point).toMatchObject({ key: `${modelId}/2025-03`, label: 'M-1 2025-03', family: 'faucet', cases: 9, beyond: true });
    expect(others.map(({ cases, beyond }) => [cases, beyond])).toEqual(Array(5).fill([1, false]));
    // 20 units, sold 200 days before the day the clock stood on; the night moved it by one and the present day is not over.
    expect([point.unitDays, point.rate]).toEqual(['4000', '6.750']);
    expect([point.centre, point.limit]).toEqual(['0.750', (((5 / 20_000) + 3 * Math.sqrt(5 / 20_000 / 4_000)) * 3_000).toFixed(3)]);
    const { items: [alert, ...more] } = await reader().listQualityAlerts({ kind: 'lot' });
    expect(more).toEqual([]);
    expect(alert).toMatchObject({ key: point.key, label: point.label, state: 'open', cases: 9, rate: point.rate, limit: point.limit, endedAt: '' });
    expect(await reader().getQualityAlert({ id: alert.id })).toMatchObject({ number: alert.number });
    const [notice, ...again] = await noticesOf(alert.id);
    expect(again).toEqual([]);
    expect(notice).toMatchObject({ kind: 'quality_alert.lot', recipientRole: 'quality_engineer' });
    expect(JSON.parse(notice.params)).toMatchObject({ label: 'M-1 2025-03', cases: 9 });
  });

  it('Q-3: it stays open and silent while the rate is beyond; back within the limit it is over, and then it is told anew', async () => {
    await tellAll([found({ unit: ofLot(3)[12] }).event]);
    await evaluated();
    const { items: [alert] } = await reader().listQualityAlerts({ state: 'open' });
    expect([alert.cases, (await noticesOf(alert.id)).length]).toEqual([10, 1]);
    // The other lots catch up.
    await tellAll([1, 2, 4, 5, 6].flatMap((lot) => ofLot(lot).slice(2, 8).map((unit) => found({ unit }).event)));
    await evaluated();
    expect((await reader().listQualityAlerts({ state: 'open' })).items).toEqual([]);
    const { items: [over] } = await reader().listQualityAlerts({ state: 'over' });
    expect([over.id, over.endedAt === '']).toEqual([alert.id, false]);
    await tellAll(ofLot(3).flatMap((unit) => [found({ unit }).event, found({ unit }).event]));
    await evaluated();
    const { items: [anew] } = await reader().listQualityAlerts({ state: 'open' });
    expect(anew).toMatchObject({ key: alert.key });
    expect(anew.number).not.toBe(alert.number);
    expect(await noticesOf(anew.id)).toHaveLength(1);
  });

  it('Q-3: a part is compared with its own year before', async () => {
    const used = (on: string) => found({ unit: null, on, parts: [{ partId: rarePartId, quantity: 1 }] }).event;
    await tellAll([used(addDays(today, -120)), ...Array.from({ length: 7 }, (_each, at) => used(addDays(today, -10 + at)))]);
    await evaluated();
    const { items: [point] } = await reader().listControlPoints({ kind: 'part', beyond: true });
    expect(point).toMatchObject({ key: rarePartId, label: 'P-1', cases: 7, family: '' });
    const { items: [alert] } = await reader().listQualityAlerts({ kind: 'part' });
    expect((await noticesOf(alert.id))[0]).toMatchObject({ kind: 'quality_alert.part' });
  });

  it('Q-3: points and alerts page', async () => {
    const first = await reader().listControlPoints({ kind: 'lot', page: { limit: 4 } });
    const rest = await reader().listControlPoints({ kind: 'lot', page: { limit: 4, cursor: first.nextCursor } });
    expect(new Set([...first.items, ...rest.items].map(({ key }) => key)).size).toBe(6);
    await expect(reader().getQualityAlert({ id: newId() })).rejects.toMatchObject({ code: 'not_found' });
    await expect(reader().listControlPoints({ kind: 'lot', page: { cursor: first.nextCursor.slice(1) } })).rejects.toMatchObject({ reason: 'CURSOR_INVALID' });
  });
});

describe('hints', () => {
  const on = (): string => addDays(today, -60);
  const hints = async (asked: object, locale: 'en' | 'zh-CN' = 'en') => (await reader(locale).listQualityHints({ from: addDays(today, -90), to: addDays(today, -50), ...asked, page: { limit: 200 } })).items;

  it('Q-7: the same part on the same unit and day at two calls, once for each of them, with the reason in words', async () => {
    const [unit] = ofLot(1);
    const part = [{ partId, quantity: 1 }];
    const [one, two] = [found({ unit, parts: part, on: on() }), found({ unit, parts: part, on: on(), dealerId: otherId })];
    const others = [found({ unit, parts: part, on: addDays(on(), 1) }), found({ unit: ofLot(2)[0], parts: part, on: on() }), found({ unit, parts: [{ partId: rarePartId, quantity: 1 }], on: on() })];
    await tellAll([one, two, ...others].map(({ event }) => event));
    const items = await hints({ kind: 'same_part' });
    expect(items.map(({ caseId, otherCaseId, partId: id }) => [caseId, otherCaseId, id]).sort()).toEqual([
      [one.each.caseId, two.each.caseId, partId], [two.each.caseId, one.each.caseId, partId],
    ].sort());
    const [own] = await hints({ kind: 'same_part', dealerId: otherId });
    expect(own).toMatchObject({ dealerCode: 'D1', number: two.each.number, on: on(), text: `Part P-0 was replaced in unit ${unit.serial} on the same day at ${one.each.number} as well` });
    expect((await hints({ kind: 'same_part', dealerId: otherId }, 'zh-CN'))[0].text).toBe(`产品 ${unit.serial} 同一天在 ${one.each.number} 也更换了配件 P-0`);
  });

  it('Q-7: a serial that was typed is compared in its one spelling, with registered ones too; it is not shown', async () => {
    const [unit] = ofLot(3);
    const part = [{ partId, quantity: 1 }];
    const typed = (typedSerial: string, given: Partial<LifeCase> = {}) => found({ unit: null, typedSerial, parts: part, on: addDays(on(), 2), ...given });
    const [one, two, own, registered] = [typed('zz-77 a'), typed('ＺＺ－７７Ａ', { dealerId: otherId }), typed(unit.serial.toLowerCase()), found({ unit, parts: part, on: addDays(on(), 2) })];
    const others = [typed('ZZ-77B'), typed(''), typed(''), typed('ZZ-77A', { on: addDays(on(), 3) }), typed('ZZ-77A', { parts: [{ partId: rarePartId, quantity: 1 }] })];
    await tellAll([one, two, own, registered, ...others].map(({ event }) => event));
    const items = (await hints({ kind: 'same_part', from: addDays(on(), 2) })).filter((item) => item.on === addDays(on(), 2));
    const pair = (a: typeof one, b: typeof one) => [`${a.each.number} ${b.each.number}`, `${b.each.number} ${a.each.number}`];
    expect(items.map(({ number: of, otherNumber }) => `${of} ${otherNumber}`).sort()).toEqual([...pair(one, two), ...pair(own, registered)].sort());
    expect(items.find(({ caseId }) => caseId === one.each.caseId)).toMatchObject({
      serial: '', text: `Part P-0 was replaced in a unit of the same serial (not registered here) on the same day at ${two.each.number} as well`,
    });
    const text = `Part P-0 was replaced in a unit of the same serial (not registered here) on the same day at ${registered.each.number} as well`;
    expect(items.find(({ caseId }) => caseId === own.each.caseId)).toMatchObject({ serial: '', text });
    expect(items.find(({ caseId }) => caseId === registered.each.caseId)).toMatchObject({ serial: unit.serial, text: expect.stringContaining(`in unit ${unit.serial} `) });
    expect(JSON.stringify(items)).not.toMatch(/zz-77|ＺＺ/i);
  });

  it('Q-7: two records of one call that used the part on one day are two records of the rule, and hinted once; without a serial nothing is the same', async () => {
    const given = { parts: [{ partId, quantity: 2 }, { partId: rarePartId, quantity: 1 }], usedAgain: [{ partId, usedOn: addDays(on(), 4) }], on: addDays(on(), 4) };
    const [twice, nameless] = [found({ ...given, unit: ofLot(4)[0] }), found({ ...given, unit: null })];
    await tellAll([twice, nameless].map(({ event }) => event));
    const ask = async (locale: 'en' | 'zh-CN') => (await hints({ kind: 'same_part' }, locale)).filter((item) => [twice.each.caseId, nameless.each.caseId].includes(item.caseId));
    const { serial } = ofLot(4)[0];
    expect(await ask('en')).toEqual([expect.objectContaining({
      caseId: twice.each.caseId, on: addDays(on(), 4), partId, serial, otherCaseId: '', otherNumber: '', text: `Part P-0 was replaced in unit ${serial} by two records of this call on the same day`,
    })]);
    expect((await ask('zh-CN')).map(({ text }) => text)).toEqual([`本叫修同一天的两份维修记录都为产品 ${serial} 更换了配件 P-0`]);
  });

  it('Q-7: the same photo at another case, also where that one was before the period', async () => {
    const photographed = (photos: string[], day: string) => found({ photos: photos.map((each) => each.repeat(64)), on: day });
    const [one, two, own, late] = [['a'], ['a', 'b'], ['c', 'd'], ['e']].map((photos) => photographed(photos, on()));
    const before = photographed(['e'], addDays(today, -100));
    await tellAll([one, two, own, late, before].map(({ event }) => event));
    expect((await hints({ kind: 'same_photo' })).map(({ number: of, otherNumber }) => `${of} ${otherNumber}`).sort()).toEqual(
      [[one, two], [two, one], [late, before]].map((pair) => pair.map(({ each }) => each.number).join(' ')).sort());
  });

  it('Q-7: a repair within minutes; the limit is a setting', async () => {
    const [quick, just] = [found({ minutes: 14, on: on() }), found({ minutes: 15, on: on() })];
    await tellAll([quick.event, just.event]);
    expect((await hints({ kind: 'minutes' })).map(({ number: of, value, compared, text }) => [of, value, compared, text])).toEqual(
      [[quick.each.number, '14', '15', 'Solved 14 minutes after it was opened, less than 15']]);
    await tellAll([specEvent(SettingChangedSchema, { key: 'quality.hintMinutes', effectiveFrom: '2020-01-01', value: '16', version: 1 }, `${on()}T00:00:00.000Z`)]);
    expect(await hints({ kind: 'minutes' })).toHaveLength(2);
  });

  it('Q-7: pieces for a case far above the other dealers’ in a month and family', async () => {
    const month = { from: '2025-03-01', to: '2025-03-31' };
    const of = (dealer: string, quantity: number) => Array.from({ length: 10 }, () => found({ dealerId: dealer, family: 'bidet', on: '2025-03-12', parts: [{ partId, quantity }] }).event);
    await tellAll([...of(dealerId, 1), ...of(otherId, 2)]);
    expect(await hints({ kind: 'parts_per_call', ...month })).toEqual([]);
    await tellAll(of(otherId, 3));
    const [hint, ...more] = await hints({ kind: 'parts_per_call', ...month });
    expect(more).toEqual([]);
    expect(hint).toMatchObject({ dealerId: otherId, on: '2025-03-31', family: 'bidet', value: '2.50', compared: '1.00', caseId: '' });
    expect(hint.text).toBe('2.50 pieces for a repair of family bidet in the month, the other dealers have 1.00');
  });

  it('Q-7: all kinds are one list that pages, for the manufacturer alone', async () => {
    const all = await hints({});
    expect(new Set(all.map(({ kind }) => kind))).toEqual(new Set(['same_part', 'same_photo', 'minutes']));
    const asked = { from: addDays(today, -90), to: addDays(today, -50) };
    const first = await reader().listQualityHints({ ...asked, page: { limit: 3 } });
    const rest = await reader().listQualityHints({ ...asked, page: { limit: 200, cursor: first.nextCursor } });
    expect([...first.items, ...rest.items].map(({ id }) => id)).toEqual(all.map(({ id }) => id));
    await expect(reader().listQualityHints({ kind: 'colour' })).rejects.toMatchObject({ reason: 'HINT_UNKNOWN' });
    for (const role of ['dealer_manager', 'dealer_technician'] as const) {
      const dealer = world.service.client(QualityWatchService, world.service.dealerCtx(dealerId, role));
      await expect(dealer.listQualityHints({})).rejects.toMatchObject({ reason: 'ROLE_NOT_ALLOWED' });
      await expect(dealer.listQualityAlerts({})).rejects.toMatchObject({ reason: 'ROLE_NOT_ALLOWED' });
      await expect(dealer.listControlPoints({ kind: 'lot' })).rejects.toMatchObject({ reason: 'ROLE_NOT_ALLOWED' });
    }
  });
});
