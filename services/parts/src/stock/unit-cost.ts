import { businessDate, newId } from '@aftercare/domain';
import type { Tx } from '@aftercare/service';
import { PartCost } from './unit-cost.entity.js';

/** Where a cost comes from. */
export interface CostSource {
  documentKind: 'purchase_receipt' | 'opening_document' | 'manual';
  documentId: string | null;
  /** First local day; today unless told. */
  effectiveFrom?: string;
  reason?: string;
}

/** P-1: keeps what was paid for parts, from a day on. */
export async function keepCosts(tx: Tx, costs: readonly { partId: string; unitCost: string }[], source: CostSource): Promise<void> {
  if (costs.length === 0) return;
  const enteredAt = await tx.now();
  const { documentKind, documentId, effectiveFrom = businessDate(enteredAt), reason = '' } = source;
  await tx.em.insert(PartCost, costs.map(({ partId, unitCost }) => (
    { id: newId(), partId, effectiveFrom, unitCost, documentKind, documentId, reason, enteredBy: tx.ctx.userId, enteredAt })));
}

/** The cost of a part `part` on the day `day`, as a lateral join named `cost`; no row where none is known. */
export const costOn = (part: string, day: string): string => `
  left join lateral (select c.unit_cost from part_cost c where c.part_id = ${part} and c.effective_from <= ${day}
    order by c.effective_from desc, c.entered_at desc, c.id desc limit 1) cost on true`;
