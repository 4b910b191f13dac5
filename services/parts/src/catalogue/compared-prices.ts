import { percentAbove } from '@aftercare/domain';
import type { Page, Statement } from '@aftercare/service';
import { priceChange } from './price-list.rules.js';

/** A line of a list beside what holds without it, as it is read. */
export interface ComparedRow {
  id: string;
  key: string;
  position: number;
  partNumber: string;
  name: string;
  nameEn: string;
  unit: string;
  dealerPrice: string;
  suggestedPrice: string;
  presentDealerPrice: string | null;
  presentSuggestedPrice: string | null;
  presentListNumber: string | null;
}

/** Positions as texts that sort as their numbers do. */
const KEY = `lpad(line.position::text, 10, '0')`;

/** F-7: the lines of a list by position, each beside the published one that holds on its first day without it. */
export function comparedLines(id: string, onlyChanged: boolean, page: Page): Statement {
  return {
    name: 'compared_prices',
    text: `
      select part.id, ${KEY} as key, line.position, part.number as "partNumber", part.name, part.name_en as "nameEn", part.unit, line.dealer_price::text as "dealerPrice",
             line.suggested_price::text as "suggestedPrice", present.dealer_price::text as "presentDealerPrice", present.suggested_price::text as "presentSuggestedPrice",
             present.number as "presentListNumber"
        from price_line line join price_list list on list.id = line.price_list_id join part on part.id = line.part_id
        left join lateral (
          select other.dealer_price, other.suggested_price, held.number
            from price_line other join price_list held on held.id = other.price_list_id
           where other.part_id = line.part_id and held.id <> list.id and held.state = 'published' and held.effective_from <= list.effective_from
             and (list.state <> 'published' or (held.effective_from, held.published_at) < (list.effective_from, list.published_at))
           order by held.effective_from desc, held.published_at desc limit 1) present on true
       where line.price_list_id = $1 and ($2::text is null or (${KEY}, part.id) > ($2, $3::uuid))
         and (not $4::boolean or (present.dealer_price, present.suggested_price) is distinct from (line.dealer_price, line.suggested_price))
       order by line.position, part.id limit $5`,
    values: [id, page.after?.key ?? null, page.after?.id ?? null, onlyChanged, page.limit + 1],
  };
}

/** The line as its message says. */
export function comparedLine({ id: partId, key: _key, presentDealerPrice, presentSuggestedPrice, presentListNumber, ...line }: ComparedRow) {
  const present = presentDealerPrice === null || presentSuggestedPrice === null ? null : { dealerPrice: presentDealerPrice, suggestedPrice: presentSuggestedPrice };
  return {
    ...line, partId, presentDealerPrice: presentDealerPrice ?? '', presentSuggestedPrice: presentSuggestedPrice ?? '', presentListNumber: presentListNumber ?? '',
    changePercent: present === null ? '' : percentAbove(line.dealerPrice, present.dealerPrice), change: priceChange(line, present),
  };
}
