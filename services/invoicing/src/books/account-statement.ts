import type { GetAccountStatementRequest } from '@aftercare/contracts';
import { addMoney, endOfDay, monthOf, Refusal, startOfDay, subtractMoney } from '@aftercare/domain';
import type { CallContext } from '@aftercare/messaging';
import { Conditions, listStatement, pageAnswer, pageOf, type Database, type ListOrder } from '@aftercare/service';
import { assertPeriod } from '../invoices/invoice-papers.js';
import { LEDGER_ACCOUNTS } from './ledger.rules.js';

const OLDEST: ListOrder = { by: 'r.at', direction: 'asc', type: 'timestamptz' };

const LINE = `r.id, iso(r.at) as at, coalesce(r.dealer_id::text, '') as "dealerId", v.kind, v.document_kind as "documentKind", v.document_id as "documentId", r.debit::text as debit, r.credit::text as credit,
  r.at::text as "sortAt"`;

/** Before the period, before this page within it, and in the period. Whole months of dealers before it are kept; $7 is its first month, $8 when that begins. */
const sumsOf = (ofDealer: boolean): string => {
  const asked = ofDealer ? 'dealer_id = $2::uuid' : `$2 = ''`;
  const ofNobody = ofDealer ? '' : 'union all select debit, credit from posting where dealer_id is null and account = $1 and at < $8';
  return `
  with before as (
    select coalesce(sum(debit - credit), 0.00) as net from (select debit, credit from account_month where account = $1 and month < $7 and ${asked} ${ofNobody}) booked),
  days as (
    select coalesce(sum(debit - credit) filter (where at < $3), 0.00) as opening,
           coalesce(sum(debit - credit) filter (where at < $3 or ($5 <> '' and (at, id) <= (nullif($5, '')::timestamptz, nullif($6, '')::uuid))), 0.00) as carried,
           coalesce(sum(debit) filter (where at >= $3), 0.00) as debit, coalesce(sum(credit) filter (where at >= $3), 0.00) as credit
      from posting where account = $1 and ${asked} and at >= $8 and at < $4)
  select (before.net + days.opening)::text as opening, (before.net + days.carried)::text as carried, days.debit::text as debit, days.credit::text as credit from before cross join days`;
};

interface StatementRow {
  id: string;
  at: string;
  dealerId: string;
  kind: string;
  documentKind: string;
  documentId: string;
  debit: string;
  credit: string;
  sortAt: string;
}

/** Refuses ACCOUNT_UNKNOWN. */
export function assertAccount(account: string): void {
  if (LEDGER_ACCOUNTS.some((each) => each === account)) return;
  throw new Refusal('invalid_argument', 'ACCOUNT_UNKNOWN', 'There is no such account.', { field: 'account' });
}

/** Balances after each row, from what was carried. */
export function runningBalances<R extends { debit: string; credit: string }>(carried: string, rows: readonly R[]): (R & { balance: string })[] {
  let balance = carried;
  return rows.map((row) => {
    balance = addMoney(balance, subtractMoney(row.debit, row.credit));
    return { ...row, balance };
  });
}

/** B-4: an account over a period, page by page; opening and closing are the whole period's on every page. */
export async function accountStatement(db: Database, request: GetAccountStatementRequest, ctx: CallContext) {
  assertAccount(request.account);
  assertPeriod(request.from, request.to);
  const page = pageOf(request.page, { list: 'account statement', key: 'instant' });
  const [from, to] = [startOfDay(request.from), endOfDay(request.to)];
  const where = new Conditions().add('a', (account) => `r.account = ${account}`, request.account).when(request.dealerId, 'd', (id) => `r.dealer_id = ${id}::uuid`)
    .add('p', (first, last) => `r.at >= ${first}::timestamptz and r.at < ${last}::timestamptz`, from, to);
  const statement = listStatement({ name: 'account_statement', table: 'posting', order: OLDEST, where, page, columns: LINE, joins: 'join voucher v on v.id = r.voucher_id' });
  const [{ opening, carried, debit, credit }] = await db.many<{ opening: string; carried: string; debit: string; credit: string }>(ctx, {
    name: request.dealerId === '' ? 'account_sums' : 'account_sums_of_dealer', text: sumsOf(request.dealerId !== ''), values: [request.account, request.dealerId, from, to, page.after?.key ?? '', page.after?.id ?? '', monthOf(from), startOfDay(`${monthOf(from)}-01`)],
  });
  const { items, nextCursor } = pageAnswer(await db.many<StatementRow>(ctx, statement), page, (row) => row.sortAt);
  return {
    account: request.account, openingBalance: opening, items: runningBalances(carried, items).map(({ sortAt: _sort, ...row }) => row), nextCursor,
    debitTotal: debit, creditTotal: credit, closingBalance: addMoney(opening, subtractMoney(debit, credit)),
  };
}
