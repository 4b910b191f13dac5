import { Controller } from '@nestjs/common';
import {
  ModelPublishedSchema, ProductModelService,
  type CreateProductModelRequest, type GetProductModelRequest, type ListProductModelsRequest, type PublishProductModelRequest,
  type UpdateProductModelRequest, type WarrantyTerm,
} from '@aftercare/contracts';
import { allowedActions, businessDate, codeKey, isId, isRealDate, newId, Refusal } from '@aftercare/domain';
import { invalidField, notFound, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, expectVersion, gatheredPage, hashOf, holdCode, type GatheredRow, type Tx } from '@aftercare/service';
import { requireFamily } from '../families/family.queries.js';
import { checkTerms, checkTermsStart, earliestTermsStart, type Term } from '../warranty/terms.rules.js';
import { draftModel } from './model-draft.js';
import { ModelEntity, ModelTermsEntity } from './model.entity.js';
import { listModels } from './model.queries.js';
import { checkModel, modelActions, publish, readsModel, readsTerms, requireModelRole } from './model.rules.js';

/** W-9: product models with their warranty terms. Published terms are never edited, a change is a new version (W-8). */
@Controller()
export class ModelHandlers implements Handlers<typeof ProductModelService> {
  constructor(private readonly database: Database) {}

  @Rpc(ProductModelService.method.createProductModel)
  async createProductModel(request: CreateProductModelRequest, ctx: CallContext) {
    requireModelRole('draft', ctx.role);
    return this.database.command(ctx, async (tx) => {
      const model = tx.em.create(ModelEntity, {
        id: newId(), code: request.code.trim(), name: request.name.trim(), nameEn: request.nameEn.trim(), family: request.family.trim(),
        state: 'draft', draftedBy: ctx.userId, version: 1, createdAt: await tx.now(),
      });
      const terms = termsOf(request.terms);
      checkModel(model);
      checkTerms(terms);
      await requireFamily(tx, model.family);
      // Without case: T1 and t1 on a label are the same model.
      await holdCode(tx, 'product_model', model.code);
      if (await tx.em.createQueryBuilder(ModelEntity, 'm').where('lower(m.code) = :code', { code: codeKey(model.code) }).getExists()) {
        throw new Refusal('already_exists', 'MODEL_CODE_TAKEN', 'Another model has this code.', { field: 'code' });
      }
      await draftModel(tx, model, terms);
      return refOf(model);
    }, { request });
  }

  /** Changes names at once; changed terms of a published model wait for the supervisor. */
  @Rpc(ProductModelService.method.updateProductModel)
  async updateProductModel(request: UpdateProductModelRequest, ctx: CallContext) {
    return this.database.command(ctx, async (tx) => {
      const model = await load(tx, request.id);
      requireModelRole('draft', ctx.role);
      expectVersion(model, request.version, { id: model.id, state: model.state });
      const before = { name: model.name, nameEn: model.nameEn };
      const terms = termsOf(request.terms);
      Object.assign(model, { name: request.name.trim(), nameEn: request.nameEn.trim(), draftedBy: ctx.userId, version: model.version + 1 });
      checkModel(model);
      checkTerms(terms);
      const latest = await latestTerms(tx, model.id);
      await keepTerms(tx, latest, terms, request.termsEffectiveFrom);
      await tx.em.save(ModelEntity, model);
      await tx.audit({
        action: 'update', kind: 'product_model', id: model.id,
        changed: {
          name: { before: before.name, after: model.name }, nameEn: { before: before.nameEn, after: model.nameEn },
          terms: { before: latest.terms, after: terms },
        },
      });
      return refOf(model);
    }, { request });
  }

