import { Controller } from '@nestjs/common';
import {
  StatementService, type GetDealerStatementRequest, type GetDunningRequest, type ListDunningsRequest, type ListReceivablesByAgeRequest, type RemindDealerRequest,
} from '@aftercare/contracts';
import { addDays, addMoney, businessDate, endOfDay, isRealMonth, lastDayOfMonth, startOfDay, subtractMoney } from '@aftercare/domain';
import { invalidField, notFound, Rpc, ServiceError, type CallContext, type Handlers } from '@aftercare/messaging';
import { Conditions, Database, dealerScope, EVERY_DEALER, listStatement, pageAnswer, pageOf, scopeCondition, SharedReads, type ListOrder } from '@aftercare/service';
import { runningBalances } from '../books/account-statement.js';
import { assertMoneyRole } from '../books/roles.rules.js';
import { knownDealer } from '../credit/credit-line.handlers.js';
import { dealerAsked } from '../invoices/invoice-papers.js';
import { DunningRow } from './dunning.entity.js';
import { remindDealer } from './dunning.job.js';

/** Each with its first day, so that a slip of today is of age 0. */
const AGES = [30, 60, 90] as const;

/** Dealer after dealer in the order of the list, each from the index of its own open slips: a page costs its dealers alone. */
const BY_AGE = `
  select d.dealer_id as id, d.dealer_id as "dealerId", d.code as "dealerCode", d.name as "dealerName", s."slipCount", s.up_to_30::text as "upTo30", s.up_to_60::text as "upTo60",
         s.up_to_90::text as "upTo90", s.over_90::text as "over90", s.outstanding::text as outstanding,
         (select coalesce(sum(b.credit - b.debit), 0.00) from account_month b where b.dealer_id = d.dealer_id and b.account in ('deposit', 'unmatched'))::text as "creditBalance"
    from dealer_account d
    cross join lateral (
      select count(*)::int as "slipCount", coalesce(sum(o) filter (where confirmed_at >= $3), 0.00) as up_to_30,
             coalesce(sum(o) filter (where confirmed_at >= $4 and confirmed_at < $3), 0.00) as up_to_60,
             coalesce(sum(o) filter (where confirmed_at >= $5 and confirmed_at < $4), 0.00) as up_to_90,
             coalesce(sum(o) filter (where confirmed_at < $5), 0.00) as over_90, sum(o) as outstanding
        from (select r.confirmed_at, r.gross_total - r.reversed_total - r.paid_total as o from receivable r
               where r.dealer_id = d.dealer_id and r.gross_total - r.reversed_total > r.paid_total) open) s
   where s."slipCount" > 0 and ($1::uuid[] is null or d.dealer_id = any($1)) and ($2 = '' or d.dealer_id = nullif($2, '')::uuid)
     and (($6 = '' and $7 = '') or (d.code, d.dealer_id) > ($6, nullif($7, '')::uuid))
   order by d.code, d.dealer_id limit $8`;

interface AgesRow {
  id: string;
  dealerCode: string;
}

/** What changes what a dealer owes less what the manufacturer has of it; matching moves money within it and is no movement. */
const MOVEMENTS = `
  select v.id, v.at::text as "sortAt", iso(v.at) as at, v.kind, v.document_kind as "documentKind", v.document_id as "documentId", v.document_number as "documentNumber",
         greatest(p.net, 0.00)::text as debit, greatest(-p.net, 0.00)::text as credit
    from (select voucher_id, sum(debit - credit) as net from posting
           where dealer_id = $1 and at >= $2 and at < $3 and account in ('receivable', 'deposit', 'unmatched') group by voucher_id having sum(debit - credit) <> 0) p
    join voucher v on v.id = p.voucher_id
   where ($4 = '' and $5 = '') or (v.at, v.id) > (nullif($4, '')::timestamptz, nullif($5, '')::uuid)
   order by v.at, v.id limit $6`;

/** What was owed before the month is kept by month; $6 is the month. */
const MONTH_SUMS = `
  with before as (select coalesce(sum(debit - credit), 0.00) as net from account_month where dealer_id = $1 and account in ('receivable', 'deposit', 'unmatched') and month < $6),
  net as (select voucher_id, min(at) as at, sum(debit - credit) as net from posting
           where dealer_id = $1 and at >= $2 and at < $3 and account in ('receivable', 'deposit', 'unmatched') group by voucher_id)
  select before.net::text as opening, (before.net + sums.carried)::text as carried, sums.debit::text as debit, sums.credit::text as credit
    from before cross join (
      select coalesce(sum(net) filter (where $4 <> '' and (at, voucher_id) <= (nullif($4, '')::timestamptz, nullif($5, '')::uuid)), 0.00) as carried,
             coalesce(sum(greatest(net, 0.00)), 0.00) as debit, coalesce(sum(greatest(-net, 0.00)), 0.00) as credit from net) sums`;

interface MovementRow {
  id: string;
  sortAt: string;
  at: string;
  kind: string;
  documentKind: string;
  documentId: string;
  documentNumber: string;
  debit: string;
  credit: string;
}

const NEWEST: ListOrder = { by: 'r.at', direction: 'desc', type: 'timestamptz' };

const DUNNING = `r.id, r.number, r.dealer_id as "dealerId", r.level, r.slip_count as "slipCount", r.outstanding::text as outstanding, iso(r.at) as at, r.at::text as "sortAt"`;

