import type { Page, Statement } from '@aftercare/service';
import { costOn } from '../stock/unit-cost.js';

interface PricesAsked {
  q: string;
  priced: boolean;
  /** Local date. */
  on: string;
  /** F-7: which columns the caller may see. */
  sees: { dealerPrice: boolean; unitCost: boolean };
}

/** F-7: parts by number with what they cost on a day; the list that came into force last counts. Keyset (number, id). */
export function pricesOn({ q, priced, on, sees }: PricesAsked, page: Page): Statement {
  return {
    name: 'prices_on',
    text: `
      select part.id, part.number as key, json_build_object('partId', part.id, 'partNumber', part.number, 'name', part.name, 'nameEn', part.name_en, 'unit', part.unit,
          'dealerPrice', case when $6::boolean then coalesce(price.dealer_price::text, '') else '' end, 'suggestedPrice', coalesce(price.suggested_price::text, ''),
          'unitCost', case when $7::boolean then coalesce(cost.unit_cost::text, '') else '' end, 'priceListNumber', coalesce(price.number, ''),
          'effectiveFrom', coalesce(price.effective_from::text, ''))::text as item
        from part left join lateral (
          select line.dealer_price, line.suggested_price, list.number, list.effective_from
            from price_line line join price_list list on list.id = line.price_list_id
           where line.part_id = part.id and list.state = 'published' and list.effective_from <= $1::date
           order by list.effective_from desc, list.published_at desc limit 1) price on true
        ${costOn('part.id', '$1::date')}
       where ($2 = '' or position(lower($2) in lower(part.number || ' ' || part.name || ' ' || part.name_en)) > 0)
         and (not $3::boolean or price.dealer_price is not null)
         and ($4::text is null or (part.number, part.id) > ($4, $5::uuid))
       order by part.number, part.id limit $8`,
    values: [on, q.trim(), priced, page.after?.key ?? null, page.after?.id ?? null, sees.dealerPrice, sees.unitCost, page.limit + 1],
  };
}
