import { QualityFigureService, ReadModelService } from '@aftercare/contracts';
import { addDays, addMonths, newId } from '@aftercare/domain';
import { deliver, januaryOf, PERIOD, startInsights, tell, type InsightsWorld } from '../insights.fixture.js';
import { dice, lifeOf, type Life, type LifeCase, type LifeUnit } from './quality.fixture.js';
import { serviceMonth } from './records.queries.js';

let world: InsightsWorld;
let life: Life;
const PERIODS = [
  { from: '2024-01-01', to: '2025-12-31' }, { from: '2024-03-01', to: '2024-08-31' }, { from: '2024-02-11', to: '2025-01-19' }, { from: '2024-05-03', to: '2024-05-20' },
];
const DIMENSIONS = ['month', 'stage', 'family', 'model', 'lot', 'dealer', 'part', 'fault', 'cause', 'action', 'problem'];

beforeAll(async () => {
  world = await startInsights(100);
  life = lifeOf(7, { units: 60, cases: 90 });
  const roll = dice(11);
  world.outbox.push(...life.events);
  const shuffled = life.events.map((event) => ({ event, key: roll(1_000_000) })).sort((a, b) => a.key - b.key).map(({ event }) => event);
  for (const event of shuffled.flatMap((each) => (roll(6) === 0 ? [each, each] : [each]))) await deliver(world, event);
  await world.service.drain();
  await rebuilt();
}, 60_000);
afterAll(() => world?.service.stop());

const reader = () => world.service.client(QualityFigureService, world.service.ctx({ role: 'quality_engineer' }));

