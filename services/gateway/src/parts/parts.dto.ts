import {
  EXCLUSIONS, PARCEL_STATES, PAYMENT_METHODS, INVOICE_WISHES, PICKING_STATES, REQUEST_PURPOSES, REQUEST_STATES, RETURN_CONDITIONS, RETURN_PIECES,
  SHIPPING_STATES, SITE_KINDS, URGENCIES,
} from '@aftercare/domain';
import { Code, Flag, Id, Ids, Items, LocalDate, OneOf, PartClass, Price, Quantity, Text, Texts, Whole } from '../http/fields.js';
import { PageQuery, QueryFlag, Sort } from '../http/paging.js';
import { PaperDto, PictureDto, ReasonedDto, VersionDto } from '../http/shared.dto.js';

const WEIGHT = { min: 0, max: 100_000_000 };
const LINES = { min: 1, max: 200 };
const PHOTOS = { max: 20 };

export class CreatePartDto {
  @Code(40) number: string;
  @Text(100) name: string;
  @Text(100, { optional: true }) nameEn?: string;
  @Code(20) unit: string;
  @PartClass() partClass: string;
  @Texts({ max: 50, length: 40 }, { optional: true }) families?: string[];
  @Flag() returnRequired: boolean;
  @Whole(WEIGHT, { optional: true }) weightGrams?: number;
  @Id({ optional: true }) supersedesPartId?: string;
}

export class ListPartsQuery extends PageQuery {
  @Text(60, { optional: true }) q?: string;
  @Code(40, { optional: true }) family?: string;
  @Sort('number') sort?: string;
}

export class CreateWarehouseDto {
  @Code(20) code: string;
  @Text(100) name: string;
  @Text(100, { optional: true }) nameEn?: string;
  @OneOf(SITE_KINDS) kind: string;
}

export class ListWarehousesQuery extends PageQuery {
  @Sort('code') sort?: string;
}

export class PurchaseLineDto {
  @Id() partId: string;
  @Quantity() quantity: number;
  @Price() unitCost: string;
}

export class ReceivePurchaseDto {
  @Id() warehouseId: string;
  @Text(60) reference: string;
  @Id({ optional: true }) purchaseOrderId?: string;
  @Items(() => PurchaseLineDto, LINES) lines: PurchaseLineDto[];
}

export class ListStockQuery extends PageQuery {
  @Id({ optional: true }) warehouseId?: string;
  @Id({ optional: true }) partId?: string;
  @Text(60, { optional: true }) q?: string;
  @Sort('partNumber') sort?: string;
}

export class ListMovementsQuery extends PageQuery {
  @Id({ optional: true }) partId?: string;
  @Text(80, { optional: true }) account?: string;
  @Sort('-at') sort?: string;
}

/** A line of a request. */
export class NewRequestLineDto {
  @Id() partId: string;
  @Quantity() quantity: number;
  @Text(60, { optional: true }) unitSerial?: string;
  @Text(500, { optional: true }) fault?: string;
}

export class CreatePartsRequestDto {
  @Id({ optional: true }) dealerId?: string;
  @Text(100, { optional: true }) askedBy?: string;
  @OneOf(REQUEST_PURPOSES) purpose: string;
  @Id({ optional: true }) callId?: string;
  @Id({ optional: true }) installationId?: string;
  @Text(300) deliveryAddress: string;
  @OneOf(URGENCIES) urgency: string;
  @LocalDate({ optional: true }) wishedDate?: string;
  /** The day of the visit, for purpose visit. */
  @LocalDate({ optional: true }) visitOn?: string;
  @Items(() => NewRequestLineDto, LINES) lines: NewRequestLineDto[];
}

/** The reviewer's entries for one line. */
export class LineReviewDto {
  @Id() lineId: string;
  @OneOf(EXCLUSIONS, { optional: true }) exclusion?: string;
  @Text(500, { optional: true }) exclusionCause?: string;
  @Items(() => PictureDto, PHOTOS, { optional: true }) exclusionEvidence?: PictureDto[];
  @LocalDate({ optional: true }) proofPurchaseDate?: string;
  @Items(() => PaperDto, PHOTOS, { optional: true }) proofEvidence?: PaperDto[];
  @OneOf(['gift', 'office', 'literature'], { optional: true }) supplyKind?: string;
  @Flag({ optional: true }) reject?: boolean;
  @Text(500, { optional: true }) reason?: string;
}

export class ReviewPartsRequestDto extends VersionDto {
  @Items(() => LineReviewDto, LINES) lines: LineReviewDto[];
}

export class AcceptQuoteDto extends VersionDto {
  @Ids({ min: 1, max: 200 }) lineIds: string[];
  @OneOf(PAYMENT_METHODS) paymentMethod: string;
  @OneOf(INVOICE_WISHES) invoiceWish: string;
}

