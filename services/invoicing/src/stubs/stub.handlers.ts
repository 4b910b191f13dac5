import { Controller } from '@nestjs/common';
import {
  StubService, type GetConsolidationRequest, type ListConsolidationDealersRequest, type ListConsolidationsRequest, type ListStubsRequest, type ListStubTotalsRequest,
  type PreviewConsolidationRequest,
} from '@aftercare/contracts';
import { endOfDay, startOfDay } from '@aftercare/domain';
import { notFound, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Conditions, cursorOf, Database, dealerScope, EVERY_DEALER, listStatement, pageAnswer, pageOf, SharedReads, type ListOrder, type Page, type Statement } from '@aftercare/service';
import { assertMoneyRole } from '../books/roles.rules.js';
import { previewRun } from './consolidation-preview.js';
import { assertDays } from './consolidation.rules.js';

const OLDEST: ListOrder = { by: 'r.confirmed_at', direction: 'asc', type: 'timestamptz', id: 'r.slip_id' };

const STUB = `r.slip_id as "slipId", r.slip_number as "slipNumber", r.dealer_id as "dealerId", d.code as "dealerCode", d.title as "taxTitle",
  r.stub_net::text as "netAmount", r.stub_tax::text as "taxAmount", (r.stub_net + r.stub_tax)::text as "grossAmount", iso(r.confirmed_at) as "confirmedAt", r.confirmed_at::text as "sortAt"`;

interface StubRow {
  slipId: string;
  slipNumber: string;
  dealerId: string;
  dealerCode: string;
  taxTitle: string;
  netAmount: string;
  taxAmount: string;
  grossAmount: string;
  confirmedAt: string;
  sortAt: string;
}

/** The stub register, oldest first. */
export function listStubs(request: ListStubsRequest, ctx: CallContext, page: Page): Statement {
  const where = new Conditions().add('stub', () => `r.invoice_wish = 'later' and r.stub_net > 0`)
    .when(request.dealerId, 'd', (id) => `r.dealer_id = ${id}::uuid`)
    .when(request.from === '' ? '' : startOfDay(request.from), 'f', (from) => `r.confirmed_at >= ${from}::timestamptz`)
    .when(request.to === '' ? '' : endOfDay(request.to), 't', (to) => `r.confirmed_at < ${to}::timestamptz`);
  return listStatement({
    name: 'stubs', table: 'receivable', order: OLDEST, scope: { dealers: dealerScope(ctx, { money: true }) }, where, page, columns: STUB,
    joins: 'join dealer_account d on d.dealer_id = r.dealer_id',
  });
}

/** Dealer after dealer in the order of the list, each from the index of its own stubs: a page costs its dealers alone. */
const TOTALS = `
  select d.dealer_id as id, d.dealer_id as "dealerId", d.code as "dealerCode", d.name as "dealerName", d.title as "taxTitle", d.tax_number as "taxNumber", s."slipCount",
         s.net::text as "netAmount", s.tax::text as "taxAmount", (s.net + s.tax)::text as "grossAmount", iso(s.oldest) as "oldestAt"
    from dealer_account d
    cross join lateral (
      select count(*)::int as "slipCount", sum(r.stub_net) as net, sum(r.stub_tax) as tax, min(r.confirmed_at) as oldest from receivable r
       where r.dealer_id = d.dealer_id and r.invoice_wish = 'later' and r.stub_net > 0 and r.confirmed_at >= $3 and r.confirmed_at < $4) s
   where s."slipCount" > 0 and ($1::uuid[] is null or d.dealer_id = any($1)) and ($2 = '' or d.dealer_id = nullif($2, '')::uuid)
     and (($5 = '' and $6 = '') or (d.code, d.dealer_id) > ($5, nullif($6, '')::uuid))
   order by d.code, d.dealer_id limit $7`;

const EVER = ['1900-01-01T00:00:00Z', '9999-12-31T00:00:00Z'] as const;

interface TotalRow {
  id: string;
  dealerCode: string;
}

const NEWEST: ListOrder = { by: 'r.created_at', direction: 'desc', type: 'timestamptz' };
const BY_CODE: ListOrder = { by: 'r.dealer_code', direction: 'asc', type: 'text' };

const RUN = `r.id, r.number, r.state, r.kind, r.from_on::text as "from", r.to_on::text as "to", r.include_now as "includeNow", c."dealerCount", c."doneCount", i."invoiceCount",
  i."grossTotal", iso(r.created_at) as "createdAt", r.created_at::text as "sortAt"`;

const RUN_JOINS = `
  cross join lateral (select count(*)::int as "dealerCount", count(*) filter (where state <> 'waiting')::int as "doneCount" from consolidation_dealer where consolidation_id = r.id) c
  cross join lateral (select count(*)::int as "invoiceCount", coalesce(sum(gross_total), 0.00)::text as "grossTotal" from invoice where consolidation_id = r.id) i`;

interface RunRow {
  id: string;
  sortAt: string;
}

