import type { CompareClocksResponseJson } from '@aftercare/contracts';
import type { Api } from '../http/api.js';

/** What was found over all calls. */
export interface Comparison {
  compared: number;
  differences: NonNullable<CompareClocksResponseJson['differences']>;
}

/** R-3, R-4: has every clock derived anew from the events of its call, page by page, and gathers what is kept otherwise. */
export async function compareClocks(asker: Api): Promise<Comparison> {
  const found: Comparison = { compared: 0, differences: [] };
  for (let cursor = ''; ; ) {
    const page = await asker.get<CompareClocksResponseJson>(`/call-clocks/compare${cursor && `?cursor=${cursor}`}`);
    found.compared += page.compared ?? 0;
    found.differences.push(...(page.differences ?? []));
    cursor = page.nextCursor ?? '';
    if (cursor === '') return found;
  }
}
