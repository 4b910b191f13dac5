import { Flag, Id, Ids, Items, LocalDate, OneOf, Price, Quantity, Text, Whole } from '../http/fields.js';
import { PageQuery, QueryFlag, Sort } from '../http/paging.js';
import { ReasonedDto, VersionDto } from '../http/shared.dto.js';

const LINES = { min: 1, max: 1000 };
const SIGNED = { min: -100_000, max: 100_000 };

/** Pieces of a part. */
export class StockLineDto {
  @Id() partId: string;
  @Quantity() quantity: number;
}

/** Pieces of a part that were counted or came, which may be none. */
export class CountedStockDto {
  @Id() partId: string;
  @Quantity(0) quantity: number;
}

export class CreatePurchaseOrderDto {
  @Id() warehouseId: string;
  @Text(100) supplier: string;
  @LocalDate() expectedOn: string;
  @Items(() => StockLineDto, LINES) lines: StockLineDto[];
}

export class ChangeExpectedDateDto extends ReasonedDto {
  @LocalDate() expectedOn: string;
}

export class ListPurchaseOrdersQuery extends PageQuery {
  @OneOf(['open', 'received', 'closed'], { optional: true }) state?: string;
  @Id({ optional: true }) warehouseId?: string;
  @Id({ optional: true }) partId?: string;
  @Sort('-createdAt') sort?: string;
}

export class OpenStockCountDto {
  @Id() warehouseId: string;
  @Ids({ max: 1000 }, { optional: true }) partIds?: string[];
  @Text(500) reason: string;
}

export class EnterStockCountDto extends VersionDto {
  @Items(() => CountedStockDto, LINES) lines: CountedStockDto[];
}

export class ListStockCountLinesQuery extends PageQuery {
  @QueryFlag() @Flag({ optional: true }) onlyDifferences?: boolean;
  @QueryFlag() @Flag({ optional: true }) onlyMissing?: boolean;
  @Sort('partNumber') sort?: string;
}

export class ListStockCountsQuery extends PageQuery {
  @OneOf(['open', 'counted', 'approved', 'cancelled'], { optional: true }) state?: string;
  @Id({ optional: true }) warehouseId?: string;
  @Sort('-openedAt') sort?: string;
}

/** Pieces that are missing (negative) or were found. */
export class AdjustmentLineDto {
  @Id() partId: string;
  @Whole(SIGNED) quantity: number;
}

export class RequestAdjustmentDto {
  @Id() warehouseId: string;
  @OneOf(['correction', 'scrap', 'write_off']) kind: string;
  @Text(500) reason: string;
  @Items(() => AdjustmentLineDto, LINES) lines: AdjustmentLineDto[];
}

export class ListAdjustmentsQuery extends PageQuery {
  @OneOf(['requested', 'approved', 'rejected', 'cancelled'], { optional: true }) state?: string;
  @Id({ optional: true }) warehouseId?: string;
  @Sort('-requestedAt') sort?: string;
}

export class SendTransferDto {
  @Id() fromWarehouseId: string;
  @Id() toWarehouseId: string;
  @Items(() => StockLineDto, LINES) lines: StockLineDto[];
}

export class ReceiveTransferDto extends VersionDto {
  @Items(() => CountedStockDto, { max: LINES.max }) lines: CountedStockDto[];
}

export class ListTransfersQuery extends PageQuery {
  @OneOf(['sent', 'short', 'received', 'written_off', 'cancelled'], { optional: true }) state?: string;
  @Id({ optional: true }) warehouseId?: string;
  @Sort('-sentAt') sort?: string;
}

export class ListBelowMinimumQuery extends PageQuery {
  @Id({ optional: true }) warehouseId?: string;
  @Sort('partNumber') sort?: string;
}

export class ListReservationsQuery extends PageQuery {
  @Id() partId: string;
  @Id({ optional: true }) warehouseId?: string;
  @Sort('createdAt') sort?: string;
}

export class SetUnitCostDto {
  @LocalDate() effectiveFrom: string;
  @Price() unitCost: string;
  @Text(500) reason: string;
}

export class ListUnitCostsQuery extends PageQuery {
  @Sort('-effectiveFrom') sort?: string;
}

export class ListStockValuesQuery extends PageQuery {
  @LocalDate({ optional: true }) on?: string;
  @Id({ optional: true }) warehouseId?: string;
  @Sort('partNumber') sort?: string;
}
