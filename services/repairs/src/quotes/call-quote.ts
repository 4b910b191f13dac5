import { addMoney, type UnitStanding } from '@aftercare/domain';
import type { CallContext } from '@aftercare/messaging';
import { seesDealer, type Tx } from '@aftercare/service';
import { MoreThanOrEqual } from 'typeorm';
import type { RepairCall } from '../calls/call.entity.js';
import { ERASED, erasedText, type Clear } from '../calls/erasure.rules.js';
import { RepairRecord } from '../calls/repair-record.entity.js';
import { CallQuoteRow } from './call-quote.entity.js';
import { billsNothing, quoteSteps, refuseUnagreedFees, type RecordedFees } from './call-quote.rules.js';

/** what is done after a reopening, or by another dealer, is another repair: what was recorded or agreed before it counts no more. */
const LIFE = `
  select since::text, exists (select from call_event where call_id = $1 and action = 'accept-quote' and at >= since) as agreed
    from (select coalesce(max(at), '-infinity') as since from call_event where call_id = $1 and action in ('reopen', 're-route')) life`;

/** since when this repair of a call lasts, and the quote that the customer agreed to since then; null for none. */
export async function agreedSince(tx: Tx, callId: string): Promise<{ since: string; agreed: CallQuoteRow | null }> {
  const [life] = await tx.sql<{ since: string; agreed: boolean }>({ name: 'call_life', text: LIFE, values: [callId] });
  return { since: life.since, agreed: life.agreed ? await tx.em.findOneBy(CallQuoteRow, { callId, state: 'accepted' }) : null };
}

/** The total of the quotes that the customer agreed to for the work of these records of a call, each repair by its own. */
const agreedTotal = (callId: string, records: string): string => `
  with life as (
    select since, lead(since, 1, 'infinity') over (order by since) as until
      from (select timestamptz '-infinity' as since union all select at from call_event where call_id = ${callId} and action in ('reopen', 're-route')) begun)
  select coalesce(sum(q.total)::text, '') as total from life cross join lateral (
    select total from call_quote where call_id = ${callId} and state in ('accepted', 'replaced') and answered_at is not null
      and greatest(answered_at, quoted_at) >= since and greatest(answered_at, quoted_at) < until order by quoted_at desc, id desc limit 1) q
   where exists (select from repair_record where ${records} and recorded_at >= since and recorded_at < until)`;
const AGREED_FOR = agreedTotal('$1', 'id = any($2::uuid[])');
/** for the work of all its records, within the statement that reads the call as c. */
export const AGREED_TOTAL = `(${agreedTotal('c.id', 'call_id = c.id')})`;

/** what the customer agreed to for the work of these records, each repair of the call by its own quote; empty for nothing. */
export async function agreedFor(tx: Tx, callId: string, records: readonly RepairRecord[]): Promise<string> {
  const [{ total }] = await tx.sql<{ total: string }>({ name: 'call_agreed_for', text: AGREED_FOR, values: [callId, records.map(({ id }) => id)] });
  return total;
}

/** the fees since a call was opened, reopened or re-routed, with those of the record that is handed in, against what the customer agreed to since then. */
export async function requireConsent(tx: Tx, { id: callId }: RepairCall, record: RecordedFees & UnitStanding): Promise<void> {
  if (billsNothing(record)) return;
  const { since, agreed } = await agreedSince(tx, callId);
  const earlier = await tx.em.findBy(RepairRecord, { callId, recordedAt: MoreThanOrEqual(since) });
  const sum = (field: keyof RecordedFees): string => addMoney(record[field], ...earlier.map((each) => each[field]));
  refuseUnagreedFees({ labourFee: sum('labourFee'), travelFee: sum('travelFee') }, agreed, record);
}

/** Whether the fees of a dealer's work are the caller's to read and to state: never its parent's (domain 1). */
export function ownsFees(ctx: CallContext, dealerId: string | null): boolean {
  return seesDealer(ctx, dealerId, { money: true });
}

/** what the customer agreed to with a dealer holds for it alone; the one that has the call now asks anew. */
export async function withdrawQuotes(tx: Tx, callId: string): Promise<void> {
  for (const state of ['open', 'accepted'] as const) await replaceQuotes(tx, callId, state);
}

/** Another quote takes their place, or nobody's. */
export async function replaceQuotes(tx: Tx, callId: string, state: 'open' | 'accepted'): Promise<void> {
  await tx.em.update(CallQuoteRow, { callId, state }, { state: quoteSteps.next('replace', state) });
}

/** The signatures on a call's quotes. */
export async function signaturesOf(tx: Tx, callId: string): Promise<unknown[]> {
  return (await tx.em.findBy(CallQuoteRow, { callId })).map(({ evidence }) => evidence);
}

/** C-5: who agreed or declined, and why, goes with the person, and what a dealer called a line of his own; parts, fees and amounts stay. */
export async function eraseQuotes(tx: Tx, callId: string, clear: Clear): Promise<void> {
  for (const { id, lines } of await tx.em.findBy(CallQuoteRow, { callId })) {
    const named = lines.map((line) => ({ ...line, name: line.partId === '' ? erasedText(line.name) : clear(line.name) }));
    await tx.em.update(CallQuoteRow, { id }, { lines: named });
  }
  await tx.sql({ name: 'erase_quotes', text: ERASE, values: [callId, ERASED] });
}

const ERASE = `
  update call_quote set evidence = null, customer_name = case when customer_name = '' then '' else $2 end, reason = case when reason = '' then '' else $2 end
  where call_id = $1`;
