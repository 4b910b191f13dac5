import {
  DealerChangedSchema, FaultCodePublishedSchema, FaultsRecordedSchema, ModelPublishedSchema, PartCataloguedSchema, PartPricedSchema, PurchaseDateProvedSchema, UnitDispatchedSchema, UnitSoldSchema,
} from '@aftercare/contracts';
import { addDays, addMonths, newId, serialKey } from '@aftercare/domain';
import { specEvent, type SpecEvent } from '../insights.fixture.js';

/** A unit of a generated life. */
export interface LifeUnit {
  unitId: string;
  serial: string;
  modelId: string;
  family: string;
  madeOn: string;
  dealerId: string;
  soldOn: string;
}

/** A case of a generated life, as it stands in the end. */
export interface LifeCase {
  caseId: string;
  kind: string;
  number: string;
  dealerId: string;
  unit: LifeUnit | null;
  stage: string;
  family: string;
  faults: { faultCode: string; causeCode: string; actionCode: string; problemDimension: string; designDefect: boolean }[];
  parts: { partId: string; quantity: number }[];
  fees: number;
  on: string;
  photos: string[];
  minutes: number;
  /** What was typed for a unit that is not registered. */
  typedSerial?: string;
  /** Parts that two records used on one day. */
  usedAgain?: { partId: string; usedOn: string }[];
}

/** Units, sales, prices and cases over some months, and the events that told of them. */
export interface Life {
  dealerIds: string[];
  models: { modelId: string; code: string; family: string }[];
  partIds: string[];
  units: LifeUnit[];
  cases: LifeCase[];
  /** Price of a part on a day, in hundredths. */
  priceOn: (partId: string, on: string) => number;
  events: SpecEvent[];
}

const FAMILIES = ['faucet', 'toilet'];
const STAGES = ['unboxing', 'in_warranty', 'out_of_warranty', ''];
const FIRST = '2024-01-05';
const SHANGHAI_NOON = 'T04:00:00.000Z';

/** Numbers that a seed decides. */
export function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** A life of a seed: the same seed makes the same, but for ids. */
export function lifeOf(seed: number, size: { units: number; cases: number }): Life {
  const roll = dice(seed);
  const one = <T>(choices: readonly T[]): T => choices[roll(choices.length)];
  const [dealerIds, partIds] = [[newId(), newId(), newId()], [newId(), newId(), newId(), newId()]];
  const models = Array.from({ length: 4 }, (_each, at) => ({ modelId: newId(), code: `M-${seed}-${at}`, family: FAMILIES[at % 2] }));
  const units = Array.from({ length: size.units }, (_each, at): LifeUnit => {
    const { modelId, family } = one(models);
    const soldOn = addDays(FIRST, roll(300));
    return { unitId: newId(), serial: `S-${seed}-${at}`, modelId, family, madeOn: addDays(soldOn, -10 - roll(90)), dealerId: one(dealerIds), soldOn };
  });
  const code = (letter: string): string => (roll(5) === 0 ? '' : `${letter}0${1 + roll(3)}`);
  const cases = Array.from({ length: size.cases }, (_each, at): LifeCase => {
    const unit = roll(8) === 0 ? null : one(units);
    return {
      caseId: newId(), kind: roll(9) === 0 ? 'quality-report' : 'repair-call', number: `N-${seed}-${at}`, dealerId: one(dealerIds), unit, stage: one(STAGES),
      family: unit?.family ?? one(['', ...FAMILIES]),
      faults: Array.from({ length: 1 + roll(3) }, () => ({
        faultCode: code('F'), causeCode: code('C'), actionCode: code('A'), problemDimension: one(['', 'reliability', 'durability']), designDefect: roll(10) === 0,
      })),
      parts: [...new Map(Array.from({ length: roll(3) }, () => [one(partIds), 1 + roll(3)])).entries()].map(([partId, quantity]) => ({ partId, quantity })),
      fees: roll(20_000), on: addDays(unit?.soldOn ?? FIRST, roll(320)), photos: [], minutes: 30 + roll(600),
    };
  });
  const prices = partIds.flatMap((partId) => [FIRST, addMonths(FIRST, 9)].map((from) => ({ partId, from, price: 100 + roll(5_000) })));
  const priceOn = (partId: string, on: string): number => prices.filter((each) => each.partId === partId && each.from <= on).at(-1)?.price ?? 0;
  return { dealerIds, models, partIds, units, cases, priceOn, events: eventsOf({ dealerIds, models, partIds, units, cases, prices }) };
}