const DEALER = `r.id, r.dealer_id as "dealerId", r.dealer_code as "dealerCode", r.state, r.reason, i."invoiceNumbers", i."invoiceCount", i."grossTotal"`;

const DEALER_JOINS = `
  cross join lateral (select coalesce(array_agg(number order by number), '{}') as "invoiceNumbers", count(*)::int as "invoiceCount", coalesce(sum(gross_total), 0.00)::text as "grossTotal"
                        from invoice where consolidation_id = r.consolidation_id and dealer_id = r.dealer_id) i`;

interface DealerRow {
  id: string;
  dealerCode: string;
}

/** The stub register and the runs over it (F-4, B-1). */
@Controller()
export class StubHandlers implements Handlers<typeof StubService> {
  /** A reader's scope is among the values of what is shared. */
  private readonly shared = new SharedReads(this.db, { fresh: true });

  constructor(private readonly db: Database) {}

  @Rpc(StubService.method.listStubs)
  async listStubs(request: ListStubsRequest, ctx: CallContext) {
    assertDays(request);
    const page = pageOf(request.page, { list: 'stubs', key: 'instant' });
    const rows = await this.db.many<StubRow>(ctx, listStubs(request, ctx, page));
    const last = rows[page.limit - 1];
    return {
      items: rows.slice(0, page.limit).map(({ sortAt: _sort, ...row }) => row),
      nextCursor: rows.length > page.limit && last ? cursorOf(page.list, last.sortAt, last.slipId) : '',
    };
  }

  @Rpc(StubService.method.listStubTotals)
  async listStubTotals(request: ListStubTotalsRequest, ctx: CallContext) {
    assertDays(request);
    const page = pageOf(request.page, { list: 'stub totals' });
    const dealers = dealerScope(ctx, { money: true });
    const values = [
      dealers === EVERY_DEALER ? null : dealers, request.dealerId, request.from === '' ? EVER[0] : startOfDay(request.from), request.to === '' ? EVER[1] : endOfDay(request.to),
      page.after?.key ?? '', page.after?.id ?? '', page.limit + 1,
    ];
    const { items, nextCursor } = pageAnswer(await this.shared.rows<TotalRow>(ctx, { name: 'stub_totals', text: TOTALS, values }), page, (row) => row.dealerCode);
    return { items: items.map(({ id: _id, ...row }) => row), nextCursor };
  }

  @Rpc(StubService.method.previewConsolidation)
  async previewConsolidation(request: PreviewConsolidationRequest, ctx: CallContext) {
    assertMoneyRole('preview', ctx.role);
    return this.db.read(ctx, (tx) => previewRun(tx, request));
  }

  @Rpc(StubService.method.getConsolidation)
  async getConsolidation(request: GetConsolidationRequest, ctx: CallContext) {
    assertMoneyRole('read-consolidation', ctx.role);
    const { sortAt: _sort, ...run } = await this.runOf(ctx, request.id);
    return run;
  }

  @Rpc(StubService.method.listConsolidations)
  async listConsolidations(request: ListConsolidationsRequest, ctx: CallContext) {
    assertMoneyRole('read-consolidation', ctx.role);
    const page = pageOf(request.page, { list: 'consolidations', key: 'instant' });
    const where = new Conditions().when(request.state, 's', (state) => `r.state = ${state}`);
    const rows = await this.db.many<RunRow>(ctx, listStatement({ name: 'consolidations', table: 'consolidation', order: NEWEST, where, page, columns: RUN, joins: RUN_JOINS }));
    const { items, nextCursor } = pageAnswer(rows, page, (row) => row.sortAt);
    return { items: items.map(({ sortAt: _sort, ...row }) => row), nextCursor };
  }

  @Rpc(StubService.method.listConsolidationDealers)
  async listConsolidationDealers(request: ListConsolidationDealersRequest, ctx: CallContext) {
    assertMoneyRole('read-consolidation', ctx.role);
    await this.runOf(ctx, request.id);
    const page = pageOf(request.page, { list: 'consolidation dealers' });
    const where = new Conditions().add('c', (id) => `r.consolidation_id = ${id}::uuid`, request.id);
    const rows = await this.db.many<DealerRow>(ctx, listStatement({
      name: 'consolidation_dealers', table: 'consolidation_dealer', order: BY_CODE, where, page, columns: DEALER, joins: DEALER_JOINS,
    }));
    const { items, nextCursor } = pageAnswer(rows, page, (row) => row.dealerCode);
    return { items: items.map(({ id: _id, ...row }) => row), nextCursor };
  }

  /** Errors: NOT_FOUND. */
  private async runOf(ctx: CallContext, id: string): Promise<RunRow> {
    const row = await this.db.one<RunRow>(ctx, { name: 'consolidation_get', text: `select ${RUN} from consolidation r ${RUN_JOINS} where r.id = $1`, values: [id] });
    if (!row) throw notFound('consolidation');
    return row;
  }
}
