import type { Provider, Type } from '@nestjs/common';
import { KnownDealer, SettingEvents, type EntityClass } from '@aftercare/service';
import { BackOrderPromise } from './back-orders/back-order-promise.entity.js';
import { PartFiles } from './catalogue/part-file.js';
import { PartFitImportJob } from './catalogue/part-fit-import.job.js';
import { PartImportJob } from './catalogue/part-import.job.js';
import { PartMinimum, PartModel, PartPhoto } from './catalogue/part-upkeep.entity.js';
import { PartUpkeepHandlers } from './catalogue/part-upkeep.handlers.js';
import { PartHandlers } from './catalogue/part.handlers.js';
import { Part } from './catalogue/part.entity.js';
import { PriceLine, PriceList } from './catalogue/price-list.entity.js';
import { PriceImportJob } from './catalogue/price-import.job.js';
import { PriceListHandlers } from './catalogue/price-list.handlers.js';
import { Slip, SlipLineRow } from './charging/charge-slip.entity.js';
import { ChargeSlipEvents } from './charging/charge-slip.events.js';
import { ChargeSlipHandlers } from './charging/charge-slip.handlers.js';
import { ReimbursementEvents } from './charging/reimbursement.events.js';
import { ObligationExclusion, ObligationExcuse, ObligationExtension } from './endings/obligation-end.entity.js';
import { ObligationEndHandlers } from './endings/obligation-end.handlers.js';
import { LateReturnRow } from './late-returns/late-return.entity.js';
import { LateReturnHandlers } from './late-returns/late-return.handlers.js';
import { LateReturnReversals } from './late-returns/reverse-late.js';
import { OrderChangeRow } from './changes/order-change.entity.js';
import { OrderChangeHandlers } from './changes/order-change.handlers.js';
import { OrderChangeReads } from './changes/order-change.reads.js';
import { CarrierClaimRow } from './claims/carrier-claim.entity.js';
import { CarrierClaimHandlers } from './claims/carrier-claim.handlers.js';
import { CarrierClaimReads } from './claims/carrier-claim.reads.js';
import { SupplierClaimLineRow, SupplierClaimRow, SupplierRecoveryRow } from './claims/supplier-claim.entity.js';
import { SupplierClaimHandlers } from './claims/supplier-claim.handlers.js';
import { SupplierClaimReads } from './claims/supplier-claim.reads.js';
import { DealerHolding, PurchaseLine, PurchaseReceipt, StockBalance, StockMovement, Warehouse } from './ledger/ledger.entity.js';
import { StockHandlers } from './ledger/stock.handlers.js';
import { KitHandlers } from './kits/kit.handlers.js';
import { MonthLists } from './months/month-list.handlers.js';
import { RevenueFolding } from './months/revenue-folding.job.js';
import { CountObjectionRow } from './objections/count-objection.entity.js';
import { CountObjectionHandlers } from './objections/count-objection.handlers.js';
import { CountObjectionReads } from './objections/count-objection.reads.js';
import { Obligation, ObligationSettlement, ReturnCredit } from './obligations/obligation.entity.js';
import { ObligationHandlers } from './obligations/obligation.handlers.js';
import { ObligationDeadlines } from './obligations/obligation.job.js';
import { OpeningHoldingsImport, OpeningStockImport } from './opening/opening-import.job.js';
import { OpeningLineRow, OpeningRow } from './opening/opening.entity.js';
import { OpeningHandlers } from './opening/opening.handlers.js';
import { FreedStock } from './picking/freed-stock.job.js';
import { QuoteDeadlines } from './requests/quote.job.js';
import { PickingLine, PickingOrder } from './picking/picking-order.entity.js';
import { PickingHandlers } from './picking/picking.handlers.js';
import { DeliveryErasure } from './requests/delivery-erasure.events.js';
import { DeliveryExport } from './requests/delivery-export.handlers.js';
import { PartsRequest, PartsRequestLine } from './requests/parts-request.entity.js';
import { PartsRequestHandlers } from './requests/parts-request.handlers.js';
import { PartsRequestReads } from './requests/parts-request.reads.js';
import { QuoteHandlers } from './requests/quote.handlers.js';
import { ReviewHandlers } from './requests/review.handlers.js';
import { PartsTimeline } from './requests/parts-timeline.handlers.js';
import { UnitParts } from './requests/unit-parts.js';
import { AnnouncedLine, CountedLineRow, Parcel } from './returns/return-parcel.entity.js';
import { ReturnHandlers } from './returns/return-parcel.handlers.js';
import { AnswerDeadlines } from './returns/answers.job.js';
import { TransitDeadlines } from './returns/transit.job.js';
import { FinalStocktakeEvents } from './stocktakes/final-stocktake.events.js';
import { FinalStocktakeDeadlines } from './stocktakes/final-stocktake.job.js';
import { ConfirmStocktakeJob, OpenStocktakesJob, StocktakeDeadlines } from './stocktakes/stocktake.job.js';
import { StocktakeExclusionRow, StocktakeLineRow, StocktakePiece, StocktakeRow } from './stocktakes/stocktake.entity.js';
import { StocktakeHandlers } from './stocktakes/stocktake.handlers.js';
import { StocktakeReads } from './stocktakes/stocktake-read.handlers.js';
import { ShipmentPlanHandlers } from './shipping/plan.handlers.js';
import { ReceiptHandlers } from './shipping/receipt.handlers.js';
import { ShipHandlers } from './shipping/ship.handlers.js';
import { MoveDateHandlers } from './shipping/move-date.handlers.js';
import { Discrepancy, ShippingLine, ShippingOrder } from './shipping/shipping-order.entity.js';
import { ShippingPromise } from './shipping/shipping-promise.entity.js';
import { ShippingReads } from './shipping/shipping.reads.js';
import { IssueStatistics } from './statistics/issues.handlers.js';
import { WaitingStatistics } from './statistics/waiting.handlers.js';
import { SubstituteHandlers } from './substitutes/substitute.handlers.js';
import { UnannouncedReturnHandlers } from './unannounced/unannounced-return.handlers.js';
import { WrongPartRow } from './wrong-parts/wrong-part.entity.js';
import { WrongPartHandlers } from './wrong-parts/wrong-part.handlers.js';
import { stockControllers, stockEntities } from './stock/stock.js';

