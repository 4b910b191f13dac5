import { Controller } from '@nestjs/common';
import {
  PartPriceService, PriceListService,
  type CopySuggestedPricesRequest, type EndPartPricesRequest, type GetPartPriceRequest, type ListPartPricesRequest, type SetPartPricesRequest,
  type SuggestedPrice,
} from '@aftercare/contracts';
import { businessDate, isId, isRealDate, Refusal } from '@aftercare/domain';
import { Bus, invalidField, notFound, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, pageOf, seesDealer, type Tx } from '@aftercare/service';
import { DealerEntity } from '../dealers/dealer.entity.js';
import { filteredPage } from '../filtered-page.js';
import { OwnPartPriceEntity } from './part-price.entity.js';
import { checkFirstDay, checkParts, checkPercent, checkPrice, copied, COPIED_MAX, endUserPrice, PARTS_MAX, requirePriceRole, type GivenPrice } from './part-price.rules.js';
import { byPart as heldByPart, dayOfDealer, dropPlanned, keepPrices, ownOn, ownParts, ownPricesOn, type HeldPrice } from './part-price.store.js';

/** D-3: what a dealer's customers pay for parts. The suggestion is asked of `parts` each time: there is no copy that could differ from it. */
@Controller()
export class PartPriceHandlers implements Handlers<typeof PartPriceService> {
  constructor(
    private readonly database: Database,
    private readonly bus: Bus,
  ) {}

  @Rpc(PartPriceService.method.setPartPrices)
  async setPartPrices(request: SetPartPricesRequest, ctx: CallContext) {
    const dealerId = ownDealerId(ctx, request.dealerId);
    requirePriceRole(ctx.role);
    checkParts(request.prices.map(({ partId }) => partId), 'prices');
    request.prices.forEach(({ unitPrice }, at) => checkPrice(unitPrice, `prices[${at}].unitPrice`));
    const parts = await this.named(request.prices.map(({ partId }) => partId), '', (at) => `prices[${at}].partId`);
    const given = request.prices.map(({ partId, unitPrice }) => ({ partId, partNumber: parts.get(partId)?.partNumber ?? '', unitPrice }));
    return this.change({ ...request, dealerId }, ctx, (tx) => keepPrices(tx, dealerId, request.effectiveFrom, given));
  }

  @Rpc(PartPriceService.method.endPartPrices)
  async endPartPrices(request: EndPartPricesRequest, ctx: CallContext) {
    const dealerId = ownDealerId(ctx, request.dealerId);
    requirePriceRole(ctx.role);
    const { effectiveFrom, partIds } = request;
    checkParts(partIds, 'partIds');
    return this.change({ ...request, dealerId }, ctx, async (tx) => {
      const known = partIds.every(isId) ? await ownPricesOn(tx, dealerId, effectiveFrom, partIds) : new Map<string, HeldPrice>();
      const without = partIds.findIndex((id) => !known.has(id));
      if (without >= 0) throw new Refusal('failed_precondition', 'OWN_PRICE_MISSING', 'The part has no own price on that day.', { field: `partIds[${without}]` });
      await dropPlanned(tx, dealerId, effectiveFrom, partIds);
      return keepPrices(tx, dealerId, effectiveFrom, await numbered(tx, dealerId, partIds));
    });
  }

  /** Named parts are taken whatever they cost now; of all others only those without an own price, as many as one change holds. */
  @Rpc(PartPriceService.method.copySuggestedPrices)
  async copySuggestedPrices(request: CopySuggestedPricesRequest, ctx: CallContext) {
    const dealerId = ownDealerId(ctx, request.dealerId);
    requirePriceRole(ctx.role);
    const { effectiveFrom, adjustPercent, partIds } = request;
    checkPercent(adjustPercent);
    if (partIds.length > 0) checkParts(partIds, 'partIds');
    if (!isRealDate(effectiveFrom)) throw invalidField('effectiveFrom', 'This is not a calendar date.', 'INVALID_DATE');
    const { taken, more } = partIds.length > 0
      ? { taken: [...(await this.named(partIds, effectiveFrom, (at) => `partIds[${at}]`)).values()].filter(({ suggestedPrice }) => suggestedPrice !== ''), more: false }
      : await this.withoutOwn(dealerId, effectiveFrom, ctx);
    const given = taken.map(({ partId, partNumber, suggestedPrice }) => ({ partId, partNumber, unitPrice: copied(suggestedPrice, adjustPercent) }));
    return this.change({ ...request, dealerId }, ctx, (tx) => {
      if (given.length === 0) throw invalidField('partIds', 'There is no suggested price to copy.', 'PRICES_MISSING');
      return keepPrices(tx, dealerId, effectiveFrom, given);
    }, more);
  }

  @Rpc(PartPriceService.method.getPartPrice)
  async getPartPrice(request: GetPartPriceRequest, ctx: CallContext) {
    const { dealerId, on } = await this.seen(request, ctx);
    const part = (await this.named([request.partId], on, () => 'partId')).get(request.partId) as SuggestedPrice;
    return this.database.read(ctx, async (tx) => {
      const own = await ownPricesOn(tx, dealerId, on, [part.partId]);
      const all = await tx.em.find(OwnPartPriceEntity, { where: { dealerId, partId: part.partId }, order: { effectiveFrom: 'DESC' } });
      return {
        price: priceOf(part, own.get(part.partId)),
        ownPrices: all.map(({ effectiveFrom, unitPrice }) => ({ effectiveFrom, unitPrice: unitPrice ?? '' })),
      };
    });
  }