export class DeclineQuoteDto extends VersionDto {
  @Ids({ min: 1, max: 200 }) lineIds: string[];
  @Text(500) reason: string;
}

export class DecideEscalationDto extends VersionDto {
  @Id() lineId: string;
  @OneOf(['lower', 'waive', 'reject']) decision: string;
  @Price({ optional: true }) specialPrice?: string;
  @Flag({ optional: true }) returnDue?: boolean;
  @Text(500) reason: string;
}

export class ListPartsRequestsQuery extends PageQuery {
  @Text(60, { optional: true }) q?: string;
  @OneOf(REQUEST_STATES, { optional: true }) state?: string;
  @Id({ optional: true }) dealerId?: string;
  @Id({ optional: true }) callId?: string;
  @Sort('-createdAt') sort?: string;
}

export class ListPickingOrdersQuery extends PageQuery {
  @Id({ optional: true }) warehouseId?: string;
  @OneOf([...PICKING_STATES, 'cancelled'], { optional: true }) state?: string;
  @Id({ optional: true }) requestId?: string;
  @Sort('createdAt') sort?: string;
}

export class PlanShipmentDto {
  @Id() pickingOrderId: string;
  @Ids({ max: 200 }, { optional: true }) requestLineIds?: string[];
  @LocalDate({ optional: true }) plannedDate?: string;
}

export class AgreeShippingDateDto extends VersionDto {
  @LocalDate() agreedDate: string;
}

export class MoveShippingDateDto extends ReasonedDto {
  @LocalDate() plannedDate: string;
}

export class ShipOrderDto extends VersionDto {
  @Text(60) carrier: string;
  @Text(60) waybillNumber: string;
  @Whole({ min: 1, max: 10_000 }) parcels: number;
  @Whole(WEIGHT, { optional: true }) weightGrams?: number;
}

export class ReceivedLineDto {
  @Id() lineId: string;
  @Quantity(0) receivedQuantity: number;
  @Text(500, { optional: true }) note?: string;
}

export class ConfirmReceiptDto extends VersionDto {
  /** Who asked, where the clerk confirms for a dealer that left. */
  @Text(100, { optional: true }) askedBy?: string;
  @Items(() => ReceivedLineDto, { max: 200 }, { optional: true }) lines?: ReceivedLineDto[];
}

export class AgreeDiscrepancyDto extends VersionDto {
  @OneOf(['shortage', 'lost', 'damaged', 'refused']) outcome: string;
  @Text(500) reason: string;
  @Items(() => PaperDto, PHOTOS, { optional: true }) evidence?: PaperDto[];
}

export class ListShippingOrdersQuery extends PageQuery {
  @Id({ optional: true }) dealerId?: string;
  @OneOf([...SHIPPING_STATES, 'cancelled'], { optional: true }) state?: string;
  @Id({ optional: true }) requestId?: string;
  @Sort('-createdAt') sort?: string;
}

export class ListObligationsQuery extends PageQuery {
  @Id({ optional: true }) dealerId?: string;
  @Id({ optional: true }) partId?: string;
  @QueryFlag() @Flag({ optional: true }) onlyOutstanding?: boolean;
  @QueryFlag() @Flag({ optional: true }) onlyOverdue?: boolean;
  @Sort('dueOn') sort?: string;
}

/** A line of an announced parcel. */
export class NewReturnLineDto {
  @Id() partId: string;
  @Quantity() quantity: number;
  @OneOf(RETURN_PIECES) condition: string;
  @Text(60, { optional: true }) unitSerial?: string;
}

export class AnnounceReturnDto {
  @Id({ optional: true }) dealerId?: string;
  @Items(() => NewReturnLineDto, LINES) lines: NewReturnLineDto[];
  @Id({ optional: true }) viaTransitId?: string;
  @Items(() => PictureDto, { max: 20 }, { optional: true }) photos?: PictureDto[];
}

export class SendReturnDto extends VersionDto {
  @Text(60) carrier: string;
  @Text(60) waybillNumber: string;
}

/** The site a parcel arrived at. */
export class ArrivedDto extends VersionDto {
  @Id() warehouseId: string;
}

/** What was counted; nothing is a meaningful count. */
export class CountedLineDto {
  @Id() partId: string;
  @Quantity() quantity: number;
  @OneOf(RETURN_CONDITIONS) condition: string;
  @Text(60, { optional: true }) unitSerial?: string;
}

export class CountReturnDto extends VersionDto {
  @Items(() => CountedLineDto, { max: 200 }) lines: CountedLineDto[];
  @Items(() => PictureDto, { max: 20 }, { optional: true }) photos?: PictureDto[];
}

export class ListReturnsQuery extends PageQuery {
  @Id({ optional: true }) dealerId?: string;
  @OneOf(PARCEL_STATES, { optional: true }) state?: string;
  @Sort('-createdAt') sort?: string;
}