async function rebuilt(): Promise<void> {
  const admin = world.service.client(ReadModelService, world.service.ctx({ role: 'admin', idempotencyKey: newId() }));
  for (const until = Date.now() + 30_000; ;) {
    if ((await admin.getReadModel({})).state === 'ready') return;
    if (Date.now() > until) throw new Error('the rebuilding does not end');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

type Filter = Partial<Record<'stage' | 'family' | 'modelId' | 'lot' | 'dealerId' | 'partId' | 'faultCode' | 'causeCode' | 'actionCode' | 'problem' | 'without', string>>;
type Fault = LifeCase['faults'][number];
const lotOf = (unit: LifeUnit | null): string => (unit ? `${unit.modelId}/${unit.madeOn.slice(0, 7)}` : '');

/** What a fault of the case must be, for a filter of faults. */
const fits = ({ faultCode, causeCode, actionCode, problem }: Filter) => (fault: Fault): boolean =>
  [[faultCode, fault.faultCode], [causeCode, fault.causeCode], [actionCode, fault.actionCode], [problem, fault.problemDimension]].every(([asked, is]) => asked === undefined || asked === is);

function casesIn({ from, to }: { from: string; to: string }, filter: Filter): LifeCase[] {
  return life.cases.filter((each) => each.on >= from && each.on <= to
    && [[filter.stage, each.stage], [filter.family, each.family], [filter.modelId, each.unit?.modelId], [filter.lot, lotOf(each.unit)], [filter.dealerId, each.dealerId]]
      .every(([asked, is]) => asked === undefined || asked === is)
    && each.faults.some(fits(filter)) && (filter.partId === undefined || each.parts.some(({ partId }) => partId === filter.partId)));
}

const partCost = (each: LifeCase, part: LifeCase['parts'][number]): number => (paid(each) ? life.priceOn(part.partId, each.on) * part.quantity : 0);
const paid = ({ stage }: LifeCase): boolean => ['unboxing', 'in_warranty'].includes(stage);
const costOf = (each: LifeCase): number => (paid(each) ? each.fees + each.parts.reduce((sum, part) => sum + partCost(each, part), 0) : 0);
/** The fault's share: equal ones, what is left goes fen by fen to the first. */
const shareOf = (each: LifeCase, at: number): number => Math.floor(costOf(each) / each.faults.length) + (at < costOf(each) % each.faults.length ? 1 : 0);

interface Bar { cases: Set<string>; faults: number; pieces: number; cost: number }

/** The bars by going through all cases. */
function expectedBars(by: string, cases: LifeCase[], filter: Filter): Record<string, { cases: number; faults: number; pieces: number; cost: string }> {
  const bars = new Map<string, Bar>();
  for (const each of cases) {
    const pieces = each.parts.reduce((sum, { quantity }) => sum + quantity, 0);
    const add = (key: string, more: { faults: number; pieces: number; cost: number }): void => {
      const bar = bars.get(key) ?? { cases: new Set(), faults: 0, pieces: 0, cost: 0 };
      const isFirst = !bar.cases.has(each.caseId);
      bar.cases.add(each.caseId);
      bars.set(key, { cases: bar.cases, faults: bar.faults + more.faults, pieces: bar.pieces + (isFirst ? more.pieces : 0), cost: bar.cost + more.cost });
    };
    const whole = { faults: each.faults.length, pieces, cost: costOf(each) };
    const own: Record<string, string> = {
      month: each.on.slice(0, 7), stage: each.stage, family: each.family, model: each.unit?.modelId ?? '', lot: lotOf(each.unit), dealer: each.dealerId,
    };
    if (by in own) add(own[by], whole);
    else if (by === 'part') {
      for (const part of each.parts.filter(({ partId }) => filter.partId === undefined || partId === filter.partId)) add(part.partId, { ...whole, pieces: part.quantity, cost: partCost(each, part) });
    } else {
      each.faults.forEach((fault, at) => {
        const code = { fault: fault.faultCode, cause: fault.causeCode, action: fault.actionCode }[by];
        const key = code === undefined ? fault.problemDimension : code && `${each.family}/${code}`;
        if (fits(filter)(fault)) add(key, { faults: 1, pieces, cost: shareOf(each, at) });
      });
    }
  }
  return Object.fromEntries([...bars].map(([key, { cases: ids, cost, ...bar }]) => [key, { ...bar, cases: ids.size, cost: (cost / 100).toFixed(2) }]));
}

/** What a figure's query asks for. */
function parametersOf(opens: string): object {
  const { serviceMonth, ...texts } = Object.fromEntries(new URLSearchParams(opens));
  return serviceMonth === undefined ? texts : { ...texts, serviceMonth: Number(serviceMonth) };
}

async function allBars(by: string, period: object, filter: Filter, sort = '') {
  const items = [];
  for (let cursor = ''; ;) {
    const page = await reader().listQualityBars({ by, ...period, ...filter, page: { limit: 20, cursor, sort } });
    items.push(...page.items);
    if (page.nextCursor === '') return items;
    cursor = page.nextCursor;
  }
}

const filters = (): Filter[] => [
  { stage: 'in_warranty' }, { family: 'faucet', faultCode: 'F01' }, { partId: life.partIds[0], causeCode: 'C02' }, { dealerId: life.dealerIds[1] }, { problem: 'reliability', faultCode: 'F02' },
  { lot: lotOf(life.units[0]) }, { modelId: life.models[1].modelId, actionCode: 'A01' },
];

describe('quality figures', () => {
  it.each(DIMENSIONS)('Q-1, Q-2: bars by %s are what all cases come to, over any period, whole months and days', async (by) => {
    for (const period of PERIODS) {
      const bars = await allBars(by, period, {});
      expect(Object.fromEntries(bars.map(({ key, cases, faults, pieces, cost }) => [key, { cases, faults, pieces, cost }]))).toEqual(expectedBars(by, casesIn(period, {}), {}));
    }
  });

  it.each(DIMENSIONS)('Q-2: bars by %s narrowed by other dimensions are so too, and open their records', async (by) => {
    const [period] = PERIODS;
    for (const filter of filters()) {
      const cases = casesIn(period, filter);
      const bars = await allBars(by, period, filter);
      expect(Object.fromEntries(bars.map(({ key, cases: count, faults, pieces, cost }) => [key, { cases: count, faults, pieces, cost }]))).toEqual(expectedBars(by, cases, filter));
      const { items } = await reader().listQualityRecords({ ...period, ...filter, page: { limit: 200 } });
      expect(items.map(({ id }) => id).sort()).toEqual(cases.map(({ caseId }) => caseId).sort());
    }
  });

  it.each(DIMENSIONS)('Q-2: each bar by %s opens exactly its records, one that does not say its key too', async (by) => {
    for (const [period, filter] of [[PERIODS[0], {}], [PERIODS[2], { family: 'faucet' }], [PERIODS[0], { faultCode: 'F01', stage: 'in_warranty' }], [PERIODS[0], { without: 'cause' }]] as const) {
      // The largest, the smallest, and what does not say.
      const bars = await allBars(by, period, filter);
      for (const { key, cases, opens } of bars.filter((bar, at) => at < 4 || at === bars.length - 1 || bar.key === '')) {
        const { items } = await reader().listQualityRecords({ ...parametersOf(opens), page: { limit: 200 } });
        expect([by, key, opens, items.length]).toEqual([by, key, opens, cases]);
      }
    }
  });

  it('Q-2: what does not say is found by a filter of its own, never beside the value', async () => {
    const [period] = PERIODS;
    const { items } = await reader().listQualityRecords({ ...period, without: 'model, lot', page: { limit: 200 } });
    expect(items.map(({ id }) => id).sort()).toEqual(life.cases.filter(({ unit }) => unit === null).map(({ caseId }) => caseId).sort());
    expect(items.length).toBeGreaterThan(0);
    const field = (asked: object) => expect(reader().listQualityBars({ by: 'lot', ...period, ...asked })).rejects;
    await field({ without: 'colour' }).toMatchObject({ reason: 'INVALID_FIELD', details: { field: 'without' } });
    await field({ without: 'stage', stage: 'unboxing' }).toMatchObject({ reason: 'INVALID_FIELD', details: { field: 'stage' } });
    await field({ to: '9999-12-31' }).toMatchObject({ reason: 'PERIOD_INVALID', details: { field: 'to' } });
  });

  it('R-16, Q-2: bars of codes carry the names of the catalogue, as they were published last', async () => {
    const named = async (by: string) => (await allBars(by, PERIODS[0], {})).map(({ key, label, name, nameEn }) => [key, label, name, nameEn]);
    const faults = await named('fault');
    expect(faults).toContainEqual(['faucet/F01', 'F01', '滴水', 'Drips']);
    expect(faults).toContainEqual(['faucet/F02', 'F02', '', '']);
    expect((await named('cause')).every(([, , name]) => name === '')).toBe(true);
  });

  it('Q-2: a Pareto sorts most first and says how far the bars reach; each sort pages', async () => {
    const [period] = PERIODS;
    const bars = await allBars('lot', period, {}, '-cost');
    const costs = bars.map(({ cost }) => Number(cost));
    expect(costs).toEqual([...costs].sort((a, b) => b - a));
    expect(bars.at(-1)?.cumulativePercent).toBe('100.0');
    expect((await allBars('month', period, {}, 'key')).map(({ key }) => key)).toEqual([...new Set(life.cases.map(({ on }) => on.slice(0, 7)))].sort());
    await expect(reader().listQualityBars({ by: 'colour' })).rejects.toMatchObject({ reason: 'DIMENSION_UNKNOWN' });
    await expect(reader().listQualityBars({ by: 'lot', page: { sort: 'name' } })).rejects.toMatchObject({ reason: 'SORT_UNKNOWN' });
    await expect(reader().listQualityBars({ by: 'lot', from: '2026-02-01', to: '2026-01-01' })).rejects.toMatchObject({ reason: 'PERIOD_INVALID' });
  });

  it('Q-2: warranty cost stands for each unit sold in the period', async () => {
    for (const period of PERIODS) {
      const sold = life.units.filter(({ soldOn }) => soldOn >= period.from && soldOn <= period.to);
      for (const { key, label, unitsSold, cost, costPerUnit, cases, casesPer100Units } of await allBars('model', period, {})) {
        const units = sold.filter(({ modelId }) => modelId === key).length;
        expect([unitsSold, costPerUnit]).toEqual([units, units === 0 ? '' : half(Number(cost) / units, 2)]);
        expect([label, casesPer100Units]).toEqual([life.models.find(({ modelId }) => modelId === key)?.code ?? '', units === 0 ? '' : half((100 * cases) / units, 1)]);
      }
      expect((await allBars('month', period, {})).reduce((sum, { unitsSold }) => sum + unitsSold, 0)).toBe(
        sold.filter(({ soldOn }) => casesIn(period, {}).some(({ on }) => on.slice(0, 7) === soldOn.slice(0, 7))).length);
    }
  });

  it('Q-2: the months-in-service curve counts cases and the units that reached the month; a month opens its records', async () => {
    const sold = { from: '2024-02-01', to: '2024-09-30' };
    for (const filter of [{}, { family: 'toilet' }, { dealerId: life.dealerIds[0] }, { stage: 'in_warranty' }, { lot: lotOf(life.units[3]) }] as Filter[]) {
      const cohort = life.units.filter((unit) => unit.soldOn >= sold.from && unit.soldOn <= sold.to && (filter.family ?? unit.family) === unit.family
        && (filter.dealerId ?? unit.dealerId) === unit.dealerId && (filter.lot ?? lotOf(unit)) === lotOf(unit));
      const today = await world.service.sql<{ on: string }>(`select (business_now() at time zone 'Asia/Shanghai')::date::text as on`).then(([{ on }]) => on);
      const { items } = await reader().listMonthsInService({ ...sold, ...filter });
      expect(items.length).toBeGreaterThan(10);
      for (const { serviceMonth, units, cases, opens } of items) {
        const begun = (soldOn: string): string => (serviceMonth === 1 ? soldOn : addDays(addMonths(soldOn, serviceMonth - 1), 1));
        expect(units).toBe(cohort.filter(({ soldOn }) => begun(soldOn) <= today).length);
        const found = life.cases.filter(({ unit, on, stage }) => unit && cohort.includes(unit) && on >= begun(unit.soldOn) && on <= addMonths(unit.soldOn, serviceMonth)
          && (filter.stage ?? stage) === stage);
        expect(cases).toBe(found.length);
        if (serviceMonth > 6) continue;
        const records = await reader().listQualityRecords({ ...parametersOf(opens), page: { limit: 200 } });
        expect(records.items.map(({ id }) => id).sort()).toEqual(found.map(({ caseId }) => caseId).sort());
      }
    }
  });

  it('W-1, Q-2: a month in service ends on the corresponding day or on its month\'s last, whatever day a unit was sold on', async () => {
    const [first, last] = ['2023-12-28', '2024-04-02'];
    const rows = await world.service.sql<{ soldOn: string; on: string; month: number }>(`
      select sold::date::text as "soldOn", day::date::text as on, ${serviceMonth('sold::date', 'day::date')} as month
      from generate_series('${first}'::date, '${last}'::date, interval '1 day') sold, generate_series('${first}'::date, '2025-04-02'::date, interval '1 day') day`);
    expect(rows.length).toBe(97 * 462);
    const wrong = rows.filter(({ soldOn, on, month }) => (month === 0 ? on >= soldOn : on > addMonths(soldOn, month) || (month > 1 && on <= addMonths(soldOn, month - 1)) || on < soldOn));
    expect(wrong).toEqual([]);
  });

  it('Q-2: the curve pages, and goes on where it ended', async () => {
    const sold = { from: '2024-02-01', to: '2024-09-30' };
    const whole = (await reader().listMonthsInService({ ...sold, page: { limit: 200 } })).items;
    const first = await reader().listMonthsInService({ ...sold, page: { limit: 4 } });
    const rest = await reader().listMonthsInService({ ...sold, page: { limit: 200, cursor: first.nextCursor } });
    expect([first.items.length, rest.nextCursor]).toEqual([4, '']);
    expect([...first.items, ...rest.items]).toEqual(whole);
    await expect(reader().listMonthsInService({ ...sold, page: { cursor: 'x' } })).rejects.toMatchObject({ reason: 'CURSOR_INVALID' });
    await expect(reader().listQualityRecords({ soldBy: life.dealerIds[0] })).rejects.toMatchObject({ reason: 'INVALID_FIELD', details: { field: 'soldFrom' } });
    await expect(reader().listQualityRecords({ soldFrom: '2024-01-01', soldTo: '9999-12-31' })).rejects.toMatchObject({ reason: 'PERIOD_INVALID', details: { field: 'soldTo' } });
  });

  it('Q-2: records say the codes, the lot and the cost of a case, newest first, page by page', async () => {
    const first = await reader().listQualityRecords({ ...PERIODS[0], page: { limit: 40 } });
    const rest = await reader().listQualityRecords({ ...PERIODS[0], page: { limit: 200, cursor: first.nextCursor } });
    const items = [...first.items, ...rest.items];
    expect(items.map(({ on }) => on)).toEqual(life.cases.map(({ on }) => on).sort().reverse());
    for (const each of life.cases) {
      const codes = (of: keyof Fault): string => [...new Set(each.faults.map((fault) => String(fault[of])))].filter((code) => code !== '').sort().join(' ');
      expect(items.find(({ id }) => id === each.caseId)).toMatchObject({
        kind: each.kind, number: each.number, lot: lotOf(each.unit), serial: each.unit?.serial ?? '', cost: (costOf(each) / 100).toFixed(2), faultCodes: codes('faultCode'),
        causeCodes: codes('causeCode'), actionCodes: codes('actionCode'), designDefect: each.faults.some(({ designDefect }) => designDefect),
      });
    }
    const costly = await reader().listQualityRecords({ ...PERIODS[0], withCost: true, page: { limit: 200 } });
    expect(costly.items).toHaveLength(life.cases.filter((each) => costOf(each) > 0).length);
    await expect(reader().listQualityRecords({ serviceMonth: 2 })).rejects.toMatchObject({ reason: 'INVALID_FIELD' });
  });

  it('Q-2: first-time-fix and repeat rate are what the calls come to, and open them', async () => {
    const [one, two] = [{ id: newId(), code: 'R1', late: 3 }, { id: newId(), code: 'R2', firstFix: 5 }];
    await tell(world, [...januaryOf(one), ...januaryOf(two)]);
    await world.service.drain();
    const rates = async (by: string, asked: object = {}) => (await reader().listServiceRates({ by, ...PERIOD, ...asked })).items;
    const [first, second] = [one, two].map(({ id }) => ({ key: id }));
    const byDealer = await rates('dealer');
    expect(byDealer).toHaveLength(2);
    expect(byDealer.find(({ key }) => key === first.key)).toMatchObject({
      label: 'R1', calls: 10, cancelled: 1, resolved: 9, firstVisit: 8, firstFixPercent: '88.9', repeated: 0, repeatPercent: '0.0',
    });
    expect(byDealer.find(({ key }) => key === second.key)).toMatchObject({ label: 'R2', firstVisit: 5, firstFixPercent: '55.6' });
    expect((await rates('region')).map(({ key, calls }) => [key, calls])).toEqual([['310104', 12], ['320106', 8]]);
    expect((await rates('month', { dealerId: one.id })).map(({ key, calls }) => [key, calls])).toEqual([['2026-01', 10]]);
    expect((await rates('family', { region: '310000' })).map(({ key, calls }) => [key, calls])).toEqual([['faucet', 12]]);
    for (const by of ['dealer', 'region', 'month', 'family']) {
      for (const { calls: counted, opens } of await rates(by)) {
        expect((await reader().listRatedCalls({ ...parametersOf(opens), page: { limit: 200 } })).items).toHaveLength(counted);
      }
    }
    const calls = async (asked: object) => (await reader().listRatedCalls({ ...PERIOD, ...asked, page: { limit: 200 } })).items;
    expect(await calls({ dealerId: two.id, only: 'first_fix' })).toHaveLength(5);
    expect((await calls({ dealerId: two.id, only: 'not_first_fix' })).map(({ outcome, firstFix }) => [outcome, firstFix])).toEqual(Array(4).fill(['resolved', false]));
    expect([await calls({ only: 'repeated' }), (await calls({ region: '320106' })).length]).toEqual([[], 8]);
    await expect(reader().listServiceRates({ by: 'colour' })).rejects.toMatchObject({ reason: 'DIMENSION_UNKNOWN' });
    await expect(reader().listRatedCalls({ only: 'colour' })).rejects.toMatchObject({ reason: 'ONLY_UNKNOWN' });
  });

  it('Q-1: dropped and built again the figures are the same', async () => {
    const before = await Promise.all(DIMENSIONS.map((by) => allBars(by, PERIODS[0], {})));
    await world.service.client(ReadModelService, world.service.ctx({ role: 'admin', idempotencyKey: newId() })).rebuildReadModel({});
    await rebuilt();
    expect(await Promise.all(DIMENSIONS.map((by) => allBars(by, PERIODS[0], {})))).toEqual(before);
  }, 60_000);

  it('Q-2: they are for the manufacturer: a dealer reads none', async () => {
    for (const role of ['dealer_manager', 'dealer_technician'] as const) {
      const dealer = world.service.client(QualityFigureService, world.service.dealerCtx(life.dealerIds[0], role));
      await expect(dealer.listQualityBars({ by: 'lot' })).rejects.toMatchObject({ reason: 'ROLE_NOT_ALLOWED' });
      await expect(dealer.listQualityRecords({})).rejects.toMatchObject({ reason: 'ROLE_NOT_ALLOWED' });
    }
  });
});

/** Rounded half up, as money is. */
function half(value: number, decimals: number): string {
  const factor = 10 ** decimals;
  return (Math.round((value + Number.EPSILON) * factor) / factor).toFixed(decimals);
}
