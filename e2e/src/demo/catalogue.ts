import { addMonths } from '@aftercare/domain';
import type { Ref } from '../http/api.js';
import { createPart, importUnits, keepFamily, publishPrices, receiveStock, sitesOf, type DispatchRow, type Goods } from '../story/goods.js';
import type { DealerPeople, People } from '../story/people.js';
import { publishPapers } from './papers.js';
import type { Random } from './random.js';

const FAMILIES = [
  { family: 'faucet', familyName: '龙头', familyNameEn: 'Faucets', code: 'FA-100', name: '单把面盆龙头', nameEn: 'Basin faucet', months: 36 },
  { family: 'toilet', familyName: '坐便器', familyNameEn: 'Toilets', code: 'TO-200', name: '连体坐便器', nameEn: 'One-piece toilet', months: 60 },
  { family: 'shower', familyName: '花洒', familyNameEn: 'Showers', code: 'SH-300', name: '恒温花洒', nameEn: 'Thermostatic shower', months: 24 },
  { family: 'basin', familyName: '面盆', familyNameEn: 'Basins', code: 'BA-400', name: '台上盆', nameEn: 'Counter-top basin', months: 60 },
  { family: 'bidet', familyName: '智能马桶盖', familyNameEn: 'Bidet seats', code: 'BI-500', name: '智能马桶盖', nameEn: 'Bidet seat', months: 12 },
] as const;

const PARTS = [
  ['cartridge', '阀芯', true], ['seal', '密封圈', false], ['hose', '进水软管', false], ['ceramic_body', '陶瓷体', true], ['electronics', '控制板', true],
  ['handle', '手柄', true], ['screw_set', '安装螺钉包', false], ['filter', '滤网', false], ['sensor', '感应器', true], ['lid', '盖板', true],
] as const;

const UNITS_PER_DEALER = 60;
const STOCK = 200;

/** The catalogue of the demo data: 5 models with drawings and care notes, 50 parts with prices and stock, units dispatched to every dealer. */
export interface Catalogue {
  goods: Goods;
  /** Parts of a family, by its code. */
  partsOf: Record<string, string[]>;
  modelFamilies: { code: string; family: string }[];
  serialsOf: Record<string, { serial: string; family: string }[]>;
}

/** Makes models, fault codes, parts, prices and stock through the API. */
export async function makeCatalogue(people: People, dealers: DealerPeople[], made: { today: string; random: Random }): Promise<Catalogue> {
  const sites = await sitesOf(people.admin);
  const partsOf: Record<string, string[]> = {};
  for (const each of FAMILIES) {
    const model = await makeModel(people, each);
    partsOf[each.family] = await makeParts(people, each);
    await publishPapers(people, { modelId: model.id, name: each.name, nameEn: each.nameEn, positions: PARTS.map(([partClass, name]) => ({ partNumber: numberOf(each, partClass), name })) });
  }
  const everyPart = Object.values(partsOf).flat();
  await publishPrices(people, made.today, everyPart.map((partId) => {
    const fen = made.random.whole(300, 30_000);
    return { partId, dealerPrice: (fen / 100).toFixed(2), suggestedPrice: ((fen * 1.5) / 100).toFixed(2) };
  }));
  await receiveStock(people.keeper, sites.receivingSiteId, everyPart.map((partId) => ({ partId, quantity: STOCK, unitCost: '5.5' })));
  const faultCode = await makeFault(people);
  const serialsOf = await dispatch(people, dealers, made.today);
  const [modelCode, cartridgeId = '', ceramicId = ''] = [FAMILIES[0].code, partsOf.faucet?.[0], partsOf.faucet?.[3]];
  return { goods: { modelId: '', modelCode, cartridgeId, ceramicId, faultCode, ...sites }, partsOf, modelFamilies: [...FAMILIES], serialsOf };
}

async function makeModel(people: People, draft: (typeof FAMILIES)[number]): Promise<Ref> {
  await keepFamily(people.quality, { code: draft.family, name: draft.familyName, nameEn: draft.familyNameEn });
  const covered = { coversParts: true, coversLabour: true, startBasis: 'purchase' };
  const model = await people.quality.post('/product-models', {
    code: draft.code, name: draft.name, nameEn: draft.nameEn, family: draft.family,
    terms: [{ partClass: '*', months: draft.months, ...covered }, { partClass: 'seal', months: 12, ...covered }],
  });
  return people.supervisor.post(`/product-models/${model.id}/publish`, { version: model.version });
}

const numberOf = ({ code }: { code: string }, partClass: string): string => `${code}-${partClass.toUpperCase()}`;

async function makeParts(people: People, draft: { family: string; code: string }): Promise<string[]> {
  const refs: Ref[] = [];
  for (const [partClass, name, returnRequired] of PARTS) {
    refs.push(await createPart(people.clerk, { number: numberOf(draft, partClass), name, partClass, returnRequired }));
  }
  return refs.map(({ id }) => id);
}

/** The same fault in every family: a record names a code of its unit's. */
async function makeFault(people: People): Promise<string> {
  for (const family of new Set(FAMILIES.map((each) => each.family))) {
    await people.quality.post('/fault-codes', { kind: 'fault', family, code: 'F01', name: '漏水', nameEn: 'Leaks' });
    await people.supervisor.post('/fault-codes/publish-family', { family });
  }
  return 'F01';
}

async function dispatch(people: People, dealers: DealerPeople[], today: string): Promise<Catalogue['serialsOf']> {
  const serialsOf: Catalogue['serialsOf'] = {};
  const rows: DispatchRow[] = [];
  for (const dealer of dealers) {
    serialsOf[dealer.code] = Array.from({ length: UNITS_PER_DEALER }, (_each, index) => {
      const model = FAMILIES[index % FAMILIES.length] as (typeof FAMILIES)[number];
      const serial = `${model.code}-${dealer.code}-${String(index + 1).padStart(4, '0')}`;
      rows.push({ serial, modelCode: model.code, dealerCode: dealer.code, manufacturedOn: addMonths(today, -40), dispatchedOn: addMonths(today, -36) });
      return { serial, family: model.family };
    });
  }
  const job = await importUnits(people.clerk, rows);
  if (job.state !== 'done') throw new Error(`the units were not imported: ${JSON.stringify(job.errors.slice(0, 3))}`);
  return serialsOf;
}