type Made = Omit<Life, 'priceOn' | 'events'> & { prices: { partId: string; from: string; price: number }[] };

function eventsOf({ dealerIds, models, partIds, units, cases, prices }: Made): SpecEvent[] {
  const at = (on: string): string => `${on}${SHANGHAI_NOON}`;
  return [
    ...dealerIds.map((dealerId, n) => specEvent(DealerChangedSchema, { dealerId, code: `D${n}`, name: `经销商${n}`, status: 'active', version: 1 }, at(FIRST))),
    ...models.map(({ modelId, code, family }) => specEvent(ModelPublishedSchema, { modelId, code, name: '型号', family, version: 1 }, at(FIRST))),
    ...[2, 3].map((version) => specEvent(FaultCodePublishedSchema, {
      kind: 'fault', family: 'faucet', code: 'F01', name: version === 3 ? '滴水' : '滴', nameEn: 'Drips', version }, at(FIRST))),
    specEvent(FaultCodePublishedSchema, { kind: 'cause', family: 'faucet', code: 'F01', name: '密封老化', version: 2 }, at(FIRST)),
    ...partIds.map((partId, n) => specEvent(PartCataloguedSchema, { partId, number: `P-${n}`, name: '配件', version: 1 }, at(FIRST))),
    ...prices.map(({ partId, from, price }) => specEvent(PartPricedSchema, {
      partId, priceListId: newId(), effectiveFrom: from, dealerPrice: (price / 100).toFixed(4), publishedAt: at(from) }, at(from))),
    ...units.flatMap((unit, n) => [
      specEvent(UnitDispatchedSchema, { ...unit, dispatchedOn: addDays(unit.madeOn, 5), manufacturedOn: unit.madeOn }, at(unit.madeOn)),
      // A day of purchase that was proved afterwards counts instead of the one of registering.
      ...(n % 7 === 0
        ? [
          specEvent(UnitSoldSchema, { ...unit, purchaseDate: '' }, at(addDays(unit.soldOn, 3))),
          specEvent(PurchaseDateProvedSchema, { unitId: unit.unitId, dealerId: unit.dealerId, purchaseDate: unit.soldOn, version: 4 }, at(addDays(unit.soldOn, 9))),
        ]
        : [specEvent(UnitSoldSchema, { ...unit, purchaseDate: unit.soldOn }, at(unit.soldOn))]),
    ]),
    ...cases.flatMap((each, n) => [...(n % 5 === 0 ? [told({ ...each, stage: 'in_warranty', faults: each.faults.slice(0, 1), parts: [] }, 2)] : []), told(each, 3)]),
  ];
}

/** A case as repairs tells it. */
export function told(each: LifeCase, version: number): SpecEvent {
  const recordedAt = `${each.on}${SHANGHAI_NOON}`;
  const isCall = each.kind === 'repair-call';
  return specEvent(FaultsRecordedSchema, {
    caseId: each.caseId, kind: each.kind, number: each.number, dealerId: each.dealerId, unitId: each.unit?.unitId ?? '', serial: each.unit?.serial ?? '', stage: each.stage,
    family: each.family, faults: each.faults, partsUsed: each.parts.map((part) => ({ ...part, source: 'own' })), labourFee: (each.fees / 100).toFixed(2), travelFee: '0.00',
    photoHashes: each.photos, openedAt: isCall ? new Date(Date.parse(recordedAt) - each.minutes * 60_000).toISOString() : '', resolvedAt: isCall ? recordedAt : '', recordedAt, version,
    serialKey: serialKey(each.unit?.serial ?? each.typedSerial ?? ''), usedAgain: each.usedAgain ?? [],
  }, recordedAt);
}
