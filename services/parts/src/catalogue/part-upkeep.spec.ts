import { PartService, PartUpkeepService, PurchaseOrderService } from '@aftercare/contracts';
import type { CallContext } from '@aftercare/messaging';
import { addDays, businessDate, newId } from '@aftercare/domain';
import { faultsOf, runImport } from '@aftercare/testing';
import type { QueryRunner } from 'typeorm';
import { PartClasses1800922000000 } from '../migrations/1800922000000-part-classes.js';
import { reasonOf, startParts, type PartsWorld } from '../parts.fixture.js';

jest.setTimeout(60_000);
let world: PartsWorld;
beforeAll(async () => {
  world = await startParts();
});
afterAll(() => world?.service.stop());

const upkeep = (ctx: CallContext = world.as('service_clerk')) => world.service.client(PartUpkeepService, ctx);
const parts = (ctx: CallContext = world.as('service_clerk')) => world.service.client(PartService, ctx);
const DATA = { name: '阀芯', nameEn: 'Cartridge', unit: 'piece', partClass: 'cartridge', returnRequired: true };
const change = async (id: string, given: object) => upkeep().changePart({ id, version: (await parts().getPart({ id })).version, ...DATA, ...given });

describe('the catalogue of parts', () => {
  it('P-1: a part is changed by who keeps the catalogue, on the version it was read in, and that is told', async () => {
    const id = await world.part();
    await expect(upkeep(world.as('warehouse_keeper')).changePart({ id, version: 1, ...DATA })).rejects.toMatchObject({ reason: 'ROLE_NOT_ALLOWED' });
    expect(await change(id, { name: '新阀芯', weightGrams: 120, returnRequired: false })).toMatchObject({ version: 2 });
    expect(await reasonOf(upkeep().changePart({ id, version: 1, ...DATA }))).toBe('STALE_VERSION');
    expect(await parts().getPart({ id })).toMatchObject({ name: '新阀芯', weightGrams: 120, returnRequired: false, version: 2 });
    const told = await world.service.sql<{ payload: string }>(`select payload from outbox where event_type = 'aftercare.parts.v1.PartCatalogued' and payload like $1 order by created_at`, [`%${id}%`]);
    expect(told.map(({ payload }) => JSON.parse(payload) as object)).toMatchObject([{ version: 1 }, { name: '新阀芯', version: 2 }]);
  });

  it('P-1, W-9: a family that was retired stays with a part that has it, and is not given to another', async () => {
    const id = await world.part();
    expect(await reasonOf(change(id, { families: ['bidet'] }))).toBe('FAMILY_RETIRED');
    await world.service.sql(`update part set families = '{bidet}' where id = $1 returning id`, [id]);
    expect(await change(id, { families: ['bidet', 'faucet'] })).toMatchObject({ state: 'active' });
    expect(await reasonOf(change(id, { families: ['boiler'] }))).toBe('FAMILY_UNKNOWN');
  });

  it('W-9: a class is kept in its one spelling, however it was typed, also what was kept before; one that no term can name is refused', async () => {
    const draft = { ...DATA, partClass: ' SEAL ' };
    const { id } = await parts().createPart({ ...draft, number: 'CLASS-1' });
    const classOf = async () => (await parts().getPart({ id })).partClass;
    expect(await classOf()).toBe('seal');
    await change(id, { partClass: 'Ceramic_Body' });
    expect(await classOf()).toBe('ceramic_body');
    await world.service.sql(`update part set part_class = 'Ceramic_Body' where id = $1`, [id]);
    await new PartClasses1800922000000().up({ query: (text: string) => world.service.sql(text) } as QueryRunner);
    expect(await classOf()).toBe('ceramic_body');
    for (const partClass of ['seal-1', '*', '', '密封圈']) {
      expect(await reasonOf(change(id, { partClass }))).toBe('PART_CLASS_INVALID');
      expect(await reasonOf(parts().createPart({ ...draft, number: 'CLASS-2', partClass }))).toBe('PART_CLASS_INVALID');
    }
    expect(await classOf()).toBe('ceramic_body');
  });

  it('P-1: the chain of supersession is told in both directions; it has no circle and no fork', async () => {
    const [old, middle, last] = [await world.part(), await world.part(), await world.part()];
    await change(middle, { supersedesPartId: old });
    await change(last, { supersedesPartId: middle });
    expect(await reasonOf(change(old, { supersedesPartId: last }))).toBe('SUPERSESSION_CYCLE');
    expect(await reasonOf(change(old, { supersedesPartId: old }))).toBe('SUPERSESSION_CYCLE');
    expect(await reasonOf(change(await world.part(), { supersedesPartId: old }))).toBe('SUPERSEDED_ALREADY');
    expect(await reasonOf(change(old, { supersedesPartId: newId() }))).toBe('SUPERSEDED_UNKNOWN');
    const file = await upkeep(world.dealer()).getPartFile({ id: middle });
    expect([file.replaces.map(({ partId }) => partId), file.replacedBy.map(({ partId }) => partId)]).toEqual([[old], [last]]);
    expect((await upkeep().getPartFile({ id: old })).replacedBy.map(({ partId }) => partId)).toEqual([middle, last]);
  });

  it('P-1: of two changes at once that would be a circle together, one is made', async () => {
    const [a, b] = [await world.part(), await world.part()];
    const answers = await Promise.all([reasonOf(change(a, { supersedesPartId: b })), reasonOf(change(b, { supersedesPartId: a }))]);
    expect(answers.sort()).toEqual(['SUPERSESSION_CYCLE', 'no error']);
  });

  it('P-1: models and positions are known models’, and a model lists its parts with who follows them', async () => {
    const [id, next] = [await world.part(), await world.part()];
    await change(next, { supersedesPartId: id });
    const [one, two] = [newId(), newId()];
    world.around.models.set(one, 'M-1').set(two, 'M-2');
    const { version } = await parts().getPart({ id });
    expect(await reasonOf(upkeep().setPartModels({ id, version, models: [{ modelId: newId() }] }))).toBe('MODEL_UNKNOWN');
    expect(await reasonOf(upkeep().setPartModels({ id, version, models: [{ modelId: one, position: '1' }, { modelId: one, position: '1 ' }] }))).toBe('FIT_DOUBLE');
    await upkeep().setPartModels({ id, version, models: [{ modelId: one, position: '12a' }, { modelId: two }, { modelId: one, position: '7' }] });
    expect((await upkeep().getPartFile({ id })).models).toMatchObject([{ modelCode: 'M-1', position: '12a' }, { modelCode: 'M-1', position: '7' }, { modelCode: 'M-2', position: '' }]);
    const followed = (await parts().getPart({ id: next })).number;
    const page = await upkeep(world.dealer()).listModelParts({ modelId: one, page: { limit: 1 } });
    expect(page.items).toMatchObject([{ drawingPosition: '12a', partId: id, successorNumber: followed }]);
    expect((await upkeep().listModelParts({ modelId: one, page: { limit: 1, cursor: page.nextCursor } })).items).toMatchObject([{ drawingPosition: '7' }]);
  });

  it('P-1: photos, the minimum and what is on order stand in the file; a dealer sees no stock', async () => {
    const id = await world.part({ stock: 3 });
    const photo = { id: newId(), sha256: 'a'.repeat(64) };
    await upkeep().setPartPhotos({ id, version: 1, photos: [photo] });
    expect(await reasonOf(upkeep(world.as('finance_clerk')).setMinimumStock({ id, warehouseId: world.warehouseId, minimum: 5 }))).toBe('ROLE_NOT_ALLOWED');
    expect(await reasonOf(upkeep().setMinimumStock({ id, warehouseId: newId(), minimum: 5 }))).toBe('WAREHOUSE_UNKNOWN');
    for (const minimum of [4, 5]) await upkeep().setMinimumStock({ id, warehouseId: world.warehouseId, minimum });
    const trail = await world.service.sql(`select changed->'minimum' as minimum from audit_entry where document_id = $1 and action = 'set-minimum' order by id`, [id]);
    expect(trail).toEqual([{ minimum: { before: null, after: 4 } }, { minimum: { before: 4, after: 5 } }]);
    const expectedOn = addDays(businessDate(await world.service.now()), 7);
    await world.service.client(PurchaseOrderService, world.as('warehouse_keeper')).createPurchaseOrder({ warehouseId: world.warehouseId, supplier: '供应商', expectedOn, lines: [{ partId: id, quantity: 4 }] });
    const file = await upkeep().getPartFile({ id });
    expect(file).toMatchObject({ photos: [photo], stock: [{ warehouseCode: 'TZ', onHand: 3, available: 3, onOrder: 4, minimum: 5 }] });
    expect(file.allowedActions).toMatchObject([{ action: 'change', allowed: true }, { action: 'set-minimum', allowed: true }]);
    expect(await upkeep(world.dealer()).getPartFile({ id })).toMatchObject({ stock: [], photos: [photo] });
    expect(await reasonOf(upkeep().getPartFile({ id: newId() }))).toBe('NOT_FOUND');
  });
});

