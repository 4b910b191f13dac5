import { idOfText, statementName, type Page, type Statement } from '@aftercare/service';
import type { KeptMonth } from './kept-months.queries.js';
import type { TieAsked } from './tie-out.queries.js';

/** What is asked of the rows of a month. */
export interface RowsAsked extends TieAsked {
  /** Only those that have lines at fault. */
  onlyFaults: boolean;
}

/**
 * Of all dealers only those that a page can reach, in the order of their codes: until those behind the position have as many parts as are wanted, and those whose code goes on
 * where one of these ends.
 */
const REACHED = `
  counted as (
    select dealers.*, coalesce(sum(part_count) filter (where behind) over (order by code, dealer_id rows between unbounded preceding and 1 preceding), 0) as before
      from dealers where behind or starts_with($3, code)),
  first as materialized (select distinct code from counted where before < $5),
  asked as (select c.dealer_id, c.dealer_code, c.code, c.name from counted c where exists (select from first where starts_with(c.code, first.code)))`;

const AT_FAULT = `asked as (
    select d.dealer_id, d.dealer_code, d.code, d.name, f.part_id from (select distinct dealer_id, part_id from tie_fault where generation = $2 and month = $1) f join dealers d using (dealer_id))`;

/** How many parts a dealer has tells nothing where only some of them are asked for. */
function askedBy({ partId, onlyFaults }: RowsAsked): string {
  if (onlyFaults) return AT_FAULT;
  return partId === null ? REACHED : 'asked as (select dealer_id, dealer_code, code, name from dealers)';
}

/** H-8: the rows of a month by dealer and part, as they are kept in a model: dealer by dealer along the index, so that one plan does for every month. */
export function keptRows(asked: RowsAsked, page: Page, { generation }: Pick<KeptMonth, 'generation'>): Statement {
  const { month, dealerId, partId, onlyFaults } = asked;
  const text = `
    with dealers as (
      select k.dealer_id, k.part_count, coalesce(d.code, '') as dealer_code, coalesce(d.code, '') || ' ' as code, coalesce(d.name, '') as name, $3::text is null or coalesce(d.code, '') || ' ' > $3 as behind
        from tie_dealer k left join dealer_fact d on d.generation = $2 and d.dealer_id = k.dealer_id
       where k.generation = $2 and k.month = $1 and ${dealerId === null ? '$6::uuid is null' : 'k.dealer_id = $6::uuid'}), ${askedBy(asked)}
    select * from (
      select ${idOfText(`w.dealer_id || ' ' || w.part_id`)} as id, a.code || coalesce(p.number, '') as key, w.dealer_id as "dealerId", a.dealer_code as "dealerCode", a.name as "dealerName",
             w.part_id as "partId", coalesce(p.number, '') as "partNumber", coalesce(p.name, '') as "partName", w.pieces, w.amounts, w.nets, w.on_slips as "onSlips", w.on_slips_net::text as "onSlipsNet"
        from asked a
        cross join lateral (
          select w.* from tie_row w
           where w.generation = $2 and w.month = $1 and w.dealer_id = a.dealer_id ${onlyFaults ? 'and w.part_id = a.part_id' : ''} and ${partId === null ? '$7::uuid is null' : 'w.part_id = $7::uuid'} offset 0) w
        left join part_fact p on p.generation = $2 and p.part_id = w.part_id) named
     where $3::text is null or (key, id) > ($3, $4::uuid) order by key, id limit $5`;
  const shape = [dealerId === null ? [] : ['d'], partId === null ? [] : ['p'], onlyFaults ? ['f'] : []].flat();
  return { name: statementName(['tie_kept_rows', ...shape]), text, values: [month, generation, page.after?.key ?? null, page.after?.id ?? null, page.limit + 1, dealerId, partId], onePlan: true };
}
