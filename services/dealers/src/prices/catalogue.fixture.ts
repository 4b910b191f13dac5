import { PriceListService } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { fake } from '@aftercare/testing';

/** A part as `parts` would have it; a suggestion holds from its day on. */
export interface CataloguedPart {
  id: string;
  number: string;
  suggestions: { from: string; price: string }[];
}

export const part = (number: string, ...suggestions: [from: string, price: string][]): CataloguedPart =>
  ({ id: newId(), number, suggestions: suggestions.map(([from, price]) => ({ from, price })) });

/** Stands in for the price list of `parts`; what is changed in the parts is asked for the next time. The cursor is a place in the list. */
export function fakeCatalogue(parts: CataloguedPart[]) {
  return fake(PriceListService, {
    listSuggestedPrices: ({ q, partIds, priced, on, page }) => {
      const found = parts
        .filter(({ id, number }) => (partIds.length === 0 || partIds.includes(id)) && number.toLowerCase().includes(q.toLowerCase()))
        .sort((a, b) => (a.number < b.number ? -1 : 1))
        .map(({ id, number, suggestions }) => ({ id, number, held: suggestions.filter(({ from }) => on === '' || from <= on).at(-1) }))
        .filter(({ held }) => !priced || held !== undefined);
      const [start, limit] = [Number(page?.cursor || 0), page?.limit || 50];
      return Promise.resolve({
        items: found.slice(start, start + limit).map(({ id, number, held }) => ({
          partId: id, partNumber: number, name: '阀芯', nameEn: 'Cartridge', suggestedPrice: held?.price ?? '', priceListNumber: held ? 'PL-1' : '', effectiveFrom: held?.from ?? '',
        })),
        nextCursor: found.length > start + limit ? String(start + limit) : '',
      });
    },
  });
}