describe('the catalogue from sheets', () => {
  const run = (kind: string, sheet: Record<string, string>[], dryRun = false) => runImport(world.service, world.as('service_clerk', { idempotencyKey: undefined }), { kind, sheet, dryRun });

  it('X-9: parts come in all or none, a replaced one before its successor; the same file again changes nothing', async () => {
    const row = { name: '密封圈', unit: 'piece', partClass: 'seal', families: 'faucet', familyStates: 'faucet:active' };
    const sheet = [{ ...row, number: 'IM-2', supersedesNumber: 'IM-1' }, { ...row, number: 'IM-1', returnRequired: '否', weightGrams: '5' }];
    expect(await run('import-parts', sheet, true)).toMatchObject({ state: 'done', result: '{"valid":true}' });
    expect((await parts().listParts({ q: 'IM-' })).items).toEqual([]);
    expect(await run('import-parts', sheet)).toMatchObject({ state: 'done', result: '{"added":2,"unchanged":0}' });
    const { items } = await parts().listParts({ q: 'IM-' });
    expect(items).toMatchObject([{ number: 'IM-1', returnRequired: false, weightGrams: 5 }, { number: 'IM-2', supersedesPartId: items[0].id }]);
    expect(await run('import-parts', sheet)).toMatchObject({ state: 'done', result: '{"added":0,"unchanged":2}' });
    const wrong = await run('import-parts', [{ ...row, number: 'IM-3' }, { ...row, number: 'IM-4', supersedesNumber: 'IM-1' }]);
    expect([wrong.state, faultsOf(wrong), (await parts().listParts({ q: 'IM-' })).items.length]).toEqual(['failed', ['3 supersedesNumber SUPERSEDED_ALREADY'], 2]);
  });

  it('X-9: what parts fit is added to what is known', async () => {
    const [partId, modelId] = [await world.part(), newId()];
    const row = { partNumber: 'P', partId, modelCode: 'M-9', modelId };
    expect(await run('import-part-models', [{ ...row, drawingPosition: '3' }, row])).toMatchObject({ state: 'done', result: '{"added":2,"unchanged":0}' });
    expect(await run('import-part-models', [{ ...row, drawingPosition: '3' }, { ...row, drawingPosition: '4' }])).toMatchObject({ result: '{"added":1,"unchanged":1}' });
    expect((await upkeep().getPartFile({ id: partId })).models).toMatchObject([{ position: '' }, { position: '3' }, { position: '4' }]);
  });
});
