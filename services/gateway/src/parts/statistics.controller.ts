import { Controller, Query } from '@nestjs/common';
import { PartsStatisticsService, StockKitService } from '@aftercare/contracts';
import { SUPPLY_KINDS } from '@aftercare/domain';
import { Bus } from '@aftercare/messaging';
import { List, Read } from '../http/endpoint.js';
import { Id, Month, OneOf } from '../http/fields.js';
import { listRequest, PageQuery, Sort } from '../http/paging.js';

const statistics = PartsStatisticsService.method;
const kits = StockKitService.method;

export class ListIssuesQuery extends PageQuery {
  @Month() month: string;
  @Id({ optional: true }) dealerId?: string;
  @Id({ optional: true }) partId?: string;
  @OneOf(SUPPLY_KINDS, { optional: true }) supplyKind?: string;
  @Sort('-shippedAt') sort?: string;
}

export class SummariseIssuesQuery extends PageQuery {
  @Month() month: string;
  @OneOf(['dealer', 'part', 'kind'], { optional: true }) by?: string;
  @Id({ optional: true }) dealerId?: string;
  @Sort('key') sort?: string;
}

export class ListReturnedPartsQuery extends PageQuery {
  @Month() month: string;
  @Id({ optional: true }) dealerId?: string;
  @Id({ optional: true }) partId?: string;
  @Sort('-countedAt') sort?: string;
}

export class ListHoldingsByAgeQuery extends PageQuery {
  @Id({ optional: true }) dealerId?: string;
  @Id({ optional: true }) partId?: string;
  @Sort('partNumber') sort?: string;
}

export class ListBackOrdersQuery extends PageQuery {
  @Id({ optional: true }) dealerId?: string;
  @Id({ optional: true }) partId?: string;
  @Sort('approvedAt') sort?: string;
}

export class ListPromisesQuery extends PageQuery {
  @Month() month: string;
  @Id({ optional: true }) dealerId?: string;
  @OneOf(['kept', 'broken', 'open'], { optional: true }) outcome?: string;
  @OneOf(['shipment', 'back_order'], { optional: true }) kind?: string;
  @Sort('promisedOn') sort?: string;
}

export class ListSuggestedKitQuery extends PageQuery {
  @Id({ optional: true }) dealerId?: string;
  @OneOf(['consumption', 'installed_base', 'covered'], { optional: true }) reason?: string;
  @Sort('partNumber') sort?: string;
}

export class PromiseKeptQuery {
  @Month() month: string;
  @OneOf(['shipment', 'back_order'], { optional: true }) kind?: string;
  @Id({ optional: true }) dealerId?: string;
}

/** Lists over time; a dealer sees its own. */
@Controller('reports')
export class PartsStatisticsController {
  constructor(private readonly bus: Bus) {}

  @List('issues', 'parts-statistics.read', statistics.listIssues)
  issues(@Query() query: ListIssuesQuery): Promise<Buffer> {
    return this.bus.callJson(statistics.listIssues, listRequest(query));
  }

  @List('issue-sums', 'parts-statistics.read', statistics.summariseIssues)
  sums(@Query() query: SummariseIssuesQuery): Promise<Buffer> {
    return this.bus.callJson(statistics.summariseIssues, listRequest(query));
  }

  @List('returned-parts', 'parts-statistics.read', statistics.listReturnedParts)
  returned(@Query() query: ListReturnedPartsQuery): Promise<Buffer> {
    return this.bus.callJson(statistics.listReturnedParts, listRequest(query));
  }

  @List('holdings-by-age', 'parts-statistics.read', statistics.listHoldingsByAge)
  holdings(@Query() query: ListHoldingsByAgeQuery): Promise<Buffer> {
    return this.bus.callJson(statistics.listHoldingsByAge, listRequest(query));
  }

  @List('suggested-kit', 'parts-statistics.read', kits.listSuggestedKit)
  kit(@Query() query: ListSuggestedKitQuery): Promise<Buffer> {
    return this.bus.callJson(kits.listSuggestedKit, listRequest(query));
  }

  @List('shipping-promises', 'parts-statistics.read', statistics.listPromises)
  promises(@Query() query: ListPromisesQuery): Promise<Buffer> {
    return this.bus.callJson(statistics.listPromises, listRequest(query));
  }

  @Read('shipping-promises/kept', 'parts-statistics.read', statistics.getPromiseKept)
  kept(@Query() query: PromiseKeptQuery): Promise<Buffer> {
    return this.bus.callJson(statistics.getPromiseKept, query);
  }
}

@Controller('back-orders')
export class BackOrdersController {
  constructor(private readonly bus: Bus) {}

  @List('', 'parts-statistics.read', statistics.listBackOrders)
  list(@Query() query: ListBackOrdersQuery): Promise<Buffer> {
    return this.bus.callJson(statistics.listBackOrders, listRequest(query));
  }
}
