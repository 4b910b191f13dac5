import { businessDate } from '@aftercare/domain';
import type { Tx } from '@aftercare/service';
import type { KeptLine } from './frozen-lists.rules.js';
import type { BookedRevenue, Standing } from './month-close.rules.js';

/** Revenue in the ledger of the documents $1, and of all others that were booked in the month $2. */
const BOOKED = `
  with asked as (
    select unnest($1::uuid[]) as document_id union select w.document_id from posting q join voucher w on w.id = q.voucher_id where q.account = 'revenue' and q.month = $2),
  booked as (
    select v.document_id, min(v.document_kind) as document_kind, min(v.document_number) as document_number, coalesce(min(v.dealer_id::text), '') as dealer_id, sum(p.credit - p.debit) as net
      from asked join voucher v on v.document_id = asked.document_id join posting p on p.voucher_id = v.id and p.account = 'revenue' group by v.document_id)
  select b.document_id as "documentId", b.document_kind as "documentKind", b.document_number as "documentNumber", b.dealer_id as "dealerId", b.net::numeric(20,2)::text as net,
         coalesce(frozen.net, 0)::numeric(20,2)::text as "frozenNet"
    from booked b
    left join (select c.document_id, sum(c.net_amount) as net from asked join closed_line c on c.document_id = asked.document_id and c.list = 'revenue' and c.month < $2 group by c.document_id) frozen
      on frozen.document_id = b.document_id
   order by b.document_id`;

const KEPT = `
  select list, term, line_id as "lineId", dealer_id as "dealerId", part_id as "partId", document_id as "documentId", quantity, net_amount::text as "netAmount"
    from closed_line where month = $1 and of_month = ''`;

/** F-8: what the ledger has as revenue of these documents of a month's list, and what else it booked in that month. */
export function bookedRevenue(tx: Tx, month: string, documentIds: readonly string[]): Promise<BookedRevenue[]> {
  return tx.sql<BookedRevenue>({ name: 'month_booked_revenue', text: BOOKED, values: [documentIds, month] });
}

/** Another text as soon as revenue is booked or a month is closed: what both sides of the account have come to never becomes less. */
export async function ledgerMark(tx: Tx): Promise<string> {
  const [{ mark }] = await tx.sql<{ mark: string }>({
    name: 'month_ledger_mark',
    text: `select concat_ws(' ', sum(debit), sum(credit), (select count(*) from closed_month)) as mark from account_month where account = 'revenue'`,
    values: [],
  });
  return mark;
}

/** A month that is closed, and what its own lines came to; both empty for none. */
export interface ClosedBefore {
  month: string;
  digest: string;
}

/** B-6: the last month before this one that is closed. */
export async function closedBefore(tx: Tx, month: string): Promise<ClosedBefore> {
  const [last] = await tx.sql<ClosedBefore>({ name: 'month_closed_before', text: 'select month, digest from closed_month where month < $1 order by month desc limit 1', values: [month] });
  return last ?? { month: '', digest: '' };
}

/** B-6: what was frozen of a month's own documents. */
export function keptOf(tx: Tx, month: string): Promise<KeptLine[]> {
  return tx.sql<KeptLine>({ name: 'month_kept', text: KEPT, values: [month] });
}

/** Where months stand, as far as this service knows; `first` of the others is added where they were asked. */
export async function standingOf(tx: Tx, month: string, first = ''): Promise<Standing> {
  const [{ booked, closed }] = await tx.sql<{ booked: string; closed: string[] }>({
    name: 'month_standing',
    text: `select coalesce((select min(month) from posting where account = 'revenue'), '') as booked, coalesce((select array_agg(month order by month) from closed_month), '{}') as closed`,
    values: [],
  });
  const firsts = [booked, first].filter((each) => each !== '').sort();
  return { month, today: businessDate(await tx.now()), closed, first: firsts[0] ?? '' };
}
