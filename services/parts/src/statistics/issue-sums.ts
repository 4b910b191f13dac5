import type { CallContext } from '@aftercare/messaging';
import { Conditions, dealerScope, EVERY_DEALER, idOfText, statementName, type Page, type Statement } from '@aftercare/service';

/** How issues are summed up: the column, the key that is shown, its name, an id for the cursor, and what the name is read from. */
const GROUPS = {
  dealer: { of: 'l.dealer_id', key: 'summed.of::text', label: `''`, id: 'summed.of', joins: '' },
  part: { of: 'l.part_id', key: 'part.number', label: 'part.name', id: 'summed.of', joins: 'join part on part.id = summed.of' },
  kind: { of: 'l.supply_kind', key: 'summed.of', label: `''`, id: idOfText('summed.of'), joins: '' },
} as const;

export const isIssueGroup = (by: string): by is keyof typeof GROUPS => Object.hasOwn(GROUPS, by);

/** A month's issues to sum up. */
export interface IssuesOfMonth {
  by: keyof typeof GROUPS;
  from: string;
  until: string;
  dealerId: string | null;
}

/** P-13: the month's lines are summed up from their index before anything is looked up for them; agreed shortages never left and are not counted. */
export function issueSums({ by, from, until, dealerId }: IssuesOfMonth, ctx: CallContext, page: Page): Statement {
  const { of, key, label, id, joins } = GROUPS[by];
  const where = new Conditions().add('m', (first, next) => `l.shipped_at >= ${first}::timestamptz and l.shipped_at < ${next}::timestamptz`, from, until);
  const dealers = dealerScope(ctx);
  if (dealers !== EVERY_DEALER) where.add('own', (own) => `l.dealer_id = any(${own}::uuid[])`, dealers);
  where.when(dealerId, 'd', (dealer) => `l.dealer_id = ${dealer}::uuid`);
  const asked = where.ways()[0];
  const beyond = page.after === null ? 'true' : where.part('after', (last, lastId) => `(key, id) > (${last}::text, ${lastId}::uuid)`, page.after.key, page.after.id);
  const text = `
    with summed as (
      select ${of} as of, sum(pieces)::int as all_pieces, coalesce(sum(pieces) filter (where l.supply_kind = 'charged'), 0)::int as charged,
             coalesce(sum(pieces) filter (where l.return_due), 0)::int as due
        from shipping_line l left join discrepancy short on short.shipping_line_id = l.id and short.state = 'agreed'
        cross join lateral (select l.quantity - coalesce(short.missing_quantity, 0) as pieces) issued
       where ${asked} group by 1),
    sums as (select ${id} as id, ${key} as key, ${label} as label, all_pieces, charged, due from summed ${joins})
    select id, key, json_build_object('key', key, 'label', label, 'quantity', all_pieces, 'chargedQuantity', charged, 'freeQuantity', all_pieces - charged,
             'returnDueQuantity', due)::text as item
      from sums where ${beyond} order by key, id limit $${where.values.length + 1}`;
  return { name: statementName([`issues_by_${by}`, ...where.names]), text, values: [...where.values, page.limit + 1], onePlan: true };
}
