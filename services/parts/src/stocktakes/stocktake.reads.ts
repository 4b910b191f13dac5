import type { ListStocktakesRequest } from '@aftercare/contracts';
import { addMoney, allowedActions, isId } from '@aftercare/domain';
import { isManufacturer, notFound, ServiceError, type CallContext } from '@aftercare/messaging';
import { Conditions, dealerScope, listStatement, seesDealer, type ListOrder, type Page, type Statement, type Tx } from '@aftercare/service';
import { partNames } from '../returns/return-parcel.reads.js';
import { factsOf, unsettledOf, wholeStocktake, type LineWithFigures } from './stocktake-figures.js';
import { StocktakeRow } from './stocktake.entity.js';
import { STOCKTAKE_ACTIONS, stocktakeRefusal } from './stocktake.rules.js';
import { columnsOf, proposedCharge } from './variance.rules.js';

/** One stocktake the caller may see: it carries prices, so a parent does not see its child's. With `lock` it is locked. */
export async function findStocktake(tx: Tx, id: string, options: { lock?: boolean } = {}): Promise<StocktakeRow> {
  if (!isId(id)) throw notFound('stocktake');
  const row = await tx.em.findOne(StocktakeRow, { where: { id }, ...(options.lock ? { lock: { mode: 'pessimistic_write' as const } } : {}) });
  if (!row || !seesDealer(tx.ctx, row.dealerId, { money: true })) throw notFound('stocktake');
  return row;
}

/** H-6: a stocktake with its sums, and what its reader may do. */
export async function stocktakeAnswer(tx: Tx, stocktake: StocktakeRow) {
  const lines = await wholeStocktake(tx, stocktake);
  const columns = lines.map(columnsOf);
  const sum = (of: (each: (typeof columns)[number]) => number): number => columns.reduce((total, each) => total + of(each), 0);
  const outstanding = sum((each) => each.outstanding);
  const facts = await factsOf(tx, stocktake, outstanding);
  const unsettled = await unsettledOf(tx, stocktake, lines);
  const { openedBy: _by, number, closedAt, objectUntil, confirmedAt, month, ...head } = stocktake;
  return {
    ...head, number: number ?? '', closedAt: closedAt ?? '', objectUntil: objectUntil ?? '', confirmedAt: confirmedAt ?? '', month: month ?? '',
    returnedQuantity: sum((each) => each.returned), otherwiseQuantity: sum((each) => each.otherwise), variance: sum((each) => each.variance),
    outstandingQuantity: outstanding, netTotal: addMoney('0.00', ...lines.map((line) => proposedCharge(line) || '0.00')),
    slipIds: [...new Set(lines.flatMap(({ slipId }) => slipId ?? []))],
    allowedActions: allowedActions(tx.ctx, STOCKTAKE_ACTIONS.map((action) => ({ action, reason: stocktakeRefusal(action, facts, unsettled, tx.ctx.role) })), { afterTermination: true }),
  };
}

/** Lines as they are read. */
export async function lineAnswers(tx: Tx, lines: readonly LineWithFigures[]) {
  const names = await partNames(tx, lines.map(({ partId }) => partId));
  return lines.map((line) => {
    const { returned, variance } = columnsOf(line);
    const { id, position, partId, objection, decision, unitPrice, slipId } = line;
    return {
      id, position, partId, ...names.get(partId), borrowedQuantity: line.borrowed, returnedQuantity: returned, otherwiseQuantity: line.otherwise, variance,
      outstandingQuantity: line.outstanding, extendedQuantity: line.extended, unitPrice: unitPrice ?? '', netAmount: proposedCharge(line), objection, decision,
      decisionDueOn: line.decisionDueOn ?? '', decisionReason: line.decisionReason, evidence: line.decisionEvidence, slipId: slipId ?? '',
      words: line.words.map(({ by, ...said }) => (isManufacturer(tx.ctx) ? { ...said, by } : said)),
    };
  });
}

const NEWEST: ListOrder = { by: 'r.opened_at', direction: 'desc', type: 'timestamptz' };

const LINE = `r.id, coalesce(r.number, '') as number, r.dealer_id as "dealerId", r.state, r.cut_off_on as "cutOffOn", r.return_until as "returnUntil",
  coalesce(r.object_until::text, '') as "objectUntil", r.borrowed_quantity as "borrowedQuantity", r.line_count as "lineCount",
  r.objection_count as "objectionCount", iso(r.opened_at) as "openedAt", r.version, r.opened_at::text as "sortAt"`;

/** Stocktakes, newest first; a parent does not see its child's. */
export function listStocktakes(request: ListStocktakesRequest, ctx: CallContext, page: Page): Statement {
  const where = new Conditions().when(request.dealerId, 'd', (id) => `r.dealer_id = ${id}::uuid`).when(request.state, 's', (state) => `r.state = ${state}`);
  return listStatement({ name: 'stocktakes', table: 'stocktake', order: NEWEST, scope: { dealers: dealerScope(ctx, { money: true }) }, where, page, columns: LINE });
}

const POSITION = /^[1-9]\d{0,8}$/;

/** The position after which a page of lines goes on. Errors: CURSOR_INVALID. */
export function positionAfter({ after }: Page): number {
  if (after === null) return 0;
  if (POSITION.test(after.key)) return Number(after.key);
  throw new ServiceError('invalid_argument', 'CURSOR_INVALID', 'The cursor was not made by this list.', { field: 'cursor' });
}
