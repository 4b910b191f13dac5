import type { Tx } from '@aftercare/service';
import { isId } from '@aftercare/domain';
import { lockHoldings } from '../obligations/settle.js';
import { assertNamed, type NamedLine } from './named-line.rules.js';

/** What the pieces of slip lines over a shipped line come to, reversals counted; a void draft is none. */
const NAMED = `
  select l.id, l.dealer_id as "dealerId", l.part_id as "partId", l.quantity, l.supply_kind as "supplyKind", l.return_due as "returnDue",
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
