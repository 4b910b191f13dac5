import { isManufacturer, notFound, type CallContext } from '@aftercare/messaging';

/** Every dealer: manufacturer's staff and the system itself. */
export const EVERY_DEALER = '*';

/**
 * The dealers whose rows the caller may see: all, or his own and (service documents only) its children.
 * `money` documents (prices, slips, payments) of children stay hidden from their parent.
 */
export function dealerScope(ctx: CallContext, kind: { money?: boolean } = {}): typeof EVERY_DEALER | string[] {
  if (ctx.role === 'system' || isManufacturer(ctx)) return EVERY_DEALER;
  if (ctx.dealerId === null) return [];
  return kind.money ? [ctx.dealerId] : [ctx.dealerId, ...ctx.childDealerIds];
}

/** The transaction's settings that row-level security reads. */
export function scopeSettings(ctx: CallContext): { dealers: string; ownDealer: string } {
  const asSetting = (scope: typeof EVERY_DEALER | string[]): string => (scope === EVERY_DEALER ? scope : scope.join(','));
  return { dealers: asSetting(dealerScope(ctx)), ownDealer: asSetting(dealerScope(ctx, { money: true })) };
}

/** The tenancy condition for a QueryBuilder: `.andWhere(scope.where, scope.parameters)`. */
export function scopeCondition(
  ctx: CallContext,
  column: string,
  kind: { money?: boolean } = {},
): { where: string; parameters: Record<string, unknown> } {
  const scope = dealerScope(ctx, kind);
  if (scope === EVERY_DEALER) return { where: 'true', parameters: {} };
  return { where: `${column} = any(:scopeDealers::uuid[])`, parameters: { scopeDealers: scope } };
}

/**
 * The tenancy condition for a prepared statement: `and ($2::boolean or dealer_id = any($3::uuid[]))` with
 * `...scopeValues(ctx)` as its two values.
 */
export function scopeValues(ctx: CallContext, kind: { money?: boolean } = {}): [everything: boolean, dealers: string[]] {
  const scope = dealerScope(ctx, kind);
  return scope === EVERY_DEALER ? [true, []] : [false, scope];
}

/** True when the caller may see documents of this dealer; documents of no dealer are the manufacturer's. */
export function seesDealer(ctx: CallContext, dealerId: string | null, kind: { money?: boolean } = {}): boolean {
  const scope = dealerScope(ctx, kind);
  return scope === EVERY_DEALER || (dealerId !== null && scope.includes(dealerId));
}

/** A foreign row and a missing one look the same: throws the same not_found for both, else answers the row. */
export function seen<T extends { dealerId: string | null }>(ctx: CallContext, row: T | null | undefined, what: string): T {
  if (row === null || row === undefined || !seesDealer(ctx, row.dealerId)) throw notFound(what);
  return row;
}
