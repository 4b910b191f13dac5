import { Controller } from '@nestjs/common';
import {
  BulletinService, NoticeRequestedSchema,
  type CreateBulletinRequest, type GetBulletinRequest, type ListBulletinReadersRequest, type ListBulletinsRequest,
  type PublishBulletinRequest, type ReadBulletinRequest, type UpdateBulletinRequest,
} from '@aftercare/contracts';
import { allowedActions, DEALER_ROLES, isId, newId } from '@aftercare/domain';
import { notFound, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, expectVersion, gatheredPage, type Change, type GatheredRow, type Tx } from '@aftercare/service';
import { In } from 'typeorm';
import { DealerEntity, type SignedFile } from '../dealers/dealer.entity.js';
import { AddresseeEntity, BulletinEntity, ReceiptEntity } from './bulletin.entity.js';
import { bulletinById, listBulletins, listReaders } from './bulletin.queries.js';
import {
  bulletinActions, checkAddressees, checkBulletin, publishBulletin, requireBulletinRole, requireDraft, type BulletinKind, type BulletinState,
} from './bulletin.rules.js';

/** D-8: product information for dealers. The manufacturer sees who has read it, a dealer what was published to it. */
@Controller()
export class BulletinHandlers implements Handlers<typeof BulletinService> {
  constructor(private readonly database: Database) {}

  @Rpc(BulletinService.method.createBulletin)
  async createBulletin(request: CreateBulletinRequest, ctx: CallContext) {
    requireBulletinRole('create', ctx.role);
    return this.database.command(ctx, async (tx) => {
      const bulletin = tx.em.create(BulletinEntity, {
        id: newId(), number: null, ...dataOf(request), state: 'draft', draftedBy: ctx.userId, publishedAt: null, version: 1, createdAt: await tx.now(),
      });
      checkBulletin(bulletin);
      await tx.em.insert(BulletinEntity, bulletin);
      await address(tx, bulletin.id, request.dealerIds);
      return finish(tx, bulletin, 'create', { dealerIds: { after: request.dealerIds } });
    }, { request });
  }

  @Rpc(BulletinService.method.updateBulletin)
  updateBulletin(request: UpdateBulletinRequest, ctx: CallContext) {
    return this.change('update', request, ctx, async (tx, bulletin) => {
      requireDraft(bulletin.state);
      const before = await tx.em.findBy(AddresseeEntity, { bulletinId: bulletin.id });
      Object.assign(bulletin, dataOf(request), { draftedBy: ctx.userId });
      checkBulletin(bulletin);
      await tx.em.delete(AddresseeEntity, { bulletinId: bulletin.id });
      await address(tx, bulletin.id, request.dealerIds);
      return { dealerIds: { before: before.map(({ dealerId }) => dealerId), after: request.dealerIds } };
    });
  }

  @Rpc(BulletinService.method.publishBulletin)
  publishBulletin(request: PublishBulletinRequest, ctx: CallContext) {
    return this.change('publish', request, ctx, async (tx, bulletin) => {
      bulletin.state = publishBulletin(bulletin, ctx);
      bulletin.publishedAt = await tx.now();
      bulletin.number = await tx.nextNumber('bulletin', { prefix: 'BU', gapFree: false });
      await tellDealers(tx, bulletin);
      return {};
    });
  }

  /** One receipt per user, of the first time. */
  @Rpc(BulletinService.method.readBulletin)
  async readBulletin(request: ReadBulletinRequest, ctx: CallContext) {
    return this.database.command(ctx, async (tx) => {
      const bulletin = await visible(tx, request.id);
      requireBulletinRole('read', ctx.role);
      const receipt = { bulletinId: bulletin.id, userId: ctx.userId, dealerId: ctx.dealerId ?? '', readAt: await tx.now() };
      const { raw } = await tx.em.createQueryBuilder().insert().into(ReceiptEntity).values(receipt).orIgnore().returning('user_id').execute();
      if ((raw as unknown[]).length > 0) {
        await tx.audit({ action: 'read', kind: 'bulletin', id: bulletin.id, dealerId: receipt.dealerId, changed: { readAt: { after: receipt.readAt } } });
      }
      return { id: bulletin.id, number: bulletin.number, state: bulletin.state, version: bulletin.version };
    }, { request });
  }

  @Rpc(BulletinService.method.getBulletin)
  async getBulletin(request: GetBulletinRequest, ctx: CallContext) {
    return this.database.read(ctx, async (tx) => {
      const { draftedBy, ...bulletin } = await visible(tx, request.id);
      return { ...bulletin, allowedActions: allowedActions(ctx, bulletinActions({ ...bulletin, draftedBy }, ctx)) };
    });
  }

