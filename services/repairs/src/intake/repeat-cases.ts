import type { CallContext } from '@aftercare/messaging';
import { scopeValues, type Statement } from '@aftercare/service';

/** By what a caller or a unit is known. */
export interface KnownBy {
  phone: string;
  customerId: string | null;
  unitId: string | null;
  unitSerial: string;
}

const CASES_MAX = 25;
const DUPLICATES_MAX = 5;
export const OPEN_STATES = `('new', 'received', 'assigned', 'on_site')`;

/** The newest calls of a caller or unit: $1 phone, $2 customer, $3 unit, $4 serial; each way along an index of its own, and no more than are shown. */
const found = (columns: string, { only, limit }: { only: string; limit: number }): string => [
  `r.phone_key <> '' and r.phone_key = phone_key($1)`, 'r.customer_id = $2::uuid', 'r.unit_id = $3::uuid', `$4 <> '' and r.unit_serial = $4`,
].map((way) => `(select ${columns} from repair_call r where ${way} and ${only} order by r.opened_at desc, r.id desc limit ${limit})`).join(' union ');

/** Each dealer its own; a technician those he was given or took. $5, $6 scope; $7 technician, $8 who. */
const SEEN = '($5::boolean or r.dealer_id = any($6::uuid[])) and (not $7::boolean or r.technician_user_id = $8::uuid or r.taken_by = $8::uuid)';

const valuesOf = ({ phone, customerId, unitId, unitSerial }: KnownBy, ctx: CallContext): unknown[] =>
  [phone, customerId, unitId, unitSerial, ...scopeValues(ctx), ctx.role === 'dealer_technician', ctx.userId || null];

/** R-11: the lines of the newest open and past cases, as lists show them. */
export function repeatCases(known: KnownBy, ctx: CallContext): Statement {
  const part = (name: string, condition: string): string =>
    `(select string_agg(line, ',' order by opened_at desc, id desc) from (select * from cases where ${condition} order by opened_at desc, id desc limit ${CASES_MAX}) one) as "${name}"`;
  return {
    name: 'repeat_cases',
    text: `with cases as (${[`r.state in ${OPEN_STATES}`, `r.state not in ${OPEN_STATES}`]
      .map((state) => found('r.id, r.opened_at, r.state, r.line', { only: `${state} and ${SEEN}`, limit: CASES_MAX })).join(' union ')})
      select ${part('open', `state in ${OPEN_STATES}`)}, ${part('past', `state not in ${OPEN_STATES}`)}`,
    values: valuesOf(known, ctx),
  };
}

/** An open call of the same phone or unit; nothing personal. */
export interface Duplicate {
  id: string;
  number: string;
  state: string;
  openedAt: string;
  samePhone: boolean;
  sameUnit: boolean;
}

/** R-11: open calls of the same phone or unit that the caller may see. */
export function duplicatesOf(known: KnownBy, ctx: CallContext): Statement {
  const columns = `r.id, r.number, r.state, iso(r.opened_at) as "openedAt", r.phone_key <> '' and r.phone_key = phone_key($1) as "samePhone",
    coalesce(r.unit_id = $3::uuid, false) or ($4 <> '' and r.unit_serial = $4) as "sameUnit"`;
  return {
    name: 'duplicate_calls',
    text: `select * from (${found(columns, { only: `r.state in ${OPEN_STATES} and ${SEEN}`, limit: DUPLICATES_MAX })}) found order by "openedAt" desc, id desc limit ${DUPLICATES_MAX}`,
    values: valuesOf({ ...known, customerId: null }, ctx),
  };
}
