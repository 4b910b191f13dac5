import { Controller } from '@nestjs/common';
import { StockReportService, type GetStockValueRequest, type ListBelowMinimumRequest, type ListReservationsRequest, type ListStockValuesRequest } from '@aftercare/contracts';
import { addMoney, isRealDate } from '@aftercare/domain';
import { Rpc, invalidField, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, jsonPage, pageOf, type JsonRow, type Statement } from '@aftercare/service';
import { requireManufacturer, requireRole } from '../actions.js';
import { filterId, idOr404 } from '../documents.js';
import { TODAY } from '../today.js';
import { stockSums, stockValues, type StockSum } from './stock-values.js';

const PLACE = `part.number || ' ' || warehouse.code`;

const BELOW = `
  select m.part_id as id, ${PLACE} as key,
         json_build_object('warehouseId', m.warehouse_id, 'warehouseCode', warehouse.code, 'partId', m.part_id, 'partNumber', part.number, 'partName', part.name,
           'onHand', stock.on_hand, 'reserved', stock.reserved, 'available', stock.available, 'minimum', m.minimum, 'onOrder', ordered.pieces,
           'toOrder', greatest(0, m.minimum - stock.available - ordered.pieces))::text as item
    from part_minimum m join part on part.id = m.part_id join warehouse on warehouse.id = m.warehouse_id
    left join stock_balance b on b.warehouse_id = m.warehouse_id and b.part_id = m.part_id
    cross join lateral (select coalesce(b.on_hand, 0) as on_hand, coalesce(b.reserved, 0) as reserved, coalesce(b.on_hand - b.reserved, 0) as available) stock
    cross join lateral (
      select coalesce(sum(l.quantity - l.received_quantity), 0)::int as pieces from purchase_order_line l join purchase_order p on p.id = l.purchase_order_id
       where l.part_id = m.part_id and l.received_quantity < l.quantity and p.warehouse_id = m.warehouse_id and p.state = 'open') ordered
   where stock.available < m.minimum and ($1::uuid is null or m.warehouse_id = $1)
     and ($2::text is null or (${PLACE}, m.part_id) > ($2, $3::uuid))
   order by ${PLACE}, m.part_id limit $4`;

/** Promised pieces have not left: what of a picking line stands on no order that was shipped. A request's line is approved until all has left. */
const RESERVED = `
  select line.id, iso(o.created_at) as key,
         json_build_object('warehouseId', o.warehouse_id, 'pickingOrderId', o.id, 'pickingOrderNumber', o.number, 'state', o.state, 'dealerId', o.dealer_id,
           'partsRequestId', request.id, 'partsRequestNumber', coalesce(request.number, ''), 'quantity', line.quantity - gone.pieces, 'createdAt', iso(o.created_at))::text as item
    from parts_request_line wanted join picking_line line on line.request_line_id = wanted.id join picking_order o on o.id = line.picking_order_id
    join parts_request request on request.id = o.request_id
    cross join lateral (
      select coalesce(sum(l.quantity), 0)::int as pieces from shipping_line l join shipping_order s on s.id = l.shipping_order_id
       where l.picking_line_id = line.id and s.shipped_at is not null) gone
   where wanted.part_id = $1 and wanted.state = 'approved' and o.state <> 'cancelled' and line.quantity > gone.pieces and ($2::uuid is null or o.warehouse_id = $2)
     and ($3::timestamptz is null or (o.created_at, line.id) > ($3, $4::uuid))
   order by o.created_at, line.id limit $5`;

const BUSINESS_DAY: Statement = { name: 'business_day', text: `select ${TODAY}::text as today`, values: [] };

type Reports = Pick<Handlers<typeof StockReportService>, 'listBelowMinimum' | 'listReservations' | 'listStockValues' | 'getStockValue'>;

/** What is missing, promised and worth in the warehouses (P-1, P-2, F-7). */
@Controller()
export class StockReportHandlers implements Reports {
  constructor(private readonly database: Database) {}

  @Rpc(StockReportService.method.listBelowMinimum)
  async listBelowMinimum(request: ListBelowMinimumRequest, ctx: CallContext) {
    requireManufacturer(ctx);
    const page = pageOf(request.page, { list: 'below-minimum' });
    const values = [filterId(request.warehouseId, 'warehouseId'), page.after?.key ?? null, page.after?.id ?? null, page.limit + 1];
    return jsonPage(await this.database.many<JsonRow>(ctx, { name: 'below_minimum', text: BELOW, values }), page);
  }

  @Rpc(StockReportService.method.listReservations)
  async listReservations(request: ListReservationsRequest, ctx: CallContext) {
    requireManufacturer(ctx);
    const page = pageOf(request.page, { list: 'reservations', key: 'instant' });
    const values = [idOr404(request.partId, 'part'), filterId(request.warehouseId, 'warehouseId'), page.after?.key ?? null, page.after?.id ?? null, page.limit + 1];
    return jsonPage(await this.database.many<JsonRow>(ctx, { name: 'reservations', text: RESERVED, values }), page);
  }

  @Rpc(StockReportService.method.listStockValues)
  async listStockValues(request: ListStockValuesRequest, ctx: CallContext) {
    requireRole(ctx, 'cost.read');
    const page = pageOf(request.page, { list: 'stock-by-value' });
    return jsonPage(await this.database.many<JsonRow>(ctx, stockValues(request, await this.dayOf(ctx, request.on), page)), page);
  }

  @Rpc(StockReportService.method.getStockValue)
  async getStockValue(request: GetStockValueRequest, ctx: CallContext) {
    requireRole(ctx, 'cost.read');
    const on = await this.dayOf(ctx, request.on);
    const warehouses = await this.database.many<StockSum>(ctx, stockSums(on));
    return { on, warehouses, value: addMoney('0.00', ...warehouses.map(({ value }) => value)) };
  }

  /** A day that is not in the future, today unless told. Errors: INVALID_DATE, DATE_IN_FUTURE. */
  private async dayOf(ctx: CallContext, given: string): Promise<string> {
    if (given !== '' && !isRealDate(given)) throw invalidField('on', 'This is not a calendar date.', 'INVALID_DATE');
    const now = await this.database.one<{ today: string }>(ctx, BUSINESS_DAY);
    const today = now?.today ?? '';
    if (given > today) throw invalidField('on', 'Stock is valued up to today.', 'DATE_IN_FUTURE');
    return given || today;
  }
}