/** The tables of all chapters. */
export const entities: EntityClass[] = [
  Part, PartModel, PartPhoto, PartMinimum, PriceList, PriceLine, ...stockEntities, OpeningRow, OpeningLineRow, SupplierClaimRow, SupplierClaimLineRow, SupplierRecoveryRow, CarrierClaimRow,
  Warehouse, StockBalance, DealerHolding, StockMovement, PurchaseReceipt, PurchaseLine,
  PartsRequest, PartsRequestLine, PickingOrder, PickingLine, ShippingOrder, ShippingLine, Discrepancy, ShippingPromise, BackOrderPromise,
  Obligation, ObligationSettlement, ReturnCredit, Parcel, AnnouncedLine, CountedLineRow,
  Slip, SlipLineRow, KnownDealer,
  ObligationExcuse, ObligationExtension, ObligationExclusion, StocktakeRow, StocktakeLineRow, StocktakePiece, StocktakeExclusionRow, LateReturnRow, CountObjectionRow, WrongPartRow, OrderChangeRow,
];

/** Who answers the rpcs. */
export const controllers: Type<unknown>[] = [
  PartHandlers, PartUpkeepHandlers, PartFiles, PriceListHandlers, StockHandlers, ...stockControllers, OpeningHandlers, IssueStatistics, WaitingStatistics, KitHandlers, SupplierClaimHandlers, SupplierClaimReads,
  CarrierClaimHandlers, CarrierClaimReads,
  PartsRequestHandlers, ReviewHandlers, QuoteHandlers, PartsRequestReads, DeliveryExport, UnitParts, PartsTimeline, SubstituteHandlers,
  PickingHandlers, OrderChangeHandlers, OrderChangeReads, ShipmentPlanHandlers, MoveDateHandlers, ShipHandlers, ReceiptHandlers, ShippingReads,
  ObligationHandlers, ReturnHandlers, ChargeSlipHandlers,
  ObligationEndHandlers, StocktakeHandlers, StocktakeReads, LateReturnHandlers, CountObjectionHandlers, CountObjectionReads, UnannouncedReturnHandlers, WrongPartHandlers,
  MonthLists,
];

/** Who hears events and deadlines. */
export const providers: Provider[] = [
  SettingEvents, FinalStocktakeEvents, ChargeSlipEvents, ReimbursementEvents, DeliveryErasure, FreedStock, QuoteDeadlines, ObligationDeadlines,
  PartImportJob, PartFitImportJob, PriceImportJob, OpeningStockImport, OpeningHoldingsImport,
  OpenStocktakesJob, ConfirmStocktakeJob, StocktakeDeadlines, FinalStocktakeDeadlines, LateReturnReversals, TransitDeadlines, AnswerDeadlines, RevenueFolding,
];
