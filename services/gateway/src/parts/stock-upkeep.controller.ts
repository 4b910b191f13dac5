import { Body, Controller, Query } from '@nestjs/common';
import { PurchaseOrderService, StockAdjustmentService, StockCountService, StockReportService, StockTransferService } from '@aftercare/contracts';
import { Bus } from '@aftercare/messaging';
import { Change, Create, List, Read, ReplaceOnce } from '../http/endpoint.js';
import { listRequest } from '../http/paging.js';
import { PathId } from '../http/path-id.js';
import { OnQuery, ReasonedDto, VersionDto } from '../http/shared.dto.js';
import {
  ChangeExpectedDateDto, CreatePurchaseOrderDto, EnterStockCountDto, ListAdjustmentsQuery, ListBelowMinimumQuery, ListPurchaseOrdersQuery, ListReservationsQuery,
  ListStockCountLinesQuery, ListStockCountsQuery, ListStockValuesQuery, ListTransfersQuery, ListUnitCostsQuery, OpenStockCountDto, ReceiveTransferDto, RequestAdjustmentDto,
  SendTransferDto, SetUnitCostDto,
} from './stock-upkeep.dto.js';

const order = PurchaseOrderService.method;
const count = StockCountService.method;
const adjustment = StockAdjustmentService.method;
const transfer = StockTransferService.method;
const report = StockReportService.method;

@Controller('purchase-orders')
export class PurchaseOrdersController {
  constructor(private readonly bus: Bus) {}

  @Create('', 'purchase-order.change', order.createPurchaseOrder)
  create(@Body() body: CreatePurchaseOrderDto): Promise<Buffer> {
    return this.bus.callJson(order.createPurchaseOrder, body);
  }

  @List('', 'stock.read', order.listPurchaseOrders)
  list(@Query() query: ListPurchaseOrdersQuery): Promise<Buffer> {
    return this.bus.callJson(order.listPurchaseOrders, listRequest(query));
  }

  @Read(':id', 'stock.read', order.getPurchaseOrder)
  get(@PathId() id: string): Promise<Buffer> {
    return this.bus.callJson(order.getPurchaseOrder, { id });
  }

  @Change(':id/change-expected-date', 'purchase-order.change', order.changeExpectedDate)
  expect(@PathId() id: string, @Body() body: ChangeExpectedDateDto): Promise<Buffer> {
    return this.bus.callJson(order.changeExpectedDate, { ...body, id });
  }

  @Change(':id/close', 'purchase-order.change', order.closePurchaseOrder)
  close(@PathId() id: string, @Body() body: ReasonedDto): Promise<Buffer> {
    return this.bus.callJson(order.closePurchaseOrder, { ...body, id });
  }
}

@Controller('stock-counts')
export class StockCountsController {
  constructor(private readonly bus: Bus) {}

  @Create('', 'stock-count.count', count.openStockCount)
  open(@Body() body: OpenStockCountDto): Promise<Buffer> {
    return this.bus.callJson(count.openStockCount, body);
  }

  @List('', 'stock.read', count.listStockCounts)
  list(@Query() query: ListStockCountsQuery): Promise<Buffer> {
    return this.bus.callJson(count.listStockCounts, listRequest(query));
  }

  @Read(':id', 'stock.read', count.getStockCount)
  get(@PathId() id: string): Promise<Buffer> {
    return this.bus.callJson(count.getStockCount, { id });
  }

  @List(':id/lines', 'stock.read', count.listStockCountLines)
  lines(@PathId() id: string, @Query() query: ListStockCountLinesQuery): Promise<Buffer> {
    return this.bus.callJson(count.listStockCountLines, { ...listRequest(query), id });
  }

  @Change(':id/enter', 'stock-count.count', count.enterStockCount)
  enter(@PathId() id: string, @Body() body: EnterStockCountDto): Promise<Buffer> {
    return this.bus.callJson(count.enterStockCount, { ...body, id });
  }

  @Change(':id/submit', 'stock-count.count', count.submitStockCount)
  submit(@PathId() id: string, @Body() body: VersionDto): Promise<Buffer> {
    return this.bus.callJson(count.submitStockCount, { ...body, id });
  }

  @Change(':id/approve', 'stock-count.approve', count.approveStockCount)
  approve(@PathId() id: string, @Body() body: VersionDto): Promise<Buffer> {
    return this.bus.callJson(count.approveStockCount, { ...body, id });
  }

  @Change(':id/reject', 'stock-count.approve', count.rejectStockCount)
  reject(@PathId() id: string, @Body() body: ReasonedDto): Promise<Buffer> {
    return this.bus.callJson(count.rejectStockCount, { ...body, id });
  }

  @Change(':id/cancel', 'stock-count.cancel', count.cancelStockCount)
  cancel(@PathId() id: string, @Body() body: ReasonedDto): Promise<Buffer> {
    return this.bus.callJson(count.cancelStockCount, { ...body, id });
  }
}

