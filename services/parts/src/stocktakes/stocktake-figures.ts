import { businessDate, endOfDay } from '@aftercare/domain';
import type { Tx } from '@aftercare/service';
import { supersessionChains } from '../obligations/supersession.js';
import { StocktakeLineRow, type StocktakeRow } from './stocktake.entity.js';
import type { StocktakeFacts, Unsettled } from './stocktake.rules.js';
import { chargeablePieces, type PartFigures } from './variance.rules.js';

/** Of a kind of end, what was added since the cut-off day, less what was taken back. */
const since = (kind: string, back: string): string => `coalesce(sum(case s.kind when '${kind}' then s.quantity when '${back}' then -s.quantity end), 0)`;

/** H-1: the time of an obligation o was extended beyond the last day for returns of a stocktake. */
export const isExtended = (returnUntil: string): string => `(o.due_on > ${returnUntil} and exists (select from obligation_extension x where x.obligation_id = o.id))`;

/**
 * An end that was taken back since is none. What had ended before the cut-off day, was taken back since and ended anew was not borrowed:
 * neither a charged piece that came late, nor one that never arrived (P-8). A surplus is what was counted since, also where it first met
 * pieces that never arrived; what was counted before and came free since is none. A piece ends at its count, a correction's at that (H-5);
 * only a late one ends when its charge is taken back, and was counted before.
 */
const FIGURES = `
  with piece as (
    select p.part_id, least(o.outstanding_quantity, p.quantity) as outstanding, ${isExtended('$5::date')} as is_extended, coalesce(greatest(
             greatest(e.excused, 0) + greatest(e.credit, 0) + greatest(e.charged, 0) + e.shortage
             - greatest(-e.excused, 0) - greatest(-e.credit, 0) - greatest(-e.returned, 0) - greatest(-e.charged - greatest(e.returned, 0), 0), 0), 0)::int as otherwise
      from stocktake_piece p join obligation o on o.id = p.obligation_id
      left join lateral (
        select ${since('excused', 'excuse_reversed')} as excused, ${since('credit', 'credit_reversed')} as credit, ${since('charged', 'conversion_reversed')} as charged,
               ${since('returned', 'return_reversed')} as returned, ${since('shortage', '')} as shortage
          from obligation_settlement s where s.obligation_id = p.obligation_id and s.at >= $3) e on o.outstanding_quantity < p.quantity
     where p.stocktake_id = $1 and ($4::uuid[] is null or p.part_id = any($4))),
  part as (select part_id, sum(outstanding)::int as outstanding, coalesce(sum(outstanding) filter (where is_extended), 0)::int as extended, sum(otherwise)::int as otherwise from piece group by part_id),
  late as materialized (
    select l.obligation_id, l.parcel_id, t.at, min(l.created_at) as counted_at
      from late_return l join obligation_settlement t on t.obligation_id = l.obligation_id and t.kind = 'conversion_reversed' and t.document_id = l.reversing_slip_id
     where l.dealer_id = $2 and l.state = 'reversed' and l.parcel_id is not null and t.at >= $3 group by l.obligation_id, l.parcel_id, t.at),
  freed as (
    select s.obligation_id, least(coalesce(sum(s.quantity) filter (where s.kind = 'returned' and coalesce(l.counted_at, s.at) >= $3), 0), coalesce(sum(s.quantity) filter (where s.kind = 'return_reversed'), 0)) as pieces
      from obligation_settlement s left join late l on l.obligation_id = s.obligation_id and l.parcel_id = s.document_id and l.at = s.at
     where s.dealer_id = $2 and s.at >= $3 and s.kind in ('returned', 'return_reversed') group by s.obligation_id),
  counted as (
    select part_id, quantity as pieces from return_credit where dealer_id = $2 and at >= $3 and quantity > 0 and document_kind = 'return_parcel'
    union all select o.part_id, f.pieces from freed f join obligation o on o.id = f.obligation_id where f.pieces > 0),
  credit as (select part_id, sum(pieces)::int as surplus from counted where $4::uuid[] is null or part_id = any($4) group by part_id)
  select coalesce(p.part_id, c.part_id) as "partId", coalesce(p.outstanding, 0) as outstanding, coalesce(p.extended, 0) as extended, coalesce(p.otherwise, 0) as otherwise,
         coalesce(c.surplus, 0) as surplus
    from part p full join credit c on c.part_id = p.part_id`;

const OUTSTANDING = `
  select coalesce(sum(least(o.outstanding_quantity, p.quantity)), 0)::int as outstanding
    from stocktake_piece p join obligation o on o.id = p.obligation_id where p.stocktake_id = $1`;

const UNCOUNTED = `
  select number from return_parcel
   where dealer_id = $1 and state = 'received' and coalesce(received_at, created_at) < $2 order by number`;

