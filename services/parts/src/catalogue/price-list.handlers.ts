import { Controller } from '@nestjs/common';
import {
  PartPricedSchema,
  PriceListService,
  type CreatePriceListRequest,
  type GetPriceListRequest,
  type ListPriceListLinesRequest,
  type ListPriceListsRequest,
  type ListPricesRequest,
  type ListSuggestedPricesRequest,
  type PublishPriceListRequest,
  type WithdrawPriceListRequest,
} from '@aftercare/contracts';
import { allowedActions, businessDate, isRealDate, refusalReason, seesPrices } from '@aftercare/domain';
import { Rpc, invalidField, isManufacturer, notFound, permissionDenied, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, expectVersion, jsonPage, pageAnswer, pageOf, type JsonRow, type Tx } from '@aftercare/service';
import { actionEntry, mayAct, requireRole } from '../actions.js';
import { idOr404, refOf } from '../documents.js';
import { draftPriceList } from './draft-price-list.js';
import { partsById } from './part-lookup.js';
import { comparedLine, comparedLines, type ComparedRow } from './compared-prices.js';
import { PriceLine, PriceList } from './price-list.entity.js';
import { checkDraft, priceListSteps, publish } from './price-list.rules.js';
import { pricesOn } from './prices-on.js';
import { suggestedPrices } from './suggested-prices.js';

const LIST = `
  select list.id, iso(list.created_at) as key,
         json_build_object('id', list.id, 'number', coalesce(list.number, ''), 'state', list.state,
           'effectiveFrom', list.effective_from::text,
           'lineCount', (select count(*)::int from price_line where price_list_id = list.id), 'version', list.version)::text as item
    from price_list list
   where ($1 = '' or list.state = $1) and ($5::boolean or list.state = 'published') and ($2::timestamptz is null or (list.created_at, list.id) < ($2, $3::uuid))
   order by list.created_at desc, list.id desc limit $4`;

/** Parts that are asked for by id at once: a page. */
const PART_IDS_MAX = 200;

/** The price list 《零部件价格表》 (F-7): finance drafts, the supervisor publishes. */
@Controller()
export class PriceListHandlers implements Handlers<typeof PriceListService> {
  constructor(private readonly database: Database) {}

  /** F-7: drafts prices that hold from a day on. Errors: PART_UNKNOWN, PRICE_INVALID, PRICES_MISSING, PART_DOUBLE. */
  @Rpc(PriceListService.method.createPriceList)
  async createPriceList(request: CreatePriceListRequest, ctx: CallContext) {
    requireRole(ctx, 'priceList.create');
    request.lines.forEach((line) => idOr404(line.partId, 'part'));
    return this.database.command(ctx, async (tx) => {
      checkDraft(request, businessDate(await tx.now()));
      await partsById(tx, request.lines.map((line) => line.partId));
      return refOf(await draftPriceList(tx, request));
    }, { request });
  }

  /** F-7: publishes a draft; its number is taken now. Errors: STEP_NOT_ALLOWED, APPROVER_IS_REQUESTER, FIRST_DAY_PAST, STALE_VERSION. */
  @Rpc(PriceListService.method.publishPriceList)
  async publishPriceList(request: PublishPriceListRequest, ctx: CallContext) {
    requireRole(ctx, 'priceList.publish');
    const id = idOr404(request.id, 'price list');
    return this.database.command(ctx, async (tx) => {
      const list = await lockList(tx, { id, version: request.version });
      list.state = publish(list, { userId: ctx.userId, today: businessDate(await tx.now()) });
      list.publishedBy = ctx.userId;
      list.publishedAt = await tx.now();
      list.version += 1;
      list.number = await tx.nextNumber('price_list', { prefix: 'PL', gapFree: false });
      await tx.em.save(PriceList, list);
      await tellPrices(tx, list);
      await tx.audit({ action: 'publish', kind: 'price_list', id, changed: { state: { before: 'draft', after: list.state } } });
      return refOf(list);
    }, { request });
  }

  /** F-7: takes a draft back. Errors: STEP_NOT_ALLOWED, REASON_MISSING, STALE_VERSION. */
  @Rpc(PriceListService.method.withdrawPriceList)
  async withdrawPriceList(request: WithdrawPriceListRequest, ctx: CallContext) {
    requireRole(ctx, 'priceList.withdraw');
    const id = idOr404(request.id, 'price list');
    const withdrawReason = request.reason.trim();
    if (withdrawReason === '') throw invalidField('reason', 'Who takes a list back says why.', 'REASON_MISSING');
    return this.database.command(ctx, async (tx) => {
      const list = await lockList(tx, { id, version: request.version });
      Object.assign(list, { state: priceListSteps.next('withdraw', list.state), withdrawReason, version: list.version + 1 });
      await tx.em.save(PriceList, list);
      await tx.audit({ action: 'withdraw', kind: 'price_list', id, changed: { state: { before: 'draft', after: list.state }, withdrawReason: { after: withdrawReason } } });
      return refOf(list);
    }, { request });
  }