  @Rpc(BulletinService.method.listBulletins)
  async listBulletins(request: ListBulletinsRequest, ctx: CallContext) {
    const { page, ...statement } = listBulletins(request, ctx);
    return gatheredPage(await this.database.one<GatheredRow>(ctx, statement), page);
  }

  @Rpc(BulletinService.method.listBulletinReaders)
  async listBulletinReaders(request: ListBulletinReadersRequest, ctx: CallContext) {
    requireBulletinRole('see-readers', ctx.role);
    const found = isId(request.id) ? await this.database.one(ctx, bulletinById(request.id, ctx)) : null;
    if (!found) throw notFound('bulletin');
    const { page, ...statement } = listReaders(request);
    return gatheredPage(await this.database.one<GatheredRow>(ctx, statement), page);
  }

  /** One change of a bulletin by the manufacturer, allowed to the role and based on the present version. */
  private change(
    action: 'update' | 'publish',
    request: { id: string; version: number },
    ctx: CallContext,
    work: (tx: Tx, bulletin: BulletinEntity) => Promise<Record<string, Change>>,
  ) {
    return this.database.command(ctx, async (tx) => {
      await visible(tx, request.id);
      requireBulletinRole(action, ctx.role);
      const bulletin = await tx.em.findOneOrFail(BulletinEntity, { where: { id: request.id }, lock: { mode: 'pessimistic_write' } });
      expectVersion(bulletin, request.version, { id: bulletin.id, number: bulletin.number ?? '', state: bulletin.state });
      const shown = await work(tx, bulletin);
      bulletin.version += 1;
      await tx.em.save(BulletinEntity, bulletin);
      return finish(tx, bulletin, action, shown);
    }, { request });
  }
}

/** A bulletin as its reader sees it. */
interface SeenBulletin {
  id: string;
  number: string;
  kind: string;
  title: string;
  text: string;
  modelIds: string[];
  dealerIds: string[];
  attachments: SignedFile[];
  state: BulletinState;
  draftedBy: string;
  publishedAt: string;
  readAt: string;
  version: number;
}

/** A bulletin the caller may see; one for others looks like a missing one. */
async function visible(tx: Tx, id: string): Promise<SeenBulletin> {
  const [found] = isId(id) ? await tx.sql<SeenBulletin>(bulletinById(id, tx.ctx)) : [];
  if (!found) throw notFound('bulletin');
  return found;
}

function dataOf(request: CreateBulletinRequest | UpdateBulletinRequest) {
  return {
    kind: request.kind as BulletinKind,
    title: request.title.trim(),
    text: request.text.trim(),
    modelIds: [...new Set(request.modelIds)],
    toAll: request.dealerIds.length === 0,
    attachments: request.attachments.map(({ id, sha256 }) => ({ id, sha256 })),
  };
}

/** Addresses a bulletin to some dealers, each of which must exist and not have left; to nobody in particular means to all. */
async function address(tx: Tx, bulletinId: string, dealerIds: string[]): Promise<void> {
  const named = [...new Set(dealerIds)];
  if (named.length === 0) return;
  const found = named.every(isId) ? await tx.em.findBy(DealerEntity, { id: In(named) }) : [];
  if (found.length !== named.length) throw notFound('dealer');
  checkAddressees(found.map(({ id, status }) => ({ at: dealerIds.indexOf(id), status })));
  await tx.em.insert(AddresseeEntity, named.map((dealerId) => ({ bulletinId, dealerId })));
}

/** the managers and technicians of every dealer that still works with the manufacturer are told. */
async function tellDealers(tx: Tx, bulletin: BulletinEntity): Promise<void> {
  const dealers = await tx.sql<{ id: string }>({
    name: 'bulletin_told',
    text: `select d.id from dealer d where d.status in ('active', 'suspended')
             and ($2::boolean or exists (select 1 from bulletin_addressee a where a.bulletin_id = $1 and a.dealer_id = d.id)) order by d.code`,
    values: [bulletin.id, bulletin.toAll],
  });
  for (const { id } of dealers) {
    for (const role of DEALER_ROLES) {
      await tx.announce(NoticeRequestedSchema, {
        kind: 'bulletin.published', recipientRole: role, recipientDealerId: id, documentKind: 'bulletin', documentId: bulletin.id,
        documentNumber: bulletin.number ?? '', severity: 'info', params: '{}',
      });
    }
  }
}

/** The audit entry and the answer of a change. */
async function finish(tx: Tx, bulletin: BulletinEntity, action: string, shown: Record<string, Change>) {
  const { id, number, kind, title, state, modelIds, toAll, attachments, version } = bulletin;
  await tx.audit({
    action, kind: 'bulletin', id,
    changed: {
      kind: { after: kind }, title: { after: title }, state: { after: state }, modelIds: { after: modelIds }, toAll: { after: toAll },
      attachments: { after: attachments.map((file) => file.id) }, ...shown,
    },
  });
  return { id, number: number ?? '', state, version };
}
