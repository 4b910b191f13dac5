import { Controller } from '@nestjs/common';
import { LedgerService, type GetAccountStatementRequest, type GetTrialBalanceRequest, type ListPostingsRequest, type ListVoucherEntriesRequest } from '@aftercare/contracts';
import { endOfDay, startOfDay } from '@aftercare/domain';
import { Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Conditions, Database, listStatement, pageAnswer, pageOf, type ListOrder } from '@aftercare/service';
import { accountStatement, assertAccount } from './account-statement.js';
import { trialBalance } from './ledger.rules.js';
import { assertMoneyRole } from './roles.rules.js';
import { voucherEntries } from './voucher-entries.js';

/** Whole months of dealers are kept; $1 is the last month, of which the days until $3 are summed from $2 on. Without a day all that is booked. What has no dealer is summed. */
const SUMS = `
  select account, sum(debit)::text as debit, sum(credit)::text as credit
    from (select account, debit, credit from account_month where $1 = '' or month < $1
          union all select account, debit, credit from posting where dealer_id is null and at < coalesce(nullif($2, '')::timestamptz, 'infinity')
          union all select account, debit, credit from posting where $1 <> '' and at >= nullif($2, '')::timestamptz and at < nullif($3, '')::timestamptz) each
   group by account order by account`;

const NEWEST: ListOrder = { by: 'r.at', direction: 'desc', type: 'timestamptz' };

const LINE = `r.id, r.voucher_id as "voucherId", iso(r.at) as at, r.account, coalesce(r.dealer_id::text, '') as "dealerId", r.debit::text as debit, r.credit::text as credit,
  v.document_kind as "documentKind", v.document_id as "documentId", r.month, r.at::text as "sortAt"`;

interface PostingRead {
  id: string;
  voucherId: string;
  at: string;
  account: string;
  dealerId: string;
  debit: string;
  credit: string;
  documentKind: string;
  documentId: string;
  month: string;
  sortAt: string;
}

/** Reads of the double-entry ledger (B-4); the manufacturer's finance, supervisor and auditor only. */
@Controller()
export class LedgerHandlers implements Handlers<typeof LedgerService> {
  constructor(private readonly db: Database) {}

  @Rpc(LedgerService.method.getTrialBalance)
  async getTrialBalance(request: GetTrialBalanceRequest, ctx: CallContext) {
    assertMoneyRole('read-ledger', ctx.role);
    const last = request.asOf === '' ? undefined : { month: request.asOf.slice(0, 7), until: endOfDay(request.asOf) };
    const values = last ? [last.month, startOfDay(`${last.month}-01`), last.until] : ['', '', ''];
    const sums = await this.db.many<{ account: string; debit: string; credit: string }>(ctx, { name: 'trial_balance', text: SUMS, values });
    return trialBalance(sums);
  }

  @Rpc(LedgerService.method.listPostings)
  async listPostings(request: ListPostingsRequest, ctx: CallContext) {
    assertMoneyRole('read-ledger', ctx.role);
    if (request.account !== '') assertAccount(request.account);
    const page = pageOf(request.page, { list: 'postings' });
    const where = new Conditions().when(request.account, 'a', (account) => `r.account = ${account}`).when(request.dealerId, 'd', (id) => `r.dealer_id = ${id}::uuid`);
    const rows = await this.db.many<PostingRead>(ctx, listStatement({
      name: 'postings', table: 'posting', order: NEWEST, where, page, columns: LINE, joins: 'join voucher v on v.id = r.voucher_id',
    }));
    const { items, nextCursor } = pageAnswer(rows, page, (row) => row.sortAt);
    return { items: items.map(({ sortAt: _sort, ...row }) => row), nextCursor };
  }

  @Rpc(LedgerService.method.getAccountStatement)
  async getAccountStatement(request: GetAccountStatementRequest, ctx: CallContext) {
    assertMoneyRole('read-ledger', ctx.role);
    return accountStatement(this.db, request, ctx);
  }

  @Rpc(LedgerService.method.listVoucherEntries)
  async listVoucherEntries(request: ListVoucherEntriesRequest, ctx: CallContext) {
    assertMoneyRole('read-ledger', ctx.role);
    return voucherEntries(this.db, request, ctx);
  }
}
