import { Controller } from '@nestjs/common';
import { StockReportService, type GetStockValueRequest, type ListBelowMinimumRequest, type ListReservationsRequest, type ListStockValuesRequest } from '@aftercare/contracts';
import { addDays, addMoney, businessDate, isRealDate, startOfDay } from '@aftercare/domain';
import { Rpc, invalidField, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, jsonPage, pageOf, type JsonRow, type Tx } from '@aftercare/service';
import { requireManufacturer, requireRole } from '../actions.js';
import { filterId, idOr404 } from '../documents.js';
import { costOn } from './unit-cost.js';

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

/**
 * What lay where at the end of a day ($2 is its last instant, exclusive): what is there now less what has moved since. Balances are
 * the sums of all movements (P-2), so this is what the ledger says of that day, and a late day costs no more than what came after it.
 */
const AT_DAY = `
  with leg as (
    select to_account as account, part_id, -quantity as pieces from stock_movement where at >= $2
    union all select from_account, part_id, quantity from stock_movement where at >= $2),
  since as (
    select substr(account, 11)::uuid as warehouse_id, part_id, sum(pieces)::int as pieces from leg where account like 'warehouse:%' group by account, part_id),
  place as (
    select warehouse_id, part_id, coalesce(b.on_hand, 0) + coalesce(s.pieces, 0) as quantity
      from stock_balance b full join since s using (warehouse_id, part_id)),
  valued as (
    select place.warehouse_id, warehouse.code, place.part_id, part.number, part.name, place.quantity, cost.unit_cost, round(place.quantity * cost.unit_cost, 2) as value
      from place join part on part.id = place.part_id join warehouse on warehouse.id = place.warehouse_id ${costOn('place.part_id', '$1::date')}
     where place.quantity <> 0)`;

const VALUES = `${AT_DAY}
  select part_id as id, number || ' ' || code as key,
         json_build_object('warehouseId', warehouse_id, 'warehouseCode', code, 'partId', part_id, 'partNumber', number, 'partName', name, 'quantity', quantity,
           'unitCost', coalesce(unit_cost::text, ''), 'value', coalesce(value::text, ''))::text as item
    from valued where ($3::uuid is null or warehouse_id = $3) and ($4::text is null or (number || ' ' || code, part_id) > ($4, $5::uuid))
   order by number || ' ' || code, part_id limit $6`;

const SUMS = `${AT_DAY}
  select warehouse_id as "warehouseId", code as "warehouseCode", sum(quantity)::int as quantity,
         coalesce(sum(quantity) filter (where unit_cost is null), 0)::int as "unvaluedQuantity", coalesce(sum(value), 0)::numeric(16,2)::text as value
    from valued group by warehouse_id, code order by code`;

interface Sum {
  warehouseId: string;
  warehouseCode: string;
  quantity: number;
  unvaluedQuantity: number;
  value: string;
}

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
    const page = pageOf(request.page, { list: 'stock-values' });
    const warehouse = filterId(request.warehouseId, 'warehouseId');
    return this.database.read(ctx, async (tx) => {
      const { on, until } = await dayOf(tx, request.on);
      const values = [on, until, warehouse, page.after?.key ?? null, page.after?.id ?? null, page.limit + 1];
      return jsonPage(await tx.sql<JsonRow>({ name: 'stock_values', text: VALUES, values }), page);
    });
  }

  @Rpc(StockReportService.method.getStockValue)
  async getStockValue(request: GetStockValueRequest, ctx: CallContext) {
    requireRole(ctx, 'cost.read');
    return this.database.read(ctx, async (tx) => {
      const { on, until } = await dayOf(tx, request.on);
      const warehouses = await tx.sql<Sum>({ name: 'stock_value', text: SUMS, values: [on, until] });
      return { on, warehouses, value: addMoney('0.00', ...warehouses.map(({ value }) => value)) };
    });
  }
}

/** A day that is not in the future, and the instant at which it is over. Errors: INVALID_DATE, DATE_IN_FUTURE. */
async function dayOf(tx: Tx, given: string): Promise<{ on: string; until: string }> {
  if (given !== '' && !isRealDate(given)) throw invalidField('on', 'This is not a calendar date.', 'INVALID_DATE');
  const today = businessDate(await tx.now());
  if (given > today) throw invalidField('on', 'Stock is valued up to today.', 'DATE_IN_FUTURE');
  const on = given || today;
  return { on, until: startOfDay(addDays(on, 1)) };
}