@Controller('adjustments')
export class AdjustmentsController {
  constructor(private readonly bus: Bus) {}

  @Create('', 'adjustment.request', adjustment.requestAdjustment)
  create(@Body() body: RequestAdjustmentDto): Promise<Buffer> {
    return this.bus.callJson(adjustment.requestAdjustment, body);
  }

  @List('', 'stock.read', adjustment.listAdjustments)
  list(@Query() query: ListAdjustmentsQuery): Promise<Buffer> {
    return this.bus.callJson(adjustment.listAdjustments, listRequest(query));
  }

  @Read(':id', 'stock.read', adjustment.getAdjustment)
  get(@PathId() id: string): Promise<Buffer> {
    return this.bus.callJson(adjustment.getAdjustment, { id });
  }

  @Change(':id/approve', 'adjustment.approve', adjustment.approveAdjustment)
  approve(@PathId() id: string, @Body() body: VersionDto): Promise<Buffer> {
    return this.bus.callJson(adjustment.approveAdjustment, { ...body, id });
  }

  @Change(':id/reject', 'adjustment.approve', adjustment.rejectAdjustment)
  reject(@PathId() id: string, @Body() body: ReasonedDto): Promise<Buffer> {
    return this.bus.callJson(adjustment.rejectAdjustment, { ...body, id });
  }

  @Change(':id/cancel', 'adjustment.request', adjustment.cancelAdjustment)
  cancel(@PathId() id: string, @Body() body: VersionDto): Promise<Buffer> {
    return this.bus.callJson(adjustment.cancelAdjustment, { ...body, id });
  }
}

@Controller('stock-transfers')
export class StockTransfersController {
  constructor(private readonly bus: Bus) {}

  @Create('', 'transfer.handle', transfer.sendTransfer)
  send(@Body() body: SendTransferDto): Promise<Buffer> {
    return this.bus.callJson(transfer.sendTransfer, body);
  }

  @List('', 'stock.read', transfer.listTransfers)
  list(@Query() query: ListTransfersQuery): Promise<Buffer> {
    return this.bus.callJson(transfer.listTransfers, listRequest(query));
  }

  @Read(':id', 'stock.read', transfer.getTransfer)
  get(@PathId() id: string): Promise<Buffer> {
    return this.bus.callJson(transfer.getTransfer, { id });
  }

  @Change(':id/receive', 'transfer.handle', transfer.receiveTransfer)
  receive(@PathId() id: string, @Body() body: ReceiveTransferDto): Promise<Buffer> {
    return this.bus.callJson(transfer.receiveTransfer, { ...body, id });
  }

  @Change(':id/write-off', 'transfer.write-off', transfer.writeOffTransfer)
  writeOff(@PathId() id: string, @Body() body: ReasonedDto): Promise<Buffer> {
    return this.bus.callJson(transfer.writeOffTransfer, { ...body, id });
  }

  @Change(':id/cancel', 'transfer.handle', transfer.cancelTransfer)
  cancel(@PathId() id: string, @Body() body: VersionDto): Promise<Buffer> {
    return this.bus.callJson(transfer.cancelTransfer, { ...body, id });
  }
}

@Controller('stock')
export class StockReportsController {
  constructor(private readonly bus: Bus) {}

  @List('below-minimum', 'stock.read', report.listBelowMinimum)
  belowMinimum(@Query() query: ListBelowMinimumQuery): Promise<Buffer> {
    return this.bus.callJson(report.listBelowMinimum, listRequest(query));
  }

  @List('reservations', 'stock.read', report.listReservations)
  reservations(@Query() query: ListReservationsQuery): Promise<Buffer> {
    return this.bus.callJson(report.listReservations, listRequest(query));
  }

  @List('values', 'stock.value', report.listStockValues)
  values(@Query() query: ListStockValuesQuery): Promise<Buffer> {
    return this.bus.callJson(report.listStockValues, listRequest(query));
  }

  @Read('value', 'stock.value', report.getStockValue)
  value(@Query() query: OnQuery): Promise<Buffer> {
    return this.bus.callJson(report.getStockValue, query);
  }
}

@Controller('parts')
export class UnitCostsController {
  constructor(private readonly bus: Bus) {}

  @ReplaceOnce(':partId/unit-cost', 'unit-cost.set', report.setUnitCost)
  set(@PathId('partId') partId: string, @Body() body: SetUnitCostDto): Promise<Buffer> {
    return this.bus.callJson(report.setUnitCost, { ...body, partId });
  }

  @List(':partId/unit-costs', 'stock.value', report.listUnitCosts)
  list(@PathId('partId') partId: string, @Query() query: ListUnitCostsQuery): Promise<Buffer> {
    return this.bus.callJson(report.listUnitCosts, { ...listRequest(query), partId });
  }
}
