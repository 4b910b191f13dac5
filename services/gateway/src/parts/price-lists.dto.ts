import { Flag, Id, Items, LocalDate, OneOf, Price, Text } from '../http/fields.js';
import { PageQuery, QueryFlag, Sort } from '../http/paging.js';

export class PriceLineDto {
  @Id() partId: string;
  @Price() dealerPrice: string;
  @Price({ optional: true }) suggestedPrice?: string;
}

export class CreatePriceListDto {
  @LocalDate() effectiveFrom: string;
  @Items(() => PriceLineDto, { min: 1, max: 2000 }) lines: PriceLineDto[];
}

export class ListPriceListsQuery extends PageQuery {
  @OneOf(['draft', 'published', 'withdrawn'], { optional: true }) state?: string;
  @Sort('-createdAt') sort?: string;
}

export class ListPriceListLinesQuery extends PageQuery {
  @QueryFlag() @Flag({ optional: true }) onlyChanged?: boolean;
  @Sort('position') sort?: string;
}

export class ListPricesQuery extends PageQuery {
  @Text(60, { optional: true }) q?: string;
  @QueryFlag() @Flag({ optional: true }) priced?: boolean;
  @LocalDate({ optional: true }) on?: string;
  @Sort('number') sort?: string;
}
