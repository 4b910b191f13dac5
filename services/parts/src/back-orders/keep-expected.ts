import type { Tx } from '@aftercare/service';
import { waitingLines } from '../ledger/allocate.js';
import { notify } from '../notices.js';
import type { ExpectedCause } from './back-order-promise.entity.js';
import { expectedOn } from './expected-on.js';

/** What changed the expected day. */
export interface WhyExpected {
  cause: Exclude<ExpectedCause, 'served'>;
  /** Why it was moved or closed; empty otherwise. */
  reason: string;
}

interface Told {
  dealerId: string;
  requestId: string;
  number: string;
  partNumber: string;
  expectedOn: string | null;
}

const LAST = 'select b.position, b.expected_on from back_order_promise b where b.request_line_id = line.id order by b.position desc limit 1';

/** Only what differs from the day told last is a change; a line for which nothing was ever on order has none. */
const KEEP = `
  with kept as (
    insert into back_order_promise (id, dealer_id, request_line_id, position, expected_on, cause, reason, at, by)
    select gen_random_uuid(), line.dealer_id, line.id, coalesce(last.position, 0) + 1, next.expected_on, $2, $3, business_now(), $4
      from parts_request_line line
      cross join lateral (select ${expectedOn('line.part_id')} as expected_on) next
      left join lateral (${LAST}) last on true
     where line.id = any($1::uuid[]) and last.expected_on is distinct from next.expected_on
     order by line.id
    returning dealer_id, request_line_id, expected_on)
  select kept.dealer_id as "dealerId", request.id as "requestId", coalesce(request.number, '') as number, part.number as "partNumber", kept.expected_on::text as "expectedOn"
    from kept join parts_request_line line on line.id = kept.request_line_id join parts_request request on request.id = line.request_id join part on part.id = line.part_id
   order by line.id`;

const SERVED = `
  insert into back_order_promise (id, dealer_id, request_line_id, position, expected_on, cause, reason, at, by)
  select gen_random_uuid(), line.dealer_id, line.id, last.position + 1, null, 'served', '', business_now(), $2
    from parts_request_line line cross join lateral (${LAST}) last
   where line.id = any($1::uuid[]) order by line.id`;

/**
 * P-10: keeps the day on which goods for these waiting lines are expected, with the reason of its change, and tells their dealers. The
 * caller holds the parts, so that a line that starts to wait and an order that changes cannot miss each other.
 */
export async function keepExpected(tx: Tx, lineIds: readonly string[], { cause, reason }: WhyExpected): Promise<void> {
  if (lineIds.length === 0) return;
  const told = await tx.sql<Told>({ name: 'expected_keep', text: KEEP, values: [lineIds, cause, reason, tx.ctx.userId] });
  for (const { dealerId, requestId, number, partNumber, expectedOn: day } of told) {
    const about = { role: 'dealer_manager' as const, dealerId, document: { kind: 'parts-request', id: requestId, number } };
    if (day === null) await notify(tx, { kind: 'parts.back_order_not_expected', ...about, severity: 'warning', params: { partNumber } });
    else await notify(tx, { kind: 'parts.back_order_expected', ...about, params: { partNumber, expectedOn: day } });
  }
}

/** The same for all lines that wait for these parts. */
export async function keepExpectedOf(tx: Tx, partIds: readonly string[], why: WhyExpected): Promise<void> {
  await keepExpected(tx, (await waitingLines(tx, partIds)).map(({ lineId }) => lineId), why);
}

/** P-10: these lines wait no more; where a day was told, it is known when they were served. */
export async function keepServed(tx: Tx, lineIds: readonly string[]): Promise<void> {
  if (lineIds.length > 0) await tx.sql({ name: 'expected_served', text: SERVED, values: [lineIds, tx.ctx.userId] });
}