  @Rpc(PriceListService.method.getPriceList)
  async getPriceList(request: GetPriceListRequest, ctx: CallContext) {
    requirePrices(ctx);
    const id = idOr404(request.id, 'price list');
    return this.database.read(ctx, async (tx) => {
      const list = await seenList(tx, id);
      const lines = await tx.em.find(PriceLine, { where: { priceListId: id }, order: { position: 'ASC' } });
      const today = businessDate(await tx.now());
      const refusal = refusalReason(() => publish(list, { userId: ctx.userId, today }));
      const stays = refusalReason(() => priceListSteps.next('withdraw', list.state));
      return {
        ...refOf(list),
        effectiveFrom: list.effectiveFrom,
        lines: lines.map(({ partId, dealerPrice, suggestedPrice }) => ({ partId, dealerPrice, suggestedPrice })),
        publishedAt: list.publishedAt ?? '',
        withdrawReason: list.withdrawReason,
        allowedActions: allowedActions(ctx, [
          actionEntry(ctx, { action: 'publish', key: 'priceList.publish', refusal }), actionEntry(ctx, { action: 'withdraw', key: 'priceList.withdraw', refusal: stays }),
        ]),
      };
    });
  }

  /** F-7: what a list changes. */
  @Rpc(PriceListService.method.listPriceListLines)
  async listPriceListLines(request: ListPriceListLinesRequest, ctx: CallContext) {
    requirePrices(ctx);
    const id = idOr404(request.id, 'price list');
    const page = pageOf(request.page, { list: `price-list-lines ${id} ${request.onlyChanged}` });
    return this.database.read(ctx, async (tx) => {
      await seenList(tx, id);
      const rows = await tx.sql<ComparedRow>(comparedLines(id, request.onlyChanged, page));
      const { items, nextCursor } = pageAnswer(rows, page, (row) => row.key);
      return { items: items.map(comparedLine), nextCursor };
    });
  }

  @Rpc(PriceListService.method.listPriceLists)
  async listPriceLists(request: ListPriceListsRequest, ctx: CallContext) {
    requirePrices(ctx);
    if (!['', 'draft', 'published', 'withdrawn'].includes(request.state)) throw invalidField('state', 'Draft, published or withdrawn.');
    const page = pageOf(request.page, { list: 'price-lists', key: 'instant' });
    const values = [request.state, page.after?.key ?? null, page.after?.id ?? null, page.limit + 1, isManufacturer(ctx)];
    return jsonPage(await this.database.many<JsonRow>(ctx, { name: 'price_list_list', text: LIST, values }), page);
  }

  /** F-7: what parts cost on a day, each column for who may see it. */
  @Rpc(PriceListService.method.listPrices)
  async listPrices(request: ListPricesRequest, ctx: CallContext) {
    if (request.on !== '' && !isRealDate(request.on)) throw invalidField('on', 'This is not a calendar date.', 'INVALID_DATE');
    const page = pageOf(request.page, { list: 'prices' });
    const sees = { dealerPrice: seesPrices(ctx.role), unitCost: mayAct(ctx, 'cost.read') };
    return this.database.read(ctx, async (tx) => {
      const on = request.on || businessDate(await tx.now());
      return jsonPage(await tx.sql<JsonRow>(pricesOn({ ...request, on, sees }, page)), page);
    });
  }

  /** D-3: what dealers' customers should pay; a dealer's own price stands in `dealers`. */
  @Rpc(PriceListService.method.listSuggestedPrices)
  async listSuggestedPrices(request: ListSuggestedPricesRequest, ctx: CallContext) {
    if (request.on !== '' && !isRealDate(request.on)) throw invalidField('on', 'This is not a calendar date.', 'INVALID_DATE');
    if (request.partIds.length > PART_IDS_MAX) throw invalidField('partIds', `At most ${PART_IDS_MAX} parts are looked up at once.`);
    request.partIds.forEach((id) => idOr404(id, 'part'));
    const page = pageOf(request.page, { list: 'suggested-prices' });
    return this.database.read(ctx, async (tx) => {
      const on = request.on || businessDate(await tx.now());
      return jsonPage(await tx.sql<JsonRow>(suggestedPrices(request, on, page)), page);
    });
  }
}

/** Prices to come, and those that never came, are nobody's business outside: to a dealer they are missing. */
async function seenList(tx: Tx, id: string): Promise<PriceList> {
  const list = await tx.em.findOneBy(PriceList, { id });
  if (!list || (list.state !== 'published' && !isManufacturer(tx.ctx))) throw notFound('price list');
  return list;
}

async function lockList(tx: Tx, { id, version }: { id: string; version: number }): Promise<PriceList> {
  const list = await tx.em.findOne(PriceList, { where: { id }, lock: { mode: 'pessimistic_write' } });
  if (!list) throw notFound('price list');
  expectVersion(list, version, { state: list.state });
  return list;
}

/** What holds from when, for the value of what is used under warranty. */
async function tellPrices(tx: Tx, { id, effectiveFrom, publishedAt }: PriceList): Promise<void> {
  const lines = await tx.em.find(PriceLine, { where: { priceListId: id }, order: { position: 'ASC' } });
  for (const { partId, dealerPrice } of lines) {
    await tx.announce(PartPricedSchema, { partId, priceListId: id, effectiveFrom, dealerPrice, publishedAt: publishedAt ?? '' });
  }
}

/** F-7: refuses permission_denied ROLE_NOT_ALLOWED where the role sees no prices. */
function requirePrices(ctx: CallContext): void {
  if (!seesPrices(ctx.role)) throw permissionDenied('ROLE_NOT_ALLOWED', `The role ${ctx.role} sees no prices of dealers.`);
}
