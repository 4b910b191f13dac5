import { Controller } from '@nestjs/common';
import { ProductUnitService, type ListCrossTerritorySalesRequest } from '@aftercare/contracts';
import { isId } from '@aftercare/domain';
import { notFound, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, gatheredPage, pageOf, scopeValues, type GatheredRow, type Page, type Statement } from '@aftercare/service';

/** C-3: the sales that are flagged; the manufacturer sees all, a dealer its own. */
@Controller()
export class CrossTerritoryHandlers implements Pick<Handlers<typeof ProductUnitService>, 'listCrossTerritorySales'> {
  constructor(private readonly database: Database) {}

  @Rpc(ProductUnitService.method.listCrossTerritorySales)
  async listCrossTerritorySales(request: ListCrossTerritorySalesRequest, ctx: CallContext) {
    if (request.dealerId !== '' && !isId(request.dealerId)) throw notFound('filter');
    const { page, ...statement } = flaggedSales(request, ctx);
    return gatheredPage(await this.database.one<GatheredRow>(ctx, statement), page);
  }
}

/** Newest first; keyset (sold_at, unit_id) along the index of the flagged ones. Another's dispatch is hidden from a dealer. */
function flaggedSales(request: ListCrossTerritorySalesRequest, ctx: CallContext): Statement & { page: Page } {
  const page = pageOf(request.page, { list: 'cross-territory', key: 'instant' });
  return {
    page,
    name: 'cross_territory_sales',
    text: `
      with found as (
        select * from unit_sale
        where cross_territory and ($1::boolean or dealer_id = any($2::uuid[])) and ($3::uuid is null or seller_id = $3)
          and ($4::timestamptz is null or (sold_at, unit_id) < ($4, $5::uuid))
        order by sold_at desc, unit_id desc limit $6::int + 1),
      page as (select * from found order by sold_at desc, unit_id desc limit $6::int),
      last as (select sold_at, unit_id from page order by sold_at, unit_id limit 1)
      select coalesce((select json_agg(json_build_object(
          'id', u.id, 'serial', u.serial, 'modelCode', m.code, 'sellingDealerId', s.seller_id, 'dispatchedDealerId', coalesce(d.dealer_id::text, ''),
          'kind', case when d.dealer_id = s.seller_id then 'outside_territory' else 'other_dealers_unit' end, 'regionCode', c.region_code,
          'purchaseDate', coalesce(u.purchase_date::text, ''), 'soldAt', iso(s.sold_at)) order by s.sold_at desc, s.unit_id desc)
        from page s join product_unit u on u.id = s.unit_id join product_model m on m.id = u.model_id join customer c on c.id = s.buyer_id
          left join unit_dispatch d on d.unit_id = s.unit_id and ($1::boolean or d.dealer_id = any($2::uuid[]))), '[]')::text as items,
        case when (select count(*) from found) > $6::int then (select sold_at::text from last) end as "lastKey", (select unit_id from last) as "lastId"`,
    values: [...scopeValues(ctx), request.dealerId || null, page.after?.key ?? null, page.after?.id ?? null, page.limit],
  };
}
