import { Controller } from '@nestjs/common';
import {
  MonthListService, MonthService, type CheckMonthCloseRequest, type GetMonthRequest, type ListClosedLinesRequest, type ListMonthObstaclesRequest, type ListMonthsRequest,
} from '@aftercare/contracts';
import { isId, isRealMonth, monthOf, Refusal } from '@aftercare/domain';
import { Bus, invalidField, Rpc, ServiceError, type CallContext, type Handlers } from '@aftercare/messaging';
import { Conditions, Database, idOfText, listStatement, pageAnswer, pageOf, type ListOrder, type Tx } from '@aftercare/service';
import { assertMoneyRole } from '../books/roles.rules.js';
import { CLOSED_LISTS } from './frozen-lists.rules.js';
import { assertOrder, isHint, type Obstacle } from './month-close.rules.js';
import { ClosedMonthRow } from './month.entity.js';
import { standingOf } from './month-standing.js';
import { wordedObstacle } from './obstacle.texts.js';

/**
 * Every month from the first with a posting, a close or a line of the lists ($4, empty where that is not known), or of which a close found that
 * others have something, to the present one, newest first; $1 present month, $2 month behind which to go on or empty.
 */
const MONTHS = `
  with first as (select least((select to_char(min(at) at time zone 'Asia/Shanghai', 'YYYY-MM') from posting), (select min(month) from closed_month), nullif($4, ''),
    (select min(o ->> 'found') from month_look, jsonb_array_elements(obstacles) o where o ->> 'code' in ('EARLIER_MONTH_OPEN', 'BEFORE_FIRST_MONTH')), $1) as month),
  every as (select to_char(day, 'YYYY-MM') as month from first, generate_series((first.month || '-01')::date, ($1 || '-01')::date, interval '1 month') as day)
  select ${idOfText('e.month')} as id, e.month, coalesce(iso(c.closed_at), '') as "closedAt", coalesce(c.closed_by, '') as "closedBy", coalesce(c.hash, '') as hash,
         coalesce(c.issued_lines, 0) as "issuedLines", coalesce(c.issued_pieces, 0) as "issuedPieces", coalesce(c.revenue_lines, 0) as "revenueLines",
         coalesce(c.revenue_net, 0.00)::text as "revenueNet", coalesce(c.returned_lines, 0) as "returnedLines", coalesce(c.returned_pieces, 0) as "returnedPieces"
    from every e left join closed_month c on c.month = e.month
   where $2 = '' or e.month < $2 order by e.month desc limit $3`;

/** A list of months does not wait longer for parts. */
const PATIENCE_MS = 2_000;

const LOOKED = 'select iso(looked_at) as "lookedAt", obstacles from month_look where month = $1';

const ONE = `
  select c.month, iso(c.closed_at) as "closedAt", c.closed_by as "closedBy", c.hash, c.issued_lines as "issuedLines", c.issued_pieces as "issuedPieces", c.revenue_lines as "revenueLines",
         c.revenue_net::text as "revenueNet", c.returned_lines as "returnedLines", c.returned_pieces as "returnedPieces"
    from closed_month c where c.month = $1`;

interface MonthRow {
  month: string;
  closedAt: string;
}

const BY_POSITION: ListOrder = { by: 'r.position', direction: 'asc', type: 'int' };

const LINE = `r.id, r.position, r.dealer_id as "dealerId", coalesce(d.code, '') as "dealerCode", coalesce(d.name, '') as "dealerName", r.part_id as "partId", r.part_number as "partNumber",
  r.term, r.reason, r.quantity, r.net_amount::text as "netAmount", r.document_kind as "documentKind", r.document_id as "documentId", r.document_number as "documentNumber", r.line_id as "lineId",
  coalesce(nullif(r.of_month, ''), r.month) as "ofMonth", r.position::text as "sortKey"`;

/** Months: their state, what stands against closing, and what was frozen (B-6). */
@Controller()
export class MonthHandlers implements Handlers<typeof MonthService> {
  constructor(
    private readonly db: Database,
    private readonly bus: Bus,
  ) {}

  @Rpc(MonthService.method.getMonth)
  async getMonth({ month }: GetMonthRequest, ctx: CallContext) {
    assertMoneyRole('read-month', ctx.role);
    requireMonth(month);
    return this.db.read(ctx, (tx) => monthState(tx, month));
  }

