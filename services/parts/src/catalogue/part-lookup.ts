import { ServiceError } from '@aftercare/messaging';
import type { Tx } from '@aftercare/service';

/** What other chapters need to know of a part. */
export interface PartFacts {
  id: string;
  number: string;
  name: string;
  partClass: string;
  returnRequired: boolean;
}

const PARTS = `
  select id, number, name, part_class as "partClass", return_required as "returnRequired"
    from part where id = any($1::uuid[])`;

const PRICES = `
  select distinct on (line.part_id) line.part_id as "partId", line.dealer_price::text as "dealerPrice"
    from price_line line join price_list list on list.id = line.price_list_id
   where line.part_id = any($1::uuid[]) and list.state = 'published' and list.effective_from <= $2::date
   order by line.part_id, list.effective_from desc, list.published_at desc`;

/** The parts by id; one that does not exist is refused as not_found PART_UNKNOWN, with the field of the request that names it. */
export async function partsById(tx: Tx, partIds: readonly string[], fieldAt = (at: number) => `lines[${at}].partId`): Promise<Map<string, PartFacts>> {
  const wanted = [...new Set(partIds)];
  const rows = await tx.sql<PartFacts>({ name: 'parts_by_id', text: PARTS, values: [wanted] });
  const found = new Map(rows.map((row) => [row.id, row]));
  const missing = partIds.findIndex((id) => !found.has(id));
  if (missing >= 0) throw new ServiceError('not_found', 'PART_UNKNOWN', 'There is no such part.', { field: fieldAt(missing), partId: partIds[missing] });
  return found;
}

/**
 * F-7: the dealer price without tax that holds on a local day, up to 4 decimals, by part; parts without a published
 * price are absent. The list that came into force last counts.
 */
export async function dealerPricesOn(tx: Tx, partIds: readonly string[], day: string): Promise<Map<string, string>> {
  const rows = await tx.sql<{ partId: string; dealerPrice: string }>({ name: 'dealer_prices_on', text: PRICES, values: [[...new Set(partIds)], day] });
  return new Map(rows.map((row) => [row.partId, row.dealerPrice]));
}
