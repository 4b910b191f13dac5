import {
  AffectedUnitService, CampaignService, CampaignUnitService, ProductModelService, type AffectedUnit, type ListAffectedUnitsRequest,
} from '@aftercare/contracts';
import { addDays, businessDate, newId } from '@aftercare/domain';
import { notFound, type CallContext } from '@aftercare/messaging';
import { fake } from '@aftercare/testing';
import { startRepairs, type RepairsWorld } from '../repairs.fixture.js';

export type Unit = Pick<AffectedUnit, 'unitId' | 'serial' | 'modelCode' | 'dealerId' | 'customerId'>;

/** The registry that customers answers from, page by page. */
function registryOfUnits() {
  const registry: Unit[] = [];
  const asked: ListAffectedUnitsRequest[] = [];
  const affected = fake(AffectedUnitService, {
    listAffectedUnits: async (request) => {
      asked.push(request);
      const { serials, serialFrom, serialTo, page } = request;
      const all = registry.filter(({ serial }) => (serials.length > 0 ? serials.includes(serial) : serial >= serialFrom && serial <= serialTo)).sort((a, b) => (a.serial < b.serial ? -1 : 1));
      const from = Number(page?.cursor || 0);
      const items = all.slice(from, from + (page?.limit ?? 50));
      return { items, nextCursor: from + items.length < all.length ? String(from + items.length) : '' };
    },
  });
  return { registry, asked, affected };
}

/** The one model of the registry, and what was asked of it. */
function oneModel() {
  const modelId = newId();
  const modelsAsked: string[] = [];
  const models = fake(ProductModelService, { getProductModel: async ({ id }) => {
    modelsAsked.push(id);
    if (id !== modelId) throw notFound('product model');
    return { id };
  } });
  return { modelId, modelsAsked, models };
}

/** A world with a registry of units that campaigns are made of; world and engineer are there once it was started. */
export function campaignStage() {
  let world: RepairsWorld;
  let engineer: CallContext;
  const { registry, asked, affected } = registryOfUnits();
  const { modelId, modelsAsked, models } = oneModel();
  const campaigns = (ctx = engineer) => world.service.client(CampaignService, ctx);
  const units = (ctx = world.manager) => world.service.client(CampaignUnitService, ctx);
  const PART = { partId: newId(), partNumber: 'CA-35', quantity: 2 };
  const content = (selection: object, changed: object = {}) => ({
    kind: 'recall', title: '阀芯更换', problem: '阀芯开裂', remedy: '更换阀芯', letter: '尊敬的用户：请预约更换。', dueOn: addDays(businessDate(new Date()), 30), parts: [PART], selection, ...changed,
  });

  /** Units of the registry under a prefix of their own: how many each dealer serves. */
  function stock(prefix: string, count: number, of: Partial<Unit> = {}): Unit[] {
    const made = Array.from({ length: count }, (_, at) => ({ unitId: newId(), serial: `${prefix}-${String(at + 1).padStart(4, '0')}`, modelCode: 'FA-100', dealerId: world.dealerId, customerId: newId(), ...of }));
    registry.push(...made);
    return made;
  }

  /** A campaign whose units are all collected. */
  async function collected(selection: object, changed: object = {}): Promise<{ id: string; version: number; units: number }> {
    let ref: { id: string; version: number; units: number; more: boolean } = { ...(await campaigns().openCampaign({ content: content(selection, changed) })), units: 0, more: true };
    while (ref.more) ref = await campaigns().collectCampaign({ id: ref.id, version: ref.version });
    return ref;
  }

  async function launched(prefix: string, count = 2): Promise<string> {
    const { id, version } = await collected({ serialFrom: `${prefix}-0001`, serialTo: `${prefix}-9999` });
    expect((await campaigns().getCampaign({ id })).progress).toMatchObject({ units: count });
    await campaigns().launchCampaign({ id, version });
    return id;
  }

  const workList = async (campaignId: string, ctx = world.manager, filter: object = {}) => (await units(ctx).listCampaignUnits({ campaignId, ...filter })).items;
  const start = async (): Promise<{ world: RepairsWorld; engineer: CallContext }> => {
    world = await startRepairs([affected, models]);
    engineer = world.service.ctx({ role: 'quality_engineer' });
    return { world, engineer };
  };
  return { start, registry, asked, modelId, modelsAsked, PART, campaigns, units, content, stock, collected, launched, workList };
}
