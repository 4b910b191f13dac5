import { Controller } from '@nestjs/common';
import { LedgerService, type GetTrialBalanceRequest, type ListPostingsRequest } from '@aftercare/contracts';
import { endOfDay } from '@aftercare/domain';
import { Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, pageAnswer, pageOf } from '@aftercare/service';
import { trialBalance } from './ledger.rules.js';
import { assertMoneyRole } from './roles.rules.js';

const SUMS = `
  select account, sum(debit)::text as debit, sum(credit)::text as credit from posting
   where $1 = '' or at < nullif($1, '')::timestamptz group by account order by account`;

const POSTINGS = `
  select p.id, p.voucher_id as "voucherId", iso(p.at) as at, p.account, p.dealer_id as "dealerId", p.debit::text as debit, p.credit::text as credit,
         v.document_kind as "documentKind", v.document_id as "documentId", p.month, p.at::text as "sortAt"
    from posting p join voucher v on v.id = p.voucher_id
   where ($1 = '' or p.account = $1) and ($2 = '' or p.dealer_id = nullif($2, '')::uuid)
     and ($3 = '' or (p.at, p.id) < (nullif($3, '')::timestamptz, nullif($4, '')::uuid))
   order by p.at desc, p.id desc limit $5`;

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
    const before = request.asOf === '' ? '' : endOfDay(request.asOf);
    const sums = await this.db.many<{ account: string; debit: string; credit: string }>(ctx, { name: 'trial_balance', text: SUMS, values: [before] });
    return trialBalance(sums);
  }

  @Rpc(LedgerService.method.listPostings)
  async listPostings(request: ListPostingsRequest, ctx: CallContext) {
    assertMoneyRole('read-ledger', ctx.role);
    const page = pageOf(request.page);
    const values = [request.account, request.dealerId, page.after?.key ?? '', page.after?.id ?? '', page.limit + 1];
    const rows = await this.db.many<PostingRead>(ctx, { name: 'list_postings', text: POSTINGS, values });
    const { items, nextCursor } = pageAnswer(rows, page, (row) => row.sortAt);
    return { items: items.map(({ sortAt: _sort, ...row }) => row), nextCursor };
  }
}
