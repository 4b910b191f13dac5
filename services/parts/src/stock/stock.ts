import type { Type } from '@nestjs/common';
import type { EntityClass } from '@aftercare/service';
import { AdjustmentLineRow, AdjustmentRow } from './adjustment.entity.js';
import { AdjustmentHandlers } from './adjustment.handlers.js';
import { PurchaseOrderLineRow, PurchaseOrderRow } from './purchase-order.entity.js';
import { PurchaseOrderHandlers } from './purchase-order.handlers.js';
import { StockCountLineRow, StockCountRow } from './stock-count.entity.js';
import { StockCountHandlers } from './stock-count.handlers.js';
import { StockCountReads } from './stock-count.reads.js';
import { StockReportHandlers } from './stock-report.handlers.js';
import { TransferLineRow, TransferRow } from './transfer.entity.js';
import { TransferHandlers } from './transfer.handlers.js';
import { PartCost } from './unit-cost.entity.js';
import { UnitCostHandlers } from './unit-cost.handlers.js';

/** The tables of the chapter stock. */
export const stockEntities: EntityClass[] = [
  PurchaseOrderRow, PurchaseOrderLineRow, StockCountRow, StockCountLineRow, AdjustmentRow, AdjustmentLineRow, TransferRow, TransferLineRow, PartCost,
];

/** Who answers its rpcs. */
export const stockControllers: Type<unknown>[] = [
  PurchaseOrderHandlers, StockCountHandlers, StockCountReads, AdjustmentHandlers, TransferHandlers, StockReportHandlers, UnitCostHandlers,
];