  @Rpc(MonthService.method.listMonths)
  async listMonths(request: ListMonthsRequest, ctx: CallContext) {
    assertMoneyRole('read-month', ctx.role);
    const page = pageOf(request.page, { list: 'months' });
    const first = await this.firstListed(ctx);
    return this.db.read(ctx, async (tx) => {
      const present = monthOf(await tx.now());
      const rows = await tx.sql<MonthRow & { id: string }>({ name: 'months', text: MONTHS, values: [present, page.after?.key ?? '', page.limit + 1, first] });
      const { items, nextCursor } = pageAnswer(rows, page, ({ month }) => month);
      return { items: items.map(({ id: _id, ...row }) => stateOf(row, present)), nextCursor };
    });
  }

  @Rpc(MonthService.method.checkMonthClose)
  async checkMonthClose({ month }: CheckMonthCloseRequest, ctx: CallContext) {
    assertMoneyRole('close-month', ctx.role);
    requireMonth(month);
    const first = await this.firstListed(ctx);
    return this.db.read(ctx, async (tx) => {
      assertOrder(await standingOf(tx, month, first));
      return monthState(tx, month);
    });
  }

  /** B-6: where months begin: also with what went out free, of which there is no posting here. Parts that do not answer stand against no list; the close asks them again. */
  private async firstListed(ctx: CallContext): Promise<string> {
    try {
      return (await this.bus.client(MonthListService).getFirstMonth({}, { ctx, timeoutMs: PATIENCE_MS })).month;
    } catch (error) {
      if (error instanceof ServiceError && (error.code === 'unavailable' || error.code === 'deadline_exceeded')) return '';
      throw error;
    }
  }

  @Rpc(MonthService.method.listMonthObstacles)
  async listMonthObstacles({ month }: ListMonthObstaclesRequest, ctx: CallContext) {
    assertMoneyRole('read-month', ctx.role);
    requireMonth(month);
    const look = await this.db.one<{ lookedAt: string; obstacles: Obstacle[] }>(ctx, { name: 'month_looked', text: LOOKED, values: [month] });
    return { items: (look?.obstacles ?? []).map((each) => ({ ...each, hint: isHint(each), text: wordedObstacle(each, ctx.locale) })), nextCursor: '', lookedAt: look?.lookedAt ?? '' };
  }

  @Rpc(MonthService.method.listClosedLines)
  async listClosedLines({ month, list, dealerId, page: asked }: ListClosedLinesRequest, ctx: CallContext) {
    assertMoneyRole('read-month', ctx.role);
    requireMonth(month);
    if (!CLOSED_LISTS.some((each) => each === list)) throw invalidField('list', 'Issued, revenue or returned.');
    if (dealerId !== '' && !isId(dealerId)) throw invalidField('dealerId', 'This is not an id.', 'ID_INVALID');
    const page = pageOf(asked, { list: `closed ${month} ${list}`, key: 'int' });
    return this.db.read(ctx, async (tx) => {
      if (!(await tx.em.findOneBy(ClosedMonthRow, { month }))) throw new Refusal('failed_precondition', 'MONTH_OPEN', 'The month is open and has no frozen lists.', { month });
      const where = new Conditions().add('m', (of, which) => `r.month = ${of} and r.list = ${which}`, month, list).when(dealerId, 'd', (id) => `r.dealer_id = ${id}::uuid`);
      const rows = await tx.sql<{ id: string; sortKey: string }>(listStatement({
        name: 'closed_lines', table: 'closed_line', order: BY_POSITION, where, page, columns: LINE, joins: 'left join dealer_account d on d.dealer_id = r.dealer_id',
      }));
      const { items, nextCursor } = pageAnswer(rows, page, ({ sortKey }) => sortKey);
      return { items: items.map(({ sortKey: _key, ...line }) => line), nextCursor };
    });
  }
}

function requireMonth(month: string): void {
  if (!isRealMonth(month)) throw invalidField('month', 'A month is written as 2026-03.', 'MONTH_INVALID');
}

const stateOf = <R extends { month: string; closedAt: string }>(row: R, present: string) => ({ ...row, state: row.closedAt === '' ? 'open' : 'closed', over: row.month < present });

async function monthState(tx: Tx, month: string) {
  const present = monthOf(await tx.now());
  const [closed] = await tx.sql<MonthRow>({ name: 'month_get', text: ONE, values: [month] });
  return stateOf(closed ?? { ...OPEN, month }, present);
}

const OPEN = { closedAt: '', closedBy: '', hash: '', issuedLines: 0, issuedPieces: 0, revenueLines: 0, revenueNet: '0.00', returnedLines: 0, returnedPieces: 0 };
