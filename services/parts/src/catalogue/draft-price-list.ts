import { newId } from '@aftercare/domain';
import type { Tx } from '@aftercare/service';
import { PriceList } from './price-list.entity.js';
import type { DraftPrices } from './price-list.rules.js';

const LINES = `
  insert into price_line (price_list_id, part_id, position, dealer_price, suggested_price)
  select $1, l."partId", l.position, l."dealerPrice", l."suggestedPrice"
    from jsonb_to_recordset($2::jsonb) as l ("partId" uuid, position int, "dealerPrice" numeric, "suggestedPrice" numeric)`;

/** F-7: keeps checked prices as a draft. */
export async function draftPriceList(tx: Tx, { effectiveFrom, lines }: DraftPrices): Promise<PriceList> {
  const list: PriceList = {
    id: newId(), number: null, state: 'draft', effectiveFrom, draftedBy: tx.ctx.userId, publishedBy: null, publishedAt: null, withdrawReason: '', createdAt: await tx.now(), version: 1,
  };
  await tx.em.insert(PriceList, list);
  const rows = lines.map(({ partId, dealerPrice, suggestedPrice }, index) => ({ partId, position: index + 1, dealerPrice, suggestedPrice }));
  await tx.sql({ name: 'price_lines', text: LINES, values: [list.id, JSON.stringify(rows)] });
  await tx.audit({ action: 'create', kind: 'price_list', id: list.id, changed: { effectiveFrom: { after: effectiveFrom }, lines: { after: lines.length } } });
  return list;
}