interface DunningListRow {
  id: string;
  sortAt: string;
}

const SLIPS = `
  select d.slip_id as "slipId", r.slip_number as "slipNumber", iso(r.confirmed_at) as "confirmedAt", d.level, d.outstanding::text as outstanding
    from dunning_slip d join receivable r on r.slip_id = d.slip_id where d.dunning_id = $1 order by r.confirmed_at, r.slip_id`;

/** What dealers owe and were reminded of (B-5). */
@Controller()
export class StatementHandlers implements Handlers<typeof StatementService> {
  /** A reader's scope is among the values of what is shared. */
  private readonly shared = new SharedReads(this.db, { fresh: true });

  constructor(private readonly db: Database) {}

  @Rpc(StatementService.method.listReceivablesByAge)
  async listReceivablesByAge(request: ListReceivablesByAgeRequest, ctx: CallContext) {
    const page = pageOf(request.page, { list: 'receivables by age' });
    const dealers = dealerScope(ctx, { money: true });
    const today = businessDate(await this.db.read(ctx, (tx) => tx.now()));
    const since = AGES.map((days) => startOfDay(addDays(today, -days)));
    const values = [dealers === EVERY_DEALER ? null : dealers, request.dealerId, ...since, page.after?.key ?? '', page.after?.id ?? '', page.limit + 1];
    const { items, nextCursor } = pageAnswer(await this.shared.rows<AgesRow>(ctx, { name: 'receivables_by_age', text: BY_AGE, values }), page, (row) => row.dealerCode);
    return { items: items.map(({ id: _id, ...row }) => row), nextCursor };
  }

  @Rpc(StatementService.method.getDealerStatement)
  async getDealerStatement(request: GetDealerStatementRequest, ctx: CallContext) {
    const dealerId = dealerAsked(request.dealerId, ctx);
    if (!isRealMonth(request.month)) throw invalidField('month', 'Give a month such as 2026-03.', 'MONTH_INVALID');
    const page = pageOf(request.page, { list: 'dealer statement', key: 'instant' });
    const [from, to] = [startOfDay(`${request.month}-01`), endOfDay(lastDayOfMonth(request.month))];
    const after = [page.after?.key ?? '', page.after?.id ?? ''];
    return this.db.read(ctx, async (tx) => {
      const dealer = await knownDealer(tx, dealerId);
      const [sums] = await tx.sql<{ opening: string; carried: string; debit: string; credit: string }>({ name: 'dealer_month_sums', text: MONTH_SUMS, values: [dealerId, from, to, ...after, request.month] });
      const rows = await tx.sql<MovementRow>({ name: 'dealer_movements', text: MOVEMENTS, values: [dealerId, from, to, ...after, page.limit + 1] });
      const { items, nextCursor } = pageAnswer(rows, page, (row) => row.sortAt);
      return {
        dealerId, dealerCode: dealer.code, dealerName: dealer.name, month: request.month, openingBalance: sums.opening,
        items: runningBalances(sums.carried, items).map(({ sortAt: _sort, id: _id, ...row }) => row), nextCursor,
        debitTotal: sums.debit, creditTotal: sums.credit, closingBalance: addMoney(sums.opening, subtractMoney(sums.debit, sums.credit)),
        preliminary: businessDate(await tx.now()) <= lastDayOfMonth(request.month),
      };
    });
  }

  @Rpc(StatementService.method.remindDealer)
  async remindDealer(request: RemindDealerRequest, ctx: CallContext) {
    assertMoneyRole('remind', ctx.role);
    return this.db.command(ctx, async (tx) => {
      await knownDealer(tx, request.dealerId);
      const dunning = await remindDealer(tx, request.dealerId, { byHand: true });
      if (!dunning) throw new ServiceError('failed_precondition', 'NOTHING_TO_REMIND', 'There is nothing of which the dealer was not reminded.');
      return { id: dunning.id, number: dunning.number, state: 'sent', version: 1 };
    }, { request });
  }

  @Rpc(StatementService.method.listDunnings)
  async listDunnings(request: ListDunningsRequest, ctx: CallContext) {
    const page = pageOf(request.page, { list: 'dunnings', key: 'instant' });
    const where = new Conditions().when(request.dealerId, 'd', (id) => `r.dealer_id = ${id}::uuid`);
    if (request.level !== 0) where.add('l', (level) => `r.level = ${level}::int`, request.level);
    const scope = { dealers: dealerScope(ctx, { money: true }) };
    const rows = await this.db.many<DunningListRow>(ctx, listStatement({ name: 'dunnings', table: 'dunning', order: NEWEST, scope, where, page, columns: DUNNING }));
    const { items, nextCursor } = pageAnswer(rows, page, (row) => row.sortAt);
    return { items: items.map(({ sortAt: _sort, ...row }) => row), nextCursor };
  }

  @Rpc(StatementService.method.getDunning)
  async getDunning(request: GetDunningRequest, ctx: CallContext) {
    return this.db.read(ctx, async (tx) => {
      const scope = scopeCondition(ctx, 'dunning.dealer_id', { money: true });
      const found = await tx.em.createQueryBuilder(DunningRow, 'dunning').where('dunning.id = :id', { id: request.id }).andWhere(scope.where, scope.parameters).getOne();
      if (!found) throw notFound('dunning');
      const { slipCount: _count, ...dunning } = found;
      return { ...dunning, slips: await tx.em.query<object[]>(SLIPS, [found.id]) };
    });
  }
}
