import type { Tx } from '@aftercare/service';
import { isId } from '@aftercare/domain';
import { lockHoldings } from '../obligations/settle.js';
import { notify } from '../notices.js';
import type { SlipLineRow } from './charge-slip.entity.js';
import { assertArrived, assertNamed, neverAtHand, type NamedLine } from './named-line.rules.js';

/** What the pieces of slip lines over a shipped line come to, reversals counted; a void draft is none. */
const NAMED = `
  select l.id, l.dealer_id as "dealerId", l.part_id as "partId", l.supply_kind as "supplyKind", l.return_due as "returnDue",
         l.quantity - coalesce((select d.missing_quantity from discrepancy d where d.shipping_line_id = l.id and d.state in ('agreed', 'lost', 'damaged')), 0) as quantity,
         coalesce((select sum(s.quantity + coalesce((select sum(r.quantity) from charge_slip_line r where r.reverses_line_id = s.id), 0))
                     from charge_slip_line s join charge_slip g on g.id = s.slip_id
                    where s.origin_kind = 'shipping_line' and s.origin_id = l.id and g.state <> 'void'), 0)::int as charged
    from shipping_line l join shipping_order o on o.id = l.shipping_order_id
   where l.id = any($1::uuid[]) and o.shipped_at is not null`;

interface AskedLine {
  partId: string;
  quantity: number;
  shippingLineId: string;
}

/** F-1: the free lines that a manual slip names, one slip after the other for a dealer. Errors: LINE_UNKNOWN, OBLIGATION_FIRST, LINE_HAS_SLIP, QUANTITY_INVALID. */
export async function checkNamedLines(tx: Tx, dealerId: string, lines: readonly AskedLine[]): Promise<void> {
  const ids = lines.map((line) => line.shippingLineId).filter((id) => id !== '');
  if (ids.length === 0) return;
  await lockHoldings(tx, dealerId);
  const found = await tx.sql<NamedLine & { id: string }>({ name: 'named_lines', text: NAMED, values: [ids.filter(isId)] });
  const byId = new Map(found.map((line) => [line.id, line]));
  for (const [index, { partId, quantity, shippingLineId }] of lines.entries()) {
    if (shippingLineId === '') continue;
    const line = byId.get(shippingLineId);
    assertNamed(line, { dealerId, partId, quantity }, `lines[${index}]`);
    if (line) line.charged += quantity;
  }
}

/** Slips that name shipped lines, with the pieces of each that they still charge; newest first. */
const SLIPS = `
  select * from (
    select s.origin_id as "lineId", g.id, coalesce(g.number, '') as number, g.state = 'draft' as "isDraft",
           sum(s.quantity + coalesce((select sum(r.quantity) from charge_slip_line r where r.reverses_line_id = s.id), 0))::int as pieces
      from charge_slip_line s join charge_slip g on g.id = s.slip_id
     where s.origin_kind = 'shipping_line' and s.origin_id = any($1::uuid[]) and g.state <> 'void' group by s.origin_id, g.id) slips
   where pieces > 0 order by id desc`;

interface NamingSlip {
  lineId: string;
  id: string;
  number: string;
  isDraft: boolean;
  pieces: number;
}

const slipsOf = (tx: Tx, lineIds: readonly string[]): Promise<NamingSlip[]> => tx.sql<NamingSlip>({ name: 'slips_of_lines', text: SLIPS, values: [lineIds] });

/**
 * F-1, P-8: pieces that a draft names may have turned out since never to have arrived; where they are those that it has to give back, it
 * cannot be confirmed, and is dropped. The caller holds the dealer's turn. Refuses NEVER_ARRIVED.
 */
export async function checkArrived(tx: Tx, slipId: string, named: readonly Pick<SlipLineRow, 'originKind' | 'originId'>[]): Promise<void> {
  const ids = [...new Set(named.map(({ originKind, originId }) => (originKind === 'shipping_line' ? originId : null)).filter((id) => id !== null))];
  if (ids.length === 0) return;
  const lines = await tx.sql<NamedLine & { id: string }>({ name: 'named_lines', text: NAMED, values: [ids] });
  const slips = await slipsOf(tx, ids);
  for (const line of lines) assertArrived(slipId, line.quantity, slips.filter(({ lineId }) => lineId === line.id));
}

/**
 * P-8, F-1: pieces of a free line never arrived, and slips by hand charge more than did: finance has to reverse them, or the clerk to drop
 * a draft, and the dealer is told.
 */
export async function tellNeverAtHand(tx: Tx, line: { id: string; dealerId: string; quantity: number }, { missing, orderNumber }: { missing: number; orderNumber: string }): Promise<void> {
  await lockHoldings(tx, line.dealerId);
  for (const { id, number, isDraft, pieces } of neverAtHand(line.quantity - missing, await slipsOf(tx, [line.id]))) {
    const about = { document: { kind: 'charge-slip', id, number }, severity: 'warning' as const, params: { pieces, orderNumber } };
    if (isDraft) {
      // Both confirm slips (domain 1).
      for (const role of ['service_clerk', 'finance_clerk'] as const) await notify(tx, { kind: 'parts.missing_drafted', role, ...about });
      continue;
    }
    await notify(tx, { kind: 'parts.missing_charged', role: 'service_clerk', ...about });
    await notify(tx, { kind: 'parts.missing_charged', role: 'finance_clerk', ...about });
    await notify(tx, { kind: 'parts.missing_charged', role: 'dealer_manager', dealerId: line.dealerId, ...about });
  }
}