  @Rpc(ProductModelService.method.publishProductModel)
  async publishProductModel(request: PublishProductModelRequest, ctx: CallContext) {
    return this.database.command(ctx, async (tx) => {
      const model = await load(tx, request.id);
      requireModelRole('publish', ctx.role);
      expectVersion(model, request.version, { id: model.id, state: model.state });
      const latest = await latestTerms(tx, model.id);
      const before = model.state;
      model.state = publish({ ...model, termsPending: !latest.published }, ctx);
      model.version += 1;
      const earliest = earliestTermsStart(businessDate(await tx.now()));
      // Approved later than they were to begin: they begin tomorrow, so that no case gets another answer (W-8).
      const effectiveFrom = latest.version > 1 && !latest.published && latest.effectiveFrom < earliest ? earliest : latest.effectiveFrom;
      await tx.em.update(ModelTermsEntity, { modelId: model.id, version: latest.version }, { published: true, effectiveFrom });
      await tx.em.save(ModelEntity, model);
      await tx.audit({
        action: 'publish', kind: 'product_model', id: model.id,
        changed: { state: { before, after: model.state }, termsVersion: { after: latest.version }, termsEffectiveFrom: { after: effectiveFrom } },
      });
      await tx.announce(ModelPublishedSchema, { modelId: model.id, code: model.code, name: model.name, family: model.family, version: model.version });
      return refOf(model);
    }, { request });
  }

  @Rpc(ProductModelService.method.getProductModel)
  async getProductModel(request: GetProductModelRequest, ctx: CallContext) {
    return this.database.read(ctx, async (tx) => {
      const model = await tx.em.findOneBy(ModelEntity, { id: isId(request.id) ? request.id : newId() });
      if (!model || !readsModel(model, ctx)) throw notFound('product model');
      const versions = (await tx.em.find(ModelTermsEntity, { where: { modelId: model.id }, order: { version: 'DESC' } })).filter((terms) => readsTerms(terms, ctx));
      const [latest] = versions;
      return {
        ...model,
        terms: latest.terms,
        termsEffectiveFrom: latest.effectiveFrom,
        termsPending: !latest.published,
        termsVersions: versions,
        allowedActions: allowedActions(ctx, modelActions({ ...model, termsPending: !latest.published }, ctx)),
      };
    });
  }

  @Rpc(ProductModelService.method.listProductModels)
  async listProductModels(request: ListProductModelsRequest, ctx: CallContext) {
    const { page, ...statement } = listModels(request, ctx);
    return gatheredPage(await this.database.one<GatheredRow>(ctx, statement), page);
  }
}

async function load(tx: Tx, id: string): Promise<ModelEntity> {
  const model = isId(id) ? await tx.em.findOne(ModelEntity, { where: { id }, lock: { mode: 'pessimistic_write' } }) : null;
  if (!model) throw notFound('product model');
  return model;
}

async function latestTerms(tx: Tx, modelId: string): Promise<ModelTermsEntity> {
  return tx.em.findOneOrFail(ModelTermsEntity, { where: { modelId }, order: { version: 'DESC' } });
}

/** Terms that are still a draft are written over; published ones stay, and the change becomes the next version. */
async function keepTerms(tx: Tx, latest: ModelTermsEntity, terms: Term[], wishedFrom: string): Promise<void> {
  if (hashOf(latest.terms) === hashOf(terms) && wishedFrom === '') return;
  if (latest.version === 1 && !latest.published) {
    await tx.em.update(ModelTermsEntity, { modelId: latest.modelId, version: 1 }, { terms });
    return;
  }
  const today = businessDate(await tx.now());
  if (wishedFrom !== '' && !isRealDate(wishedFrom)) throw invalidField('termsEffectiveFrom', 'This is not a calendar date.', 'INVALID_DATE');
  const effectiveFrom = wishedFrom || earliestTermsStart(today);
  checkTermsStart(effectiveFrom, today);
  const version = latest.published ? latest.version + 1 : latest.version;
  await tx.em.save(ModelTermsEntity, { modelId: latest.modelId, version, effectiveFrom, published: false, terms });
}

function termsOf(terms: WarrantyTerm[]): Term[] {
  return terms.map(({ partClass, months, coversParts, coversLabour, startBasis, replacementMonths }) => ({
    partClass: partClass.trim(), months, coversParts, coversLabour, startBasis: (startBasis || 'purchase') as Term['startBasis'], replacementMonths,
  }));
}

function refOf(model: ModelEntity) {
  return { id: model.id, number: model.code, state: model.state, version: model.version };
}
