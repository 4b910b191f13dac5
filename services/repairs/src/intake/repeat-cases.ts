import type { CallContext } from '@aftercare/messaging';
import { scopeValues, statementName, walkInOrder, type Statement, type Tx } from '@aftercare/service';

/** By what a caller or a unit is known. */
export interface KnownBy {
  phone: string;
  customerId: string | null;
  unitId: string | null;
  unitSerial: string;
}

const CASES_MAX = 25;
const DUPLICATES_MAX = 5;
const SCOPE_VALUES = 4;
export const OPEN_STATES = `('new', 'received', 'assigned', 'on_site')`;

/** Each dealer its own; a technician those he was given or took. $1, $2 scope; $3 technician, $4 who. */
const SEEN = '($1::boolean or r.dealer_id = any($2::uuid[])) and (not $3::boolean or r.technician_user_id = $4::uuid or r.taken_by = $4::uuid)';

/** A way to calls, along an index of its own. */
interface Way {
  name: string;
  where: string;
  value: string;
}

/** Only ways that are given: one that is not would be looked for in every row. */
function waysOf({ phone, customerId, unitId, unitSerial }: KnownBy): Way[] {
  const ways: [name: string, value: string, where: (at: string) => string][] = [
    ['phone', phone, (at) => `r.phone_key <> '' and r.phone_key = phone_key(${at})`],
    ['customer', customerId ?? '', (at) => `r.customer_id = ${at}::uuid`],
    ['unit', unitId ?? '', (at) => `r.unit_id = ${at}::uuid`],
    ['serial', unitSerial, (at) => `r.unit_serial <> '' and r.unit_serial = ${at}`],
  ];
  const given = ways.filter(([, value]) => value !== '');
  return given.map(([name, value, where], at) => ({ name, where: where(`$${at + SCOPE_VALUES + 1}`), value }));
}

/** The newest calls along each way, no more of each than are shown. */
const found = (ways: Way[], { columns, only, limit }: { columns: string; only: string; limit: number }): string =>
  ways.map(({ where }) => `(select ${columns} from repair_call r where ${where} and ${only} order by r.opened_at desc, r.id desc limit ${limit})`).join(' union ');

const valuesOf = (ways: Way[], ctx: CallContext): unknown[] =>
  [...scopeValues(ctx), ctx.role === 'dealer_technician', ctx.userId || null, ...ways.map(({ value }) => value)];

/** the lines of the newest open and past cases, as lists show them. */
export function repeatCases(known: KnownBy, ctx: CallContext): Statement {
  const ways = waysOf(known);
  const part = (name: string, state: string): string => {
    const cases = found(ways, { columns: 'r.id, r.opened_at, r.line', only: `r.state ${state} ${OPEN_STATES} and ${SEEN}`, limit: CASES_MAX });
    return `(select string_agg(line, ',' order by opened_at desc, id desc) from (select * from (${cases}) cases order by opened_at desc, id desc limit ${CASES_MAX}) one) as "${name}"`;
  };
  return {
    name: statementName(['repeat_cases', ...ways.map(({ name }) => name)]),
    text: `select ${part('open', 'in')}, ${part('past', 'not in')}`,
    values: valuesOf(ways, ctx),
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

/** open calls of the same phone or unit that the caller may see. */
export async function duplicates(tx: Tx, known: KnownBy): Promise<Duplicate[]> {
  const [, found] = await Promise.all([walkInOrder(tx), tx.sql<Duplicate>(duplicatesOf(known, tx.ctx))]);
  return found;
}

function duplicatesOf({ phone, unitId, unitSerial }: KnownBy, ctx: CallContext): Statement {
  const ways = waysOf({ phone, customerId: null, unitId, unitSerial });
  const same = (...names: string[]): string => ways.filter(({ name }) => names.includes(name)).map(({ where }) => `coalesce(${where}, false)`).join(' or ') || 'false';
  const calls = found(ways, { columns: 'r.id, r.number, r.state, r.opened_at, r.phone_key, r.unit_id, r.unit_serial', only: `r.state in ${OPEN_STATES} and ${SEEN}`, limit: DUPLICATES_MAX });
  return {
    name: statementName(['duplicate_calls', ...ways.map(({ name }) => name)]),
    text: `select r.id, r.number, r.state, iso(r.opened_at) as "openedAt", ${same('phone')} as "samePhone", ${same('unit', 'serial')} as "sameUnit"
             from (select * from (${calls}) found order by opened_at desc, id desc limit ${DUPLICATES_MAX}) r order by r.opened_at desc, r.id desc`,
    values: valuesOf(ways, ctx),
  };
}
