import type { ListDealerFilesRequest } from '@aftercare/contracts';
import { Refusal } from '@aftercare/domain';
import type { CallContext } from '@aftercare/messaging';
import { pageOf, scopeValues, type Page, type Statement } from '@aftercare/service';
import { FIGURE_COLUMNS, figuresCte, figuresValues, type Asked } from './figures.queries.js';

/** What a file says of the dealer itself. */
export interface DealerBasics {
  dealerId: string;
  code: string;
  name: string;
  nameEn: string;
  status: string;
  regionCode: string;
  territoryRegionCodes: string[];
  parentId: string;
}

/** A dealer whom the caller may see. */
export function dealerBasics(dealerId: string, ctx: CallContext): Statement {
  return {
    name: 'dealer_basics',
    text: `
      select dealer_id as "dealerId", code, name, name_en as "nameEn", status, region_code as "regionCode", territory as "territoryRegionCodes",
        coalesce(parent_id::text, '') as "parentId"
      from dealer_fact where generation = (select current from read_model) and dealer_id = $1 and ($2::boolean or dealer_id = any($3::uuid[]))`,
    values: [dealerId, ...scopeValues(ctx)],
  };
}

interface Order {
  key: string;
  type: 'text' | 'numeric';
  direction: 'asc' | 'desc';
}

/** Rates that nobody can say come last. */
const ORDERS: Record<string, Order> = {
  code: { key: 'code', type: 'text', direction: 'asc' },
  '-calls': { key: 'calls::numeric', type: 'numeric', direction: 'desc' },
  onTime24: { key: 'coalesce(on_time_24, 1000)', type: 'numeric', direction: 'asc' },
  firstFix: { key: 'coalesce(first_fix, 1000)', type: 'numeric', direction: 'asc' },
  '-repeat': { key: 'coalesce(repeat_share, -1)', type: 'numeric', direction: 'desc' },
  '-overdue': { key: 'overdue::numeric', type: 'numeric', direction: 'desc' },
};
const NUMBER = /^-?\d{1,12}(\.\d{1,4})?$/;

/** D-4: all dealers side by side; keyset (the sort's figure, id). Refuses SORT_UNKNOWN, CURSOR_INVALID. */
export function listFiles(asked: Asked, request: ListDealerFilesRequest): { page: Page; statement: Statement } {
  const sort = request.page?.sort || 'code';
  const order = Object.hasOwn(ORDERS, sort) ? ORDERS[sort] : undefined;
  if (!order) throw new Refusal('invalid_argument', 'SORT_UNKNOWN', `This list sorts by ${Object.keys(ORDERS).join(', ')}.`, { field: 'sort' });
  const page = pageOf(request.page, { list: `dealer-files ${sort}` });
  if (page.after && order.type === 'numeric' && !NUMBER.test(page.after.key)) {
    throw new Refusal('invalid_argument', 'CURSOR_INVALID', 'The cursor was not made by this list.', { field: 'cursor' });
  }
  const { direction, key, type } = order;
  return {
    page,
    statement: {
      name: `files_${Object.keys(ORDERS).indexOf(sort)}`,
      text: `
        with ${figuresCte('')},
        ranked as (select *, dealer_id as id, ${key} as key from figures where $8 = '' or status = $8)
        select id, key::text as key, ${ROW} as item from ranked
        where $9::text is null or (key, id) ${direction === 'asc' ? '>' : '<'} ($9::text::${type}, $10::uuid)
        order by ranked.key ${direction}, id ${direction} limit $11`,
      values: [...figuresValues(asked), request.status, page.after?.key ?? null, page.after?.id ?? null, page.limit + 1],
    },
  };
}

/** A row of the list as its message's JSON. */
const ROW = `(select to_json(shown)::text from (select id, code, name, status, region_code as "regionCode", ${FIGURE_COLUMNS}) shown)`;
