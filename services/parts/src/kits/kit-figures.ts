import { addMonths, businessDate, startOfDay } from '@aftercare/domain';
import type { Tx } from '@aftercare/service';
import type { KitFigures } from './kit.rules.js';

/** Gifts, office supplies and literature are no spare parts. */
const SPARE = `('warranty', 'charged', 'special')`;

/**
 * What a dealer used, has and waits for, by part; $1 the dealer, $2 the beginning of the last 12 months, $3 of the cover months. Of pieces
 * it keeps in stock it has those that it still has to return, of others those that it received within the cover months. What it was issued
 * for work, and what it had in stock and has no more, was used; what never left or was lost on the way was not.
 */
const FIGURES = `
  with used as (
    select part_id, sum(quantity)::int as quantity from shipping_line where dealer_id = $1 and shipped_at >= $2::timestamptz and not for_stock and supply_kind in ${SPARE} group by part_id
    union all
    select l.part_id, -short.missing_quantity from discrepancy short join shipping_line l on l.id = short.shipping_line_id
     where short.dealer_id = $1 and short.state in ('agreed', 'lost', 'damaged') and l.shipped_at >= $2::timestamptz and not l.for_stock and l.supply_kind in ${SPARE}),
  stocked as (
    select l.part_id, l.received_quantity as received,
           case when l.return_due then least(l.received_quantity, coalesce(owed.outstanding_quantity, 0)) when l.shipped_at >= $3::timestamptz then l.received_quantity else 0 end as kept
      from shipping_line l left join obligation owed on owed.shipping_line_id = l.id
     where l.dealer_id = $1 and l.shipped_at >= $2::timestamptz and l.for_stock and l.supply_kind in ${SPARE}),
  figure as (
    select part_id, quantity as consumed, 0 as on_hand, 0 as on_the_way from used
    union all
    select part_id, received - kept, kept, 0 from stocked
    union all
    select owed.part_id, 0, least(l.received_quantity, owed.outstanding_quantity), 0
      from shipping_line l join obligation owed on owed.shipping_line_id = l.id
     where l.dealer_id = $1 and l.for_stock and l.shipped_at < $2::timestamptz and owed.outstanding_quantity > 0
    union all
    select line.part_id, 0, 0, line.quantity - line.received_quantity - line.missing_quantity
      from parts_request request join parts_request_line line on line.request_id = request.id
     where request.dealer_id = $1 and request.purpose = 'stock' and request.state in ('submitted', 'in_review', 'waiting_for_dealer', 'escalated', 'fulfilling')
       and line.state in ('in_review', 'quoted', 'escalated', 'approved', 'shipped'))
  select part_id as "partId", sum(consumed)::int as "consumedQuantity", sum(on_hand)::int as "onHandQuantity", sum(on_the_way)::int as "onTheWayQuantity"
    from figure group by part_id`;

/** P-12: what a dealer used in the last 12 months, has in stock and waits for, by part. */
export async function kitFigures(tx: Tx, dealerId: string, coverMonths: number): Promise<KitFigures[]> {
  const today = businessDate(await tx.now());
  const since = (months: number): string => startOfDay(addMonths(today, -months));
  return tx.sql<KitFigures>({ name: 'kit_figures', text: FIGURES, values: [dealerId, since(12), since(coverMonths)] });
}

const FITS = `select part_id as "partId", array_agg(distinct model_id) as models from part_model where model_id = any($1::uuid[]) group by part_id`;

/** P-1: which of these models each part fits. */
export async function partsFitting(tx: Tx, modelIds: readonly string[]): Promise<Map<string, ReadonlySet<string>>> {
  const rows = await tx.sql<{ partId: string; models: string[] }>({ name: 'kit_fits', text: FITS, values: [modelIds] });
  return new Map(rows.map(({ partId, models }) => [partId, new Set(models)]));
}
