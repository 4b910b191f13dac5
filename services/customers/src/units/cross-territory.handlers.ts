import { Controller } from '@nestjs/common';
import { ProductUnitService, type ListCrossTerritorySalesRequest } from '@aftercare/contracts';
import { isId } from '@aftercare/domain';
import { notFound, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Conditions, Database, dealerScope, jsonPage, listRows, pageOf, scopeValues, type JsonRow, type ListOrder, type Page, type Statement } from '@aftercare/service';

/** C-3: the sales that are flagged; the manufacturer sees all, a dealer its own. */
@Controller()
export class CrossTerritoryHandlers implements Pick<Handlers<typeof ProductUnitService>, 'listCrossTerritorySales'> {
  constructor(private readonly database: Database) {}

  @Rpc(ProductUnitService.method.listCrossTerritorySales)
  async listCrossTerritorySales(request: ListCrossTerritorySalesRequest, ctx: CallContext) {
    if (request.dealerId !== '' && !isId(request.dealerId)) throw notFound('filter');
    const { page, ...statement } = flaggedSales(request, ctx);
    return jsonPage(await this.database.many<JsonRow>(ctx, statement), page);
  }
}

const NEWEST: ListOrder = { by: 'r.sold_at', direction: 'desc', type: 'timestamptz', id: 'r.unit_id' };

/** Newest first; keyset (sold_at, unit_id) along the indexes of the flagged ones. Another's dispatch is hidden from a dealer. */
export function flaggedSales(request: ListCrossTerritorySalesRequest, ctx: CallContext): Statement & { page: Page } {
  const page = pageOf(request.page, { list: 'cross-territory', key: 'instant' });
  const where = new Conditions().add('x', () => 'r.cross_territory').when(request.dealerId, 'd', (id) => `r.seller_id = ${id}::uuid`);
  const rows = listRows({ name: 'flagged_sales', table: 'unit_sale', order: NEWEST, scope: { dealers: dealerScope(ctx) }, where, page, onePlan: true });
  const [everything, own] = [`$${rows.values.length + 1}`, `$${rows.values.length + 2}`];
  return {
    page,
    onePlan: true,
    name: rows.name,
    text: `
      select r.unit_id as id, r.sold_at::text as key, json_build_object(
          'id', u.id, 'serial', u.serial, 'modelCode', m.code, 'sellingDealerId', r.seller_id, 'dispatchedDealerId', coalesce(d.dealer_id::text, ''),
          'kind', case when d.dealer_id = r.seller_id then 'outside_territory' else 'other_dealers_unit' end, 'regionCode', c.region_code,
          'purchaseDate', coalesce(u.purchase_date::text, ''), 'soldAt', iso(r.sold_at))::text as item
      from (${rows.text}) r join product_unit u on u.id = r.unit_id join product_model m on m.id = u.model_id join customer c on c.id = r.buyer_id
        left join unit_dispatch d on d.unit_id = r.unit_id and (${everything}::boolean or d.dealer_id = any(${own}::uuid[]))
      order by r.sold_at desc, r.unit_id desc`,
    values: [...rows.values, ...scopeValues(ctx)],
  };
}
