import type { ListVoucherEntriesRequest } from '@aftercare/contracts';
import { endOfDay, startOfDay } from '@aftercare/domain';
import type { CallContext } from '@aftercare/messaging';
import { Conditions, listStatement, pageAnswer, pageOf, type Database, type ListOrder } from '@aftercare/service';
import { assertPeriod } from '../invoices/invoice-papers.js';
import { chartOf } from './chart.rules.js';
import type { LedgerAccount } from './ledger.rules.js';

const OLDEST: ListOrder = { by: 'r.at', direction: 'asc', type: 'timestamptz' };

const LINE = `r.id, (r.at at time zone 'Asia/Shanghai')::date::text as "postedOn", r.month, r.voucher_id as "voucherId", v.kind, r.account, coalesce(d.code, '') as "dealerCode",
  coalesce(d.name, '') as "dealerName", v.document_number as "documentNumber", r.debit::text as debit, r.credit::text as credit, r.at::text as "sortAt"`;

interface EntryRow {
  id: string;
  account: LedgerAccount;
  sortAt: string;
}

/** every posting of a period, oldest first, under the codes of the chart of accounts. */
export async function voucherEntries(db: Database, request: ListVoucherEntriesRequest, ctx: CallContext) {
  assertPeriod(request.from, request.to);
  const page = pageOf(request.page, { list: 'voucher entries', key: 'instant' });
  const where = new Conditions().add('p', (from, to) => `r.at >= ${from}::timestamptz and r.at < ${to}::timestamptz`, startOfDay(request.from), endOfDay(request.to));
  const rows = await db.many<EntryRow>(ctx, listStatement({
    name: 'voucher_entries', table: 'posting', order: OLDEST, where, page, columns: LINE, joins: 'join voucher v on v.id = r.voucher_id left join dealer_account d on d.dealer_id = r.dealer_id',
  }));
  const { items, nextCursor } = pageAnswer(rows, page, (row) => row.sortAt);
  return {
    items: items.map(({ sortAt: _sort, id: _id, ...row }) => ({ ...row, accountCode: chartOf(row.account).code, accountName: chartOf(row.account).name })), nextCursor,
  };
}
