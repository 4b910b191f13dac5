import { CarrierClaimsController } from './carrier-claims.controller.js';
import { OpeningHoldingsImportsController, OpeningsController, OpeningStockImportsController } from './opening.controller.js';
import { BackOrdersController, PartsStatisticsController } from './statistics.controller.js';
import { ModelPartsController, PartFitImportsController, PartImportsController, PartUpkeepController } from './part-upkeep.controller.js';
import { AdjustmentsController, PurchaseOrdersController, StockCountsController, StockReportsController, StockTransfersController, UnitCostsController } from './stock-upkeep.controller.js';
import { SupplierClaimsController } from './supplier-claims.controller.js';

/** The catalogue's upkeep and the stock's: fixed paths stand before those with an id in the same place. */
export const partsUpkeepControllers = [
  PartImportsController, PartFitImportsController, PartUpkeepController, ModelPartsController, UnitCostsController,
  PurchaseOrdersController, StockCountsController, AdjustmentsController, StockTransfersController, StockReportsController,
  OpeningStockImportsController, OpeningHoldingsImportsController, OpeningsController, PartsStatisticsController, BackOrdersController,
  SupplierClaimsController, CarrierClaimsController,
];
