import { Amount, Code, Flag, Items, LocalDate, OneOf, RegionCode, Version } from '../http/fields.js';
import { PageQuery, QueryFlag, Sort } from '../http/paging.js';

const LINES = { min: 1, max: 500 };

/** What a visit should cost for a family and a region. */
export class TariffLineDto {
  @Code(40, { optional: true }) family?: string;
  @RegionCode({ optional: true }) regionCode?: string;
  @Amount() labourFee: string;
  @Amount() travelFee: string;
}

export class CreateTariffDto {
  @LocalDate() effectiveFrom: string;
  @Items(() => TariffLineDto, LINES) lines: TariffLineDto[];
}

export class UpdateTariffDto extends CreateTariffDto {
  @Version() version: number;
}

export class ListTariffsQuery extends PageQuery {
  @OneOf(['draft', 'published'], { optional: true }) state?: string;
  @Sort('-effectiveFrom') sort?: string;
}

export class ListServiceFeesQuery extends PageQuery {
  @LocalDate({ optional: true }) on?: string;
  @Code(40, { optional: true }) family?: string;
  @QueryFlag() @Flag({ optional: true }) aboveReference?: boolean;
  @Sort('dealerCode') sort?: string;
}

/** A day's fees, beside the reference of a family. */
export class ServiceFeesQuery {
  @LocalDate({ optional: true }) on?: string;
  @Code(40, { optional: true }) family?: string;
}
