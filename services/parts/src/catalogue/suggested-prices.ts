import type { ListSuggestedPricesRequest } from '@aftercare/contracts';
import type { Page, Statement } from '@aftercare/service';

/** D-3, F-7: parts by number with the suggested price of a day; the list that came into force last counts. Keyset (number, id). */
export function suggestedPrices(request: ListSuggestedPricesRequest, on: string, page: Page): Statement {
  return {
    name: 'suggested_price_list',
    text: `
      select part.id, part.number as key, json_build_object('partId', part.id, 'partNumber', part.number, 'name', part.name, 'nameEn', part.name_en,
          'suggestedPrice', coalesce(price.suggested_price::text, ''), 'priceListNumber', coalesce(price.number, ''),
          'effectiveFrom', coalesce(price.effective_from::text, ''))::text as item
        from part left join lateral (
          select line.suggested_price, list.number, list.effective_from
            from price_line line join price_list list on list.id = line.price_list_id
           where line.part_id = part.id and list.state = 'published' and list.effective_from <= $1::date
           order by list.effective_from desc, list.published_at desc limit 1) price on true
       where ($2 = '' or position(lower($2) in lower(part.number || ' ' || part.name || ' ' || part.name_en)) > 0)
         and ($3::uuid[] is null or part.id = any($3)) and (not $4::boolean or price.suggested_price is not null)
         and ($5::text is null or (part.number, part.id) > ($5, $6::uuid))
       order by part.number, part.id limit $7`,
    values: [
      on, request.q.trim(), request.partIds.length > 0 ? request.partIds : null, request.priced, page.after?.key ?? null, page.after?.id ?? null, page.limit + 1,
    ],
  };
}
