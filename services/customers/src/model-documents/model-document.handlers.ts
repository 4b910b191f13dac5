import { Controller } from '@nestjs/common';
import {
  ModelDocumentService,
  type CreateModelDocumentRequest, type GetModelDocumentRequest, type ListModelDocumentsRequest, type PublishModelDocumentRequest,
  type UpdateModelDocumentRequest, type WithdrawModelDocumentRequest,
} from '@aftercare/contracts';
import { allowedActions, isId, newId, Refusal } from '@aftercare/domain';
import { notFound, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, expectVersion, gatheredPage, type GatheredRow, type Tx } from '@aftercare/service';
import { ModelEntity } from '../models/model.entity.js';
import { ModelDocumentEntity } from './model-document.entity.js';
import { listDocuments, seesDrafts } from './model-document.queries.js';
import { checkDocument, checkReplaced, documentActions, documentSteps, publishDocument, requireDocumentRole, type ModelDocumentKind } from './model-document.rules.js';

/** Drawings, manuals and care notes of product models: drafted, published by a supervisor, replaced by the next edition. */
@Controller()
export class ModelDocumentHandlers implements Handlers<typeof ModelDocumentService> {
  constructor(private readonly database: Database) {}

  @Rpc(ModelDocumentService.method.createModelDocument)
  async createModelDocument(request: CreateModelDocumentRequest, ctx: CallContext) {
    requireDocumentRole('draft', ctx.role);
    return this.database.command(ctx, async (tx) => {
      if (!isId(request.modelId) || !(await tx.em.existsBy(ModelEntity, { id: request.modelId }))) throw notFound('product model');
      const document = tx.em.create(ModelDocumentEntity, {
        id: newId(), modelId: request.modelId, kind: request.kind as ModelDocumentKind, ...dataOf(request), state: 'draft', draftedBy: ctx.userId,
        publishedAt: null, version: 1, createdAt: await tx.now(),
      });
      await checked(tx, document);
      await tx.em.insert(ModelDocumentEntity, document);
      return finish(tx, document, 'create');
    }, { request });
  }

  @Rpc(ModelDocumentService.method.updateModelDocument)
  updateModelDocument(request: UpdateModelDocumentRequest, ctx: CallContext) {
    return this.change('update', request, ctx, async (tx, document) => {
      document.state = documentSteps.next('update', document.state);
      Object.assign(document, dataOf(request), { draftedBy: ctx.userId });
      await checked(tx, document);
    });
  }

  /** The edition it replaces is withdrawn with it. */
  @Rpc(ModelDocumentService.method.publishModelDocument)
  publishModelDocument(request: PublishModelDocumentRequest, ctx: CallContext) {
    return this.change('publish', request, ctx, async (tx, document) => {
      document.state = publishDocument(document, ctx);
      document.publishedAt = await tx.now();
      const replaced = document.replacesId === null ? null : await locked(tx, document.replacesId);
      if (replaced?.state !== 'published') return;
      replaced.state = documentSteps.next('withdraw', replaced.state);
      replaced.version += 1;
      await tx.em.save(ModelDocumentEntity, replaced);
      await finish(tx, replaced, 'withdraw');
    });
  }

  @Rpc(ModelDocumentService.method.withdrawModelDocument)
  withdrawModelDocument(request: WithdrawModelDocumentRequest, ctx: CallContext) {
    return this.change('withdraw', request, ctx, async (_tx, document) => {
      if (request.reason.trim() === '') throw new Refusal('invalid_argument', 'REASON_MISSING', 'Say why.', { field: 'reason' });
      document.state = documentSteps.next('withdraw', document.state);
    });
  }

  @Rpc(ModelDocumentService.method.getModelDocument)
  async getModelDocument(request: GetModelDocumentRequest, ctx: CallContext) {
    return this.database.read(ctx, async (tx) => {
      const document = await visible(tx, request.id);
      const { code } = await tx.em.findOneByOrFail(ModelEntity, { id: document.modelId });
      return {
        ...document, modelCode: code, file: document.file ?? undefined, replacesId: document.replacesId ?? '', publishedAt: document.publishedAt ?? '',
        allowedActions: allowedActions(ctx, documentActions(document, ctx)),
      };
    });
  }

  @Rpc(ModelDocumentService.method.listModelDocuments)
  async listModelDocuments(request: ListModelDocumentsRequest, ctx: CallContext) {
    if (request.modelId !== '' && !isId(request.modelId)) throw notFound('product model');
    const { page, ...statement } = listDocuments(request, seesDrafts(ctx));
    return gatheredPage(await this.database.one<GatheredRow>(ctx, statement), page);
  }

  /** One change by the manufacturer, allowed to the role and based on the present version. */
  private change(
    action: 'update' | 'publish' | 'withdraw',
    request: { id: string; version: number; reason?: string },
    ctx: CallContext,
    work: (tx: Tx, document: ModelDocumentEntity) => Promise<void>,
  ) {
    return this.database.command(ctx, async (tx) => {
      await visible(tx, request.id);
      requireDocumentRole(action === 'update' ? 'draft' : 'publish', ctx.role);
      const document = await locked(tx, request.id);
      expectVersion(document, request.version, { id: document.id, state: document.state });
      await work(tx, document);
      document.version += 1;
      await tx.em.save(ModelDocumentEntity, document);
      return finish(tx, document, action, request.reason?.trim());
    }, { request });
  }
}

/** A document the caller may see; another's draft looks like a missing one. */
async function visible(tx: Tx, id: string): Promise<ModelDocumentEntity> {
  const document = isId(id) ? await tx.em.findOneBy(ModelDocumentEntity, { id }) : null;
  if (!document || (document.state === 'draft' && !seesDrafts(tx.ctx))) throw notFound('model document');
  return document;
}

function locked(tx: Tx, id: string): Promise<ModelDocumentEntity> {
  return tx.em.findOneOrFail(ModelDocumentEntity, { where: { id }, lock: { mode: 'pessimistic_write' } });
}

async function checked(tx: Tx, document: ModelDocumentEntity): Promise<void> {
  checkDocument(document);
  if (document.replacesId === null) return;
  const replaced = isId(document.replacesId) ? await tx.em.findOneBy(ModelDocumentEntity, { id: document.replacesId }) : null;
  if (!replaced) throw notFound('model document');
  checkReplaced(document, replaced);
}

function dataOf(request: CreateModelDocumentRequest | UpdateModelDocumentRequest) {
  return {
    title: request.title.trim(), titleEn: request.titleEn.trim(), language: request.language, edition: request.edition.trim(),
    file: request.file?.id ? { id: request.file.id, sha256: request.file.sha256 } : null,
    positions: request.positions.map(({ label, partNumber, name, nameEn, quantity }) => ({
      label: label.trim(), partNumber: partNumber.trim(), name: name.trim(), nameEn: nameEn.trim(), quantity,
    })),
    text: request.text.trim(), textEn: request.textEn.trim(), replacesId: request.replacesId || null,
  };
}

/** The audit entry and the answer of a change. */
async function finish(tx: Tx, document: ModelDocumentEntity, action: string, reason = '') {
  const { id, modelId, kind, state, language, edition, file, positions, version } = document;
  await tx.audit({
    action, kind: 'model_document', id,
    changed: {
      modelId: { after: modelId }, kind: { after: kind }, state: { after: state }, language: { after: language }, edition: { after: edition },
      file: { after: file?.id ?? '' }, positions: { after: positions.length }, ...(reason ? { reason: { after: reason } } : {}),
    },
  });
  return { id, number: '', state, version };
}
