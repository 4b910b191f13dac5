import { Flag, Id, Month, OneOf, Text } from '../http/fields.js';
import { PageQuery, QueryFlag, Sort } from '../http/paging.js';
import { PrintQuery } from '../print/print.dto.js';

const LISTS = ['issued', 'revenue', 'returned'];

export class ListMonthsQuery extends PageQuery {
  @Sort('-month') sort?: string;
}

export class ListMonthObstaclesQuery extends PageQuery {
  @Sort('code') sort?: string;
}

/** Which of the three lists. */
export class ClosedLinesFileQuery {
  @OneOf(LISTS) list: string;
}

export class ListClosedLinesQuery extends PageQuery {
  @OneOf(LISTS) list: string;
  @Id({ optional: true }) dealerId?: string;
  @Sort('position') sort?: string;
}

export class ListTieOutQuery extends PageQuery {
  @Id({ optional: true }) dealerId?: string;
  @Id({ optional: true }) partId?: string;
  @QueryFlag() @Flag({ optional: true }) onlyFaults?: boolean;
  @Sort('dealerCode') sort?: string;
}

export class ListTieOutFaultsQuery extends PageQuery {
  @Id({ optional: true }) dealerId?: string;
  @Id({ optional: true }) partId?: string;
  @Sort('dealerCode') sort?: string;
}

export class ListRevenueQuery extends PageQuery {
  @Month() month: string;
  @Id({ optional: true }) dealerId?: string;
  @Id({ optional: true }) partId?: string;
  @Text(60, { optional: true }) reason?: string;
  @Sort('dealerId') sort?: string;
}

export class SummariseRevenueQuery extends PageQuery {
  @Month() month: string;
  @OneOf(['dealer', 'part', 'reason'], { optional: true }) by?: string;
  @Id({ optional: true }) dealerId?: string;
  @Sort('key') sort?: string;
}

/** F-8: the month whose revenue list is printed. */
export class RevenuePrintQuery extends PrintQuery {
  @Month() month: string;
}
