import { businessDate } from '@aftercare/domain';
import type { Tx } from '@aftercare/service';
import { revenueByDocument, type BookedRevenue, type KeptLine, type ListedLine, type Standing } from './month-close.rules.js';

/** Revenue in the ledger of the documents $1, and of all others that were booked in the month $2. */
const BOOKED = `
  select v.document_id as "documentId", min(v.document_kind) as "documentKind", min(v.document_number) as "documentNumber", coalesce(min(v.dealer_id::text), '') as "dealerId",
         sum(p.credit - p.debit)::numeric(20,2)::text as net,
         coalesce((select sum(c.net_amount) from closed_line c where c.document_id = v.document_id and c.list = 'revenue' and c.month < $2), 0)::numeric(20,2)::text as "frozenNet"
    from voucher v join posting p on p.voucher_id = v.id and p.account = 'revenue'
   where v.document_id = any($1::uuid[])
      or v.document_id in (select w.document_id from posting q join voucher w on w.id = q.voucher_id where q.account = 'revenue' and q.month = $2)
   group by v.document_id order by v.document_id`;

const KEPT = `
  select list, term, line_id as "lineId", dealer_id as "dealerId", part_id as "partId", document_id as "documentId", quantity, net_amount::text as "netAmount"
    from closed_line where month = $1 and of_month = ''`;

/** F-8: what the ledger has as revenue of the documents of a month's list, and what else it booked in that month. */
export function bookedRevenue(tx: Tx, month: string, lines: readonly ListedLine[]): Promise<BookedRevenue[]> {
  return tx.sql<BookedRevenue>({ name: 'month_booked_revenue', text: BOOKED, values: [[...revenueByDocument(lines).keys()], month] });
}

/** B-6: the last month before this one that is closed, empty for none, with what was frozen of its own documents. */
export async function closedBefore(tx: Tx, month: string): Promise<{ month: string; frozen: KeptLine[] }> {
  const [last] = await tx.sql<{ month: string }>({ name: 'month_closed_before', text: 'select month from closed_month where month < $1 order by month desc limit 1', values: [month] });
  return last ? { month: last.month, frozen: await tx.sql<KeptLine>({ name: 'month_kept', text: KEPT, values: [last.month] }) } : { month: '', frozen: [] };
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