/** P-8: what a dealer says never came and nobody has decided, of what must come back. */
const MISSED = `
  select distinct l.part_id as "partId", h.number from discrepancy d join shipping_line l on l.id = d.shipping_line_id join shipping_order h on h.id = d.shipping_order_id
   where d.dealer_id = $1 and d.state = 'open' and l.return_due order by h.number`;

/** What has become of the frozen pieces of each part by now (of some parts, or all), and of parts counted as surplus since. */
export async function figuresNow(tx: Tx, { id, dealerId, cutOffOn, returnUntil }: StocktakeRow, partIds: readonly string[] | null = null): Promise<Map<string, Omit<PartFigures, 'borrowed'>>> {
  const rows = await tx.sql<{ partId: string } & Omit<PartFigures, 'borrowed'>>({
    name: 'stocktake_figures', text: FIGURES, values: [id, dealerId, endOfDay(cutOffOn), partIds, returnUntil],
  });
  return new Map(rows.map(({ partId, ...figures }) => [partId, figures]));
}

/** A line with its figures: as they are now, or as they were when the stocktake ended. */
export type LineWithFigures = StocktakeLineRow & PartFigures;

const NOTHING = { outstanding: 0, extended: 0, otherwise: 0, surplus: 0 };

/** Puts figures to lines of one stocktake. */
export async function withFigures(tx: Tx, stocktake: StocktakeRow, lines: readonly StocktakeLineRow[]): Promise<LineWithFigures[]> {
  const ended = stocktake.state === 'confirmed' || stocktake.state === 'cancelled';
  const now = ended ? new Map<string, typeof NOTHING>() : await figuresNow(tx, stocktake, lines.map(({ partId }) => partId));
  return lines.map((line) => {
    const kept = { outstanding: line.outstandingQuantity ?? 0, extended: line.extendedQuantity ?? 0, otherwise: line.otherwiseQuantity ?? 0, surplus: line.surplusQuantity ?? 0 };
    return { ...line, borrowed: line.borrowedQuantity, ...(ended ? kept : (now.get(line.partId) ?? NOTHING)) };
  });
}

/** Every line with its figures, by position. */
export async function wholeStocktake(tx: Tx, stocktake: StocktakeRow): Promise<LineWithFigures[]> {
  return withFigures(tx, stocktake, await tx.em.find(StocktakeLineRow, { where: { stocktakeId: stocktake.id }, order: { position: 'ASC' } }));
}

/** Frozen pieces that have not ended. */
export async function outstandingOf(tx: Tx, stocktakeId: string): Promise<number> {
  const [{ outstanding }] = await tx.sql<{ outstanding: number }>({ name: 'stocktake_outstanding', text: OUTSTANDING, values: [stocktakeId] });
  return outstanding;
}

/** What the steps of a stocktake look at. */
export async function factsOf(tx: Tx, { state, returnUntil, objectUntil }: StocktakeRow, outstanding: number): Promise<StocktakeFacts> {
  return { state, returnUntil, objectUntil, today: businessDate(await tx.now()), outstanding };
}

/** H-7: what stands against the confirmation besides the calendar. */
export async function unsettledOf(tx: Tx, { dealerId, returnUntil }: StocktakeRow, lines: readonly LineWithFigures[]): Promise<Unsettled> {
  const parcels = await tx.sql<{ number: string }>({ name: 'parcels_uncounted', text: UNCOUNTED, values: [dealerId, endOfDay(returnUntil)] });
  const out = lines.filter(({ outstanding }) => outstanding > 0);
  return {
    undecided: out.filter(({ objection, decision }) => objection !== '' && decision === '').length,
    uncounted: parcels.map(({ number }) => number),
    disputed: await disputedShipments(tx, dealerId, new Set(out.map(({ partId }) => partId))),
    unpriced: out.filter((line) => chargeablePieces(line) > 0 && line.unitPrice === null).map(({ partId }) => partId),
  };
}

/** P-8, H-7: shipments on which pieces of these parts, or of their chains, are in dispute: a count may have met the obligation of the very pieces that never came. */
async function disputedShipments(tx: Tx, dealerId: string, partIds: ReadonlySet<string>): Promise<string[]> {
  const missed = await tx.sql<{ partId: string; number: string }>({ name: 'pieces_missed', text: MISSED, values: [dealerId] });
  if (missed.length === 0) return [];
  const chains = await supersessionChains(tx, missed.map(({ partId }) => partId));
  const isOut = ({ partId }: { partId: string }): boolean => [...(chains.get(partId) ?? [])].some((member) => partIds.has(member));
  return [...new Set(missed.filter(isOut).map(({ number }) => number))];
}
