import type { ListControlPointsRequest } from '@aftercare/contracts';
import { Refusal } from '@aftercare/domain';
import { Conditions, statementName, type Page, type Statement } from '@aftercare/service';
import { idOf } from '../quality/bars.queries.js';

const NUMBER = /^\d{1,15}(\.\d{1,20})?(e[+-]\d{1,3})?$/;

/** Cases for 100 units and 30 days in service. */
export const rateText = (column: string): string => `coalesce(round((${column} * 3000)::numeric, 3)::text, '')`;

/** the points of the last evaluation, those nearest to their limit or farthest beyond it first. Refuses CURSOR_INVALID. */
export function listPoints({ kind, family, beyond }: ListControlPointsRequest, page: Page): Statement {
  if (page.after && !NUMBER.test(page.after.key)) throw new Refusal('invalid_argument', 'CURSOR_INVALID', 'The cursor was not made by this list.', { field: 'cursor' });
  const where = new Conditions().add('', (place) => `r.kind = ${place}::text`, kind);
  where.names.pop();
  where.when(family, 'f', (place) => `r.family = ${place}`).when(beyond, 'b', () => 'r.beyond');
  const at = where.values.length;
  const text = `
    with found as (select *, ${idOf('$1::text')} as id from quality_point r where ${where.ways()[0]})
    select r.id, r.strain::text as key, json_build_object('id', r.id, 'kind', r.kind, 'key', r.key, 'label', r.label, 'family', r.family, 'from', r.from_on, 'to', r.to_on,
      'cases', r.cases, 'unitDays', r.unit_days::text, 'rate', ${rateText('r.rate')}, 'centre', ${rateText('r.centre')}, 'limit', ${rateText('r.upper')}, 'beyond', r.beyond)::text as item
    from found r where $${at + 1}::text is null or (r.strain, r.id) < ($${at + 1}::text::float8, $${at + 2}::uuid) order by r.strain desc, r.id desc limit $${at + 3}`;
  return { name: statementName(['control_points', ...where.names]), text, values: [...where.values, page.after?.key ?? null, page.after?.id ?? null, page.limit + 1] };
}
