import { Controller } from '@nestjs/common';
import {
  PartCataloguedSchema, PartUpkeepService, ProductModelService,
  type ChangePartRequest, type SetMinimumStockRequest, type SetPartModelsRequest, type SetPartPhotosRequest,
} from '@aftercare/contracts';
import { isId, partClassOf } from '@aftercare/domain';
import { Bus, Rpc, ServiceError, invalidField, notFound, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, expectVersion, type Tx } from '@aftercare/service';
import { requireRole } from '../actions.js';
import { idOr404 } from '../documents.js';
import { Warehouse } from '../ledger/ledger.entity.js';
import { knownFamilies, requireNewFamilies } from './known-families.js';
import { Part } from './part.entity.js';
import { PartMinimum, PartModel, PartPhoto } from './part-upkeep.entity.js';
import { lockSupersession, requireSupersession } from './supersession-links.js';

const MODELS_MAX = 500;
const MODELS_ASKED = 20;
const PHOTOS_MAX = 20;
const MINIMUM_MAX = 100_000;

type Upkeep = Pick<Handlers<typeof PartUpkeepService>, 'changePart' | 'setPartModels' | 'setPartPhotos' | 'setMinimumStock'>;

/** A part's data, what it fits and what should lie in stock of it (P-1). */
@Controller()
export class PartUpkeepHandlers implements Upkeep {
  constructor(
    private readonly database: Database,
    private readonly bus: Bus,
  ) {}

  /** P-1, W-9: the number stays; lines that were approved keep what was frozen with them. */
  @Rpc(PartUpkeepService.method.changePart)
  async changePart(request: ChangePartRequest, ctx: CallContext) {
    requireRole(ctx, 'part.change');
    for (const field of ['name', 'unit'] as const) {
      if (request[field].trim() === '') throw invalidField(field, 'This may not be empty.');
    }
    if (request.weightGrams < 0) throw invalidField('weightGrams', 'A weight is zero or more.');
    const partClass = partClassOf(request.partClass);
    const families = [...new Set(request.families.map((family) => family.trim()))];
    const known = await knownFamilies(this.bus, families, ctx);
    return this.database.command(ctx, async (tx) => {
      // Chains before parts: two changes that name each other's part wait here and not for each other.
      if (request.supersedesPartId !== '') await lockSupersession(tx);
      const part = await lockPart(tx, request);
      requireNewFamilies(families, known, part.families);
      return change(tx, part, { ...request, partClass, families });
    }, { request });
  }

  /** P-1: the models are asked for before the transaction; a model's code never changes. */
  @Rpc(PartUpkeepService.method.setPartModels)
  async setPartModels(request: SetPartModelsRequest, ctx: CallContext) {
    requireRole(ctx, 'part.change');
    if (request.models.length > MODELS_MAX) throw invalidField('models', `A part has at most ${MODELS_MAX} places.`);
    const fits = request.models.map(({ modelId, position }) => ({ modelId, position: position.trim() }));
    const places = new Set(fits.map(({ modelId, position }) => `${modelId} ${position}`));
    if (places.size < fits.length) throw invalidField('models', 'A model and position stands twice.', 'FIT_DOUBLE');
    const codes = await this.modelCodes(request, ctx);
    return this.database.command(ctx, async (tx) => {
      const part = await lockPart(tx, request);
      await tx.em.delete(PartModel, { partId: part.id });
      if (fits.length > 0) await tx.em.insert(PartModel, fits.map((fit) => ({ ...fit, partId: part.id, modelCode: codes.get(fit.modelId) ?? '' })));
      return keep(tx, part, { models: { after: fits.length } });
    }, { request });
  }

  @Rpc(PartUpkeepService.method.setPartPhotos)
  async setPartPhotos(request: SetPartPhotosRequest, ctx: CallContext) {
    requireRole(ctx, 'part.change');
    if (request.photos.length > PHOTOS_MAX) throw invalidField('photos', `A part has at most ${PHOTOS_MAX} photos.`);
    return this.database.command(ctx, async (tx) => {
      const part = await lockPart(tx, request);
      await tx.em.delete(PartPhoto, { partId: part.id });
      const photos = request.photos.map(({ id, sha256 }, at) => ({ partId: part.id, position: at + 1, attachmentId: id, sha256 }));
      if (photos.length > 0) await tx.em.insert(PartPhoto, photos);
      return keep(tx, part, { photos: { after: photos.length } });
    }, { request });
  }

