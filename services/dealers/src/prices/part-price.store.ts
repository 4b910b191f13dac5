import { adjustUnitPrice, newId } from '@aftercare/domain';
import type { Page, Statement, Tx } from '@aftercare/service';
import type { GivenPrice } from './part-price.rules.js';

/** An own price as it holds on a day; empty from a day on which the suggestion holds again. */
export interface HeldPrice {
  partId: string;
  unitPrice: string;
  effectiveFrom: string;
}

/** D-3: the own prices of a dealer on a day, of the parts named or of all. */
export async function ownPricesOn(tx: Tx, dealerId: string, on: string, partIds: readonly string[] | null = null): Promise<Map<string, HeldPrice>> {
  return byPart(await tx.sql<HeldPrice>(ownOn(dealerId, on, partIds)));
}

/** As `ownPricesOn`, to be read by itself: give the rows to `byPart`. */
export const ownOn = (dealerId: string, on: string, partIds: readonly string[] | null): Statement => ({ name: 'own_part_price_on', text: OWN_ON, values: [dealerId, on, partIds] });

/** The own prices that hold; an ended one does not. */
export const byPart = (rows: readonly HeldPrice[]): Map<string, HeldPrice> => new Map(rows.filter(({ unitPrice }) => unitPrice !== '').map((row) => [row.partId, row]));

/** The business day now, where the dealer exists. */
export const dayOfDealer = (dealerId: string): Statement => ({ name: 'part_price_dealer', text: 'select business_now() as now from dealer where id = $1::uuid', values: [dealerId] });

/** The dealer's parts with an own price on a day, by number; keyset (part number, part). */
export function ownParts(dealerId: string, on: string, after: Page['after'], limit: number): Statement {
  return { name: 'own_part_list', text: OWN_PARTS, values: [dealerId, on, after?.key ?? null, after?.id ?? null, limit] };
}

/** D-3: keeps prices from a day on; one that holds already is left alone. Answers how many parts changed. */
export async function keepPrices(tx: Tx, dealerId: string, effectiveFrom: string, given: readonly GivenPrice[]): Promise<number> {
  const before = await ownPricesOn(tx, dealerId, effectiveFrom, given.map(({ partId }) => partId));
  const changed = given.filter(({ partId, unitPrice }) => !isSamePrice(before.get(partId)?.unitPrice ?? null, unitPrice));
  if (changed.length === 0) return 0;
  const kept = await tx.sql<{ id: string; partId: string }>({
    name: 'own_part_price_keep', text: KEEP,
    values: [
      changed.map(() => newId()), dealerId, changed.map(({ partId }) => partId), changed.map(({ partNumber }) => partNumber), effectiveFrom,
      changed.map(({ unitPrice }) => unitPrice),
    ],
  });
  const prices = new Map(changed.map(({ partId, unitPrice }) => [partId, unitPrice]));
  for (const { id, partId } of kept) {
    await tx.audit({
      action: 'set-price', kind: 'own_part_price', id, dealerId,
      changed: {
        partId: { after: partId }, effectiveFrom: { after: effectiveFrom },
        unitPrice: { before: before.get(partId)?.unitPrice ?? null, after: prices.get(partId) ?? null },
      },
    });
  }
  return changed.length;
}

/** The same price in whatever spelling; none is like none. */
export function isSamePrice(a: string | null, b: string | null): boolean {
  return a === null || b === null ? a === b : adjustUnitPrice(a, '0') === adjustUnitPrice(b, '0');
}

/** Drops what was planned for later days; it never held. */
export async function dropPlanned(tx: Tx, dealerId: string, after: string, partIds: readonly string[]): Promise<void> {
  const dropped = await tx.sql<{ id: string; partId: string; effectiveFrom: string; unitPrice: string }>({
    name: 'own_part_price_drop', text: DROP, values: [dealerId, after, partIds],
  });
  for (const { id, partId, effectiveFrom, unitPrice } of dropped) {
    await tx.audit({
      action: 'drop-price', kind: 'own_part_price', id, dealerId,
      changed: { partId: { before: partId }, effectiveFrom: { before: effectiveFrom }, unitPrice: { before: unitPrice, after: null } },
    });
  }
}

const OWN_ON = `
  select distinct on (part_id) part_id as "partId", coalesce(unit_price::text, '') as "unitPrice", effective_from::text as "effectiveFrom"
    from own_part_price where dealer_id = $1 and effective_from <= $2::date and ($3::uuid[] is null or part_id = any($3))
   order by part_id, effective_from desc`;

const OWN_PARTS = `
  select o.part_id as id, o.part_number as key, o.unit_price::text as "unitPrice", o.effective_from::text as "effectiveFrom"
    from (select distinct on (part_number, part_id) part_number, part_id, unit_price, effective_from
            from own_part_price
           where dealer_id = $1 and effective_from <= $2::date and ($3::text is null or (part_number, part_id) > ($3, $4::uuid))
           order by part_number, part_id, effective_from desc) o
   where o.unit_price is not null order by o.part_number, o.part_id limit $5`;

const KEEP = `
  insert into own_part_price as o (id, dealer_id, part_id, part_number, effective_from, unit_price, version)
  select g.id, $2, g.part_id, g.part_number, $5::date, g.unit_price, 1
    from unnest($1::uuid[], $3::uuid[], $4::text[], $6::numeric[]) g (id, part_id, part_number, unit_price)
  on conflict (dealer_id, part_id, effective_from) do update set unit_price = excluded.unit_price, version = o.version + 1
  returning id, part_id as "partId"`;

const DROP = `
  delete from own_part_price where dealer_id = $1 and effective_from > $2::date and part_id = any($3::uuid[])
  returning id, part_id as "partId", effective_from::text as "effectiveFrom", unit_price::text as "unitPrice"`;
