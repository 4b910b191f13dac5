import { Client } from 'pg';
import { expectedOf, type HistoryEvent } from './expected.js';

/** What a campaign comes to; everything below `calls` to `escalations` must be nought. */
export interface Account {
  calls: number;
  warnings: number;
  breaches: number;
  escalations: number;
  /** Notices that nobody got. */
  missing: number;
  /** Notices that somebody got more than once. */
  doubled: number;
  /** Notices and kept breaches with another moment than the history's. */
  wrongMoment: number;
  /** Notices that nothing calls for. */
  unfounded: number;
  /** Some of what is wrong, in words. */
  examples: string[];
}

interface KeptCall {
  id: string;
  number: string;
  technician: string | null;
  dealer: string;
  now: number;
  history: HistoryEvent[];
  breaches: (number | null)[];
}

interface KeptNotice {
  call: string;
  kind: string;
  recipient: string;
  at: number;
}

const EXAMPLES = 10;
const ms = (column: string): string => `floor(extract(epoch from ${column}) * 1000)::float8`;
const CALLS = `
  select c.id, c.number, c.technician_user_id as technician, c.dealer_id as dealer, ${ms('business_now()')} as now,
    (select json_agg(json_build_object('at', ${ms('e.at')}, 'action', e.action, 'toState', e.to_state) order by e.at, e.id) from call_event e where e.call_id = c.id) as history,
    (select json_agg(${ms('k.breached_at')} order by k.position) from call_clock k where k.call_id = c.id) as breaches
  from repair_call c where c.id = any($1::uuid[])`;
const NOTICES = `
  select document_id as call, replace(kind, 'call.sla_', '') as kind, coalesce(recipient_user_id::text, recipient_role || ' ' || coalesce(dealer_id::text, '')) as recipient, ${ms(`(params->>'at')::timestamptz`)} as at
  from notice where kind like 'call.sla_%' and document_id = any($1::text[])`;

/** Holds what people were told and what clocks keep against the histories of these calls. */
export async function accountFor(databases: Record<string, string>, ids: string[]): Promise<Account> {
  const [calls, notices] = await Promise.all([rowsOf<KeptCall>(databases.repairs, CALLS, ids), rowsOf<KeptNotice>(databases.gateway, NOTICES, ids)]);
  const account: Account = { calls: calls.length, warnings: 0, breaches: 0, escalations: 0, missing: 0, doubled: 0, wrongMoment: 0, unfounded: 0, examples: [] };
  const told = new Map<string, KeptNotice[]>();
  for (const notice of notices) told.set(notice.call, [...(told.get(notice.call) ?? []), notice]);
  for (const call of calls) accountForCall(account, call, told.get(call.id) ?? []);
  return account;
}

function accountForCall(account: Account, call: KeptCall, told: KeptNotice[]): void {
  const { moments, breaches } = expectedOf(call.history, call.now);
  account.warnings += moments.filter(({ kind }) => kind === 'warning').length;
  account.breaches += moments.filter(({ kind }) => kind === 'breach').length;
  account.escalations += moments.filter(({ kind }) => kind === 'escalation').length;
  const wanted = moments.flatMap(({ kind, at }) => recipientsOf(call, kind).map((recipient) => ({ kind, at, recipient })));
  const left = [...told];
  const missing = wanted.filter(({ kind, at, recipient }) => {
    const index = left.findIndex((notice) => notice.kind === kind && notice.at === at && notice.recipient === recipient);
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
  for (const notice of left) {
    const isTwin = wanted.some(({ kind, at, recipient }) => kind === notice.kind && at === notice.at && recipient === notice.recipient);
    const isShifted = missing.findIndex(({ kind, recipient }) => kind === notice.kind && recipient === notice.recipient);
    if (isTwin) blame(account, 'doubled', call, notice);
    else if (isShifted >= 0) {
      missing.splice(isShifted, 1);
      blame(account, 'wrongMoment', call, notice);
    } else blame(account, 'unfounded', call, notice);
  }
  for (const each of missing) blame(account, 'missing', call, each);
  breaches.forEach((breach, index) => {
    if ((call.breaches?.[index] ?? null) !== breach) blame(account, 'wrongMoment', call, { kind: `kept breach of clock ${index + 1}`, at: call.breaches?.[index] ?? 0 });
  });
}

/** R-4: the warning goes to the dealer's manager and its technician, breach and escalation to the supervisor. */
function recipientsOf({ dealer, technician }: KeptCall, kind: string): string[] {
  if (kind !== 'warning') return ['service_supervisor '];
  return [`dealer_manager ${dealer}`, ...(technician === null ? [] : [technician])];
}

function blame(account: Account, what: 'missing' | 'doubled' | 'wrongMoment' | 'unfounded', { number }: KeptCall, { kind, at }: { kind: string; at: number }): void {
  account[what] += 1;
  if (account.examples.length < EXAMPLES) account.examples.push(`${what}: ${kind} of ${number} at ${new Date(at).toISOString()}`);
}

/** What is wrong altogether. */
export const faultsOf = ({ missing, doubled, wrongMoment, unfounded }: Account): number => missing + doubled + wrongMoment + unfounded;

async function rowsOf<R extends object>(connectionString: string | undefined, sql: string, ids: string[]): Promise<R[]> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    return (await client.query<R>(sql, [ids])).rows;
  } finally {
    await client.end();
  }
}
