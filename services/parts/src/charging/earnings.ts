import { addMoney, negateMoney, type EarningLine } from '@aftercare/domain';
import type { Tx } from '@aftercare/service';

/** What shipments made revenue of and what reversals took, of each line $1. */
const EARNINGS = `
  select l.id, l.reason, l.quantity, l.net_amount::text as net, l.revenue_net::text as "confirmedNet", l.revenue_quantity as "confirmedQuantity",
         shipped.pieces as "shippedQuantity", shipped.net as "shippedNet", -reversed.pieces as "reversedQuantity", reversed.net as "reversedNet",
         reversed.revenue as "reversedRevenue", reversed.revenue_pieces as "reversedRevenueQuantity"
    from charge_slip_line l
   cross join lateral (select coalesce(sum(s.quantity), 0)::int as pieces, coalesce(sum(s.revenue_net), 0)::text as net
                         from shipping_line s where s.charge_slip_line_id = l.id and s.shipped_at is not null) shipped
   cross join lateral (select coalesce(sum(r.quantity), 0)::int as pieces, coalesce(sum(r.net_amount), 0)::text as net,
                              coalesce(sum(r.revenue_net), 0)::text as revenue, coalesce(sum(r.revenue_quantity), 0)::int as revenue_pieces
                         from charge_slip_line r where r.reverses_line_id = l.id) reversed
   where l.id = any($1::uuid[])`;

interface Read {
  id: string;
  reason: string;
  quantity: number;
  net: string;
  confirmedNet: string;
  confirmedQuantity: number;
  shippedQuantity: number;
  shippedNet: string;
  reversedQuantity: number;
  reversedNet: string;
  reversedRevenue: string;
  reversedRevenueQuantity: number;
}

/** A line of a slip with what has become revenue of it. */
export interface LineEarnings extends EarningLine {
  id: string;
  reason: string;
}

/** F-8: how far lines of slips have become revenue. Their slips are held still by the caller, so that no shipment or reversal comes between. */
export async function earningsOf(tx: Tx, slipLineIds: readonly string[]): Promise<Map<string, LineEarnings>> {
  if (slipLineIds.length === 0) return new Map();
  const rows = await tx.sql<Read>({ name: 'slip_line_earnings', text: EARNINGS, values: [slipLineIds] });
  return new Map(rows.map((row) => [row.id, {
    id: row.id, reason: row.reason, quantity: row.quantity, netAmount: row.net, shippedQuantity: row.shippedQuantity,
    reversedQuantity: row.reversedQuantity, reversedNet: negateMoney(row.reversedNet),
    revenueQuantity: Math.min(row.quantity, row.confirmedQuantity + row.shippedQuantity) + row.reversedRevenueQuantity,
    revenueNet: addMoney(row.confirmedNet, row.shippedNet, row.reversedRevenue),
  }]));
}
