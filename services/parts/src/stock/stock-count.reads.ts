import { Controller } from '@nestjs/common';
import { StockCountService, type GetStockCountRequest, type ListStockCountLinesRequest, type ListStockCountsRequest } from '@aftercare/contracts';
import { allowedActions, refusalReason } from '@aftercare/domain';
import { JsonText, Rpc, invalidField, notFound, type CallContext, type Handlers } from '@aftercare/messaging';
import { Conditions, Database, jsonPage, listStatement, pageOf, type JsonRow, type ListOrder } from '@aftercare/service';
import { actionEntry, requireManufacturer, worksAt, type Action } from '../actions.js';
import { filterId, idOr404 } from '../documents.js';
import { isBlind, stockCountSteps, type StockCountState } from './stock-count.rules.js';

const NEWEST: ListOrder = { by: 'r.opened_at', direction: 'desc', type: 'timestamptz' };
const BY_NUMBER: ListOrder = { by: 'r.part_number', direction: 'asc', type: 'text', id: 'r.part_id' };

const SUMMARY = `r.id, iso(r.opened_at) as key,
  json_build_object('id', r.id, 'number', r.number, 'warehouseId', r.warehouse_id, 'state', r.state, 'reason', r.reason, 'openedAt', iso(r.opened_at), 'version', r.version)::text as item`;

const ONE = `
  select c.state, c.warehouse_id as "warehouseId", json_build_object('id', c.id, 'number', c.number, 'warehouseId', c.warehouse_id, 'state', c.state, 'reason', c.reason,
      'openedAt', iso(c.opened_at), 'decidedAt', coalesce(iso(c.decided_at), ''), 'decisionReason', c.decision_reason, 'lineCount', lines.all, 'countedCount', lines.counted,
      'version', c.version)::text as item
    from stock_count c cross join lateral (
      select count(*)::int as "all", count(l.counted_quantity)::int as counted from stock_count_line l where l.stock_count_id = c.id) lines
   where c.id = $1`;

const line = (blind: boolean): string => {
  const seen = (text: string): string => (blind ? '0' : `coalesce(${text}, 0)`);
  return `r.part_id as id, r.part_number as key,
    json_build_object('partId', r.part_id, 'partNumber', r.part_number, 'partName', p.name, 'isCounted', r.counted_quantity is not null,
      'countedQuantity', coalesce(r.counted_quantity, 0), 'openedQuantity', ${seen('r.opened_quantity')}, 'bookQuantity', ${seen('r.book_quantity')},
      'difference', ${seen('r.counted_quantity - r.book_quantity')})::text as item`;
};

const ACTIONS: [action: (typeof stockCountSteps.actions)[number], key: Action][] = [
  ['enter', 'stockCount.count'], ['submit', 'stockCount.count'], ['approve', 'stockCount.approve'], ['reject', 'stockCount.approve'], ['cancel', 'stockCount.cancel'],
];

interface Head {
  state: StockCountState;
  warehouseId: string;
  item: string;
}

/** Counts as they are read; who counts does not see what should be there. */
@Controller()
export class StockCountReads implements Pick<Handlers<typeof StockCountService>, 'getStockCount' | 'listStockCountLines' | 'listStockCounts'> {
  constructor(private readonly database: Database) {}

  @Rpc(StockCountService.method.getStockCount)
  async getStockCount(request: GetStockCountRequest, ctx: CallContext) {
    const { state, warehouseId, item } = await this.head(request.id, ctx);
    const actions = ACTIONS.map(([action, key]) => {
      const elsewhere = worksAt(ctx, warehouseId) ? undefined : 'OTHER_SITE';
      return actionEntry(ctx, { action, key, refusal: refusalReason(() => stockCountSteps.next(action, state)) ?? elsewhere });
    });
    return new JsonText(`${item.slice(0, -1)},"blind":${isBlind(ctx.role, state)},"allowedActions":${JSON.stringify(allowedActions(ctx, actions))}}`);
  }

  @Rpc(StockCountService.method.listStockCountLines)
  async listStockCountLines(request: ListStockCountLinesRequest, ctx: CallContext) {
    const { state } = await this.head(request.id, ctx);
    const blind = isBlind(ctx.role, state);
    const page = pageOf(request.page, { list: 'stock-count-lines' });
    const where = new Conditions()
      .add('c', (id) => `r.stock_count_id = ${id}::uuid`, request.id)
      .when(request.onlyMissing, 'm', () => 'r.counted_quantity is null')
      .when(request.onlyDifferences && !blind, 'd', () => 'r.counted_quantity <> r.book_quantity');
    const name = blind ? 'count_lines_blind' : 'count_lines';
    const statement = listStatement({ name, table: 'stock_count_line', order: BY_NUMBER, where, page, columns: line(blind), joins: 'join part p on p.id = r.part_id' });
    return jsonPage(await this.database.many<JsonRow>(ctx, statement), page);
  }

  @Rpc(StockCountService.method.listStockCounts)
  async listStockCounts(request: ListStockCountsRequest, ctx: CallContext) {
    requireManufacturer(ctx);
    if (request.state !== '' && !(stockCountSteps.states as readonly string[]).includes(request.state)) throw invalidField('state', 'This is no state of a count.');
    const page = pageOf(request.page, { list: 'stock-counts', key: 'instant' });
    const where = new Conditions()
      .when(request.state, 's', (state) => `r.state = ${state}`)
      .when(filterId(request.warehouseId, 'warehouseId'), 'w', (id) => `r.warehouse_id = ${id}::uuid`);
    const statement = listStatement({ name: 'stock_counts', table: 'stock_count', order: NEWEST, where, page, columns: SUMMARY });
    return jsonPage(await this.database.many<JsonRow>(ctx, statement), page);
  }

  private async head(id: string, ctx: CallContext): Promise<Head> {
    requireManufacturer(ctx);
    const row = await this.database.one<Head>(ctx, { name: 'stock_count_one', text: ONE, values: [idOr404(id, 'stock count')] });
    if (!row) throw notFound('stock count');
    return row;
  }
}