  @Rpc(PartUpkeepService.method.setMinimumStock)
  async setMinimumStock(request: SetMinimumStockRequest, ctx: CallContext) {
    requireRole(ctx, 'part.minimum');
    const { id, warehouseId, minimum } = request;
    if (minimum < 0 || minimum > MINIMUM_MAX) throw invalidField('minimum', 'A minimum is a whole number from 0 on.', 'QUANTITY_INVALID');
    return this.database.command(ctx, async (tx) => {
      const part = await tx.em.findOneBy(Part, { id: idOr404(id, 'part') });
      if (!part) throw notFound('part');
      if (!isId(warehouseId) || !(await tx.em.existsBy(Warehouse, { id: warehouseId }))) {
        throw new ServiceError('not_found', 'WAREHOUSE_UNKNOWN', 'There is no such warehouse.', { field: 'warehouseId' });
      }
      await tx.sql({ name: 'minimum_in_turn', text: `select pg_advisory_xact_lock(hashtextextended('minimum ' || $1, 0))`, values: [part.id] });
      const before = await tx.em.findOneBy(PartMinimum, { warehouseId, partId: part.id });
      await tx.em.upsert(PartMinimum, { warehouseId, partId: part.id, minimum }, ['warehouseId', 'partId']);
      await tx.audit({ action: 'set-minimum', kind: 'part', id: part.id, changed: { warehouse: { after: warehouseId }, minimum: { before: before?.minimum ?? null, after: minimum } } });
      return { id: part.id, number: part.number, state: 'active', version: part.version };
    }, { request });
  }

  /** The codes of the models, a few questions at a time. Errors: MODEL_UNKNOWN. */
  private async modelCodes({ models }: SetPartModelsRequest, ctx: CallContext): Promise<Map<string, string>> {
    const ids = [...new Set(models.map(({ modelId }) => modelId))];
    const codes = new Map<string, string>();
    for (let at = 0; at < ids.length; at += MODELS_ASKED) {
      const asked = ids.slice(at, at + MODELS_ASKED);
      const found = await Promise.all(asked.map((id) => this.model(id, models.findIndex(({ modelId }) => modelId === id), ctx)));
      found.forEach(({ id, code }) => codes.set(id, code));
    }
    return codes;
  }

  private async model(id: string, at: number, ctx: CallContext): Promise<{ id: string; code: string }> {
    try {
      return await this.bus.client(ProductModelService).getProductModel({ id }, { ctx });
    } catch (error) {
      if (!(error instanceof ServiceError) || error.code !== 'not_found') throw error;
      throw new ServiceError('not_found', 'MODEL_UNKNOWN', 'There is no such model.', { field: `models[${at}].modelId` });
    }
  }
}

async function lockPart(tx: Tx, { id, version }: { id: string; version: number }): Promise<Part> {
  const part = await tx.em.findOne(Part, { where: { id: idOr404(id, 'part') }, lock: { mode: 'for_no_key_update' } });
  if (!part) throw notFound('part');
  expectVersion(part, version);
  return part;
}

async function change(tx: Tx, part: Part, request: ChangePartRequest) {
  const { name, nameEn, unit, partClass, families, returnRequired, weightGrams, supersedesPartId } = request;
  const replaced = supersedesPartId === '' ? null : idOr404(supersedesPartId, 'superseded part');
  if (replaced !== null && replaced !== part.supersedesPartId) {
    if (!(await tx.em.existsBy(Part, { id: replaced }))) {
      throw new ServiceError('not_found', 'SUPERSEDED_UNKNOWN', 'The part to be replaced does not exist.', { field: 'supersedesPartId' });
    }
    await requireSupersession(tx, part.id, replaced);
  }
  const before = { ...part };
  Object.assign(part, { name, nameEn, unit, partClass, families, returnRequired, weightGrams, supersedesPartId: replaced });
  await tx.em.update(Part, { id: part.id }, { name, nameEn, unit, partClass, families, returnRequired, weightGrams, supersedesPartId: replaced });
  const fields = ['name', 'nameEn', 'unit', 'partClass', 'families', 'returnRequired', 'weightGrams', 'supersedesPartId'] as const;
  const changed = Object.fromEntries(fields.filter((field) => String(before[field]) !== String(part[field])).map((field) => [field, { before: before[field], after: part[field] }]));
  const ref = await keep(tx, part, changed);
  await tx.announce(PartCataloguedSchema, { partId: part.id, number: part.number, name, nameEn, version: ref.version });
  return ref;
}

async function keep(tx: Tx, part: Part, changed: Record<string, { before?: unknown; after: unknown }>) {
  const version = part.version + 1;
  await tx.em.update(Part, { id: part.id }, { version });
  await tx.audit({ action: 'change', kind: 'part', id: part.id, changed });
  return { id: part.id, number: part.number, state: 'active', version };
}