  @Rpc(PartPriceService.method.listPartPrices)
  async listPartPrices(request: ListPartPricesRequest, ctx: CallContext) {
    const { dealerId, on } = await this.seen(request, ctx);
    if (request.own) {
      const page = pageOf(request.page, { list: 'own-part-prices' });
      const read = (after: typeof page.after, limit: number) => this.database.many<HeldPrice & { id: string; key: string }>(ctx, ownParts(dealerId, on, after, limit));
      return filteredPage(page, read, async (rows) => {
        const parts = byPart((await this.suggestions({ q: request.q, partIds: rows.map(({ id }) => id), on })).items);
        return rows.map((own) => parts.get(own.id)).map((part, at) => part && priceOf(part, rows[at]));
      });
    }
    const { items, nextCursor } = await this.suggestions({ q: request.q, on, page: { limit: request.page?.limit ?? 0, cursor: request.page?.cursor ?? '' } });
    const own = heldByPart(await this.database.many<HeldPrice>(ctx, ownOn(dealerId, on, items.map(({ partId }) => partId))));
    return { items: items.map((part) => priceOf(part, own.get(part.partId))), nextCursor };
  }

  /** The dealer whose prices are read, and of which day. */
  private async seen(request: { dealerId: string; on: string }, ctx: CallContext): Promise<{ dealerId: string; on: string }> {
    if (request.on !== '' && !isRealDate(request.on)) throw invalidField('on', 'This is not a calendar date.', 'INVALID_DATE');
    const dealerId = ownDealerId(ctx, request.dealerId);
    const found = await this.database.one<{ now: string }>(ctx, dayOfDealer(dealerId));
    if (!found) throw notFound('dealer');
    return { dealerId, on: request.on || businessDate(found.now) };
  }

  private change(request: { dealerId: string; effectiveFrom: string }, ctx: CallContext, work: (tx: Tx) => Promise<number>, more = false) {
    const { dealerId, effectiveFrom } = request;
    return this.database.command(ctx, async (tx) => {
      const dealer = await existing(tx, dealerId);
      checkFirstDay(effectiveFrom, businessDate(await tx.now()), dealer.status);
      return { dealerId, effectiveFrom, changed: await work(tx), more };
    }, { request });
  }

  private suggestions(asked: { q?: string; partIds?: string[]; priced?: boolean; on: string; page?: { limit: number; cursor: string } }) {
    return this.bus.client(PriceListService).listSuggestedPrices({ ...asked, page: asked.page ?? { limit: PARTS_MAX, cursor: '' } });
  }

  /** Parts as the catalogue has them. Refuses PART_UNKNOWN. */
  private async named(partIds: readonly string[], on: string, field: (at: number) => string): Promise<Map<string, SuggestedPrice>> {
    const found = partIds.every(isId) ? byPart((await this.suggestions({ partIds: [...partIds], on })).items) : new Map<string, SuggestedPrice>();
    const unknown = partIds.findIndex((id) => !found.has(id));
    if (unknown >= 0) throw new Refusal('not_found', 'PART_UNKNOWN', 'There is no such part.', { field: field(unknown) });
    return found;
  }

  /** The parts with a suggestion and without an own price on a day. */
  private async withoutOwn(dealerId: string, on: string, ctx: CallContext): Promise<{ taken: SuggestedPrice[]; more: boolean }> {
    const own = await this.database.read(ctx, (tx) => ownPricesOn(tx, dealerId, on));
    const taken: SuggestedPrice[] = [];
    for (let cursor = ''; ; ) {
      const { items, nextCursor } = await this.suggestions({ priced: true, on, page: { limit: PARTS_MAX, cursor } });
      taken.push(...items.filter(({ partId }) => !own.has(partId)));
      if (nextCursor === '' || taken.length > COPIED_MAX) return { taken: taken.slice(0, COPIED_MAX), more: taken.length > COPIED_MAX };
      cursor = nextCursor;
    }
  }
}

/** The dealer whose money the caller may see: its own, or any for the manufacturer. */
function ownDealerId(ctx: CallContext, wanted: string): string {
  const dealerId = wanted || ctx.dealerId || '';
  if (!isId(dealerId) || !seesDealer(ctx, dealerId, { money: true })) throw notFound('dealer');
  return dealerId;
}

async function existing(tx: Tx, id: string): Promise<DealerEntity> {
  const dealer = await tx.em.findOneBy(DealerEntity, { id });
  if (!dealer) throw notFound('dealer');
  return dealer;
}

/** The parts with their numbers, from now on without an own price. */
async function numbered(tx: Tx, dealerId: string, partIds: readonly string[]): Promise<GivenPrice[]> {
  return tx.sql<GivenPrice>({
    name: 'own_part_numbers', values: [dealerId, partIds],
    text: `select distinct part_id as "partId", part_number as "partNumber", null as "unitPrice" from own_part_price where dealer_id = $1 and part_id = any($2::uuid[])`,
  });
}

const byPart = (items: readonly SuggestedPrice[]): Map<string, SuggestedPrice> => new Map(items.map((part) => [part.partId, part]));

function priceOf(part: SuggestedPrice, own: Pick<HeldPrice, 'unitPrice' | 'effectiveFrom'> | undefined) {
  const { partId, partNumber, name, nameEn, suggestedPrice, priceListNumber } = part;
  const ownPrice = own?.unitPrice ?? '';
  return {
    partId, partNumber, name, nameEn, ...endUserPrice(ownPrice, suggestedPrice), ownPrice, ownEffectiveFrom: own?.effectiveFrom ?? '', suggestedPrice, priceListNumber,
  };
}
