import { Flag, Id, Ids, Items, LocalDate, Percent, Price, Text } from '../http/fields.js';
import { PageQuery, QueryFlag, Sort } from '../http/paging.js';

const PARTS = { min: 1, max: 200 };

export class ListPartPricesQuery extends PageQuery {
  @Text(60, { optional: true }) q?: string;
  @QueryFlag() @Flag({ optional: true }) own?: boolean;
  @LocalDate({ optional: true }) on?: string;
  @Sort('partNumber') sort?: string;
}

/** A part with the dealer's own price. */
export class PartPriceInputDto {
  @Id() partId: string;
  @Price() unitPrice: string;
}

export class SetPartPricesDto {
  @LocalDate() effectiveFrom: string;
  @Items(() => PartPriceInputDto, PARTS) prices: PartPriceInputDto[];
}

export class EndPartPricesDto {
  @LocalDate() effectiveFrom: string;
  @Ids(PARTS) partIds: string[];
}

export class CopySuggestedPricesDto {
  @LocalDate() effectiveFrom: string;
  @Percent({ optional: true }) adjustPercent?: string;
  @Ids({ max: PARTS.max }, { optional: true }) partIds?: string[];
}
